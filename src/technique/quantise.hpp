// Pass: the precision of tensors, by what they hold.
#pragma once
#include <optional>

#include "base/schema.hpp"
#include "workload/decisions.hpp"
#include "workload/workload.hpp"

namespace saccade {

/// Bits of each class of tensors; what is left out stays as it is.
struct Quantise {
  std::optional<int> activation_bits;   ///< what no other class holds: image, embeddings, outputs
  std::optional<int> weight_bits;       ///< second operands of products that are parameters
  std::optional<int> score_bits;        ///< what core attention writes and itself reads
  std::optional<int> norm_bits;         ///< parameters of norms
  std::optional<int> accumulator_bits;  ///< sums of products, and their biases
};

const Record<Quantise>& quantise_record();

Workload quantise(const Workload& workload, const Decisions& decisions, const Quantise& bits);

}  // namespace saccade
