#include "cost/sparse_lines.hpp"

#include <gtest/gtest.h>

namespace saccade {
namespace {

/// Queries x keys of '#' (kept) and '.'.
AttentionMap map_of(const std::vector<std::string>& rows) {
  AttentionMap map(static_cast<std::int64_t>(rows.size()),
                   static_cast<std::int64_t>(rows[0].size()));
  for (std::size_t q = 0; q < rows.size(); ++q) {
    for (std::size_t k = 0; k < rows[q].size(); ++k) {
      if (rows[q][k] == '#') map.set(static_cast<std::int64_t>(q), static_cast<std::int64_t>(k));
    }
  }
  return map;
}

// Lines of 64 that heads 0, 1 of blocks 0 and 2 of DeiT-T at 95 % get by the published estimator:
// g columns of 197 queries beside z other entries.
TEST(ShareLines, InProportionToWork) {
  const struct {
    std::int64_t globals, others, lines;
  } cases[] = {{1, 2244, 5}, {10, 3056, 25}, {1, 392, 21}, {70, 2479, 54}, {1, 4086, 2}};
  for (const auto& item : cases) {
    const LineShare share = share_lines({64, 8}, item.globals * 197, item.others);
    EXPECT_EQ(share.denser, item.lines);
    EXPECT_EQ(share.sparser, 64 - item.lines);
  }
}

TEST(ShareLines, EitherEngineHasALineWhereItHasWork) {
  EXPECT_EQ(share_lines({64, 8}, 0, 10).sparser, 64);
  EXPECT_EQ(share_lines({64, 8}, 10, 0).denser, 64);
  EXPECT_EQ(share_lines({64, 8}, 1, 100000).denser, 1);
  EXPECT_EQ(share_lines({64, 8}, 100000, 1).sparser, 1);
}

TEST(LineWork, GlobalColumnsAreWholeAndTheRestIsCounted) {
  const HeadMaps heads = {map_of({"#.#.", "#..#", "#.#.", "##.."}),
                          map_of({"....", "...#", "...#", "...."})};
  const LineWork work = line_work(heads, 2);
  EXPECT_EQ(work.denser, 4);  // key 0 of the first head, whatever its queries keep
  EXPECT_EQ(work.sparser, 1 + 2 + 1 + 2);
  EXPECT_EQ(work.columns, (std::vector<std::int64_t>{1, 2, 1, 0, 0, 0, 2}));
  EXPECT_EQ(line_work(heads, 4).denser, 0);
}

// 2 columns of 5 queries on 2 lines: 3 rounds each. 7 entries in columns of 4, 1, 1, 1 on 2 lines:
// 4 on the one, 3 on the other; in columns of 1, 1, 1, 4: 1 and 1, then 1, then 4 behind the 1 of
// the other line.
TEST(LineRounds, OfTheFullestLine) {
  LineWork work{10, 7, {4, 1, 1, 1}};
  EXPECT_EQ(line_rounds(work, {2, 2}, 5, LineBalance::entries).denser, 6);
  EXPECT_EQ(line_rounds(work, {2, 2}, 5, LineBalance::entries).sparser, 4);
  EXPECT_EQ(line_rounds(work, {2, 2}, 5, LineBalance::columns).sparser, 4);
  work.columns = {1, 1, 1, 4};
  EXPECT_EQ(line_rounds(work, {2, 2}, 5, LineBalance::columns).sparser, 5);
  EXPECT_EQ(line_rounds(work, {2, 2}, 5, LineBalance::entries).longest(), 6);
}

// 12 entries in 4 keys of 3, or 9 of them in one: lines that hold a key each wait for that one.
TEST(LineRounds, SkewOverKeysTakesLongerWhereLinesHoldKeys) {
  const LineWork even{0, 12, {3, 3, 3, 3}}, skewed{0, 12, {1, 1, 9, 1}};
  for (const LineWork* work : {&even, &skewed}) {
    EXPECT_EQ(line_rounds(*work, {0, 4}, 9, LineBalance::entries).sparser, 3);
  }
  EXPECT_EQ(line_rounds(even, {0, 4}, 9, LineBalance::columns).sparser, 3);
  EXPECT_EQ(line_rounds(skewed, {0, 4}, 9, LineBalance::columns).sparser, 9);
}

TEST(LineRounds, NothingTakesNoTime) {
  const LineRounds none = line_rounds({0, 0, {0, 0}}, {0, 4}, 3, LineBalance::columns);
  EXPECT_EQ(none.longest(), 0);
  EXPECT_EQ(line_rounds({3, 0, {}}, {4, 0}, 3, LineBalance::columns).longest(), 1);
}

// Heads one after the other on all lines: their order is of no matter where entries are free.
TEST(LineRounds, HeadsMayChangePlaces) {
  const AttentionMap a = map_of({"##..", "#...", "..##"}), b = map_of({"####", "####", "...."});
  const LineWork one = line_work({a, b}, 1), other = line_work({b, a}, 1);
  const LineShare share = share_lines({4, 8}, one.denser, one.sparser);
  EXPECT_EQ(line_rounds(one, share, 3, LineBalance::entries).longest(),
            line_rounds(other, share, 3, LineBalance::entries).longest());
}

TEST(LineCycles, EachDotProductTakesItsDepth) {
  EXPECT_EQ(line_cycles({64, 8}, {40, 39}, 64), 40 * 8);
  EXPECT_EQ(line_cycles({64, 8}, {3, 39}, 20), 39 * 3);
}

}  // namespace
}  // namespace saccade
