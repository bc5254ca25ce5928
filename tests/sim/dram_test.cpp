#include "sim/dram.hpp"

#include <gtest/gtest.h>
#include <tlm_utils/multi_passthrough_target_socket.h>
#include <tlm_utils/simple_initiator_socket.h>

#include <memory>
#include <string>
#include <vector>

#include "sim/hand_program.hpp"
#include "sim/kernel.hpp"

namespace saccade {
namespace {

/// A kernel for one test: the standard knows one elaboration per process.
class FreshKernel {
 public:
  FreshKernel() : context_(std::make_unique<sc_core::sc_simcontext>()) {
    sc_core::sc_curr_simcontext = sc_core::sc_default_global_context = context_.get();
  }
  ~FreshKernel() {
    context_.reset();
    sc_core::sc_curr_simcontext = sc_core::sc_default_global_context = nullptr;
  }
  FreshKernel(const FreshKernel&) = delete;
  FreshKernel& operator=(const FreshKernel&) = delete;

 private:
  std::unique_ptr<sc_core::sc_simcontext> context_;
};

struct Transfer {
  Cycle at = 0;  ///< not before
  Region region;
  bool write = false;
  bool plain = false;  ///< a generic payload as any TLM model sends it, without extension
};

struct Answer {
  Cycle returned = 0;
  Cycle delay = 0;
  bool ok = false;
};

/// Sends its transfers one after the other.
class Initiator : public sc_core::sc_module {
 public:
  tlm_utils::simple_initiator_socket<Initiator> socket{"socket"};
  std::vector<Answer> answers;

  SC_HAS_PROCESS(Initiator);
  Initiator(const sc_core::sc_module_name& name, const std::vector<Transfer>& transfers)
      : sc_module(name), transfers_(transfers) {
    SC_THREAD(run);
  }

 private:
  void run() {
    for (const Transfer& transfer : transfers_) {
      if (kernel_now() < transfer.at) wait(kernel_cycles(transfer.at - kernel_now()));
      send(transfer);
    }
  }

  void send(const Transfer& transfer) {
    TransferExtension extension;
    extension.region = transfer.region;
    tlm::tlm_generic_payload payload;
    payload.set_command(transfer.write ? tlm::TLM_WRITE_COMMAND : tlm::TLM_READ_COMMAND);
    payload.set_address(transfer.region.address);
    payload.set_data_length(static_cast<unsigned>(transfer.region.useful_bytes()));
    if (!transfer.plain) payload.set_extension(&extension);
    sc_core::sc_time delay = sc_core::SC_ZERO_TIME;
    socket->b_transport(payload, delay);
    answers.push_back({kernel_now(), delay.value(), payload.is_response_ok()});
    payload.clear_extension(&extension);
  }

  std::vector<Transfer> transfers_;
};

/// Joins initiators without any time of its own.
class Joint : public sc_core::sc_module {
 public:
  tlm_utils::multi_passthrough_target_socket<Joint> in{"in"};
  tlm_utils::simple_initiator_socket<Joint> out{"out"};

  explicit Joint(const sc_core::sc_module_name& name) : sc_module(name) {
    in.register_b_transport(this, &Joint::b_transport);
  }

