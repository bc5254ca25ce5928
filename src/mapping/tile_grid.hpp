// The order in which an op finishes the tiles of its output, and what a region of it must wait for.
#pragma once
#include "mapping/product.hpp"

namespace saccade {

/// Tiles of a matrix of m x n for every (image, head); entries are finished one after the other.
/// Within an entry rows are the outer loop, or columns if `n_outer`.
struct TileGrid {
  std::int64_t images = 1, heads = 1;
  std::int64_t m = 1, n = 1;
  std::int64_t tile_m = 1, tile_n = 1;
  /// Output pixels in a line of a convolution, 0 elsewhere. A tile of less than a line never spans
  /// two of them.
  std::int64_t line = 0;
  bool n_outer = false;
  View output;

  std::int64_t tiles_m() const;
  std::int64_t tiles_n() const { return ceil_div(n, tile_n); }
  std::int64_t tiles_per_entry() const { return tiles_m() * tiles_n(); }
  std::int64_t entries() const { return images * heads; }
  std::int64_t count() const { return entries() * tiles_per_entry(); }
  Range rows_of(std::int64_t tile) const;     ///< of tile row `tile`, within the entry
  Range columns_of(std::int64_t tile) const;  ///< of tile column `tile`, within the entry

  /// How many tiles, the first ones in the order in which they are finished, cover rows x columns
  /// of the output tensor. Rows and columns that no tile writes need nothing.
  std::int64_t tiles_for(Range rows, Range columns) const;

 private:
  std::int64_t tile_of_row(std::int64_t row) const;
};

/// What entry (image, head) sees of a tensor through a view, where the op's matrix is rows x
/// columns and `part` of it is wanted: as rows and columns of the stored tensor.
struct TensorPart {
  Range rows;
  Range columns;
};
TensorPart tensor_part(const View& view, std::int64_t image, std::int64_t head, Range rows,
                       Range columns);

}  // namespace saccade
