#include "cost/price.hpp"

#include <gtest/gtest.h>

namespace saccade {
namespace {

TEST(CostItem, IsAmountTimesPriceWithTheBandsOfBoth) {
  const PricePtr price = make_price("p", {{2, 1, 3}, "a book", true}, "pJ", "op", 0.25);
  const CostItem item{"array", "ops", {8, 6, 12}, price};
  EXPECT_EQ(item.value(), 4);
  EXPECT_EQ(item.total().value, 4);
  EXPECT_EQ(item.total().low, 1.5);
  EXPECT_EQ(item.total().high, 9);
  const Band sum = total({item, item});
  EXPECT_EQ(sum.value, 8);
  EXPECT_EQ(sum.low, 3);
  EXPECT_EQ(sum.high, 18);
}

TEST(CostItem, ThoseOfNothingAreLeftOut) {
  const PricePtr price = make_price("p", {{2, 2, 2}, "", false}, "pJ", "op", 1);
  const PricePtr maybe = make_price("m", {{0, 0, 1}, "", false}, "pJ", "op", 1);
  const PricePtr free = make_price("f", {{0, 0, 0}, "", false}, "pJ", "op", 1);
  std::vector<CostItem> items;
  add_item(items, "a", "none", exactly(0), price);
  add_item(items, "a", "free", exactly(5), free);
  add_item(items, "a", "perhaps", exactly(5), maybe);
  add_item(items, "a", "some", exactly(5), price);
  ASSERT_EQ(items.size(), 2u);
  EXPECT_EQ(items[0].part, "perhaps");
  EXPECT_EQ(items[1].part, "some");
}

}  // namespace
}  // namespace saccade
