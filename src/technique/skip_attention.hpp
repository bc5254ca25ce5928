// Pass: blocks without their attention, as PIVOT runs easy images (Moitra et al., DAC 2024).
#pragma once
#include <optional>
#include <vector>

#include "base/schema.hpp"
#include "workload/decisions.hpp"
#include "workload/workload.hpp"

namespace saccade {

/// Which attentions are skipped: `blocks`, or as many of `order` as leave `effort` attentions, or,
/// with neither, those that were decided for the input.
struct SkipAttention {
  std::optional<std::vector<int>> blocks;
  std::optional<std::vector<int>> order;
  std::optional<int> effort;
};

const Record<SkipAttention>& skip_attention_record();

/// A skipped attention leaves its block's input in the place of the first residual sum: norm, q, k
/// and v, scores, softmax, values and projection are not computed. Throws UserError for a block
/// whose attention has no residual addition around it.
Workload skip_attention(const Workload& workload, const Decisions& decisions,
                        const SkipAttention& skip);

}  // namespace saccade
