// Width that several tasks share over time: the ports of a buffer, the link of a network.
#pragma once
#include <vector>

#include "sim/core.hpp"

namespace saccade {

/// Who starts first has the width that it needs for as long as it needs it; who comes later has
/// what that leaves, up to its own rate. Never more than all of it is given away, and none is idle
/// while somebody could use it.
class SharedLink {
 public:
  /// What would take `duration` cycles alone, from `start` (not before `now`, which never decreases
  /// from call to call) on, and needs all of the link for `demand` cycles of these, evenly spread.
  /// Returns when it is over, at the earliest at start + duration.
  Cycle pass(Cycle now, Cycle start, Cycle duration, double demand);

 private:
  /// From `at` to the next step so much of the link is given away.
  struct Step {
    Cycle at;
    double taken;
  };

  std::size_t begin_step(Cycle now, Cycle start);
  void end_step(std::size_t step, Cycle end);

  std::vector<Step> steps_;  ///< by time; nothing is taken from the last one on
};

}  // namespace saccade
