#include "base/text.hpp"

#include <gtest/gtest.h>

#include <limits>

namespace saccade {
namespace {

TEST(Text, NearestNameWithinAThirdOfItsLength) {
  const std::vector<std::string> names = {"rows", "columns", "count"};
  struct Case {
    const char* wrong;
    const char* nearest;
  };
  for (const Case& c : std::vector<Case>{{"colums", "columns"},   // one edit of six letters
                                         {"row", "rows"},         // one edit is always allowed
                                         {"coulmns", "columns"},  // a transposition: two of seven
                                         {"cnt", ""},             // two edits of three letters
                                         {"", ""},
                                         {"depth", ""}}) {
    EXPECT_EQ(nearest(c.wrong, names), c.nearest) << c.wrong;
  }
  EXPECT_EQ(nearest(std::string(65, 'x'), {std::string(64, 'x')}), "");  // too long to compare
  EXPECT_EQ(nearest("rows", {}), "");
}

TEST(Text, DidYouMean) {
  EXPECT_EQ(did_you_mean("rwos", {"rows1", "rwo"}), ", did you mean 'rwo'?");
  EXPECT_EQ(did_you_mean("x", {"rows"}), "");
}

TEST(Text, CommaList) {
  EXPECT_EQ(comma_list({}), "");
  EXPECT_EQ(comma_list({"a"}), "a");
  EXPECT_EQ(comma_list({"a", "b"}), "a, b");
}

TEST(Text, PrefixesKeepThreeDigits) {
  struct Case {
    double value;
    const char* text;
  };
  for (const Case& c : std::vector<Case>{{0.00123, "1.23 ms"},
                                         {1, "1.00 s"},
                                         {12.34, "12.3 s"},
                                         {123.4, "123 s"},
                                         {999.4, "999 s"},
                                         {999.6, "1.00 ks"},  // never "1000 s"
                                         {9.996, "10.0 s"},   // never "10.00 s"
                                         {99.96, "100 s"},    // never "100.0 s"
                                         {1e-6, "1.00 us"},
                                         {-2e9, "-2.00 Gs"},
                                         {5e13, "50.0 Ts"},
                                         {3e15, "3000 Ts"},  // no prefix above tera
                                         {0, "0 s"}}) {
    EXPECT_EQ(with_prefix(c.value, "s"), c.text);
  }
  EXPECT_EQ(with_prefix(std::numeric_limits<double>::infinity(), "s"), "inf s");
}

TEST(Text, BandsShareThePrefixOfTheirValue) {
  EXPECT_EQ(with_band({4e-4, 3e-4, 6.2e-4}, "J"), "400 uJ (300 to 620)");
  EXPECT_EQ(with_band({1.5e-3, 0.5e-3, 12.3456e-3}, "J"), "1.50 mJ (0.50 to 12.3)");
  EXPECT_EQ(with_band({999.7e-6, 999.7e-6, 1.2e-3}, "J"), "1.00 mJ (1.00 to 1.20)");
  EXPECT_EQ(with_band({2, 2, 2}, "J"), "2.00 J");
  EXPECT_EQ(with_band({0, 0, 1}, "J"), "0 J");
}

TEST(Text, Bytes) {
  EXPECT_EQ(with_bytes(0), "0 B");
  EXPECT_EQ(with_bytes(1023), "1023 B");
  EXPECT_EQ(with_bytes(1536), "1.50 KiB");
  EXPECT_EQ(with_bytes(3.0 * 1024 * 1024), "3.00 MiB");
  EXPECT_EQ(with_bytes(8.0 * 1024 * 1024 * 1024 * 1024 * 1024), "8192.00 TiB");
}

TEST(Text, Thousands) {
  EXPECT_EQ(with_thousands(0), "0");
  EXPECT_EQ(with_thousands(999), "999");
  EXPECT_EQ(with_thousands(1000), "1,000");
  EXPECT_EQ(with_thousands(-1234567), "-1,234,567");
  EXPECT_EQ(with_thousands(std::numeric_limits<long long>::min()), "-9,223,372,036,854,775,808");
}

}  // namespace
}  // namespace saccade
