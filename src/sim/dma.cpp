#include "sim/dma.hpp"

#include <algorithm>

namespace saccade {

Dma::Dma(const sc_core::sc_module_name& name, Shared& shared, int queue_depth,
         const Accelerator& accelerator)
    : Unit(name, shared, queue_depth),
      bytes_per_cycle_(accelerator.dram.fidelity == DramFidelity::ideal
                           ? 0
                           : accelerator.dram.peak_bytes_per_s() / accelerator.clock_hz) {}

/// When the data have passed the ports of their buffer, and the network of an engine, if they come
/// at the peak of the DRAM. Those of an ideal memory are in the buffer at once.
Cycle Dma::crossing(const TileWork& work, double bytes) {
  const Cycle now = kernel_now();
  if (bytes_per_cycle_ <= 0) return shared_.across_network(work, now, now, 0);
  const auto fastest = static_cast<Cycle>(bytes / bytes_per_cycle_);
  return std::max(shared_.through_ports(work, now, fastest, Claim::rest),
                  shared_.across_network(work, now, now, fastest));
}

Timing Dma::work(const TileTask& task, Core::Slot) {
  const UnitId channel = task.unit;  // tasks move in memory while others are emitted
  const TileWork& work = shared_.program.works()[task.work];
  const Cycle crossed = crossing(work, static_cast<double>(task.region.useful_bytes()));
  const TimedTransfer sent = sender_.send(socket, task.region, task.write);
  if (!shared_.dram_transfers.empty()) shared_.dram_transfers[channel].push_back(sent);
  const Cycle late = crossed > sent.accepted ? crossed - sent.accepted : 0;
  const Cycle served = sent.done - sent.accepted;
  const Cycle completes = std::max(late, served);
  return {late, completes, sender_.held_up() + completes - served};
}

}  // namespace saccade
