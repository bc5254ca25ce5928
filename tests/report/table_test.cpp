#include "report/table.hpp"

#include <gtest/gtest.h>

#include <stdexcept>

namespace saccade {
namespace {

TEST(TextTable, AlignsColumnsAndEndsLinesWithTheirText) {
  Table table({{"name", Align::left}, {"n"}, {"what", Align::left}});
  table.row({"a", "1", "x"});
  table.row({"longer", "1,000", ""});
  EXPECT_EQ(table.text(),
            "name        n  what\n"
            "a           1  x\n"
            "longer  1,000\n");
}

TEST(TextTable, IntegersKeepTheirDigits) {
  EXPECT_EQ(with_digits(65536), "65536");
  EXPECT_EQ(with_digits(-3), "-3");
  EXPECT_EQ(with_digits(0.123456), "0.1235");
  EXPECT_EQ(with_digits(1e20), "1e+20");
}

TEST(TextTable, HasNoHeaderWithoutTitles) {
  Table table({{"", Align::left}, {""}});
  table.row({"a", "1"});
  EXPECT_EQ(table.text(2), "  a  1\n");
}

TEST(TextTable, CountsLettersNotBytes) {
  Table table({{"", Align::left}, {""}});
  table.row({"µs", "1"});
  table.row({"ms", "2"});
  EXPECT_EQ(table.text(), "µs  1\nms  2\n");
}

TEST(TextTable, FillsMissingCellsAndRefusesTooMany) {
  Table table({{"a", Align::left}, {"b"}});
  table.row({"x"});
  EXPECT_EQ(table.text(), "a  b\nx\n");
  EXPECT_THROW(table.row({"1", "2", "3"}), std::logic_error);
}

}  // namespace
}  // namespace saccade
