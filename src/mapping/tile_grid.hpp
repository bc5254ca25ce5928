// The order in which an op finishes the tiles of its output, and what a region of it must wait for.
#pragma once
#include <algorithm>
#include <optional>
#include <vector>

#include "cost/nest.hpp"
#include "mapping/product.hpp"

namespace saccade {

/// Tiles of a matrix of m x n for every (image, head); entries are finished one after the other, or
/// `at_once` heads of an image together.
struct TileGrid {
  std::int64_t images = 1, heads = 1;
  std::int64_t at_once = 1;
  std::int64_t m = 1, n = 1;
  std::int64_t tile_m = 1, tile_n = 1;
  std::int64_t line = 0;  ///< output pixels in a line of a convolution, 0 elsewhere
  /// Order of tiles within an entry: loops over m and n in steps of so many tiles, outermost first,
  /// the last of each dimension in steps of one. None: rows outside, columns inside.
  std::vector<Loop> loops;
  View output;

  RowTiles row_tiles() const { return {m, tile_m, line}; }
  std::int64_t tiles_m() const { return row_tiles().count(); }
  std::int64_t tiles_n() const { return ceil_div(n, tile_n); }
  std::int64_t tiles_per_entry() const { return tiles_m() * tiles_n(); }
  std::int64_t groups_per_image() const { return ceil_div(heads, at_once); }
  std::int64_t groups() const { return images * groups_per_image(); }
  std::int64_t count() const { return groups() * tiles_per_entry(); }
  /// Of tile row or column `tile`, within the entry.
  Range rows_of(std::int64_t tile) const { return row_tiles().range(tile); }
  Range columns_of(std::int64_t tile) const {
    return {tile * tile_n, std::min((tile + 1) * tile_n, n)};
  }

  /// How many tiles, the first ones in the order in which they are finished, cover rows x columns
  /// of the output tensor. Rows and columns that no tile writes need nothing.
  std::int64_t tiles_for(Range rows, Range columns) const;

 private:
  std::int64_t position(std::int64_t tile_row, std::int64_t tile_column) const;
};

/// What entry (image, head) sees of a tensor through a view, where the op's matrix is rows x
/// columns and `part` of it is wanted: as rows and columns of the stored tensor.
struct TensorPart {
  Range rows;
  Range columns;
};
TensorPart tensor_part(const View& view, std::int64_t image, std::int64_t head, Range rows,
                       Range columns);

/// Widens the part of one head to `heads` of them from there on; nothing if they do not lie side by
/// side.
std::optional<TensorPart> with_heads(const View& view, TensorPart part, std::int64_t heads);

}  // namespace saccade
