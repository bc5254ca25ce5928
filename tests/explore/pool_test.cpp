#include "explore/pool.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <csignal>
#include <map>
#include <thread>

namespace saccade {
namespace {

using Kind = JobEnd::Kind;
using std::chrono::milliseconds;

/// Runs jobs 0 to count - 1; ends by job.
std::map<std::uint64_t, JobEnd> run(int processes, std::uint64_t count, const PointLimits& limits,
                                    const Pool::Work& work) {
  Pool pool(processes, limits, work);
  std::map<std::uint64_t, JobEnd> ends;
  for (std::uint64_t next = 0; next < count || !pool.idle();) {
    while (next < count && !pool.full()) pool.start(next++);
    for (JobEnd& end : pool.wait(milliseconds(100))) ends[end.job] = std::move(end);
  }
  return ends;
}

PointLimits generous() { return {60, 4096}; }

TEST(Pool, GivesTheAnswerOfEveryJob) {
  const auto ends = run(3, 20, generous(), [](std::uint64_t job) {
    return std::string(job * 10000, static_cast<char>('a' + job));  // more than a pipe holds
  });
  ASSERT_EQ(ends.size(), 20u);
  for (const auto& [job, end] : ends) {
    EXPECT_EQ(end.kind, Kind::done);
    EXPECT_EQ(end.answer, std::string(job * 10000, static_cast<char>('a' + job)));
    EXPECT_GT(end.peak_mib, 0);
  }
}

TEST(Pool, RunsJobsInProcessesOfTheirOwn) {
  int counter = 0;
  const auto ends = run(1, 3, generous(), [&](std::uint64_t) { return std::to_string(++counter); });
  for (const auto& [job, end] : ends) EXPECT_EQ(end.answer, "1");
  EXPECT_EQ(counter, 0);
}

TEST(Pool, TellsHowAJobFailed) {
  const auto ends = run(2, 4, {60, 512}, [](std::uint64_t job) -> std::string {
    if (job == 0) ::raise(SIGSEGV);
    if (job == 1) throw std::runtime_error("no way");
    if (job == 2) ::_exit(9);
    return "good";
  });
  EXPECT_EQ(ends.at(0).kind, Kind::crashed);
  EXPECT_EQ(ends.at(0).message, "crashed: Segmentation fault");
  EXPECT_EQ(ends.at(1).kind, Kind::crashed);
  EXPECT_EQ(ends.at(1).message, "no way");
  EXPECT_EQ(ends.at(2).kind, Kind::crashed);
  EXPECT_EQ(ends.at(2).message, "exited with code 9");
  EXPECT_EQ(ends.at(3).answer, "good");
}

TEST(Pool, StopsJobsThatHang) {
  const auto ends = run(2, 3, {2, 4096}, [](std::uint64_t job) -> std::string {
    while (job == 1) std::this_thread::sleep_for(milliseconds(50));
    return "good";
  });
  EXPECT_EQ(ends.at(1).kind, Kind::timeout);
  EXPECT_EQ(ends.at(1).message, "takes longer than 2 s");
  EXPECT_EQ(ends.at(0).answer + ends.at(2).answer, "goodgood");
}

TEST(Pool, StopsJobsThatEatMemory) {
#if defined(__SANITIZE_ADDRESS__)
  GTEST_SKIP() << "address space is not limited under the address sanitizer";
#endif
  const auto ends = run(2, 3, {60, 1024}, [](std::uint64_t job) {
    std::vector<std::string> eaten;
    while (job == 1) eaten.emplace_back(std::size_t{1} << 24, 'x');
    return std::string("good");
  });
  EXPECT_EQ(ends.at(1).kind, Kind::memory);
  EXPECT_EQ(ends.at(1).message, "needs more than 1024 MiB of memory");
  EXPECT_LT(ends.at(1).peak_mib, 1100);
  EXPECT_EQ(ends.at(0).answer + ends.at(2).answer, "goodgood");
}

TEST(Pool, SaysWhenSomebodyElseKilledAJob) {
  const auto ends = run(1, 1, generous(), [](std::uint64_t) {
    ::raise(SIGKILL);
    return std::string();
  });
  EXPECT_EQ(ends.at(0).kind, Kind::killed);
}

TEST(Pool, KillsWhatStillRuns) {
  Pool pool(2, generous(), [](std::uint64_t) -> std::string {
    while (true) std::this_thread::sleep_for(milliseconds(50));
  });
  pool.start(0);
  pool.start(1);
  EXPECT_TRUE(pool.full());
  pool.kill_all();
  EXPECT_TRUE(pool.idle());
}

TEST(Pool, LeavesInterruptsToTheParent) {
  const auto ends = run(1, 1, generous(), [](std::uint64_t) {
    ::raise(SIGINT);
    ::raise(SIGTERM);
    return std::string("still here");
  });
  EXPECT_EQ(ends.at(0).answer, "still here");
}

TEST(Pool, KeepsWhatJobsPrintToItself) {
  testing::internal::CaptureStdout();
  testing::internal::CaptureStderr();
  run(1, 1, generous(), [](std::uint64_t) {
    EXPECT_EQ(::write(STDOUT_FILENO, "noise", 5), 5);
    EXPECT_EQ(::write(STDERR_FILENO, "noise", 5), 5);
    return std::string();
  });
  EXPECT_EQ(testing::internal::GetCapturedStdout(), "");
  EXPECT_EQ(testing::internal::GetCapturedStderr(), "");
}

}  // namespace
}  // namespace saccade
