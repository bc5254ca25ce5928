#include "base/error.hpp"

#include <gtest/gtest.h>

namespace saccade {
namespace {

TEST(Error, MistakeLeavesOutEmptyParts) {
  EXPECT_EQ(to_string({"a.json", "/x", "is 3"}), "a.json: /x: is 3");
  EXPECT_EQ(to_string({"a.json", "", "is empty"}), "a.json: is empty");
  EXPECT_EQ(to_string({"", "", "no command"}), "no command");
}

TEST(Error, MistakesAreThrownTogether) {
  Mistakes mistakes;
  EXPECT_NO_THROW(mistakes.check());
  mistakes.add("a", "/1", "one");
  mistakes.add("b", "/2", "two");
  EXPECT_FALSE(mistakes.empty());
  try {
    mistakes.check();
    FAIL() << "nothing was thrown";
  } catch (const UserError& error) {
    EXPECT_STREQ(error.what(), "a: /1: one\nb: /2: two");
    ASSERT_EQ(error.mistakes().size(), 2u);
    EXPECT_EQ(error.mistakes()[1].pointer, "/2");
  }
}

TEST(Error, PlainMessageBelongsToNoFile) {
  const UserError error("no such thing");
  EXPECT_STREQ(error.what(), "no such thing");
  EXPECT_EQ(error.mistakes().front().file, "");
}

}  // namespace
}  // namespace saccade
