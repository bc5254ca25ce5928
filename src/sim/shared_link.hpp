// Width that several tasks share over time: the ports of a buffer, the link of a network.
#pragma once
#include <vector>

#include "sim/core.hpp"

namespace saccade {

/// Who has the first claim on a link: work that stalls a pipeline when it waits (arrays, vector
/// units), or transfers that only arrive later (DMA, fills). An assumption on the arbiter.
enum class Claim { first, rest };

/// Of equal claims, who starts first has the width that it needs for as long as it needs it; who
/// comes later has what that leaves, up to its own rate. A first claim takes from earlier ones to
/// the rest: what these lose, the next of them finds added to its own need, since times that were
/// told are not taken back. So never more than all of the link is given away, and none is idle
/// while somebody could use it.
class SharedLink {
 public:
  /// What would take `duration` cycles alone, from `start` (not before `now`, which never decreases
  /// from call to call) on, and needs all of the link for `demand` cycles of these, evenly spread.
  /// Returns when it is over, at the earliest at start + duration.
  Cycle pass(Cycle now, Cycle start, Cycle duration, double demand, Claim claim = Claim::first);

 private:
  /// From `at` to the next step so much of the link is given away.
  struct Step {
    Cycle at;
    double first;
    double rest;
  };

  std::size_t begin_step(Cycle now, Cycle start);
  void end_step(std::size_t step, Cycle end);
  double free(const Step& step, Claim claim) const;
  void give(std::size_t step, Cycle end, double share, Claim claim);

  std::vector<Step> steps_;  ///< by time; nothing is taken from the last one on
  double owed_ = 0;          ///< cycles of the link that transfers told to be over have not had
};

}  // namespace saccade
