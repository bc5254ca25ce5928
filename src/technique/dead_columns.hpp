// Columns of tensors that nobody reads any more, and the work that made them.
#pragma once
#include <vector>

#include "technique/rewriter.hpp"

namespace saccade {

/// The columns of each tensor, counted from the first, that some op reads; all of those that the
/// network gives away, and of outcomes of decisions.
std::vector<std::int64_t> read_columns(const Rewriter& rewriter);

/// Leaves out the last columns of tensors that nobody reads now, but did `before`: ops compute
/// fewer columns where each column comes from weights or columns of its own, and ops without
/// columns that are read are removed. All else stays as it is.
void drop_dead_columns(Rewriter& rewriter, const std::vector<std::int64_t>& before);

}  // namespace saccade
