#include "sim/replay.hpp"

#include <gtest/gtest.h>

#include <utility>

#include "sim/hand_program.hpp"

namespace saccade {
namespace {

constexpr std::uint32_t kMiB = 1 << 20;

/// 64 bytes a cycle, turns of 4 cycles, no latency.
const DramSystem& pipe() {
  static const DramSystem system = hand::tiny_machine().dram;
  return system;
}

DramSystem ddr4(int channels) {
  DramSystem system;
  system.device = read_dram_device(SACCADE_SOURCE_DIR "/configs/technology/dram/ddr4_2400.json");
  system.channels = channels;
  return system;
}

/// Of lists on a banked memory, in memory clocks.
Replay in_clocks(const DramSystem& system, const TransferLists& lists) {
  return replay(system, 1e9 / system.device.tck_ns, lists);
}

double clocks(const DramSystem& system, const TransferLists& lists) {
  return static_cast<double>(last_done(in_clocks(system, lists).transfers));
}

void expect_times(const TimedTransfer& transfer, Cycle issued, Cycle accepted, Cycle done) {
  EXPECT_EQ(transfer.issued, issued);
  EXPECT_EQ(transfer.accepted, accepted);
  EXPECT_EQ(transfer.done, done);
}

TEST(Replay, TransfersGoOneAfterTheOtherAndNotBeforeTheirTime) {
  DramSystem system = pipe();
  system.latency_ns = 7;
  const Replay result = replay(
      system, 1e9, {{{3, {0, 1, 640, 0}}, {0, {640, 1, 64, 0}, true}, {50, {0, 2, 32, 256}}}});
  ASSERT_EQ(result.transfers.size(), 1u);
  expect_times(result.transfers[0][0], 3, 13, 20);
  expect_times(result.transfers[0][1], 13, 14, 21);
  expect_times(result.transfers[0][2], 50, 52, 59);
  EXPECT_EQ(result.transfers[0][2].region.pitch, 256u);
  EXPECT_TRUE(result.transfers[0][1].write);
  EXPECT_EQ(last_done(result.transfers), 59u);
  EXPECT_EQ(busy_cycles(result.transfers), (21u - 3) + (59 - 50));
  EXPECT_EQ(result.counts.read_bytes, 640u + 128);
  EXPECT_EQ(result.counts.useful_read_bytes, 640u + 64);
  EXPECT_EQ(result.counts.write_bytes, 64u);
}

TEST(Replay, TimesAreInCyclesOfTheClockThatIsGiven) {
  const TransferLists lists = {{{10, {0, 1, 640, 0}}}};
  expect_times(replay(pipe(), 2e9, lists).transfers[0][0], 10, 30, 30);
}

TEST(Replay, AnInterconnectBoundsTheTransfers) {
  Interconnect narrow;
  narrow.width_bits = 128;  // 16 bytes a cycle, a quarter of the memory's
  narrow.kind = InterconnectKind::bus;
  const TransferLists lists = {{{0, {0, 1, 640, 0}}}, {{0, {0, 1, 640, 0}}}};
  EXPECT_EQ(last_done(replay(pipe(), 1e9, lists).transfers), 20u);
  EXPECT_EQ(last_done(replay(pipe(), 1e9, lists, &narrow).transfers), 80u);
  narrow.kind = InterconnectKind::crossbar;
  EXPECT_EQ(last_done(replay(pipe(), 1e9, lists, &narrow).transfers), 40u);
}

TEST(Replay, CountsGoOnToTheLastDataBeat) {
  // A refresh falls due at clock 9360 while the last data is on its way.
  EXPECT_EQ(in_clocks(ddr4(1), {{{9300, {0, 1, 64, 0}}}}).counts.refreshes, 0u);
  EXPECT_EQ(in_clocks(ddr4(1), {{{9350, {0, 1, 64, 0}}}}).counts.refreshes, 1u);
}

/// The parts of a bandwidth that two streams of 1 MiB get, 64 MiB apart.
std::pair<double, double> shares(const DramSystem& system) {
  const TimedTransfer first = {0, {0, 1, kMiB, 0}};
  const TimedTransfer second = {0, {std::uint64_t{64} * kMiB, 1, kMiB, 0}};
  const double alone = clocks(system, {{first}});
  const Replay both = in_clocks(system, {{first}, {second}});
  const auto share = [&](std::size_t i) {
    return alone / static_cast<double>(both.transfers[i][0].done);
  };
  return {share(0), share(1)};
}

TEST(Replay, EqualStreamsGetHalfTheBandwidthEach) {
  for (const DramSystem& system : {pipe(), ddr4(1)}) {
    const auto [first, second] = shares(system);
    EXPECT_NEAR(first, 0.5, 0.05 * 0.5);
    EXPECT_NEAR(second, 0.5, 0.05 * 0.5);
  }
}

TEST(Replay, EqualStreamsInOneBankShareTheLossAlike) {
  // Row by row, both walk the same banks. Each turn of 2 KiB, 128 clocks of data at least, closes
  // the other's row and opens its own: at most tRTP + tRP + tRCD + CL + 4 = 64 clocks are lost.
  DramSystem system = ddr4(1);
  system.address_map = AddressMap::row_bank_column;
  const auto [first, second] = shares(system);
  EXPECT_NEAR(first, second, 0.05 * second);
  EXPECT_LT(first, 0.475) << "rows are opened anew in every turn";
  EXPECT_GT(first, 0.5 * 128 / (128 + 64)) << "at most a whole latency is lost";
}

TEST(Replay, AStreamOverAllChannelsTakesItsPartOfTheTime) {
  const TransferLists stream = {{{0, {0, 1, 4 * kMiB, 0}}}};
  const double one = clocks(ddr4(1), stream);
  for (const int channels : {4, 16}) {
    EXPECT_NEAR(clocks(ddr4(channels), stream) / (one / channels), 1, 0.03) << channels;
  }
}

TEST(Replay, AStreamThatHitsOneChannelDoesNotScale) {
  // 8192 rows of an interleave, 4, 16 interleaves apart: the first channel has all of them, and
  // sees what one channel alone sees of a stream without gaps.
  const double one = clocks(ddr4(1), {{{0, {0, 1, 2 * kMiB, 0}}}});
  for (const int channels : {4, 16}) {
    const auto pitch = static_cast<std::uint64_t>(256 * channels);
    EXPECT_NEAR(clocks(ddr4(channels), {{{0, {0, 8192, 256, pitch}}}}) / one, 1, 0.03) << channels;
    const double offset = clocks(ddr4(channels), {{{0, {0, 8192, 256, pitch + 256}}}});
    EXPECT_LT(offset, 1.2 * one / channels) << "one interleave more takes turns over the channels";
  }
}

}  // namespace
}  // namespace saccade
