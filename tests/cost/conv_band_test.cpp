#include "cost/conv_band.hpp"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <numeric>
#include <set>
#include <vector>

namespace saccade {
namespace {

struct ConvCase {
  const char* name;
  std::int64_t height, width, kernel_height, kernel_width, stride, padding;
};

const ConvCase kConvs[] = {
    {"patches", 16, 16, 4, 4, 4, 0}, {"same", 7, 9, 3, 3, 1, 1},
    {"strided", 11, 8, 7, 7, 2, 3},  {"pointwise", 5, 6, 1, 1, 1, 0},
    {"skipping", 9, 9, 1, 1, 2, 0},  {"wide kernel", 6, 10, 1, 5, 1, 2},
    {"one line", 1, 12, 1, 3, 1, 1},
};

Conv2d conv_of(const ConvCase& test) {
  Conv2d conv;
  conv.in_height = test.height;
  conv.in_width = test.width;
  conv.kernel_height = test.kernel_height;
  conv.kernel_width = test.kernel_width;
  conv.stride = test.stride;
  conv.padding = test.padding;
  return conv;
}

/// Lines and columns of the pixels that output pixels [begin, end) read, one by one.
struct Reached {
  std::set<std::int64_t> lines, columns;
};

Reached reached(const Conv2d& conv, Range m) {
  Reached all;
  for (std::int64_t pixel = m.begin; pixel < m.end; ++pixel) {
    for (std::int64_t dy = 0; dy < conv.kernel_height; ++dy) {
      for (std::int64_t dx = 0; dx < conv.kernel_width; ++dx) {
        const std::int64_t y = pixel / conv.out_width() * conv.stride + dy - conv.padding;
        const std::int64_t x = pixel % conv.out_width() * conv.stride + dx - conv.padding;
        if (y < 0 || y >= conv.in_height || x < 0 || x >= conv.in_width) continue;
        all.lines.insert(y);
        all.columns.insert(x);
      }
    }
  }
  return all;
}

/// The band covers what is read, and no line or column beyond the outermost ones.
void check_band(const ConvCase& test, const Conv2d& conv, Range m) {
  const PixelBand band = conv_band(conv, m);
  const Reached all = reached(conv, m);
  if (all.lines.empty() || all.columns.empty()) {  // padding alone
    EXPECT_EQ(band.pixels(), 0) << test.name;
    return;
  }
  EXPECT_EQ(band.lines.begin, *all.lines.begin()) << test.name << " " << m.begin << " " << m.end;
  EXPECT_EQ(band.lines.end, *all.lines.rbegin() + 1) << test.name << " " << m.begin << " " << m.end;
  EXPECT_EQ(band.columns.begin, *all.columns.begin()) << test.name << " " << m.begin;
  EXPECT_EQ(band.columns.end, *all.columns.rbegin() + 1) << test.name << " " << m.begin;
}

TEST(ConvBand, WholeLines) {
  for (const ConvCase& test : kConvs) {
    const Conv2d conv = conv_of(test);
    for (std::int64_t first = 0; first < conv.out_height(); ++first) {
      for (std::int64_t last = first; last < conv.out_height(); ++last) {
        check_band(test, conv, {first * conv.out_width(), (last + 1) * conv.out_width()});
      }
    }
  }
}

TEST(ConvBand, PartOfALine) {
  for (const ConvCase& test : kConvs) {
    const Conv2d conv = conv_of(test);
    const std::int64_t width = conv.out_width();
    for (std::int64_t line = 0; line < conv.out_height(); ++line) {
      for (std::int64_t begin = 0; begin < width; ++begin) {
        for (std::int64_t end = begin + 1; end <= width; ++end) {
          check_band(test, conv, {line * width + begin, line * width + end});
        }
      }
    }
  }
}

TEST(ConvBand, ByHand) {
  // 7 x 7 by steps of 2 on a padded 11 x 8 image: output line 1 reads lines 2 - 3 .. 2 - 3 + 7.
  const Conv2d conv = conv_of(kConvs[2]);
  ASSERT_EQ(conv.out_width(), 4);
  const PixelBand band = conv_band(conv, {4, 8});
  EXPECT_EQ(band.lines.begin, 0);
  EXPECT_EQ(band.lines.end, 6);
  EXPECT_EQ(band.columns.begin, 0);
  EXPECT_EQ(band.columns.end, 8);
  EXPECT_EQ(band.pixels(), 48);
}

/// Small images with all strides, kernels and paddings that leave no output without a pixel.
std::vector<Conv2d> small_convs() {
  std::vector<Conv2d> convs;
  for (const auto& [height, width] : {std::pair(7, 9), {8, 8}, {12, 5}, {1, 12}}) {
    for (const std::int64_t kernel : {1, 3, 7}) {
      for (const std::int64_t stride : {1, 2}) {
        for (const std::int64_t padding : {0, 1, 3}) {
          if (padding >= kernel || std::min(height, width) + 2 * padding < kernel) continue;
          convs.push_back(conv_of({"", height, width, kernel, kernel, stride, padding}));
        }
      }
    }
  }
  return convs;
}

std::string describe(const Conv2d& conv, std::int64_t tile, std::int64_t block) {
  return fmt::format("{}x{} kernel {} stride {} padding {}: tiles of {}, blocks of {}",
                     conv.in_height, conv.in_width, conv.kernel_height, conv.stride, conv.padding,
                     tile, block);
}

/// Sizes of tiles of less than a line, of whole lines and of neither.
std::vector<std::int64_t> tile_sizes(const Conv2d& conv) {
  const std::int64_t line = conv.out_width();
  std::vector<std::int64_t> sizes;
  for (const std::int64_t size : {std::int64_t{1}, std::int64_t{2}, line - 1, line, line + 1,
                                  2 * line - 1, 2 * line, 3 * line, conv.m()}) {
    if (size >= 1 && size <= conv.m()) sizes.push_back(size);
  }
  return sizes;
}

/// Output rows [begin, end) cut into parts one after the other; parts of less than a line end with
/// it.
std::vector<Range> cut(const Conv2d& conv, Range rows, std::int64_t part) {
  std::vector<Range> parts;
  for (std::int64_t row = rows.begin; row < rows.end; ++row) {
    const bool new_line = part < conv.out_width() && row % conv.out_width() == 0;
    if (parts.empty() || parts.back().size() == part || new_line) parts.push_back({row, row});
    ++parts.back().end;
  }
  return parts;
}

/// Pixels of the smallest rectangle around all that is read; of whole lines if it is read by
/// several.
std::int64_t rectangle(const Conv2d& conv, Range m) {
  const std::int64_t line = conv.out_width();
  if (m.begin / line != (m.end - 1) / line) {
    m = {m.begin / line * line, ((m.end - 1) / line + 1) * line};
  }
  const Reached all = reached(conv, m);
  return (*all.lines.rbegin() - *all.lines.begin() + 1) *
         (*all.columns.rbegin() - *all.columns.begin() + 1);
}

TEST(RowTiles, CutEveryRowOnce) {
  for (const Conv2d& conv : small_convs()) {
    for (const std::int64_t size : tile_sizes(conv)) {
      const RowTiles tiles = conv_tiles(conv, size);
      const std::vector<Range> expected = cut(conv, {0, conv.m()}, size);
      ASSERT_EQ(tiles.count(), static_cast<std::int64_t>(expected.size()));
      for (std::int64_t i = 0; i < tiles.count(); ++i) {
        const Range range = expected[static_cast<std::size_t>(i)];
        EXPECT_EQ(tiles.range(i).begin, range.begin) << describe(conv, size, size);
        EXPECT_EQ(tiles.range(i).end, range.end) << describe(conv, size, size);
        EXPECT_EQ(tiles.index(range.begin), i);
        EXPECT_EQ(tiles.index(range.end - 1), i);
      }
    }
  }
}

TEST(RowTiles, OfAMatrixHaveNoLines) {
  const RowTiles tiles{10, 4, 0};
  EXPECT_EQ(tiles.count(), 3);
  EXPECT_EQ(tiles.range(2).begin, 8);
  EXPECT_EQ(tiles.range(2).end, 10);
  EXPECT_EQ(tiles.index(7), 1);
}

TEST(ConvPixels, OneBandAtATime) {
  for (const Conv2d& conv : small_convs()) {
    for (const std::int64_t size : tile_sizes(conv)) {
      std::int64_t pixels = 0, most = 0;
      for (const Range& part : cut(conv, {0, conv.m()}, size)) {
        pixels += rectangle(conv, part);
        most = std::max(most, rectangle(conv, part));
      }
      EXPECT_EQ(conv_pixels(conv, size, size), pixels) << describe(conv, size, size);
      EXPECT_EQ(conv_part_pixels(conv, {0, conv.m()}, size), pixels) << describe(conv, size, size);
      EXPECT_GE(conv_block_pixels(conv, size, size), most) << describe(conv, size, size);
    }
  }
}

/// Blocks of whole lines and whole tiles: the buffer keeps every line that a tile of the block
/// wanted.
TEST(ConvPixels, BlocksOfSeveralTiles) {
  for (const Conv2d& conv : small_convs()) {
    for (const std::int64_t size : tile_sizes(conv)) {
      const std::int64_t line = conv.out_width();
      const std::int64_t step = size < line ? line : std::lcm(size, line);
      for (const std::int64_t block : {step, 2 * step, 3 * step, conv.m()}) {
        if (block <= size || block > conv.m()) continue;
        std::set<std::int64_t> held;
        std::int64_t lines = 0;
        std::size_t most = 0;
        for (const Range& part : cut(conv, {0, conv.m()}, size)) {
          if (part.begin % block == 0) held.clear();
          const std::set<std::int64_t> wanted = reached(conv, part).lines;
          for (std::int64_t y = *wanted.begin(); y <= *wanted.rbegin(); ++y) {
            lines += held.insert(y).second ? 1 : 0;
          }
          most = std::max(most, held.size());
        }
        EXPECT_EQ(conv_pixels(conv, size, block), lines * conv.in_width)
            << describe(conv, size, block);
        EXPECT_GE(conv_block_pixels(conv, size, block),
                  static_cast<std::int64_t>(most) * conv.in_width)
            << describe(conv, size, block);
      }
    }
  }
}

TEST(ConvPixels, PartsOfSomeRows) {
  // Output lines 2 and 3 of a 9-wide image, cut by 6: 6 + 3 pixels of either line read 3 lines
  // each, 7 columns (clipped on the left) and 4 (on the right).
  const Conv2d conv = conv_of({"", 7, 9, 3, 3, 1, 1});
  EXPECT_EQ(conv_part_pixels(conv, {18, 36}, 6), 2 * 3 * (7 + 4));
  // By 12: the first and part of the second line read 4 whole lines, the rest 3 lines of 7 columns.
  EXPECT_EQ(conv_part_pixels(conv, {18, 36}, 12), 4 * 9 + 3 * 7);
}

TEST(ConvPixels, ByHand) {
  // 3 x 3 by single steps on 12 x 8, not padded: 10 x 6 outputs.
  const Conv2d same = conv_of({"", 12, 8, 3, 3, 1, 0});
  EXPECT_EQ(conv_pixels(same, 12, 12), 5 * 4 * 8);  // 5 bands of 2 output lines, each of 4 lines
  EXPECT_EQ(conv_pixels(same, 12, 24), (6 + 6 + 4) * 8);  // blocks of 4, 4 and 2 output lines
  EXPECT_EQ(conv_pixels(same, 12, 60), 12 * 8);           // the image once
  EXPECT_EQ(conv_pixels(same, 3, 3), 10 * 2 * 3 * 5);     // half lines: 3 lines of 5 columns
  EXPECT_EQ(conv_block_pixels(same, 12, 12), 4 * 8);
  EXPECT_EQ(conv_block_pixels(same, 12, 24), 6 * 8);
  EXPECT_EQ(conv_block_pixels(same, 12, 600), 12 * 8);
  EXPECT_EQ(conv_block_pixels(same, 3, 3), 3 * 5);
  EXPECT_EQ(conv_block_pixels(same, 3, 12), 4 * 8);
  // Tiles of 8 begin 0, 2 or 4 pixels into a line of 6: two lines at most; of 11: three.
  EXPECT_EQ(conv_block_pixels(same, 8, 8), 4 * 8);
  EXPECT_EQ(conv_block_pixels(same, 11, 11), 5 * 8);
  // By steps of 2, 7 x 7, padded by 3 on 12 x 8: 6 x 4 outputs; 2 output lines read 9 lines, of
  // which the first band sees 6, the second 9, the third 7 (lines 5 to 11).
  const Conv2d strided = conv_of({"", 12, 8, 7, 7, 2, 3});
  EXPECT_EQ(conv_pixels(strided, 8, 8), (6 + 9 + 7) * 8);
  EXPECT_EQ(conv_block_pixels(strided, 8, 8), 9 * 8);
  // Steps of 2 by a kernel of 1: of 4 output lines 4 lines enter, one tile after the other.
  const Conv2d skipping = conv_of({"", 8, 8, 1, 1, 2, 0});
  EXPECT_EQ(conv_pixels(skipping, 4, 16), 4 * 8);
  EXPECT_EQ(conv_pixels(skipping, 4, 4), 4 * 7);  // of each the 7 columns from first to last
}

}  // namespace
}  // namespace saccade
