// Pixels that parts of a convolution's output read: bands of the image, which overlap (halo).
#pragma once
#include <cstdint>

#include "workload/op.hpp"

namespace saccade {

/// Rows [begin, end) or columns of a matrix.
struct Range {
  std::int64_t begin = 0;
  std::int64_t end = 0;
  std::int64_t size() const { return end - begin; }
};

/// Pixels (rows of the input tensor, within an image) that output rows [m.begin, m.end) of a
/// convolution read: whole lines of the image, or the columns in reach if `m` lies in one line.
struct PixelBand {
  Range lines;    ///< of input lines, clipped to the image
  Range columns;  ///< of pixels in a line, clipped
  std::int64_t pixels() const { return lines.size() * columns.size(); }
};
PixelBand conv_band(const Conv2d& conv, Range m);

/// Rows of a matrix cut into tiles. Of a convolution rows are output pixels, `line` of them in a
/// line (0: no convolution); a tile of less than a line never spans two of them.
struct RowTiles {
  std::int64_t rows = 1, tile = 1, line = 0;

  std::int64_t count() const;
  Range range(std::int64_t index) const;
  std::int64_t index(std::int64_t row) const;
};
RowTiles conv_tiles(const Conv2d& conv, std::int64_t tile_m);

/// Pixels that enter a buffer in one pass over an image's output in tiles of `tile_m` pixels. The
/// buffer holds what `block_m` of them read (block_m = tile_m: one band at a time, each loaded as
/// it is); within a block whole lines are loaded once, as the first tile wants them.
std::int64_t conv_pixels(const Conv2d& conv, std::int64_t tile_m, std::int64_t block_m);

/// Pixels that the parts of output rows [rows.begin, rows.end) read when they are cut into tiles of
/// `part` rows, each with its own halo.
std::int64_t conv_part_pixels(const Conv2d& conv, Range rows, std::int64_t part);

/// Most pixels that such a buffer holds at once.
std::int64_t conv_block_pixels(const Conv2d& conv, std::int64_t tile_m, std::int64_t block_m);

}  // namespace saccade
