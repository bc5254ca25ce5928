#include "report/store_diff.hpp"

#include <gmock/gmock.h>

#include "report/store_pair.hpp"

namespace saccade {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

TEST(StoreDiff, SaysWhatMoved) {
  EXPECT_EQ(store_diff_text(store_a(), store_b(), "edp_js", 10),
            "         A                B\n"
            "store    a.db             b.db\n"
            "sweep    example          example\n"
            "version  0.1.0            0.2.0\n"
            "part     the whole sweep  the whole sweep\n"
            "points   5 of 5           5 of 5\n"
            "\n"
            "What the points rest on changed:\n"
            "  the program: version 0.1.0 -> 0.2.0\n"
            "  added.json: only in B\n"
            "  gone.json: only in A\n"
            "  h.json: its text\n"
            "\n"
            "points\n"
            "in both, the same         1\n"
            "in both, figures changed  2\n"
            "in both, status changed   1\n"
            "only in A                 1\n"
            "only in B                 1\n"
            "\n"
            "Status changed\n"
            "  A   B           design                                                    message\n"
            "  ok  infeasible  machine, model, none, vector_width 64, buffer_bytes 1024  no tile "
            "fits\n"
            "\n"
            "Figures that changed; ratios over all points that have them in both\n"
            "  figure              changed  median B/A  smallest  largest\n"
            "  latency_s                 1      1.0000    1.0000   2.0000\n"
            "  energy_per_image_j        1      1.0000    0.6667   1.0000\n"
            "  edp_js                    2      1.0000    0.6667   2.0000\n"
            "\n"
            "Points that EDP moved most of\n"
            "      EDP A      EDP B    B/A  latency B/A  energy B/A  area B/A  design\n"
            "  8.00 uJ*s  16.0 uJ*s  2.000        2.000       1.000     1.000  machine, model, "
            "none, vector_width 16, buffer_bytes 1024\n"
            "  6.00 uJ*s  4.00 uJ*s  0.667        1.000       0.667     1.000  machine, model, "
            "none, vector_width 16, buffer_bytes 2048\n");
}

TEST(StoreDiff, TopCutsTheListAndAnotherFigureOrdersIt) {
  const std::string text = store_diff_text(store_a(), store_b(), "energy_per_image_j", 1);
  EXPECT_THAT(text, HasSubstr("  energy A  energy B    B/A  latency B/A  EDP B/A  area B/A"));
  EXPECT_THAT(text, Not(HasSubstr("more; --top 0")));
  EXPECT_THAT(store_diff_text(store_a(), store_b(), "edp_js", 1),
              HasSubstr("  1 more; --top 0 prints them, too\n"));
  EXPECT_THAT(store_diff_text(store_a(), store_b(), "edp_js", 0),
              HasSubstr("vector_width 16, buffer_bytes 2048\n"));
}

TEST(StoreDiff, EqualStoresHaveNothingThatMoved) {
  const std::string text = store_diff_text(store_a(), store_a(), "edp_js", 10);
  EXPECT_THAT(text, HasSubstr("The program, the sweep file and all other files are the same.\n"));
  EXPECT_THAT(text, HasSubstr("in both, the same         5\n"));
  EXPECT_THAT(text, HasSubstr("in both, figures changed  0\n"));
  EXPECT_THAT(text, Not(HasSubstr("moved")));
  EXPECT_THAT(text, Not(HasSubstr("Figures that changed")));
}

TEST(StoreDiff, NamesAxesThatItDoesNotCompare) {
  StoreRows a = store_a(), b = store_a();
  b.header.axes[1].name = "bandwidth";
  a.rows = {design(0, {16, 1024}, 1, 1)};
  b.rows = {design(0, {16, 9}, 1, 1)};
  EXPECT_THAT(store_diff_text(a, b, "edp_js", 10),
              HasSubstr("Axes that only A has, which are not compared: buffer_bytes\n"
                        "Axes that only B has, which are not compared: bandwidth\n"));
}

TEST(StoreDiff, AFigureThatOneStoreNeverHasDidNotChange) {
  StoreRows b = store_a();
  for (PointRow& row : b.rows) row.figures[figure_index("area_mm2").value()].reset();
  const std::string text = store_diff_text(store_a(), b, "edp_js", 10);
  EXPECT_THAT(text, HasSubstr("Figures that only A has, which are not compared: area_mm2\n"));
  EXPECT_THAT(text, HasSubstr("in both, the same         5\n"));
}

TEST(StoreDiff, AFigureThatOnePointLostChanged) {
  StoreRows b = store_a();
  b.rows[0].figures[figure_index("area_mm2").value()].reset();
  const std::string text = store_diff_text(store_a(), b, "edp_js", 10);
  EXPECT_THAT(text, HasSubstr("in both, figures changed  1\n"));
  EXPECT_THAT(text, HasSubstr("  area_mm2        1      1.0000    1.0000   1.0000\n"));
}

TEST(StoreDiff, AChangedSweepFileIsNamed) {
  StoreRows b = store_a();
  b.header.sweep = "{}";
  EXPECT_THAT(store_diff_text(store_a(), b, "edp_js", 10),
              HasSubstr("What the points rest on changed:\n  the sweep file\n"));
}

}  // namespace
}  // namespace saccade
