#include "technique/narrow_input.hpp"

#include "technique/dead_columns.hpp"

namespace saccade {
namespace {

Op& op_named(Rewriter& rewriter, const std::string& name) {
  std::vector<std::string> names;
  for (Op& op : rewriter.ops()) {
    if (op.name == name) return op;
    names.push_back(op.name);
  }
  throw UserError(fmt::format("has op '{}', expected the name of an op of the workload{}", name,
                              did_you_mean(name, names)));
}

/// The number of channels that the op reads, and how many rows of weights each has; null if the op
/// is none that can read fewer.
struct Channels {
  std::int64_t* count = nullptr;
  std::int64_t taps = 1;
};

Channels channels_of(Op& op) {
  if (auto* product = std::get_if<MatMul>(&op.body)) {
    return {product->heads == 1 ? &product->k : nullptr, 1};
  }
  if (auto* conv = std::get_if<Conv2d>(&op.body)) {
    return {conv->groups == 1 ? &conv->in_channels : nullptr,
            conv->kernel_height * conv->kernel_width};
  }
  return {};
}

/// Whether the weights are a parameter of the op alone whose rows are its channels.
bool has_own_weights(const Rewriter& rewriter, const Op& op) {
  const View& weights = op.inputs[1];
  const Tensor& tensor = rewriter.tensor(weights.tensor);
  int readers = 0;
  for (const Op& other : rewriter.ops()) {
    for (const View& view : other.inputs) readers += view.tensor == weights.tensor ? 1 : 0;
  }
  return tensor.kind == TensorKind::parameter && tensor.shape.size() == 2 && readers == 1 &&
         !weights.transposed && weights.row == 0;
}

}  // namespace

const Record<NarrowInput>& narrow_input_record() {
  static const auto record =
      Record<NarrowInput>("an op that reads fewer channels")
          .field("op", &NarrowInput::op, text("the name of an op"),
                 "product or convolution whose input becomes narrower")
          .field("channels", &NarrowInput::channels, integer<std::int64_t>(1, 1 << 30),
                 "first columns of its input that it still reads")
          .field("dead_outputs", &NarrowInput::dead_outputs,
                 choice<DeadOutputs>({{"keep", DeadOutputs::keep}, {"drop", DeadOutputs::drop}}),
                 "keep: what nobody reads any more is computed as before; drop: it is not",
                 DeadOutputs::keep);
  return record;
}

Workload narrow_input(const Workload& workload, const Decisions&, const NarrowInput& narrow) {
  Rewriter rewriter(workload);
  const std::vector<std::int64_t> before = read_columns(rewriter);
  Op& op = op_named(rewriter, narrow.op);
  const Channels channels = channels_of(op);
  if (channels.count == nullptr || op.inputs[0].transposed || !has_own_weights(rewriter, op)) {
    throw UserError(fmt::format(
        "op '{}' ({}) cannot read fewer channels, expected a product of one head or a convolution "
        "of one group with weights of its own",
        op.name, kind_name(op.body)));
  }
  if (narrow.channels > *channels.count) {
    throw UserError(fmt::format("op '{}' reads {} channels, expected at least the {} that are left",
                                op.name, *channels.count, narrow.channels));
  }
  if (narrow.channels == *channels.count) return workload;
  *channels.count = narrow.channels;
  rewriter.tensor(op.inputs[1].tensor).shape[0] = narrow.channels * channels.taps;
  if (narrow.dead_outputs == DeadOutputs::drop) drop_dead_columns(rewriter, before);
  return std::move(rewriter).build();
}

}  // namespace saccade
