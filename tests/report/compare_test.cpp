#include "report/compare.hpp"

#include <gmock/gmock.h>

#include <regex>

namespace saccade {
namespace {

using testing::EndsWith;
using testing::HasSubstr;
using testing::Not;

OpResult op(const std::string& name, const std::string& role, std::uint64_t dram_bytes,
            double energy_j, const std::string& bound,
            const std::map<std::string, std::uint64_t>& cycles_by_work) {
  OpResult result;
  result.name = name;
  result.role = role;
  result.dram_bytes = dram_bytes;
  result.energy_j = energy_j;
  result.bound = bound;
  result.cycles_by_work = cycles_by_work;
  for (const auto& [work, cycles] : cycles_by_work) result.exclusive_cycles += cycles;
  return result;
}

/// 1,000 cycles: 600 of fc, 300 of qk, 100 of ln.
ResultFile before() {
  PointResult r;
  r.hardware = "tiny";
  r.workload = "net";
  r.clock_hz = 1e9;
  r.cycles = 1000;
  r.run_s = r.latency_s = 1e-6;
  r.energy_j = 6e-6;
  r.energy_on_chip_j = 4e-6;
  r.energy_dram_j = 2e-6;
  r.edp_js = 6e-12;
  r.area_mm2 = 2.5;
  r.dram_bytes = 2048;
  r.macs = 500000;
  r.utilization = 0.25;
  r.ops = {op("fc", "ffn", 2048, 3e-6, "dram", {{"dram", 400}, {"ideal", 200}}),
           op("qk", "core_attention", 0, 2e-6, "ideal", {{"ideal", 300}}),
           op("ln", "norm", 0, 1e-6, "nonlinear", {{"nonlinear", 100}})};
  return {"a.json", r};
}

/// 760 cycles: fc moves half of the bytes, qk has some nonlinear work, gelu is there instead of ln.
ResultFile after() {
  PointResult r = before().result;
  r.technique = "prune";
  r.cycles = 760;
  r.run_s = r.latency_s = 0.76e-6;
  r.energy_j = 3e-6;
  r.energy_on_chip_j = 2e-6;
  r.energy_dram_j = 1e-6;
  r.edp_js = 2.28e-12;
  r.dram_bytes = 1024;
  r.utilization = 0.5;
  r.ops = {op("fc", "ffn", 1024, 1.5e-6, "ideal", {{"dram", 150}, {"ideal", 250}}),
           op("qk", "core_attention", 0, 2e-6, "ideal", {{"ideal", 290}, {"nonlinear", 20}}),
           op("gelu", "norm", 0, 0.5e-6, "nonlinear", {{"nonlinear", 50}})};
  return {"b.json", r};
}

/// A comparison of all ops, every line in single spaces.
std::string words(const ResultFile& a, const ResultFile& b) {
  return std::regex_replace(comparison_text(a, b, 0), std::regex(" +"), " ");
}

std::string closing(const ResultFile& a, const ResultFile& b) {
  const std::string text = comparison_text(a, b, 0);
  return text.substr(text.rfind('\n', text.size() - 2) + 1);
}

TEST(ComparisonText, SaysWhatChangedAndWhy) {
  EXPECT_EQ(words(before(), after()),
            R"( A B
file a.json b.json
hardware tiny tiny
workload net net
technique none prune
mode first first
images 1 1
clock 1.00 GHz 1.00 GHz

 A B B/A
latency 1.00 us 760 ns 0.760
cycles 1,000 760 0.760
energy 6.00 uJ 3.00 uJ 0.500
 on chip 4.00 uJ 2.00 uJ 0.500
 DRAM 2.00 uJ 1.00 uJ 0.500
EDP 6.00 pJ*s 2.28 pJ*s 0.380
area 2.5 mm^2 2.5 mm^2 1.000
DRAM moved 2.00 KiB 1.00 KiB 0.500
MACs 500 kMAC 500 kMAC 1.000
utilisation 25.0 % 50.0 % 2.000

What changed: exclusive cycles, which add up to the run, largest difference first
 op cycles A cycles B difference B/A energy B/A DRAM A DRAM B bound A -> B cause
 fc 600 400 -200 0.667 0.500 2.00 KiB 1.00 KiB dram -> ideal less dram (-250)
 ln 100 - -100 - - 0 B - nonlinear -> - only in A
 gelu - 50 +50 - - - 0 B - -> nonlinear only in B
 qk 300 310 +10 1.033 1.000 0 B 0 B ideal -> ideal more nonlinear (+20)

 work cycles A cycles B difference share of it
 dram 400 150 -250 104.2 %
 ideal 500 540 +40 -16.7 %
 nonlinear 100 70 -30 12.5 %

 ops by role cycles A cycles B difference share of it
 ffn 600 400 -200 83.3 %
 norm 100 50 -50 20.8 %
 core_attention 300 310 +10 -4.2 %

B takes 24.0 % fewer cycles (240 of 1,000), most of all less dram in ffn ops.
)");
}

TEST(ComparisonText, LeavesOutSmallDifferences) {
  const std::string text = comparison_text(before(), after(), 2);
  EXPECT_THAT(text, HasSubstr("\n  ln "));
  EXPECT_THAT(text, Not(HasSubstr("\n  gelu ")));
  // gelu +50 and qk +10
  EXPECT_THAT(text, HasSubstr("\n  2 more with a difference of +60 in all; --top 0 prints them"));
  for (const std::size_t all : {0U, 4U, 5U}) {
    EXPECT_THAT(comparison_text(before(), after(), all), Not(HasSubstr("--top")));
  }
}

TEST(ComparisonText, OfAResultWithItselfHasNoCause) {
  const std::string text = words(before(), before());
  EXPECT_THAT(text, HasSubstr("\n fc 600 600 0 1.000 1.000 2.00 KiB 2.00 KiB dram -> dram\n"));
  EXPECT_THAT(text, HasSubstr("\n ffn 600 600 0 -\n"));
  EXPECT_THAT(text, EndsWith("\nB takes as many cycles as A (1,000).\n"));
}

TEST(ComparisonText, CauseGoesWithTheDifference) {
  ResultFile b = before();
  // 10 cycles more: what grew is the cause, although dram shrank by more than anything grew.
  b.result.ops[0] = op("fc", "ffn", 0, 0, "ideal", {{"ideal", 350}, {"nonlinear", 260}});
  b.result.cycles = 1010;
  EXPECT_THAT(words(before(), b), HasSubstr("dram -> ideal more nonlinear (+260)\n"));
  EXPECT_EQ(closing(before(), b),
            "B takes 1.0 % more cycles (10 of 1,000), most of all more nonlinear in ffn ops.\n");
  // As many cycles: what changed most is the cause.
  b.result.ops[0] = op("fc", "ffn", 0, 0, "ideal", {{"ideal", 350}, {"nonlinear", 250}});
  EXPECT_THAT(words(before(), b), HasSubstr("dram -> ideal less dram (-400)\n"));
}

TEST(ComparisonText, TheClosingSentenceSaysWhatElseDiffers) {
  ResultFile b = after();
  b.result.clock_hz = 0.5e9;
  b.result.run_s = 1.52e-6;
  EXPECT_THAT(closing(before(), b),
              EndsWith("in ffn ops; with another clock its run takes 1.520 times as long.\n"));
  b = after();
  b.result.images = 4;
  EXPECT_THAT(closing(before(), b), EndsWith("in ffn ops; B infers 4 images, A 1.\n"));
}

TEST(ComparisonText, ComparesWhatHasNoOpInCommon) {
  ResultFile b = before();
  for (OpResult& each : b.result.ops) each.name += ".b";
  const std::string text = words(before(), b);
  EXPECT_THAT(text, HasSubstr("\n fc 600 - -600 - - 2.00 KiB - dram -> - only in A\n"));
  EXPECT_THAT(text, HasSubstr("\n fc.b - 600 +600 - - - 2.00 KiB - -> dram only in B\n"));
  EXPECT_THAT(text, EndsWith("\nB takes as many cycles as A (1,000).\n"));
}

TEST(ComparisonText, SurvivesCyclesBeyondReason) {
  ResultFile b = after();
  const std::uint64_t most = 9223372036854775807U;
  b.result.cycles = most;
  b.result.ops[0] = op("fc", "ffn", most, 0, "ideal", {{"dram", most}});
  b.result.ops[1] = op("qk", "ffn", most, 0, "ideal", {{"dram", most}});
  EXPECT_THAT(comparison_text(before(), b, 1), HasSubstr("+9,223,372,036,854,775,507"));  // qk
}

TEST(ComparisonCsv, HasEveryOpWithoutEmptyCells) {
  EXPECT_EQ(
      comparison_csv(before().result, after().result),
      "name,role,present,exclusive_cycles_a,exclusive_cycles_b,difference_cycles,cycles_ratio,"
      "energy_j_a,energy_j_b,energy_ratio,dram_bytes_a,dram_bytes_b,bound_a,bound_b,cause,"
      "cause_cycles\n"
      "fc,ffn,both,600,400,-200,0.6666666666666666,3e-06,1.5e-06,0.5,2048,1024,dram,ideal,dram,"
      "-250\n"
      "ln,norm,A,100,0,-100,0,1e-06,0,0,0,0,nonlinear,none,nonlinear,-100\n"
      "gelu,norm,B,0,50,50,nan,0,5e-07,nan,0,0,none,nonlinear,nonlinear,50\n"
      "qk,core_attention,both,300,310,10,1.0333333333333334,2e-06,2e-06,1,0,0,ideal,ideal,nonlinear,"
      "20\n");
}

TEST(ComparisonCsv, AnUnchangedOpHasNoCause) {
  EXPECT_THAT(comparison_csv(before().result, before().result), HasSubstr(",dram,dram,none,0\n"));
}

}  // namespace
}  // namespace saccade
