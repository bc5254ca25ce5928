#include "mapping/tile_grid.hpp"

#include <algorithm>

namespace saccade {

std::int64_t TileGrid::tiles_m() const {
  if (line > 0 && tile_m < line) return m / line * ceil_div(line, tile_m);
  return ceil_div(m, tile_m);
}

Range TileGrid::rows_of(std::int64_t tile) const {
  if (line > 0 && tile_m < line) {
    const std::int64_t per_line = ceil_div(line, tile_m);
    const std::int64_t start = tile / per_line * line;
    const std::int64_t begin = start + tile % per_line * tile_m;
    return {begin, std::min(begin + tile_m, start + line)};
  }
  return {tile * tile_m, std::min((tile + 1) * tile_m, m)};
}

Range TileGrid::columns_of(std::int64_t tile) const {
  return {tile * tile_n, std::min((tile + 1) * tile_n, n)};
}

std::int64_t TileGrid::tile_of_row(std::int64_t row) const {
  if (line > 0 && tile_m < line) {
    return row / line * ceil_div(line, tile_m) + row % line / tile_m;
  }
  return row / tile_m;
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
      const std::int64_t last_m = tile_of_row(r.end - 1);
      const std::int64_t last_n = (c.end - 1) / tile_n;
      const std::int64_t within =
          n_outer ? last_n * tiles_m() + last_m : last_m * tiles_n() + last_n;
      return (image * heads + head) * tiles_per_entry() + within + 1;
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

}  // namespace saccade
