#include "cost/sram_timing.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <set>

namespace saccade {
namespace {

SramFigures memory(double access_ns, double cycle_ns) {
  SramFigures figures;
  figures.access_ns.value = access_ns;
  figures.cycle_ns.value = cycle_ns;
  return figures;
}

TEST(SramTiming, TableByHand) {
  struct Row {
    double access_ns, cycle_ns, clock_mhz;
    int ports, banks, busy, latency;
    double accesses;
  };
  const std::vector<Row> rows = {
      // At 1 GHz a clock is 1 ns.
      {0.8, 0.9, 1000, 1, 1, 1, 0, 1},
      {1.0, 1.0, 1000, 1, 1, 1, 0, 1},  // just in time
      {1.0, 1.1, 1000, 1, 1, 2, 0, 0.5},
      {2.3, 0.9, 1000, 1, 1, 1, 2, 1},  // pipelined: the word comes in the third clock
      {2.3, 2.1, 1000, 1, 2, 3, 2, 2.0 / 3},
      {2.3, 2.1, 1000, 1, 4, 3, 2, 1},  // 4 banks of 3 clocks serve one access a clock in order
      {2.3, 2.1, 500, 1, 1, 2, 1, 0.5},
      {2.3, 2.1, 100, 1, 1, 1, 0, 1},
      // Several ports: 4 (1 - (3/4)^2), 8 (1 - (7/8)^4), 2 (1 - (1/2)^4)
      {0.5, 0.5, 1000, 2, 4, 1, 0, 1.75},
      {0.5, 0.5, 1000, 4, 8, 1, 0, 3.310546875},
      {0.5, 3.5, 1000, 4, 8, 4, 0, 1.875},
      {0.5, 0.5, 1000, 2, 1, 1, 0, 1},
      {0.5, 3.5, 1000, 4, 2, 4, 0, 0.5}};
  for (const Row& row : rows) {
    const SramTiming timing =
        sram_timing(memory(row.access_ns, row.cycle_ns), row.clock_mhz * 1e6, row.ports, row.banks);
    const std::string name = testing::PrintToString(
        std::vector<double>{row.access_ns, row.cycle_ns, row.clock_mhz, double(row.ports)});
    EXPECT_EQ(timing.busy_clocks, row.busy) << name;
    EXPECT_EQ(timing.latency_clocks, row.latency) << name;
    EXPECT_NEAR(timing.accesses_per_clock, row.accesses, 1e-12) << name;
  }
}

TEST(SramTiming, FlipFlopsTakeAClockAndServeEveryPort) {
  SramFigures registers = memory(9, 9);
  registers.registers = true;
  const SramTiming timing = sram_timing(registers, 1e9, 3, 1);
  EXPECT_EQ(timing.busy_clocks, 1);
  EXPECT_EQ(timing.latency_clocks, 0);
  EXPECT_EQ(timing.accesses_per_clock, 3);
}

/// Mean number of distinct banks over all ways to send the requests, counted one by one.
double counted(int banks, int requests) {
  const int ways = static_cast<int>(std::lround(std::pow(banks, requests)));
  double distinct = 0;
  for (int way = 0; way < ways; ++way) {
    std::set<int> hit;
    for (int i = 0, rest = way; i < requests; ++i, rest /= banks) hit.insert(rest % banks);
    distinct += static_cast<double>(hit.size());
  }
  return distinct / ways;
}

TEST(SramTiming, RandomRequestsMeetAsManyBanksAsCounted) {
  for (int banks = 1; banks <= 6; ++banks) {
    for (int requests = 1; requests <= 5; ++requests) {
      EXPECT_NEAR(served_by_banks(banks, requests), counted(banks, requests), 1e-9)
          << banks << " banks, " << requests << " requests";
    }
  }
}

TEST(SramTiming, NeverBeyondPortsNorBanks) {
  for (int banks = 1; banks <= 16; ++banks) {
    for (int ports = 1; ports <= 8; ++ports) {
      double slower = ports;
      for (const double cycle_ns : {0.5, 1.5, 2.5, 7.5}) {
        const SramTiming timing = sram_timing(memory(1, cycle_ns), 1e9, ports, banks);
        EXPECT_LE(timing.accesses_per_clock, slower + 1e-12);
        EXPECT_LE(timing.accesses_per_clock,
                  static_cast<double>(banks) / timing.busy_clocks + 1e-12);
        EXPECT_GT(timing.accesses_per_clock, 0);
        slower = timing.accesses_per_clock;  // a longer cycle never serves more
      }
    }
  }
}

}  // namespace
}  // namespace saccade
