#include "mapping/tile_grid.hpp"

#include <algorithm>

namespace saccade {

std::int64_t TileGrid::position(std::int64_t tile_row, std::int64_t tile_column) const {
  if (loops.empty()) return tile_row * tiles_n() + tile_column;
  GemmTile left = {tiles_m(), tiles_n(), 1};  // of the block that the loops so far leave
  GemmTile at = {tile_row, tile_column, 0};   // within that block
  std::int64_t before = 0;
  for (const Loop& loop : loops) {
    std::int64_t& size = extent(left, loop.dim);
    std::int64_t& place = extent(at, loop.dim);
    const std::int64_t step = place / loop.tile;
    before += step * loop.tile * (left.m * left.n / size);
    place -= step * loop.tile;
    size = std::min(loop.tile, size - step * loop.tile);
  }
  return before;
}

std::int64_t TileGrid::tiles_for(Range rows, Range columns) const {
  // The last entry that meets the region decides, since entries are finished one after the other;
  // the steps between entries tell where to begin looking.
  const auto last_within = [](std::int64_t end, std::int64_t first, std::int64_t step,
                              std::int64_t count) {
    return step > 0 ? std::clamp<std::int64_t>((end - 1 - first) / step, 0, count - 1) : count - 1;
  };
  for (std::int64_t image = last_within(rows.end, output.row, output.image_rows, images);
       image >= 0; --image) {
    const std::int64_t image_row = output.row + image * output.image_rows;
    const std::int64_t head_by_row = last_within(rows.end, image_row, output.head_rows, heads);
    const std::int64_t head_by_column =
        last_within(columns.end, output.column, output.head_columns, heads);
    for (std::int64_t head = std::min(head_by_row, head_by_column); head >= 0; --head) {
      const std::int64_t row0 = image_row + head * output.head_rows;
      const std::int64_t column0 = output.column + head * output.head_columns;
      const Range r = {std::max<std::int64_t>(rows.begin - row0, 0), std::min(rows.end - row0, m)};
      const Range c = {std::max<std::int64_t>(columns.begin - column0, 0),
                       std::min(columns.end - column0, n)};
      if (r.size() <= 0 || c.size() <= 0) continue;
      // Whatever the order of the loops, the last row and column of a region come last.
      const std::int64_t last = position(row_tiles().index(r.end - 1), (c.end - 1) / tile_n);
      return (image * groups_per_image() + head / at_once) * tiles_per_entry() + last + 1;
    }
  }
  return 0;
}

TensorPart tensor_part(const View& view, std::int64_t image, std::int64_t head, Range rows,
                       Range columns) {
  if (view.transposed) std::swap(rows, columns);
  const std::int64_t row0 = view.row + image * view.image_rows + head * view.head_rows;
  const std::int64_t column0 = view.column + head * view.head_columns;
  return {{row0 + rows.begin, row0 + rows.end}, {column0 + columns.begin, column0 + columns.end}};
}

std::optional<TensorPart> with_heads(const View& view, TensorPart part, std::int64_t heads) {
  if (heads == 1) return part;
  if (view.head_columns == part.columns.size() && view.head_rows == 0) {
    part.columns.end += (heads - 1) * view.head_columns;
    return part;
  }
  if (view.head_rows == part.rows.size() && view.head_columns == 0) {
    part.rows.end += (heads - 1) * view.head_rows;
    return part;
  }
  return std::nullopt;
}

}  // namespace saccade
