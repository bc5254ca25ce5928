#include "mapping/tile_grid.hpp"

#include <gtest/gtest.h>

#include <functional>
#include <random>

namespace saccade {
namespace {

using Order = std::vector<Loop>;

/// Visits the tiles (row, column) of a block in the order of the loops from `depth` on.
void visit(const Order& loops, std::size_t depth, Range m, Range n,
           const std::function<void(std::int64_t, std::int64_t)>& each) {
  if (depth == loops.size()) {
    ASSERT_EQ(m.size() * n.size(), 1);
    each(m.begin, n.begin);
    return;
  }
  const Loop& loop = loops[depth];
  const Range whole = loop.dim == Dim::m ? m : n;
  for (std::int64_t at = whole.begin; at < whole.end; at += loop.tile) {
    const Range part = {at, std::min(at + loop.tile, whole.end)};
    visit(loops, depth + 1, loop.dim == Dim::m ? part : m, loop.dim == Dim::n ? part : n, each);
  }
}

/// Cells of an output tensor, each with the number of tiles that are finished when it is there:
/// every tile written in the order of emission, pixel by pixel; 0 where no tile writes.
class Canvas {
 public:
  Canvas(const TileGrid& grid, std::int64_t rows, std::int64_t columns)
      : columns_(columns), order_(static_cast<std::size_t>(rows * columns), 0) {
    const Order loops = grid.loops.empty() ? Order{{Dim::m, 1}, {Dim::n, 1}} : grid.loops;
    for (std::int64_t image = 0; image < grid.images; ++image) {
      for (std::int64_t head = 0; head < grid.heads; head += grid.at_once) {
        const Range heads = {head, std::min(head + grid.at_once, grid.heads)};
        visit(loops, 0, {0, grid.tiles_m()}, {0, grid.tiles_n()},
              [&](std::int64_t row, std::int64_t column) {
                ++emitted_;
                for (std::int64_t h = heads.begin; h < heads.end; ++h) {
                  draw(grid.output, image, h, grid.rows_of(row), grid.columns_of(column));
                }
              });
      }
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
  void draw(const View& out, std::int64_t image, std::int64_t head, Range m, Range n) {
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
              const Order& loops = {}) {
  TileGrid made;
  made.m = m;
  made.n = n;
  made.tile_m = tile_m;
  made.tile_n = tile_n;
  made.loops = loops;
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

TileGrid together(TileGrid made, std::int64_t at_once) {
  made.at_once = at_once;
  return made;
}

/// Rows outside, columns outside, and orders by blocks; most blocks end short.
std::vector<Order> orders() {
  const Dim m = Dim::m, n = Dim::n;
  return {{},
          {{m, 1}, {n, 1}},
          {{n, 1}, {m, 1}},
          {{m, 2}, {n, 1}, {m, 1}},
          {{n, 3}, {m, 1}, {n, 1}},
          {{n, 2}, {m, 3}, {n, 1}, {m, 1}},
          {{m, 4}, {n, 2}, {m, 2}, {n, 1}, {m, 1}},
          {{m, 100}, {n, 100}, {m, 1}, {n, 1}}};
}

std::vector<Case> cases() {
  std::vector<Case> all;
  for (const Order& order : orders()) {
    all.push_back({"one matrix", grid(13, 17, 4, 5, order), 13, 17});
    all.push_back({"one tile", grid(7, 5, 7, 5, order), 7, 5});
    // View{tensor, row, column, image_rows, head_rows, head_columns, transposed}
    all.push_back({"a part of a tensor",
                   batched(grid(5, 6, 2, 4, order), 1, 1, {0, 3, 2, 0, 0, 0, false}), 11, 9});
    all.push_back({"heads side by side",
                   batched(grid(7, 6, 3, 4, order), 2, 3, {0, 0, 0, 7, 0, 6, false}), 14, 18});
    all.push_back({"heads below each other",
                   batched(grid(5, 9, 2, 4, order), 2, 3, {0, 0, 0, 15, 5, 0, false}), 30, 9});
    all.push_back({"gaps between heads and images",
                   batched(grid(4, 3, 3, 2, order), 2, 2, {0, 1, 1, 12, 5, 4, false}), 23, 9});
    all.push_back({"tiles of whole lines", lined(grid(5 * 6, 8, 12, 3, order), 6), 30, 8});
    all.push_back({"tiles of part of a line", lined(grid(4 * 7, 8, 3, 3, order), 7), 28, 8});
    all.push_back({"part of a line, groups and images",
                   batched(lined(grid(3 * 5, 4, 2, 3, order), 5), 2, 2, {0, 0, 0, 15, 0, 4, false}),
                   30, 8});
    // Heads that a tile takes together lie side by side in it: they have one column of tiles, or
    // one row.
    all.push_back({"two of three heads at once, side by side",
                   together(batched(grid(13, 6, 2, 6, order), 2, 3, {0, 0, 0, 13, 0, 6, false}), 2),
                   26, 18});
    all.push_back({"two of three heads at once, below each other",
                   together(batched(grid(3, 29, 3, 4, order), 2, 3, {0, 0, 0, 9, 3, 0, false}), 2),
                   18, 29});
    all.push_back({"all heads at once",
                   together(batched(grid(13, 6, 2, 6, order), 2, 3, {0, 1, 2, 14, 0, 6, false}), 3),
                   28, 20});
  }
  return all;
}

TEST(TileGrid, EveryOutputIsInOneTile) {
  for (const Case& test : cases()) {
    const Canvas canvas(test.grid, test.rows, test.columns);
    EXPECT_FALSE(canvas.twice()) << test.name;
    EXPECT_EQ(canvas.written(), test.grid.images * test.grid.heads * test.grid.m * test.grid.n)
        << test.name;
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
          << test.name << ", " << test.grid.loops.size() << " loops, rows " << rows.begin << " to "
          << rows.end << ", columns " << columns.begin << " to " << columns.end;
    }
  }
}

TEST(TileGrid, ALineEndsItsTile) {
  const TileGrid conv = lined(grid(3 * 14, 8, 8, 8), 14);  // 14 = 8 + 6
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

TEST(TileGrid, CountsGroupsOfHeads) {
  const TileGrid made = together(batched(grid(8, 4, 2, 4), 2, 5, {}), 2);
  EXPECT_EQ(made.groups_per_image(), 3);  // 2 + 2 + 1
  EXPECT_EQ(made.groups(), 6);
  EXPECT_EQ(made.tiles_per_entry(), 4);
  EXPECT_EQ(made.count(), 24);
}

TEST(TileGrid, BlocksOfRowsGoThroughAllColumns) {
  // 5 x 3 tiles of one cell: two rows of tiles at a time, column by column.
  const TileGrid made = grid(5, 3, 1, 1, {{Dim::m, 2}, {Dim::n, 1}, {Dim::m, 1}});
  EXPECT_EQ(made.tiles_for({0, 1}, {0, 1}), 1);
  EXPECT_EQ(made.tiles_for({1, 2}, {0, 1}), 2);
  EXPECT_EQ(made.tiles_for({0, 1}, {1, 2}), 3);
  EXPECT_EQ(made.tiles_for({0, 2}, {0, 3}), 6) << "the first block";
  EXPECT_EQ(made.tiles_for({2, 3}, {2, 3}), 11);
  EXPECT_EQ(made.tiles_for({4, 5}, {1, 2}), 14) << "the last block is one row";
}

TEST(TileGrid, PartOfHeadsSideBySide) {
  // View{tensor, row, column, image_rows, head_rows, head_columns, transposed}
  const TensorPart one = {{10, 15}, {8, 12}};
  const View beside{0, 0, 0, 20, 0, 4, false};
  const auto three = with_heads(beside, one, 3);
  ASSERT_TRUE(three.has_value());
  EXPECT_EQ(three->rows.begin, 10);
  EXPECT_EQ(three->rows.end, 15);
  EXPECT_EQ(three->columns.begin, 8);
  EXPECT_EQ(three->columns.end, 8 + 3 * 4);
  const View below{0, 0, 0, 20, 5, 0, false};
  const auto two = with_heads(below, one, 2);
  ASSERT_TRUE(two.has_value());
  EXPECT_EQ(two->rows.begin, 10);
  EXPECT_EQ(two->rows.end, 10 + 2 * 5);
  EXPECT_EQ(two->columns.begin, 8);
  EXPECT_EQ(two->columns.end, 12);
}

TEST(TileGrid, HeadsApartHaveNoPartTogether) {
  const TensorPart one = {{10, 15}, {8, 12}};
  const View gaps{0, 0, 0, 20, 0, 5, false}, askew{0, 0, 0, 20, 5, 4, false}, same{};
  for (const View& view : {gaps, askew, same}) {
    EXPECT_FALSE(with_heads(view, one, 2).has_value());
    const auto alone = with_heads(view, one, 1);
    ASSERT_TRUE(alone.has_value()) << "one head is always together";
    EXPECT_EQ(alone->columns.end, 12);
    EXPECT_EQ(alone->rows.end, 15);
  }
}

}  // namespace
}  // namespace saccade
