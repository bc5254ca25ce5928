#include "base/csv.hpp"

#include <gtest/gtest.h>

namespace saccade {
namespace {

std::string mistakes_of(const std::string& text) {
  try {
    parse_csv(text, "f.csv", {"a", "b"}, {"c"});
  } catch (const UserError& error) {
    std::string all;
    for (const Mistake& mistake : error.mistakes()) all += to_string(mistake) + "\n";
    return all;
  }
  return "";
}

TEST(Csv, CellsMayBeQuotedAndLinesMayBeEmpty) {
  const CsvTable table =
      parse_csv("b,a\r\n\r\n1,\"x, \"\"y\"\"\"\n\"\",back\\slash\n,", "f.csv", {"a", "b"}, {"c"});
  ASSERT_EQ(table.rows.size(), 3u);
  EXPECT_EQ(table.rows[0].line, 3u);
  EXPECT_EQ(table.cell(table.rows[0], "a"), "x, \"y\"");
  EXPECT_EQ(table.cell(table.rows[0], "b"), "1");
  EXPECT_EQ(table.cell(table.rows[1], "a"), "back\\slash");
  EXPECT_EQ(table.cell(table.rows[1], "b"), "");
  EXPECT_EQ(table.cell(table.rows[2], "a"), "");
  EXPECT_FALSE(table.has("c"));
  EXPECT_THROW(table.cell(table.rows[0], "c"), std::out_of_range);
}

TEST(Csv, WhatIsWrittenIsRead) {
  const std::vector<std::string> cells = {"plain",      "",   "a,b",
                                          "say \"hi\"", "\"", "{\"k\": [1, 2]}"};
  const std::string header = csv_line({"1", "2", "3", "4", "5", "6"});
  const CsvTable table =
      parse_csv(header + csv_line(cells), "f.csv", {"1", "2", "3", "4", "5", "6"});
  ASSERT_EQ(table.rows.size(), 1u);
  EXPECT_EQ(table.rows[0].cells, cells);
}

TEST(Csv, MistakesNameTheirLine) {
  const struct {
    const char* text;
    const char* message;
  } cases[] = {
      {"", "is empty, expected a header of a, b"},
      {"a\n", "f.csv: line 1: lacks column 'b'"},
      {"a,b,a\n", "f.csv: line 1: column 'a' stands twice"},
      {"a,b,d\n", "f.csv: line 1: column 'd' is unknown, expected a, b, c"},
      {"a,b\n1\n", "f.csv: line 2: has 1 cells, expected 2"},
      {"a,b\n1,2,3\n", "f.csv: line 2: has 3 cells, expected 2"},
      {"a,b\n1,\"x\n", "f.csv: line 2: has a quote that is not closed"},
      {"a,b\n1,x\"y\n", "f.csv: line 2: has a quote"},
      {"a,b\n1,\"x\"y\n", "f.csv: line 2: has a quote"},
  };
  for (const auto& item : cases) {
    EXPECT_NE(mistakes_of(item.text).find(item.message), std::string::npos)
        << item.text << " -> " << mistakes_of(item.text);
  }
  const std::string both = mistakes_of("a,b\n1\n1,2\n1,2,3\n");
  EXPECT_NE(both.find("line 2"), std::string::npos) << both;
  EXPECT_NE(both.find("line 4"), std::string::npos) << both;
}

TEST(Csv, RowsAreBounded) {
  std::string text = "a,b\n";
  for (int i = 0; i < 1'000'001; ++i) text += "1,2\n";
  EXPECT_NE(mistakes_of(text).find("line 1000002: is beyond the 1000000 rows"), std::string::npos);
}

TEST(Csv, IntegersAreReadWholeAndWithinTheirRange) {
  const CsvTable table =
      parse_csv("a,b\n12,x\n1.5,-1\n99999999999999999999,\n", "f.csv", {"a", "b"});
  Mistakes mistakes;
  EXPECT_EQ(table.integer(table.rows[0], "a", 0, 100, mistakes), 12);
  EXPECT_TRUE(mistakes.empty());
  EXPECT_FALSE(table.integer(table.rows[0], "a", 13, 100, mistakes));
  EXPECT_FALSE(table.integer(table.rows[0], "b", 0, 100, mistakes));
  EXPECT_FALSE(table.integer(table.rows[1], "a", 0, 100, mistakes));
  EXPECT_FALSE(table.integer(table.rows[1], "b", 0, 100, mistakes));
  EXPECT_FALSE(table.integer(table.rows[2], "a", 0, 100, mistakes));
  EXPECT_FALSE(table.integer(table.rows[2], "b", 0, 100, mistakes));
  ASSERT_EQ(mistakes.size(), 6u);
  EXPECT_EQ(to_string(mistakes.list()[1]),
            "f.csv: line 2: column 'b' is 'x', expected an integer from 0 to 100");
}

TEST(Csv, NumbersAreCheckedAgainstTheirBounds) {
  const CsvTable table = parse_csv("a,b\n1.5,-2e3\n,1.5x\nnan,inf\n", "f.csv", {"a", "b"});
  Mistakes mistakes;
  EXPECT_EQ(table.number(table.rows[0], "a", 0, 1.5, mistakes), 1.5);
  EXPECT_EQ(table.number(table.rows[0], "b", -2000, 0, mistakes), -2000);
  EXPECT_TRUE(mistakes.empty());
  EXPECT_FALSE(table.number(table.rows[0], "a", 0, 1.4, mistakes));
  for (const std::size_t row : {1u, 2u}) {
    EXPECT_FALSE(table.number(table.rows[row], "a", 0, 100, mistakes));
    EXPECT_FALSE(table.number(table.rows[row], "b", 0, 100, mistakes));
  }
  ASSERT_EQ(mistakes.size(), 5u);
  EXPECT_EQ(to_string(mistakes.list()[0]),
            "f.csv: line 2: column 'a' is '1.5', expected a number from 0 to 1.4");
}

}  // namespace
}  // namespace saccade
