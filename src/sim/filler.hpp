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
    const auto alone = static_cast<Cycle>(work.network_cycles);
    const Cycle occupies = std::max(shared_.through_ports(work, now, alone, Claim::rest),
                                    shared_.across_network(work, now, now, alone)) -
                           now;
    return {occupies, occupies + static_cast<Cycle>(work.latency), 0};
  }
};

}  // namespace saccade
