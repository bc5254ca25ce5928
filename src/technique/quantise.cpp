#include "technique/quantise.hpp"

namespace saccade {
namespace {

enum class TensorClass { activation, weight, score, norm, accumulator };

/// What every tensor holds, from how ops use it.
std::vector<TensorClass> classify(const Workload& workload) {
  const std::size_t count = workload.tensors().size();
  std::vector<TensorClass> classes(count, TensorClass::activation);
  std::vector<bool> from_attention(count, false);
  for (const Op& op : workload.ops()) {
    const bool product =
        std::holds_alternative<MatMul>(op.body) || std::holds_alternative<Conv2d>(op.body);
    const std::size_t operands = operand_count(op);
    for (std::size_t i = 0; i < operands; ++i) {
      const auto id = static_cast<std::size_t>(op.inputs[i].tensor);
      const bool parameter = workload.tensors()[id].kind == TensorKind::parameter;
      if (product && parameter && i > 0) {
        classes[id] = i == 1 ? TensorClass::weight : TensorClass::accumulator;
      } else if (std::holds_alternative<Norm>(op.body) && parameter) {
        classes[id] = TensorClass::norm;
      } else if (op.role == Role::core_attention && from_attention[id]) {
        classes[id] = TensorClass::score;
      }
    }
    for (const View& view : op.outputs) {
      from_attention[static_cast<std::size_t>(view.tensor)] = op.role == Role::core_attention;
    }
  }
  return classes;
}

}  // namespace

const Record<Quantise>& quantise_record() {
  const auto bits = [] { return optional(integer<int>(1, 64)); };
  using Bits = std::optional<int>;
  static const auto record =
      Record<Quantise>("the precision of tensors")
          .field("activation_bits", &Quantise::activation_bits, bits(),
                 "activations, image, embeddings and outputs", Bits())
          .field("weight_bits", &Quantise::weight_bits, bits(),
                 "weights of products and convolutions", Bits())
          .field("score_bits", &Quantise::score_bits, bits(),
                 "attention scores before and after softmax", Bits())
          .field("norm_bits", &Quantise::norm_bits, bits(), "scale and shift of norms", Bits())
          .field("accumulator_bits", &Quantise::accumulator_bits, bits(),
                 "sums of products before requantisation, and biases", Bits());
  return record;
}

Workload quantise(const Workload& workload, const Decisions&, const Quantise& bits) {
  std::vector<Tensor> tensors = workload.tensors();
  const std::vector<TensorClass> classes = classify(workload);
  for (std::size_t i = 0; i < tensors.size(); ++i) {
    const std::optional<int> wanted = [&] {
      switch (classes[i]) {
        case TensorClass::weight:
          return bits.weight_bits;
        case TensorClass::score:
          return bits.score_bits;
        case TensorClass::norm:
          return bits.norm_bits;
        case TensorClass::accumulator:
          return bits.accumulator_bits;
        case TensorClass::activation:
          break;
      }
      return bits.activation_bits;
    }();
    tensors[i].bits = wanted.value_or(tensors[i].bits);
  }
  std::vector<Op> ops = workload.ops();
  for (Op& op : ops) {
    if (auto* matmul = std::get_if<MatMul>(&op.body)) {
      matmul->accumulator_bits = bits.accumulator_bits.value_or(matmul->accumulator_bits);
    } else if (auto* conv = std::get_if<Conv2d>(&op.body)) {
      conv->accumulator_bits = bits.accumulator_bits.value_or(conv->accumulator_bits);
    }
  }
  return Workload(workload.name(), workload.images(), std::move(tensors), std::move(ops));
}

}  // namespace saccade
