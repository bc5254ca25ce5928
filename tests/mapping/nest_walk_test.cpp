#include "mapping/nest_walk.hpp"

#include <gtest/gtest.h>

#include <array>
#include <random>

#include "base/math.hpp"

namespace saccade {
namespace {

using Place = std::array<std::int64_t, 3>;  ///< of a tile: m, n, k

/// Tiles of a nest in order, by plain nested loops; with every step that a loop makes.
class PlainLoops {
 public:
  explicit PlainLoops(const Nest& nest) : nest_(nest) {
    run(0, {0, 0, 0}, {nest.size.m, nest.size.n, nest.size.k});
  }

  struct Tile {
    Place place;
    std::vector<bool> last;  ///< by loop: whether it makes its last step
    std::size_t stepped;     ///< the outermost loop that stepped just before
  };
  std::vector<Tile> tiles;

 private:
  void run(std::size_t depth, Place begin, Place end) {
    if (depth == nest_.loops.size()) {
      tiles.push_back({begin, last_, stepped_});
      stepped_ = depth;
      return;
    }
    const auto dim = static_cast<std::size_t>(nest_.loops[depth].dim);
    const std::int64_t step = nest_.loops[depth].tile;
    const std::int64_t steps = ceil_div(end[dim] - begin[dim], step);
    for (std::int64_t i = 0; i < steps; ++i) {
      if (i > 0) stepped_ = std::min(stepped_, depth);
      Place first = begin, past = end;
      first[dim] = begin[dim] + i * step;
      past[dim] = std::min(end[dim], first[dim] + step);
      last_.push_back(i + 1 == steps);
      run(depth + 1, first, past);
      last_.pop_back();
    }
  }

