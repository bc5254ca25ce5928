// SpAtten's engine without pruning: attention of one block beside what its public model counts.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <iostream>

#include "flow/evaluate.hpp"
#include "mapping/testing.hpp"
#include "workload/op_list.hpp"

namespace saccade {
namespace {

using namespace mapping_testing;

const std::string kHardware = SACCADE_SOURCE_DIR "/configs/hardware/spatten.json";

/// QK^T, softmax and AV of 197 tokens, heads of 64. Scores are scaled as they are requantised.
Workload attention(std::int64_t heads) {
  WorkloadBuilder builder("attention", 1, {});
  const auto input = [&](const char* name) {
    View view{builder.input(name, 197, 64 * heads)};
    view.head_columns = 64;
    return view;
  };
  const View q = input("q"), v = input("v");
  View k = input("k"), scores, probabilities, context;
  k.transposed = true;
  scores.head_rows = probabilities.head_rows = 197;
  context.head_columns = 64;
  const std::int64_t rows = 197 * heads;
  const auto role = Role::core_attention;
  MatMul product;
  product.heads = heads;
  product.m = product.n = 197;
  product.k = 64;
  const TensorId raw = builder.add("a.qk", role, product, {q, k}, rows, 197, scores);
  probabilities.tensor = builder.add("a.softmax", role, Softmax{rows, 197}, {{raw}}, rows, 197);
  std::swap(product.n, product.k);
  builder.mark_output(
      builder.add("a.sv", role, product, {probabilities, v}, 197, 64 * heads, context));
  return std::move(builder).build();
}

// Its public model: heads * 197 * ceil(197 / 8) of multipliers, 50 a head of DRAM, 128 of latency.
TEST(SpAtten, AttentionOfABlock) {
  const std::pair<std::int64_t, double> cases[] = {{3, 15053}, {6, 29978}, {12, 59828}};
  for (const auto& [heads, published] : cases) {
    PointInputs inputs;
    inputs.hardware = read_document(kHardware);
    inputs.workload = {"attention.json", parse_json(export_json(attention(heads)), "a.json"), {}};
    const PointResult result = evaluate_inputs(inputs, {});
    ASSERT_EQ(result.status, Status::ok) << result.message;
    const auto cycles = static_cast<double>(result.cycles);
    std::cout << fmt::format("{} heads: {} cycles, {} by the public model\n", heads, cycles,
                             published);
    EXPECT_NEAR(cycles / published, 1.0, 0.05) << heads;
  }
}

// 8 keys of 64 a cycle make the scores, 8 values of 64 the result, each with its own multipliers.
// The softmax of a row block takes longer than either, so that more than two blocks are on their
// way.
TEST(SpAtten, ProductsRunOnTheirOwnMultipliers) {
  const Accelerator accelerator = design("spatten");
  const Mapping mapping = mapped(attention(3), accelerator);
  EXPECT_EQ(accelerator
                .engines[static_cast<std::size_t>(
                    mapping.schedules[op_index(mapping.workload, "a.qk")].engine)]
                .name,
            "qk");
  EXPECT_EQ(accelerator
                .engines[static_cast<std::size_t>(
                    mapping.schedules[op_index(mapping.workload, "a.sv")].engine)]
                .name,
            "pv");
  EXPECT_GT(mapping.schedules[op_index(mapping.workload, "a.qk")].blocks_ahead, 1);
  const Drained drained(accelerator, {&mapping});
  EXPECT_THAT(drained.problems, testing::IsEmpty());
}

// One array and one vector unit: the scores of the next block are all that there is to do.
TEST(BlocksAhead, AreOneWhereThereIsOneArray) {
  const Mapping mapping = mapped(attention(3), design("systolic_64x64"));
  EXPECT_EQ(mapping.schedules[op_index(mapping.workload, "a.qk")].blocks_ahead, 1);
}

TEST(BlocksAhead, AreAsManyAsThereIsSpaceFor) {
  for (const std::int64_t bytes : {24, 32, 40, 48, 64, 128}) {
    const Accelerator accelerator =
        design("spatten", {{"/buffers/2/bytes", std::to_string(bytes * 1024)}});
    const Mapping mapping = mapped(attention(3), accelerator);
    const Drained drained(accelerator, {&mapping});
    EXPECT_THAT(drained.problems, testing::IsEmpty()) << bytes;
    EXPECT_LE(drained.peak(2), bytes * 1024);
    std::cout << fmt::format("{} KiB: tiles of {} rows, {} blocks ahead\n", bytes,
                             mapping.schedules[op_index(mapping.workload, "a.qk")].tile().m,
                             mapping.schedules[op_index(mapping.workload, "a.qk")].blocks_ahead);
  }
}

double sum(const std::vector<Share>& shares) {
  double total = 0;
  for (const Share& share : shares) total += share.value;
  return total;
}

// Published: 18.71 mm^2 at 40 nm (fetchers 2.65, QK 7.12, softmax 0.79, top-k 0.50, PV 7.22, other
// 0.43) and 8.30 W (1.36 logic, 1.24 SRAM, 5.71 DRAM) on language models with pruning.
TEST(SpAtten, AreaAndPowerBesideThePublished) {
  PointFiles files;
  files.hardware = kHardware;
  files.workload = SACCADE_SOURCE_DIR "/workloads/models/deit_small.json";
  const PointResult result = evaluate(files, {});
  ASSERT_EQ(result.status, Status::ok) << result.message;
  for (const Share& share : result.area_breakdown_mm2) {
    std::cout << fmt::format("{} {}: {:.3f} mm^2\n", share.component, share.part, share.value);
  }
  std::cout << fmt::format(
      "{:.2f} mm^2 ({:.1f} to {:.1f}), 18.71 published; {:.2f} W, {:.2f} of it "
      "on chip; 8.30 and 2.60 published\n",
      result.area_mm2, result.area_low_mm2, result.area_high_mm2, result.power_w,
      result.power_on_chip_w);
  EXPECT_NEAR(sum(result.area_breakdown_mm2), result.area_mm2, 1e-9 * result.area_mm2);
  EXPECT_LT(result.area_low_mm2, 18.71);
  EXPECT_GT(result.area_high_mm2, 18.71);
}

}  // namespace
}  // namespace saccade
