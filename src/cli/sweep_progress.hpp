// How a sweep tells where it stands: a line that changes on a terminal, a line now and then
// elsewhere.
#pragma once
#include <chrono>
#include <ostream>
#include <string>

#include "explore/run_sweep.hpp"

namespace saccade {

/// "132 of 2048 points, 3.1 points/s, 10 min 18 s left, 2 failed".
std::string progress_text(const SweepProgress& progress);

/// "90 s" -> "1 min 30 s"; two units at most.
std::string duration_text(double seconds);

/// Counts of rows by status: "2000 ok, 40 infeasible, 8 failed".
std::string status_text(const std::map<Status, std::uint64_t>& by_status);

class SweepProgressLine {
 public:
  /// On a terminal the line is written anew; elsewhere one is printed every `interval`.
  SweepProgressLine(std::ostream& out, bool terminal,
                    std::chrono::milliseconds interval = std::chrono::seconds(10))
      : out_(out), terminal_(terminal), interval_(interval) {}

  void show(const SweepProgress& progress);
  /// Takes the line off a terminal.
  void clear();

 private:
  std::ostream& out_;
  bool terminal_;
  std::chrono::milliseconds interval_;
  std::chrono::steady_clock::time_point shown_ = std::chrono::steady_clock::now();
  bool on_screen_ = false;
};

}  // namespace saccade
