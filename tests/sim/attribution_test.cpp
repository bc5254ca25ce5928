#include "sim/attribution.hpp"

#include <gtest/gtest.h>

#include <map>
#include <tuple>

#include "sim/hand_program.hpp"

namespace saccade {
namespace {

using hand::HandProgram;
using hand::run;
using hand::tiny_machine;

constexpr GemmTile kTile = {4, 4, 10};  // 10 cycles of stream, 10 of tail
constexpr std::uint32_t kBytes = 640;   // 10 cycles of DRAM

using Key = std::tuple<std::size_t, std::string, std::string>;
using Shares = std::map<Key, Cycle>;

/// Exclusive cycles that are not zero, by op, kind of work and edge, in the names of the report.
Shares shares(const SimResult& result) {
  Shares found;
  for (std::size_t op = 0; op < result.ops.size(); ++op) {
    for (std::size_t kind = 0; kind < kWorkKinds; ++kind) {
      for (std::size_t edge = 0; edge < kEdges; ++edge) {
        const Cycle cycles = result.ops[op].exclusive[kind][edge];
        if (cycles > 0) found[{op, work_kind_names[kind], edge_names[edge]}] = cycles;
      }
    }
  }
  return found;
}

Cycle sum_of_ops(const SimResult& result) {
  Cycle sum = 0;
  for (const OpActivity& op : result.ops) sum += op.exclusive_cycles();
  return sum;
}

TEST(Attribution, AChainOfNeedsSharesOutEveryTask) {
  HandProgram program(4);
  program.load(0, kBytes);
  program.compute(1, kTile).need(0, Stage::load_input, 1);
  program.post(2, 8, 3).need(1, Stage::compute, 1);
  program.store(3, 320).need(2, Stage::post, 1);
  const SimResult result = run(program, tiny_machine());
  EXPECT_EQ(result.cycles, 46u);
  EXPECT_EQ(shares(result), (Shares{{{0, "dram", "dependency"}, 10},
                                    {{1, "ideal", "dependency"}, 10},
                                    {{1, "fill_drain", "dependency"}, 10},
                                    {{2, "nonlinear", "dependency"}, 11},
                                    {{3, "dram", "end"}, 5}}));
}

TEST(Attribution, WorkBesideTheCriticalPathGetsNothing) {
  HandProgram program(2);
  program.load(0, kBytes);
  program.post(1, 25);
  EXPECT_EQ(shares(run(program, tiny_machine())), (Shares{{{1, "nonlinear", "end"}, 25}}));
}

TEST(Attribution, PEsWithoutWorkAreQuantisation) {
  // 4 x 2 results of a 4 x 4 array: 80 MACs are 5 cycles of 16 PEs, the stream is 10.
  HandProgram program(1);
  program.compute(0, {4, 2, 10});
  EXPECT_EQ(shares(run(program, tiny_machine())), (Shares{{{0, "ideal", "end"}, 5},
                                                          {{0, "quantisation", "end"}, 5},
                                                          {{0, "fill_drain", "end"}, 10}}));
}

TEST(Attribution, WaitingForPortsIsCountedByTheTaskItself) {
  // 10 cycles of stream, 15 of ports; the tail of 10 follows.
  HandProgram program(2);
  program.compute(0, kTile, 15);
  program.post(1, 5, 0, 9).need(0, Stage::compute, 1);
  EXPECT_EQ(shares(run(program, tiny_machine())), (Shares{{{0, "ideal", "dependency"}, 10},
                                                          {{0, "interconnect", "dependency"}, 5},
                                                          {{0, "fill_drain", "dependency"}, 10},
                                                          {{1, "interconnect", "end"}, 4},
                                                          {{1, "nonlinear", "end"}, 5}}));
}

TEST(Attribution, WaitingForTheInterconnectIsNotDram) {
  Accelerator machine = tiny_machine();
  machine.interconnect.width_bits = 128;  // 16 bytes a cycle, a quarter of the memory's
  HandProgram program(1);
  program.load(0, kBytes);
  EXPECT_EQ(shares(run(program, machine)),
            (Shares{{{0, "dram", "end"}, 10}, {{0, "interconnect", "end"}, 30}}));
}

TEST(Attribution, OutcomesOfDecisionsAreToldFromVectorWork) {
  HandProgram program(1);
  program.post(0, 8);
  program.decides();
  EXPECT_EQ(shares(run(program, tiny_machine())), (Shares{{{0, "decision", "end"}, 8}}));
}

TEST(Attribution, AUnitEdgeCutsThePredecessorAtItsOccupancy) {
  HandProgram program(2);
  program.compute(0, kTile);
  program.compute(1, kTile);
  EXPECT_EQ(shares(run(program, tiny_machine())), (Shares{{{0, "ideal", "unit"}, 10},
                                                          {{1, "ideal", "end"}, 10},
                                                          {{1, "fill_drain", "end"}, 10}}));
}

TEST(Attribution, ASingleBufferShowsAsBufferSpace) {
  HandProgram program(2);
  for (std::uint32_t op = 0; op < 2; ++op) {
    program.load(op, kBytes).acquire(op, kBytes);
    program.compute(op, kTile).need(op, Stage::load_input, 1).release(op);
  }
  EXPECT_EQ(shares(run(program, tiny_machine({kBytes}))),
            (Shares{{{0, "dram", "dependency"}, 10},
                    {{0, "ideal", "buffer_space"}, 10},
                    {{0, "fill_drain", "buffer_space"}, 10},
                    {{1, "dram", "dependency"}, 10},
                    {{1, "ideal", "end"}, 10},
                    {{1, "fill_drain", "end"}, 10}}));
}

TEST(Attribution, AShortQueueShowsAsQueue) {
  // Depth 1: the load is let in when the second vector task leaves, at 200.
  HandProgram program(5);
  for (std::uint32_t op = 0; op < 4; ++op) program.post(op, 100);
  program.load(4, 300 * 64);
  SimOptions options;
  options.queue_depth = 1;
  const SimResult result = run(program, tiny_machine(), options);
  EXPECT_EQ(result.records[4].by, 1u);
  EXPECT_EQ(shares(result), (Shares{{{0, "nonlinear", "unit"}, 100},
                                    {{1, "nonlinear", "queue"}, 100},
                                    {{4, "dram", "end"}, 300}}));
}

TEST(Attribution, TheGrantOfAFullQueuePassesOnItsReleaser) {
  // Depth 1: task 2 is filed, and finds space, when task 0 leaves the vector unit at 50; but that
  // unit is held by task 1 until 80.
  HandProgram program(4);
  program.post(0, 50);
  program.post(1, 30);
  program.post(2, 10).acquire(0, 100);
  program.load(3, 64 * 100).acquire(1, 100);
  SimOptions options;
  options.queue_depth = 1;
  const SimResult result = run(program, tiny_machine(), options);
  EXPECT_EQ(hand::span(result, 2), hand::Span(80, 90));
  EXPECT_EQ(hand::span(result, 3), hand::Span(50, 150));
  EXPECT_EQ(shares(result), (Shares{{{0, "nonlinear", "queue"}, 50}, {{3, "dram", "end"}, 100}}));
}

TEST(Attribution, LaterOpsAreAccountedFromTheEndOfTheEarlierOnes) {
  HandProgram program(3);
  program.load(0, kBytes);
  program.post(1, 25).need(0, Stage::load_input, 1);
  program.compute(2, {4, 4, 40}).need(0, Stage::load_input, 1);
  SimOptions options;
  options.accounted_from_op = 1;
  SimResult result = run(program, tiny_machine(), options);
  EXPECT_EQ(result.cycles, 60u);
  EXPECT_EQ(result.accounted_from, 10u);
  EXPECT_EQ(shares(result), (Shares{{{2, "ideal", "end"}, 40}, {{2, "fill_drain", "end"}, 10}}));
  options.accounted_from_op = 2;
  result = run(program, tiny_machine(), options);
  EXPECT_EQ(result.accounted_from, 35u) << "in the middle of the product";
  EXPECT_EQ(sum_of_ops(result), 25u);
  options.accounted_from_op = 0;
  EXPECT_EQ(sum_of_ops(run(program, tiny_machine(), options)), 60u);
}

/// One op, one task from 0 to 10, and what a second record says of its releaser.
SimResult two_records(Cycle start, TaskIndex by) {
  SimResult result;
  result.ops.resize(1);
  result.records.push_back({0, 10, 0, kNoTask, 0, 0, Edge::start, Stage::post});
  result.records.push_back({start, 30, 0, by, 0, 0, Edge::need, Stage::post});
  return result;
}

TEST(Attribution, RecordsThatContradictThemselvesAreAnError) {
  TileWork work;
  work.stage = Stage::post;
  const std::vector<TileWork> works = {work};
  const std::vector<ArrayShare> no_array(1);
  SimResult sound = two_records(10, 0);
  attribute(sound, works, no_array);
  EXPECT_EQ(sum_of_ops(sound), 30u);
  SimResult gap = two_records(15, 0);
  EXPECT_THROW(attribute(gap, works, no_array), std::logic_error);
  SimResult unexplained = two_records(10, kNoTask);
  EXPECT_THROW(attribute(unexplained, works, no_array), std::logic_error);
}

TEST(Attribution, NamesAreThereForAllKindsAndEdges) {
  for (const char* name : work_kind_names) EXPECT_NE(name, nullptr);
  for (const char* name : edge_names) EXPECT_NE(name, nullptr);
}

}  // namespace
}  // namespace saccade
