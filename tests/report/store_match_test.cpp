#include "report/store_match.hpp"

#include <gmock/gmock.h>

#include "base/error.hpp"
#include "report/store_pair.hpp"

namespace saccade {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

std::vector<std::string> mistakes_of(const StoreRows& a, const StoreRows& b) {
  std::vector<std::string> messages;
  try {
    match_stores(a, b);
  } catch (const UserError& error) {
    for (const Mistake& mistake : error.mistakes()) messages.push_back(to_string(mistake));
  }
  return messages;
}

TEST(StoreMatch, FindsTheSameDesignByItsNamesAndAxes) {
  const StoreRows a = store_a(), b = store_b();
  const StoreMatch match = match_stores(a, b);
  EXPECT_THAT(match.axes, ElementsAre("vector_width", "buffer_bytes"));
  ASSERT_EQ(match.pairs.size(), 4U);
  EXPECT_EQ(match.pairs[0].a, &a.rows[0]);
  EXPECT_EQ(match.pairs[0].b, &b.rows[3]);
  EXPECT_EQ(match.pairs[2].b, &b.rows[1]);
  EXPECT_THAT(match.only_a, ElementsAre(&a.rows[4]));
  EXPECT_THAT(match.only_b, ElementsAre(&b.rows[0]));
}

TEST(StoreMatch, AxesMayStandInAnotherOrder) {
  StoreRows a = store_a(), b = store_a();
  std::swap(b.header.axes[0], b.header.axes[1]);
  for (PointRow& row : b.rows) std::swap(row.axes[0], row.axes[1]);
  const StoreMatch match = match_stores(a, b);
  EXPECT_EQ(match.pairs.size(), 5U);
  EXPECT_THAT(match.only_b, IsEmpty());
}

TEST(StoreMatch, AnAxisOfOneStoreIsPassedOverIfNothingDependsOnIt) {
  StoreRows a = store_a(), b = store_a();
  b.header.axes[1].name = "bandwidth";
  a.rows = {design(0, {16, 1024}, 1, 1), design(1, {32, 1024}, 1, 1)};
  b.rows = {design(0, {16, 9}, 1, 1), design(1, {32, 9}, 1, 1)};
  const StoreMatch match = match_stores(a, b);
  EXPECT_EQ(match.pairs.size(), 2U);
  EXPECT_THAT(match.axes_a, ElementsAre("buffer_bytes"));
  EXPECT_THAT(match.axes_b, ElementsAre("bandwidth"));
}

TEST(StoreMatch, PointsThatCannotBeToldApartAreAMistakeOfEachStore) {
  StoreRows a = store_a(), b = store_b();
  b.header.axes[1].name = "bandwidth";
  b.rows.push_back(design(9, {8, 2048}, 1, 1));
  EXPECT_THAT(mistakes_of(a, b),
              ElementsAre("a.db: points 0 and 1 differ in nothing that both stores have (axes that "
                          "only it has: buffer_bytes), expected stores whose points can be matched "
                          "by hardware, workload, technique and common axes",
                          "b.db: points 2 and 3 differ in nothing that both stores have (axes that "
                          "only it has: bandwidth), expected stores whose points can be matched by "
                          "hardware, workload, technique and common axes"));
}

}  // namespace
}  // namespace saccade
