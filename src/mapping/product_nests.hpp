// The legal ways to cut one product: tile sizes, splits over PEs, loop orders and what buffers
// hold.
#pragma once
#include <functional>
#include <vector>

#include "mapping/pins.hpp"
#include "mapping/product_estimate.hpp"

namespace saccade {

/// All that the buffers hold, in one instance each.
Demand capacities(const std::vector<Buffer>& buffers);

/// A tile with its split: what the engine's time depends on.
struct TileChoice {
  GemmTile tile;
  Split split;
  std::int64_t at_once = 1;
  bool fold_taps = true;
};

/// Tiles whose smallest demand can fit at all, sizes growing by powers of two of the engine's fold;
/// chunks of k as large as the engine's own buffers allow, where it has its own. `tile_m` > 0 fixes
/// the rows of a tile.
std::vector<TileChoice> tile_choices(const ProductFacts& facts, const Pins& pins,
                                     std::int64_t tile_m);

/// Calls `each` with every schedule for a tile: loop orders with blocks of several tiles, double
/// buffering, and what each buffer holds. A buffer that serves nothing else holds as much as fits,
/// which moves least, or one tile at a time, which waits least.
void for_schedules(const ProductFacts& facts, const Pins& pins, const TileChoice& choice,
                   const std::function<void(OpSchedule)>& each);

/// The schedule of a tile that needs least space: nothing is kept, no room for a second tile.
OpSchedule bare_schedule(const ProductFacts& facts, const Pins& pins, const TileChoice& choice);

/// The schedule that needs least space of all: one fold per tile, nothing kept.
OpSchedule smallest_schedule(const ProductFacts& facts, const Pins& pins, std::int64_t tile_m);

}  // namespace saccade
