#include "report/explain.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/csv.hpp"

namespace saccade {
namespace {

using testing::HasSubstr;
using testing::Not;

/// 3 uJ (2 to 5) of MACs and 1 uJ of DRAM, and a constant behind them.
PointResult explained() {
  Constant macs{"array",        "8-bit MAC", "pe_os_int8", {3, 2, 5}, "",   "pJ",
                "table, \"x\"", false,       exactly(1e6), "MAC",     1e-12};
  Constant dram{"dram",    "read", "pj_per_bit",   exactly(4), "",   "pJ",
                "a guess", true,   exactly(2.5e5), "bit",      1e-12};
  Constant flow;
  flow.component = "hardware file";
  flow.name = "array/dataflow";
  flow.choice = "output_stationary";
  flow.source = "command line";
  PointResult result;
  result.hardware = "tiny";
  result.workload = "two ops";
  result.explanation = Explanation{Topic::energy, "energy_j", "J", {dram, macs, flow}};
  return result;
}

TEST(ExplanationText, ShowsSharesTotalBandAndConstants) {
  const std::string text = explanation_text(explained());
  EXPECT_THAT(text, HasSubstr("What energy_j of two ops on tiny was computed from\n"));
  EXPECT_THAT(text, HasSubstr("Total: 4.00 uJ (3.00 to 6.00). Of the width of its band, most is "
                              "due to array 8-bit MAC (100 %), dram read (0 %).\n"));
  EXPECT_THAT(text, HasSubstr("75.0 %"));
  EXPECT_THAT(text, HasSubstr("3 (2 to 5) pJ"));
  EXPECT_THAT(text, HasSubstr("[assumption] a guess"));
  EXPECT_THAT(text, HasSubstr("output_stationary"));
  EXPECT_LT(text.find("pe_os_int8"), text.find("pj_per_bit"));  // largest first
  EXPECT_LT(text.find("Total"), text.find("output_stationary"));
}

TEST(ExplanationText, CutsLongSources) {
  PointResult result = explained();
  // 99 letters, then one of two bytes that the cut would go through.
  result.explanation->constants[0].source = std::string(99, 's') + "\xC3\xA4 and so on";
  const std::string text = explanation_text(result);
  EXPECT_THAT(text, HasSubstr(std::string(99, 's') + "...\n"));
  EXPECT_THAT(explanation_csv(result), HasSubstr("and so on"));
}

TEST(ExplanationText, OfTimeSumsOpsByKindOfWork) {
  const auto cycles = [](const char* op, const char* part, double count) {
    return Constant{op,        part,  "exclusive cycles", exactly(1), "", "cycles",
                    "counted", false, exactly(count),     "cycles",   1};
  };
  PointResult result = explained();
  result.clock_hz = 1e9;
  result.run_s = 1e-7;
  result.explanation = Explanation{
      Topic::timing,
      "cycles",
      "cycles",
      {cycles("a", "dram, end", 10), cycles("b", "ideal, unit", 60), cycles("c", "dram, end", 30)}};
  const std::string text = explanation_text(result);
  EXPECT_THAT(text, HasSubstr("all ops"));
  EXPECT_THAT(text, HasSubstr("40 cycles"));
  EXPECT_THAT(text, HasSubstr("40.0 %"));
  EXPECT_THAT(text, HasSubstr("Total: 100 cycles. At 1.00 GHz that takes 100 ns.\n"));
  EXPECT_THAT(text, Not(HasSubstr("width of its band")));
}

TEST(ExplanationCsv, HasALineAConstant) {
  const CsvTable table =
      parse_csv(explanation_csv(explained()), "e.csv",
                {"topic", "component", "part", "name", "value", "low", "high", "unit", "source",
                 "assumption", "amount", "amount_low", "amount_high", "amount_unit", "factor",
                 "result", "result_low", "result_high", "result_unit"});
  ASSERT_EQ(table.rows.size(), 3u);
  const auto cell = [&](std::size_t row, const char* column) {
    return table.cell(table.rows[row], column);
  };
  EXPECT_EQ(cell(0, "topic"), "energy");
  EXPECT_EQ(cell(0, "assumption"), "yes");
  EXPECT_EQ(std::stod(cell(0, "result")), 4 * 2.5e5 * 1e-12);
  EXPECT_EQ(cell(1, "source"), "table, \"x\"");
  EXPECT_EQ(cell(1, "low"), "2");
  EXPECT_EQ(cell(1, "high"), "5");
  EXPECT_EQ(cell(1, "amount"), "1000000");
  EXPECT_EQ(cell(1, "amount_unit"), "MAC");
  EXPECT_EQ(cell(1, "factor"), "1e-12");
  EXPECT_EQ(std::stod(cell(1, "result_high")), 5e6 * 1e-12);
  EXPECT_EQ(cell(1, "result_unit"), "J");
  EXPECT_EQ(cell(2, "value"), "output_stationary");
  for (const char* empty : {"low", "high", "amount", "factor", "result", "result_unit"}) {
    EXPECT_EQ(cell(2, empty), "") << empty;
  }
}

}  // namespace
}  // namespace saccade
