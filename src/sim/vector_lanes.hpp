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
    const std::int64_t occupies = std::max(work.cycles, work.port_cycles);
    return {static_cast<Cycle>(occupies), static_cast<Cycle>(occupies + work.latency)};
  }
};

}  // namespace saccade
