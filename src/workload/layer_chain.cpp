// Lists of layers that say sizes but not what reads what: the convention that fills it in.
#include <algorithm>
#include <map>
#include <set>

#include "base/schema.hpp"
#include "workload/builder.hpp"
#include "workload/dimensions.hpp"
#include "workload/layer_list.hpp"

namespace saccade {
namespace {

/// A row with its numbers; an empty cell is 0.
struct Layer {
  const CsvRow* row = nullptr;
  std::string name;
  std::string kind;
  std::map<std::string, std::int64_t> sizes;
  std::int64_t operator[](const char* column) const { return sizes.at(column); }
};

/// The functions of one operand that a layer may be.
std::map<std::string, ElementFunction> functions() {
  std::map<std::string, ElementFunction> names(element_functions().begin(),
                                               element_functions().end());
  names.erase("add");
  names.erase("multiply");
  return names;
}

/// Columns that must hold a number above 0, by the kind of layer.
const std::map<std::string, std::vector<std::string>>& kinds() {
  static const auto table = [] {
    const std::vector<std::string> conv = {"M",      "N",      "K",  "Ci", "Co", "kh", "kw",
                                           "stride", "groups", "Hi", "Wi", "Ho", "Wo"};
    std::map<std::string, std::vector<std::string>> result = {{"conv", conv},
                                                              {"dwconv", conv},
                                                              {"gemm", {"M", "N", "K"}},
                                                              {"attn_qk", {"batch", "M", "N", "K"}},
                                                              {"attn_sv", {"batch", "M", "N", "K"}},
                                                              {"softmax", {"M"}},
                                                              {"layernorm", {"M"}},
                                                              {"add", {"M"}}};
    for (const auto& item : functions()) result[item.first] = {"M"};
    return result;
  }();
  return table;
}

/// A bound of all products of the layer's sizes, as a double so that it cannot overflow.
double largest_product(const Layer& layer) {
  const auto product = [&](std::initializer_list<const char*> columns) {
    double result = 1.0;
    for (const char* column : columns) {
      result *= static_cast<double>(std::max<std::int64_t>(1, layer[column]));
    }
    return result;
  };
  return std::max({product({"batch", "M", "N", "K"}), product({"kh", "kw", "Ci"}),
                   product({"Hi", "Wi", "Ci"}),
                   product({"Ho", "Wo", "Co", "kh", "kw", "Ci"}) / product({"groups"}),
                   product({"Ho", "stride"})});
}

/// Reads and checks the cells of all rows; what fits together is not yet looked at.
std::vector<Layer> read_layers(const CsvTable& table) {
  Mistakes mistakes;
  std::vector<std::string> names;
  for (const auto& item : kinds()) names.push_back(item.first);
  std::map<std::string, int> uses;
  std::map<std::string, int> numbers;
  for (const CsvRow& row : table.rows) ++uses[table.cell(row, "name")];

  std::vector<Layer> layers;
  for (const CsvRow& row : table.rows) {
    Layer layer;
    layer.row = &row;
    layer.name = table.cell(row, "name");
    layer.kind = table.cell(row, "op");
    const auto kind = kinds().find(layer.kind);
    if (kind == kinds().end()) {
      table.fail(row, "op",
                 fmt::format("is '{}', expected one of {}{}", layer.kind, comma_list(names),
                             did_you_mean(layer.kind, names)),
                 mistakes);
      continue;
    }
    if (uses[layer.name] > 1) layer.name += std::to_string(++numbers[layer.name]);
    for (std::size_t c = 2; c < layer_columns().size(); ++c) {
      const std::string& column = layer_columns()[c];
      const bool needed =
          std::find(kind->second.begin(), kind->second.end(), column) != kind->second.end();
      std::int64_t& value = layer.sizes[column];
      if (!needed && table.cell(row, column).empty()) continue;
      value = table.integer(row, column, needed ? 1 : 0, kMaxProduct, mistakes).value_or(0);
    }
    if (largest_product(layer) > static_cast<double>(kMaxProduct)) {
      table.fail(row, "M",
                 fmt::format("and others make more than {} elements or MACs", kMaxProduct),
                 mistakes);
    }
    layers.push_back(std::move(layer));
  }
  mistakes.check();
  return layers;
}

/// "b12.fc1" -> 12; -1 for a name outside blocks.
int block_of(const std::string& name) {
  const std::size_t dot = name.find('.');
  if (name[0] != 'b' || dot == std::string::npos || dot < 2 || dot > 7) return -1;
  const std::string digits = name.substr(1, dot - 1);
  return std::all_of(digits.begin(), digits.end(), ::isdigit) ? std::stoi(digits) : -1;
}

class ChainReader {
 public:
  ChainReader(const CsvTable& table, const std::string& name)
      : table_(table), builder_(name, 1, BitWidths{}, table.file) {}

