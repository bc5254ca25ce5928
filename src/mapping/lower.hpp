// From a network to what one accelerator runs: an engine for each product, and layout changes.
#pragma once
#include <vector>

#include "hardware/accelerator.hpp"
#include "workload/workload.hpp"

namespace saccade {

struct Lowered {
  Workload workload;
  std::vector<int> engines;  ///< by op; -1: no product
};

/// Picks for each product the engine that may run it (role, width of operands, hint) and does it in
/// the fewest cycles; adds a layout change after the writer of each activation that a row-addressed
/// buffer cannot hand out in the order that the engine's edges need (cost/systolic operand_order).
/// Parameters need none: they are stored beforehand in whatever order is wanted. Throws Infeasible
/// for a product that no engine may run.
Lowered lower(const Workload& workload, const Accelerator& accelerator);

}  // namespace saccade
