#include "explore/constraint.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace saccade {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

TEST(Constraint, HoldsWhereItsExpressionDoes) {
  const Constraint area("area_mm2 <= 10");
  EXPECT_TRUE(area.holds({{"area_mm2", 10}}));
  EXPECT_FALSE(area.holds({{"area_mm2", 10.001}}));
  const Constraint both("lanes * width == 512 && power_w < 2");
  EXPECT_TRUE(both.holds({{"lanes", 8}, {"width", 64}, {"power_w", 1.5}}));
  EXPECT_FALSE(both.holds({{"lanes", 8}, {"width", 64}, {"power_w", 2}}));
  EXPECT_FALSE(both.holds({{"lanes", 8}, {"width", 32}, {"power_w", 1.5}}));
}

TEST(Constraint, KnowsItsNames) {
  EXPECT_THAT(Constraint("b > 2 * a || b < c").names(), ElementsAre("a", "b", "c"));
}

TEST(Constraint, AnswersWhatIsNoExpression) {
  for (const char* text :
       {"", "area <=", "(a < 1", "a < 1, b < 2", "3 < 4", "area ≤ 3", "f(a) < 1"}) {
    EXPECT_THROW(Constraint{text}, UserError) << text;
  }
}

std::size_t contradictions(const std::vector<std::string>& texts) {
  std::vector<Constraint> constraints(texts.begin(), texts.end());
  Mistakes mistakes;
  find_contradictions(constraints, "s.json", "/constraints", mistakes);
  return mistakes.size();
}

TEST(Contradictions, AreFoundBetweenBounds) {
  EXPECT_EQ(contradictions({"area_mm2 <= 10", "area_mm2 > 20"}), 1u);
  EXPECT_EQ(contradictions({"area_mm2 <= 10", "20 < area_mm2"}), 1u);
  EXPECT_EQ(contradictions({"a < 1", "a >= 1"}), 1u);
  EXPECT_EQ(contradictions({"a == 3", "a == 4"}), 1u);
  EXPECT_EQ(contradictions({"a > 1e3", "a < -2.5", "a > 5"}), 2u);
}

TEST(Contradictions, AreNotSeenWhereThereAreNone) {
  EXPECT_EQ(contradictions({"a <= 1", "a >= 1"}), 0u);
  EXPECT_EQ(contradictions({"a < 10", "a > 2", "b > 20"}), 0u);
  EXPECT_EQ(contradictions({"a == 3", "a <= 3"}), 0u);
  EXPECT_EQ(contradictions({"a + b < 1", "a + b > 2"}), 0u);  // of another form
}

TEST(Contradictions, NameBoth) {
  std::vector<Constraint> constraints = {Constraint("a < 1"), Constraint("2 <= a")};
  Mistakes mistakes;
  find_contradictions(constraints, "s.json", "/constraints", mistakes);
  ASSERT_EQ(mistakes.size(), 1u);
  EXPECT_EQ(mistakes.list()[0].pointer, "/constraints/1");
  EXPECT_THAT(mistakes.list()[0].message, HasSubstr("'2 <= a' contradicts 'a < 1'"));
}

}  // namespace
}  // namespace saccade
