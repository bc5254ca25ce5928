// Fills the buffers of an engine from shared ones, over its network.
#pragma once
#include "sim/unit.hpp"

namespace saccade {

class Filler : public Unit {
 public:
  using Unit::Unit;

 private:
  Timing work(const TileTask& task, Core::Slot) override {
    const TileWork& work = shared_.program.works()[task.work];
    const Cycle now = kernel_now();
    const Cycle passed = shared_.cross(work, now) - now;
    const Cycle occupies = std::max(passed, static_cast<Cycle>(work.port_cycles));
    return {occupies, occupies};
  }
};

}  // namespace saccade
