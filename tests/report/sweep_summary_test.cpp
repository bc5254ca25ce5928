#include "report/sweep_summary.hpp"

#include <gmock/gmock.h>

#include "report/sweep_example.hpp"

namespace saccade {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

PointRow design(std::uint64_t point, std::vector<Json> axes, double latency_s, double energy_j,
                double area_mm2) {
  return example_row(point, "none", std::move(axes),
                     {{"latency_s", latency_s},
                      {"energy_per_image_j", energy_j},
                      {"edp_js", latency_s * energy_j},
                      {"area_mm2", area_mm2}});
}

PointRow other(std::uint64_t point, Status status, const std::string& message) {
  PointRow row = example_row(point, "none", {64, 1024}, {});
  row.status = status;
  row.message = message;
  return row;
}

std::vector<PointRow> rows() {
  return {design(0, {16, 1024}, 4e-3, 2e-3, 1),
          design(1, {16, 2048}, 3e-3, 2e-3, 2),
          design(2, {32, 1024}, 1e-3, 9e-3, 3),
          other(3, Status::infeasible, "buffer 'a' has 10 bytes, needs 20"),
          other(4, Status::infeasible, "op too large"),
          other(5, Status::infeasible, "buffer 'a' has 10 bytes, needs 3000"),
          other(6, Status::timeout, "took longer than 5 s")};
}

StoreHeader header() {
  StoreHeader header = example_header();
  header.points = 2000;
  return header;
}

TEST(SweepSummary, CountsByStatusAndGroupsMessagesThatDifferInNumbers) {
  EXPECT_EQ(sweep_summary_text(header(), rows(), 7),
            "sweep    example\n"
            "version  0.1.0\n"
            "part     the whole sweep\n"
            "points   7 of 2,000\n"
            "axes     vector_width (3), buffer_bytes (2)\n"
            "\n"
            "status      points  message\n"
            "ok               3\n"
            "infeasible       3\n"
            "                    2 x buffer 'a' has 10 bytes, needs 20 (and the like)\n"
            "                    1 x op too large\n"
            "timeout          1  took longer than 5 s\n");
}

TEST(SweepSummary, SaysWhichShardAndWhatWasChosen) {
  StoreHeader part = header();
  part.shard = {2, 4};
  const std::string text = sweep_summary_text(part, rows(), 500);
  EXPECT_THAT(text, HasSubstr("part     shard 2 of 4\n"));
  EXPECT_THAT(text, HasSubstr("points   7 chosen from 500 of 2,000 of the whole sweep\n"));
}

TEST(SweepSummary, ManyMessagesAreCounted) {
  std::vector<PointRow> all;
  for (const char* message : {"a", "b", "c", "d", "e", "f", "g"}) {
    all.push_back(other(all.size(), Status::failed, message));
  }
  EXPECT_THAT(sweep_summary_text(header(), all, 7), HasSubstr("1 x e\n"));
  EXPECT_THAT(sweep_summary_text(header(), all, 7), HasSubstr("  2 more messages\n"));
  EXPECT_THAT(sweep_summary_text(header(), all, 7), Not(HasSubstr("1 x f")));
}

TEST(SweepSummary, AnEmptyStoreIsSaidToBeEmpty) {
  StoreHeader bare = header();
  bare.axes.clear();
  const std::string text = sweep_summary_text(bare, {}, 0);
  EXPECT_THAT(text, HasSubstr("points   0 of 2,000\naxes     none\n\nNo points yet.\n"));
  EXPECT_EQ(best_points_text(bare, {}), "No point was simulated.\n");
  EXPECT_EQ(next_steps_text(bare, {}, 0, "r.db"),
            "Next:\n  2,000 of 2,000 points are missing: the same 'saccade sweep' again goes on "
            "with them\n");
}

TEST(SweepSummary, HasTheBestPointsByFourFigures) {
  EXPECT_EQ(best_points_text(header(), rows()),
            "Best points; energy is of an image, on chip and DRAM\n"
            "  workload  technique  best by  point  hardware  vector_width  buffer_bytes  latency  "
            " energy        EDP    area\n"
            "  model     none       latency      2  machine             32          1024  1.00 ms  "
            "9.00 mJ  9.00 uJ*s  3 mm^2\n"
            "                       energy       0  machine             16          1024  4.00 ms  "
            "2.00 mJ  8.00 uJ*s  1 mm^2\n"
            "                       EDP          1  machine             16          2048  3.00 ms  "
            "2.00 mJ  6.00 uJ*s  2 mm^2\n"
            "                       area         0  machine             16          1024  4.00 ms  "
            "2.00 mJ  8.00 uJ*s  1 mm^2\n");
}

TEST(SweepSummary, AnFpgaHasNoSmallestPoint) {
  std::vector<PointRow> all = {rows()[0]};
  all[0].figures[figure_index("area_mm2").value()].reset();
  EXPECT_THAT(best_points_text(header(), all), HasSubstr("  area      none\n"));
}

TEST(SweepSummary, SaysWhatToDoNext) {
  const std::string text = next_steps_text(header(), rows(), 7, "r.db");
  EXPECT_THAT(text, HasSubstr("  1,993 of 2,000 points are missing: "));
  EXPECT_THAT(text, HasSubstr("  saccade report r.db --html report.html "));
  EXPECT_THAT(text, HasSubstr("  1 point failed or met a limit: "));
  StoreHeader part = header();
  part.shard = {2, 4};
  EXPECT_THAT(next_steps_text(part, rows(), 7, "r.db"),
              HasSubstr("  'saccade merge' puts the 4 shards together\n"));
  EXPECT_THAT(next_steps_text(part, rows(), 7, "r.db"), Not(HasSubstr("missing")));
  EXPECT_THAT(next_steps_text(header(), rows(), 2000, "r.db"), Not(HasSubstr("missing")));
}

}  // namespace
}  // namespace saccade
