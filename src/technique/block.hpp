// Blocks of a workload as passes see them: their ops, and the activations that go in and out.
#pragma once
#include <vector>

#include "technique/rewriter.hpp"

namespace saccade {

/// Indexes of the ops of a block, in order. Throws UserError if there are none.
std::vector<std::size_t> ops_of_block(const Rewriter& rewriter, int block);

/// The blocks that compute attention, in order.
std::vector<int> attention_blocks(const Rewriter& rewriter);

/// The activation that a block reads and does not write. Throws UserError if it is not one.
TensorId block_input(const Rewriter& rewriter, int block);

/// The tensor that a block writes for others. Throws UserError if it is not one.
TensorId block_output(const Rewriter& rewriter, int block);

/// Whether both are matrices of as many rows and columns.
bool same_matrix(const Tensor& a, const Tensor& b);

}  // namespace saccade
