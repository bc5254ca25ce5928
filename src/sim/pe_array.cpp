#include "sim/pe_array.hpp"

#include <algorithm>

namespace saccade {

Timing PeArray::work(const TileTask& task, Core::Slot slot) {
  const TileWork& work = shared_.program.works()[task.work];
  const Cycle now = kernel_now();
  const auto idle = static_cast<std::int64_t>(now - freed_.time);
  const auto ready = static_cast<std::int64_t>(now - shared_.core.ready_since(slot));
  ArrayState after;
  const ArrayTiming timing = engine_timing(engine_, work.engine_tile, before_, idle, ready, &after);
  before_ = after;
  const auto alone = static_cast<Cycle>(timing.occupies);
  const Cycle fed = shared_.through_ports(work, now, alone, Claim::first) - now;
  // Sums that PEs exchange must be through before the results are there.
  const Cycle exchanged = shared_.across_network(work, now, now + fed, 0) - now;
  const Cycle starved = fed - alone;
  const Cycle results = static_cast<Cycle>(timing.completes + work.latency) + starved;
  return {fed, std::max(exchanged, results),
          starved + (exchanged > results ? exchanged - results : 0)};
}

}  // namespace saccade