  Workload read() {
    for (const Layer& layer : read_layers(table_)) {
      const int block = block_of(layer.name);
      in_blocks_ = in_blocks_ || block >= 0;
      builder_.set_block(block);
      const TensorId output = add(layer);
      mistakes_.check();  // what follows depends on it
      activations_.push_back(output);
    }
    for (const TensorId id : activations_) {
      if (read_.count(id) == 0) builder_.mark_output(id);
    }
    return std::move(builder_).build();
  }

 private:
  static constexpr TensorId none = -1;

  TensorId add(const Layer& layer) {
    const std::string& kind = layer.kind;
    if (kind == "conv" || kind == "dwconv") return add_conv(layer);
    if (kind == "gemm") return add_gemm(layer);
    if (kind == "attn_qk") return add_qk(layer);
    if (kind == "attn_sv") return add_sv(layer);
    if (kind == "add") return add_sum(layer);
    const TensorId x = newest_with_elements(layer, kind == "layernorm");
    if (x == none) return none;
    const std::int64_t rows = builder_.tensor(x).rows();
    const std::int64_t columns = builder_.tensor(x).columns();
    if (kind == "layernorm") {
      residual_ = x;
      check_params(layer, {2 * columns});
      return builder_.layernorm(layer.name, x);
    }
    check_params(layer, {0});
    if (kind == "softmax") {
      return builder_.add(layer.name, Role::core_attention, Softmax{rows, columns}, {{x}}, rows,
                          columns);
    }
    return builder_.elementwise(layer.name, role(layer), functions().at(kind), {x});
  }

  TensorId add_conv(const Layer& layer) {
    Conv2d conv;
    conv.in_channels = layer["Ci"];
    conv.out_channels = layer["Co"];
    conv.in_height = layer["Hi"];
    conv.in_width = layer["Wi"];
    conv.kernel_height = layer["kh"];
    conv.kernel_width = layer["kw"];
    conv.stride = layer["stride"];
    conv.groups = layer["groups"];
    const auto padding = [&](const char* in, const char* out, std::int64_t kernel) {
      return ceil_div((layer[out] - 1) * conv.stride + kernel - layer[in], 2);
    };
    conv.padding = std::max({std::int64_t{0}, padding("Hi", "Ho", conv.kernel_height),
                             padding("Wi", "Wo", conv.kernel_width)});
    const bool fits = conv.out_height() == layer["Ho"] && conv.out_width() == layer["Wo"];
    if (!fits) {
      fail(layer, "Ho",
           fmt::format("and Wo are {} x {}, which no padding gives", layer["Ho"], layer["Wo"]));
      return none;
    }
    const std::int64_t pixels = conv.in_height * conv.in_width;
    const TensorId x = activations_.empty() ? builder_.input("image", pixels, conv.in_channels)
                                            : newest(layer, "Ci", conv.in_channels, pixels);
    if (x == none) return none;
    expect(layer, "M", conv.m());
    expect(layer, "N", conv.n());
    expect(layer, "K", conv.k());
    expect(layer, "macs", macs(conv));
    return builder_.conv2d(layer.name, role(layer), x, conv,
                           bias(layer, conv.k() * conv.out_channels, conv.out_channels));
  }

  TensorId add_gemm(const Layer& layer) {
    const TensorId x = newest(layer, "K", layer["K"], layer["M"]);
    if (x == none) return none;
    expect(layer, "batch", 1);
    expect(layer, "macs", layer["M"] * layer["N"] * layer["K"]);
    const Bias extra = bias(layer, layer["N"] * layer["K"], layer["N"]);
    const std::int64_t rows = builder_.tensor(x).rows();
    if (rows == layer["M"]) return builder_.linear(layer.name, role(layer), x, layer["N"], extra);
    View view;
    view.tensor = x;
    view.row = layer["M"] == 1 ? 0 : rows - layer["M"];
    return builder_.linear(layer.name, role(layer), view, layer["M"], layer["N"], extra);
  }

  TensorId add_qk(const Layer& layer) {
    const std::int64_t width = layer["batch"] * layer["K"];
    qkv_ = newest(layer, "K", 3 * width, layer["M"]);
    if (qkv_ == none) return none;
    expect(layer, "N", layer["M"]);
    View q;
    q.tensor = qkv_;
    q.head_columns = layer["K"];
    View k = q;
    k.column = width;
    k.transposed = true;
    View scores;
    scores.head_rows = layer["M"];
    return builder_.add(layer.name, Role::core_attention, product(layer), {q, k},
                        layer["batch"] * layer["M"], layer["N"], scores);
  }

  TensorId add_sv(const Layer& layer) {
    const TensorId x = newest(layer, "K", layer["K"], layer["batch"] * layer["M"]);
    if (x == none) return none;
    const std::int64_t width = layer["batch"] * layer["N"];
    if (qkv_ == none || builder_.tensor(qkv_).columns() != 3 * width) {
      fail(layer, "N", "fits no v: expected an attn_qk before, of the same heads and width");
      return none;
    }
    View scores;
    scores.tensor = x;
    scores.head_rows = layer["M"];
    View v;
    v.tensor = qkv_;
    v.column = 2 * width;
    v.head_columns = layer["N"];
    read_.insert(qkv_);
    View output;
    output.head_columns = layer["N"];
    return builder_.add(layer.name, Role::core_attention, product(layer), {scores, v}, layer["M"],
                        width, output);
  }

