#include "report/points.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <limits>

#include "base/csv.hpp"
#include "base/json.hpp"
#include "cli/run_binary.hpp"
#include "report/sweep_example.hpp"

namespace saccade {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;

/// Four points: numbers and null on the first axis, text and null on the second.
std::vector<PointRow> example_rows() {
  std::vector<PointRow> rows = {
      example_row(0, "none", {16, "os"}, {{"latency_s", 0.1 + 0.2}, {"cycles", 123456789}}),
      example_row(1, "none", {nullptr, "ws, \"both\""}, {{"latency_s", 1e-9}, {"cycles", 5}}),
      example_row(2, "vitcod", {64, nullptr}, {{"latency_s", 3}, {"cycles", 6}}),
      example_row(3, "vitcod", {128, "a\nb"}, {})};
  rows[3].status = Status::failed;
  rows[3].message = "\nfirst line\r\nsecond,\tline\n";
  return rows;
}

StoreHeader header_of_two() {
  StoreHeader header = example_header();
  header.axes = {{"width", "hardware", {"/w"}}, {"dataflow", "hardware", {"/d"}}};
  return header;
}

CsvTable parsed(const std::string& csv) {
  std::vector<std::string> columns = store_columns();
  columns.insert(columns.end(), {"width", "dataflow"});
  return parse_csv(csv, "points.csv", columns);
}

TEST(PointsCsv, HasTheColumnsInTheirOrder) {
  const CsvTable table = parsed(points_csv(header_of_two(), example_rows()));
  const std::vector<std::string> first(table.columns.begin(), table.columns.begin() + 11);
  EXPECT_THAT(first,
              ElementsAre("point", "hash", "hardware", "workload", "technique", "width", "dataflow",
                          "status", "message", "latency_s", "energy_per_image_j"));
  EXPECT_EQ(table.columns.size(), 9 + figures().size());
  for (const std::string& column : table.columns) EXPECT_THAT(column, Not(HasSubstr(" ")));
}

TEST(PointsCsv, LeavesNoCellEmptyAndNoLineBroken) {
  const std::string csv = points_csv(header_of_two(), example_rows());
  EXPECT_EQ(std::count(csv.begin(), csv.end(), '\n'), 5);
  const CsvTable table = parsed(csv);
  ASSERT_EQ(table.rows.size(), 4);
  for (const CsvRow& row : table.rows) {
    for (const std::string& cell : row.cells) EXPECT_NE(cell, "");
  }
  const auto cells = [&](const char* column) {
    std::vector<std::string> texts;
    for (const CsvRow& row : table.rows) texts.push_back(table.cell(row, column));
    return texts;
  };
  EXPECT_THAT(cells("width"), ElementsAre("16", "nan", "64", "128"));
  EXPECT_THAT(cells("dataflow"), ElementsAre("os", "ws, \"both\"", "none", "a; b"));
  EXPECT_THAT(cells("status"), ElementsAre("ok", "ok", "ok", "failed"));
  EXPECT_THAT(cells("message"), ElementsAre("none", "none", "none", "first line; second, line"));
  EXPECT_THAT(cells("latency_s"), ElementsAre("0.30000000000000004", "1e-09", "3", "nan"));
  EXPECT_THAT(cells("cycles"), ElementsAre("123456789", "5", "6", "nan"));
  EXPECT_THAT(cells("area_mm2"), ElementsAre("nan", "nan", "nan", "nan"));
}

TEST(PointsCsv, WritesEveryKindOfAxisValue) {
  StoreHeader header = header_of_two();
  header.axes.pop_back();
  const auto cells = [&](const std::vector<Json>& values) {
    std::vector<PointRow> rows;
    for (const Json& value : values) rows.push_back(example_row(rows.size(), "none", {value}, {}));
    const std::string csv = points_csv(header, rows);
    std::vector<std::string> columns = store_columns();
    columns.emplace_back("width");
    const CsvTable table = parse_csv(csv, "points.csv", columns);
    std::vector<std::string> texts;
    for (const CsvRow& row : table.rows) texts.push_back(table.cell(row, "width"));
    return texts;
  };
  EXPECT_THAT(cells({0.5, 2.0, -3, 1e-7, std::numeric_limits<std::uint64_t>::max(), nullptr}),
              ElementsAre("0.5", "2", "-3", "1e-07", "18446744073709551615", "nan"));
  EXPECT_THAT(cells({true, false, nullptr}), ElementsAre("true", "false", "nan"));
  EXPECT_THAT(cells({Json::array({1, "a"}), nullptr, 7}), ElementsAre("[1,\"a\"]", "none", "7"));
  EXPECT_THAT(cells({"", " "}), ElementsAre("none", " "));
}

TEST(PointsJson, GivesRecordsWithNullForNone) {
  const Json json = parse_json(points_json(header_of_two(), example_rows()), "points.json");
  ASSERT_EQ(json.size(), 4);
  EXPECT_EQ(json[0].size(), 9 + figures().size());
  EXPECT_EQ(json[0].items().begin().key(), "point");
  EXPECT_EQ(json[0]["width"], 16);
  EXPECT_EQ(json[0]["latency_s"].get<double>(), 0.1 + 0.2);
  EXPECT_TRUE(json[0]["cycles"].is_number_integer());
  EXPECT_TRUE(json[0]["message"].is_null());
  EXPECT_TRUE(json[1]["width"].is_null());
  EXPECT_EQ(json[3]["dataflow"], "a\nb");
  EXPECT_EQ(json[3]["message"], example_rows()[3].message);
  EXPECT_EQ(json[3]["status"], "failed");
  EXPECT_TRUE(json[3]["latency_s"].is_null());
}

TEST(PointsJson, IsWholeWithoutRowsAndWithTextThatIsNoUnicode) {
  EXPECT_EQ(parse_json(points_json(header_of_two(), {}), "f"), Json::array());
  std::vector<PointRow> rows = {example_row(0, "none", {1, "x"}, {})};
  rows[0].message = "half \xc3";
  rows[0].figures[0] = std::numeric_limits<double>::infinity();
  const Json json = parse_json(points_json(header_of_two(), rows), "f");
  EXPECT_THAT(json[0]["message"].get<std::string>(), HasSubstr("half "));
  EXPECT_TRUE(json[0]["latency_s"].is_null());
}

/// Runs tests/report/read_points.py with both files; its exit code.
int run_python(const std::string& python, const std::string& how) {
  const TestFolder folder;
  const std::string csv = folder.write("points.csv", points_csv(header_of_two(), example_rows()));
  const std::string json =
      folder.write("points.json", points_json(header_of_two(), example_rows()));
  const std::string command = python + " '" SACCADE_SOURCE_DIR "/tests/report/read_points.py' " +
                              how + " '" + csv + "' '" + json + "'";
  const int status = std::system(command.c_str());
  return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

TEST(Points, PythonReadsThem) { EXPECT_EQ(run_python("python3", "plain"), 0); }

TEST(Points, PandasReadsThemWithoutOptions) {
  for (const char* python : {"python3", "/usr/bin/python3"}) {
    const std::string probe = std::string(python) + " -c 'import pandas' 2> /dev/null";
    if (std::system(probe.c_str()) != 0) continue;
    EXPECT_EQ(run_python(python, "pandas"), 0);
    return;
  }
  GTEST_SKIP() << "python3 has no pandas (Debian: python3-pandas)";
}

}  // namespace
}  // namespace saccade
