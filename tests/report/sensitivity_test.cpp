#include "report/sensitivity.hpp"

#include <gmock/gmock.h>

#include "report/sweep_example.hpp"

namespace saccade {
namespace {

using ::testing::ElementsAre;
using ::testing::EndsWith;
using ::testing::HasSubstr;
using ::testing::Not;

PointRow design(std::uint64_t point, const std::vector<Json>& axes, double edp_js) {
  return example_row(point, "none", axes,
                     {{"latency_s", 1e-3},
                      {"energy_per_image_j", edp_js / 1e-3},
                      {"edp_js", edp_js},
                      {"area_mm2", 2}});
}

/// Widths 8, 16, 32 and buffers 1024, 2048; the best is 16 with 1024.
std::vector<PointRow> rows() {
  std::vector<PointRow> rows = {design(0, {16, 1024}, 2e-6), design(1, {32, 1024}, 5e-6),
                                design(2, {16, 2048}, 3e-6), design(3, {32, 2048}, 9e-6),
                                design(4, {8, 2048}, 9e-6)};
  rows.push_back(example_row(5, "none", {64, 1024}, {}));
  rows.back().status = Status::infeasible;
  rows.back().message = "no tile fits";
  return rows;
}

std::vector<std::string> names_of(const std::vector<AxisVariations>& axes) {
  std::vector<std::string> names;
  for (const AxisVariations& axis : axes) names.push_back(axis.name);
  return names;
}

TEST(Sensitivity, ChangesOneAxisAtATime) {
  const std::vector<PointRow> all = rows();
  const auto axes = variations_of(example_header(), all, all[0], "edp_js");
  ASSERT_THAT(names_of(axes), ElementsAre("vector_width", "buffer_bytes"));
  const auto& widths = axes[0].variations;
  ASSERT_EQ(widths.size(), 4U);  // rising, in spite of the order of rows
  EXPECT_EQ(widths[0].value, "8");
  EXPECT_EQ(widths[0].row, nullptr) << "8 ran with 2048 only";
  EXPECT_EQ(widths[1].row, &all[0]);
  EXPECT_EQ(widths[2].row, &all[1]);
  EXPECT_EQ(widths[3].row, &all[5]);
  EXPECT_DOUBLE_EQ(axes[0].movement, 2.5);
  EXPECT_DOUBLE_EQ(axes[1].movement, 1.5);
}

TEST(Sensitivity, PrintsWhatEachValueDoesAndRanksAxes) {
  EXPECT_EQ(
      sensitivity_text(example_header(), rows(), "edp_js"),
      "One axis at a time from the best design by EDP of each workload and technique\n"
      "\n"
      "model, none: point 0 is the best by EDP: machine, vector_width 16, buffer_bytes 1024\n"
      "  axis          value  latency   energy        EDP    area  EDP to the best\n"
      "  vector_width      8        -        -          -       -                -  not in the "
      "store\n"
      "                   16  1.00 ms  2.00 mJ  2.00 uJ*s  2 mm^2            1.000  the best\n"
      "                   32  1.00 ms  5.00 mJ  5.00 uJ*s  2 mm^2            2.500\n"
      "                   64        -        -          -       -                -  infeasible: no "
      "tile fits\n"
      "  buffer_bytes   1024  1.00 ms  2.00 mJ  2.00 uJ*s  2 mm^2            1.000  the best\n"
      "                 2048  1.00 ms  3.00 mJ  3.00 uJ*s  2 mm^2            1.500\n"
      "  EDP moves most by (largest over smallest): vector_width 2.500, buffer_bytes 1.500\n");
}

TEST(Sensitivity, TakesAnyFigureAndShowsIt) {
  std::vector<PointRow> all = rows();
  const std::size_t place = figure_index("utilization").value();
  for (std::size_t i = 0; i < 5; ++i) {
    all[i].figures[place] = 0.1 * static_cast<double>(i + 1);  // the best: point 4
  }
  const std::string text = sensitivity_text(example_header(), all, "utilization");
  EXPECT_THAT(text, HasSubstr("point 4 is the best by utilization: machine, vector_width 8, "
                              "buffer_bytes 2048\n"));
  EXPECT_THAT(text, HasSubstr("  utilization  utilization to the best\n"));
  EXPECT_THAT(text, HasSubstr("30.0 %                    0.600\n"));
}

TEST(Sensitivity, AreaOfAPointThatDidNotRunDoesNotCount) {
  std::vector<PointRow> all = rows();
  all[5].figures[figure_index("area_mm2").value()] = 200;  // of its design
  all[1].figures[figure_index("area_mm2").value()] = 3;
  const auto axes = variations_of(example_header(), all, all[0], "area_mm2");
  EXPECT_DOUBLE_EQ(axes[0].movement, 1.5);
  EXPECT_THAT(sensitivity_text(example_header(), all, "area_mm2"), Not(HasSubstr("200")));
}

TEST(Sensitivity, AxesThatMoveTogetherAreOne) {
  const std::vector<PointRow> zipped = {design(0, {16, 1024}, 2e-6), design(1, {32, 2048}, 5e-6),
                                        design(2, {64, 4096}, 4e-6)};
  const auto axes = variations_of(example_header(), zipped, zipped[0], "edp_js");
  ASSERT_THAT(names_of(axes), ElementsAre("vector_width + buffer_bytes"));
  EXPECT_EQ(axes[0].variations[1].value, "32 + 2048");
  EXPECT_EQ(axes[0].variations[1].row, &zipped[1]);
  EXPECT_DOUBLE_EQ(axes[0].movement, 2.5);
}

TEST(Sensitivity, HardwareIsAnAxisWhereThereAreSeveral) {
  std::vector<PointRow> all = {design(0, {16, 1024}, 2e-6), design(1, {16, 1024}, 6e-6),
                               design(2, {16, 1024}, 7e-6)};
  all[1].hardware = "another";
  all[2].hardware = "third";
  all[2].workload = "large";
  const auto axes = variations_of(example_header(), all, all[0], "edp_js");
  ASSERT_THAT(names_of(axes), ElementsAre("hardware"));
  ASSERT_EQ(axes[0].variations.size(), 2U) << "the third ran another workload";
  EXPECT_EQ(axes[0].variations[0].value, "another");
  EXPECT_DOUBLE_EQ(axes[0].movement, 3);
}

TEST(Sensitivity, AnAxisThatDoesNotApplyIsLeftOut) {
  std::vector<PointRow> all = {design(0, {16, nullptr}, 2e-6), design(1, {32, nullptr}, 3e-6),
                               design(2, {16, 1}, 4e-6), design(3, {16, 2}, 5e-6)};
  all[2].technique = all[3].technique = "sparse";
  EXPECT_THAT(names_of(variations_of(example_header(), all, all[0], "edp_js")),
              ElementsAre("vector_width"));
  EXPECT_THAT(names_of(variations_of(example_header(), all, all[2], "edp_js")),
              ElementsAre("vector_width", "buffer_bytes"));
}

TEST(Sensitivity, SaysWhereNothingCanBeSaid) {
  const StoreHeader header = example_header();
  EXPECT_THAT(sensitivity_text(header, {design(0, {16, 1024}, 1e-6)}, "edp_js"),
              EndsWith("buffer_bytes 1024\n  nothing else was varied\n"));
  EXPECT_THAT(sensitivity_text(header, {example_row(0, "none", {1, 1}, {})}, "edp_js"),
              EndsWith("\nmodel, none: none of 1 point has EDP\n"));
  const std::vector<PointRow> holes = {design(0, {16, 1024}, 1e-6), design(1, {8, 2048}, 2e-6),
                                       design(2, {8, 4096}, 2e-6)};
  const std::string text = sensitivity_text(header, holes, "edp_js");
  EXPECT_THAT(text, EndsWith("  too few points to say how it moves by: vector_width, "
                             "buffer_bytes\n"));
  EXPECT_THAT(text, Not(HasSubstr("moves most")));
}

}  // namespace
}  // namespace saccade
