#include "workload/mask.hpp"

#include <gtest/gtest.h>

namespace saccade {
namespace {

TEST(Mask, CountsByQueryAndKey) {
  AttentionMap map(2, 3);
  map.set(0, 0);
  map.set(0, 2);
  map.set(1, 2);
  EXPECT_EQ(map.kept(), 3);
  EXPECT_EQ(map.kept_by_query(), (std::vector<std::int64_t>{2, 1}));
  EXPECT_EQ(map.kept_by_key(), (std::vector<std::int64_t>{1, 0, 2}));
  EXPECT_EQ(global_columns(map, 1), std::vector<std::int64_t>{2});
  EXPECT_EQ(split_mask(map, 1).denser, 2);
  EXPECT_EQ(split_mask(map, 1).sparser, 1);
}

TEST(Mask, DiagonalOfARectangleIsByPlace) {
  const AttentionMap wide(2, 5);
  EXPECT_EQ(diagonal_key(wide, 0), 0);
  EXPECT_EQ(diagonal_key(wide, 1), 2);
  const AttentionMap square(7, 7);
  for (std::int64_t query = 0; query < 7; ++query) EXPECT_EQ(diagonal_key(square, query), query);
  EXPECT_EQ(diagonal_key(AttentionMap(4, 2), 3), 1);
}

}  // namespace
}  // namespace saccade
