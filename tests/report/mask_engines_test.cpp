#include "report/mask_engines.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace saccade {
namespace {

using testing::HasSubstr;

/// Two heads of 4 queries and 6 keys: key 0 is global in the first.
ChosenHeads block() {
  AttentionMap first(4, 6), second(4, 6);
  for (std::int64_t q = 0; q < 4; ++q) {
    first.set(q, 0);
    first.set(q, q + 1);
    second.set(q, 5 - q);
  }
  return {3, {0, 1}, {first, second}};
}

// Threshold 3: 4 dot products for the denser engine, 4 + 4 for the sparser; of 3 lines it gets 1,
// which takes 4 rounds, as do 8 entries on 2 lines and 8 keys with an entry each. Heads of 10 on
// 4 multipliers take 3 cycles, twice: 24. Spread evenly: 2 * 12 * 10 / 12 = 20.
TEST(MaskEngines, CyclesOnLines) {
  const std::string text = lines_text({block()}, 3, {3, 4}, 10);
  EXPECT_THAT(text, HasSubstr("3 lines of 4 multipliers, heads of 10"));
  EXPECT_THAT(text, HasSubstr("24 cycles, 24 with a key a line; 20 if all lines worked"));
}

// 2 rows of 2 PEs. First head: queries 0 and 1 keep keys 0, 1 and 0, 2; 2 and 3 keys 0, 3 and 0, 4:
// a full block each. Second head: keys 5 and 4, then 3 and 2: half of a block each.
TEST(MaskEngines, FilledScoreArrays) {
  const std::string text = packing_text({block()}, {2, 2});
  EXPECT_THAT(text, HasSubstr("100.0 %"));
  EXPECT_THAT(text, HasSubstr("50.0 %"));
  EXPECT_THAT(text, HasSubstr("4 blocks, 75.0 % filled"));
}

TEST(MaskEngines, BlocksAreSummed) {
  const std::string text = lines_text({block(), block()}, 3, {3, 4}, 10);
  EXPECT_THAT(text, HasSubstr("48 cycles, 48 with a key a line; 40 if"));
  EXPECT_THAT(packing_text({block(), block()}, {2, 2}), HasSubstr("8 blocks, 75.0 % filled"));
}

}  // namespace
}  // namespace saccade
