#include "base/percentile.hpp"

#include <gtest/gtest.h>

#include <numeric>

namespace saccade {
namespace {

using Values = std::vector<int>;

TEST(Percentile, IsByNearestRank) {
  EXPECT_EQ(percentile(Values{7}, 1), 7);
  EXPECT_EQ(percentile(Values{7}, 100), 7);
  EXPECT_EQ(percentile(Values{5, 1, 4, 2, 3}, 50), 3);
  EXPECT_EQ(percentile(Values{5, 1, 4, 2, 3}, 20), 1);
  EXPECT_EQ(percentile(Values{5, 1, 4, 2, 3}, 21), 2);
  EXPECT_EQ(percentile(Values{4, 2}, 50), 2);
  Values values(20);
  std::iota(values.begin(), values.end(), 1);
  EXPECT_EQ(percentile(values, 95), 19);
  values.push_back(21);
  EXPECT_EQ(percentile(values, 95), 20);
  EXPECT_EQ(percentile(values, 100), 21);
}

TEST(Percentile, OfEqualValues) {
  EXPECT_EQ(percentile(std::vector<double>{0.5, 0.5, 2}, 66), 0.5);
  EXPECT_EQ(percentile(std::vector<double>{0.5, 0.5, 2}, 67), 2);
}

}  // namespace
}  // namespace saccade
