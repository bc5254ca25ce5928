#include "cli/sweep_progress.hpp"

#include <gtest/gtest.h>

#include <sstream>

namespace saccade {
namespace {

SweepProgress example() {
  SweepProgress progress;
  progress.total = 2048;
  progress.done = 132;
  progress.by_status = {{Status::ok, 128}, {Status::infeasible, 2}, {Status::failed, 2}};
  progress.points_per_s = 3.14159;
  progress.seconds_left = 617.2;
  return progress;
}

TEST(SweepProgress, SaysWhatIsDoneLeftAndFailed) {
  EXPECT_EQ(progress_text(example()),
            "132 of 2048 points, 3.14 points/s, 10 min 18 s left, 2 failed");
  EXPECT_EQ(progress_text({}), "0 of 0 points");
}

TEST(SweepProgress, WritesDurationsInTwoUnits) {
  EXPECT_EQ(duration_text(0.2), "1 s");
  EXPECT_EQ(duration_text(59.5), "1 min 0 s");
  EXPECT_EQ(duration_text(3700), "1 h 1 min");
  EXPECT_EQ(duration_text(90000), "1 d 1 h");
}

TEST(SweepProgress, CountsByStatus) {
  EXPECT_EQ(status_text(example().by_status), "128 ok, 2 infeasible, 2 failed");
  EXPECT_EQ(status_text({}), "none");
}

TEST(SweepProgress, IsOneLineOnATerminalAndPlainLinesElsewhere) {
  std::ostringstream terminal;
  SweepProgressLine line(terminal, true);
  line.show(example());
  line.show(example());
  line.clear();
  EXPECT_EQ(terminal.str().find('\n'), std::string::npos);
  EXPECT_EQ(terminal.str().substr(0, 4), "\r\033[K");

  std::ostringstream pipe;
  SweepProgressLine plain(pipe, false, std::chrono::milliseconds(0));
  plain.show(example());
  plain.clear();
  EXPECT_EQ(pipe.str(), progress_text(example()) + "\n");

  std::ostringstream patient;
  SweepProgressLine rare(patient, false, std::chrono::hours(1));
  rare.show(example());
  EXPECT_EQ(patient.str(), "");
}

}  // namespace
}  // namespace saccade
