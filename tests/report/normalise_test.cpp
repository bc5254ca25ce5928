#include "report/normalise.hpp"

#include <gmock/gmock.h>

#include <cmath>

#include "base/error.hpp"
#include "report/sweep_example.hpp"
#include "report/sweep_rows.hpp"

namespace saccade {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

std::vector<std::string> mistakes_of(const std::string& text) {
  std::vector<std::string> messages;
  try {
    parse_normalise(text);
  } catch (const UserError& error) {
    for (const Mistake& mistake : error.mistakes()) messages.push_back(mistake.message);
  }
  return messages;
}

/// 1024 MACs a cycle at 500 MHz: 8 times the MACs of 128, half the clock of 1000 MHz.
PointRow row() {
  return example_row(0, "none", {1, 1},
                     {{"clock_hz", 5e8},
                      {"peak_macs_per_s", 5.12e11},
                      {"latency_s", 2e-3},
                      {"latency_p95_s", 3e-3},
                      {"run_s", 4e-3},
                      {"cycles", 1e6},
                      {"cycles_dram", 1e5},
                      {"energy_per_image_j", 1e-3},
                      {"edp_js", 2e-6},
                      {"core_attention_latency_s", 1e-3},
                      {"core_attention_edp_js", 1e-7},
                      {"power_w", 0.5},
                      {"throughput_images_per_s", 500},
                      {"dram_peak_bytes_per_s", 1.6e10},
                      {"area_mm2", 5},
                      {"dram_bytes", 1e6},
                      {"utilization", 0.5}});
}

double after(const std::string& to, const std::string& figure) {
  return figure_of(normalised({row()}, parse_normalise(to)).front(), figure).value();
}

TEST(Normalise, ScalesTimeByMacsAndClock) {
  const std::string both = "macs=128,clock_mhz=1000";  // 8 times the cycles, in half the time each
  EXPECT_DOUBLE_EQ(after(both, "latency_s"), 8e-3);
  EXPECT_DOUBLE_EQ(after(both, "latency_p95_s"), 12e-3);
  EXPECT_DOUBLE_EQ(after(both, "run_s"), 16e-3);
  EXPECT_DOUBLE_EQ(after(both, "core_attention_latency_s"), 4e-3);
  EXPECT_DOUBLE_EQ(after(both, "cycles"), 8e6);
  EXPECT_DOUBLE_EQ(after(both, "cycles_dram"), 8e5);
  EXPECT_DOUBLE_EQ(after(both, "clock_hz"), 1e9);
  EXPECT_DOUBLE_EQ(after(both, "peak_macs_per_s"), 1.28e11);
}

TEST(Normalise, ClockAloneLeavesCycles) {
  EXPECT_DOUBLE_EQ(after("clock_mhz=1000", "latency_s"), 1e-3);
  EXPECT_DOUBLE_EQ(after("clock_mhz=1000", "cycles"), 1e6);
  EXPECT_DOUBLE_EQ(after("clock_mhz=1000", "peak_macs_per_s"), 1.024e12);
  EXPECT_DOUBLE_EQ(after("macs=128", "latency_s"), 16e-3);
  EXPECT_DOUBLE_EQ(after("macs=128", "clock_hz"), 5e8);
}

TEST(Normalise, LeavesEnergyAreaAndCountsAndScalesRates) {
  const std::string both = "macs=128,clock_mhz=1000";
  EXPECT_DOUBLE_EQ(after(both, "energy_per_image_j"), 1e-3);
  EXPECT_DOUBLE_EQ(after(both, "area_mm2"), 5);
  EXPECT_DOUBLE_EQ(after(both, "dram_bytes"), 1e6);
  EXPECT_DOUBLE_EQ(after(both, "utilization"), 0.5);
  EXPECT_DOUBLE_EQ(after(both, "edp_js"), 1e-3 * 8e-3);
  EXPECT_DOUBLE_EQ(after(both, "core_attention_edp_js"), 4e-7);
  EXPECT_DOUBLE_EQ(after(both, "power_w"), 0.125);
  EXPECT_DOUBLE_EQ(after(both, "throughput_images_per_s"), 125);
  EXPECT_DOUBLE_EQ(after(both, "dram_peak_bytes_per_s"), 4e9);
}

/// So that a figure that is added is not forgotten: what holds of every result holds after.
TEST(Normalise, WhatHoldsOfFiguresHoldsAfter) {
  PointResult result;
  result.cycles = 1000;
  result.clock_hz = 5e8;
  result.run_s = result.latency_s = 2e-6;
  result.peak_macs_per_s = 5.12e11;
  result.macs = 512000;
  result.utilization = 0.5;
  result.images = 1;
  result.energy_j = result.energy_per_image_j = 1e-6;
  result.power_w = 0.5;
  result.edp_js = 2e-12;
  result.throughput_images_per_s = 5e5;
  PointRow before;
  before.figures = figures_of(result);
  const PointRow to = normalised({before}, parse_normalise("macs=100,clock_mhz=700")).front();
  const auto figure = [&](const char* name) { return figure_of(to, name).value(); };
  EXPECT_DOUBLE_EQ(figure("cycles") / figure("clock_hz"), figure("run_s"));
  EXPECT_DOUBLE_EQ(figure("energy_j") / figure("run_s"), figure("power_w"));
  EXPECT_DOUBLE_EQ(figure("energy_per_image_j") * figure("latency_s"), figure("edp_js"));
  EXPECT_DOUBLE_EQ(figure("images") / figure("run_s"), figure("throughput_images_per_s"));
  EXPECT_DOUBLE_EQ(figure("macs") / figure("peak_macs_per_s") / figure("run_s"),
                   figure("utilization"));
}

TEST(Normalise, RowsWithoutPeakOrClockKeepWhatIsNotScaled) {
  const PointRow failed = example_row(0, "none", {1, 1}, {});
  EXPECT_EQ(normalised({failed}, parse_normalise("macs=1")).front().figures, failed.figures);
  const PointRow odd = example_row(0, "none", {1, 1}, {{"latency_s", 1}, {"area_mm2", 2}});
  const PointRow kept = normalised({odd}, parse_normalise("macs=1")).front();
  EXPECT_FALSE(figure_of(kept, "latency_s"));
  EXPECT_EQ(figure_of(kept, "area_mm2"), 2);
  PointRow bare = failed;
  bare.figures.clear();
  EXPECT_TRUE(normalised({bare}, parse_normalise("macs=1")).front().figures.empty());
}

TEST(Normalise, SaysWhatWasDone) {
  EXPECT_EQ(normalise_note(parse_normalise("macs=128,clock_mhz=1000")),
            "Figures are normalised to 128 MACs per cycle at 1000 MHz:\n"
            "  latency = simulated latency * (peak MACs per cycle of the design / 128) * (clock of "
            "the design / 1000 MHz);\n"
            "  cycles = simulated cycles * (peak MACs per cycle of the design / 128);\n"
            "  energy and area as simulated; EDP = energy * that latency; power, throughput and "
            "DRAM\n"
            "  bandwidth over that time, which takes the whole design, memory included, as scaled "
            "along.\n");
  EXPECT_EQ(normalise_words(parse_normalise("macs=128")), "normalised to 128 MACs per cycle");
  EXPECT_EQ(normalise_words(parse_normalise("clock_mhz=800")), "normalised to 800 MHz");
  EXPECT_EQ(normalise_words({}), "not normalised");
  EXPECT_THAT(normalise_note(parse_normalise("clock_mhz=800")),
              HasSubstr(";\n  cycles = simulated cycles;\n"));
}

TEST(Normalise, AnswersAllMistakesAtOnce) {
  EXPECT_THAT(
      mistakes_of("mac=128,clock_mhz=0,macs"),
      ElementsAre("--normalise: unknown key 'mac', expected one of macs, clock_mhz, did you mean "
                  "'macs'?",
                  "--normalise: clock_mhz is '0', expected a number above 0",
                  "--normalise: 'macs' has no value, expected such as macs=128,clock_mhz=1000"));
  EXPECT_THAT(mistakes_of("macs=-1,macs=1e999"),
              ElementsAre("--normalise: macs is '-1', expected a number above 0",
                          "--normalise: macs is '1e999', expected a number above 0"));
  EXPECT_THAT(mistakes_of("macs=2,macs=3"), ElementsAre("--normalise: 'macs' is given twice"));
  EXPECT_THAT(mistakes_of(""),
              ElementsAre("--normalise: is empty, expected such as macs=128,clock_mhz=1000"));
  EXPECT_THAT(mistakes_of("macs=1x,,"),
              ElementsAre("--normalise: macs is '1x', expected a number above 0",
                          "--normalise: '' has no value, expected such as "
                          "macs=128,clock_mhz=1000"));
}

}  // namespace
}  // namespace saccade
