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
    const auto works = static_cast<Cycle>(std::max(work.cycles, work.port_cycles));
    const Cycle occupies = std::max(works, shared_.cross(work, now) - now);
    return {occupies, occupies + static_cast<Cycle>(work.latency)};
  }
};

}  // namespace saccade
