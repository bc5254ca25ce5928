// Another number of tokens from one op of a workload on.
#pragma once
#include "technique/rewriter.hpp"

namespace saccade {

/// From the op of index `first` on, every image has `now` rows of the tensor `tokens` and not the
/// `was` that it has: all that is computed from them gets as many rows, scores as many columns too,
/// and sums over tokens as many terms. A view of all rows but the first few stays one; a view of
/// the first rows alone (a class token) stays as it is. All images of a batch have `now` tokens.
///
/// `tokens` itself keeps its shape: whoever writes it knows what it holds. Throws UserError, naming
/// the op, where the number of tokens cannot change: pixels of a convolution, weights with a row
/// per token, sums with a tensor from before the change.
void with_tokens(Rewriter& rewriter, std::size_t first, TensorId tokens, std::int64_t was,
                 std::int64_t now);

}  // namespace saccade
