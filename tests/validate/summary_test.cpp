#include "validate/summary.hpp"

#include <gtest/gtest.h>

#include <cmath>

namespace saccade {
namespace {

Comparison of(const std::string& item, double expected, double actual) {
  Comparison c;
  c.item = item;
  c.quantity = "cycles";
  c.expected = expected;
  c.actual = actual;
  return c;
}

TEST(ErrorSummary, CountsByNearestRank) {
  // Errors +1 %, -2 %, +3 % ... -20 %: of 20 rows the 10th and the 18th smallest.
  std::vector<Comparison> rows;
  for (int i = 20; i > 0; --i) rows.push_back(of("", 100, 100 + (i % 2 == 1 ? i : -i)));
  const ErrorSummary summary = summarise(rows);
  EXPECT_EQ(summary.rows, 20u);
  EXPECT_DOUBLE_EQ(summary.median, 0.10);
  EXPECT_DOUBLE_EQ(summary.p90, 0.18);
  EXPECT_DOUBLE_EQ(summary.worst, 0.20);
  EXPECT_NEAR(summary.mean_signed, -0.005, 1e-15);  // ten pairs of +(i - 1) and -i
  // Sorted: ... 1.17, 1.19, 100 / 84, 100 / 82, 100 / 80.
  EXPECT_DOUBLE_EQ(summary.p90_factor, 100.0 / 84);
}

TEST(ErrorSummary, SmallLists) {
  EXPECT_EQ(summarise({}).rows, 0u);
  EXPECT_EQ(summarise({}).p90, 0);
  EXPECT_EQ(summarise({}).p90_factor, 1);
  const ErrorSummary one = summarise({of("", 50, 40)});
  EXPECT_DOUBLE_EQ(one.median, 0.2);
  EXPECT_DOUBLE_EQ(one.p90, 0.2);
  EXPECT_DOUBLE_EQ(one.mean_signed, -0.2);
  EXPECT_DOUBLE_EQ(one.p90_factor, 1.25);
  // Nine of ten rows are 90 %.
  std::vector<Comparison> ten(9, of("", 1, 1));
  ten.push_back(of("", 1, 5));
  EXPECT_EQ(summarise(ten).p90, 0);
  EXPECT_DOUBLE_EQ(summarise(ten).worst, 4);
}

TEST(ErrorSummary, WhatIsNoNumberIsInfinitelyWrong) {
  const ErrorSummary summary = summarise({of("", 1, std::nan("")), of("", 0, 0), of("", -1, 1)});
  EXPECT_TRUE(std::isinf(summary.worst));
  EXPECT_TRUE(std::isinf(summary.mean_signed));
  EXPECT_TRUE(std::isinf(summary.p90_factor));
  EXPECT_DOUBLE_EQ(summary.median, 2);
}

TEST(ErrorSummary, ByQuantityAndWorstRows) {
  std::vector<Comparison> rows = {of("a", 100, 101), of("b", 100, 70), of("c", 100, 110)};
  rows[0].quantity = "energy";
  const auto summaries = summarise_by_quantity(rows);
  ASSERT_EQ(summaries.size(), 2u);
  EXPECT_EQ(summaries.at("cycles").rows, 2u);
  EXPECT_DOUBLE_EQ(summaries.at("cycles").mean_signed, -0.1);
  EXPECT_DOUBLE_EQ(summaries.at("energy").worst, 0.01);
  const std::vector<Comparison> worst = worst_rows(rows, 2);
  ASSERT_EQ(worst.size(), 2u);
  EXPECT_EQ(worst[0].item, "b");
  EXPECT_EQ(worst[1].item, "c");
  EXPECT_EQ(worst_rows(rows, 9).size(), 3u);
}

}  // namespace
}  // namespace saccade
