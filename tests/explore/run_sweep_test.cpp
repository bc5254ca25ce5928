#include "explore/run_sweep.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <csignal>
#include <filesystem>
#include <thread>

#include "explore/sweep_testing.hpp"

namespace saccade {
namespace {

using namespace sweep_testing;
using testing::HasSubstr;
using testing::IsEmpty;

/// Something that stands for a simulation: the sum of rows and channels as latency.
PointAnswer sum_of_axes(const SweepPoints&, const SweepPoint& point) {
  PointAnswer answer{bare_row(point, Status::ok, ""), "{\"x\": 1}"};
  answer.row.figures[0] = point.axes[0].get<double>() + point.axes[1].get<double>();
  return answer;
}

SweepRun quick_run(int jobs = 1) {
  SweepRun run;
  run.jobs = jobs;
  run.run = sum_of_axes;
  return run;
}

/// A sweep of six points and its store.
class RunSweep : public testing::Test {
 protected:
  RunSweep() : points(folder.points(axes({kRows, kChannels}))), hashes(points.hashes()) {}

  Store store(const std::string& file, Shard shard = {}) {
    return Store::create(folder.path(file), store_header(points, hashes, shard, {}));
  }
  std::vector<PointRow> rows_of(const SweepRun& run, const std::string& file) {
    Store all = store(file, run.shard);
    run_sweep(points, hashes, all, run);
    return all.rows();
  }
  /// Rows as one text, for comparisons.
  static std::string text(const std::vector<PointRow>& rows) {
    std::string all;
    for (const PointRow& row : rows) {
      all += fmt::format("{} {} {} {} {} {} {}\n", row.point, row.hash, row.technique,
                         Json(row.axes).dump(), status_name(row.status), row.message,
                         row.figures[0].value_or(-1));
    }
    return all;
  }

