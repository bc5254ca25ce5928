#include "sim/core.hpp"

#include <gtest/gtest.h>

#include <initializer_list>
#include <string>

#include "sim/hand_program.hpp"

namespace saccade {
namespace {

using hand::Step;

constexpr Stage kLoad = Stage::load_input;
constexpr Stage kCompute = Stage::compute;

/// A task of op 0 that finishes tiles `first` to `first + finishes` of a stage.
Step task(Stage stage, std::uint32_t first, std::uint32_t finishes = 1) {
  Step step;
  step.counter = tile_counter(0, stage);
  step.first = first;
  step.finishes = finishes;
  return step;
}

/// A core of one op that emits at cycle 0 and starts whatever is told to complete.
struct Bench {
  Core core;

  explicit Bench(std::vector<std::uint64_t> capacities = {100}) : core(1, std::move(capacities)) {}

  Core::Slot emit(const Step& step, Cycle now = 0, TaskIndex by = kNoTask) {
    return core.emit(step, now, by);
  }
  void complete(std::initializer_list<Core::Slot> slots, Cycle now) {
    for (const Core::Slot slot : slots) core.complete(slot, now);
  }
  const TaskRecord& record(std::size_t task) const { return core.records().at(task); }
};

void expect_release(const TaskRecord& record, Cycle start, TaskIndex by, Edge edge) {
  EXPECT_EQ(record.start, start);
  EXPECT_EQ(record.by, by);
  EXPECT_EQ(record.edge, edge);
}

TEST(Core, WhatWaitsForNothingIsReadyAtOnceAndReleasedByNobody) {
  Bench bench;
  const Core::Slot slot = bench.emit(task(kLoad, 0));
  EXPECT_TRUE(bench.core.ready(slot));
  EXPECT_EQ(bench.core.newly_ready(), std::vector<Core::Slot>{slot});
  bench.core.start(slot, 0, {});
  bench.core.complete(slot, 7);
  expect_release(bench.record(0), 0, kNoTask, Edge::start);
  EXPECT_EQ(bench.record(0).end, 7u);
  EXPECT_EQ(bench.core.completed(), 1u);
}

TEST(Core, RecordsKeepWhatTheTaskWas) {
  Bench bench;
  Step step = task(Stage::post, 0);
  step.work = 11;
  step.unit = 3;
  bench.emit(step);
  EXPECT_EQ(bench.record(0).work, 11u);
  EXPECT_EQ(bench.record(0).unit, 3u);
  EXPECT_EQ(bench.record(0).op, 0u);
  EXPECT_EQ(bench.record(0).stage, Stage::post);
}

TEST(Core, NeedsAreAPrefixWithoutGaps) {
  Bench bench;
  const Core::Slot first = bench.emit(task(kLoad, 0));
  const Core::Slot second = bench.emit(task(kLoad, 1));
  const Core::Slot third = bench.emit(task(kLoad, 2));
  const Core::Slot one = bench.emit(task(kCompute, 0).need(0, kLoad, 1));
  const Core::Slot three = bench.emit(task(kCompute, 1).need(0, kLoad, 3));
  bench.complete({third, second}, 10);
  EXPECT_FALSE(bench.core.ready(one)) << "two tiles are finished, but not the first";
  bench.complete({first}, 20);
  EXPECT_TRUE(bench.core.ready(one));
  EXPECT_TRUE(bench.core.ready(three));
  EXPECT_EQ(bench.core.ready_since(three), 20u);
  bench.core.start(three, 20, {});
  expect_release(bench.record(4), 20, 0, Edge::need);
}

TEST(Core, AGapInTheMiddleHoldsBackOnlyWhatLiesBeyond) {
  Bench bench;
  std::vector<Core::Slot> loads;
  for (std::uint32_t i = 0; i < 4; ++i) loads.push_back(bench.emit(task(kLoad, i)));
  const Core::Slot two = bench.emit(task(kCompute, 0).need(0, kLoad, 2));
  const Core::Slot four = bench.emit(task(kCompute, 1).need(0, kLoad, 4));
  bench.complete({loads[3], loads[0]}, 5);
  EXPECT_FALSE(bench.core.ready(two));
  bench.complete({loads[1]}, 6);
  EXPECT_TRUE(bench.core.ready(two));
  EXPECT_FALSE(bench.core.ready(four));
  bench.complete({loads[2]}, 7);
  EXPECT_TRUE(bench.core.ready(four));
}

TEST(Core, ATaskFinishesAsManyTilesAsItSays) {
  Bench bench;
  const Core::Slot chunk = bench.emit(task(kLoad, 0, 0));
  const Core::Slot closing = bench.emit(task(kLoad, 0, 2));
  const Core::Slot one = bench.emit(task(kCompute, 0).need(0, kLoad, 1));
  const Core::Slot three = bench.emit(task(kCompute, 1).need(0, kLoad, 3));
  bench.complete({chunk}, 3);
  EXPECT_FALSE(bench.core.ready(one)) << "a K chunk finishes nothing";
  bench.complete({closing}, 4);
  EXPECT_TRUE(bench.core.ready(one));
  EXPECT_FALSE(bench.core.ready(three));
}

TEST(Core, ANeedThatWasMetBeforeIsNotWaitedFor) {
  Bench bench;
  bench.complete({bench.emit(task(kLoad, 0))}, 5);
  const Core::Slot slot = bench.emit(task(kCompute, 0).need(0, kLoad, 1), 9, 0);
  EXPECT_TRUE(bench.core.ready(slot));
  bench.core.start(slot, 9, {});
  expect_release(bench.record(1), 9, 0, Edge::queue);
}

TEST(Core, SpaceIsGrantedInProgramOrderEvenIfALaterAcquireWouldFit) {
  Bench bench({100, 100});
  const Core::Slot holder = bench.emit(task(kLoad, 0).acquire(0, 80));
  const Core::Slot large = bench.emit(task(kLoad, 1).acquire(1, 50));
  const Core::Slot small = bench.emit(task(kLoad, 2).acquire(2, 10));
  const Core::Slot elsewhere = bench.emit(task(kLoad, 3).acquire(3, 10, 1, 1));
  const Core::Slot user = bench.emit(task(kCompute, 0).need(0, kLoad, 1).release(0));
  EXPECT_TRUE(bench.core.ready(holder));
  EXPECT_FALSE(bench.core.ready(large));
  EXPECT_FALSE(bench.core.ready(small));
  EXPECT_TRUE(bench.core.ready(elsewhere)) << "each buffer has an order of its own";
  EXPECT_EQ(bench.core.used_bytes(0), 80u);
  EXPECT_EQ(bench.core.used_bytes(1), 10u);
  bench.complete({holder, user}, 30);
  EXPECT_TRUE(bench.core.ready(large));
  EXPECT_TRUE(bench.core.ready(small));
  EXPECT_EQ(bench.core.used_bytes(0), 60u);
  bench.core.start(small, 30, {});
  expect_release(bench.record(2), 30, 4, Edge::space);
}

TEST(Core, SpaceIsGrantedBeforeTheNeedsAreMet) {
  Bench bench;
  const Core::Slot load = bench.emit(task(kLoad, 0));
  const Core::Slot waiting = bench.emit(task(kCompute, 0).need(0, kLoad, 1).acquire(0, 60));
  EXPECT_EQ(bench.core.used_bytes(0), 60u);
  EXPECT_FALSE(bench.core.ready(waiting));
  bench.complete({load}, 4);
  EXPECT_TRUE(bench.core.ready(waiting));
}

TEST(Core, BothAcquiresOfATaskMustBeGranted) {
  Bench bench({100, 50});
  const Core::Slot holder = bench.emit(task(kLoad, 0).acquire(0, 50, 1, 1));
  const Core::Slot both = bench.emit(task(kLoad, 1).acquire(1, 10, 1, 0).acquire(2, 10, 1, 1));
  const Core::Slot user = bench.emit(task(kCompute, 0).release(0));
  EXPECT_EQ(bench.core.used_bytes(0), 10u);
  EXPECT_FALSE(bench.core.ready(both));
  bench.complete({holder, user}, 8);
  EXPECT_TRUE(bench.core.ready(both));
}

TEST(Core, SpaceIsFreeAfterTheLastUse) {
  Bench bench;
  bench.emit(task(kLoad, 0).acquire(0, 70, 3));
  for (std::uint32_t i = 0; i < 3; ++i) {
    EXPECT_EQ(bench.core.used_bytes(0), 70u) << "after " << i << " releases";
    bench.complete({bench.emit(task(kCompute, i).release(0))}, 10 + i);
  }
  EXPECT_EQ(bench.core.used_bytes(0), 0u);
}

TEST(Core, ARegionGrowsAndIsFreedAsAWhole) {
  Bench bench;
  bench.emit(task(kLoad, 0).acquire(0, 30));
  bench.emit(task(kLoad, 1).grow(0, 20));
  const Core::Slot waiting = bench.emit(task(kLoad, 2).grow(0, 60));
  EXPECT_EQ(bench.core.used_bytes(0), 50u);
  EXPECT_FALSE(bench.core.ready(waiting)) << "growth needs space as any acquire does";
  Bench wide({110});
  wide.emit(task(kLoad, 0).acquire(0, 30));
  wide.emit(task(kLoad, 1).grow(0, 20));
  wide.emit(task(kLoad, 2).grow(0, 60));
  EXPECT_EQ(wide.core.used_bytes(0), 110u);
  wide.complete({wide.emit(task(kCompute, 0).release(0))}, 5);
  EXPECT_EQ(wide.core.used_bytes(0), 0u);
}

TEST(Core, ARegionCanBeAcquiredAgainAfterItWasFreed) {
  Bench bench;
  for (std::uint32_t i = 0; i < 2; ++i) {
    bench.emit(task(kLoad, i).acquire(5, 100));
    EXPECT_EQ(bench.core.used_bytes(0), 100u);
    bench.complete({bench.emit(task(kCompute, i).release(5))}, 1 + i);
    EXPECT_EQ(bench.core.used_bytes(0), 0u);
  }
}

TEST(Core, ReleasingMoreOftenThanUsedIsAnError) {
  Bench bench;
  bench.emit(task(kLoad, 0).acquire(0, 10));
  bench.complete({bench.emit(task(kCompute, 0).release(0))}, 1);
  const Core::Slot again = bench.emit(task(kCompute, 1).release(0));
  EXPECT_THROW(bench.core.complete(again, 2), std::logic_error);
  const Core::Slot unknown = bench.emit(task(kCompute, 2).release(77));
  EXPECT_THROW(bench.core.complete(unknown, 2), std::logic_error);
}

/// A task that waits for a need (task 0) and for space (task 1, which holds the buffer).
struct Waiting : Bench {
  Core::Slot need = emit(task(kLoad, 0));
  Core::Slot space = emit(task(Stage::post, 0).acquire(0, 100).release(0));
  Core::Slot waiting = emit(task(kCompute, 0).need(0, kLoad, 1).acquire(1, 60));
};

TEST(Core, TheLastReleaserIsTold) {
  Waiting space_last;
  space_last.complete({space_last.need}, 10);
  space_last.complete({space_last.space}, 12);
  space_last.core.start(space_last.waiting, 12, {});
  expect_release(space_last.record(2), 12, 1, Edge::space);

  Waiting unit_last;
  unit_last.complete({unit_last.need, unit_last.space}, 10);
  unit_last.core.start(unit_last.waiting, 15, {15, 1, Edge::unit});
  expect_release(unit_last.record(2), 15, 1, Edge::unit);

  Waiting unit_first;
  unit_first.complete({unit_first.need, unit_first.space}, 10);
  unit_first.core.start(unit_first.waiting, 10, {9, 1, Edge::unit});
  expect_release(unit_first.record(2), 10, 0, Edge::need);
}

TEST(Core, OfEqualTimesNeedGoesBeforeSpaceBeforeUnitBeforeQueue) {
  const Stamp unit_free = {10, 1, Edge::unit};
  Waiting need_then_space;
  need_then_space.complete({need_then_space.need, need_then_space.space}, 10);
  need_then_space.core.start(need_then_space.waiting, 10, unit_free);
  expect_release(need_then_space.record(2), 10, 0, Edge::need);

  Waiting space_then_need;
  space_then_need.complete({space_then_need.space, space_then_need.need}, 10);
  space_then_need.core.start(space_then_need.waiting, 10, unit_free);
  expect_release(space_then_need.record(2), 10, 0, Edge::need);

  Waiting space_and_unit;
  space_and_unit.complete({space_and_unit.need}, 4);
  space_and_unit.complete({space_and_unit.space}, 10);
  space_and_unit.core.start(space_and_unit.waiting, 10, unit_free);
  expect_release(space_and_unit.record(2), 10, 1, Edge::space);

  Bench unit_and_queue;
  unit_and_queue.emit(task(kLoad, 0));
  const Core::Slot slot = unit_and_queue.emit(task(kLoad, 1), 10, 0);
  unit_and_queue.core.start(slot, 10, {10, 0, Edge::unit});
  expect_release(unit_and_queue.record(1), 10, 0, Edge::unit);
}

TEST(Core, AGrantPassesOnTheReleaserOfWhoeverCausedIt) {
  Bench bench;
  bench.emit(task(kLoad, 0));
  const Core::Slot granted = bench.emit(task(kLoad, 1).acquire(0, 100), 20, 0);
  bench.core.start(granted, 20, {});
  expect_release(bench.record(1), 20, 0, Edge::queue);
}

TEST(Core, AStartThatNothingReleasedIsAnError) {
  Bench bench;
  const Core::Slot slot = bench.emit(task(kLoad, 0), 5, kNoTask);
  EXPECT_THROW(bench.core.start(slot, 6, {}), std::logic_error);
  EXPECT_THROW(bench.core.start(slot, 6, {4, 0, Edge::unit}), std::logic_error);
  EXPECT_NO_THROW(bench.core.start(slot, 5, {4, 0, Edge::unit}));
}

TEST(Core, SlotsAreReusedAndIndicesAreNot) {
  Bench bench;
  const Core::Slot first = bench.emit(task(kLoad, 0));
  const Core::Slot second = bench.emit(task(kLoad, 1));
  EXPECT_NE(first, second);
  bench.complete({first}, 1);
  const Core::Slot third = bench.emit(task(kLoad, 2).need(0, kLoad, 2));
  EXPECT_EQ(third, first);
  EXPECT_EQ(bench.core.index(third), 2u);
  EXPECT_EQ(bench.core.task(third).first, 2u);
  EXPECT_FALSE(bench.core.ready(third)) << "nothing is left of the task that had the slot before";
  EXPECT_EQ(bench.core.records().size(), 3u);
}

TEST(Core, TellsWhatATaskWaitsFor) {
  Waiting waiting;
  const std::string missing = waiting.core.missing(waiting.waiting);
  EXPECT_NE(missing.find("0 of 1 tiles of op 0 load_input"), std::string::npos) << missing;
  EXPECT_NE(missing.find("60 bytes of buffer 0 (100 of 100 used)"), std::string::npos) << missing;
  waiting.complete({waiting.need, waiting.space}, 3);
  EXPECT_EQ(waiting.core.missing(waiting.waiting), " nothing");
}

}  // namespace
}  // namespace saccade
