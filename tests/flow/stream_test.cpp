// Streams and batches: what their figures must have to do with each other and with one inference.
#include "flow/stream.hpp"

#include <gtest/gtest.h>

#include "flow/account.hpp"
#include "flow/evaluate.hpp"
#include "mapping/testing.hpp"
#include "result/result_json.hpp"

namespace saccade {
namespace {

using namespace mapping_testing;

const std::string kRoot = SACCADE_SOURCE_DIR;
const char* const kDesigns[] = {"systolic_64x64", "systolic_32x32", "edge_16x16"};

PointFiles files(const std::string& design, std::optional<int> batch = {}) {
  PointFiles files;
  files.hardware = kRoot + "/configs/hardware/" + design + ".json";
  files.workload = kRoot + "/workloads/models/deit_tiny.json";
  files.workload_patches = {{"/depth", "2"}};
  files.batch = batch;
  return files;
}

PointResult point(const std::string& design, int stream, int window, std::optional<int> batch = {},
                  bool timeline = false) {
  EvaluateOptions options;
  options.stream = stream;
  options.window = window;
  options.timeline = timeline;
  PointResult result = evaluate(files(design, batch), options);
  EXPECT_EQ(result.status, Status::ok) << result.message;
  return result;
}

OpActivity activity(Cycle start, Cycle end, std::uint64_t tasks, Cycle exclusive) {
  OpActivity op;
  op.start = start;
  op.end = end;
  op.tasks = tasks;
  op.exclusive[1][2] = exclusive;
  op.counts.dram.read_bytes = 10 * tasks;
  return op;
}

TEST(StreamFigures, LatencyIsFromTheFirstTaskToTheLast) {
  const std::vector<OpActivity> ops = {activity(0, 50, 1, 0), activity(40, 90, 2, 0),
                                       activity(80, 150, 1, 0), activity(70, 140, 2, 0)};
  EXPECT_EQ(latencies(ops, 2), (std::vector<Cycle>{90, 80}));
  EXPECT_EQ(latencies(ops, 1), (std::vector<Cycle>{150}));
}

TEST(StreamFigures, OpsOfOneNameAreSummed) {
  const std::vector<OpActivity> sums = summed({activity(5, 50, 1, 30), activity(0, 0, 0, 0),
                                               activity(60, 95, 2, 40), activity(70, 90, 3, 5)},
                                              2);
  ASSERT_EQ(sums.size(), 2u);
  EXPECT_EQ(sums[0].start, 5u);
  EXPECT_EQ(sums[0].end, 95u);
  EXPECT_EQ(sums[0].tasks, 3u);
  EXPECT_EQ(sums[0].exclusive[1][2], 70u);
  EXPECT_EQ(sums[0].counts.dram.read_bytes, 30u);
  EXPECT_EQ(sums[1].start, 70u) << "an op without tasks has no start";
  EXPECT_EQ(sums[1].end, 90u);
  EXPECT_EQ(sums[1].exclusive_cycles(), 5u);
}

TEST(Streams, OneInferenceIsThePlainRun) {
  for (const char* design : kDesigns) {
    const PointResult plain = evaluate(files(design), {});
    const PointResult one = point(design, 1, 1);
    EXPECT_EQ(json_text(one), json_text(plain));
    EXPECT_EQ(one.mode, "first");
    EXPECT_EQ(one.images, 1);
    EXPECT_DOUBLE_EQ(one.run_s, static_cast<double>(one.cycles) / one.clock_hz);
    for (const double latency :
         {one.latency_s, one.latency_p50_s, one.latency_p95_s, one.latency_worst_s,
          one.seconds_per_image, one.seconds_per_batch}) {
      EXPECT_EQ(latency, one.run_s) << design;
    }
    EXPECT_EQ(one.energy_per_image_j, one.energy_j);
    EXPECT_EQ(one.energy_per_batch_j, one.energy_j);
    EXPECT_DOUBLE_EQ(one.edp_js, one.energy_j * one.run_s);
  }
}

TEST(Streams, FiguresAgree) {
  const PointResult one = point("systolic_64x64", 1, 1, 2);
  const PointResult r = point("systolic_64x64", 5, 2, 2);
  EXPECT_EQ(r.mode, "stream");
  EXPECT_EQ(r.stream, 5);
  EXPECT_EQ(r.window, 2);
  EXPECT_EQ(r.batch, 2);
  EXPECT_EQ(r.images, 10);
  EXPECT_EQ(r.macs, 5 * one.macs);
  EXPECT_EQ(r.macs_dense, 5 * one.macs_dense);
  // Two in flight share the buffers: less stays on chip.
  EXPECT_GE(r.dram_bytes_useful, 5 * one.dram_bytes_useful);
  EXPECT_DOUBLE_EQ(r.run_s, static_cast<double>(r.cycles) / r.clock_hz);
  EXPECT_DOUBLE_EQ(r.throughput_images_per_s, 10 / r.run_s);
  EXPECT_DOUBLE_EQ(r.seconds_per_image * r.throughput_images_per_s, 1);
  EXPECT_DOUBLE_EQ(r.seconds_per_batch, 2 * r.seconds_per_image);
  EXPECT_DOUBLE_EQ(r.energy_per_image_j * 10, r.energy_j);
  EXPECT_DOUBLE_EQ(r.energy_per_batch_j * 5, r.energy_j);
  EXPECT_DOUBLE_EQ(r.power_w * r.run_s, r.energy_j);
  EXPECT_DOUBLE_EQ(r.edp_js, r.energy_per_image_j * r.latency_s);
  EXPECT_LE(r.latency_p50_s, r.latency_p95_s);
  EXPECT_LE(r.latency_p95_s, r.latency_worst_s);
  EXPECT_LE(r.latency_s, r.latency_worst_s);
  EXPECT_LT(r.latency_worst_s, r.run_s);
  EXPECT_GE(r.latency_s * 5, r.run_s) << "inferences leave no gap between them";
}

TEST(Streams, ExclusiveCyclesSumToTheRun) {
  for (const int window : {1, 2}) {
    const PointResult one = point("systolic_32x32", 1, 1);
    const PointResult r = point("systolic_32x32", 3, window, {}, true);
    ASSERT_EQ(r.ops.size(), one.ops.size());
    std::uint64_t exclusive = 0, bytes = 0, tasks = 0, by_work = 0, core = 0;
    double energy = 0;
    for (std::size_t i = 0; i < r.ops.size(); ++i) {
      EXPECT_EQ(r.ops[i].name, one.ops[i].name);
      EXPECT_EQ(r.ops[i].macs, 3 * one.ops[i].macs);
      if (window == 1) {
        EXPECT_EQ(r.ops[i].tasks, 3 * one.ops[i].tasks);
      }
      EXPECT_LE(r.ops[i].end_cycle, r.cycles);
      exclusive += r.ops[i].exclusive_cycles;
      bytes += r.ops[i].dram_bytes;
      energy += r.ops[i].energy_j;
      tasks += r.ops[i].tasks;
      if (r.ops[i].role == "core_attention") core += r.ops[i].exclusive_cycles;
    }
    for (const auto& item : r.cycles_by_work) by_work += item.second;
    EXPECT_EQ(exclusive, r.cycles);
    EXPECT_EQ(by_work, r.cycles);
    EXPECT_EQ(bytes, r.dram_bytes);
    EXPECT_NEAR(energy / r.energy_j, 1, 1e-9);
    EXPECT_DOUBLE_EQ(r.core_attention.latency_s * 3 * r.clock_hz, static_cast<double>(core));
    EXPECT_DOUBLE_EQ(r.core_attention.edp_js,
                     r.core_attention.latency_s * r.core_attention.energy_j / 3);
    EXPECT_EQ(r.timeline.size(), tasks);
    for (const TimelineEvent& event : r.timeline) ASSERT_LT(event.op, r.ops.size());
  }
}

TEST(Streams, AWiderWindowTradesLatencyForThroughput) {
  for (const char* design : kDesigns) {
    const PointResult narrow = point(design, 4, 1);
    const PointResult wide = point(design, 4, 2);
    // Two in flight wait for each other's work. What they gain fills gaps; on a small design their
    // smaller shares of the buffers may cost as much.
    EXPECT_GE(wide.latency_s, 1.3 * narrow.latency_s) << design;
    EXPECT_LE(wide.latency_s, 2.2 * narrow.latency_s) << design;
    EXPECT_GE(wide.throughput_images_per_s, 0.97 * narrow.throughput_images_per_s) << design;
    EXPECT_LE(narrow.cycles, 4 * point(design, 1, 1).cycles) << "weights are loaded ahead";
  }
}

/// With buffers for both, a second image in flight only fills what the first one leaves idle.
TEST(Streams, WithRoomForBothThroughputGrows) {
  const auto run = [](int window) {
    PointFiles roomy = files("systolic_64x64", 1);
    roomy.hardware_patches = {{"/buffers/0/bytes", "8388608"}};
    EvaluateOptions options;
    options.stream = 4;
    options.window = window;
    return evaluate(roomy, options);
  };
  const PointResult narrow = run(1), wide = run(2);
  EXPECT_GT(wide.throughput_images_per_s, narrow.throughput_images_per_s);
  EXPECT_EQ(wide.dram_bytes_useful, narrow.dram_bytes_useful);
}

TEST(Streams, ABatchLoadsWeightsForAllItsImages) {
  const auto run = [](int images) {
    PointFiles with_space = files("systolic_64x64", images);
    with_space.hardware_patches = {{"/buffers/0/bytes", "4194304"}};  // for all activations
    return evaluate(with_space, {});
  };
  const PointResult one = run(1), batch = run(4);
  ASSERT_EQ(batch.status, Status::ok) << batch.message;
  // Of two blocks qkv, proj, fc1 and fc2, and the head, which three of the images find there.
  const std::uint64_t weights = 2 * 192 * (576 + 192 + 768 + 768) + 192 * 1000;
  EXPECT_LE(batch.dram_bytes_useful, 4 * one.dram_bytes_useful - 3 * weights);
  EXPECT_EQ(batch.batch, 4);
  EXPECT_EQ(batch.images, 4);
  EXPECT_EQ(batch.macs, 4 * one.macs);
  EXPECT_LT(batch.dram_bytes, 4 * one.dram_bytes);
  EXPECT_LT(batch.energy_per_image_j, one.energy_per_image_j);
  EXPECT_GT(batch.throughput_images_per_s, one.throughput_images_per_s);
  EXPECT_GT(batch.latency_s, one.latency_s) << "images wait for each other";
  EXPECT_EQ(batch.energy_per_batch_j, batch.energy_j);
}

/// More outputs than a task can have needs: `outputs` products of one input.
Workload many_heads(int outputs) {
  WorkloadBuilder builder("heads", 1, {});
  const TensorId x = builder.input("x", 64, 32);
  for (int i = 0; i < outputs; ++i) {
    const std::int64_t columns = 16 * (outputs - i);  // the first takes longest
    builder.mark_output(
        builder.linear(fmt::format("head{}", i), Role::head, x, columns, Bias::vector));
  }
  return std::move(builder).build();
}

TEST(Streams, InputsWaitForAllOutputsOfTheWindowBefore) {
  const Accelerator accelerator = design("edge_16x16");
  const Mapping mapping = mapped(many_heads(7), accelerator);
  for (const int window : {1, 2}) {
    const SimResult run = run_stream(accelerator, mapping, 4, window);
    std::array<Cycle, 4> stored{}, loaded{};
    loaded.fill(~Cycle{0});
    for (const TaskRecord& record : run.records) {
      const std::size_t which = record.op / 7;
      if (record.stage == Stage::store) stored[which] = std::max(stored[which], record.end);
      if (record.stage != Stage::load_input) continue;
      loaded[which] = std::min(loaded[which], record.start);
    }
    for (std::size_t i = 1; i < 4; ++i) {
      const auto before = static_cast<std::size_t>(window);
      if (i >= before) {
        EXPECT_GE(loaded[i], stored[i - before]);
      }
      if (window > 1) {
        EXPECT_LT(loaded[i], stored[i - 1]) << "need not wait for the one before";
      }
    }
  }
}

}  // namespace
}  // namespace saccade