  SweepFolder folder;
  SweepPoints points;
  std::vector<std::string> hashes;
};

TEST_F(RunSweep, WritesARowForEveryPoint) {
  const auto rows = rows_of(quick_run(), "a.db");
  ASSERT_EQ(rows.size(), 6u);
  for (std::size_t i = 0; i < rows.size(); ++i) {
    EXPECT_EQ(rows[i].point, i);
    EXPECT_EQ(rows[i].hash, hashes[i]);
    EXPECT_EQ(rows[i].axes, points.at(i).axes);
  }
  EXPECT_EQ(rows[5].figures[0], 20);  // 16 rows and 4 channels
}

TEST_F(RunSweep, GivesTheSameRowsOnAnyNumberOfJobs) {
  EXPECT_EQ(text(rows_of(quick_run(1), "1.db")), text(rows_of(quick_run(4), "4.db")));
}

TEST_F(RunSweep, SharesPointsOutOverShards) {
  std::vector<PointRow> all;
  for (int shard = 1; shard <= 3; ++shard) {
    SweepRun run = quick_run();
    run.shard = {shard, 3};
    const auto rows = rows_of(run, std::to_string(shard) + ".db");
    all.insert(all.end(), rows.begin(), rows.end());
  }
  std::sort(all.begin(), all.end(),
            [](const PointRow& a, const PointRow& b) { return a.point < b.point; });
  EXPECT_EQ(text(all), text(rows_of(quick_run(), "all.db")));
}

TEST_F(RunSweep, MakesRowsOfCrashingHangingAndMemoryEatingPoints) {
#if defined(__SANITIZE_ADDRESS__)
  GTEST_SKIP() << "address space is not limited under the address sanitizer";
#endif
  SweepRun run = quick_run(2);
  run.limits = {2, 1024};
  run.run = [](const SweepPoints& all, const SweepPoint& point) {
    if (point.index == 1) ::raise(SIGABRT);
    while (point.index == 2) std::this_thread::sleep_for(std::chrono::milliseconds(20));
    while (point.index == 3) {  // never touched, which takes no time
      void* volatile eaten = ::operator new (std::size_t{1} << 26);
      static_cast<void>(eaten);
    }
    if (point.index == 4) throw std::logic_error("a bug");
    return sum_of_axes(all, point);
  };
  std::vector<PointRow> rows = rows_of(run, "a.db");
  ASSERT_EQ(rows.size(), 6u);
  const auto is = [&](std::size_t i, Status status, const std::string& message) {
    EXPECT_EQ(rows[i].status, status) << i;
    EXPECT_EQ(rows[i].message, message) << i;
    EXPECT_EQ(rows[i].axes, points.at(i).axes) << i;
  };
  is(0, Status::ok, "");
  is(1, Status::failed, "crashed: Aborted");
  is(2, Status::timeout, "takes longer than 2 s");
  is(3, Status::memory, "needs more than 1024 MiB of memory");
  is(4, Status::failed, "a bug");
  is(5, Status::ok, "");
  const auto good = rows_of(quick_run(), "good.db");
  EXPECT_EQ(text({rows[0], rows[5]}), text({good[0], good[5]}));
}

TEST_F(RunSweep, GoesOnWhereItStood) {
  Store all = store("a.db");
  SweepRun run = quick_run();
  int calls = 0;
  run.stops = [&] { return all.size() >= 2 ? 1 : 0; };
  const SweepEnd stopped = run_sweep(points, hashes, all, run);
  EXPECT_TRUE(stopped.stopped);
  EXPECT_GE(all.size(), 2u);
  EXPECT_LT(all.size(), 6u);
  const std::uint64_t before = all.size();
  run.stops = [] { return 0; };
  run.progress = [&](const SweepProgress&) { ++calls; };
  const SweepEnd end = run_sweep(points, hashes, all, run);
  EXPECT_FALSE(end.stopped);
  EXPECT_EQ(end.progress.earlier, before);
  EXPECT_EQ(end.progress.done, 6u);
  EXPECT_EQ(end.progress.by_status.at(Status::ok), 6u);
  EXPECT_GE(calls, 2);
  EXPECT_EQ(text(all.rows()), text(rows_of(quick_run(), "b.db")));
}

TEST_F(RunSweep, DropsRunningPointsWhenAskedTwice) {
  Store all = store("a.db");
  SweepRun run = quick_run(2);
  run.run = [](const SweepPoints& every, const SweepPoint& point) {
    while (point.index == 1) std::this_thread::sleep_for(std::chrono::milliseconds(20));
    return sum_of_axes(every, point);
  };
  run.stops = [&] { return all.size() >= 5 ? 2 : 0; };
  run_sweep(points, hashes, all, run);
  EXPECT_EQ(all.size(), 5u);
}

TEST_F(RunSweep, RunsPointsAgainThatSomebodyKilled) {
  Store all = store("a.db");
  SweepRun run = quick_run();
  const std::string once = folder.path("once");
  run.run = [&](const SweepPoints& every, const SweepPoint& point) {
    if (point.index == 1 && !std::filesystem::exists(once)) {
      folder.write("once", "");
      ::raise(SIGKILL);
    }
    if (point.index == 3) ::raise(SIGKILL);
    return sum_of_axes(every, point);
  };
  const SweepEnd end = run_sweep(points, hashes, all, run);
  EXPECT_EQ(end.killed, std::vector<std::uint64_t>{3});
  EXPECT_EQ(all.size(), 5u);
  EXPECT_EQ(end.progress.done, 5u);
}

TEST(RunPoint, SimulatesAndKeepsTheWholeResult) {
  const SweepFolder folder;
  const SweepPoints points = folder.points("");
  const PointAnswer answer = run_point(points, points.at(0));
  EXPECT_EQ(answer.row.status, Status::ok);
  const PointFiles files = {folder.path("edge.json"), folder.path("tiny.json"), {}, {}, {}};
  const PointResult result = evaluate(files, {});
  EXPECT_EQ(answer.row.figures, figures_of(result));
  EXPECT_EQ(Json::parse(answer.details).at("cycles"), result.cycles);
  const PointAnswer same = answer_of(answer_bytes(answer));
  EXPECT_EQ(same.details, answer.details);
  EXPECT_EQ(same.row.figures, answer.row.figures);
}

TEST(RunPoint, ExcludesByTheDesignBeforeItSimulates) {
  const SweepFolder folder;
  const SweepPoints points =
      folder.points(R"("constraints": ["area_mm2 < 0.001", "latency_s < 1e-9"])");
  const PointRow row = run_point(points, points.at(0)).row;
  EXPECT_EQ(row.status, Status::excluded);
  EXPECT_THAT(row.message, HasSubstr("'area_mm2 < 0.001' does not hold: area_mm2 is "));
  EXPECT_TRUE(row.figures[*figure_index("area_mm2")]);
  EXPECT_FALSE(row.figures[*figure_index("latency_s")]);
}

TEST(RunPoint, ExcludesByFiguresOnceTheyAreThere) {
  const SweepFolder folder;
  const SweepPoints points = folder.points(R"("constraints": ["latency_s < 1e-9"])");
  const PointRow row = run_point(points, points.at(0)).row;
  EXPECT_EQ(row.status, Status::excluded);
  EXPECT_THAT(row.message, HasSubstr("'latency_s < 1e-9' does not hold"));
  EXPECT_TRUE(row.figures[*figure_index("latency_s")]);
}

TEST(RunPoint, TellsInfeasibleFromMistaken) {
  const SweepFolder folder;
  const SweepPoints points = folder.points(
      axes({R"({"name": "bytes", "pointer": "/buffers/0/bytes", "values": [512, 3000000]})",
            R"({"name": "mhz", "pointer": "/clock_mhz", "values": [200, 9000]})"}));
  const PointRow small = run_point(points, points.at(0)).row;
  EXPECT_EQ(small.status, Status::infeasible);
  EXPECT_THAT(small.message, HasSubstr("bytes"));
  const PointRow fast = run_point(points, points.at(3)).row;
  EXPECT_EQ(fast.status, Status::failed);
  EXPECT_THAT(fast.message, HasSubstr("/buffers/0"));
}

TEST(RunPoint, RefusesConstraintsOnFiguresThatADesignLacks) {
  const SweepFolder folder;
  const SweepPoints points = folder.points(R"("constraints": ["fpga_dsp < 100"])");
  const PointRow row = run_point(points, points.at(0)).row;
  EXPECT_EQ(row.status, Status::failed);
  EXPECT_THAT(row.message, HasSubstr("needs fpga_dsp, which this design does not have"));
}

TEST(RunPoint, PassesOnPublishedAccuracy) {
  const SweepFolder folder;
  const std::string accuracy = R"("accuracy": {"top1_percent": 61.5, "source": "a table"})";
  std::string model = kTinyModel;
  model.insert(1, accuracy + ",");
  folder.write("tiny.json", model);
  folder.write("w4.json", R"({"passes": [{"pass": "quantise", "weight_bits": 4}],
    "accuracy": [{"workload": "other", "top1_percent": 1, "source": "x"},
                 {"workload": "tiny", "top1_percent": 60.5, "source": "y"}]})");
  const SweepPoints points = folder.points(R"("techniques": ["none", "w4.json"])");
  const std::size_t figure = *figure_index("accuracy_top1_percent");
  EXPECT_EQ(run_point(points, points.at(0)).row.figures[figure], 61.5);
  EXPECT_EQ(run_point(points, points.at(1)).row.figures[figure], 60.5);
}

TEST(RunPoint, PassesOnMeanIntersectionOverUnion) {
  const SweepFolder folder;
  std::string model = kTinyModel;
  model.insert(1, R"("accuracy": {"miou_percent": 46.5, "source": "a table"},)");
  folder.write("tiny.json", model);
  const SweepPoints points = folder.points(R"("techniques": ["none", "w4.json"])");
  const PointRow row = run_point(points, points.at(0)).row;
  EXPECT_EQ(row.figures[*figure_index("accuracy_miou_percent")], 46.5);
  EXPECT_FALSE(row.figures[*figure_index("accuracy_top1_percent")]);
  const PointRow changed = run_point(points, points.at(1)).row;
  EXPECT_FALSE(changed.figures[*figure_index("accuracy_miou_percent")]) << "of the model alone";
}

TEST(RunPoint, OfATraceGivesTheFiguresOfItsInputs) {
  const SweepFolder folder;
  const SweepPoints points = folder.points(R"("techniques": ["w4.json", "none", )" +
                                           on_trace("by_input.json", "inputs.json") + "]");
  const auto row = [&](std::uint64_t point) { return run_point(points, points.at(point)).row; };
  const PointRow low = row(0), high = row(1), mixed = row(2);
  ASSERT_EQ(mixed.status, Status::ok) << mixed.message;
  EXPECT_EQ(mixed.technique, "by_input on inputs");
  const auto figure = [](const PointRow& of, const char* name) {
    return of.figures[*figure_index(name)].value();
  };
  // Three inputs of four run with 4-bit weights, which are loaded in less time.
  ASSERT_LT(figure(low, "latency_s"), figure(high, "latency_s"));
  for (const char* name : {"latency_s", "energy_per_image_j"}) {
    EXPECT_NEAR(figure(mixed, name) / (0.75 * figure(low, name) + 0.25 * figure(high, name)), 1,
                1e-9)
        << name;
  }
  EXPECT_EQ(figure(mixed, "latency_p50_s"), figure(low, "latency_s"));
  EXPECT_EQ(figure(mixed, "latency_p95_s"), figure(high, "latency_s"));
  EXPECT_EQ(figure(mixed, "images"), 4);
  EXPECT_EQ(figure(mixed, "dram_bytes"),
            3 * figure(low, "dram_bytes") + figure(high, "dram_bytes"));
}

TEST(Shards, HoldEveryHashOnce) {
  for (const char* hash : {"00000000000000000000000000000000", "ffffffffffffffff0000000000000000",
                           "0123456789abcdef0123456789abcdef"}) {
    int in = 0;
    for (int i = 1; i <= 7; ++i) in += in_shard(hash, {i, 7}) ? 1 : 0;
    EXPECT_EQ(in, 1) << hash;
  }
  EXPECT_TRUE(in_shard("00000000000000050000000000000000", {2, 4}));  // 5 mod 4 is 1
}

}  // namespace
}  // namespace saccade
