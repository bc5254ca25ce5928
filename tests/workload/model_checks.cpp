#include "workload/model_checks.hpp"

#include <gtest/gtest.h>

#include <map>

#include "workload/model.hpp"
#include "workload/workload_equal.hpp"

namespace saccade {
namespace {

using Counts = std::vector<int>;  ///< how often each entry of a tensor is covered

Counts none_of(const Tensor& tensor) { return Counts(static_cast<std::size_t>(tensor.elements())); }

/// Counts every entry that a view covers, over all images and heads.
void mark(Counts& entries, const Tensor& tensor, const View& view, const Extent& extent) {
  for (std::int64_t image = 0; image < extent.images; ++image) {
    for (std::int64_t head = 0; head < extent.heads; ++head) {
      for (std::int64_t row = 0; row < extent.rows; ++row) {
        for (std::int64_t column = 0; column < extent.columns; ++column) {
          const std::int64_t r = view.row + image * view.image_rows + head * view.head_rows + row;
          const std::int64_t c = view.column + head * view.head_columns + column;
          ++entries.at(static_cast<std::size_t>(r * tensor.columns() + c));
        }
      }
    }
  }
}

bool once(const Counts& entries) { return entries == Counts(entries.size(), 1); }

}  // namespace

std::string model_path(const std::string& name) {
  return std::string(SACCADE_SOURCE_DIR) + "/workloads/models/" + name + ".json";
}

void expect_batch_of_four(Json model) {
  model["images"] = 1;
  const Workload one = read_workload_json(model, "one.json");
  model["images"] = 4;
  const Workload four = read_workload_json(model, "four.json");
  EXPECT_EQ(four.images(), 4);
  EXPECT_EQ(four.macs(), 4 * one.macs());
  EXPECT_EQ(four.parameters(), one.parameters());
  ASSERT_EQ(four.ops().size(), one.ops().size());
  for (std::size_t i = 0; i < one.ops().size(); ++i) {
    const Op& op = one.ops()[i];
    const Op& other = four.ops()[i];
    EXPECT_EQ(other.name, op.name);
    EXPECT_EQ(macs(other.body), 4 * macs(op.body)) << op.name;
    EXPECT_EQ(output_elements(other.body), 4 * output_elements(op.body)) << op.name;
  }
}

void expect_read_once(const Workload& workload,
                      const std::vector<std::pair<std::string, std::size_t>>& operands) {
  const Op first = find_op(workload, operands.front().first);
  const TensorId id = first.inputs.at(operands.front().second).tensor;
  Counts entries = none_of(workload.tensor(id));
  for (const auto& [name, index] : operands) {
    const Op op = find_op(workload, name);
    const View& view = op.inputs.at(index);
    ASSERT_EQ(view.tensor, id) << name;
    mark(entries, workload.tensor(id), view, input_extent(op, index, workload.tensor(id)));
  }
  EXPECT_TRUE(once(entries)) << operands.front().first;
}

void expect_written_once(const Workload& workload) {
  std::map<TensorId, Counts> written;
  for (const Op& op : workload.ops()) {
    const View& view = op.outputs.at(0);
    const Tensor& tensor = workload.tensor(view.tensor);
    Counts& entries = written.try_emplace(view.tensor, none_of(tensor)).first->second;
    mark(entries, tensor, view, output_extent(op, tensor));
  }
  for (const auto& [id, entries] : written) {
    EXPECT_TRUE(once(entries)) << workload.tensor(id).name;
  }
}

double macs_with_norms(const Workload& workload) {
  std::int64_t sum = workload.macs() + 5 * elements_of(workload, "layernorm");
  for (const Op& op : workload.ops()) {
    const bool folded = std::holds_alternative<Conv2d>(op.body) && op.inputs.size() == 3 &&
                        workload.tensor(op.inputs[2].tensor).rows() == 2;
    if (folded) sum += 2 * output_elements(op.body);
  }
  return static_cast<double>(sum);
}

std::int64_t elements_of(const Workload& workload, const std::string& kind) {
  std::int64_t sum = 0;
  for (const Op& op : workload.ops()) {
    if (kind_name(op.body) == kind) sum += output_elements(op.body);
  }
  return sum;
}

}  // namespace saccade
