#include "cost/vector.hpp"

#include <gtest/gtest.h>

namespace saccade {
namespace {

constexpr auto at(VectorOp op) { return static_cast<std::size_t>(op); }

/// 16 lanes, pipeline of 8; everything in one cycle, iterative operations in 8.
VectorUnit unit(int softmax_sweeps = 3, int layernorm_sweeps = 2) {
  VectorUnit unit;
  unit.lanes = 16;
  unit.latency_cycles = 8;
  unit.softmax_sweeps = softmax_sweeps;
  unit.layernorm_sweeps = layernorm_sweeps;
  unit.cycles_per_element.fill(1);
  for (const VectorOp op : {VectorOp::reciprocal, VectorOp::divide, VectorOp::square_root}) {
    unit.cycles_per_element[at(op)] = 8;
  }
  return unit;
}

struct Case {
  const char* name;
  Body body;
  int softmax_sweeps, layernorm_sweeps;
  std::int64_t rows, columns;
  std::int64_t cycles, latency;
  int rewrites;
};

// Beats of a row-wise op: rows * ceil(columns / 16); of another: ceil(rows * columns / 16).
const Case kCases[] = {
    // 197 columns are 13 beats: 3 sweeps * 10 rows * 13, then ceil(10 / 16) * 8 for 1/sum.
    {"softmax 3", Softmax{}, 3, 2, 10, 197, 3 * 130 + 8, 3 * 8, 1},
    {"softmax 2", Softmax{}, 2, 2, 10, 197, 2 * 130 + 8, 2 * 8, 0},
    // 17 rows take two turns of the iterative units.
    {"softmax rows", Softmax{}, 2, 2, 17, 16, 2 * 17 + 2 * 8, 2 * 8, 0},
    // 192 columns are 12 beats; a row's variance: multiply 1, square root 8, reciprocal 8.
    {"layernorm 2", Norm{}, 3, 2, 10, 192, 2 * 120 + 17, 2 * 8, 0},
    {"layernorm 3", Norm{}, 3, 3, 10, 192, 3 * 120 + 17, 3 * 8, 0},
    // A batch norm is a scale and a shift: ceil(10 * 20 / 16) = 13.
    {"batchnorm", Norm{NormKind::batch, 1, 1}, 3, 2, 10, 20, 13, 8, 0},
    // Lanes are shared between rows: ceil(3 * 10 / 16) = 2, not 3.
    {"gelu", Elementwise{ElementFunction::gelu, 1, 1}, 3, 2, 3, 10, 2, 8, 0},
    {"add", Elementwise{ElementFunction::add, 1, 1}, 3, 2, 16, 16, 16, 8, 0},
    {"hardswish", Elementwise{ElementFunction::hardswish, 1, 1}, 3, 2, 16, 16, 16, 8, 0},
    {"maximum", Reduce{ReduceFunction::maximum, 1, 1, 1}, 3, 2, 5, 33, 11, 8, 0},
    {"layout", LayoutChange{}, 3, 2, 4, 4, 1, 8, 0},
};

TEST(Vector, CyclesAndLatency) {
  for (const Case& test : kCases) {
    const VectorUnit vector = unit(test.softmax_sweeps, test.layernorm_sweeps);
    const VectorWork work = vector_work(test.body, vector);
    EXPECT_EQ(vector_cycles(vector, work, test.rows, test.columns), test.cycles) << test.name;
    EXPECT_EQ(vector_latency(vector, work), test.latency) << test.name;
    EXPECT_EQ(work.rewrites, test.rewrites) << test.name;
    EXPECT_FALSE(missing_operation(vector, work)) << test.name;
  }
}

TEST(Vector, TheSlowestOperationOfASweepSetsItsPace) {
  VectorUnit vector = unit(3);
  vector.cycles_per_element[at(VectorOp::exponential)] = 2.5;
  const VectorWork work = vector_work(Softmax{}, vector);
  // 4 rows of 32: 8 beats; maximum 8 * 1, exponential and sum 8 * 2.5, multiplication 8 * 1,
  // 1/sum 8.
  EXPECT_EQ(vector_cycles(vector, work, 4, 32), 8 + 20 + 8 + 8);
  vector.cycles_per_element[at(VectorOp::exponential)] = 0.3;  // slower ones stand beside it
  EXPECT_EQ(vector_cycles(vector, work, 4, 32), 8 + 8 + 8 + 8);
  vector.cycles_per_element.fill(0.3);  // 3 sweeps * 8 * 0.3 + 0.3 = 7.5, rounded up once
  EXPECT_EQ(vector_cycles(vector, work, 4, 32), 8);
}

TEST(Vector, OperationsByKind) {
  struct Expected {
    VectorOp op;
    std::uint64_t count;
  };
  const auto check = [](const VectorWork& work, const std::vector<Expected>& expected) {
    std::array<std::uint64_t, kVectorOps> counts{};
    for (const Expected& item : expected) counts[at(item.op)] = item.count;
    EXPECT_EQ(vector_operations(work, 10, 197), counts);
  };
  constexpr std::uint64_t n = 10 * 197;
  // Maximum; x - max, exp, sum; times 1/sum, of which there is one a row.
  check(vector_work(Softmax{}, unit(3)), {{VectorOp::maximum, n},
                                          {VectorOp::add, 2 * n},
                                          {VectorOp::exponential, n},
                                          {VectorOp::multiply, n},
                                          {VectorOp::reciprocal, 10}});
  // Online: max, exp and rescaled sum; x - max, exp, times 1/sum.
  check(vector_work(Softmax{}, unit(2)), {{VectorOp::maximum, n},
                                          {VectorOp::add, 2 * n},
                                          {VectorOp::exponential, 2 * n},
                                          {VectorOp::multiply, 2 * n},
                                          {VectorOp::reciprocal, 10}});
  // Sum, square, sum; x - mean, times 1/deviation, scale, shift.
  check(vector_work(Norm{}, unit(3, 2)), {{VectorOp::add, 4 * n},
                                          {VectorOp::multiply, 3 * n + 10},
                                          {VectorOp::square_root, 10},
                                          {VectorOp::reciprocal, 10}});
  // Sum; x - mean, square, sum; as above.
  check(vector_work(Norm{}, unit(3, 3)), {{VectorOp::add, 5 * n},
                                          {VectorOp::multiply, 3 * n + 10},
                                          {VectorOp::square_root, 10},
                                          {VectorOp::reciprocal, 10}});
  check(vector_work(Elementwise{ElementFunction::gelu, 1, 1}, unit()), {{VectorOp::gelu, n}});
  check(vector_work(Elementwise{ElementFunction::silu, 1, 1}, unit()),
        {{VectorOp::sigmoid, n}, {VectorOp::multiply, n}});
  check(post_work(true, true), {{VectorOp::add, n}, {VectorOp::requantise, n}});
  check(post_work(false, true), {{VectorOp::requantise, n}});
  check(post_work(true, false), {{VectorOp::add, n}});
}

TEST(Vector, PolynomialsNeedAddersMultipliersAndComparatorsAlone) {
  VectorUnit plain;
  plain.lanes = 16;
  for (const VectorOp op : {VectorOp::add, VectorOp::multiply, VectorOp::maximum, VectorOp::move,
                            VectorOp::reciprocal}) {
    plain.cycles_per_element[at(op)] = 1;
  }
  constexpr auto polynomial = Nonlinear::polynomial;
  for (const Body& body :
       {Body(Softmax{1, 1, polynomial}), Body(Elementwise{ElementFunction::gelu, 1, 1, polynomial}),
        Body(Elementwise{ElementFunction::silu, 1, 1, polynomial})}) {
    EXPECT_FALSE(missing_operation(plain, vector_work(body, plain))) << kind_name(body);
  }
  // x/2 (1 + L(x / sqrt 2)): five products, three sums, one minimum.
  const auto gelu = vector_operations(
      vector_work(Elementwise{ElementFunction::gelu, 1, 1, polynomial}, plain), 10, 10);
  EXPECT_EQ(gelu[at(VectorOp::multiply)], 500u);
  EXPECT_EQ(gelu[at(VectorOp::add)], 300u);
  EXPECT_EQ(gelu[at(VectorOp::maximum)], 100u);
}

TEST(Vector, ResamplingTakesASweepPerInputPixel) {
  const auto counted = [](ResampleFunction function, std::int64_t taps) {
    Resample body;
    body.function = function;
    body.taps_height = body.taps_width = taps;
    return vector_operations(vector_work(body, unit()), 10, 10);
  };
  EXPECT_EQ(counted(ResampleFunction::maximum, 3)[at(VectorOp::maximum)], 900u);
  EXPECT_EQ(counted(ResampleFunction::mean, 2)[at(VectorOp::add)], 400u);
  EXPECT_EQ(counted(ResampleFunction::mean, 2)[at(VectorOp::multiply)], 100u);
  EXPECT_EQ(counted(ResampleFunction::bilinear, 2)[at(VectorOp::multiply)], 400u);
  EXPECT_EQ(counted(ResampleFunction::nearest, 1)[at(VectorOp::move)], 100u);
}

TEST(Vector, BiasAndRequantisationShareASweep) {
  EXPECT_EQ(vector_cycles(unit(), post_work(true, true), 16, 32), 32);
  EXPECT_EQ(vector_cycles(unit(), post_work(false, true), 16, 32), 32);
  EXPECT_TRUE(post_work(false, false).sweeps.empty());
  EXPECT_EQ(vector_cycles(unit(), post_work(false, false), 16, 32), 0);
}

TEST(Vector, ProductsHaveNoWorkOfTheirOwn) {
  EXPECT_TRUE(vector_work(MatMul{}, unit()).sweeps.empty());
  EXPECT_TRUE(vector_work(Conv2d{}, unit()).sweeps.empty());
}

TEST(Vector, MissingOperation) {
  VectorUnit vector = unit();
  vector.cycles_per_element[at(VectorOp::gelu)] = 0;
  vector.cycles_per_element[at(VectorOp::reciprocal)] = 0;
  const auto gelu = Elementwise{ElementFunction::gelu, 1, 1};
  EXPECT_EQ(missing_operation(vector, vector_work(gelu, vector)), VectorOp::gelu);
  EXPECT_EQ(missing_operation(vector, vector_work(Softmax{}, vector)), VectorOp::reciprocal);
  EXPECT_FALSE(missing_operation(vector, post_work(true, true)));
}

}  // namespace
}  // namespace saccade
