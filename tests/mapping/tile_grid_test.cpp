#include "mapping/tile_grid.hpp"

#include <gtest/gtest.h>

#include <random>

namespace saccade {
namespace {

/// Cells of an output tensor, each with the number of tiles that are finished when it is there:
/// every tile written in the order of emission, pixel by pixel; 0 where no tile writes.
class Canvas {
 public:
  Canvas(const TileGrid& grid, std::int64_t rows, std::int64_t columns)
      : columns_(columns), order_(static_cast<std::size_t>(rows * columns), 0) {
    for (std::int64_t image = 0; image < grid.images; ++image) {
      for (std::int64_t head = 0; head < grid.heads; ++head) draw_entry(grid, image, head);
    }
  }
  std::int64_t emitted() const { return emitted_; }
  bool twice() const { return twice_; }
  std::int64_t written() const {
    return std::count_if(order_.begin(), order_.end(), [](std::int64_t o) { return o > 0; });
  }
  std::int64_t last_in(Range rows, Range columns) const {
    std::int64_t last = 0;
    for (std::int64_t r = rows.begin; r < rows.end; ++r) {
      for (std::int64_t c = columns.begin; c < columns.end; ++c) {
        last = std::max(last, order_[static_cast<std::size_t>(r * columns_ + c)]);
      }
    }
    return last;
  }

 private:
  void draw_entry(const TileGrid& grid, std::int64_t image, std::int64_t head) {
    const std::int64_t outer = grid.n_outer ? grid.tiles_n() : grid.tiles_m();
    const std::int64_t inner = grid.n_outer ? grid.tiles_m() : grid.tiles_n();
    for (std::int64_t o = 0; o < outer; ++o) {
      for (std::int64_t i = 0; i < inner; ++i) {
        ++emitted_;
        const Range m = grid.rows_of(grid.n_outer ? i : o);
        const Range n = grid.columns_of(grid.n_outer ? o : i);
        const View& out = grid.output;
        for (std::int64_t r = m.begin; r < m.end; ++r) {
          for (std::int64_t c = n.begin; c < n.end; ++c) {
            const std::int64_t row = out.row + image * out.image_rows + head * out.head_rows + r;
            const std::int64_t column = out.column + head * out.head_columns + c;
            auto& cell = order_[static_cast<std::size_t>(row * columns_ + column)];
            twice_ = twice_ || cell != 0;
            cell = emitted_;
          }
        }
      }
    }
  }

