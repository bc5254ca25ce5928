// Pass: tokens that a selector gives up before some blocks (DynamicViT, SPViT, HeatViT).
#pragma once
#include <cstdint>
#include <optional>
#include <vector>

#include "base/schema.hpp"
#include "workload/decisions.hpp"
#include "workload/workload.hpp"

namespace saccade {

/// What scores the tokens.
enum class TokenSelector { none, mlp, mlp_per_head };

/// Where the kept tokens are for the ops that follow.
enum class Compaction {
  move,  ///< moved together
  none   ///< where they were; ops read them by the indexes that were decided
};

/// Tokens that go on into a block: a share of all patches, a count, or what was decided.
struct TokenStage {
  int block = 0;
  std::optional<double> keep;
  std::optional<std::int64_t> count;
};

struct PruneTokens {
  TokenSelector selector = TokenSelector::none;
  DecideFunction select = DecideFunction::threshold;
  std::vector<TokenStage> stages;
  bool package = false;
  std::int64_t protect = 1;
  std::int64_t round_to = 1;
  Compaction compaction = Compaction::move;
};

const Record<PruneTokens>& prune_tokens_record();

/// Before the block of each stage, adds the selector over its patches, the decision, and the op
/// that moves the kept tokens together; from there on there are fewer tokens. Rows are, in this
/// order: `protect` rows that always stay, patches, one package of each stage so far. A package is
/// the sum of the patches that were given up, weighted by their scores. All images of a batch keep
/// as many tokens. Where a stage keeps all patches the selector and its decision are all that is
/// added. Throws UserError for stages that a workload has not or whose tokens cannot change.
Workload prune_tokens(const Workload& workload, const Decisions& decisions,
                      const PruneTokens& pruning);

}  // namespace saccade
