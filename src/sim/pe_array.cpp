#include "sim/pe_array.hpp"

#include <algorithm>

namespace saccade {

Timing PeArray::work(const TileTask& task, Core::Slot slot) {
  const TileWork& work = shared_.program.works()[task.work];
  const Cycle now = kernel_now();
  const auto idle = static_cast<std::int64_t>(now - freed_.time);
  const auto ready = static_cast<std::int64_t>(now - shared_.core.ready_since(slot));
  ArrayState after;
  const ArrayTiming timing = tile_timing(array_, work.tile, before_, idle, ready, &after);
  before_ = after;
  // The ports of the buffers may feed the array more slowly than it computes.
  const std::int64_t starved = std::max<std::int64_t>(0, work.port_cycles - timing.occupies);
  return {static_cast<Cycle>(timing.occupies + starved),
          static_cast<Cycle>(timing.completes + starved)};
}

}  // namespace saccade
