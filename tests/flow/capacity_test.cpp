// DRAM traffic against the capacity of the buffers: never more with more space, everything once
// where all fits, and in between what a calculation by hand says.
#include <gtest/gtest.h>

#include <iostream>
#include <map>

#include "mapping/testing.hpp"

namespace saccade {
namespace {

using namespace mapping_testing;

constexpr std::int64_t kKiB = 1024;

/// FC1 of a layer of DeiT-S: 197 x 384 by 384 x 1536, 8 bits, biases of 32.
Workload fc1() { return one_linear(197, 1536, 384); }

/// QK^T of a layer of DeiT-S: 6 heads of 197 x 64 by 64 x 197.
Workload qk() {
  WorkloadBuilder builder("qk", 1, {});
  View q{builder.input("q", 197, 384)}, k{builder.input("k", 197, 384)}, scores;
  q.head_columns = k.head_columns = 64;
  k.transposed = true;
  scores.head_rows = 197;
  MatMul product;
  product.heads = 6;
  product.m = product.n = 197;
  product.k = 64;
  builder.mark_output(
      builder.add("qk", Role::core_attention, product, {q, k}, 6 * 197, 197, scores));
  return std::move(builder).build();
}

/// A 32 x 32 array whose buffers of activations and of weights have so many bytes each; 64 KiB of
/// accumulators.
Accelerator with_capacity(std::int64_t bytes) {
  return design("systolic_32x32", {{"/buffers/0/bytes", std::to_string(bytes)},
                                   {"/buffers/1/bytes", std::to_string(bytes)},
                                   {"/buffers/0/access", "any"},
                                   {"/dram/fidelity", "bandwidth"}});
}

/// Bytes that the mapper expects to move, in whole bursts, by capacity from 16 KiB to 4 MiB.
std::vector<std::int64_t> traffic(const Workload& workload, Objective objective) {
  std::vector<std::int64_t> bytes;
  for (std::int64_t capacity = 16 * kKiB; capacity <= 4096 * kKiB; capacity *= 2) {
    const Accelerator accelerator = with_capacity(capacity);
    const Mapping mapping = mapped(workload, accelerator, objective);
    EXPECT_EQ(mapping.schedules.size(), 1u);
    bytes.push_back(static_cast<std::int64_t>(mapping.schedules[0].dram_bytes));
    std::cout << fmt::format("{} KiB: {} bytes\n", capacity / kKiB, bytes.back());
  }
  return bytes;
}

void expect_falling(const std::vector<std::int64_t>& bytes) {
  for (std::size_t i = 1; i < bytes.size(); ++i) {
    EXPECT_LE(static_cast<double>(bytes[i]), 1.02 * static_cast<double>(bytes[i - 1]))
        << (16 << i) << " KiB";
  }
}

// Everything of FC1 once: the input, the weights with their biases, the output.
constexpr std::int64_t kInput = 197 * 384, kWeights = 384 * 1536 + 1536 * 4, kOutput = 197 * 1536;
constexpr std::int64_t kOnce = kInput + kWeights + kOutput;

// With tiles of M x N sums the input comes 1536/N times and the weights ceil(197/M) times, unless
// one of the operands stays. 64 KiB of accumulators hold 16384 sums: M N <= 16384. The activation
// buffer holds M x N results beside M x K of the input, with K = 384 or, in chunks, 64 (less than a
// burst of 64 bytes would be read in vain).
//
// 128 KiB: the whole input (75,648 bytes) stays beside a tile of results, weights pass once.
// 64 KiB: neither the input nor the weights fit. Half of the input does (128 x 384 = 49,152 beside
//   a tile of results), so weights come twice. Wide tiles are worse: 1536 / 128 times the input.
// 32 KiB: 64 rows of the input at a time would bring the weights four times, 64 columns of the
//   weights the input 24 times. Better are tiles of 128 x 128 in chunks of k: 128 x 128 results and
//   128 x 128 of the input are the 32 KiB; the input 12 times, the weights twice.
// 16 KiB: the same with 128 x 64: 8 KiB of results, 8 KiB of the input; 24 times, twice.
TEST(Capacity, Fc1ForEnergyHasItsKneesWhereTheyBelong) {
  const std::vector<std::int64_t> bytes = traffic(fc1(), Objective::energy);
  EXPECT_LE(bytes[0], 24 * kInput + 2 * kWeights + kOutput);
  EXPECT_LE(bytes[1], 12 * kInput + 2 * kWeights + kOutput);
  EXPECT_EQ(bytes[2], kInput + 2 * kWeights + kOutput);
  for (std::size_t i = 3; i < bytes.size(); ++i) EXPECT_EQ(bytes[i], kOnce);
  expect_falling(bytes);
}

TEST(Capacity, Fc1ForLatencyFallsToEverythingOnce) {
  const std::vector<std::int64_t> bytes = traffic(fc1(), Objective::latency);
  expect_falling(bytes);
  EXPECT_GT(bytes[2], kOnce);
  EXPECT_EQ(bytes.back(), kOnce);
}

// Everything of QK^T once: Q, K and the scores.
constexpr std::int64_t kQ = 197 * 384, kScores = 6 * 197 * 197, kQkOnce = 2 * kQ + kScores;

// 32 KiB: K of a head stays (197 x 64 = 12,608 bytes) beside 32 rows of Q (2,048) and whole rows of
//   scores (32 x 197 = 6,304): everything once.
// 16 KiB: K would leave room for 32 x 32 scores, written in halves of a burst of 64 bytes. Better
//   are 128 columns of K (8,192) beside 32 rows of Q and 32 x 64 scores: Q comes twice.
TEST(Capacity, QkForEnergyHasItsKneeWhereItBelongs) {
  const std::vector<std::int64_t> bytes = traffic(qk(), Objective::energy);
  EXPECT_EQ(bytes[0], kQkOnce + kQ);
  for (std::size_t i = 1; i < bytes.size(); ++i) EXPECT_EQ(bytes[i], kQkOnce);
  expect_falling(bytes);
}

TEST(Capacity, QkForLatencyFallsToEverythingOnce) {
  const std::vector<std::int64_t> bytes = traffic(qk(), Objective::latency);
  expect_falling(bytes);
  EXPECT_EQ(bytes.back(), kQkOnce);
}

/// SegFormer-B2's Conv2DFuse at 512 x 512: 3072 to 768 channels at 128 x 128 pixels.
Workload conv2d_fuse() {
  Conv2d fuse;
  fuse.in_channels = 3072;
  fuse.out_channels = 768;
  fuse.in_height = fuse.in_width = 128;
  WorkloadBuilder builder("fuse", 1, {});
  const TensorId x = builder.input("x", 128 * 128, 3072);
  builder.mark_output(builder.conv2d("fuse", Role::head, x, fuse, Bias::batch_norm));
  return std::move(builder).build();
}

// Of its 3072 x 768 weights each of 16 PEs has 48 columns, 147,456 bytes, and two parameters of 32
// bits a column: 147,840. With 160 KiB a PE everything is moved once; with 128 KiB half of the
// columns stay at a time and the input comes twice; with 64 KiB three times or more.
TEST(Capacity, Conv2DFuseStepsWhereItsWeightsFitThePes) {
  constexpr std::int64_t input = 128 * 128 * 3072, output = 128 * 128 * 768;
  constexpr std::int64_t weights = 3072 * 768 + 2 * 4 * 768;
  constexpr std::int64_t once = input + weights + output;
  std::map<std::int64_t, std::int64_t> bytes;  // by KiB of a PE
  for (const std::int64_t kib : {32, 64, 128, 144, 160, 256, 512, 1024}) {
    const Accelerator accelerator =
        design("vector_mac_16pe",
               {{"/buffers/2/bytes", std::to_string(kib * kKiB)}, {"/dram/fidelity", "bandwidth"}});
    const Mapping mapping = mapped(conv2d_fuse(), accelerator, Objective::energy);
    bytes[kib] = static_cast<std::int64_t>(mapping.schedules[0].dram_bytes);
    std::cout << fmt::format("{} KiB a PE: {} bytes\n", kib, bytes[kib]);
  }
  for (const std::int64_t kib : {160, 256, 512, 1024}) EXPECT_EQ(bytes[kib], once) << kib;
  EXPECT_GE(bytes[144], once + input);
  EXPECT_EQ(bytes[128], bytes[144]);
  EXPECT_GE(bytes[64], bytes[128] + input);
  EXPECT_GE(bytes[32], bytes[64]);
}

}  // namespace
}  // namespace saccade
