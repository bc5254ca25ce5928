#include "sim/dma.hpp"

#include <algorithm>

namespace saccade {

Dma::Dma(const sc_core::sc_module_name& name, Shared& shared, int queue_depth,
         const Accelerator& accelerator)
    : Unit(name, shared, queue_depth),
      bytes_per_cycle_(accelerator.dram.fidelity == DramFidelity::ideal
                           ? 0
                           : accelerator.dram.peak_bytes_per_s() / accelerator.clock_hz) {}

Timing Dma::work(const TileTask& task, Core::Slot) {
  const UnitId channel = task.unit;  // tasks move in memory while others are emitted
  const TileWork& work = shared_.program.works()[task.work];
  // Data pass through the ports of their buffer, and over the network of an engine, as they come:
  // at the peak of the DRAM at best.
  const Cycle start = kernel_now();
  const auto bytes = static_cast<double>(task.region.useful_bytes());
  const Cycle fastest =
      bytes_per_cycle_ > 0 ? static_cast<Cycle>(bytes / bytes_per_cycle_) : Cycle{0};
  const Cycle crossed = std::max(shared_.through_ports(work, start, fastest),
                                 shared_.across_network(work, start, start, fastest));
  const TimedTransfer sent = sender_.send(socket, task.region, task.write);
  if (!shared_.dram_transfers.empty()) shared_.dram_transfers[channel].push_back(sent);
  const Cycle late = crossed > sent.accepted ? crossed - sent.accepted : 0;
  const Cycle served = sent.done - sent.accepted;
  const Cycle completes = std::max(late, served);
  return {late, completes, sender_.held_up() + completes - served};
}

}  // namespace saccade
