#include "mapping/row_op.hpp"

#include <gtest/gtest.h>

#include "mapping/testing.hpp"

namespace saccade {
namespace {

using namespace mapping_testing;

/// 2 images of 6 rows and 4 columns through every kind of op without a product.
Workload every_kind() {
  WorkloadBuilder builder("rows", 2, {});
  const TensorId x = builder.input("x", 12, 4);
  const TensorId position = builder.parameter("position", {6, 4}, 8);
  const TensorId a = builder.add("add", Role::stem, Elementwise{ElementFunction::add, 12, 4},
                                 {{x}, {position}}, 12, 4);
  const TensorId few = builder.gather("gather", Role::stem, a, 10);
  builder.add("prepend", Role::stem, Elementwise{ElementFunction::add, 12, 4}, {{few}, {position}},
              12, 4);
  const TensorId norm = builder.layernorm("norm", a);
  builder.add("softmax", Role::core_attention, Softmax{12, 4}, {{norm}}, 12, 4);
  builder.add("layout", Role::layout, LayoutChange{12, 2}, {{norm, 0, 2}}, 12, 2);
  builder.add("decide", Role::decision, Decide{40}, {{norm}}, 1, 3);
  const TensorId table = builder.parameter("table", {3, 4}, 8);
  builder.add("lookup", Role::core_attention, Elementwise{ElementFunction::add, 12, 4},
              {{norm}, {table}}, 12, 4);
  // 2 images of 3 x 2 pixels to 6 x 4 and to one.
  builder.resample("up", Role::head, norm, {ResampleFunction::bilinear, 1, 1, 3, 2, 6, 4, 2, 2});
  builder.resample("pool", Role::head, norm, {ResampleFunction::mean, 1, 1, 3, 2, 1, 1, 3, 2});
  builder.gather("windows", Role::layout, norm, 18);
  builder.add("decide column", Role::decision, Decide{12}, {{norm, 0, 3}}, 1, 1);
  View turned{norm, 0, 0, 0, 0, 0, true};
  View across;
  across.transposed = true;
  builder.add("reduce rows", Role::head, Reduce{ReduceFunction::mean, 1, 4, 12}, {turned}, 12, 1,
              across);
  builder.mark_output(
      builder.add("reduce", Role::head, Reduce{ReduceFunction::mean, 2, 5, 4}, {{few}}, 2, 4));
  return std::move(builder).build();
}

TEST(RowOp, Forms) {
  struct Case {
    const char* op;
    std::int64_t input_rows, columns, output_rows, output_columns;
    bool reduces, whole_parameters;
    std::int64_t period;
  };
  const Case cases[] = {
      {"add", 12, 4, 12, 4, false, false, 6},  // positions repeat for each of 2 images
      {"gather", 10, 4, 10, 4, false, false, 10},
      {"norm", 12, 4, 12, 4, false, true, 12},
      {"softmax", 12, 4, 12, 4, false, false, 12},
      {"layout", 12, 2, 12, 2, false, false, 12},
      {"decide", 10, 4, 1, 3, true, false, 10},  // 40 values are 10 rows of 4
      {"reduce", 10, 4, 2, 4, true, false, 5},
      {"lookup", 12, 4, 12, 4, false, true, 12},  // any of 6 rows of an image reads the table of 3
      {"up", 48, 4, 48, 4, false, false, 48},
      {"pool", 2, 4, 2, 4, false, false, 2},
      {"windows", 18, 4, 18, 4, false, false, 18},
      {"decide column", 12, 1, 1, 1, true, false, 12},
      {"reduce rows", 12, 4, 12, 1, false, false, 12},  // along the rows as they are stored
  };
  const Workload workload = every_kind();
  for (const Case& test : cases) {
    const Op& op = workload.ops()[op_index(workload, test.op)];
    const RowOp form = row_op(workload, op);
    EXPECT_EQ(form.input_rows, test.input_rows) << test.op;
    EXPECT_EQ(form.columns, test.columns) << test.op;
    EXPECT_EQ(form.output_rows, test.output_rows) << test.op;
    EXPECT_EQ(form.output_columns, test.output_columns) << test.op;
    EXPECT_EQ(form.reduces, test.reduces) << test.op;
    EXPECT_EQ(form.whole_parameters, test.whole_parameters) << test.op;
    EXPECT_EQ(row_period(workload, op), test.period) << test.op;
  }
  const Workload linear = one_linear(4, 4, 4);
  EXPECT_THROW(row_op(linear, linear.ops()[0]), std::logic_error);
}

TEST(RowOp, RowsOfInputs) {
  struct Case {
    const char* op;
    std::size_t input;
    RowSpan rows, expected;
  };
  const Case cases[] = {
      {"add", 0, {3, 5}, {3, 5}},
      {"add", 1, {3, 5}, {3, 5}},
      {"add", 1, {6, 8}, {0, 2}},  // the second image starts with the first position again
      {"add", 1, {9, 12}, {3, 6}},
      {"add", 1, {4, 8}, {0, 6}},  // across the images: all positions
      {"add", 1, {0, 12}, {0, 6}},
      // 10 rows stand for 12: rows 3 to 5 read from 3 * 10 / 12 = 2.5 to 5 * 10 / 12 = 4.2.
      {"prepend", 0, {3, 5}, {2, 5}},
      {"prepend", 0, {0, 12}, {0, 10}},
      {"gather", 0, {2, 3}, {0, 12}},  // any row may be chosen
      {"reduce", 0, {5, 7}, {5, 7}},
      {"decide", 0, {2, 4}, {2, 4}},
      // Output line 0 of 6 has its centre at 0.25 input lines: lines -1 and 0, of which there is 0.
      {"up", 0, {0, 4}, {0, 2}},
      // Line 1 at 0.75: lines 0 and 1; line 5 at 2.75: 2 and 3, of which there is 2.
      {"up", 0, {4, 8}, {0, 4}},
      {"up", 0, {20, 24}, {4, 6}},
      {"up", 0, {24, 28}, {6, 8}},  // the second image
      {"up", 0, {20, 28}, {4, 8}},
      {"pool", 0, {1, 2}, {6, 12}},  // all of the second image
      {"windows", 0, {2, 3}, {0, 12}},
  };
  const Workload workload = every_kind();
  for (const Case& test : cases) {
    const Op& op = workload.ops()[op_index(workload, test.op)];
    const RowSpan rows = input_rows(workload, op, test.input, test.rows);
    EXPECT_EQ(rows.begin, test.expected.begin) << test.op << " from " << test.rows.begin;
    EXPECT_EQ(rows.end, test.expected.end) << test.op << " from " << test.rows.begin;
  }
}

TEST(RowOp, MaxPoolingReadsThreeLinesFromOneBefore) {
  // 3 x 3 with stride 2 and padding 1, as in ResNet's stem: line r reads 2 r - 1 to 2 r + 1.
  WorkloadBuilder builder("pool", 1, {});
  const TensorId x = builder.input("x", 8 * 8, 1);
  builder.mark_output(
      builder.resample("pool", Role::stem, x, {ResampleFunction::maximum, 1, 1, 8, 8, 4, 4, 3, 3}));
  const Workload workload = std::move(builder).build();
  const std::pair<std::int64_t, RowSpan> lines[] = {{0, {0, 2}}, {1, {1, 4}}, {3, {5, 8}}};
  for (const auto& [line, expected] : lines) {
    const RowSpan read = input_rows(workload, workload.ops()[0], 0, {line * 4, line * 4 + 4});
    EXPECT_EQ(read.begin, expected.begin * 8) << line;
    EXPECT_EQ(read.end, expected.end * 8) << line;
  }
}

TEST(RowOp, GathersMoveAsManyRowsAsThereAre) {
  const auto moved = [](const Gather& gather, RowSpan rows) {
    const RowSpan span = gathered_rows(gather, rows);
    return std::pair(span.begin, span.end - span.begin);
  };
  EXPECT_EQ(moved({196, 49, 1}, {10, 20}), std::pair(std::int64_t{40}, std::int64_t{10}));
  // 256 tokens in 9 windows of 49: blocks of windows together move each token once.
  std::int64_t sum = 0;
  for (std::int64_t begin = 0; begin < 441; begin += 49) {
    sum += moved({256, 441, 1}, {begin, begin + 49}).second;
  }
  EXPECT_EQ(sum, 256);
}

TEST(RowOp, ClassTokenAndPositionsOfDeiT) {
  const Workload deit = model("deit_tiny");
  const Op& op = deit.ops()[op_index(deit, "cls+pos")];
  // 196 patches under 197 tokens, and 198 rows of parameters: one more for the class token.
  EXPECT_EQ(input_rows(deit, op, 0, {0, 197}).end, 196);
  EXPECT_EQ(input_rows(deit, op, 1, {0, 197}).end, 198);
  const RowSpan span = input_rows(deit, op, 1, {64, 128});
  EXPECT_EQ(span.begin, 64);
  EXPECT_EQ(span.end, 129);
}

}  // namespace
}  // namespace saccade
