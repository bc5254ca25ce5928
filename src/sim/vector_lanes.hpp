// A vector unit: sweeps over a tile, cycles by cost/vector.
#pragma once
#include <algorithm>

#include "sim/unit.hpp"

namespace saccade {

class VectorLanes : public Unit {
 public:
  using Unit::Unit;

 private:
  Timing work(const TileTask& task, Core::Slot) override {
    const TileWork& work = shared_.program.works()[task.work];
    const Cycle now = kernel_now();
    const auto alone = static_cast<Cycle>(work.cycles);
    const Cycle occupies = std::max(shared_.through_ports(work, now, alone, Claim::first),
                                    shared_.across_network(work, now, now, alone)) -
                           now;
    return {occupies, occupies + static_cast<Cycle>(work.latency), occupies - alone};
  }
};

}  // namespace saccade
