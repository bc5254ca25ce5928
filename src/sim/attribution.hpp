// Where the time went: walking back from the last completion along what released each task.
#pragma once
#include "sim/simulate.hpp"

namespace saccade {

/// Gives every cycle of the run from `accounted_from` on to exactly one (op, kind of work, edge) in
/// `result.ops`, from `result.records`; `ideal` and `quantisation` are the array's shares of each
/// work's cycles.
struct ArrayShare {
  Cycle ideal = 0;
  Cycle quantisation = 0;
};
void attribute(SimResult& result, const std::vector<TileWork>& works,
               const std::vector<ArrayShare>& shares);

}  // namespace saccade
