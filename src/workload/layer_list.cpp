#include "workload/layer_list.hpp"

#include <filesystem>

#include "workload/op_list.hpp"

namespace saccade {
namespace {

/// The kind of an op as layer lists call it.
std::string layer_kind(const Op& op) {
  if (const auto* conv = std::get_if<Conv2d>(&op.body)) {
    return conv->groups == 1 ? "conv" : "dwconv";
  }
  if (!std::holds_alternative<MatMul>(op.body)) return kind_name(op.body);
  if (op.role != Role::core_attention) return "gemm";
  return op.inputs[1].transposed ? "attn_qk" : "attn_sv";
}

std::int64_t parameters_of(const Workload& workload, const Op& op) {
  std::int64_t sum = 0;
  for (const View& view : op.inputs) {
    const Tensor& tensor = workload.tensor(view.tensor);
    if (tensor.kind == TensorKind::parameter) sum += tensor.elements();
  }
  return sum;
}

/// The cells of an op, without spec, in the order of layer_columns().
std::vector<std::string> layer_cells(const Workload& workload, const Op& op) {
  std::vector<std::string> cells = {op.name, layer_kind(op)};
  const auto add = [&](std::initializer_list<std::int64_t> values) {
    for (const std::int64_t value : values) cells.push_back(std::to_string(value));
  };
  if (const auto* matmul = std::get_if<MatMul>(&op.body)) {
    add({matmul->images * matmul->heads, matmul->m, matmul->n, matmul->k});
  } else if (const auto* conv = std::get_if<Conv2d>(&op.body)) {
    add({1, conv->m(), conv->n(), conv->k(), conv->in_channels, conv->out_channels,
         conv->kernel_height, conv->kernel_width, conv->stride, conv->groups, conv->in_height,
         conv->in_width, conv->out_height(), conv->out_width()});
  } else {
    add({1, output_elements(op.body)});
  }
  cells.resize(layer_columns().size() - 2);
  add({macs(op.body), parameters_of(workload, op)});
  return cells;
}

class SpecReader {
 public:
  explicit SpecReader(const CsvTable& table) : table_(table) {}

  Workload read(std::string name) {
    int images = 1;
    read_head(name, images);
    const TensorIds ids = read_tensors();
    const Type<Op> type = op_type(ids);
    for (const CsvRow& row : table_.rows) {
      if (kind(row) == "tensor" || kind(row) == "workload") continue;
      if (auto op = read_spec(row, type)) {
        ops_.push_back(std::move(*op));
        op_rows_.push_back(&row);
      }
    }
    mistakes_.check();
    try {
      Workload workload(std::move(name), images, std::move(tensors_), std::move(ops_), table_.file);
      check_cells(workload);
      return workload;
    } catch (const UserError& error) {
      throw UserError(with_lines(error.mistakes()));
    }
  }

 private:
  struct Head {
    int images = 1;
  };

  const std::string& kind(const CsvRow& row) const { return table_.cell(row, "op"); }

  template <class T>
  std::optional<T> read_spec(const CsvRow& row, const Type<T>& type) {
    try {
      const Json json = parse_json(table_.cell(row, "spec"), table_.file);
      std::optional<T> value =
          type.read(Cursor(json, table_.file, mistakes_, fmt::format("line {}: spec", row.line)));
      if constexpr (!std::is_same_v<T, Head>) {
        if (value && value->name != table_.cell(row, "name")) {
          table_.fail(row, "name", fmt::format("differs from '{}' in spec", value->name),
                      mistakes_);
        }
      }
      return value;
    } catch (const UserError& error) {
      for (const Mistake& mistake : error.mistakes()) {
        table_.fail(row, "spec", mistake.message, mistakes_);
      }
      return std::nullopt;
    }
  }

  /// Name and number of images, if the list says them.
  void read_head(std::string& name, int& images) {
    static const auto record = Record<Head>("a workload")
                                   .field("images", &Head::images, integer<int>(1, 1000000),
                                          "images inferred together", 1);
    for (const CsvRow& row : table_.rows) {
      if (kind(row) != "workload") continue;
      name = table_.cell(row, "name");
      if (const auto head = read_spec(row, object(record))) images = head->images;
    }
  }

  TensorIds read_tensors() {
    const Type<Tensor> type = tensor_type();
    TensorIds ids;
    for (const CsvRow& row : table_.rows) {
      if (kind(row) != "tensor") continue;
      auto tensor = read_spec(row, type);
      ids.emplace(table_.cell(row, "name"), static_cast<TensorId>(tensors_.size()));
      tensors_.push_back(tensor ? std::move(*tensor) : Tensor{});
      tensor_rows_.push_back(&row);
    }
    return ids;
  }

  /// A changed number beside an unchanged spec would be passed over in silence.
  void check_cells(const Workload& workload) {
    for (std::size_t i = 0; i < op_rows_.size(); ++i) {
      const auto cells = layer_cells(workload, workload.ops()[i]);
      for (std::size_t c = 0; c < cells.size(); ++c) {
        const std::string& column = layer_columns()[c];
        const std::string& cell = table_.cell(*op_rows_[i], column);
        if (cell != cells[c]) {
          table_.fail(*op_rows_[i], column,
                      fmt::format("is '{}', expected '{}' as spec says", cell, cells[c]),
                      mistakes_);
        }
      }
    }
    mistakes_.check();
  }

  /// "/ops/3" and "/tensors/3" of the workload's checks as lines of the file.
  std::vector<Mistake> with_lines(std::vector<Mistake> mistakes) const {
    for (Mistake& mistake : mistakes) {
      const bool op = mistake.pointer.rfind("/ops/", 0) == 0;
      if (!op && mistake.pointer.rfind("/tensors/", 0) != 0) continue;
      const std::size_t index = std::stoul(mistake.pointer.substr(op ? 5 : 9));
      mistake.pointer = fmt::format("line {}", (op ? op_rows_ : tensor_rows_)[index]->line);
    }
    return mistakes;
  }

  const CsvTable& table_;
  std::vector<Tensor> tensors_;
  std::vector<Op> ops_;
  std::vector<const CsvRow*> tensor_rows_;
  std::vector<const CsvRow*> op_rows_;
  Mistakes mistakes_;
};

}  // namespace

const std::vector<std::string>& layer_columns() {
  static const std::vector<std::string> columns = {"name", "op", "batch", "M",  "N",      "K",
                                                   "Ci",   "Co", "kh",    "kw", "stride", "groups",
                                                   "Hi",   "Wi", "Ho",    "Wo", "macs",   "params"};
  return columns;
}

Workload read_layer_list(const std::string& text, const std::string& file) {
  const CsvTable table = parse_csv(text, file, layer_columns(), {"spec"});
  const std::string name = std::filesystem::path(file).stem().string();
  return table.has("spec") ? SpecReader(table).read(name) : read_layer_chain(table, name);
}

std::string export_csv(const Workload& workload) {
  std::vector<std::string> header = layer_columns();
  const std::size_t width = header.size();
  header.push_back("spec");
  std::string out = csv_line(header);
  const auto add = [&](std::vector<std::string> cells, const Json& spec) {
    cells.resize(width);
    cells.push_back(spec.dump());
    out += csv_line(cells);
  };
  add({workload.name(), "workload"}, {{"images", workload.images()}});
  for (const Tensor& tensor : workload.tensors()) {
    add({tensor.name, "tensor"}, tensor_json(tensor));
  }
  for (const Op& op : workload.ops()) add(layer_cells(workload, op), op_json(workload, op));
  return out;
}

}  // namespace saccade
