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
  // The ports of the buffers may feed the array more slowly than it computes.
  const std::int64_t starved = std::max<std::int64_t>(0, work.port_cycles - timing.occupies);
  // Sums that PEs exchange over a bus must be through before the results are there.
  const Cycle exchanged = shared_.cross(work, now + static_cast<Cycle>(timing.occupies)) - now;
  return {static_cast<Cycle>(timing.occupies + starved),
          std::max(exchanged, static_cast<Cycle>(timing.completes + starved))};
}

}  // namespace saccade
