#include "technique/narrow_input.hpp"

#include "technique/testing.hpp"

namespace saccade {
namespace {

using Names = std::vector<std::string>;
using Shape = std::vector<std::int64_t>;

std::string narrow(const std::string& op, int channels, const char* dead = "keep") {
  return fmt::format(
      R"({{"pass": "narrow_input", "op": "{}", "channels": {}, "dead_outputs": "{}"}})", op,
      channels, dead);
}

/// As the decoder of SegFormer: two linear layers of 6 columns on maps of 4 and 16 pixels, the
/// coarser one resized, side by side as the 12 channels of "fuse".
Workload decoder() {
  WorkloadBuilder builder("decoder", 1, {}, "decoder.json");
  const TensorId image = builder.input("image", 16, 10);
  const TensorId fine = builder.linear("fine", Role::stem, image, 10, Bias::none);
  const TensorId coarse = builder.gather("coarse", Role::stem, fine, 4);
  View concat;
  concat.tensor = builder.assembled("concat", 16, 12);
  const TensorId low = builder.linear("low", Role::head, coarse, 6, Bias::vector);
  Resample resize;
  resize.channels = 6;
  resize.in_height = resize.in_width = 2;
  resize.out_height = resize.out_width = 4;
  resize.taps_height = resize.taps_width = 2;
  builder.add_into("up", Role::head, resize, {{low}}, concat);
  const View weight = {builder.parameter("high.weight", {10, 6}, 8)};
  const View bias = {builder.parameter("high.bias", {1, 6}, 32)};
  concat.column = 6;
  builder.add_into("high", Role::head, MatMul{1, 1, 16, 6, 10, true}, {{fine}, weight, bias},
                   concat);
  Conv2d conv;
  conv.in_channels = 12;
  conv.out_channels = 7;
  conv.in_height = conv.in_width = 4;
  builder.mark_output(builder.conv2d("fuse", Role::head, concat.tensor, conv, Bias::batch_norm));
  return std::move(builder).build();
}

TEST(NarrowInputs, TheOpAloneReadsFewerChannels) {
  const Workload whole = decoder();
  const Workload narrowed = after_pass(narrow("fuse", 9), whole);
  EXPECT_EQ(whole.macs() - narrowed.macs(), 16 * 7 * 3);
  EXPECT_EQ(whole.parameters() - narrowed.parameters(), 7 * 3);
  EXPECT_EQ(body_of<Conv2d>(narrowed, "fuse").in_channels, 9);
  EXPECT_EQ(tensor_named(narrowed, "fuse.weight").shape, (Shape{9, 7}));
  EXPECT_EQ(tensor_named(narrowed, "concat").shape, (Shape{16, 12}));
  EXPECT_EQ(macs_of(narrowed, "high"), macs_of(whole, "high"));
  EXPECT_EQ(op_names(narrowed), op_names(whole));
  expect_same(after_pass(narrow("fuse", 12), whole), whole);
  expect_same(after_pass(narrow("fuse", 12, "drop"), whole), whole);
}

TEST(NarrowInputs, DroppedChannelsAreNotComputed) {
  const Workload narrowed = after_pass(narrow("fuse", 9, "drop"), decoder());
  EXPECT_EQ(op_names(narrowed), op_names(decoder()));
  EXPECT_EQ(tensor_named(narrowed, "concat").shape, (Shape{16, 9}));
  EXPECT_EQ(body_of<MatMul>(narrowed, "high").n, 3);
  EXPECT_EQ(tensor_named(narrowed, "high.weight").shape, (Shape{10, 3}));
  EXPECT_EQ(tensor_named(narrowed, "high.bias").shape, (Shape{1, 3}));
  EXPECT_EQ(body_of<Resample>(narrowed, "up").channels, 6);
  EXPECT_EQ(decoder().macs() - narrowed.macs(), 16 * 7 * 3 + 16 * 10 * 3);
}

TEST(NarrowInputs, WritersWithoutReadersVanish) {
  const Workload narrowed = after_pass(narrow("fuse", 6, "drop"), decoder());
  EXPECT_EQ(op_names(narrowed), (Names{"fine", "coarse", "low", "up", "fuse"}));
  EXPECT_EQ(narrowed.macs(), 16 * 10 * 10 + 4 * 10 * 6 + 16 * 6 * 7);
}

TEST(NarrowInputs, ResizingNarrowsWhatItResizes) {
  const Workload narrowed = after_pass(narrow("fuse", 2, "drop"), decoder());
  EXPECT_EQ(body_of<Resample>(narrowed, "up").channels, 2);
  EXPECT_EQ(body_of<MatMul>(narrowed, "low").n, 2);
  EXPECT_EQ(tensor_named(narrowed, "low").shape, (Shape{4, 2}));
  EXPECT_EQ(narrowed.macs(), 16 * 10 * 10 + 4 * 10 * 2 + 16 * 2 * 7);
}

TEST(NarrowInputs, SharesOfSegFormerB2AreThoseOfDynamicInference) {
  const Workload whole = model("segformer_b2_ade512");
  const auto share = [&](const char* op, int channels, const char* dead) {
    const Workload narrowed = after_pass(narrow(op, channels, dead), whole);
    return static_cast<double>(narrowed.macs()) / static_cast<double>(whole.macs());
  };
  // Sreedhar et al., arXiv 2212.02687: 62.34 GMAC; shares by the shapes of the decoder, whose
  // channels are c4, c3, c2, c1, 768 of each.
  const struct {
    int channels;
    double keep;
    double drop;
  } cases[] = {{2688, 0.923, 0.916},
               {2176, 0.819, 0.805},
               {1536, 0.690, 0.671},
               {1024, 0.587, 0.565},
               {512, 0.483, 0.459}};
  for (const auto& item : cases) {
    EXPECT_NEAR(share("dec.Conv2DFuse", item.channels, "keep"), item.keep, 0.001) << item.channels;
    EXPECT_NEAR(share("dec.Conv2DFuse", item.channels, "drop"), item.drop, 0.001) << item.channels;
  }
  EXPECT_NEAR(share("dec.Conv2DPred", 704, "drop"), 0.946, 0.001);
  EXPECT_NEAR(share("dec.Conv2DPred", 512, "drop"), 0.783, 0.001);
}

/// `add` makes 8 columns of 8, which the convolution "last" of 3 x 3 reads.
Workload chain(const std::function<TensorId(WorkloadBuilder&, TensorId)>& add) {
  WorkloadBuilder builder("chain", 1, {}, "chain.json");
  TensorId x = builder.linear("first", Role::stem, builder.input("image", 16, 8), 8, Bias::vector);
  x = add(builder, x);
  Conv2d conv;
  conv.in_channels = 8;
  conv.out_channels = 4;
  conv.in_height = conv.in_width = 4;
  conv.kernel_height = conv.kernel_width = 3;
  conv.padding = 1;
  builder.mark_output(builder.conv2d("last", Role::head, x, conv, Bias::none));
  return std::move(builder).build();
}

TEST(NarrowInputs, KernelsKeepAllTaps) {
  const Workload narrowed =
      after_pass(narrow("last", 5), chain([](auto&, TensorId x) { return x; }));
  EXPECT_EQ(tensor_named(narrowed, "last.weight").shape, (Shape{9 * 5, 4}));
  EXPECT_EQ(macs_of(narrowed, "last"), 16 * 9 * 5 * 4);
}

TEST(NarrowInputs, FunctionsOfEachColumnPassItOn) {
  const Workload narrowed = after_pass(
      narrow("last", 5, "drop"), chain([](WorkloadBuilder& builder, TensorId x) {
        const auto relu = ElementFunction::relu;
        const TensorId scale = builder.parameter("shift", {1, 8}, 8);
        x = builder.elementwise("relu", Role::ffn, relu, {x});
        x = builder.elementwise("add", Role::ffn, ElementFunction::add, {x, scale});
        const TensorId norm = builder.parameter("norm.weight", {2, 8}, 16);
        x = builder.add("norm", Role::norm, Norm{NormKind::batch, 16, 8}, {{x}, {norm}}, 16, 8);
        Conv2d conv;
        conv.in_channels = conv.out_channels = conv.groups = 8;
        conv.in_height = conv.in_width = 4;
        conv.kernel_height = conv.kernel_width = 3;
        conv.padding = 1;
        x = builder.conv2d("depthwise", Role::ffn, x, conv, Bias::vector);
        return builder.gather("turn", Role::layout, x, 16);
      }));
  EXPECT_EQ(body_of<MatMul>(narrowed, "first").n, 5);
  EXPECT_EQ(tensor_named(narrowed, "shift").shape, (Shape{1, 5}));
  EXPECT_EQ(tensor_named(narrowed, "norm.weight").shape, (Shape{2, 5}));
  EXPECT_EQ(body_of<Conv2d>(narrowed, "depthwise").groups, 5);
  EXPECT_EQ(tensor_named(narrowed, "depthwise.weight").shape, (Shape{9, 5}));
  EXPECT_EQ(body_of<Gather>(narrowed, "turn").columns, 5);
  EXPECT_EQ(narrowed.macs(), 16 * 8 * 5 + 16 * 9 * 5 + 16 * 9 * 5 * 4);
}

TEST(NarrowInputs, WhatMixesColumnsComputesAllOfThem) {
  const Workload whole = chain([](WorkloadBuilder& builder, TensorId x) {
    x = builder.layernorm("norm", x);
    return builder.elementwise("relu", Role::ffn, ElementFunction::relu, {x});
  });
  const Workload narrowed = after_pass(narrow("last", 5, "drop"), whole);
  EXPECT_EQ(body_of<Elementwise>(narrowed, "relu").columns, 5);
  EXPECT_EQ(body_of<Norm>(narrowed, "norm").columns, 8);
  EXPECT_EQ(tensor_named(narrowed, "norm").shape, (Shape{16, 8}));
  EXPECT_EQ(body_of<MatMul>(narrowed, "first").n, 8);
}

TEST(NarrowInputs, ChannelsThatOthersReadStay) {
  const Workload whole = chain([](WorkloadBuilder& builder, TensorId x) {
    builder.mark_output(builder.linear("other", Role::head, x, 3, Bias::none));
    return x;
  });
  expect_same(after_pass(narrow("last", 5, "drop"), whole), after_pass(narrow("last", 5), whole));
}

TEST(NarrowInputs, SharedWeightsStayWhole) {
  WorkloadBuilder builder("shared", 1, {}, "shared.json");
  const TensorId image = builder.input("image", 4, 8);
  const TensorId weight = builder.parameter("weight", {8, 8}, 8);
  const auto product = [&](const char* name) {
    return builder.add(name, Role::ffn, MatMul{1, 1, 4, 8, 8}, {{image}, {weight}}, 4, 8);
  };
  const TensorId a = product("a");
  builder.mark_output(product("b"));
  builder.mark_output(builder.linear("last", Role::head, a, 3, Bias::none));
  const Workload whole = std::move(builder).build();
  const Workload narrowed = after_pass(narrow("last", 5, "drop"), whole);
  EXPECT_EQ(body_of<MatMul>(narrowed, "a").n, 8);
  EXPECT_NE(mistakes_of([&] {
              after_pass(narrow("a", 5), whole);
            }).find("op 'a' (matmul) cannot read fewer channels"),
            std::string::npos);
}

TEST(NarrowInputs, MistakesAreAnswered) {
  const struct {
    std::string pass;
    const char* message;
  } cases[] = {
      {narrow("fuze", 5),
       "has op 'fuze', expected the name of an op of the workload, did you "
       "mean 'fuse'?"},
      {narrow("up", 5), "op 'up' (resize) cannot read fewer channels, expected a product of one"},
      {narrow("fuse", 13), "op 'fuse' reads 12 channels, expected at least the 13 that are left"},
      {narrow("fuse", 0), "/passes/0/channels: is 0"},
  };
  for (const auto& item : cases) {
    const std::string mistakes = mistakes_of([&] { after_pass(item.pass, decoder()); });
    EXPECT_NE(mistakes.find(item.message), std::string::npos) << mistakes;
  }
  EXPECT_NE(mistakes_of([] {
              after_pass(narrow("b0.sv", 2), tiny_vit(1));
            }).find("op 'b0.sv' (matmul) cannot read fewer channels"),
            std::string::npos);
}

}  // namespace
}  // namespace saccade
