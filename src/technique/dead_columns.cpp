#include "technique/dead_columns.hpp"

#include <algorithm>
#include <iterator>

namespace saccade {
namespace {

std::size_t index_of(const View& view) { return static_cast<std::size_t>(view.tensor); }

/// One more than the last column of its tensor that the op's input `index` touches.
std::int64_t columns_behind(const Rewriter& rewriter, const Op& op, std::size_t index) {
  const View& view = op.inputs[index];
  const Tensor& tensor = rewriter.tensor(view.tensor);
  if (index >= operand_count(op) || std::holds_alternative<Decide>(op.body)) {
    return tensor.columns();
  }
  const Extent extent = input_extent(op, index, tensor);
  return view.column + (extent.heads - 1) * view.head_columns + extent.columns;
}

void note_reads(const Rewriter& rewriter, const Op& op, std::vector<std::int64_t>& read) {
  for (std::size_t i = 0; i < op.inputs.size(); ++i) {
    std::int64_t& columns = read[index_of(op.inputs[i])];
    columns = std::max(columns, columns_behind(rewriter, op, i));
  }
}

std::vector<std::int64_t> given_away(const Rewriter& rewriter) {
  std::vector<std::int64_t> columns(rewriter.tensors(), 0);
  for (std::size_t i = 0; i < columns.size(); ++i) {
    const auto id = static_cast<TensorId>(i);
    if (rewriter.wanted(id)) columns[i] = rewriter.tensor(id).columns();
  }
  return columns;
}

/// The size that is the number of the op's output columns, if they are independent of each other:
/// each comes from a column of weights or of every operand of its own. Null if they are not.
std::int64_t* independent_columns(Op& op) {
  if (auto* product = std::get_if<MatMul>(&op.body)) {
    return product->heads == 1 ? &product->n : nullptr;
  }
  if (auto* conv = std::get_if<Conv2d>(&op.body)) {
    const bool depthwise = conv->groups == conv->in_channels && conv->groups == conv->out_channels;
    return conv->groups == 1 || depthwise ? &conv->out_channels : nullptr;
  }
  if (auto* element = std::get_if<Elementwise>(&op.body)) return &element->columns;
  if (auto* resample = std::get_if<Resample>(&op.body)) return &resample->channels;
  if (auto* gather = std::get_if<Gather>(&op.body)) return &gather->columns;
  if (auto* change = std::get_if<LayoutChange>(&op.body)) return &change->columns;
  if (auto* reduce = std::get_if<Reduce>(&op.body)) return &reduce->columns;
  auto* norm = std::get_if<Norm>(&op.body);
  return norm != nullptr && norm->kind == NormKind::batch ? &norm->columns : nullptr;
}

class DeadColumns {
 public:
  DeadColumns(Rewriter& rewriter, const std::vector<std::int64_t>& before)
      : rewriter_(rewriter),
        before_(before),
        read_(given_away(rewriter)),
        written_(before.size(), 0),
        readers_(before.size(), 0) {
    for (const Op& op : rewriter.ops()) {
      for (const View& view : op.inputs) ++readers_[index_of(view)];
    }
  }

  /// From the last op to the first: whoever reads a tensor has been seen before its writers.
  void run() {
    auto& ops = rewriter_.ops();
    std::vector<Op> kept;
    for (auto op = ops.rbegin(); op != ops.rend(); ++op) {
      if (!narrow(*op)) continue;
      note_reads(rewriter_, *op, read_);
      kept.push_back(std::move(*op));
    }
    ops.assign(std::make_move_iterator(kept.rbegin()), std::make_move_iterator(kept.rend()));
    for (std::size_t i = 0; i < written_.size(); ++i) {
      Tensor& tensor = rewriter_.tensor(static_cast<TensorId>(i));
      if (written_[i] > 0 && written_[i] < before_[i]) tensor.shape.back() = written_[i];
    }
  }

 private:
  /// Takes the op's columns away that nobody reads; false if none is left.
  bool narrow(Op& op) {
    const View& output = op.outputs[0];
    const std::size_t id = index_of(output);
    const Tensor& tensor = rewriter_.tensor(output.tensor);
    if (before_[id] < tensor.columns() || std::holds_alternative<Decide>(op.body)) return true;
    const Extent extent = output_extent(op, tensor);
    const std::int64_t width = (extent.heads - 1) * output.head_columns + extent.columns;
    const std::int64_t wanted = std::clamp<std::int64_t>(read_[id] - output.column, 0, width);
    if (wanted == 0) return false;
    std::int64_t left = width;
    if (wanted < width && can_narrow(op)) {
      *independent_columns(op) = wanted;
      if (auto* conv = std::get_if<Conv2d>(&op.body); conv != nullptr && conv->groups > 1) {
        conv->in_channels = conv->groups = wanted;
      }
      narrow_parameters(op, wanted);
      left = wanted;
    }
    written_[id] = std::max(written_[id], output.column + left);
    return true;
  }

  /// Views have to be as stored, and parameters the op's own, to lose their last columns.
  bool can_narrow(Op& op) const {
    if (independent_columns(op) == nullptr || op.outputs[0].transposed) return false;
    const bool product =
        std::holds_alternative<MatMul>(op.body) || std::holds_alternative<Conv2d>(op.body);
    for (std::size_t i = product ? 1 : 0; i < operand_count(op); ++i) {
      const View& view = op.inputs[i];
      const bool parameter = rewriter_.tensor(view.tensor).kind == TensorKind::parameter;
      if (view.transposed || (product && !parameter)) return false;
      if (parameter && readers_[index_of(view)] > 1) return false;
    }
    return true;
  }

  void narrow_parameters(const Op& op, std::int64_t columns) {
    for (std::size_t i = 0; i < operand_count(op); ++i) {
      Tensor& tensor = rewriter_.tensor(op.inputs[i].tensor);
      if (tensor.kind == TensorKind::parameter) {
        tensor.shape.back() = op.inputs[i].column + columns;
      }
    }
  }

  Rewriter& rewriter_;
  const std::vector<std::int64_t>& before_;
  std::vector<std::int64_t> read_;     ///< by the ops so far
  std::vector<std::int64_t> written_;  ///< columns that ops still write
  std::vector<int> readers_;           ///< by all ops
};

}  // namespace

std::vector<std::int64_t> read_columns(const Rewriter& rewriter) {
  std::vector<std::int64_t> read = given_away(rewriter);
  for (const Op& op : rewriter.ops()) note_reads(rewriter, op, read);
  return read;
}

void drop_dead_columns(Rewriter& rewriter, const std::vector<std::int64_t>& before) {
  DeadColumns(rewriter, before).run();
}

}  // namespace saccade