  const Nest& nest_;
  std::vector<bool> last_;
  std::size_t stepped_ = 0;
};

Place place_of(const NestWalk& walk) { return {walk.at(Dim::m), walk.at(Dim::n), walk.at(Dim::k)}; }

/// Walks a nest from end to end against the plain loops.
void expect_walk(const Nest& nest) {
  const PlainLoops plain(nest);
  NestWalk walk(nest);
  for (std::size_t tile = 0; tile < plain.tiles.size(); ++tile) {
    const PlainLoops::Tile& expected = plain.tiles[tile];
    ASSERT_EQ(place_of(walk), expected.place) << "tile " << tile;
    for (std::size_t loop = 0; loop < nest.loops.size(); ++loop) {
      ASSERT_EQ(walk.last(loop), expected.last[loop]) << "tile " << tile << " loop " << loop;
    }
    std::vector<std::int64_t> before;
    for (std::size_t i = 0; i <= nest.loops.size(); ++i) before.push_back(walk.epoch(i));
    const bool more = tile + 1 < plain.tiles.size();
    ASSERT_EQ(walk.next(), more) << "tile " << tile;
    for (std::size_t i = 0; more && i <= nest.loops.size(); ++i) {
      const bool stood = plain.tiles[tile + 1].stepped >= i;
      ASSERT_EQ(walk.epoch(i) == before[i], stood) << "tile " << tile << " loops " << i;
      ASSERT_GE(walk.epoch(i), before[i]);
    }
  }
  ASSERT_EQ(place_of(walk), (Place{0, 0, 0})) << "back at the first tile";
}

TEST(NestWalk, ColumnsInsideOfRows) {
  NestWalk walk({{2, 3, 1}, {{Dim::m, 1}, {Dim::n, 1}}});
  std::vector<Place> places = {place_of(walk)};
  while (walk.next()) places.push_back(place_of(walk));
  const std::vector<Place> expected = {{0, 0, 0}, {0, 1, 0}, {0, 2, 0},
                                       {1, 0, 0}, {1, 1, 0}, {1, 2, 0}};
  EXPECT_EQ(places, expected);
}

TEST(NestWalk, RaggedBlocksEndShort) {
  // Rows by blocks of two: 0 1 | 2 3 | 4; every block goes through both columns.
  NestWalk walk({{5, 2, 1}, {{Dim::m, 2}, {Dim::n, 1}, {Dim::m, 1}}});
  std::vector<Place> places = {place_of(walk)};
  while (walk.next()) places.push_back(place_of(walk));
  const std::vector<Place> expected = {{0, 0, 0}, {1, 0, 0}, {0, 1, 0}, {1, 1, 0}, {2, 0, 0},
                                       {3, 0, 0}, {2, 1, 0}, {3, 1, 0}, {4, 0, 0}, {4, 1, 0}};
  EXPECT_EQ(places, expected);
}

TEST(NestWalk, LastIsWithinTheBlockOfTheLoopsOutside) {
  NestWalk walk({{5, 1, 1}, {{Dim::m, 2}, {Dim::m, 1}}});
  const std::vector<std::array<bool, 2>> expected = {
      {false, false}, {false, true}, {false, false}, {false, true}, {true, true}};
  for (const auto& [outer, inner] : expected) {
    EXPECT_EQ(walk.last(0), outer) << walk.at(Dim::m);
    EXPECT_EQ(walk.last(1), inner) << walk.at(Dim::m);
    walk.next();
  }
}

TEST(NestWalk, EpochsChangeWithTheirOwnAndOuterLoopsOnly) {
  NestWalk walk({{2, 2, 2}, {{Dim::m, 1}, {Dim::n, 1}, {Dim::k, 1}}});
  const auto epochs = [&] {
    return std::array<std::int64_t, 4>{walk.epoch(0), walk.epoch(1), walk.epoch(2), walk.epoch(3)};
  };
  const auto first = epochs();
  walk.next();  // over k
  const auto second = epochs();
  EXPECT_EQ(second[1], first[1]);
  EXPECT_EQ(second[2], first[2]);
  EXPECT_NE(second[3], first[3]);
  walk.next();  // over n; k begins again
  const auto third = epochs();
  EXPECT_EQ(third[1], first[1]);
  EXPECT_NE(third[2], second[2]);
  EXPECT_NE(third[3], second[3]);
  walk.next();
  walk.next();  // over m
  const auto fifth = epochs();
  EXPECT_NE(fifth[1], first[1]);
  EXPECT_NE(fifth[2], third[2]);
  EXPECT_EQ(fifth[0], first[0]) << "outside of all loops nothing ever steps";
}

TEST(NestWalk, NoLoopsAreOneTile) {
  NestWalk walk({{1, 1, 1}, {}});
  for (int i = 0; i < 2; ++i) {
    EXPECT_EQ(place_of(walk), (Place{0, 0, 0}));
    EXPECT_EQ(walk.epoch(0), 0);
    EXPECT_FALSE(walk.next());
  }
}

TEST(NestWalk, ALoopOfOneStepNeverSteps) {
  NestWalk walk({{3, 1, 1}, {{Dim::n, 1}, {Dim::m, 7}, {Dim::m, 1}}});
  const std::int64_t n = walk.epoch(1), block = walk.epoch(2);
  for (std::int64_t m = 0; m < 3; ++m) {
    EXPECT_EQ(walk.at(Dim::m), m);
    EXPECT_TRUE(walk.last(0));
    EXPECT_TRUE(walk.last(1));
    EXPECT_EQ(walk.epoch(1), n);
    EXPECT_EQ(walk.epoch(2), block);
    EXPECT_EQ(walk.next(), m < 2);
  }
}

TEST(NestWalk, ANewRoundIsANewEpochOfEveryLoop) {
  NestWalk walk({{1, 2, 1}, {{Dim::m, 1}, {Dim::n, 1}}});
  const std::int64_t rows = walk.epoch(1), all = walk.epoch(2);
  EXPECT_TRUE(walk.next());
  EXPECT_FALSE(walk.next());
  EXPECT_GT(walk.epoch(1), rows) << "the loop made no step, but the next entry has other rows";
  EXPECT_GT(walk.epoch(2), all);
  const std::int64_t round = walk.epoch(1);
  walk.next();
  walk.restart();
  EXPECT_EQ(walk.at(Dim::n), 0);
  EXPECT_GT(walk.epoch(1), round);
}

/// Loops over three dimensions in any order, each of one to three levels; steps need not divide one
/// another.
Nest random_nest(std::mt19937& random) {
  const auto up_to = [&](std::int64_t most) {
    return std::uniform_int_distribution<std::int64_t>(1, most)(random);
  };
  Nest nest;
  nest.size = {up_to(7), up_to(7), up_to(4)};
  std::vector<Dim> dims;
  for (const Dim dim : {Dim::m, Dim::n, Dim::k}) {
    for (std::int64_t level = up_to(3); level > 0; --level) dims.push_back(dim);
  }
  std::shuffle(dims.begin(), dims.end(), random);
  GemmTile left = nest.size;
  for (std::size_t i = 0; i < dims.size(); ++i) {
    const bool inner =
        std::count(dims.begin() + static_cast<std::ptrdiff_t>(i) + 1, dims.end(), dims[i]) == 0;
    std::int64_t& size = extent(left, dims[i]);
    size = inner ? 1 : up_to(size);
    nest.loops.push_back({dims[i], size});
  }
  return nest;
}

TEST(NestWalk, RandomNestsGoAsPlainLoops) {
  std::mt19937 random(1);
  for (int i = 0; i < 500; ++i) {
    const Nest nest = random_nest(random);
    expect_walk(nest);
    if (::testing::Test::HasFatalFailure()) FAIL() << "nest " << i;
  }
}

}  // namespace
}  // namespace saccade