 private:
  void b_transport(int, tlm::tlm_generic_payload& payload, sc_core::sc_time& delay) {
    out->b_transport(payload, delay);
  }
};

struct Outcome {
  std::vector<std::vector<Answer>> answers;  ///< by initiator
  DramCounts counts;
  std::uint64_t waits = 0;
};

Outcome serve(const DramSystem& system, const std::vector<std::vector<Transfer>>& transfers,
              double clock_hz = 1e9) {
  FreshKernel kernel;
  Dram dram("dram", system, clock_hz);
  Joint joint("joint");
  joint.out.bind(dram.socket);
  std::vector<std::unique_ptr<Initiator>> initiators;
  for (std::size_t i = 0; i < transfers.size(); ++i) {
    const std::string name = "initiator" + std::to_string(i);
    initiators.push_back(std::make_unique<Initiator>(name.c_str(), transfers[i]));
    initiators.back()->socket.bind(joint.in);
  }
  sc_core::sc_start();
  Outcome outcome;
  for (const auto& initiator : initiators) outcome.answers.push_back(initiator->answers);
  outcome.counts = dram.finish();
  outcome.waits = dram.waits();
  return outcome;
}

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

void expect_answer(const Answer& answer, Cycle returned, Cycle delay) {
  EXPECT_TRUE(answer.ok);
  EXPECT_EQ(answer.returned, returned);
  EXPECT_EQ(answer.delay, delay);
}

TEST(DramModule, ServesAPlainPayloadByItsAddressAndLength) {
  const Outcome outcome = serve(pipe(), {{{0, {0, 1, 640, 0}, false, true}}});
  expect_answer(outcome.answers[0][0], 10, 0);
  EXPECT_EQ(outcome.counts.read_bytes, 640u);
  EXPECT_EQ(outcome.counts.useful_read_bytes, 640u);
  EXPECT_EQ(outcome.counts.write_bytes, 0u);
}

TEST(DramModule, MovesWholeBursts) {
  const Outcome outcome = serve(pipe(), {{{0, {32, 1, 64, 0}, true, true}}});
  expect_answer(outcome.answers[0][0], 2, 0);
  EXPECT_EQ(outcome.counts.write_bytes, 128u);
  EXPECT_EQ(outcome.counts.useful_write_bytes, 64u);
  EXPECT_EQ(outcome.counts.read_bytes, 0u);
}

TEST(DramModule, MovesTheRowSegmentsOfAnExtension) {
  // 3 rows of 32 bytes, each in a burst of its own.
  const Outcome outcome = serve(pipe(), {{{0, {0, 3, 32, 256}}}});
  expect_answer(outcome.answers[0][0], 3, 0);
  EXPECT_EQ(outcome.counts.read_bytes, 192u);
  EXPECT_EQ(outcome.counts.useful_read_bytes, 96u);
}

TEST(DramModule, AnEmptyTransferIsServedAtOnce) {
  const Outcome outcome = serve(pipe(5), {{{3, {0, 1, 0, 0}}}});
  expect_answer(outcome.answers[0][0], 3, 0);
  EXPECT_EQ(outcome.counts.read_bytes, 0u);
}

TEST(DramModule, ReturnsWhenTheNextMayComeAndDelaysUntilTheDataIsThere) {
  const Outcome outcome = serve(pipe(7), {{{0, {0, 1, 640, 0}}, {0, {0, 1, 64, 0}}}});
  expect_answer(outcome.answers[0][0], 10, 7);
  expect_answer(outcome.answers[0][1], 11, 7);
  EXPECT_EQ(outcome.waits, 2u) << "one for each transfer";
}

TEST(DramModule, AnIdealMemoryNeitherWaitsNorDelays) {
  DramSystem system = pipe(7);
  system.fidelity = DramFidelity::ideal;
  const Outcome outcome = serve(system, {{{4, {0, 1, 640, 0}}}, {{4, {0, 1, 640, 0}}}});
  expect_answer(outcome.answers[0][0], 4, 0);
  expect_answer(outcome.answers[1][0], 4, 0);
  EXPECT_EQ(outcome.counts.read_bytes, 1280u);
}

TEST(DramModule, InitiatorsTakeTurnsOfAQuantum) {
  // Turns of 4 cycles for three: 0-4, 4-8, 8-12, 12-16 and so on.
  const std::vector<Transfer> eight_cycles = {{0, {0, 1, 512, 0}}};
  const Outcome outcome = serve(pipe(), {eight_cycles, eight_cycles, eight_cycles});
  expect_answer(outcome.answers[0][0], 16, 0);
  expect_answer(outcome.answers[1][0], 20, 0);
  expect_answer(outcome.answers[2][0], 24, 0);
  EXPECT_EQ(outcome.counts.read_bytes, 3u * 512);
}

TEST(DramModule, PlainPayloadsTakeTurnsToo) {
  const std::vector<Transfer> eight_cycles = {{0, {0, 1, 512, 0}, false, true}};
  const Outcome outcome = serve(pipe(), {eight_cycles, eight_cycles, eight_cycles});
  expect_answer(outcome.answers[0][0], 16, 0);
  expect_answer(outcome.answers[1][0], 20, 0);
  expect_answer(outcome.answers[2][0], 24, 0);
}

TEST(DramModule, AShortTransferIsNotHeldUpByALongOne) {
  // 100 cycles alone; the other comes in the third quantum and goes at its end.
  const Outcome outcome =
      serve(pipe(), {{{0, {0, 1, 6400, 0}}}, {{9, {0, 1, 128, 0}}, {90, {0, 1, 64, 0}}}});
  expect_answer(outcome.answers[1][0], 14, 0);
  expect_answer(outcome.answers[1][1], 91, 0);
  expect_answer(outcome.answers[0][0], 103, 0);
}

TEST(DramModule, CutsTakeNoBytesAndNoTime) {
  // Whatever comes in between, bytes over bandwidth is when the last one is served.
  for (const std::uint32_t bytes : {64u, 192u, 256u, 320u, 1024u}) {
    std::vector<Transfer> others;
    for (Cycle i = 0; i < 10; ++i) others.push_back({7 * i, {64 * i, 1, bytes, 0}, true});
    const Outcome outcome = serve(pipe(), {{{0, {0, 1, 12800, 0}}}, others});
    EXPECT_EQ(outcome.counts.read_bytes, 12800u);
    EXPECT_EQ(outcome.counts.write_bytes, 10u * bytes);
    EXPECT_EQ(std::max(outcome.answers[0][0].returned, outcome.answers[1].back().returned),
              (12800u + 10 * bytes) / 64);
  }
}

TEST(DramModule, ASlowerMemoryClockRoundsUpToItsEdge) {
  DramSystem system = pipe();
  system.device.tck_ns = 2;  // 128 bytes a clock
  const Outcome outcome = serve(system, {{{0, {0, 1, 320, 0}}}});
  expect_answer(outcome.answers[0][0], 6, 0);  // 2.5 clocks, that is 3 of 2 cycles
}

TEST(DramModule, ABankedReadWaitsForItsRowAndItsColumn) {
  // The queue takes it at once; activate to read tRCD = 17, read to data CL = 17, burst 4.
  const Outcome outcome = serve(ddr4(), {{{0, {0, 1, 64, 0}}, {1000, {0, 1, 64, 0}}}});
  expect_answer(outcome.answers[0][0], 0, 17 + 17 + 4);
  expect_answer(outcome.answers[0][1], 1000, 17 + 4);
  EXPECT_EQ(outcome.counts.activates, 1u);
  EXPECT_EQ(outcome.counts.row_hits, 1u);
}

TEST(DramModule, RefreshesFallDueUntilTheEndOfTheRun) {
  // tREFI = 9360
  EXPECT_EQ(serve(ddr4(), {{{9000, {0, 1, 64, 0}}}}).counts.refreshes, 0u);
  EXPECT_EQ(serve(ddr4(), {{{20000, {0, 1, 64, 0}}}}).counts.refreshes, 2u);
}

TEST(DramModule, TurnsLoseNoBytesOfBankedMemory) {
  const std::vector<Transfer> reads = {{0, {0, 16, 1024, 4096}}, {0, {1 << 20, 1, 8192, 0}}};
  const std::vector<Transfer> writes = {{50, {1 << 22, 1, 40000, 0}, true}};
  const Outcome outcome = serve(ddr4(), {reads, writes});
  EXPECT_EQ(outcome.counts.read_bytes, 16u * 1024 + 8192);
  EXPECT_EQ(outcome.counts.write_bytes, 40000u);
  const Cycle peak_cycles = (16 * 1024 + 8192 + 40000) / 64 * 4;  // 64 bytes take 4 clocks
  const Answer& last = outcome.answers[1][0];
  EXPECT_GE(last.returned + last.delay, peak_cycles);
  EXPECT_LE(last.returned + last.delay, 2 * peak_cycles) << "turns must not cost as much as data";
}

}  // namespace
}  // namespace saccade
