#include "explore/pool.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <poll.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <csignal>
#include <cstring>
#include <new>

namespace saccade {
namespace {

using std::chrono::milliseconds;

// Codes that children exit with; any other one is a crash.
constexpr int kDone = 0;
constexpr int kThrew = 3;
constexpr int kOutOfMemory = 4;

/// Address space is what can be limited; under sanitizers it says nothing of the memory in use.
#if defined(__SANITIZE_ADDRESS__)
constexpr bool kLimitMemory = false;
#else
constexpr bool kLimitMemory = true;
#endif

void limit(int resource, rlim_t value) {
  const rlimit both = {value, value};
  ::setrlimit(static_cast<__rlimit_resource_t>(resource), &both);
}

/// A child leaves stopping to its parent, and dies with it.
void leave_signals_to_parent(int parent) {
  ::signal(SIGINT, SIG_IGN);
  ::signal(SIGTERM, SIG_IGN);
  ::signal(SIGHUP, SIG_IGN);
  ::prctl(PR_SET_PDEATHSIG, SIGKILL);
  if (::getppid() != parent) ::_exit(kThrew);  // it was gone before
}

/// What a job prints would mix with the progress of all.
void silence() {
  const int nowhere = ::open("/dev/null", O_RDWR);
  ::dup2(nowhere, STDIN_FILENO);
  ::dup2(nowhere, STDOUT_FILENO);
  ::dup2(nowhere, STDERR_FILENO);
}

bool write_all(int pipe, const std::string& text) {
  std::size_t written = 0;
  while (written < text.size()) {
    const ssize_t more = ::write(pipe, text.data() + written, text.size() - written);
    if (more < 0 && errno != EINTR) return false;
    if (more > 0) written += static_cast<std::size_t>(more);
  }
  return true;
}

}  // namespace

Pool::Pool(int jobs, PointLimits limits, Work work)
    : jobs_(static_cast<std::size_t>(jobs)), limits_(limits), work_(std::move(work)) {}

Pool::~Pool() { kill_all(); }

void Pool::start(std::uint64_t job) {
  std::array<int, 2> ends{};
  if (::pipe2(ends.data(), O_CLOEXEC) != 0) {
    throw UserError(fmt::format("no pipe for another point: {}", std::strerror(errno)));
  }
  const int parent = ::getpid();
  const int pid = ::fork();
  if (pid == 0) {
    ::close(ends[0]);
    run_child(job, ends[1], parent);
  }
  const int error = errno;
  ::close(ends[1]);
  if (pid < 0) {
    ::close(ends[0]);
    throw UserError(fmt::format("no process for another point: {}", std::strerror(error)));
  }
  ::fcntl(ends[0], F_SETFL, O_NONBLOCK);
  children_.push_back({job, pid, ends[0], Clock::now(), {}});
}

void Pool::run_child(std::uint64_t job, int pipe, int parent) const {
  leave_signals_to_parent(parent);
  silence();
  limit(RLIMIT_CORE, 0);
  if (kLimitMemory) limit(RLIMIT_AS, static_cast<rlim_t>(limits_.memory_mib) << 20);
  std::set_new_handler([] { ::_exit(kOutOfMemory); });
  int code = kDone;
  std::string answer;
  try {
    answer = work_(job);
  } catch (const std::exception& error) {
    answer = error.what();
    code = kThrew;
  } catch (...) {
    answer = "an exception without a text";
    code = kThrew;
  }
  if (!write_all(pipe, answer)) code = kThrew;
  ::_exit(code);  // nothing of the parent's is flushed or closed twice
}

std::vector<JobEnd> Pool::wait(milliseconds at_most) {
  poll_children(std::min(at_most, until_next_limit()));
  stop_late_ones();
  std::vector<JobEnd> ends;
  for (Child& child : children_) {
    read_answer(child);
    if (child.closed) ends.push_back(reap(child));
  }
  children_.erase(std::remove_if(children_.begin(), children_.end(),
                                 [](const Child& child) { return child.closed; }),
                  children_.end());
  return ends;
}

void Pool::poll_children(milliseconds at_most) {
  std::vector<pollfd> polled;
  for (const Child& child : children_) polled.push_back({child.pipe, POLLIN, 0});
  ::poll(polled.data(), polled.size(), static_cast<int>(at_most.count()));
}

/// Reads what is there; at its end the child has exited, or is about to.
void Pool::read_answer(Child& child) {
  std::array<char, 1 << 16> chunk{};
  while (true) {
    const ssize_t got = ::read(child.pipe, chunk.data(), chunk.size());
    if (got > 0) {
      child.answer.append(chunk.data(), static_cast<std::size_t>(got));
    } else if (got == 0) {
      child.closed = true;
      return;
    } else if (errno != EINTR) {
      return;
    }
  }
}

milliseconds Pool::until_next_limit() const {
  auto soonest = milliseconds(1000);
  for (const Child& child : children_) {
    const std::chrono::duration<double> rest =
        std::chrono::duration<double>(limits_.seconds) - (Clock::now() - child.begin);
    const auto whole = std::chrono::ceil<milliseconds>(rest);
    if (!child.timed_out) soonest = std::clamp(whole, milliseconds(0), soonest);
  }
  return soonest;
}

void Pool::stop_late_ones() {
  for (Child& child : children_) {
    const std::chrono::duration<double> taken = Clock::now() - child.begin;
    if (child.timed_out || taken.count() < limits_.seconds) continue;
    child.timed_out = true;
    ::kill(child.pid, SIGKILL);
  }
}

JobEnd Pool::reap(const Child& child) const {
  int status = 0;
  rusage usage{};
  while (::wait4(child.pid, &status, 0, &usage) < 0 && errno == EINTR) {
  }
  ::close(child.pipe);
  JobEnd end;
  end.job = child.job;
  end.seconds = std::chrono::duration<double>(Clock::now() - child.begin).count();
  end.peak_mib = static_cast<double>(usage.ru_maxrss) / 1024;
  const int signal = WIFSIGNALED(status) ? WTERMSIG(status) : 0;
  const int code = WIFEXITED(status) ? WEXITSTATUS(status) : -1;
  if (code == kDone) {
    end.answer = child.answer;
  } else if (code == kOutOfMemory) {
    end.kind = JobEnd::Kind::memory;
    end.message = fmt::format("needs more than {} MiB of memory", limits_.memory_mib);
  } else if (child.timed_out) {
    end.kind = JobEnd::Kind::timeout;
    end.message = fmt::format("takes longer than {} s", limits_.seconds);
  } else if (signal == SIGKILL || signal == SIGTERM) {
    end.kind = JobEnd::Kind::killed;
    end.message = fmt::format("was killed by signal {}", signal);
  } else {
    end.kind = JobEnd::Kind::crashed;
    end.message = code == kThrew ? child.answer
                  : signal != 0  ? fmt::format("crashed: {}", ::strsignal(signal))
                                 : fmt::format("exited with code {}", code);
  }
  return end;
}

void Pool::kill_all() {
  for (Child& child : children_) ::kill(child.pid, SIGKILL);
  for (const Child& child : children_) reap(child);
  children_.clear();
}

}  // namespace saccade
