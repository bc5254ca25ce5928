// A run on a memory of somebody else: a plain TLM-2.0 target that knows nothing of this program.
#include "sim/foreign_memory.hpp"

#include <gmock/gmock.h>

#include <optional>
#include <utility>
#include <vector>

#include "sim/hand_program.hpp"

namespace saccade {
namespace {

using hand::HandProgram;
using hand::run;
using hand::Span;
using hand::span;
using hand::tiny_machine;

/// 20 ns and a nanosecond per 64 bytes, annotated or waited for.
class PlainMemory : public sc_core::sc_module {
 public:
  tlm_utils::simple_target_socket<PlainMemory> socket{"socket"};
  std::vector<std::pair<std::uint64_t, unsigned>>* requests = nullptr;
  bool waits = false;
  std::uint64_t bytes = ~std::uint64_t{0};

  explicit PlainMemory(const sc_core::sc_module_name& name) : sc_module(name) {
    socket.register_b_transport(this, &PlainMemory::b_transport);
  }

 private:
  void b_transport(tlm::tlm_generic_payload& payload, sc_core::sc_time& delay) {
    if (payload.get_address() + payload.get_data_length() > bytes) {
      return payload.set_response_status(tlm::TLM_ADDRESS_ERROR_RESPONSE);
    }
    if (requests != nullptr) {
      requests->emplace_back(payload.get_address(), payload.get_data_length());
    }
    payload.get_data_ptr()[payload.get_data_length() - 1] = 1;
    const sc_core::sc_time takes(20 + payload.get_data_length() / 64.0, sc_core::SC_NS);
    if (waits) {
      wait(takes);
    } else {
      delay += takes;
    }
    payload.set_response_status(tlm::TLM_OK_RESPONSE);
  }
};

struct Bound : ForeignMemory {
  PlainMemory memory{"plain_memory"};
  std::optional<sc_core::sc_clock> clock;
  DramCounts counted;

  void bind(tlm::tlm_initiator_socket<>& requests) override { requests.bind(memory.socket); }
  DramCounts commands() const override { return counted; }
};

/// Options with a memory that `change` has set up.
template <class Change>
SimOptions with(Change change) {
  SimOptions options;
  options.foreign_memory = [change] {
    auto bound = std::make_unique<Bound>();
    change(*bound);
    return bound;
  };
  return options;
}

const auto as_it_is = [](Bound&) {};

/// A load, a tile of 20 cycles, and a store: 640 bytes each way take 20 + 10 ns.
HandProgram small_run() {
  HandProgram program(1);
  program.load(0, 640);
  program.compute(0, {4, 4, 10}).need(0, Stage::load_input, 1);
  program.store(0, 640).need(0, Stage::compute, 1);
  return program;
}

TEST(ForeignMemory, AWholeRunTakesItsTime) {
  for (const bool waits : {false, true}) {
    HandProgram program = small_run();
    const SimResult result =
        run(program, tiny_machine(), with([waits](Bound& bound) { bound.memory.waits = waits; }));
    EXPECT_EQ(span(result, 0), Span(0, 30));
    EXPECT_EQ(span(result, 1), Span(30, 50));
    EXPECT_EQ(span(result, 2), Span(50, 80));
    EXPECT_EQ(result.cycles, 80u);
    EXPECT_EQ(result.counts.dram.read_bytes, 640u);
    EXPECT_EQ(result.counts.dram.write_bytes, 640u);
    EXPECT_EQ(result.counts.dram.activates, 0u);
  }
}

TEST(ForeignMemory, ACycleLastsAsLongAsItDoes) {
  HandProgram program = small_run();
  Accelerator machine = tiny_machine();
  machine.clock_hz = 400e6;  // 30 ns are 12 cycles
  EXPECT_EQ(span(run(program, machine, with(as_it_is)), 2), Span(32, 44));
  machine.clock_hz = 700e6;  // 1.429 ns, of which 30 ns are 20.99: no cycle is cut
  EXPECT_EQ(span(run(program, machine, with(as_it_is)), 2), Span(41, 62));
  // A run after it tells time in cycles again: 640 bytes over a pipe of 64 GB/s.
  machine.clock_hz = 1e9;
  EXPECT_EQ(span(run(program, machine), 0), Span(0, 10));
}

TEST(ForeignMemory, RowsAreRequestsOfWholeBurstsOneAfterTheOther) {
  std::vector<std::pair<std::uint64_t, unsigned>> requests;
  HandProgram program(1);
  program.move(hand::kIn, program.dma_work(0, Stage::load_input, 256), {32, 2, 64, 256});
  const SimResult result =
      run(program, tiny_machine(),
          with([&requests](Bound& bound) { bound.memory.requests = &requests; }));
  EXPECT_THAT(requests, testing::ElementsAre(std::pair(0, 128), std::pair(256, 128)));
  EXPECT_EQ(result.cycles, 2u * (20 + 2));
  EXPECT_EQ(result.counts.dram.read_bytes, 256u);
  EXPECT_EQ(result.counts.dram.useful_read_bytes, 128u);
}

TEST(ForeignMemory, ChannelsHaveRequestsInFlightTogether) {
  HandProgram program(2);
  program.load(0, 640);
  program.load(0, 640);
  program.store(1, 1280);
  const SimResult result = run(program, tiny_machine(), with(as_it_is));
  EXPECT_EQ(span(result, 0), Span(0, 30));
  EXPECT_EQ(span(result, 1), Span(30, 60));
  EXPECT_EQ(span(result, 2), Span(0, 40));
}

TEST(ForeignMemory, ItsOwnCountsAreTaken) {
  HandProgram program = small_run();
  const SimResult result = run(program, tiny_machine(), with([](Bound& bound) {
                                 bound.counted.activates = 7;
                                 bound.counted.read_bytes = 1;
                               }));
  EXPECT_EQ(result.counts.dram.activates, 7u);
  EXPECT_EQ(result.counts.dram.read_bytes, 640u) << "bytes are counted by who asks";
}

TEST(ForeignMemory, AClockThatNeverEndsDoesNotHoldUpTheEnd) {
  HandProgram program = small_run();
  const SimResult result =
      run(program, tiny_machine(),
          with([](Bound& bound) { bound.clock.emplace("clock", 1, sc_core::SC_NS); }));
  EXPECT_EQ(result.cycles, 80u);
}

TEST(ForeignMemory, ARefusedRequestStopsTheRun) {
  HandProgram program = small_run();
  const auto small = with([](Bound& bound) { bound.memory.bytes = 600; });
  try {
    run(program, tiny_machine(), small);
    FAIL() << "should have stopped";
  } catch (const std::logic_error& error) {
    EXPECT_THAT(error.what(), testing::HasSubstr("refused a transfer: TLM_ADDRESS_ERROR"));
  }
}

}  // namespace
}  // namespace saccade
