#include "cost/counters.hpp"

#include <gtest/gtest.h>

namespace saccade {
namespace {

/// A different number in every kind of field.
Counters example(std::uint64_t unit) {
  Counters counters;
  counters.buffers[0].read_bytes[0] = 1 * unit;
  counters.buffers[kMaxBuffers - 1].write_bytes[kOperands - 1] = 2 * unit;
  counters.macs[0][0] = 3 * unit;
  counters.macs[kMaxEngines - 1][kMacWidths - 1] = 4 * unit;
  counters.vector[0][0] = 5 * unit;
  counters.vector[kMaxVectorUnits - 1][kVectorOps - 1] = 6 * unit;
  counters.interconnect_bytes = 7 * unit;
  counters.dram.read_bytes = 8 * unit;
  counters.dram.row_hits = 9 * unit;
  counters.dram.closed_clocks = 10 * unit;
  return counters;
}

TEST(Counters, StartAtZero) {
  const Counters zero;
  EXPECT_EQ(total_macs(zero), 0u);
  EXPECT_TRUE(zero == example(0));
  EXPECT_FALSE(zero == example(1));
}

TEST(Counters, AddSubtractAndRepeatEveryField) {
  EXPECT_TRUE(example(1) + example(2) == example(3));
  EXPECT_TRUE(example(5) - example(2) == example(3));
  EXPECT_TRUE(example(2) * 4 == example(8));
  EXPECT_TRUE(example(2) * 0 == Counters{});
  Counters sum;
  for (std::uint64_t i = 0; i < 10; ++i) sum += example(i);
  EXPECT_TRUE(sum == example(45));
  sum -= example(45);
  EXPECT_TRUE(sum == Counters{});
}

TEST(Counters, AreWideEnoughForLongRuns) {
  const std::uint64_t many = 1ull << 40;
  EXPECT_EQ((example(1) * many).dram.read_bytes, 8 * many);
}

TEST(Counters, DifferInAnySingleField) {
  const auto differs = [](auto change) {
    Counters counters = example(1);
    change(counters);
    return !(counters == example(1));
  };
  EXPECT_TRUE(differs([](Counters& c) { ++c.buffers[3].read_bytes[2]; }));
  EXPECT_TRUE(differs([](Counters& c) { ++c.buffers[kMaxBuffers - 1].write_bytes[0]; }));
  EXPECT_TRUE(differs([](Counters& c) { ++c.macs[1][1]; }));
  EXPECT_TRUE(differs([](Counters& c) { ++c.vector[2][3]; }));
  EXPECT_TRUE(differs([](Counters& c) { ++c.interconnect_bytes; }));
  EXPECT_TRUE(differs([](Counters& c) { ++c.dram.refreshes; }));
  EXPECT_FALSE(differs([](Counters&) {}));
}

TEST(Counters, DramCountsCompareByThemselves) {
  DramCounts a;
  DramCounts b;
  a.useful_write_bytes = 64;
  EXPECT_FALSE(a == b);
  b.useful_write_bytes = 64;
  EXPECT_TRUE(a == b);
}

TEST(Counters, TotalMacsSumsEnginesAndWidths) { EXPECT_EQ(total_macs(example(10)), 70u); }

TEST(Counters, MacsArePricedAtTheNextWidth) {
  struct Case {
    int bits;
    std::size_t index;
  };
  for (const Case& c : {Case{1, 0}, {4, 0}, {5, 1}, {8, 1}, {9, 2}, {16, 2}, {17, 3}, {32, 3}}) {
    EXPECT_EQ(mac_width_index(c.bits), c.index) << c.bits << " bits";
  }
}

}  // namespace
}  // namespace saccade
