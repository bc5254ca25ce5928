// A pool of child processes: one forked for each job, within limits of time and memory.
#pragma once
#include <chrono>
#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "explore/sweep.hpp"

namespace saccade {

/// How a job ended.
struct JobEnd {
  enum class Kind {
    done,     ///< `answer` is what it returned
    crashed,  ///< by itself; `message` says how
    timeout,
    memory,
    killed,  ///< by somebody else: nothing is known of the job
  };
  std::uint64_t job = 0;
  Kind kind = Kind::done;
  std::string answer;   ///< bytes
  std::string message;  ///< unless done
  double seconds = 0;
  double peak_mib = 0;  ///< resident memory at most
};

/// Every job runs in a process of its own, forked from this one, so that a crash, a hang or a leak
/// is that of one job, and SystemC, which elaborates once in a process, starts anew. The children
/// die with this process.
class Pool {
 public:
  using Work = std::function<std::string(std::uint64_t job)>;

  /// `work` runs in the children; what it throws ends the job as crashed.
  Pool(int jobs, PointLimits limits, Work work);
  /// Kills what still runs.
  ~Pool();
  Pool(const Pool&) = delete;
  Pool& operator=(const Pool&) = delete;

  bool full() const { return children_.size() == jobs_; }
  bool idle() const { return children_.empty(); }
  std::size_t running() const { return children_.size(); }

  /// Forks a child for a job; the pool must not be full. Throws UserError if the system gives no
  /// more processes.
  void start(std::uint64_t job);
  /// Jobs that ended, after waiting for one for at most `at_most`. Returns early on a signal.
  std::vector<JobEnd> wait(std::chrono::milliseconds at_most);
  /// Kills all children; their jobs have no end.
  void kill_all();

 private:
  using Clock = std::chrono::steady_clock;
  struct Child {
    std::uint64_t job;
    int pid;
    int pipe;
    Clock::time_point begin;
    std::string answer;
    bool timed_out = false;
    bool closed = false;  ///< its end of the pipe
  };

  [[noreturn]] void run_child(std::uint64_t job, int pipe, int parent) const;
  void poll_children(std::chrono::milliseconds at_most);
  void read_answer(Child& child);
  void stop_late_ones();
  std::chrono::milliseconds until_next_limit() const;
  JobEnd reap(const Child& child) const;

  std::size_t jobs_;
  PointLimits limits_;
  Work work_;
  std::vector<Child> children_;
};

}  // namespace saccade
