// PIVOT (Moitra et al., DAC 2024): the authors' early analytic model of their ZCU102 accelerator,
// and the design with everything charged.
#include <gtest/gtest.h>

#include <iostream>
#include <map>

#include "flow/evaluate.hpp"

namespace saccade {
namespace {

const std::string kRoot = SACCADE_SOURCE_DIR;

PointResult run(const std::string& hardware, const std::string& model,
                const std::string& technique = "", const std::string& trace = "") {
  PointFiles files;
  files.hardware = kRoot + "/configs/hardware/" + hardware + ".json";
  files.workload = kRoot + "/workloads/models/" + model + ".json";
  if (!technique.empty()) files.technique = kRoot + "/configs/techniques/" + technique + ".json";
  if (!trace.empty()) files.trace = kRoot + "/workloads/traces/" + trace + ".json";
  return evaluate(files, {});
}

/// Exclusive time of block 3 in ms by the part of an op's name behind the block.
std::map<std::string, double> parts_of_block(const PointResult& result) {
  std::map<std::string, double> ms;
  for (const OpResult& op : result.ops) {
    if (op.block != 3) continue;
    ms[op.name.substr(op.name.find('.') + 1)] +=
        static_cast<double>(op.exclusive_cycles) / result.clock_hz * 1e3;
  }
  return ms;
}

TEST(Pivot, TheEarlyModelsBlockTakesWhatItsPassesTake) {
  const auto ms = parts_of_block(run("pivot_early_model", "deit_small"));
  // Passes of 66 * 98 cycles of 5.5 ns: ceil(N/98) ceil(M/66) ceil(K/64) / 36, a softmax an element
  // a cycle: 6 * 197 * 197.
  EXPECT_NEAR(ms.at("qkv"), 0.2134, 0.0002);
  EXPECT_NEAR(ms.at("qk"), 0.0534, 0.0002);
  EXPECT_NEAR(ms.at("sv"), 0.0474, 0.0002);
  EXPECT_NEAR(ms.at("proj"), 0.0711, 0.0002);
  EXPECT_NEAR(ms.at("softmax"), 1.2807, 0.0015);
  EXPECT_NEAR(ms.at("fc1") + ms.at("fc2"), 0.5692, 0.0004);
  double block = 0;
  for (const auto& part : ms) block += part.second;
  EXPECT_NEAR(block / 2.235, 1.0, 0.005);
}

TEST(Pivot, TheEarlyModelsTotalsAndWhatASkipSaves) {
  const double deit = run("pivot_early_model", "deit_small").latency_s * 1e3;
  EXPECT_NEAR(deit / 26.823, 1.0, 0.01);
  const double lvvit = run("pivot_early_model", "lvvit_s").latency_s * 1e3;
  EXPECT_NEAR(lvvit / 33.488, 1.0, 0.01);
  const double six = run("pivot_early_model", "deit_small", "pivot_deit_small_6").latency_s * 1e3;
  EXPECT_NEAR((deit - six) / 6, 1.666, 0.005);
}

/// The pair of efforts 8 and 16 at nine accepted inputs of ten: the card's own arithmetic over the
/// early model gives 2.03 in delay squared.
TEST(Pivot, ThePairOfEffortsOnTheEarlyModel) {
  const PointResult full = run("pivot_early_model", "lvvit_s");
  const PointResult pair =
      run("pivot_early_model", "lvvit_s", "pivot_lvvit_small_cascade", "accepted_90_percent");
  const double ratio = full.latency_s / pair.latency_s;
  EXPECT_NEAR(ratio * ratio, 2.03, 0.02);
  EXPECT_EQ(pair.scenario->inputs, 10000);
  ASSERT_EQ(pair.scenario->paths.size(), 2u);
  const PathResult& low =
      pair.scenario->paths[0].runs == 9000 ? pair.scenario->paths[0] : pair.scenario->paths[1];
  EXPECT_EQ(low.runs, 9000);
}

/// What the early model leaves out shows up in the physical design, op by op: softmax is no longer
/// alone, and LayerNorm, GELU, stem and head cost time.
TEST(Pivot, ThePhysicalDesignChargesWhatTheEarlyModelLeavesOut) {
  const PointResult early = run("pivot_early_model", "deit_small");
  const PointResult physical = run("pivot_zcu102", "deit_small");
  const auto share = [](const PointResult& result, const std::string& role) {
    double cycles = 0;
    for (const OpResult& op : result.ops) {
      if (op.role == role) cycles += static_cast<double>(op.exclusive_cycles);
    }
    return cycles / static_cast<double>(result.cycles);
  };
  EXPECT_LT(share(early, "norm") + share(early, "stem") + share(early, "head"), 0.001);
  EXPECT_GT(share(physical, "norm") + share(physical, "stem") + share(physical, "head"), 0.01);
  EXPECT_GT(physical.dram_bytes, 22'000'000u);  // the weights at least
  std::cout << "DeiT-S, early model " << early.latency_s * 1e3 << " ms, everything charged "
            << physical.latency_s * 1e3 << " ms; block 3 in ms:\n";
  const auto before = parts_of_block(early);
  const auto after = parts_of_block(physical);
  for (const auto& [part, ms] : after) {
    const auto found = before.find(part);
    std::cout << "  " << part << " " << (found == before.end() ? 0.0 : found->second) << " -> "
              << ms << "\n";
  }
}

}  // namespace
}  // namespace saccade
