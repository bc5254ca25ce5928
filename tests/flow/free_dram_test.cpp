// What becomes of the time when DRAM takes none: its share goes, and nothing else grows by more
// than what it had hidden.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <map>

#include "flow/account.hpp"
#include "mapping/testing.hpp"

namespace saccade {
namespace {

struct Interval {
  Cycle begin;
  Cycle end;
};

using ByKind = std::map<std::string, Cycle>;

bool moves_dram(Stage stage) {
  return stage == Stage::load_input || stage == Stage::load_weight || stage == Stage::store;
}

/// Units whose exclusive time goes to these kinds of work.
std::string group_of(WorkKind kind) {
  switch (kind) {
    case WorkKind::ideal:
    case WorkKind::quantisation:
    case WorkKind::fill_drain:
      return "array";
    case WorkKind::dram:
      return "dram";
    case WorkKind::interconnect:
      return "interconnect";
    default:
      return "vector";
  }
}

std::string group_of(Stage stage) {
  if (moves_dram(stage)) return "dram";
  if (stage == Stage::compute) return "array";
  return stage == Stage::post ? "vector" : "interconnect";
}

ByKind exclusive(const SimResult& run) {
  ByKind cycles;
  for (const OpActivity& op : run.ops) {
    for (std::size_t kind = 0; kind < kWorkKinds; ++kind) {
      for (const Cycle edge : op.exclusive[kind]) {
        cycles[group_of(static_cast<WorkKind>(kind))] += edge;
      }
    }
  }
  return cycles;
}

/// When a transfer held up the run, the last first: the walk back from the end once more.
std::vector<Interval> dram_critical(const SimResult& run) {
  std::vector<Interval> found;
  const auto last = std::max_element(run.records.begin(), run.records.end(),
                                     [](const auto& a, const auto& b) { return a.end < b.end; });
  Cycle until = last->end;
  for (auto index = static_cast<TaskIndex>(last - run.records.begin()); index != kNoTask;) {
    const TaskRecord& record = run.records[index];
    if (moves_dram(record.stage) && record.start < until) found.push_back({record.start, until});
    until = record.start;
    index = record.by;
  }
  return found;
}

struct Simulated {
  SimResult result;
  std::vector<TileWork> works;
};

Simulated simulated(const Accelerator& accelerator, const Mapping& mapping) {
  Program program(accelerator, {&mapping});
  SimResult result = simulate(accelerator, program);
  return {std::move(result), program.works()};
}

/// Cycles that a transfer needs of ports, networks and the interconnect, beside those of the
/// memory.
Cycle on_chip_cycles(const Accelerator& accelerator, const TileWork& work) {
  double ports = 0;
  for (const PortUse& use : work.ports) ports = std::max(ports, use.cycles);
  const double bus = static_cast<double>(work.counts.interconnect_bytes) /
                     accelerator.interconnect.bytes_per_cycle();
  return static_cast<Cycle>(std::ceil(ports) + std::ceil(bus)) +
         static_cast<Cycle>(work.network_cycles);
}

/// Cycles in which units of a group worked while a transfer held up the run. What a task was
/// blocked, and what a transfer needs beside the memory, count for the interconnect.
ByKind hidden_behind(const Accelerator& accelerator, const Simulated& run,
                     const std::vector<Interval>& intervals) {
  ByKind cycles;
  for (const TaskRecord& record : run.result.records) {
    Cycle overlap = 0;
    for (const Interval& interval : intervals) {
      const Cycle begin = std::max(interval.begin, record.start);
      const Cycle end = std::min(interval.end, record.end);
      if (end > begin) overlap += end - begin;
    }
    const bool moves = moves_dram(record.stage);
    const Cycle beside =
        moves ? on_chip_cycles(accelerator, run.works[record.work]) : Cycle{record.blocked};
    cycles["interconnect"] += std::min(overlap, beside);
    if (!moves) cycles[group_of(record.stage)] += overlap;
  }
  return cycles;
}

class FreeDram : public testing::TestWithParam<const char*> {};

TEST_P(FreeDram, RemovesItsShareAndShowsWhatItHid) {
  Accelerator accelerator = mapping_testing::design(GetParam());
  const Mapping mapping = mapping_testing::mapped(mapping_testing::model("deit_tiny"), accelerator);
  const Simulated run = simulated(accelerator, mapping);
  const SimResult& with = run.result;
  const ByKind hidden = hidden_behind(accelerator, run, dram_critical(with));
  accelerator.dram.fidelity = DramFidelity::ideal;
  const SimResult without = simulated(accelerator, mapping).result;

  const ByKind before = exclusive(with);
  const ByKind after = exclusive(without);
  ASSERT_GT(before.at("dram"), 0u);
  EXPECT_EQ(after.count("dram") == 0 ? 0 : after.at("dram"), 0u);
  EXPECT_LT(without.cycles, with.cycles);
  // Transfers that take no time take no port either.
  EXPECT_GE(without.cycles, with.cycles - before.at("dram") - before.at("interconnect"));
  std::printf("%s: %llu cycles, %llu without DRAM\n", GetParam(),
              static_cast<unsigned long long>(with.cycles),
              static_cast<unsigned long long>(without.cycles));
  for (const char* group : {"array", "vector", "interconnect"}) {
    const auto of = [&](const ByKind& cycles) {
      const auto found = cycles.find(group);
      return found == cycles.end() ? 0.0 : static_cast<double>(found->second);
    };
    std::printf("  %-12s %9.0f cycles, %9.0f without DRAM, which hid %9.0f\n", group, of(before),
                of(after), of(hidden));
    EXPECT_LE(of(after), of(before) + of(hidden)) << group;
  }
}

INSTANTIATE_TEST_SUITE_P(Designs, FreeDram,
                         testing::Values("systolic_32x32", "systolic_64x64", "edge_16x16",
                                         "vector_mac_16pe"),
                         [](const auto& each) { return std::string(each.param); });

}  // namespace
}  // namespace saccade
