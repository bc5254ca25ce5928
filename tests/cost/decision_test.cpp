#include "cost/decision.hpp"

#include <gtest/gtest.h>

#include "base/math.hpp"

namespace saccade {
namespace {

constexpr auto at(VectorOp op) { return static_cast<std::size_t>(op); }

VectorUnit controller(int comparators) {
  VectorUnit unit;
  unit.lanes = comparators;
  unit.controller = SkipController{{"threshold", "entropy", "top_k", "sort"}, 3, 2.0};
  return unit;
}

std::int64_t cycles(const Decide& decision, int comparators) {
  const VectorUnit unit = controller(comparators);
  return vector_cycles(unit, decision_work(decision, unit), decision.elements, 1);
}

TEST(Decision, ThresholdsAndEntropiesTakeTheirValuesOverTheComparators) {
  EXPECT_EQ(cycles({196, DecideFunction::threshold}, 1), 196);
  EXPECT_EQ(cycles({196, DecideFunction::threshold}, 16), 13);  // 12.25
  // Two a value: exponential and sum, then the sum of p log p.
  EXPECT_EQ(cycles({1000, DecideFunction::entropy}, 1), 2000);
  EXPECT_EQ(cycles({1000, DecideFunction::entropy}, 8), 250);
}

/// Means of 400 simulated runs of quick-select with random pivots, 16 comparators, k = n / 2, each
/// pass of n values n / 16 + 3 cycles, as SpAtten's top-k engine has it (Wang et al., HPCA 2021).
TEST(Decision, TopKLiesNearTheMeanOfQuickSelect) {
  const std::pair<std::int64_t, double> means[] = {{64, 36.9},  {128, 56.6}, {197, 72},
                                                   {256, 85.4}, {512, 145},  {1024, 263}};
  for (const auto& [n, mean] : means) {
    // The outcome is handed out besides, k / p.
    const double handed_out = static_cast<double>(n / 2) / 16;
    const double found =
        decision_cycles({n, DecideFunction::top_k, n / 2}, *controller(16).controller, 16);
    EXPECT_NEAR((found - handed_out) / mean, 1.0, 0.07) << n;
  }
}

TEST(Decision, SortingComparesInStagesOfANetwork) {
  // 256 log2(256)^2 / (2 * 16) = 512
  EXPECT_EQ(cycles({256, DecideFunction::sort}, 16), 512);
  EXPECT_EQ(cycles({1, DecideFunction::sort}, 16), 1);
}

TEST(Decision, OperationsOfAControllerAndOfAVectorUnit) {
  const auto counted = [](const VectorWork& work) { return vector_operations(work, 256, 1); };
  const VectorUnit with = controller(16);
  VectorUnit without;
  EXPECT_EQ(counted(decision_work({256, DecideFunction::threshold}, with))[at(VectorOp::maximum)],
            256u);
  EXPECT_EQ(counted(decision_work({256, DecideFunction::top_k, 9}, with))[at(VectorOp::maximum)],
            4 * 256u);
  // log2(256) = 8: 8 * 9 / 2 = 36 stages.
  EXPECT_EQ(counted(decision_work({256, DecideFunction::top_k, 9}, without))[at(VectorOp::maximum)],
            36 * 256u);
  const auto entropy = counted(decision_work({256, DecideFunction::entropy}, without));
  EXPECT_EQ(entropy[at(VectorOp::exponential)], 2 * 256u);  // exp, and log at its cost
  EXPECT_TRUE(decision_work({1, DecideFunction::threshold}, without).decides);
}

}  // namespace
}  // namespace saccade
