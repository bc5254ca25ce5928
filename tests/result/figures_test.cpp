#include "result/figures.hpp"

#include <gtest/gtest.h>

#include <set>

#include "report/example_result.hpp"

namespace saccade {
namespace {

std::optional<double> value(const PointResult& result, const std::string& name) {
  return figures_of(result).at(figure_index(name).value());
}

TEST(Figures, AreThoseOfTheResult) {
  PointResult result = example::result();
  result.fpga.reset();
  EXPECT_EQ(value(result, "latency_s"), 1e-6);
  EXPECT_EQ(value(result, "energy_per_image_j"), 2.5e-6);
  EXPECT_EQ(value(result, "energy_j"), 5e-6);
  EXPECT_EQ(value(result, "area_mm2"), 2.5);
  EXPECT_EQ(value(result, "macs"), 750000);
  EXPECT_EQ(value(result, "core_attention_edp_js"), result.core_attention.edp_js);
  double cycles = 0;
  for (const ResultFigure& figure : figures()) {
    const std::string name = figure.name;
    if (name.rfind("cycles_", 0) == 0) cycles += *value(result, name);
  }
  double by_work = 0;
  for (const auto& [kind, count] : result.cycles_by_work) by_work += static_cast<double>(count);
  EXPECT_EQ(cycles, by_work);
}

TEST(Figures, AreNothingWhereAResultHasNone) {
  PointResult result = example::result();
  result.fpga.reset();
  EXPECT_FALSE(value(result, "accuracy_top1_percent"));
  EXPECT_FALSE(value(result, "accuracy_miou_percent"));
  EXPECT_FALSE(value(result, "fpga_dsp"));
  result.fpga = FpgaUse{"a device", {}, {100, 200, 300, 4}, {}};
  EXPECT_FALSE(value(result, "area_mm2"));
  EXPECT_EQ(value(result, "fpga_dsp"), 100);
  EXPECT_EQ(value(result, "fpga_bram36"), 4);
  result.accuracy = Accuracy{79.8, std::nullopt, "a table"};
  EXPECT_EQ(value(result, "accuracy_top1_percent"), 79.8);
  EXPECT_FALSE(value(result, "accuracy_miou_percent"));
  result.accuracy = Accuracy{std::nullopt, 46.5, "a table"};
  EXPECT_FALSE(value(result, "accuracy_top1_percent"));
  EXPECT_EQ(value(result, "accuracy_miou_percent"), 46.5);
}

TEST(Figures, OfADesignAreThereBeforeItRuns) {
  PointResult result = example::result();
  result.fpga.reset();
  result.cycles = 0;
  EXPECT_EQ(value(result, "area_mm2"), 2.5);
  EXPECT_EQ(value(result, "clock_hz"), 1e9);
  EXPECT_FALSE(value(result, "latency_s"));
  result.clock_hz = 0;
  EXPECT_FALSE(value(result, "area_mm2"));
}

TEST(Figures, HaveNamesOfTheirOwnWithUnits) {
  std::set<std::string> names;
  for (const ResultFigure& figure : figures()) {
    EXPECT_TRUE(names.insert(figure.name).second) << figure.name;
    EXPECT_EQ(std::string(figure.name).find(' '), std::string::npos);
    EXPECT_EQ(figure_index(figure.name), names.size() - 1);
  }
  EXPECT_FALSE(figure_index("latency"));
}

}  // namespace
}  // namespace saccade
