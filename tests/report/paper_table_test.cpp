#include "report/paper_table.hpp"

#include <gmock/gmock.h>

#include "report/sweep_example.hpp"

namespace saccade {
namespace {

using ::testing::EndsWith;
using ::testing::HasSubstr;

PointRow design(std::uint64_t point, const std::string& technique, std::vector<Json> axes,
                double latency_s, double energy_j, double core_s) {
  return example_row(point, technique, std::move(axes),
                     {{"latency_s", latency_s},
                      {"energy_per_image_j", energy_j},
                      {"edp_js", latency_s * energy_j},
                      {"area_mm2", 2},
                      {"core_attention_latency_s", core_s},
                      {"core_attention_edp_js", core_s * 1e-3}});
}

/// A third axis belongs to the technique and is null without it.
StoreHeader header() {
  StoreHeader header = example_header();
  header.axes.push_back({"keep", "technique", {"/keep"}});
  return header;
}

/// The best without technique is point 1, that of sparse is point 3, whose baseline is point 0.
std::vector<PointRow> rows() {
  return {design(0, "none", {16, 1024, nullptr}, 8e-3, 3e-3, 2e-3),
          design(1, "none", {32, 1024, nullptr}, 4e-3, 3e-3, 2e-3),
          design(2, "sparse", {16, 1024, 0.5}, 6e-3, 2e-3, 1e-3),
          design(3, "sparse", {16, 1024, 0.25}, 2e-3, 2e-3, 5e-4)};
}

TEST(PaperTable, BaselineHasTheSameHardwareAndAxes) {
  std::vector<PointRow> all = rows();
  EXPECT_EQ(baseline_of(header(), all, all[3]), &all[0]);
  EXPECT_EQ(baseline_of(header(), all, all[2]), &all[0]);
  EXPECT_EQ(baseline_of(header(), all, all[1]), nullptr) << "is one itself";
  all[0].axes[1] = 2048;
  EXPECT_EQ(baseline_of(header(), all, all[3]), nullptr);
  all[0] = rows()[0];
  all[0].hardware = "other";
  EXPECT_EQ(baseline_of(header(), all, all[3]), nullptr);
}

TEST(PaperTable, HasTheBestOfEachWorkloadAndTechniqueBesideItsBaseline) {
  EXPECT_EQ(
      markdown_text(header(), rows(), "edp_js", "Figures are not normalised."),
      "Sweep example, saccade 0.1.0: the best point by edp\\_js of each workload and "
      "technique. Figures are not normalised.\n"
      "Speed-up and EDP gain: of the technique \"none\" at the same hardware and axis values "
      "over the technique, above 1 is better.\n"
      "\n"
      "| workload | technique | hardware | vector\\_width | buffer\\_bytes | keep | latency "
      "| energy per image | EDP | area | speed-up | EDP gain | core attention latency | core "
      "attention EDP | core attention speed-up | core attention EDP gain |\n"
      "| :--- | :--- | :--- | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | "
      "---: | ---: | ---: | ---: |\n"
      "| model | none | machine | 32 | 1024 | - | 4.00 ms | 3.00 mJ | 12.0 uJ\\*s | 2 mm^2 | - "
      "| - | 2.00 ms | 2.00 uJ\\*s | - | - |\n"
      "| model | sparse | machine | 16 | 1024 | 0.25 | 2.00 ms | 2.00 mJ | 4.00 uJ\\*s | 2 "
      "mm^2 | 4.000 | 6.000 | 500 us | 500 nJ\\*s | 4.000 | 4.000 |\n");
}

TEST(PaperTable, ChoosesByTheFigureThatIsAsked) {
  std::vector<PointRow> all = rows();
  const std::size_t place = figure_index("utilization").value();
  all[0].figures[place] = 0.9;
  all[1].figures[place] = 0.2;
  const std::string text = markdown_text(header(), all, "utilization", "");
  EXPECT_THAT(text, HasSubstr("| model | none | machine | 16 |"));
  EXPECT_THAT(text, EndsWith("\nNo point of model, sparse has utilization.\n"));
}

TEST(PaperTable, NamesCannotBreakTheTable) {
  std::vector<PointRow> all = {rows()[0]};
  all[0].workload = "a|b\n<i>_x_</i>";
  StoreHeader named = header();
  named.name = "*sweep*";
  named.axes[0].name = "w|x";
  const std::string text = markdown_text(named, all, "edp_js", "Scaled:\n  a * b;\n");
  EXPECT_THAT(text, HasSubstr("technique. Scaled: a \\* b;\nSpeed-up"));
  EXPECT_THAT(text, HasSubstr("| a\\|b \\<i\\>\\_x\\_\\</i\\> | none |"));
  EXPECT_THAT(text, HasSubstr("Sweep \\*sweep\\*,"));
  EXPECT_THAT(text, HasSubstr("| w\\|x |"));
}

}  // namespace
}  // namespace saccade
