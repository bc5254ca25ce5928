#include "sim/dram.hpp"

#include <gtest/gtest.h>
#include <tlm_utils/simple_initiator_socket.h>

#include <algorithm>
#include <memory>
#include <string>
#include <vector>

#include "sim/fabric.hpp"
#include "sim/hand_program.hpp"
#include "sim/kernel.hpp"
#include "sim/replay.hpp"

namespace saccade {
namespace {

Replay serve(const DramSystem& system, const TransferLists& transfers) {
  return replay(system, 1e9, transfers);
}

/// Sends one payload as any TLM model does, without extension.
class PlainInitiator : public sc_core::sc_module {
 public:
  tlm_utils::simple_initiator_socket<PlainInitiator> socket{"socket"};
  TimedTransfer sent;

  SC_HAS_PROCESS(PlainInitiator);
  explicit PlainInitiator(const sc_core::sc_module_name& name) : sc_module(name) { SC_THREAD(run); }

 private:
  void run() {
    tlm::tlm_generic_payload payload;
    payload.set_command(tlm::TLM_WRITE_COMMAND);
    payload.set_address(32);
    payload.set_data_length(512);
    sc_core::sc_time delay = sc_core::SC_ZERO_TIME;
    socket->b_transport(payload, delay);
    EXPECT_TRUE(payload.is_response_ok());
    sent.accepted = kernel_now();
    sent.done = kernel_now() + cycles_of(delay);
  }
};

/// 64 bytes a cycle, turns of 4 cycles.
DramSystem pipe(double latency_ns = 0) {
  DramSystem system = hand::tiny_machine().dram;
  system.latency_ns = latency_ns;
  return system;
}

/// DDR4-2400 with clocks of 1 ns, so that they are cycles.
DramSystem ddr4() {
  DramSystem system;
  system.device = read_dram_device(SACCADE_SOURCE_DIR "/configs/technology/dram/ddr4_2400.json");
  system.device.tck_ns = 1;
  system.channels = 1;
  return system;
}

void expect_answer(const TimedTransfer& answer, Cycle accepted, Cycle delay) {
  EXPECT_EQ(answer.accepted, accepted);
  EXPECT_EQ(answer.done - answer.accepted, delay);
}

TEST(DramModule, PlainPayloadsAreServedByAddressAndLengthInTurns) {
  // 512 bytes from 32 on are 9 bursts; turns of 4 cycles for three: 0-4, 4-8, 8-12, then 12-16 and
  // so on, and the last burst of each from 24 on.
  Kernel kernel;
  Dram dram("dram", pipe(), 1e9);
  Interconnect wide;
  wide.width_bits = 1 << 20;
  Fabric fabric("fabric", wide, 3);
  fabric.memory.bind(dram.socket);
  std::vector<std::unique_ptr<PlainInitiator>> initiators;
  for (const char* name : {"a", "b", "c"}) {
    initiators.push_back(std::make_unique<PlainInitiator>(name));
    initiators.back()->socket.bind(fabric.targets);
  }
  sc_core::sc_start();
  expect_answer(initiators[0]->sent, 25, 0);
  expect_answer(initiators[1]->sent, 26, 0);
  expect_answer(initiators[2]->sent, 27, 0);
  const DramCounts counts = dram.finish();
  EXPECT_EQ(counts.write_bytes, 3u * 576);
  EXPECT_EQ(counts.useful_write_bytes, 3u * 512);
  EXPECT_EQ(counts.read_bytes, 0u);
}

TEST(DramModule, MovesWholeBursts) {
  const Replay outcome = serve(pipe(), {{{0, {32, 1, 64, 0}, true}}});
  expect_answer(outcome.transfers[0][0], 2, 0);
  EXPECT_EQ(outcome.counts.write_bytes, 128u);
  EXPECT_EQ(outcome.counts.useful_write_bytes, 64u);
  EXPECT_EQ(outcome.counts.read_bytes, 0u);
}

TEST(DramModule, MovesTheRowSegmentsOfAnExtension) {
  // 3 rows of 32 bytes, each in a burst of its own.
  const Replay outcome = serve(pipe(), {{{0, {0, 3, 32, 256}}}});
  expect_answer(outcome.transfers[0][0], 3, 0);
  EXPECT_EQ(outcome.counts.read_bytes, 192u);
  EXPECT_EQ(outcome.counts.useful_read_bytes, 96u);
}

TEST(DramModule, AnEmptyTransferIsServedAtOnce) {
  const Replay outcome = serve(pipe(5), {{{3, {0, 1, 0, 0}}}});
  expect_answer(outcome.transfers[0][0], 3, 0);
  EXPECT_EQ(outcome.counts.read_bytes, 0u);
}

TEST(DramModule, ReturnsWhenTheNextMayComeAndDelaysUntilTheDataIsThere) {
  const Replay outcome = serve(pipe(7), {{{0, {0, 1, 640, 0}}, {0, {0, 1, 64, 0}}}});
  expect_answer(outcome.transfers[0][0], 10, 7);
  expect_answer(outcome.transfers[0][1], 11, 7);
  EXPECT_EQ(outcome.waits, 2u) << "one for each transfer";
}

TEST(DramModule, AnIdealMemoryNeitherWaitsNorDelays) {
  DramSystem system = pipe(7);
  system.fidelity = DramFidelity::ideal;
  const Replay outcome = serve(system, {{{4, {0, 1, 640, 0}}}, {{4, {0, 1, 640, 0}}}});
  expect_answer(outcome.transfers[0][0], 4, 0);
  expect_answer(outcome.transfers[1][0], 4, 0);
  EXPECT_EQ(outcome.counts.read_bytes, 1280u);
}

TEST(DramModule, InitiatorsTakeTurnsOfAQuantum) {
  // Turns of 4 cycles for three: 0-4, 4-8, 8-12, 12-16 and so on.
  const std::vector<TimedTransfer> eight_cycles = {{0, {0, 1, 512, 0}}};
  const Replay outcome = serve(pipe(), {eight_cycles, eight_cycles, eight_cycles});
  expect_answer(outcome.transfers[0][0], 16, 0);
  expect_answer(outcome.transfers[1][0], 20, 0);
  expect_answer(outcome.transfers[2][0], 24, 0);
  EXPECT_EQ(outcome.counts.read_bytes, 3u * 512);
}

TEST(DramModule, AShortTransferIsNotHeldUpByALongOne) {
  // 100 cycles alone; the other comes in the third quantum and goes at its end.
  const Replay outcome =
      serve(pipe(), {{{0, {0, 1, 6400, 0}}}, {{9, {0, 1, 128, 0}}, {90, {0, 1, 64, 0}}}});
  expect_answer(outcome.transfers[1][0], 14, 0);
  expect_answer(outcome.transfers[1][1], 91, 0);
  expect_answer(outcome.transfers[0][0], 103, 0);
}

TEST(DramModule, CutsTakeNoBytesAndNoTime) {
  // Whatever comes in between, bytes over bandwidth is when the last one is served.
  for (const std::uint32_t bytes : {64u, 192u, 256u, 320u, 1024u}) {
    std::vector<TimedTransfer> others;
    for (Cycle i = 0; i < 10; ++i) others.push_back({7 * i, {64 * i, 1, bytes, 0}, true});
    const Replay outcome = serve(pipe(), {{{0, {0, 1, 12800, 0}}}, others});
    EXPECT_EQ(outcome.counts.read_bytes, 12800u);
    EXPECT_EQ(outcome.counts.write_bytes, 10u * bytes);
    EXPECT_EQ(last_done(outcome.transfers), (12800u + 10 * bytes) / 64);
  }
}

TEST(DramModule, ASlowerMemoryClockRoundsUpToItsEdge) {
  DramSystem system = pipe();
  system.device.tck_ns = 2;  // 128 bytes a clock
  const Replay outcome = serve(system, {{{0, {0, 1, 320, 0}}}});
  expect_answer(outcome.transfers[0][0], 6, 0);  // 2.5 clocks, that is 3 of 2 cycles
}

TEST(DramModule, ABankedReadWaitsForItsRowAndItsColumn) {
  // The queue takes it at once; activate to read tRCD = 17, read to data CL = 17, burst 4.
  const Replay outcome = serve(ddr4(), {{{0, {0, 1, 64, 0}}, {1000, {0, 1, 64, 0}}}});
  expect_answer(outcome.transfers[0][0], 0, 17 + 17 + 4);
  expect_answer(outcome.transfers[0][1], 1000, 17 + 4);
  EXPECT_EQ(outcome.counts.activates, 1u);
  EXPECT_EQ(outcome.counts.row_hits, 1u);
}

TEST(DramModule, RefreshesFallDueUntilTheEndOfTheRun) {
  // tREFI = 9360
  EXPECT_EQ(serve(ddr4(), {{{9000, {0, 1, 64, 0}}}}).counts.refreshes, 0u);
  EXPECT_EQ(serve(ddr4(), {{{20000, {0, 1, 64, 0}}}}).counts.refreshes, 2u);
}

TEST(DramModule, TurnsLoseNoBytesOfBankedMemory) {
  const std::vector<TimedTransfer> reads = {{0, {0, 16, 1024, 4096}}, {0, {1 << 20, 1, 8192, 0}}};
  const std::vector<TimedTransfer> writes = {{50, {1 << 22, 1, 40000, 0}, true}};
  const Replay outcome = serve(ddr4(), {reads, writes});
  EXPECT_EQ(outcome.counts.read_bytes, 16u * 1024 + 8192);
  EXPECT_EQ(outcome.counts.write_bytes, 40000u);
  const Cycle peak_cycles = (16 * 1024 + 8192 + 40000) / 64 * 4;  // 64 bytes take 4 clocks
  EXPECT_GE(last_done(outcome.transfers), peak_cycles);
  EXPECT_LE(last_done(outcome.transfers), 2 * peak_cycles) << "turns must not cost as much as data";
}

}  // namespace
}  // namespace saccade