  std::int64_t columns_;
  std::vector<std::int64_t> order_;
  std::int64_t emitted_ = 0;
  bool twice_ = false;
};

struct Case {
  const char* name;
  TileGrid grid;
  std::int64_t rows, columns;  ///< of the output tensor
};

TileGrid grid(std::int64_t m, std::int64_t n, std::int64_t tile_m, std::int64_t tile_n,
              bool n_outer) {
  TileGrid made;
  made.m = m;
  made.n = n;
  made.tile_m = tile_m;
  made.tile_n = tile_n;
  made.n_outer = n_outer;
  return made;
}

TileGrid batched(TileGrid made, std::int64_t images, std::int64_t heads, const View& output) {
  made.images = images;
  made.heads = heads;
  made.output = output;
  return made;
}

TileGrid lined(TileGrid made, std::int64_t line) {
  made.line = line;
  return made;
}

std::vector<Case> cases() {
  std::vector<Case> all;
  for (const bool n_outer : {false, true}) {
    all.push_back({"one matrix", grid(13, 17, 4, 5, n_outer), 13, 17});
    all.push_back({"one tile", grid(7, 5, 7, 5, n_outer), 7, 5});
    // View{tensor, row, column, image_rows, head_rows, head_columns, transposed}
    all.push_back({"a part of a tensor",
                   batched(grid(5, 6, 2, 4, n_outer), 1, 1, {0, 3, 2, 0, 0, 0, false}), 11, 9});
    all.push_back({"heads side by side",
                   batched(grid(7, 6, 3, 4, n_outer), 2, 3, {0, 0, 0, 7, 0, 6, false}), 14, 18});
    all.push_back({"heads below each other",
                   batched(grid(5, 9, 2, 4, n_outer), 2, 3, {0, 0, 0, 15, 5, 0, false}), 30, 9});
    all.push_back({"gaps between heads and images",
                   batched(grid(4, 3, 3, 2, n_outer), 2, 2, {0, 1, 1, 12, 5, 4, false}), 23, 9});
    all.push_back({"tiles of whole lines", lined(grid(5 * 6, 8, 12, 3, n_outer), 6), 30, 8});
    all.push_back({"tiles of part of a line", lined(grid(4 * 7, 8, 3, 3, n_outer), 7), 28, 8});
    all.push_back(
        {"part of a line, groups and images",
         batched(lined(grid(3 * 5, 4, 2, 3, n_outer), 5), 2, 2, {0, 0, 0, 15, 0, 4, false}), 30,
         8});
  }
  return all;
}

TEST(TileGrid, EveryOutputIsInOneTile) {
  for (const Case& test : cases()) {
    const Canvas canvas(test.grid, test.rows, test.columns);
    EXPECT_FALSE(canvas.twice()) << test.name;
    EXPECT_EQ(canvas.written(), test.grid.entries() * test.grid.m * test.grid.n) << test.name;
    EXPECT_EQ(canvas.emitted(), test.grid.count()) << test.name;
  }
}

TEST(TileGrid, TilesForAnyRegion) {
  std::mt19937 random(1);
  const auto below = [&](std::int64_t end) {
    return std::uniform_int_distribution<std::int64_t>(0, end - 1)(random);
  };
  for (const Case& test : cases()) {
    const Canvas canvas(test.grid, test.rows, test.columns);
    for (int i = 0; i < 400; ++i) {
      const std::int64_t r = below(test.rows), c = below(test.columns);
      const Range rows = {r, r + 1 + below(test.rows - r)};
      const Range columns = {c, c + 1 + below(test.columns - c)};
      ASSERT_EQ(test.grid.tiles_for(rows, columns), canvas.last_in(rows, columns))
          << test.name << " n_outer " << test.grid.n_outer << " rows " << rows.begin << " to "
          << rows.end << ", columns " << columns.begin << " to " << columns.end;
    }
  }
}

TEST(TileGrid, ALineEndsItsTile) {
  const TileGrid conv = lined(grid(3 * 14, 8, 8, 8, false), 14);  // 14 = 8 + 6
  EXPECT_EQ(conv.tiles_m(), 6);
  EXPECT_EQ(conv.rows_of(1).begin, 8);
  EXPECT_EQ(conv.rows_of(1).end, 14);
  EXPECT_EQ(conv.rows_of(2).begin, 14);
  EXPECT_EQ(conv.rows_of(2).end, 22);
}

TEST(TileGrid, PartOfATensorThroughAView) {
  // Head 2 of image 1: 10 rows an image, 4 columns a head, from column 8 on.
  View view{0, 1, 8, 10, 0, 4, false};
  TensorPart part = tensor_part(view, 1, 2, {2, 5}, {1, 3});
  EXPECT_EQ(part.rows.begin, 1 + 10 + 2);
  EXPECT_EQ(part.rows.end, 1 + 10 + 5);
  EXPECT_EQ(part.columns.begin, 8 + 2 * 4 + 1);
  EXPECT_EQ(part.columns.end, 8 + 2 * 4 + 3);
  view.transposed = true;  // what the op calls rows are columns of the tensor
  part = tensor_part(view, 1, 2, {1, 3}, {2, 5});
  EXPECT_EQ(part.rows.begin, 1 + 10 + 2);
  EXPECT_EQ(part.rows.end, 1 + 10 + 5);
  EXPECT_EQ(part.columns.begin, 8 + 2 * 4 + 1);
  EXPECT_EQ(part.columns.end, 8 + 2 * 4 + 3);
}

}  // namespace
}  // namespace saccade
