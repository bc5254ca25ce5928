#include "cost/conv_band.hpp"

#include <algorithm>
#include <numeric>

#include "base/math.hpp"

namespace saccade {
namespace {

/// Input positions along one axis that outputs [begin, end) read, within [0, size).
Range reach(Range outputs, std::int64_t stride, std::int64_t padding, std::int64_t kernel,
            std::int64_t size) {
  const std::int64_t begin = outputs.begin * stride - padding;
  const std::int64_t end = (outputs.end - 1) * stride - padding + kernel;
  return {std::clamp<std::int64_t>(begin, 0, size), std::clamp<std::int64_t>(end, 0, size)};
}

std::int64_t clipped(std::int64_t outputs, std::int64_t stride, std::int64_t kernel,
                     std::int64_t size) {
  return std::min(size, (outputs - 1) * stride + kernel);
}

}  // namespace

PixelBand conv_band(const Conv2d& conv, Range m) {
  const std::int64_t width = conv.out_width();
  const Range lines = {m.begin / width, (m.end - 1) / width + 1};
  Range columns = {0, width};
  if (lines.size() == 1) columns = {m.begin % width, (m.end - 1) % width + 1};
  return {reach(lines, conv.stride, conv.padding, conv.kernel_height, conv.in_height),
          reach(columns, conv.stride, conv.padding, conv.kernel_width, conv.in_width)};
}

std::int64_t RowTiles::count() const {
  return tile < line && rows > line ? rows / line * ceil_div(line, tile) : ceil_div(rows, tile);
}

Range RowTiles::range(std::int64_t index) const {
  if (tile >= line) return {index * tile, std::min((index + 1) * tile, rows)};
  const std::int64_t per_line = ceil_div(line, tile);
  const std::int64_t start = index / per_line * line;
  const std::int64_t begin = start + index % per_line * tile;
  return {begin, std::min(begin + tile, start + line)};
}

std::int64_t RowTiles::index(std::int64_t row) const {
  return tile < line ? row / line * ceil_div(line, tile) + row % line / tile : row / tile;
}

RowTiles conv_tiles(const Conv2d& conv, std::int64_t tile_m) {
  return {conv.out_height() * conv.out_width(), tile_m, conv.out_width()};
}

std::int64_t conv_part_pixels(const Conv2d& conv, Range rows, std::int64_t part) {
  const RowTiles parts = conv_tiles(conv, part);
  std::int64_t pixels = 0;
  for (std::int64_t row = rows.begin; row < rows.end;) {
    const std::int64_t left = conv.out_width() - row % conv.out_width();
    const std::int64_t length =
        std::min(rows.end - row, parts.tile < parts.line ? std::min(parts.tile, left) : parts.tile);
    pixels += conv_band(conv, {row, row + length}).pixels();
    row += length;
  }
  return pixels;
}

std::int64_t conv_pixels(const Conv2d& conv, std::int64_t tile_m, std::int64_t block_m) {
  const RowTiles tiles = conv_tiles(conv, tile_m);
  std::int64_t pixels = 0;
  if (block_m <= tile_m && tiles.tile < tiles.line) {
    // All lines are cut in the same columns: the sums of both factors.
    std::int64_t lines = 0, columns = 0;
    for (std::int64_t row = 0; row < tiles.rows; row += tiles.line) {
      lines += conv_band(conv, {row, row + 1}).lines.size();
    }
    for (std::int64_t at = 0; at < tiles.line; at += tile_m) {
      columns += conv_band(conv, {at, std::min(at + tile_m, tiles.line)}).columns.size();
    }
    return lines * columns;
  }
  std::int64_t block_end = 0, lines_there = 0;
  for (std::int64_t tile = 0; tile < tiles.count(); ++tile) {
    const Range rows = tiles.range(tile);
    const PixelBand band = conv_band(conv, rows);
    if (block_m <= tile_m) {
      pixels += band.pixels();
      continue;
    }
    if (rows.begin >= block_end) {
      block_end = rows.begin / block_m * block_m + block_m;
      lines_there = 0;
    }
    const std::int64_t from = std::max(lines_there, band.lines.begin);
    pixels += std::max<std::int64_t>(0, band.lines.end - from) * conv.in_width;
    lines_there = std::max(lines_there, band.lines.end);
  }
  return pixels;
}

std::int64_t conv_block_pixels(const Conv2d& conv, std::int64_t tile_m, std::int64_t block_m) {
  const std::int64_t width = conv.out_width();
  const std::int64_t rows = std::min(block_m, conv.out_height() * width);
  const bool whole_lines = block_m > tile_m || rows >= width;
  // Parts begin at multiples of `rows`, so at most that far into a line.
  const std::int64_t offset = whole_lines ? width - std::gcd(rows, width) : 0;
  const std::int64_t lines =
      clipped(ceil_div(offset + rows, width), conv.stride, conv.kernel_height, conv.in_height);
  if (whole_lines) return lines * conv.in_width;
  return lines * clipped(rows, conv.stride, conv.kernel_width, conv.in_width);
}

}  // namespace saccade
