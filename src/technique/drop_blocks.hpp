// Pass: a network of fewer blocks (depth scaling of dynamic inference).
#pragma once
#include <vector>

#include "base/schema.hpp"
#include "workload/decisions.hpp"
#include "workload/workload.hpp"

namespace saccade {

struct DropBlocks {
  std::vector<int> blocks;
};

const Record<DropBlocks>& drop_blocks_record();

/// The input of each of the blocks takes the place of its output. Throws UserError for a block that
/// is not there, has several inputs or outputs, or changes the shape. Other blocks keep their
/// numbers.
Workload drop_blocks(const Workload& workload, const Decisions& decisions, const DropBlocks& drop);

}  // namespace saccade
