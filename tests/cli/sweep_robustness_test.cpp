// Sweeps that are killed, stopped, short of space or of time, and end up with the same points.
#include <fmt/format.h>
#include <gmock/gmock.h>

#include <algorithm>
#include <random>

#include "cli/sweep_process.hpp"

namespace saccade::sweep_testing {
namespace {

using testing::HasSubstr;

class KilledSweep : public SweepRuns {
 protected:
  using Clock = std::chrono::steady_clock;

  KilledSweep() {
    const auto begin = Clock::now();
    expected_ = undisturbed();
    whole_run_ = std::chrono::duration<double>(Clock::now() - begin).count();
  }

  /// Up to the time that a whole run takes.
  void wait_for_a_random_moment() {
    std::this_thread::sleep_for(std::chrono::duration<double>(
        whole_run_ * std::uniform_real_distribution<double>()(random_)));
  }

  /// Whether there was a child to kill.
  bool kill_random_child(const Process& sweep) {
    const std::vector<pid_t> children = sweep.children();
    if (children.empty()) return false;
    ::kill(children[random_() % children.size()], SIGKILL);
    return true;
  }

  /// Ends a sweep of the store and compares it with the undisturbed one.
  void finish_and_compare(const std::string& store) {
    for (int tries = 0; tries < 3 && run(store).code != 0; ++tries) {
    }
    EXPECT_EQ(integrity(folder_.path(store)), "ok");
    EXPECT_EQ(content_of(store), expected_);
  }

  std::mt19937 random_{20240607};
  std::vector<std::string> expected_;
  double whole_run_ = 0;
};

TEST_F(KilledSweep, HasThePointsOfAnUndisturbedOne) {
  ASSERT_EQ(expected_.size(), kSmallPoints);
  constexpr int kills = 20;
  int parents = 0;
  int children = 0;
  int store = 0;
  std::unique_ptr<Process> sweep;
  const auto name = [&] { return "killed" + std::to_string(store) + ".db"; };
  while (parents + children < kills) {
    if (!sweep) sweep = start(name());
    wait_for_a_random_moment();
    if (!sweep->running()) {  // done before: the next kills are for another store
      sweep.reset();
      finish_and_compare(name());
      ++store;
    } else if (parents > children) {
      if (kill_random_child(*sweep)) ++children;
    } else {
      sweep->signal(SIGKILL);
      EXPECT_EQ(sweep->wait().code, 128 + SIGKILL);
      sweep.reset();
      ++parents;
      if (std::filesystem::exists(folder_.path(name()))) {
        EXPECT_EQ(integrity(folder_.path(name())), "ok");
      }
    }
  }
  sweep.reset();
  finish_and_compare(name());
}

class StoppedSweep : public SweepRuns, public testing::WithParamInterface<int> {};

TEST_P(StoppedSweep, SaysHowToGoOnAndDoes) {
  const auto sweep = start("r.db");
  ASSERT_TRUE(comes_true([&] { return !sweep->children().empty(); }));
  sweep->signal(GetParam());
  const BinaryRun stopped = sweep->wait();
  EXPECT_EQ(stopped.code, 1);
  EXPECT_THAT(stopped.err,
              testing::ContainsRegex("[0-9]+ points are open; the same command goes on"));
  EXPECT_THAT(stopped.out, HasSubstr(" of 150 points in "));
  EXPECT_EQ(integrity(folder_.path("r.db")), "ok");
  EXPECT_EQ(run("r.db").code, 0);
  EXPECT_EQ(content_of("r.db"), undisturbed());
}

INSTANTIATE_TEST_SUITE_P(Signals, StoppedSweep, testing::Values(SIGINT, SIGTERM));

TEST_F(SweepRuns, SecondSignalDropsWhatRuns) {
  file_ = folder_.sweep(heavy_axes());
  const auto sweep = start("r.db");
  ASSERT_TRUE(comes_true([&] { return !sweep->children().empty(); }));
  const std::vector<pid_t> children = sweep->children();
  sweep->signal(SIGINT);
  sweep->signal(SIGTERM);  // two of one kind may arrive as one
  EXPECT_EQ(sweep->wait().code, 1);
  for (const pid_t child : children) EXPECT_NE(::kill(child, 0), 0);
  EXPECT_EQ(integrity(folder_.path("r.db")), "ok");
}

TEST_F(SweepRuns, JobsMakeNoDifference) {
  const auto expected = undisturbed();
  for (const char* jobs : {"1", "4"}) {
    const std::string store = std::string("jobs") + jobs + ".db";
    EXPECT_EQ(run_saccade({"sweep", file_, "--out", folder_.path(store), "--jobs", jobs}).code, 0);
    EXPECT_EQ(content_of(store), expected) << jobs << " jobs";
  }
}

TEST_F(SweepRuns, ShardsInAnyOrderMergeToOneRun) {
  for (const char* shard : {"3/3", "1/3", "2/3"}) {
    EXPECT_EQ(run("r.db", {"--shard", shard}).code, 0);
  }
  const BinaryRun merge =
      run_saccade({"merge", folder_.path("r.shard-2-of-3.db"), folder_.path("r.shard-3-of-3.db"),
                   folder_.path("r.shard-1-of-3.db"), "--out", folder_.path("r.db")});
  EXPECT_EQ(merge.code, 0) << merge.err;
  EXPECT_EQ(content_of("r.db"), undisturbed());
}

/// A command of the shell with the sweep as "$@".
std::vector<std::string> in_shell(const std::string& command, std::vector<std::string> words) {
  words.insert(words.begin(), {"bash", "-c", command, "bash", SACCADE_BINARY});
  return words;
}

/// Runs out of space on the way, at a share of what a whole store takes; half of that is the
/// texts of files, which are there from the beginning.
class FullSweep : public SweepRuns {
 protected:
  long kibibytes(double share) const {
    return static_cast<long>(
        share * static_cast<double>(std::filesystem::file_size(folder_.path("undisturbed.db"))) /
        1024);
  }

