// A whole simulation of one product against an array that multiplies real numbers.
#include <gtest/gtest.h>

#include <random>

#include "cost/systolic_registers.hpp"
#include "mapping/testing.hpp"
#include "sim/simulate.hpp"

namespace saccade {
namespace {

using mapping_testing::Patches;

/// x times a parameter, handed out as sums: no bias, no requantisation, no vector unit.
Workload bare_product(std::int64_t m, std::int64_t n, std::int64_t k) {
  std::vector<Tensor> tensors(3);
  tensors[0].name = "a";
  tensors[0].shape = {m, k};
  tensors[0].kind = TensorKind::network_input;
  tensors[1].name = "b";
  tensors[1].shape = {k, n};
  tensors[1].kind = TensorKind::parameter;
  tensors[2].name = "c";
  tensors[2].shape = {m, n};
  tensors[2].bits = 32;
  tensors[2].kind = TensorKind::network_output;
  Op op;
  op.name = "product";
  op.role = Role::ffn;
  op.body = MatMul{1, 1, m, n, k, false, 32, false};
  op.inputs = {View{0}, View{1}};
  op.outputs = {View{2}};
  return Workload("product", 1, tensors, {op});
}

/// Memory that takes no time and buffers in which everything fits.
Patches ample(const std::string& variant, int rows, int columns) {
  Patches patches = {{"/engines/0/variant", variant}, {"/buffers/0/access", "any"}};
  for (const char* buffer : {"0", "1", "2"}) {
    const std::string at = std::string("/buffers/") + buffer;
    patches.insert(patches.end(), {{at + "/bytes", "1073741824"}, {at + "/width_bits", "65536"}});
  }
  patches.insert(patches.end(), {{"/dram/fidelity", "ideal"},
                                 {"/interconnect/width_bits", "1048576"},
                                 {"/engines/0/rows", std::to_string(rows)},
                                 {"/engines/0/columns", std::to_string(columns)}});
  return patches;
}

std::vector<std::int64_t> random_matrix(std::mt19937& random, std::int64_t elements) {
  std::vector<std::int64_t> matrix(static_cast<std::size_t>(elements));
  for (auto& value : matrix) value = static_cast<std::int64_t>(random() % 255) - 127;
  return matrix;
}

std::int64_t reference_cycles(const Accelerator& accelerator, std::mt19937& random, std::int64_t m,
                              std::int64_t n, std::int64_t k) {
  const auto a = random_matrix(random, m * k);
  const auto b = random_matrix(random, k * n);
  const auto result =
      testing_registers::run(std::get<SystolicArray>(accelerator.engines[0].kind), m, n, k, a, b);
  for (std::int64_t i = 0; i < m; ++i) {
    for (std::int64_t j = 0; j < n; ++j) {
      std::int64_t sum = 0;
      for (std::int64_t l = 0; l < k; ++l) {
        sum += a[static_cast<std::size_t>(i * k + l)] * b[static_cast<std::size_t>(l * n + j)];
      }
      EXPECT_EQ(result.product[static_cast<std::size_t>(i * n + j)], sum);
    }
  }
  return result.cycles;
}

/// From the first operand at the array to the last result: the interconnect takes a cycle before
/// and one after, however wide it is.
Cycle computing(const SimResult& result) {
  Cycle begin = result.cycles, end = 0;
  for (const TaskRecord& record : result.records) {
    if (record.stage != Stage::compute) continue;
    begin = std::min(begin, record.start);
    end = std::max(end, record.end);
  }
  EXPECT_LE(result.cycles, end - begin + 2);
  return end - begin;
}

class WholeArray : public testing::TestWithParam<std::pair<std::string, SystolicArray>> {};

TEST_P(WholeArray, TakesTheCyclesOfTheRegisters) {
  const std::string& variant = GetParam().first;
  std::mt19937 random(7);
  const int shapes[][2] = {{4, 4}, {8, 8}, {3, 5}, {8, 4}, {1, 6}, {7, 1}};
  for (int i = 0; i < 120; ++i) {
    const auto& shape = shapes[random() % 6];
    // Every tenth product is degenerate in one size or in all.
    const auto size = [&](int which) -> std::int64_t {
      if (i % 10 == 0 && (i / 10 % 4 == which || i / 10 % 4 == 3)) return 1;
      return 1 + static_cast<std::int64_t>(random() % 40);
    };
    const std::int64_t m = size(0), n = size(1), k = size(2);
    const Accelerator accelerator =
        mapping_testing::design("systolic_32x32", ample(variant, shape[0], shape[1]));
    const Mapping mapping = mapping_testing::mapped(bare_product(m, n, k), accelerator);
    Program program(accelerator, {&mapping});
    const SimResult result = simulate(accelerator, program);
    EXPECT_EQ(computing(result), static_cast<Cycle>(reference_cycles(accelerator, random, m, n, k)))
        << variant << " " << shape[0] << "x" << shape[1] << " m " << m << " n " << n << " k " << k;
    EXPECT_EQ(total_macs(result.counts), static_cast<std::uint64_t>(m * n * k));
  }
}

INSTANTIATE_TEST_SUITE_P(Variants, WholeArray, testing::ValuesIn(systolic_variants()),
                         [](const auto& each) { return each.param.first; });

}  // namespace
}  // namespace saccade
