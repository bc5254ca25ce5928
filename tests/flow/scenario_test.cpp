#include "flow/scenario.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <random>

#include "base/error.hpp"
#include "flow/evaluate.hpp"

namespace saccade {
namespace {

const std::string kSource = SACCADE_SOURCE_DIR;

TEST(Distribution, EqualsThatOfTheValuesWrittenOut) {
  std::mt19937 random(7);
  for (int round = 0; round < 50; ++round) {
    std::vector<WeightedValue> weighted;
    std::vector<double> all;
    for (int i = 0; i < 12; ++i) {
      const double value = static_cast<double>(random() % 1000);
      const auto weight = static_cast<std::int64_t>(1 + random() % 40);
      weighted.push_back({value, weight});
      all.insert(all.end(), static_cast<std::size_t>(weight), value);
    }
    std::sort(all.begin(), all.end());
    const auto rank = [&](double share) {
      const double position = std::ceil(share * static_cast<double>(all.size()) - 1e-9);
      return all[static_cast<std::size_t>(position) - 1];
    };
    const Distribution found = distribution(weighted);
    EXPECT_EQ(found.p50, rank(0.50));
    EXPECT_EQ(found.p95, rank(0.95));
    EXPECT_EQ(found.p99, rank(0.99));
    EXPECT_EQ(found.worst, all.back());
    double sum = 0;
    for (const double value : all) sum += value;
    EXPECT_NEAR(found.mean, sum / static_cast<double>(all.size()), 1e-9);
  }
}

PointInputs inputs(const std::string& hardware, const Json& technique) {
  PointInputs point;
  point.hardware = read_document(kSource + "/configs/hardware/" + hardware + ".json");
  point.workload = read_document(kSource + "/workloads/models/deit_tiny.json", {{"/depth", "2"}});
  point.technique = Document{"technique.json", technique, {}};
  point.trace_file = "trace.json";
  return point;
}

Json skipping(const std::string& name, const Json& blocks) {
  return {{"name", name},
          {"passes", Json::array({{{"pass", "skip_attention"}, {"blocks", blocks}}})}};
}

Json cascade() {
  return {{"passes", Json::array()},
          {"policy", "cascade"},
          {"efforts", {skipping("low", {1}), skipping("high", Json::array())}}};
}

Trace accepted(std::int64_t low, std::int64_t high) {
  Trace trace{"trace", std::vector<TraceEntry>(2)};
  trace.entries[0].decisions.effort = 0;
  trace.entries[0].inputs = low;
  trace.entries[1].decisions.effort = 1;
  trace.entries[1].inputs = high;
  return trace;
}

PointResult run(PointInputs point, const Trace& trace) {
  point.trace = std::make_shared<const Trace>(trace);
  return evaluate_inputs(point, {});
}

/// PIVOT: D = D_L + (1 - F_L) D_H, and energy likewise, where D_H is what the second run adds.
TEST(Scenario, ACascadeObeysItsMixtureOfDelays) {
  const PointInputs point = inputs("systolic_64x64", cascade());
  const PointResult low = run(point, {"t", {accepted(1, 1).entries[0]}});
  const PointResult both = run(point, {"t", {accepted(1, 1).entries[1]}});
  const PointResult mixed = run(point, accepted(7, 3));
  const double refused = 0.3;
  EXPECT_NEAR(mixed.latency_s, low.latency_s + refused * (both.latency_s - low.latency_s), 1e-12);
  EXPECT_NEAR(mixed.energy_per_image_j,
              low.energy_per_image_j + refused * (both.energy_per_image_j - low.energy_per_image_j),
              1e-12);
  EXPECT_NEAR(mixed.edp_js, mixed.latency_s * mixed.energy_per_image_j, 1e-15);
  EXPECT_EQ(mixed.scenario->inputs, 10);
  EXPECT_EQ(mixed.images, 10);
  EXPECT_EQ(mixed.latency_p50_s, low.latency_s);
  EXPECT_EQ(mixed.latency_worst_s, both.latency_s);
  EXPECT_EQ(mixed.macs, 7 * low.macs + 3 * both.macs);
}

/// Without anything that runs ahead of the gate the second run takes what it takes alone.
TEST(Scenario, BehindABarrierTheSecondRunOfACascadeTakesAsLongAsAlone) {
  const PointInputs point = inputs("pivot_early_model", cascade());
  const PointResult low = run(point, {"t", {accepted(1, 1).entries[0]}});
  const PointResult both = run(point, {"t", {accepted(1, 1).entries[1]}});
  PointInputs plain = point;
  plain.technique.reset();
  const PointResult alone = evaluate_inputs(plain, {});
  EXPECT_NEAR((both.latency_s - low.latency_s) / alone.latency_s, 1.0, 1e-3);
}

TEST(Scenario, SumsAreThoseOfItsPaths) {
  const PointResult result = run(inputs("edge_16x16", cascade()), accepted(2, 5));
  std::uint64_t cycles = 0, work = 0;
  double energy = 0, shares = 0;
  for (const OpResult& op : result.ops) {
    cycles += op.exclusive_cycles;
    energy += op.energy_j;
  }
  for (const auto& [kind, count] : result.cycles_by_work) work += count;
  for (const Share& share : result.energy_breakdown_j) shares += share.value;
  EXPECT_EQ(cycles, result.cycles);
  EXPECT_EQ(work, result.cycles);
  EXPECT_NEAR(energy / result.energy_j, 1.0, 1e-9);
  EXPECT_NEAR(shares / result.energy_j, 1.0, 1e-9);
  EXPECT_EQ(result.latencies_s.size(), 7u);
  EXPECT_GT(result.cycles_by_work.at("decision"), 0u);
}

TEST(Scenario, PathsOfEqualWorkloadsAreRunOnce) {
  // The technique prunes nothing, so that kept tokens make no difference.
  Trace trace{"trace", std::vector<TraceEntry>(40)};
  for (std::size_t i = 0; i < trace.entries.size(); ++i) {
    trace.entries[i].decisions.kept_tokens = {static_cast<std::int64_t>(i)};
  }
  const PointResult result = run(inputs("edge_16x16", {{"passes", Json::array()}}), trace);
  EXPECT_EQ(result.scenario->paths.size(), 1u);
  EXPECT_EQ(result.scenario->inputs, 40);
  EXPECT_EQ(result.scenario->latency_s.mean, result.scenario->latency_s.worst);
}

std::string mistake(PointInputs point, const EvaluateOptions& options = {}) {
  try {
    evaluate_inputs(point, options);
  } catch (const UserError& error) {
    return error.what();
  }
  return "";
}

TEST(Scenario, WhatATraceCannotGiveIsRefused) {
  PointInputs point = inputs("edge_16x16", cascade());
  EXPECT_NE(mistake(point).find("leaves the choice to a trace"), std::string::npos);
  point.trace = std::make_shared<const Trace>(accepted(1, 1));
  EvaluateOptions options;
  options.timeline = true;
  options.stream = 4;
  const std::string both = mistake(point, options);
  EXPECT_NE(both.find("--timeline"), std::string::npos) << both;
  EXPECT_NE(both.find("--stream"), std::string::npos) << both;
  point.technique.reset();
  EXPECT_NE(mistake(point).find("--technique"), std::string::npos);
}

}  // namespace
}  // namespace saccade
