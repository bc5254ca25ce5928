#include "report/html.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <regex>
#include <string_view>

#include "example_result.hpp"
#include "report/html_columns.hpp"
#include "report/html_details.hpp"
#include "report/html_template.hpp"
#include "result/result_json.hpp"
#include "sweep_example.hpp"

namespace saccade {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;

std::string no_details(std::uint64_t) { return ""; }

/// What a browser would take for the data: all up to the first end of a script.
Json data_of(const std::string& page) {
  const std::string start = R"(<script type="application/json" id="data">)";
  const std::size_t from = page.find(start) + start.size();
  return Json::parse(page.substr(from, page.find("</script", from) - from));
}

/// Values of a column in any of its forms.
std::vector<Json> values_of(const Json& column, std::size_t rows, const Json& all_figures = {}) {
  if (column.is_array()) return column.get<std::vector<Json>>();
  if (column.contains("same")) {
    return values_of(all_figures.at(column.at("same").get<std::size_t>()), rows, all_figures);
  }
  if (!column.contains("codes")) return std::vector<Json>(rows, column.at("levels").at(0));
  std::vector<Json> values;
  for (const Json& code : column.at("codes")) {
    values.push_back(column.at("levels").at(code.get<std::size_t>()));
  }
  return values;
}

bool has(std::string_view page, std::string_view text) {
  return page.find(text) != std::string_view::npos;  // not a matcher, which would print the page
}

std::vector<PointRow> three_rows() {
  std::vector<PointRow> rows = {
      example_row(3, "none", {16, "a<b"}, {{"latency_s", 0.25}, {"edp_js", 2}}),
      example_row(4, "none", {16, nullptr}, {{"latency_s", 1.23456789e-3}, {"edp_js", 2}}),
      example_row(9, "sparse", {32, "a<b"}, {}),
  };
  rows[2].status = Status::failed;
  rows[2].message = "</script><!-- \xE2\x80\xA8 \"x\" \xFF";
  return rows;
}

TEST(ShortNumber, TakesTheFewestCharacters) {
  EXPECT_EQ(short_number(0.0042472435, 6), "424724e-8");
  EXPECT_EQ(short_number(5165774.0, 6), "5165770");
  EXPECT_EQ(short_number(1e9, 6), "1e9");
  EXPECT_EQ(short_number(1200.0, 6), "1200");
  EXPECT_EQ(short_number(3.0637226, 6), "3.06372");
  EXPECT_EQ(short_number(-0.25, 6), "-0.25");
  EXPECT_EQ(short_number(0.0, 6), "0");
  EXPECT_EQ(short_number(9.999999, 4), "10");
  EXPECT_EQ(short_number(7.5, 1), "8");
}

TEST(ShortNumber, HasNoneForWhatIsNoNumber) {
  EXPECT_EQ(short_number(std::nullopt, 6), "null");
  EXPECT_EQ(short_number(INFINITY, 6), "null");
  EXPECT_EQ(short_number(NAN, 6), "null");
}

TEST(ShortNumber, ReadsBackToSixDigits) {
  for (const double value : {1.0 / 3, 2e-16 / 3, 7e15 / 9, 123456.5, 999999.7, -4e-5 / 7}) {
    EXPECT_NEAR(Json::parse(short_number(value, 6)).get<double>() / value, 1, 5.1e-6) << value;
  }
}

TEST(ScriptJson, CannotEndAScript) {
  const std::string text = script_json(Json("</script><!--\xE2\x80\xA8\xFF"));
  EXPECT_THAT(text, Not(HasSubstr("<")));
  for (const char c : text) EXPECT_TRUE(c >= 0x20 && c < 0x7f);
  EXPECT_EQ(Json::parse(text), Json("</script><!--\xE2\x80\xA8\xEF\xBF\xBD"));
}

TEST(Html, ColumnsGiveTheRowsBack) {
  const auto rows = three_rows();
  const Json data = data_of(html_text(example_header(), rows, no_details));
  EXPECT_EQ(data.at("rows"), 3);
  const Json& columns = data.at("columns");
  EXPECT_THAT(values_of(columns.at("point"), 3), ElementsAre(3, 4, 9));
  EXPECT_THAT(values_of(columns.at("hash"), 3), ElementsAre("hash3", "hash4", "hash9"));
  EXPECT_THAT(values_of(columns.at("technique"), 3), ElementsAre("none", "none", "sparse"));
  EXPECT_THAT(values_of(columns.at("status"), 3), ElementsAre("ok", "ok", "failed"));
  EXPECT_EQ(values_of(columns.at("message"), 3)[2],
            Json("</script><!-- \xE2\x80\xA8 \"x\" \xEF\xBF\xBD"));
  EXPECT_THAT(values_of(columns.at("axes").at(0), 3), ElementsAre(16, 16, 32));
  EXPECT_THAT(values_of(columns.at("axes").at(1), 3), ElementsAre("a<b", nullptr, "a<b"));
  const Json& all = columns.at("figures");
  const auto latency = values_of(all.at(*figure_index("latency_s")), 3, all);
  EXPECT_THAT(latency, ElementsAre(0.25, 1.23457e-3, nullptr));
  EXPECT_THAT(values_of(all.at(*figure_index("edp_js")), 3, all), ElementsAre(2, 2, nullptr));
}

TEST(Html, EqualColumnsStandOnce) {
  std::vector<PointRow> rows;
  for (std::uint64_t i = 0; i < 3; ++i) {
    const double latency = 0.1 * static_cast<double>(i + 1);
    rows.push_back(example_row(i, "none", {1, 1}, {{"latency_s", latency}, {"run_s", latency}}));
  }
  const Json columns = Json::parse(columns_json(example_header(), rows));
  const Json& all = columns.at("figures");
  EXPECT_EQ(all.at(*figure_index("run_s")), Json({{"same", *figure_index("latency_s")}}));
  EXPECT_THAT(values_of(all.at(*figure_index("run_s")), 3, all), ElementsAre(0.1, 0.2, 0.3));
  EXPECT_EQ(columns.at("technique"), Json({{"levels", {"none"}}}));
}

TEST(Html, KnowsTheSweep) {
  StoreHeader header = example_header();
  header.name = "</title><b>";
  header.points = 7;
  header.shard = {2, 4};
  header.files = {{"a/h.json", "secret text"}};
  const std::string page = html_text(header, three_rows(), no_details);
  EXPECT_FALSE(has(page, "</title><b>"));
  EXPECT_FALSE(has(page, "secret text"));
  const Json known = data_of(page).at("header");
  EXPECT_EQ(known.at("name"), "</title><b>");
  EXPECT_EQ(known.at("points"), 7);
  EXPECT_EQ(known.at("shard"), Json({2, 4}));
  EXPECT_EQ(known.at("files"), Json({"a/h.json"}));
  EXPECT_EQ(known.at("axes").at(1).at("name"), "buffer_bytes");
  EXPECT_EQ(known.at("axes").at(1).at("pointers"), Json({"/buffers/0/bytes"}));
  EXPECT_EQ(known.at("figures").size(), figures().size());
}

TEST(Html, OfNoRowsIsAPage) {
  const Json data = data_of(html_text(example_header(), {}, no_details));
  EXPECT_EQ(data.at("rows"), 0);
  EXPECT_TRUE(data.at("details").at("points").empty());
}

TEST(Html, StaysWithinEightMegabytes) {
  std::vector<PointRow> rows;
  for (std::uint64_t i = 0; i < 1000; ++i) {  // all of them on the Pareto front
    const double place = static_cast<double>(i) + 1;
    rows.push_back(example_row(i, "none", {static_cast<int>(i), 1},
                               {{"latency_s", place}, {"energy_per_image_j", 1 / place}}));
  }
  PointResult result = example::result();
  result.notes = {std::string(10000, 'x')};
  const std::string text = json_text(result);
  const std::string page = html_text(example_header(), rows, [&](std::uint64_t) { return text; });
  EXPECT_LT(page.size(), 8'001'000U);
  EXPECT_GT(page.size(), 7'900'000U) << "there is room for more details";
}

TEST(Html, LoadsNothing) {
  const std::string page(html_template());
  const std::regex loads(R"re((src|href)\s*=\s*["']?(https?:|//)|@import|url\()re");
  EXPECT_FALSE(std::regex_search(page.substr(0, page.find("<script>")), loads));
  EXPECT_TRUE(has(page, R"(http-equiv="Content-Security-Policy" content="default-src 'none';)"));
}

TEST(Html, KeepsTheLicenceOfTheChartLibrary) {
  for (const char* text : {"Apache ECharts", "The Apache Software Foundation",
                           "TERMS AND CONDITIONS FOR USE, REPRODUCTION, AND DISTRIBUTION"}) {
    EXPECT_TRUE(has(html_template(), text)) << text;
  }
}

TEST(PointsOfInterest, AreTheBestAndThenThePareto) {
  const auto row = [](std::uint64_t point, const char* technique, double latency, double energy) {
    return example_row(point, technique, {1, 1},
                       {{"latency_s", latency},
                        {"energy_per_image_j", energy},
                        {"edp_js", latency * energy},
                        {"area_mm2", 1}});
  };
  std::vector<PointRow> rows = {
      row(0, "none", 1, 9),    // best of none by latency
      row(1, "none", 3, 2),    // by EDP
      row(2, "none", 9, 1),    // by energy
      row(3, "none", 2, 4.5),  // on the front
      row(4, "none", 4, 4),    // beaten
      row(5, "sparse", 5, 5),  // beaten, but the best of its technique
  };
  rows.push_back(row(6, "none", 0.1, 0.1));
  rows.back().status = Status::failed;  // with figures that mean nothing
  EXPECT_THAT(points_of_interest(rows), ElementsAre(1, 5, 0, 2, 3));
}

TEST(PointsOfInterest, AreTheBestOfEachPairOfValues) {
  const auto row = [](std::uint64_t point, std::vector<Json> axes, double edp) {
    return example_row(point, "none", std::move(axes), {{"edp_js", edp}});
  };
  const std::vector<PointRow> rows = {row(0, {16, 1, "a"}, 3), row(1, {16, 1, "b"}, 2),
                                      row(2, {32, 1, "a"}, 1), row(3, {32, 2, "a"}, 4),
                                      row(4, {32, 2, "b"}, 5)};
  EXPECT_THAT(points_of_interest(rows), ElementsAre(2, 1, 3));
}

TEST(PointsOfInterest, HaveAccuracyWhereItIsGiven) {
  const auto row = [](std::uint64_t point, double latency, double accuracy) {
    return example_row(point, "none", {1, 1},
                       {{"latency_s", latency},
                        {"energy_per_image_j", latency},
                        {"edp_js", latency * latency},
                        {"accuracy_top1_percent", accuracy}});
  };
  EXPECT_THAT(points_of_interest({row(0, 1, 70), row(1, 2, 80), row(2, 3, 75)}), ElementsAre(0, 1));
}

TEST(PointsOfInterest, HaveTheAccuracyOfEachWorkload) {
  const auto row = [](std::uint64_t point, const char* workload, const char* figure, double cost,
                      double accuracy) {
    PointRow made = example_row(point, "none", {1, 1},
                                {{"latency_s", cost},
                                 {"energy_per_image_j", cost},
                                 {"edp_js", cost * cost},
                                 {figure, accuracy}});
    made.workload = workload;
    return made;
  };
  const char* top1 = "accuracy_top1_percent";
  const char* miou = "accuracy_miou_percent";
  EXPECT_THAT(
      points_of_interest({row(0, "classified", top1, 1, 70), row(1, "classified", top1, 2, 80),
                          row(2, "segmented", miou, 3, 40), row(3, "segmented", miou, 4, 50),
                          row(4, "segmented", miou, 5, 45)}),
      ElementsAre(0, 2, 1, 3));
}

/// Rows of two techniques with details of the shared example.
std::vector<PointRow> two_rows() {
  return {example_row(5, "none", {1, 1}, {{"edp_js", 2}}),
          example_row(6, "sparse", {1, 1}, {{"edp_js", 1}})};
}

TEST(Details, AreTrimmedToWhatThePageShows) {
  const PointResult result = example::result();
  const Json details = Json::parse(details_json(
      two_rows(), [&](std::uint64_t) { return json_text(result); }, 100000));
  ASSERT_EQ(details.at("layouts").size(), 1U) << "both have the same ops";
  ASSERT_EQ(details.at("points").size(), 2U);
  const Json& ops = details.at("layouts").at(0);
  const Json& point = details.at("points").at("6");
  EXPECT_EQ(point.at("layout"), 0);
  ASSERT_EQ(ops.at("name").size(), result.ops.size());
  for (std::size_t i = 0; i < result.ops.size(); ++i) {
    const OpResult& op = result.ops[i];
    EXPECT_EQ(ops.at("name").at(i), op.name);
    EXPECT_EQ(ops.at("macs").at(i), op.macs);
    EXPECT_EQ(point.at("dram_bytes").at(i).get<double>(), static_cast<double>(op.dram_bytes));
    for (const auto& [work, cycles] : op.cycles_by_work) {
      EXPECT_EQ(point.at("work").at(work).at(i).get<double>(), static_cast<double>(cycles));
    }
  }
  EXPECT_EQ(point.at("energy_breakdown_j").size(),
            result_json(result).at("energy_breakdown_j").size());
}

TEST(Details, OfAStreamAreAtMostFiveHundredLatencies) {
  PointResult result = example::result();
  result.latencies_s.clear();
  for (int i = 2000; i > 0; --i) result.latencies_s.push_back(i);
  const Json details = Json::parse(details_json(
      two_rows(), [&](std::uint64_t) { return json_text(result); }, 100000));
  const Json& latencies = details.at("points").at("5").at("latencies_s");
  EXPECT_EQ(latencies.at("count"), 2000);
  ASSERT_EQ(latencies.at("values").size(), 500U);
  EXPECT_EQ(latencies.at("values").front(), 1);
  EXPECT_EQ(latencies.at("values").back(), 2000);
  EXPECT_TRUE(std::is_sorted(latencies.at("values").begin(), latencies.at("values").end()));
}

TEST(Details, StayWithinTheirBudget) {
  const std::string text = json_text(example::result());
  const auto details = [&](std::size_t budget) {
    return details_json(
        two_rows(), [&](std::uint64_t) { return text; }, budget);
  };
  const std::string both = details(100000);
  const std::size_t overhead = std::string(R"({"layouts":[],"points":{}})").size();
  EXPECT_LE(details(both.size() - 1 - overhead).size(), both.size() - 1);
  EXPECT_EQ(Json::parse(details(both.size() - 1 - overhead)).at("points").size(), 1U);
  EXPECT_TRUE(Json::parse(details(10)).at("points").empty());
}

TEST(Details, OfAnotherVersionAreLeftOut) {
  Json older = result_json(example::result());
  older["ops"][0].erase("energy_j");
  const auto details = [&](std::uint64_t point) {
    return point == 5 ? older.dump() : json_text(example::result());
  };
  const Json points = Json::parse(details_json(two_rows(), details, 100000)).at("points");
  EXPECT_FALSE(points.contains("5"));
  EXPECT_TRUE(points.contains("6"));
}

TEST(Details, OfPointsWithoutAnyAreLeftOut) {
  const Json details = Json::parse(details_json(two_rows(), no_details, 100000));
  EXPECT_TRUE(details.at("points").empty());
}

}  // namespace
}  // namespace saccade
