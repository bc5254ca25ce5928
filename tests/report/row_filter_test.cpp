#include "report/row_filter.hpp"

#include <gmock/gmock.h>

#include "base/error.hpp"
#include "report/sweep_example.hpp"

namespace saccade {
namespace {

using ::testing::ElementsAre;

std::vector<PointRow> rows() {
  std::vector<PointRow> rows = {example_row(0, "none", {16, "big"}, {}),
                                example_row(1, "sparse", {16, nullptr}, {}),
                                example_row(2, "sparse", {32, "big"}, {})};
  rows[1].status = Status::failed;
  return rows;
}

std::vector<std::uint64_t> chosen(const std::string& text) {
  const StoreHeader header = example_header();
  std::vector<std::uint64_t> points;
  for (const PointRow& row : filtered(rows(), header, parse_filter(text, header, rows()))) {
    points.push_back(row.point);
  }
  return points;
}

std::vector<std::string> mistakes_of(const std::string& text, const std::vector<PointRow>& all) {
  std::vector<std::string> messages;
  try {
    parse_filter(text, example_header(), all);
  } catch (const UserError& error) {
    for (const Mistake& mistake : error.mistakes()) messages.push_back(mistake.message);
  }
  return messages;
}

TEST(RowFilter, ChoosesByNamesStatusAndAxes) {
  EXPECT_THAT(chosen("technique=sparse"), ElementsAre(1, 2));
  EXPECT_THAT(chosen("vector_width=16"), ElementsAre(0, 1));
  EXPECT_THAT(chosen("technique=sparse,vector_width=16"), ElementsAre(1));
  EXPECT_THAT(chosen("status=ok"), ElementsAre(0, 2));
  EXPECT_THAT(chosen("buffer_bytes=-"), ElementsAre(1));
  EXPECT_THAT(chosen("workload=model,hardware=machine,buffer_bytes=big"), ElementsAre(0, 2));
  EXPECT_THAT(chosen("technique=none,vector_width=32"), ElementsAre()) << "each exists, not both";
}

TEST(RowFilter, TakesANumberAsTablesShowItAndWithAllDigits) {
  const std::vector<PointRow> all = {example_row(0, "none", {3.2 * 1.5, 1}, {})};
  const StoreHeader header = example_header();
  for (const std::string text : {"vector_width=4.8", "vector_width=4.800000000000001"}) {
    EXPECT_EQ(filtered(all, header, parse_filter(text, header, all)).size(), 1U) << text;
  }
}

TEST(RowFilter, AnswersAllMistakesAtOnce) {
  EXPECT_THAT(
      mistakes_of("techniques=none,vector_width=64,workload,technique=spare", rows()),
      ElementsAre("--where: unknown column 'techniques', expected one of hardware, workload, "
                  "technique, status, vector_width, buffer_bytes, did you mean 'technique'?",
                  "--where: no point has vector_width '64', expected one of 16, 32",
                  "--where: 'workload' has no value, expected such as technique=none",
                  "--where: no point has technique 'spare', expected one of none, sparse, did you "
                  "mean 'sparse'?"));
  EXPECT_THAT(mistakes_of("", rows()),
              ElementsAre("--where: is empty, expected such as technique=none"));
}

TEST(RowFilter, ListsTwentyValuesOfMany) {
  std::vector<PointRow> many;
  for (int i = 0; i < 21; ++i) many.push_back(example_row(0, "none", {i, 0}, {}));
  EXPECT_THAT(
      mistakes_of("vector_width=none", many),
      ElementsAre("--where: no point has vector_width 'none', expected one of 0, 1, 2, 3, 4, "
                  "5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, ..."));
}

}  // namespace
}  // namespace saccade
