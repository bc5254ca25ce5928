#include "workload/mask_statistics.hpp"

#include <gtest/gtest.h>

namespace saccade {
namespace {

AttentionMap map_of(const std::vector<std::string>& rows) {
  AttentionMap map(static_cast<std::int64_t>(rows.size()),
                   static_cast<std::int64_t>(rows.front().size()));
  for (std::size_t query = 0; query < rows.size(); ++query) {
    for (std::size_t key = 0; key < rows[query].size(); ++key) {
      map.set(static_cast<std::int64_t>(query), static_cast<std::int64_t>(key),
              rows[query][key] == '1');
    }
  }
  return map;
}

TEST(MaskStatistics, OfASmallMap) {
  // Column 1 is global; the rest has rows of 1, 0, 3 and 0, columns of 1, 1, 2 and 0 entries.
  const HeadStatistics head = head_statistics(map_of({"11000",  //
                                                      "01000",  //
                                                      "01110",  //
                                                      "00010"}),
                                              2);
  EXPECT_EQ(head.queries, 4);
  EXPECT_EQ(head.keys, 5);
  EXPECT_EQ(head.kept, 7);
  EXPECT_DOUBLE_EQ(head.density(), 7.0 / 20);
  EXPECT_EQ(head.split.globals, std::vector<std::int64_t>{1});
  EXPECT_EQ(head.split.denser, 3);
  EXPECT_EQ(head.split.sparser, 4);
  EXPECT_EQ(head.sparser_by_query.most, 2);
  EXPECT_EQ(head.sparser_by_query.least, 0);
  EXPECT_EQ(head.sparser_by_query.empty, 1);
  EXPECT_EQ(head.sparser_by_key.most, 2);
  EXPECT_EQ(head.sparser_by_key.least, 0);
  EXPECT_EQ(head.sparser_by_key.empty, 1);
  EXPECT_EQ(head.diagonal_kept, 4);  // (0, 0), (1, 1), (2, 2), (3, 3)
}

TEST(MaskStatistics, NothingIsLeftWhereAllColumnsAreGlobal) {
  const HeadStatistics head = head_statistics(map_of({"11", "11"}), 1);
  EXPECT_EQ(head.split.globals.size(), 2u);
  EXPECT_EQ(head.split.sparser, 0);
  EXPECT_EQ(head.sparser_by_key.most, 0);
  EXPECT_EQ(head.sparser_by_key.empty, 0);  // there is no such column
  EXPECT_EQ(head.sparser_by_query.empty, 2);
}

TEST(MaskStatistics, RectanglesHaveADiagonal) {
  EXPECT_EQ(head_statistics(map_of({"1000", "0010"}), 9).diagonal_kept, 2);
  EXPECT_EQ(head_statistics(map_of({"1000", "0100"}), 9).diagonal_kept, 1);
}

TEST(MaskStatistics, LoadOfTilesOfRows) {
  const HeadMaps heads = {map_of({"110", "111", "000"}), map_of({"100", "000", "111"})};
  const RowLoad tiles = row_load(heads, 2);  // 5 and 0, 1 and 3
  EXPECT_EQ(tiles.tiles, 4);
  EXPECT_EQ(tiles.kept, 9);
  EXPECT_EQ(tiles.most, 5);
  EXPECT_DOUBLE_EQ(tiles.mean(), 2.25);
  const RowLoad rows = row_load(heads, 1);
  EXPECT_EQ(rows.tiles, 6);
  EXPECT_EQ(rows.most, 3);
  EXPECT_DOUBLE_EQ(rows.mean(), 1.5);
  EXPECT_EQ(row_load(heads, 64).most, 5);
}

}  // namespace
}  // namespace saccade
