#include "mapping/schedule.hpp"

#include <algorithm>

namespace saccade {

bool OpSchedule::rows_outer() const {
  const GemmTile whole = nest.size;
  const GemmTile step = tile();
  for (const Loop& loop : nest.loops) {
    if (loop.dim == Dim::m && loop.tile == step.m) return true;
    if (loop.dim == Dim::m && loop.tile < whole.m) return false;
    if (loop.dim == Dim::n && loop.tile < whole.n) return false;
  }
  return true;
}

std::vector<Loop> grid_loops(const OpSchedule& schedule, const RowTiles& rows) {
  std::vector<Loop> loops;
  for (const Loop& loop : tile_nest(schedule, rows).loops) {
    if (loop.dim != Dim::k) loops.push_back(loop);
  }
  return loops;
}

Nest tile_nest(const OpSchedule& schedule, const RowTiles& rows) {
  const GemmTile tile = schedule.tile();
  const auto tiles = [&](Dim dim, std::int64_t size) {
    if (dim != Dim::m) return ceil_div(size, extent(tile, dim));
    return RowTiles{std::min(size, rows.rows), tile.m, rows.line}.count();
  };
  Nest nest;
  nest.size = {tiles(Dim::m, rows.rows), tiles(Dim::n, schedule.nest.size.n),
               tiles(Dim::k, schedule.nest.size.k)};
  for (const Loop& loop : schedule.nest.loops) {
    nest.loops.push_back({loop.dim, tiles(loop.dim, loop.tile)});
  }
  return nest;
}

}  // namespace saccade
