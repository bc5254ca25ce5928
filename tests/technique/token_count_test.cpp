#include "technique/token_count.hpp"

#include "technique/testing.hpp"

namespace saccade {
namespace {

/// The workload whose images have `now` rows, not `was`, of what op `op` writes for the ops behind.
Workload with_fewer(const Workload& workload, const std::string& op, std::int64_t was,
                    std::int64_t now) {
  Rewriter rewriter(workload);
  std::size_t first = 0;
  while (rewriter.ops()[first].name != op) ++first;
  const TensorId tokens = rewriter.ops()[first].outputs[0].tensor;
  TensorId moved = -1;
  first = rewriter.insert(first + 1, -1, {}, [&](WorkloadBuilder& builder) {
    moved = builder.gather("fewer", Role::layout, tokens, rewriter.images() * now);
  });
  rewriter.tensor(moved).shape[0] = rewriter.images() * was;
  rewriter.replace_uses(tokens, moved, first);
  with_tokens(rewriter, first, moved, was, now);
  rewriter.tensor(moved).shape[0] = rewriter.images() * now;
  return std::move(rewriter).build();
}

/// The ops behind the stem are those of `other`, tensors by their names.
void expect_same_behind_stem(const Workload& workload, const Workload& other) {
  for (const Op& op : workload.ops()) {
    if (op.role == Role::stem || op.name == "fewer") continue;
    const Op expected = find_op(other, op.name);
    EXPECT_TRUE(same(op.body, expected.body)) << op.name;
    ASSERT_EQ(op.inputs.size(), expected.inputs.size());
    for (std::size_t i = 0; i < op.inputs.size(); ++i) {
      View view = op.inputs[i];
      view.tensor = expected.inputs[i].tensor;
      EXPECT_TRUE(same(view, expected.inputs[i])) << op.name << " input " << i;
    }
    View output = op.outputs[0];
    output.tensor = expected.outputs[0].tensor;
    EXPECT_TRUE(same(output, expected.outputs[0])) << op.name;
    EXPECT_TRUE(
        same(workload.tensor(op.outputs[0].tensor), other.tensor(expected.outputs[0].tensor)))
        << op.name;
  }
}

/// 4 of 9 patches from the first block on are the network of an image of 4 patches.
TEST(TokenCounts, FewerTokensMakeTheNetworkOfASmallerImage) {
  for (const char* family : {"vit", "lvvit"}) {
    for (const int images : {1, 3}) {
      SCOPED_TRACE(fmt::format("{} of {} images", family, images));
      const Workload large = tiny_vit(2, images, {{"family", family}, {"image", 12}});
      const Workload small = tiny_vit(2, images, {{"family", family}});
      const Workload fewer = with_fewer(large, "cls+pos", 10, 5);
      EXPECT_EQ(fewer.ops().size(), large.ops().size() + 1);
      expect_same_behind_stem(fewer, small);
    }
  }
}

TEST(TokenCounts, OfTheSecondBlockLeaveTheFirstAsItWas) {
  const Workload large = tiny_vit(2, 1, {{"image", 12}});
  const Workload fewer = with_fewer(large, "b0.res2", 10, 5);
  EXPECT_EQ(body_of<MatMul>(fewer, "b0.qk").n, 10);
  EXPECT_EQ(body_of<MatMul>(fewer, "b1.qk").n, 5);
  EXPECT_EQ(body_of<MatMul>(fewer, "b1.sv").k, 5);
  EXPECT_EQ(body_of<Softmax>(fewer, "b1.softmax").rows, 3 * 5);
  EXPECT_EQ(tensor_named(fewer, "b1.softmax").shape, (std::vector<std::int64_t>{15, 5}));
  EXPECT_EQ(body_of<MatMul>(fewer, "head").m, 1);
}

TEST(TokenCounts, AsManyTokensChangeNothing) {
  const Workload dense = tiny_vit(2, 2);
  const Workload same_count = with_fewer(dense, "cls+pos", 5, 5);
  expect_same_behind_stem(same_count, dense);
}

/// Six tokens of 8 columns, "x", and what `add` makes of them; two of them go.
std::string mistakes_with(const std::function<void(WorkloadBuilder&, TensorId x)>& add) {
  WorkloadBuilder builder("custom", 1, {}, "custom.json");
  const TensorId image = builder.input("image", 6, 8);
  add(builder, builder.elementwise("x", Role::stem, ElementFunction::relu, {image}));
  const Workload workload = std::move(builder).build();
  return mistakes_of([&] { with_fewer(workload, "x", 6, 4); });
}

TEST(TokenCounts, WhatFixesTheNumberIsNamed) {
  using Builder = WorkloadBuilder;
  const auto add = ElementFunction::add;
  const struct {
    std::function<void(Builder&, TensorId)> add;
    const char* message;
  } cases[] = {
      {[](Builder& builder, TensorId x) {
         Conv2d conv;
         conv.in_channels = conv.out_channels = 8;
         conv.in_height = 2;
         conv.in_width = 3;
         builder.conv2d("conv", Role::ffn, x, conv, Bias::none);
       },
       "op 'conv' (conv2d) takes tokens for pixels"},
      {[](Builder& builder, TensorId x) {
         const TensorId weight = builder.parameter("mix.weight", {5, 6}, 8);
         builder.add("mix", Role::ffn, MatMul{1, 1, 5, 8, 6}, {{weight}, {x}}, 5, 8);
       },
       "op 'mix' (matmul) has weights 'mix.weight' for every token"},
      {[=](Builder& builder, TensorId x) {
         const TensorId image = 0;
         builder.elementwise("sum", Role::ffn, add, {x, image});
       },
       "op 'sum' (add) reads 'image', which has all tokens"},
      {[](Builder& builder, TensorId x) {
         const TensorId image = 0;
         builder.add("product", Role::ffn, MatMul{1, 1, 8, 8, 6},
                     {{x, 0, 0, 0, 0, 0, true}, {image}}, 8, 8);
       },
       "op 'product' (matmul) reads 'image', which has all tokens"},
      {[](Builder& builder, TensorId x) {
         builder.linear("most", Role::ffn, View{x}, 5, 8, Bias::none);
       },
       "op 'most' (matmul) reads 5 tokens of 6 from number 0 on"},
      {[](Builder& builder, TensorId x) {
         builder.add("pairs", Role::ffn, Reduce{ReduceFunction::sum, 3, 2, 8}, {{x}}, 3, 8);
       },
       "op 'pairs' (reduce) has 2 rows or columns where an image has 6 tokens"},
      {[](Builder& builder, TensorId x) { builder.gather("turn", Role::layout, x, 6); },
       "op 'turn' (gather) moves 6 tokens by their places"},
      {[](Builder& builder, TensorId x) { builder.gather("every_other", Role::layout, x, 3); },
       "op 'every_other' (gather) moves 3 tokens by their places"},
      {[](Builder& builder, TensorId x) {
         const TensorId outcome = builder.add("decide", Role::decision, Decide{6}, {{0}}, 6, 1);
         builder.add("chosen", Role::layout, Gather{6, 5, 8}, {{x}, {outcome}}, 5, 8);
       },
       "op 'chosen' (gather) moves 5 rows of the 4 left"},
      {[=](Builder& builder, TensorId x) {
         View rest;
         rest.tensor = x;
         rest.row = 1;
         const TensorId last = builder.linear("last", Role::ffn, rest, 5, 8, Bias::none);
         builder.add("both", Role::ffn, MatMul{1, 1, 8, 8, 5}, {{x, 0, 0, 0, 0, 0, true}, {last}},
                     8, 8);
       },
       "op 'both' (matmul) reads 5 tokens of 6 from number 0 on"},
  };
  for (const auto& item : cases) {
    const std::string mistakes = mistakes_with(item.add);
    EXPECT_EQ(mistakes.substr(0, std::string(item.message).size()), item.message);
    EXPECT_NE(mistakes.find("so that the number of tokens before it is fixed"), std::string::npos)
        << mistakes;
  }
}

TEST(TokenCounts, PartsOfATensorAgree) {
  const auto join = [](bool tokens_first) {
    return mistakes_with([=](WorkloadBuilder& builder, TensorId x) {
      View part;
      part.tensor = builder.assembled("joined", 6, 16);
      const auto relu = [&](const char* name, TensorId from) {
        builder.add_into(name, Role::ffn, Elementwise{ElementFunction::relu, 6, 8}, {{from}}, part);
        part.column += 8;
      };
      relu("first", tokens_first ? x : 0);
      relu("second", tokens_first ? 0 : x);
    });
  };
  for (const bool tokens_first : {true, false}) {
    EXPECT_EQ(join(tokens_first).find("op 'second' (relu) writes 'joined', other parts of which"),
              0u);
  }
}

TEST(TokenCounts, TablesAndRepeatedRowsGoWithAnyNumber) {
  WorkloadBuilder builder("tables", 1, {}, "tables.json");
  TensorId x =
      builder.elementwise("x", Role::stem, ElementFunction::relu, {builder.input("image", 6, 8)});
  const TensorId row = builder.parameter("row", {1, 8}, 8);
  const TensorId table = builder.parameter("table", {6, 8}, 8);
  x = builder.elementwise("shift", Role::ffn, ElementFunction::add, {x, row});
  x = builder.elementwise("positions", Role::ffn, ElementFunction::add, {x, table});
  const Workload fewer = with_fewer(std::move(builder).build(), "x", 6, 4);
  EXPECT_EQ(body_of<Elementwise>(fewer, "shift").rows, 4);
  EXPECT_EQ(body_of<Elementwise>(fewer, "positions").rows, 4);
  EXPECT_EQ(tensor_named(fewer, "positions").shape, (std::vector<std::int64_t>{4, 8}));
  EXPECT_EQ(tensor_named(fewer, "table").shape, (std::vector<std::int64_t>{6, 8}));
}

TEST(TokenCounts, ReductionsOverTransposedTokensAndDecisionsFollow) {
  WorkloadBuilder builder("columns", 1, {}, "columns.json");
  const TensorId x =
      builder.elementwise("x", Role::stem, ElementFunction::relu, {builder.input("image", 6, 8)});
  View turned;
  turned.tensor = x;
  turned.transposed = true;
  View output;
  output.transposed = true;
  const TensorId means = builder.add("means", Role::decision, Reduce{ReduceFunction::mean, 2, 4, 6},
                                     {turned}, 6, 2, output);
  builder.add("decide", Role::decision, Decide{6, DecideFunction::sort, 1}, {{means, 0, 1}}, 6, 1);
  const Workload fewer = with_fewer(std::move(builder).build(), "x", 6, 4);
  EXPECT_EQ(body_of<Reduce>(fewer, "means").columns, 4);
  EXPECT_EQ(body_of<Reduce>(fewer, "means").rows, 4);
  EXPECT_EQ(tensor_named(fewer, "means").shape, (std::vector<std::int64_t>{4, 2}));
  EXPECT_EQ(body_of<Decide>(fewer, "decide").elements, 4);
  EXPECT_EQ(tensor_named(fewer, "decide").rows(), 4);
}

TEST(TokenCounts, MasksAreOfAllTokens) {
  const Workload dense = tiny_vit(1);
  std::vector<Tensor> tensors = dense.tensors();
  for (Tensor& tensor : tensors) {
    if (tensor.name == "b0.softmax") tensor.density = MaskedData{{5, 6, 7}};
  }
  const Workload masked("masked", 1, tensors, dense.ops());
  EXPECT_EQ(mistakes_of([&] { with_fewer(masked, "cls+pos", 5, 4); }),
            "tensor 'b0.softmax' has a row or column per token, expected a matrix without a "
            "mask\n");
}

}  // namespace
}  // namespace saccade
