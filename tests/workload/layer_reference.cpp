#include "workload/layer_reference.hpp"

#include <gtest/gtest.h>

#include <iostream>

#include "base/csv.hpp"
#include "base/file.hpp"
#include "workload/layer_list.hpp"
#include "workload/workload_equal.hpp"

namespace saccade {
namespace {

std::string list_path(const std::string& name) {
  return std::string(SACCADE_SOURCE_DIR) + "/tests/reference/layers/" + name + ".csv";
}

std::string behind_dot(const std::string& name) { return name.substr(name.rfind('.') + 1); }

std::int64_t parameters_of(const Workload& workload, const Op& op) {
  std::int64_t sum = 0;
  for (const View& view : op.inputs) {
    if (workload.tensor(view.tensor).kind == TensorKind::parameter) {
      sum += workload.tensor(view.tensor).elements();
    }
  }
  return sum;
}

/// The parameters that the list counts with the row of this op.
std::int64_t listed_parameters(const Workload& workload, const Op& op, const LayerRules& rules) {
  std::int64_t sum = parameters_of(workload, op);
  const std::string part = behind_dot(op.name);
  const auto with = rules.parameters_with.find(part);
  if (with == rules.parameters_with.end()) return sum;
  const std::string block = op.name.substr(0, op.name.size() - part.size());
  return sum + parameters_of(workload, find_op(workload, block + with->second));
}

}  // namespace

std::map<std::string, int> expect_layers(const Workload& workload, const std::string& list,
                                         const LayerRules& rules) {
  const CsvTable table = parse_csv(read_text(list_path(list)), list_path(list), layer_columns());
  std::map<std::string, std::size_t> places;
  for (const Op& op : workload.ops()) places.emplace(op.name, places.size());
  std::map<std::string, int> repeated;
  std::set<std::string> seen;
  std::size_t last = 0;
  for (const CsvRow& row : table.rows) {
    std::string name = table.cell(row, "name");
    if (rules.number_repeated.count(name) > 0) name += std::to_string(++repeated[name]);
    if (const auto other = rules.renamed.find(name); other != rules.renamed.end()) {
      name = other->second;
    }
    const auto place = places.find(name);
    if (place == places.end()) {
      ADD_FAILURE() << list << ": no op '" << name << "'";
      continue;
    }
    const Op& op = workload.ops()[place->second];
    seen.insert(name);
    const std::int64_t listed = std::stoll(table.cell(row, "macs"));
    EXPECT_EQ(macs(op.body), listed) << name;
    if (listed == 0) {
      const std::int64_t elements = rules.counted_by_input.count(name) > 0
                                        ? workload.tensor(op.inputs[0].tensor).elements()
                                        : output_elements(op.body);
      EXPECT_EQ(elements, std::stoll(table.cell(row, "M"))) << name;
    }
    EXPECT_EQ(listed_parameters(workload, op, rules), std::stoll(table.cell(row, "params")))
        << name;
    const std::string kind = table.cell(row, "op");
    const bool core = kind == "attn_qk" || kind == "attn_sv" || kind == "softmax";
    if (kind != "bias") {
      EXPECT_EQ(op.role == Role::core_attention, core) << name;
    }
    if (rules.unordered.count(behind_dot(name)) > 0) continue;
    EXPECT_GE(place->second, last) << name << " stands in another order";
    last = place->second;
  }
  std::map<std::string, int> extra;
  for (const Op& op : workload.ops()) {
    if (seen.count(op.name) == 0) ++extra[behind_dot(op.name)];
  }
  std::cout << "ops of " << workload.name() << " beyond the reference list:";
  for (const auto& item : extra) std::cout << " " << item.first << " x" << item.second;
  std::cout << "\n";
  return extra;
}

void expect_totals(const Workload& workload, const std::string& model, double published) {
  const CsvTable table = parse_csv(read_text(list_path("model_totals")), "model_totals.csv",
                                   {"model", "gmac", "gmac_without_attention_products", "params_M",
                                    "published_gmac", "published_params_M", "source"});
  std::int64_t attention = 0;
  for (const Op& op : workload.ops()) {
    if (op.role == Role::core_attention) attention += macs(op.body);
  }
  int found = 0;
  for (const CsvRow& row : table.rows) {
    if (table.cell(row, "model") != model) continue;
    ++found;
    const auto figure = [&](const char* column) { return std::stod(table.cell(row, column)); };
    const auto macs = static_cast<double>(workload.macs());
    const auto parameters = static_cast<double>(workload.parameters());
    EXPECT_NEAR(macs / 1e9, figure("gmac"), 0.00005);
    EXPECT_NEAR((macs - static_cast<double>(attention)) / 1e9,
                figure("gmac_without_attention_products"), 0.00005);
    EXPECT_NEAR(parameters / 1e6, figure("params_M"), 0.0005);
    if (table.cell(row, "published_gmac").empty()) continue;
    EXPECT_NEAR(macs / 1e9 / figure("published_gmac"), 1.0, published);
    EXPECT_NEAR(parameters / 1e6 / figure("published_params_M"), 1.0, published);
  }
  EXPECT_EQ(found, 1) << model;
}

}  // namespace saccade
