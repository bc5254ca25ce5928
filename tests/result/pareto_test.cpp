#include "result/pareto.hpp"

#include <gtest/gtest.h>

#include <random>

namespace saccade {
namespace {

using Points = std::vector<std::vector<double>>;

TEST(Pareto, KeepsWhatNoOtherBeats) {
  const Points points = {{1, 9}, {2, 5}, {3, 5}, {4, 1}, {5, 2}};
  EXPECT_EQ(pareto_set(points), (std::vector<bool>{true, true, false, true, false}));
}

TEST(Pareto, KeepsEqualPointsTogether) {
  EXPECT_EQ(pareto_set({{1, 2}, {1, 2}, {2, 2}}), (std::vector<bool>{true, true, false}));
}

TEST(Pareto, PassesOverPointsWithoutFigures) {
  EXPECT_EQ(pareto_set({{}, {3}, {}}), (std::vector<bool>{false, true, false}));
  EXPECT_TRUE(pareto_set({}).empty());
}

TEST(Pareto, AgreesWithComparingAllPairs) {
  std::mt19937 random(1);
  std::uniform_int_distribution<int> value(0, 12);
  Points points(300, std::vector<double>(3));
  for (auto& point : points) {
    for (double& figure : point) figure = value(random);
  }
  const std::vector<bool> chosen = pareto_set(points);
  for (std::size_t i = 0; i < points.size(); ++i) {
    bool beaten = false;
    for (const auto& other : points) {
      bool no_worse = true;
      for (std::size_t k = 0; k < 3; ++k) no_worse = no_worse && other[k] <= points[i][k];
      beaten = beaten || (no_worse && other != points[i]);
    }
    EXPECT_EQ(chosen[i], !beaten) << i;
  }
}

}  // namespace
}  // namespace saccade
