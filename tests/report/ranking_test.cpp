#include "report/ranking.hpp"

#include <gmock/gmock.h>

#include "report/sweep_example.hpp"

namespace saccade {
namespace {

using ::testing::EndsWith;
using ::testing::HasSubstr;

const std::vector<std::string> by_edp = {"edp_js", "latency_s", "energy_per_image_j", "area_mm2"};
const std::vector<std::string> by_area = {"area_mm2", "edp_js", "latency_s", "energy_per_image_j"};

PointRow design(std::uint64_t point, const std::vector<Json>& axes, double latency_s,
                double energy_j, double area_mm2) {
  return example_row(point, "none", axes,
                     {{"latency_s", latency_s},
                      {"energy_per_image_j", energy_j},
                      {"edp_js", latency_s * energy_j},
                      {"area_mm2", area_mm2}});
}

/// EDP 8, 6, 4 and 12 uJ*s; point 3 is beaten by point 0, and nothing else is beaten.
std::vector<PointRow> rows() {
  return {design(0, {16, 1024}, 4e-3, 2e-3, 1), design(1, {16, 2048}, 3e-3, 2e-3, 2),
          design(2, {32, 1024}, 1e-3, 4e-3, 3), design(3, {32, 2048}, 4e-3, 3e-3, 1)};
}

TEST(Ranking, TheBestComesFirstAndTheParetoSetIsMarked) {
  EXPECT_EQ(ranking_text(example_header(), rows(), by_edp, 0),
            "Best points by EDP of each hardware, workload and technique\n"
            "\n"
            "machine, model, none: 4 of 4 points by EDP; * 3 in the Pareto set (latency, energy, "
            "area)\n"
            "        point  vector_width  buffer_bytes        EDP  to the best  latency   energy  "
            "  area\n"
            "  1  *      2            32          1024  4.00 uJ*s        1.000  1.00 ms  4.00 mJ  "
            "3 mm^2\n"
            "  2  *      1            16          2048  6.00 uJ*s        1.500  3.00 ms  2.00 mJ  "
            "2 mm^2\n"
            "  3  *      0            16          1024  8.00 uJ*s        2.000  4.00 ms  2.00 mJ  "
            "1 mm^2\n"
            "  4         3            32          2048  12.0 uJ*s        3.000  4.00 ms  3.00 mJ  "
            "1 mm^2\n");
}

TEST(Ranking, TopCutsTheTableNotTheParetoSet) {
  const std::string text = ranking_text(example_header(), rows(), by_area, 1);
  EXPECT_THAT(text, HasSubstr("none: 1 of 4 points by area; * 3 in the Pareto set"));
  EXPECT_THAT(text, EndsWith("  1  *      0            16          1024  1 mm^2        1.000  "
                             "8.00 uJ*s  4.00 ms  2.00 mJ\n"));
}

TEST(Ranking, AccuracyCountsWhereAllPointsHaveIt) {
  std::vector<PointRow> all = rows();
  for (PointRow& row : all) row.figures[figure_index("accuracy_top1_percent").value()] = 79;
  all[3].figures[figure_index("accuracy_top1_percent").value()] = 80;  // now nobody beats it
  EXPECT_THAT(ranking_text(example_header(), all, by_edp, 0),
              HasSubstr("* 4 in the Pareto set (latency, energy, area, accuracy)"));
  all[0].figures[figure_index("accuracy_top1_percent").value()].reset();
  EXPECT_THAT(ranking_text(example_header(), all, by_edp, 0),
              HasSubstr("* 3 in the Pareto set (latency, energy, area)"));
}

TEST(Ranking, MeanIntersectionOverUnionIsAnAccuracy) {
  std::vector<PointRow> all = rows();
  for (PointRow& row : all) row.figures[figure_index("accuracy_miou_percent").value()] = 46.5;
  all[3].figures[figure_index("accuracy_miou_percent").value()] = 47;  // now nobody beats it
  EXPECT_THAT(ranking_text(example_header(), all, by_edp, 0),
              HasSubstr("* 4 in the Pareto set (latency, energy, area, mIoU)"));
  const std::string best = ranking_text(example_header(), all, {"accuracy_miou_percent"}, 1);
  EXPECT_THAT(best, HasSubstr("4 points by mIoU;"));
  EXPECT_THAT(best, EndsWith("1  *      3            32          2048  47 %        1.000\n"));
}

TEST(Ranking, PointsWithoutAreaAreSaidToHaveNone) {
  std::vector<PointRow> all = rows();
  for (PointRow& row : all) row.figures[figure_index("area_mm2").value()].reset();
  EXPECT_THAT(ranking_text(example_header(), all, by_area, 0),
              EndsWith("\nmachine, model, none: 4 points without area, as on an FPGA\n"));
  const std::string edp = ranking_text(example_header(), all, by_edp, 0);
  EXPECT_THAT(edp, HasSubstr("* 2 in the Pareto set (latency, energy)"));
  EXPECT_THAT(edp, HasSubstr("4.00 mJ  none\n"));
  all[0] = rows()[0];
  EXPECT_THAT(ranking_text(example_header(), all, by_area, 0),
              EndsWith("\n  3 points without area\n"));
}

TEST(Ranking, PointsThatDidNotRunAreInNoTable) {
  std::vector<PointRow> all = rows();
  all[0].status = Status::infeasible;
  all[0].figures.assign(figures().size(), std::nullopt);
  EXPECT_THAT(ranking_text(example_header(), all, by_edp, 0), HasSubstr("none: 3 of 3 points"));
  for (PointRow& row : all) row.status = Status::failed;
  EXPECT_THAT(ranking_text(example_header(), all, by_edp, 0),
              EndsWith("\nmachine, model, none: none of 4 points was simulated\n"));
}

TEST(Ranking, EachHardwareWorkloadAndTechniqueHasATable) {
  std::vector<PointRow> all = rows();
  all[1].hardware = "other";
  all[2].workload = "large";
  all[3].technique = "sparse";
  const std::string text = ranking_text(example_header(), all, by_edp, 10);
  for (const char* title : {"\nmachine, model, none: 1", "\nother, model, none: 1",
                            "\nmachine, large, none: 1", "\nmachine, model, sparse: 1"}) {
    EXPECT_THAT(text, HasSubstr(title));
  }
}

TEST(Ranking, AnEmptyStoreHasNoTable) {
  EXPECT_EQ(ranking_text(example_header(), {}, by_edp, 10),
            "Best points by EDP of each hardware, workload and technique\n");
}

}  // namespace
}  // namespace saccade
