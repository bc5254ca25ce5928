// The network between shared buffers and those of an engine's PEs: its width is shared by all that
// crosses it.
#pragma once
#include <algorithm>
#include <array>

#include "hardware/accelerator.hpp"
#include "sim/core.hpp"

namespace saccade {

/// Transfers pass the link that they all share one after the other, in the order in which they ask;
/// a bus in both directions together, other topologies each way apart.
class NetworkLink {
 public:
  explicit NetworkLink(const PeNetwork& network)
      : both_ways_(network.kind == InterconnectKind::bus) {}

  /// When a transfer that starts now and takes so many cycles is over.
  Cycle pass(bool outward, Cycle now, Cycle cycles) {
    Cycle& free_at = free_at_[outward && !both_ways_ ? 1 : 0];
    free_at = std::max(free_at, now) + cycles;
    return free_at;
  }

 private:
  bool both_ways_;
  std::array<Cycle, 2> free_at_{};
};

}  // namespace saccade