  void expect_usable(const std::string& store) const {
    EXPECT_EQ(integrity(folder_.path(store)), "ok");
    EXPECT_LT(content_of(store).size(), kSmallPoints);
  }

  const std::vector<std::string> expected_ = undisturbed();
};

TEST_F(FullSweep, GoesOnAfterALimitOfFileSizes) {
  const auto limited = [&](double share) {
    const std::string command = fmt::format("ulimit -f {}; exec \"$@\"", kibibytes(share));
    const BinaryRun sweep = Process(folder_, in_shell(command, words("r.db"))).wait();
    EXPECT_EQ(sweep.code, 1);
    EXPECT_THAT(sweep.err, HasSubstr("r.db: cannot be "));
    EXPECT_THAT(sweep.err, HasSubstr("disk"));
  };
  limited(0.1);
  EXPECT_FALSE(std::filesystem::exists(folder_.path("r.db")));
  limited(0.7);
  expect_usable("r.db");
  EXPECT_EQ(run("r.db").code, 0);
  EXPECT_EQ(content_of("r.db"), expected_);
}

TEST_F(FullSweep, GoesOnAfterAFullDisk) {
  const std::string disk = folder_.path("disk");
  std::filesystem::create_directory(disk);
  // Mounted for this process and what it starts; it goes with them.
  const auto mounted = [&](const std::string& command) {
    std::vector<std::string> all = in_shell(
        fmt::format("mount -t tmpfs -o size={}k none '{}' || exit 77\n", kibibytes(0.8), disk) +
            command,
        words("disk/r.db"));
    all.insert(all.begin(), {"unshare", "-m"});
    return all;
  };
  if (Process(folder_, mounted("")).wait().code != 0) GTEST_SKIP() << "nothing can be mounted";
  const std::string command = fmt::format(
      R"("$@"; echo "first $?"; cp -r '{0}' '{1}'; mount -o remount,size=100m '{0}'
"$@"; echo "second $?"; cp '{0}/r.db' '{2}')",
      disk, folder_.path("full"), folder_.path("r.db"));
  const BinaryRun end = Process(folder_, mounted(command)).wait();
  EXPECT_THAT(end.out, HasSubstr("first 1\n"));
  EXPECT_THAT(end.out, HasSubstr("second 0\n"));
  EXPECT_THAT(end.err, HasSubstr("r.db: cannot be "));
  EXPECT_THAT(end.err, HasSubstr("disk"));
  expect_usable("full/r.db");
  EXPECT_EQ(content_of("r.db"), expected_);
}

class LimitedSweep : public SweepRuns {
 protected:
  LimitedSweep() { file_ = folder_.sweep(heavy_axes()); }

  /// The points that are not heavy are those of a sweep of them alone.
  void expect_small_points_right() {
    const std::string small = folder_.sweep(model_axes("[1, 2]", "[32, 48]"), "small.json");
    EXPECT_EQ(run_saccade({"sweep", small, "--out", folder_.path("small.db")}).code, 0);
    const Store limited = Store::read(folder_.path("r.db"));
    const Store alone = Store::read(folder_.path("small.db"));
    const std::vector<PointRow> rows = limited.rows();
    std::size_t i = 0;
    alone.for_each([&](PointRow row) {
      if (i % 3 == 2) ++i;
      row.point = rows.at(i).point;
      EXPECT_EQ(row_text(row), row_text(rows[i]));
      ++i;
    });
    EXPECT_EQ(i, 5u);
  }
};

TEST_F(LimitedSweep, TimeLimitMakesRows) {
  EXPECT_EQ(run("r.db", {"--time-limit", "5"}).code, 0);
  EXPECT_THAT(statuses_of(folder_.path("r.db")),
              testing::ElementsAre("ok", "ok", "timeout", "ok", "ok", "timeout"));
  EXPECT_EQ(Store::read(folder_.path("r.db")).rows()[2].message, "takes longer than 5 s");
  expect_small_points_right();
}

TEST_F(LimitedSweep, MemoryLimitMakesRows) {
#if defined(__SANITIZE_ADDRESS__)
  GTEST_SKIP() << "memory has no limit under the address sanitizer";
#endif
  EXPECT_EQ(run("r.db", {"--memory-limit", "200"}).code, 0);
  EXPECT_THAT(statuses_of(folder_.path("r.db")),
              testing::ElementsAre("ok", "ok", "memory", "ok", "ok", "memory"));
  EXPECT_EQ(Store::read(folder_.path("r.db")).rows()[2].message,
            "needs more than 200 MiB of memory");
  expect_small_points_right();
}

}  // namespace
}  // namespace saccade::sweep_testing
