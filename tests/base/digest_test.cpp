#include "base/digest.hpp"

#include <gtest/gtest.h>

#include <set>

namespace saccade {
namespace {

TEST(Digest, TellsSequencesApart) {
  const std::set<std::string> all = {
      Digest().hex(),
      Digest().add("").hex(),
      Digest().add("").add("").hex(),
      Digest().add("abc").hex(),
      Digest().add("ab").add("c").hex(),
      Digest().add("a").add("bc").hex(),
      Digest().add("abd").hex(),
  };
  EXPECT_EQ(all.size(), 7u);
}

TEST(Digest, IsTheSameForEqualTextsAndGoesOn) {
  Digest digest;
  digest.add("a");
  const std::string first = digest.hex();
  EXPECT_EQ(first, Digest().add("a").hex());
  EXPECT_EQ(digest.add("b").hex(), Digest().add("a").add("b").hex());
  EXPECT_NE(digest.hex(), first);
}

TEST(Digest, HasThirtyTwoHexadecimalDigits) {
  const std::string hex = Digest().add("x").hex();
  EXPECT_EQ(hex.size(), 32u);
  EXPECT_EQ(hex.find_first_not_of("0123456789abcdef"), std::string::npos);
}

/// XXH3_128bits of no input at all, as the algorithm's specification has it.
TEST(Digest, IsXxh3OfOneHundredAndTwentyEightBits) {
  EXPECT_EQ(Digest().hex(), "99aa06d3014798d86001c324468d497f");
}

}  // namespace
}  // namespace saccade
