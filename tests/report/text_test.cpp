#include "report/text.hpp"

#include <gmock/gmock.h>

#include <sstream>

#include "report/example_result.hpp"

namespace saccade {
namespace {

using testing::HasSubstr;
using testing::Not;

/// The first line that starts with `start`, in single spaces.
std::string line_of(const std::string& text, const std::string& start) {
  std::istringstream lines(text);
  std::string line;
  while (std::getline(lines, line)) {
    std::istringstream words(line);
    std::string word, joined;
    while (words >> word) joined += (joined.empty() ? "" : " ") + word;
    if (joined.rfind(start, 0) == 0) return joined;
  }
  return "";
}

TEST(SummaryText, SaysWhatRan) {
  const std::string text = summary_text(example::result());
  EXPECT_EQ(line_of(text, "hardware"), "hardware tiny");
  EXPECT_EQ(line_of(text, "technique"), "technique none");
  EXPECT_EQ(line_of(text, "mode"), "mode first inference (nothing on chip yet), 2 images at once");
  PointResult steady = example::result();
  steady.mode = "steady";
  steady.images = steady.batch = 1;
  EXPECT_EQ(line_of(summary_text(steady), "mode"), "mode steady state (second of two in a row)");
}

/// The example as four inferences of one image each.
PointResult example_stream() {
  PointResult stream = example::result();
  stream.mode = "stream";
  stream.images = stream.stream = 4;
  stream.batch = 1;
  stream.window = 2;
  stream.latency_s = 0.375e-6;
  stream.latency_p50_s = 0.35e-6;
  stream.latency_p95_s = stream.latency_worst_s = 0.5e-6;
  stream.throughput_images_per_s = 4e6;
  stream.seconds_per_image = stream.seconds_per_batch = 0.25e-6;
  stream.energy_per_image_j = stream.energy_per_batch_j = 1.25e-6;
  stream.core_attention.latency_s = 0.05e-6;
  return stream;
}

TEST(SummaryText, OfAStreamTellsThroughputFromLatency) {
  const std::string text = summary_text(example_stream());
  for (const char* line :
       {"mode stream of 4, 2 in flight", "run 1.00 us 1,000 cycles at 1.00 GHz, 4 images",
        "throughput 4e+06 images/s 250 ns an image",
        "latency 375 ns mean of the inferences; p50 350 ns, p95 500 ns, worst 500 ns",
        "energy 5.00 uJ (4.00 to 7.00) on chip 4.00 uJ, DRAM 1.00 uJ; 1.25 uJ an image",
        "core attention 50.0 ns 20.0 % of the run; 500 nJ (10.0 % of the energy), EDP 50.0 fJ*s"}) {
    const std::string words = line;
    EXPECT_EQ(line_of(text, words.substr(0, words.find_first_of(" "))), words);
  }
  PointResult batches = example_stream();
  batches.batch = 3;
  EXPECT_EQ(line_of(summary_text(batches), "mode"),
            "mode stream of 4, 2 in flight, 3 images at once");
}

TEST(SummaryText, OfOneImageSaysNothingOfImages) {
  PointResult one = example::result();
  one.images = one.batch = 1;
  const std::string text = summary_text(one);
  EXPECT_EQ(line_of(text, "energy"), "energy 5.00 uJ (4.00 to 7.00) on chip 4.00 uJ, DRAM 1.00 uJ");
  EXPECT_EQ(line_of(text, "EDP"), "EDP 2.50 pJ*s energy times latency");
  EXPECT_EQ(line_of(text, "throughput"), "");
}

TEST(SummaryText, GivesFigures) {
  const std::string text = summary_text(example::result());
  const std::vector<std::string> expected = {
      "latency 1.00 us 1,000 cycles at 1.00 GHz, 2e+06 images/s",
      "energy 5.00 uJ (4.00 to 7.00) on chip 4.00 uJ, DRAM 1.00 uJ; 2.50 uJ an image",
      "power 5.00 W on chip 4.00 W",
      "EDP 2.50 pJ*s energy of an image times mean latency",
      "area 2.5 mm^2 (2 to 4) on chip",
      "MACs 750 kMAC performed, 75.0 % of the dense model",
      "utilisation 12.5 % of the MACs that the arrays could do; 50.0 % of those while they work",
      "DRAM 4.00 KiB moved, 75.0 % of them useful",
      "core attention 250 ns 25.0 % of the latency; 500 nJ (10.0 % of the energy), EDP 50.0 fJ*s"};
  for (const std::string& line : expected) {
    EXPECT_EQ(line_of(text, line.substr(0, line.find_first_of("0123456789"))), line);
  }
}

TEST(SummaryText, SharesOutTimeLargestFirstWithoutZeros) {
  const std::string text = summary_text(example::result());
  EXPECT_EQ(line_of(text, "dram 600"), "dram 600 60.0 % transfers between DRAM and buffers");
  EXPECT_LT(text.find("  dram "), text.find("  ideal "));
  EXPECT_THAT(text, Not(HasSubstr("  quantisation")));
  EXPECT_EQ(line_of(text, "dependency"), "dependency 900 90.0 % the next task needed this result");
  EXPECT_EQ(line_of(text, "ffn"), "ffn 1 700,000 700 70.0 % 3.91 KiB 3.50 uJ");
  EXPECT_EQ(line_of(text, "dma"), "dma 80.0 %");
}

TEST(SummaryText, SharesOutEnergyAndArea) {
  const std::string text = summary_text(example::result());
  EXPECT_EQ(line_of(text, "array 4"), "array 4.00 uJ 80.0 % int8 MAC 3.00 uJ, leakage 1.00 uJ");
  EXPECT_EQ(line_of(text, "dram 1"), "dram 1.00 uJ 20.0 % read 750 nJ, write 250 nJ");
  EXPECT_EQ(line_of(text, "buffer"), "buffer 0.5000 20.0 %");
  EXPECT_THAT(text, HasSubstr("* made up\n"));
}

TEST(SummaryText, LeavesOutSmallPartsOfTheEnergy) {
  PointResult result = example::result();
  result.energy_breakdown_j = {
      {"array", "clock", 0.01e-6}, {"array", "MAC", 4.98e-6}, {"array", "leakage", 0.01e-6}};
  EXPECT_EQ(line_of(summary_text(result), "array 5"),
            "array 5.00 uJ 100.0 % MAC 4.98 uJ, 2 below 1 %");
}

TEST(SummaryText, OfAnInfeasibleDesignIsItsMessage) {
  PointResult result;
  result.hardware = "tiny";
  result.status = Status::infeasible;
  result.message = "too small";
  const std::string text = summary_text(result);
  EXPECT_EQ(line_of(text, "status"), "status infeasible");
  EXPECT_THAT(text, HasSubstr("too small"));
  EXPECT_THAT(text, Not(HasSubstr("latency")));
}

TEST(BottleneckText, NamesTheWorkAndWhereItIs) {
  EXPECT_EQ(
      bottleneck_text(example::result()),
      "DRAM transfers took 60.0 % of the cycles, most of all in ffn ops (critical for 70.0 % "
      "of the run). More DRAM bandwidth, or larger buffers to move less and load earlier, would "
      "lift that, to 2.50 times the speed at most.");
  PointResult result = example::result();
  result.cycles_by_work = {{"ideal", 900}, {"dram", 100}};
  EXPECT_EQ(
      bottleneck_text(result),
      "Useful computation took 90.0 % of the cycles, most of all in core_attention ops "
      "(critical for 10.0 % of the run). More or faster processing elements would lift that, to "
      "10.00 times the speed at most.");
  result.cycles_by_work = {{"nonlinear", 1000}};
  EXPECT_THAT(bottleneck_text(result), testing::EndsWith("units would lift that."));
  EXPECT_EQ(bottleneck_text(PointResult{}), "Nothing was simulated.");
}

TEST(LayersText, IsOneLineAnOpAndTheSum) {
  const std::string text = layers_text(example::result());
  EXPECT_EQ(line_of(text, "b0.qk"),
            "b0.qk matmul core_attention 50,000 300 100 600 900 0 B 500 nJ ideal");
  EXPECT_EQ(line_of(text, "all ops"), "all ops 750,000 1,000 4.00 KiB 5.00 uJ");
}

}  // namespace
}  // namespace saccade
