#include "result/explanation.hpp"

#include <gtest/gtest.h>

namespace saccade {
namespace {

TEST(Explanation, SharesAreProductsAndTheTotalIsTheirSum) {
  Constant priced;
  priced.value = {2, 1, 4};
  priced.amount = Band{10, 9, 11};
  priced.factor = 0.5;
  Constant behind;
  behind.value = exactly(7);
  EXPECT_EQ(priced.share().value, 10);
  EXPECT_EQ(priced.share().low, 4.5);
  EXPECT_EQ(priced.share().high, 22);
  EXPECT_EQ(behind.share().value, 0);
  const Explanation explanation{Topic::area, "area_mm2", "mm2", {priced, behind, priced}};
  EXPECT_EQ(explanation.total().value, 20);
  EXPECT_EQ(explanation.total().low, 9);
  EXPECT_EQ(explanation.total().high, 44);
}

TEST(Explanation, TopicsHaveNames) {
  EXPECT_EQ(topic_of("energy"), Topic::energy);
  EXPECT_EQ(topic_of("area"), Topic::area);
  EXPECT_EQ(topic_of("timing"), Topic::timing);
  EXPECT_EQ(topic_of("time"), std::nullopt);
}

}  // namespace
}  // namespace saccade
