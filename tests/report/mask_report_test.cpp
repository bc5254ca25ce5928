#include "report/mask_report.hpp"

#include <gmock/gmock.h>

namespace saccade {
namespace {

using testing::HasSubstr;

/// Head 2 of block 5: key 0 has 3 entries, the others one each.
std::vector<ChosenHeads> one_head() {
  AttentionMap map(4, 3);
  for (std::int64_t query = 0; query < 3; ++query) map.set(query, 0);
  map.set(1, 1);
  map.set(3, 2);
  return {{5, {2}, {map}}};
}

TEST(MaskReport, CsvHasALinePerHead) {
  EXPECT_EQ(mask_csv(one_head(), {2, 2}),
            "block,head,queries,keys,kept,density,globals,denser,sparser,least_per_query,"
            "most_per_query,least_per_key,most_per_key,empty_queries,empty_keys,diagonal_kept,"
            "row_tiles,most_per_row_tile,most_per_row\n"
            "5,2,4,3,5,0.4166666666666667,1,3,2,0,1,1,1,2,0,3,2,3,2\n");
}

TEST(MaskReport, TextHasHeadsAndLoads) {
  const std::string text = mask_text("name", one_head(), {2, 3});
  EXPECT_THAT(text, HasSubstr("name: 1 block, 1 head, 5 of 12 entries kept: 41.67 %\n"));
  EXPECT_THAT(text, testing::ContainsRegex(
                        "\n +5 +2 +4 +3 +5 +41.67 % +1 +3 +2 +0 to 1 +1 to 1 +2 +0 +3\n"));
  EXPECT_THAT(text, testing::ContainsRegex("\n +5 +2 +2.5 +4 +4 +1.2 +2\n"));
}

}  // namespace
}  // namespace saccade
