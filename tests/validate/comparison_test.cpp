#include "validate/comparison.hpp"

#include <gtest/gtest.h>

#include <cmath>

namespace saccade {
namespace {

Comparison compared(double expected, double actual, std::optional<double> tolerance,
                    double slack = 0) {
  Comparison c;
  c.expected = expected;
  c.actual = actual;
  c.tolerance = tolerance;
  c.slack = slack;
  return c;
}

TEST(Comparison, ErrorIsSignedAndRelativeToTheReference) {
  EXPECT_DOUBLE_EQ(compared(200, 210, 0.0).error(), 0.05);
  EXPECT_DOUBLE_EQ(compared(200, 190, 0.0).error(), -0.05);
  EXPECT_DOUBLE_EQ(compared(-200, -190, 0.0).error(), 0.05);
  EXPECT_EQ(compared(0, 0, 0.0).error(), 0);
  EXPECT_TRUE(std::isinf(compared(0, 1e-9, 0.0).error()));
}

TEST(Comparison, HoldsWithinItsToleranceOrItsSlack) {
  EXPECT_TRUE(compared(7, 7, 0.0).holds());
  EXPECT_FALSE(compared(7, 8, 0.0).holds());
  EXPECT_TRUE(compared(100, 105, 0.05).holds());
  EXPECT_FALSE(compared(100, 106, 0.05).holds());
  EXPECT_TRUE(compared(20, 22, 0.0, 2).holds());
  EXPECT_FALSE(compared(20, 23, 0.0, 2).holds());
  EXPECT_FALSE(compared(100, std::nan(""), 0.05).holds());
}

TEST(Comparison, WhatIsReportedOnlyAlwaysHolds) {
  EXPECT_TRUE(compared(100, 500, std::nullopt).holds());
}

}  // namespace
}  // namespace saccade
