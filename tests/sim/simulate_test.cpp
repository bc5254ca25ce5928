#include "sim/simulate.hpp"

#include <gtest/gtest.h>

#include <vector>

#include "sim/hand_program.hpp"

namespace saccade {
namespace {

using hand::HandProgram;
using hand::run;
using hand::Span;
using hand::span;
using hand::tiny_machine;

/// Streams 10 cycles and completes after 20 (see tiny_machine).
constexpr GemmTile kTile = {4, 4, 10};
/// 10 cycles of DRAM.
constexpr std::uint32_t kBytes = 640;

TEST(Simulate, AnEmptyProgramTakesNoTime) {
  HandProgram program(0);
  const SimResult result = run(program, tiny_machine());
  EXPECT_EQ(result.cycles, 0u);
  EXPECT_TRUE(result.records.empty());
  EXPECT_EQ(result.busy_cycles.size(), 4u);
}

TEST(Simulate, AnArrayTaskAloneTakesTheClosedForm) {
  const Accelerator machine = tiny_machine();
  const auto& array = std::get<SystolicArray>(machine.engines[0].kind);
  for (const GemmTile& tile : {kTile, GemmTile{1, 1, 1}, {9, 6, 3}, {4, 8, 100}}) {
    HandProgram program(1);
    program.compute(0, tile);
    EXPECT_EQ(run(program, machine).cycles, static_cast<Cycle>(gemm_cycles(array, tile)));
  }
  HandProgram program(1);
  program.compute(0, kTile);
  EXPECT_EQ(run(program, machine).cycles, 20u);  // 10 + (4 + 4 - 2 + 4)
}

TEST(Simulate, ArrayTasksBackToBackOverlapTheirTails) {
  HandProgram program(1);
  program.compute(0, kTile);
  program.compute(0, kTile);
  const SimResult result = run(program, tiny_machine());
  EXPECT_EQ(span(result, 0), Span(0, 20));
  EXPECT_EQ(span(result, 1), Span(10, 30));
  EXPECT_EQ(result.busy_cycles[hand::kArray], 20u);
}

TEST(Simulate, AShortTileWaitsForTheShadowRegistersOfTheOneBefore) {
  // A stream of 2 leaves 4 rows in the shadow registers, so that the next tile leads by 4 - 2.
  HandProgram program(1);
  program.compute(0, {4, 4, 2});
  program.compute(0, {4, 4, 2});
  const SimResult result = run(program, tiny_machine());
  EXPECT_EQ(span(result, 0), Span(0, 12));
  EXPECT_EQ(span(result, 1), Span(2, 16));
  EXPECT_EQ(result.busy_cycles[hand::kArray], 2u + 4u);
}

TEST(Simulate, IdleTimeOfTheArrayEmptiesItsShadowRegisters) {
  HandProgram program(2);
  program.compute(0, {4, 4, 2});
  program.post(1, 5);
  program.compute(0, {4, 4, 2}).need(1, Stage::post, 1);
  const SimResult result = run(program, tiny_machine());
  EXPECT_EQ(span(result, 2), Span(5, 17));
}

TEST(Simulate, HeldWeightsAreLoadedAheadOnlyOnceTheyAreThere) {
  // Weight-stationary: 4 rows of weights to load, a stream of m = 10, a tail of 4 + 4 - 2.
  Accelerator machine = tiny_machine();
  auto& array = std::get<SystolicArray>(machine.engines[0].kind);
  array.dataflow = Dataflow::weight_stationary;
  const GemmTile tile = {10, 4, 4};
  HandProgram ahead(1);
  ahead.compute(0, tile);
  ahead.compute(0, tile);
  const SimResult hidden = run(ahead, machine);
  EXPECT_EQ(span(hidden, 0), Span(0, 20));
  EXPECT_EQ(span(hidden, 1), Span(14, 30));

  HandProgram late(2);
  late.compute(0, tile);
  late.post(1, 12);
  late.compute(0, tile).need(1, Stage::post, 1);
  EXPECT_EQ(span(run(late, machine), 2), Span(14, 32)) << "ready for 2 of the 4 cycles";
}

TEST(Simulate, ThePortsOfTheBuffersMayStarveTheArray) {
  HandProgram program(1);
  program.compute(0, kTile, 15);
  program.compute(0, kTile, 3);
  const SimResult result = run(program, tiny_machine());
  EXPECT_EQ(span(result, 0), Span(0, 25));
  EXPECT_EQ(span(result, 1), Span(15, 35));
}

TEST(Simulate, AVectorTaskIsBoundByItsLanesOrItsPorts) {
  HandProgram program(1);
  program.post(0, 5, 3);
  program.post(0, 5, 3, 9);
  program.post(0, 5, 3, 4);
  const SimResult result = run(program, tiny_machine());
  EXPECT_EQ(span(result, 0), Span(0, 8));
  EXPECT_EQ(span(result, 1), Span(5, 17));
  EXPECT_EQ(span(result, 2), Span(14, 22));
  EXPECT_EQ(result.busy_cycles[hand::kVector], 19u);
}

TEST(Simulate, UnitsShareThePortsOfABuffer) {
  // The array needs the ports of buffer 0 for all of its 10 cycles; the vector unit, which needs
  // them for 4 of its 5, has none before that.
  HandProgram program(2);
  program.compute(0, kTile, 10);
  program.post(1, 5, 0, 4);
  const SimResult result = run(program, tiny_machine());
  EXPECT_EQ(span(result, 0), Span(0, 20));
  EXPECT_EQ(span(result, 1), Span(0, 15));
  EXPECT_EQ(result.records[1].blocked, 10u);
}

TEST(Simulate, PortsThatSufficeForAllBlockNobody) {
  HandProgram program(2);
  program.compute(0, kTile, 5);
  program.post(1, 10, 0, 5);
  const SimResult result = run(program, tiny_machine());
  EXPECT_EQ(span(result, 0), Span(0, 20));
  EXPECT_EQ(span(result, 1), Span(0, 10));
  EXPECT_EQ(result.records[1].blocked, 0u);
}

TEST(Simulate, ArraysComeBeforeLoadsAtAPort) {
  // The load came first; but the array, which needs half of the ports, does not wait for it.
  HandProgram program(2);
  program.load(0, kBytes);
  program.ports_of_last({{0, 10}});
  program.compute(1, kTile, 5);
  const SimResult result = run(program, tiny_machine());
  EXPECT_EQ(span(result, 1), Span(0, 20));
  EXPECT_EQ(result.records[1].blocked, 0u);
}

TEST(Simulate, ALoadWaitsForThePortsOfItsBuffer) {
  HandProgram program(2);
  program.post(1, 30, 0, 30);
  program.load(0, kBytes);
  program.ports_of_last({{0, 10}});
  const SimResult result = run(program, tiny_machine());
  EXPECT_EQ(span(result, 1), Span(0, 40));
  EXPECT_EQ(result.records[1].blocked, 30u);
}

TEST(Simulate, ResultsLeaveAUnitInOrder) {
  HandProgram program(1);
  program.post(0, 5, 20);
  program.post(0, 5);
  program.post(0, 30);
  const SimResult result = run(program, tiny_machine());
  EXPECT_EQ(span(result, 0), Span(0, 25));
  EXPECT_EQ(span(result, 1), Span(5, 25));
  EXPECT_EQ(span(result, 2), Span(10, 40));
}

TEST(Simulate, ComputeWaitsForItsLoad) {
  HandProgram program(1);
  program.load(0, kBytes);
  program.compute(0, kTile).need(0, Stage::load_input, 1);
  const SimResult result = run(program, tiny_machine());
  EXPECT_EQ(span(result, 0), Span(0, 10));
  EXPECT_EQ(span(result, 1), Span(10, 30));
}

/// Four tiles of load and compute, each in a region of its own.
HandProgram load_and_compute(std::uint32_t tiles) {
  HandProgram program(1);
  for (std::uint32_t i = 0; i < tiles; ++i) {
    program.load(0, kBytes).acquire(i, kBytes);
    program.compute(0, kTile).need(0, Stage::load_input, i + 1).release(i);
  }
  return program;
}

TEST(Simulate, ASingleBufferSerialisesLoadAndCompute) {
  HandProgram program = load_and_compute(4);
  const SimResult result = run(program, tiny_machine({kBytes}));
  for (std::size_t i = 0; i < 4; ++i) {
    EXPECT_EQ(span(result, 2 * i), Span(30 * i, 30 * i + 10));
    EXPECT_EQ(span(result, 2 * i + 1), Span(30 * i + 10, 30 * i + 30));
  }
}

TEST(Simulate, DoubleBufferingLoadsWhileItComputes) {
  HandProgram program = load_and_compute(4);
  const SimResult result = run(program, tiny_machine({2 * kBytes}));
  const Span loads[] = {{0, 10}, {10, 20}, {30, 40}, {40, 50}};
  const Span computes[] = {{10, 30}, {20, 40}, {40, 60}, {50, 70}};
  for (std::size_t i = 0; i < 4; ++i) {
    EXPECT_EQ(span(result, 2 * i), loads[i]) << "load " << i;
    EXPECT_EQ(span(result, 2 * i + 1), computes[i]) << "compute " << i;
  }
  EXPECT_EQ(run(program, tiny_machine({4 * kBytes})).cycles, 60u) << "the array streams";
}

TEST(Simulate, PostProcessingIsPipelinedBehindCompute) {
  HandProgram program(1);
  for (std::uint32_t i = 0; i < 3; ++i) {
    program.compute(0, kTile);
    program.post(0, 8).need(0, Stage::compute, i + 1);
  }
  const SimResult result = run(program, tiny_machine());
  for (std::size_t i = 0; i < 3; ++i) {
    EXPECT_EQ(span(result, 2 * i), Span(10 * i, 10 * i + 20));
    EXPECT_EQ(span(result, 2 * i + 1), Span(10 * i + 20, 10 * i + 28));
  }
}

TEST(Simulate, CopiesOfAnEngineWorkSideBySide) {
  Accelerator machine = tiny_machine();
  machine.engines[0].count = 2;  // units: in, out, array_0, array_1, vector
  HandProgram program(1);
  const std::uint32_t lengthy = program.array_work(0, {4, 4, 50});
  const std::uint32_t brief = program.array_work(0, kTile);
  program.add(2, lengthy);
  program.add(3, brief);
  program.add(4, program.vector_work(0, 1)).need(0, Stage::compute, 1);
  program.add(4, program.vector_work(0, 1)).need(0, Stage::compute, 2);
  const SimResult result = run(program, machine);
  EXPECT_EQ(span(result, 1), Span(0, 20));
  EXPECT_EQ(span(result, 2), Span(60, 61)) << "the first tile is not the first to be finished";
  EXPECT_EQ(result.cycles, 62u);
}

TEST(Simulate, TransfersOfOneChannelOverlapTheirLatency) {
  Accelerator machine = tiny_machine();
  machine.dram.latency_ns = 7;
  HandProgram program(1);
  program.load(0, kBytes);
  program.load(0, kBytes);
  const SimResult result = run(program, machine);
  EXPECT_EQ(span(result, 0), Span(0, 17));
  EXPECT_EQ(span(result, 1), Span(10, 27));
}

TEST(Simulate, TwoChannelsShareTheMemoryInTurns) {
  // Turns of 4 cycles: in 0-4, out 4-8, in 8-12, out 12-16, in 16-18, out 18-20.
  HandProgram program(1);
  program.load(0, kBytes);
  program.store(0, kBytes);
  const SimResult result = run(program, tiny_machine());
  EXPECT_EQ(span(result, 0), Span(0, 18));
  EXPECT_EQ(span(result, 1), Span(0, 20));
}

TEST(Simulate, ATransferIsCutAtTheQuantumInWhichAnotherArrives) {
  struct Case {
    std::int64_t arrival;
    Span load, store;
  };
  // A load of 16 cycles, and a store of 4 that comes meanwhile.
  for (const Case& c : {Case{1, {0, 20}, {1, 8}},
                        {4, {0, 20}, {4, 8}},
                        {5, {0, 20}, {5, 12}},
                        {13, {0, 16}, {13, 20}},
                        {16, {0, 16}, {16, 20}}}) {
    HandProgram program(2);
    program.load(0, 1024);
    program.post(1, c.arrival);
    program.store(0, 256).need(1, Stage::post, 1);
    const SimResult result = run(program, tiny_machine());
    EXPECT_EQ(span(result, 0), c.load) << "arrival at " << c.arrival;
    EXPECT_EQ(span(result, 2), c.store) << "arrival at " << c.arrival;
  }
}

TEST(Simulate, AnInterconnectNarrowerThanTheMemoryBounds) {
  Accelerator machine = tiny_machine();
  machine.interconnect.width_bits = 128;  // 16 bytes a cycle
  HandProgram program(1);
  program.load(0, kBytes);
  program.store(0, kBytes);
  const SimResult bus = run(program, machine);
  EXPECT_EQ(span(bus, 0), Span(0, 40));
  EXPECT_EQ(span(bus, 1), Span(0, 80));
  machine.interconnect.kind = InterconnectKind::crossbar;
  const SimResult crossbar = run(program, machine);
  EXPECT_EQ(span(crossbar, 0), Span(0, 40));
  EXPECT_EQ(span(crossbar, 1), Span(0, 40)) << "each channel has a path of its own";
}

TEST(Simulate, TheInterconnectHidesTheLatencyOfTheMemory) {
  Accelerator machine = tiny_machine();
  machine.interconnect.width_bits = 128;
  machine.dram.latency_ns = 35;
  HandProgram program(1);
  program.load(0, kBytes);  // 40 cycles of bus; 10 + 35 of memory
  EXPECT_EQ(run(program, machine).cycles, 45u);
}

TEST(Simulate, AnIdealMemoryTakesNoTime) {
  Accelerator machine = tiny_machine();
  machine.dram.fidelity = DramFidelity::ideal;
  machine.interconnect.width_bits = 512;  // the bus still takes 10 cycles
  HandProgram program(1);
  program.load(0, kBytes);
  EXPECT_EQ(run(program, machine).cycles, 10u);
}

TEST(Simulate, AnIdealInterconnectAddsNothingToTheMemory) {
  Accelerator machine = tiny_machine();
  machine.interconnect.width_bits = 128;  // 40 cycles of bus; 10 of memory
  machine.interconnect.fidelity = InterconnectFidelity::ideal;
  HandProgram program(1);
  program.load(0, kBytes);
  program.store(0, kBytes);
  EXPECT_EQ(run(program, machine).cycles, 20u);
  machine.dram.fidelity = DramFidelity::ideal;
  HandProgram again(1);
  again.load(0, kBytes);
  again.store(0, kBytes);
  EXPECT_EQ(run(again, machine).cycles, 0u);
}

TEST(Simulate, ADeeperQueueLetsLaterTasksOfOtherUnitsIn) {
  // One task works and `depth` wait; the load follows four vector tasks in the program.
  HandProgram program(1);
  for (int i = 0; i < 4; ++i) program.post(0, 100);
  program.load(0, kBytes);
  SimOptions options;
  options.queue_depth = 1;
  EXPECT_EQ(span(run(program, tiny_machine(), options), 4), Span(200, 210));
  options.queue_depth = 2;
  EXPECT_EQ(span(run(program, tiny_machine(), options), 4), Span(100, 110));
  options.queue_depth = 4;
  EXPECT_EQ(span(run(program, tiny_machine(), options), 4), Span(0, 10));
  Accelerator machine = tiny_machine();
  machine.queue_depth = 1;
  EXPECT_EQ(span(run(program, machine), 4), Span(200, 210)) << "the accelerator's own depth";
}

TEST(Simulate, OpsSpanTheirTasksAndCountThem) {
  HandProgram program(3);
  const std::uint32_t work = program.array_work(0, kTile);
  program.add(hand::kArray, work);
  program.add(hand::kArray, work);
  program.post(1, 6, 1).need(0, Stage::compute, 2);
  const SimResult result = run(program, tiny_machine());
  EXPECT_EQ(result.ops[0].start, 0u);
  EXPECT_EQ(result.ops[0].end, 30u);
  EXPECT_EQ(result.ops[0].tasks, 2u);
  EXPECT_EQ(result.ops[1].start, 30u);
  EXPECT_EQ(result.ops[1].end, 37u);
  EXPECT_EQ(result.ops[1].tasks, 1u);
  EXPECT_EQ(result.ops[2].tasks, 0u);
  EXPECT_EQ(result.cycles, 37u);
}

TEST(Simulate, AnOpThatStartsWithATaskOfNoTimeStartsThere) {
  HandProgram program(2);
  program.post(0, 0);
  program.post(1, 9);
  program.compute(0, kTile).need(1, Stage::post, 1);
  EXPECT_EQ(run(program, tiny_machine()).ops[0].start, 0u);
}

TEST(Simulate, CountsAreThoseOfTheExecutedTasks) {
  HandProgram program(2);
  const std::uint32_t product = program.array_work(0, kTile);
  const std::uint32_t sweep = program.vector_work(1, 8);
  for (int i = 0; i < 3; ++i) program.add(hand::kArray, product);
  for (int i = 0; i < 2; ++i) program.add(hand::kVector, sweep);
  program.load(0, kBytes);
  program.store(1, 64);
  const SimResult result = run(program, tiny_machine());
  EXPECT_EQ(total_macs(result.ops[0].counts), 3u * 160);
  EXPECT_EQ(result.ops[1].counts.vector[0][0], 16u);
  EXPECT_EQ(result.ops[0].counts.dram.read_bytes, kBytes);
  EXPECT_EQ(result.ops[1].counts.dram.write_bytes, 64u);
  EXPECT_EQ(total_macs(result.counts), 480u);
  EXPECT_EQ(result.counts.dram.read_bytes, kBytes);
  EXPECT_EQ(result.counts.dram.useful_read_bytes, kBytes) << "the memory's own count";
  EXPECT_EQ(result.counts.dram.write_bytes, 64u);
  EXPECT_EQ(result.counts.interconnect_bytes, kBytes + 64u);
}

TEST(Simulate, BusyCyclesAreOccupancyByUnit) {
  HandProgram program(1);
  program.load(0, kBytes);
  program.compute(0, kTile).need(0, Stage::load_input, 1);
  program.post(0, 8, 5).need(0, Stage::compute, 1);
  program.store(0, 128).need(0, Stage::post, 1);
  const SimResult result = run(program, tiny_machine());
  EXPECT_EQ(result.busy_cycles, (std::vector<Cycle>{10, 2, 10, 8}));
  EXPECT_EQ(result.cycles, 10u + 20 + 13 + 2);
}

TEST(Simulate, StallsMoveCyclesAndNothingElse) {
  HandProgram program = load_and_compute(20);
  const Accelerator machine = tiny_machine({2 * kBytes});
  const SimResult steady = run(program, machine);
  SimOptions options;
  options.stall_seed = 1;
  const SimResult stalled = run(program, machine, options);
  EXPECT_GT(stalled.cycles, steady.cycles);
  EXPECT_TRUE(stalled.counts == steady.counts);
  EXPECT_EQ(run(program, machine, options).cycles, stalled.cycles);
  options.stall_seed = 2;
  EXPECT_NE(run(program, machine, options).cycles, stalled.cycles);
}

TEST(Simulate, OneWaitPerTransferWhenNobodyElseComes) {
  HandProgram program(1);
  program.load(0, 1 << 20);
  const std::uint64_t whole = run(program, tiny_machine()).kernel_waits;
  HandProgram small(1);
  small.load(0, 64);
  EXPECT_EQ(whole, run(small, tiny_machine()).kernel_waits);
}

}  // namespace
}  // namespace saccade