  MatMul product(const Layer& layer) {
    MatMul body;
    body.heads = layer["batch"];
    body.m = layer["M"];
    body.n = layer["N"];
    body.k = layer["K"];
    check_params(layer, {0});
    expect(layer, "macs", layer["batch"] * layer["M"] * layer["N"] * layer["K"]);
    return body;
  }

  TensorId add_sum(const Layer& layer) {
    if (activations_.empty()) {
      fail(layer, "op", "is the first layer, expected a conv");
      return none;
    }
    const TensorId x = activations_.back();
    const std::int64_t columns = builder_.tensor(x).columns();
    const std::int64_t rows = layer["M"] / columns;
    read_.insert(x);
    if (layer["params"] > 0) {
      if (layer["M"] % columns != 0 || rows < builder_.tensor(x).rows()) {
        fail(layer, "M",
             fmt::format("is {}, expected {} or more rows of {}", layer["M"],
                         builder_.tensor(x).rows(), columns));
      }
      if (layer["params"] % columns != 0) {
        fail(layer, "params",
             fmt::format("is {}, expected a multiple of the {} columns", layer["params"], columns));
        return none;
      }
      const TensorId embeddings = builder_.parameter(
          layer.name + ".weight", {layer["params"] / columns, columns}, BitWidths{}.activation);
      return builder_.add(layer.name, role(layer), Elementwise{ElementFunction::add, rows, columns},
                          {{x}, {embeddings}}, rows, columns);
    }
    expect(layer, "M", builder_.tensor(x).elements());
    if (residual_ == none || builder_.tensor(residual_).elements() != layer["M"]) {
      fail(layer, "M", "fits no residual: expected as many elements as the latest layernorm read");
      return none;
    }
    return builder_.elementwise(layer.name, role(layer), ElementFunction::add, {x, residual_});
  }

  Role role(const Layer& layer) const {
    if (block_of(layer.name) < 0) return in_blocks_ ? Role::head : Role::stem;
    const std::string part = layer.name.substr(layer.name.find('.') + 1);
    return part == "qkv" || part == "proj" || part == "res1" ? Role::projection : Role::ffn;
  }

  /// The newest tensor of `columns` (as `column` says) and at least `rows`.
  TensorId newest(const Layer& layer, const char* column, std::int64_t columns, std::int64_t rows) {
    for (auto id = activations_.rbegin(); id != activations_.rend(); ++id) {
      if (builder_.tensor(*id).columns() == columns && builder_.tensor(*id).rows() >= rows) {
        read_.insert(*id);
        return *id;
      }
    }
    fail(layer, column,
         fmt::format("fits no layer before: expected one whose output has {} "
                     "columns and at least {} rows",
                     columns, rows));
    return none;
  }

  /// The layer before, or (`any`) the newest tensor, of M elements.
  TensorId newest_with_elements(const Layer& layer, bool any) {
    for (auto id = activations_.rbegin(); id != activations_.rend(); ++id) {
      if (builder_.tensor(*id).elements() == layer["M"]) {
        read_.insert(*id);
        return *id;
      }
      if (!any) break;
    }
    fail(layer, "M",
         fmt::format("is {}, expected the elements of {}", layer["M"],
                     any ? "a layer before" : "the layer before"));
    return none;
  }

  Bias bias(const Layer& layer, std::int64_t weights, std::int64_t columns) {
    check_params(layer, {weights, weights + columns, weights + 2 * columns});
    const std::int64_t extra = layer["params"] - weights;
    return extra == columns ? Bias::vector : extra > columns ? Bias::batch_norm : Bias::none;
  }

  void check_params(const Layer& layer, const std::vector<std::int64_t>& choices) {
    if (std::find(choices.begin(), choices.end(), layer["params"]) != choices.end()) return;
    fail(layer, "params",
         fmt::format("is {}, expected {}", layer["params"], fmt::join(choices, " or ")));
  }

  void expect(const Layer& layer, const char* column, std::int64_t wanted) {
    if (layer[column] == wanted) return;
    fail(layer, column,
         fmt::format("is {}, expected {} after the other columns", layer[column], wanted));
  }

  void fail(const Layer& layer, const char* column, const std::string& message) {
    table_.fail(*layer.row, column, message, mistakes_);
  }

  const CsvTable& table_;
  WorkloadBuilder builder_;
  std::vector<TensorId> activations_;  ///< outputs of the layers so far
  std::set<TensorId> read_;
  TensorId residual_ = none;
  TensorId qkv_ = none;
  bool in_blocks_ = false;
  Mistakes mistakes_;
};

}  // namespace

Workload read_layer_chain(const CsvTable& table, const std::string& name) {
  return ChainReader(table, name).read();
}

}  // namespace saccade
