#include <gtest/gtest.h>

#include <stdexcept>
#include <string>

#include "sim/hand_program.hpp"

namespace saccade {
namespace {

using hand::HandProgram;
using hand::run;
using hand::tiny_machine;

constexpr GemmTile kTile = {4, 4, 10};
constexpr std::uint32_t kBytes = 640;

/// One tile, loaded into a region that its product lets go.
HandProgram load_and_compute() {
  HandProgram program(1);
  program.load(0, kBytes).acquire(0, kBytes);
  program.compute(0, kTile).need(0, Stage::load_input, 1).release(0);
  return program;
}

std::string failure(HandProgram& program, const Accelerator& machine, int queue_depth = 0) {
  try {
    SimOptions options;
    options.queue_depth = queue_depth;
    run(program, machine, options);
  } catch (const std::logic_error& error) {
    return error.what();
  }
  return "no failure";
}

TEST(SimulateFailure, ANeedThatIsNeverMetIsADeadlockThatNamesEveryUnit) {
  HandProgram program(2);
  program.load(0, kBytes);
  program.compute(1, kTile).need(0, Stage::load_input, 2);
  program.compute(1, kTile);
  EXPECT_EQ(failure(program, tiny_machine()),
            "deadlock: 1 of 3 tasks completed\n"
            "  in: idle\n"
            "  out: idle\n"
            "  array: task 1 (op1, compute) waits for 1 of 2 tiles of op 0 load_input; 1 more "
            "queued\n"
            "  vector: idle");
}

TEST(SimulateFailure, ABufferThatIsTooSmallIsADeadlockThatNamesItsBytes) {
  HandProgram program = load_and_compute();
  EXPECT_EQ(failure(program, tiny_machine({600})),
            "deadlock: 0 of 2 tasks completed\n"
            "  in: task 0 (op0, load_input) waits for 640 bytes of buffer 0 (0 of 600 used); 0 "
            "more queued\n"
            "  out: idle\n"
            "  array: task 1 (op0, compute) waits for 0 of 1 tiles of op 0 load_input; 0 more "
            "queued\n"
            "  vector: idle");
}

TEST(SimulateFailure, AFullQueueCanDeadlockBeforeTheProgramIsAllRead) {
  HandProgram program(1);
  for (int i = 0; i < 4; ++i) program.compute(0, kTile).need(0, Stage::load_input, 1);
  program.load(0, kBytes);  // a need that points forwards, which only a deep queue forgives
  EXPECT_NE(failure(program, tiny_machine(), 1).find("0 of 2 tasks"), std::string::npos);
  EXPECT_EQ(failure(program, tiny_machine(), 4), "no failure");
}

TEST(SimulateFailure, AReleaseTooManyInsideTheMachineIsALogicError) {
  HandProgram program(1);
  program.load(0, kBytes).acquire(0, kBytes);
  program.compute(0, kTile).need(0, Stage::load_input, 1).release(0).release(0);
  EXPECT_NE(failure(program, tiny_machine()).find("region 0 is released twice"), std::string::npos)
      << failure(program, tiny_machine());
  HandProgram sound = load_and_compute();
  EXPECT_EQ(run(sound, tiny_machine()).cycles, 30u) << "a failed run leaves nothing behind";
}

/// A mapper that finds a mistake only while it expands the program.
class FailingProgram : public HandProgram {
 public:
  using HandProgram::HandProgram;
  bool next(TileTask& task) override {
    if (HandProgram::next(task)) return true;
    throw std::runtime_error("cannot be expanded");
  }
};

TEST(SimulateFailure, WhatTheProgramThrowsArrivesAsItWasThrown) {
  FailingProgram program(1);
  program.load(0, kBytes);
  EXPECT_THROW(run(program, tiny_machine()), std::runtime_error);
}

TEST(SimulateFailure, AFailureIsThrownAndNotPrinted) {
  HandProgram program(1);
  program.load(0, kBytes).acquire(0, kBytes).release(0).release(0);
  testing::internal::CaptureStdout();
  EXPECT_THROW(run(program, tiny_machine()), std::logic_error);
  EXPECT_EQ(testing::internal::GetCapturedStdout(), "");
}

TEST(SimulateFailure, BytesThatTheProgramDidNotPromiseAreAnError) {
  HandProgram program(1);
  program.move(hand::kIn, program.dma_work(0, Stage::load_input, 64), {32, 1, 64, 0});
  EXPECT_THROW(run(program, tiny_machine()), std::logic_error) << "two bursts are moved";
}

}  // namespace
}  // namespace saccade
