#include "report/sweep_rows.hpp"

#include <gmock/gmock.h>

#include "report/sweep_example.hpp"

namespace saccade {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

TEST(SweepRows, GroupsKeepTheOrderOfTheSweep) {
  std::vector<PointRow> rows = {example_row(0, "sparse", {1, 1}, {}),
                                example_row(1, "none", {1, 1}, {}),
                                example_row(2, "sparse", {2, 1}, {})};
  rows[2].hardware = "other";
  const auto groups = groups_of(rows, GroupBy::workload_and_technique);
  ASSERT_EQ(groups.size(), 2U);
  EXPECT_EQ(groups[0].technique, "sparse");
  EXPECT_EQ(groups[0].hardware, "");
  EXPECT_THAT(groups[0].rows, ElementsAre(&rows[0], &rows[2]));
  EXPECT_THAT(groups[1].rows, ElementsAre(&rows[1]));
  const auto finer = groups_of(rows, GroupBy::hardware_too);
  ASSERT_EQ(finer.size(), 3U);
  EXPECT_EQ(finer[2].hardware, "other");
}

TEST(SweepRows, RanksByWhatIsBetter) {
  std::vector<PointRow> rows = {
      example_row(0, "none", {1, 1}, {{"edp_js", 3}, {"utilization", 0.3}}),
      example_row(1, "none", {2, 1}, {}),
      example_row(2, "none", {4, 1}, {{"edp_js", 1}, {"utilization", 0.9}}),
      example_row(3, "none", {8, 1}, {{"edp_js", 1}, {"utilization", 0.1}})};
  const std::vector<const PointRow*> all = {&rows[0], &rows[1], &rows[2], &rows[3]};
  EXPECT_THAT(ranked(all, "edp_js"), ElementsAre(&rows[2], &rows[3], &rows[0]));
  EXPECT_THAT(ranked(all, "utilization"), ElementsAre(&rows[2], &rows[0], &rows[3]));
  EXPECT_THAT(ranked(all, "area_mm2"), IsEmpty());
  rows[2].status = Status::excluded;  // which may have figures, those of its design
  EXPECT_THAT(ranked(all, "utilization"), ElementsAre(&rows[0], &rows[3]));
}

TEST(SweepRows, ARowOfAFailedPointMayHaveNoFiguresAtAll) {
  PointRow row = example_row(0, "none", {1, 1}, {});
  row.figures.clear();
  EXPECT_FALSE(figure_of(row, "edp_js"));
  EXPECT_FALSE(figure_of(row, "fpga_bram36"));
}

TEST(SweepRows, KeysTellValuesApartByWhatTheyAre) {
  EXPECT_EQ(value_key(16), value_key(16.0));
  EXPECT_NE(value_key(16), value_key("16"));
  EXPECT_NE(value_key(true), value_key(1));
  EXPECT_NE(value_key(nullptr), value_key("null"));
  EXPECT_EQ(value_key(0.5), "0.5");
  EXPECT_EQ(value_key(1e300), Json(1e300).dump());
  const PointRow a = example_row(0, "none", {1, 23}, {}), b = example_row(1, "none", {12, 3}, {});
  EXPECT_NE(row_key(a, {0, 1}), row_key(b, {0, 1}));
  EXPECT_EQ(row_key(a, {}), row_key(b, {}));
}

TEST(SweepRows, FiguresHaveTheUnitOfTheirName) {
  EXPECT_EQ(figure_text("latency_s", 0.00123), "1.23 ms");
  EXPECT_EQ(figure_text("energy_per_image_j", 4e-4), "400 uJ");
  EXPECT_EQ(figure_text("edp_js", 4.92e-7), "492 nJ*s");
  EXPECT_EQ(figure_text("core_attention_edp_js", 1.0), "1.00 J*s");
  EXPECT_EQ(figure_text("area_mm2", 5.21875), "5.219 mm^2");
  EXPECT_EQ(figure_text("power_w", 0.25), "250 mW");
  EXPECT_EQ(figure_text("clock_hz", 1e9), "1.00 GHz");
  EXPECT_EQ(figure_text("throughput_images_per_s", 1500.0), "1.50 kimages/s");
  EXPECT_EQ(figure_text("peak_macs_per_s", 4.096e12), "4.10 TMAC/s");
  EXPECT_EQ(figure_text("dram_peak_bytes_per_s", 1.92e10), "19.2 GB/s");
  EXPECT_EQ(figure_text("dram_bytes", 1536.0), "1.50 KiB");
  EXPECT_EQ(figure_text("dram_bytes_useful", 1024.0), "1.00 KiB");
  EXPECT_EQ(figure_text("utilization", 0.4567), "45.7 %");
  EXPECT_EQ(figure_text("accuracy_top1_percent", 79.85), "79.85 %");
  EXPECT_EQ(figure_text("accuracy_miou_percent", 46.5), "46.5 %");
  EXPECT_EQ(figure_text("cycles", 123456.0), "123456");
  EXPECT_EQ(figure_text("fpga_dsp", 96.0), "96");
  EXPECT_EQ(figure_text("area_mm2", std::nullopt), "none");
}

TEST(SweepRows, EveryFigureButCountsIsPrintedWithAUnit) {
  std::vector<std::string> plain;
  for (const std::string& name : figure_names()) {
    if (figure_text(name, 2.0) == "2") plain.push_back(name);
  }
  EXPECT_THAT(plain, ElementsAre("cycles", "images", "macs", "macs_dense", "cycles_ideal",
                                 "cycles_quantisation", "cycles_fill_drain", "cycles_dram",
                                 "cycles_interconnect", "cycles_nonlinear", "cycles_decision",
                                 "fpga_dsp", "fpga_lut", "fpga_ff", "fpga_bram36"));
}

TEST(SweepRows, RatiosNeedBothAndABase) {
  EXPECT_EQ(ratio_text(3.0, 2.0), "1.500");
  EXPECT_EQ(ratio_text(3.0, 0.0), "-");
  EXPECT_EQ(ratio_text(std::nullopt, 2.0), "-");
  EXPECT_EQ(ratio_text(2.0, std::nullopt), "-");
}

TEST(SweepRows, AxesInWordsLeaveOutWhatDoesNotApply) {
  const StoreHeader header = example_header();
  EXPECT_EQ(axes_text(header, example_row(0, "none", {16, "big"}, {})),
            "vector_width 16, buffer_bytes big");
  EXPECT_EQ(axes_text(header, example_row(0, "none", {nullptr, 0.5}, {})), "buffer_bytes 0.5");
  EXPECT_EQ(value_text(nullptr), "-");
  EXPECT_EQ(value_text(3.2 * 1.5), "4.8") << "all digits are 4.800000000000001";
  EXPECT_EQ(value_text(65536.0), "65536");
  EXPECT_EQ(value_text(123456789), "123456789");
  EXPECT_EQ(value_text(true), "true");
  EXPECT_EQ(value_text(Json::array({1, 2})), "[1,2]");
  EXPECT_EQ(points_text(1), "1 point");
  EXPECT_EQ(points_text(1234), "1,234 points");
}

}  // namespace
}  // namespace saccade
