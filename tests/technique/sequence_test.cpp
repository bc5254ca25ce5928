#include "technique/sequence.hpp"

#include <set>

#include "technique/testing.hpp"

namespace saccade {
namespace {

using Names = std::vector<std::string>;

const char* const kHalf = R"({"pass": "skip_attention", "blocks": [1]})";

TEST(EntropyGates, AddOneOpBehindTheOutput) {
  const Workload network = tiny_vit(2);
  const Workload gated = with_entropy_gate(network);
  ASSERT_EQ(gated.ops().size(), network.ops().size() + 1);
  const Op& gate = gated.ops().back();
  EXPECT_EQ(gate.name, "gate.decide");
  EXPECT_EQ(gate.role, Role::decision);
  EXPECT_EQ(std::get<Decide>(gate.body).function, DecideFunction::entropy);
  EXPECT_EQ(std::get<Decide>(gate.body).elements, 5);
  EXPECT_EQ(reads(gated, "gate.decide"), (Names{"head"}));
  EXPECT_EQ(tensor_named(gated, "gate.decide").elements(), 1);
  EXPECT_EQ(gated.macs(), network.macs());
  EXPECT_EQ(body_of<Decide>(with_entropy_gate(tiny_vit(2, 3)), "gate.decide").elements, 3 * 5);
}

TEST(EntropyGates, NeedClasses) {
  WorkloadBuilder builder("dense", 1, {}, "dense.json");
  builder.mark_output(builder.elementwise("out", Role::head, ElementFunction::relu,
                                          {builder.input("image", 16, 8)}));
  const Workload dense = std::move(builder).build();
  EXPECT_NE(mistakes_of([&] {
              with_entropy_gate(dense);
            }).find("workload 'dense' has 1 outputs, expected one with a row of classes"),
            std::string::npos);
}

TEST(Sequences, ACascadeSharesItsParametersAndItsImage) {
  const Workload dense = tiny_vit(2);
  const Workload low = with_entropy_gate(after_pass(kHalf, dense));
  const Workload both = in_sequence(low, dense, "cascade");
  EXPECT_EQ(both.name(), "cascade");
  EXPECT_EQ(both.macs(), low.macs() + dense.macs());
  EXPECT_EQ(both.parameters(), dense.parameters());
  EXPECT_EQ(both.ops().size(), low.ops().size() + dense.ops().size());
  EXPECT_EQ(reads(both, "run2.b0.qkv"), (Names{"run2.b0.ln1", "b0.qkv.weight", "b0.qkv.bias"}));
  // Only the effort that runs second has the attention of block 1.
  EXPECT_EQ(reads(both, "run2.b1.qkv"), (Names{"run2.b1.ln1", "b1.qkv.weight", "b1.qkv.bias"}));
  Names outputs;
  for (const Tensor& tensor : both.tensors()) {
    if (tensor.kind == TensorKind::network_output) outputs.push_back(tensor.name);
  }
  EXPECT_EQ(outputs, (Names{"head", "run2.head"}));
}

TEST(Sequences, TheSecondBeginsWhenTheFirstHasDecided) {
  const Workload dense = tiny_vit(1);
  const Workload gated = in_sequence(with_entropy_gate(dense), dense, "gated");
  EXPECT_EQ(reads(gated, "run2.patch_embed"),
            (Names{"image", "patch_embed.weight", "patch_embed.bias", "gate.decide"}));
  EXPECT_EQ(reads(gated, "run2.cls+pos"), (Names{"run2.patch_embed", "cls+pos.weight"}));
  const Workload plain = in_sequence(dense, dense, "plain");
  EXPECT_EQ(reads(plain, "run2.patch_embed"),
            (Names{"image", "patch_embed.weight", "patch_embed.bias"}));
}

TEST(Sequences, ThreeRunsHaveThreePrefixes) {
  const Workload dense = tiny_vit(1);
  const Workload three = in_sequence(in_sequence(dense, dense, "two"), dense, "three");
  EXPECT_EQ(three.macs(), 3 * dense.macs());
  EXPECT_EQ(three.parameters(), dense.parameters());
  EXPECT_EQ(three.ops().back().name, "run3.head");
  std::set<std::string> prefixes;
  for (const Op& op : three.ops()) prefixes.insert(op.name.substr(0, 5));
  EXPECT_EQ(prefixes.count("run2."), 1u);
  EXPECT_EQ(prefixes.count("run3."), 1u);
}

TEST(Sequences, WhatIsNotAlikeIsNotShared) {
  const Workload narrow = tiny_vit(1);
  const Workload bits = after_pass(R"({"pass": "quantise", "weight_bits": 4})", narrow);
  const Workload both = in_sequence(narrow, bits, "both");
  EXPECT_EQ(reads(both, "run2.b0.qkv"),
            (Names{"run2.b0.ln1", "run2.b0.qkv.weight", "b0.qkv.bias"}));
  const Workload wide = tiny_vit(1, 1, {{"width", 24}, {"image", 12}});
  const Workload two = in_sequence(narrow, wide, "two");
  EXPECT_EQ(two.parameters(), narrow.parameters() + wide.parameters() - 5);  // "head.bias"
  EXPECT_EQ(reads(two, "run2.patch_embed")[0], "run2.image");
}

TEST(Sequences, WeightsOfOneStructureAreSharedAndMasksAreNot) {
  const Workload dense = tiny_vit(1);
  const auto with_density = [&](const Density& density) {
    std::vector<Tensor> tensors = dense.tensors();
    for (Tensor& tensor : tensors) {
      if (tensor.name == "b0.fc1.weight") tensor.density = density;
    }
    return Workload("sparse", 1, tensors, dense.ops());
  };
  const auto shared = [](const Workload& first, const Workload& second) {
    return reads(in_sequence(first, second, "both"), "run2.b0.fc1")[1] == "b0.fc1.weight";
  };
  EXPECT_TRUE(shared(with_density(StructuredData{2, 4}), with_density(StructuredData{2, 4})));
  EXPECT_FALSE(shared(with_density(StructuredData{2, 4}), with_density(StructuredData{1, 4})));
  EXPECT_FALSE(shared(with_density(StructuredData{2, 4}), dense));
  EXPECT_FALSE(shared(with_density(MaskedData{{9}}), with_density(MaskedData{{9}})));
}

TEST(Sequences, GroupsAndPoolsStayApart) {
  const Workload dense = tiny_vit(1);
  std::vector<Op> ops = dense.ops();
  ops[2].fusion_group = 0;
  ops[3].fusion_group = 3;
  ops[4].co_schedule = 1;
  const Workload grouped("grouped", 1, dense.tensors(), ops);
  const Workload both = in_sequence(grouped, grouped, "both");
  const std::size_t half = ops.size();
  EXPECT_EQ(both.ops()[2].fusion_group, 0);
  EXPECT_EQ(both.ops()[half + 2].fusion_group, 4);
  EXPECT_EQ(both.ops()[half + 3].fusion_group, 7);
  EXPECT_EQ(both.ops()[half + 4].co_schedule, 3);
  EXPECT_EQ(both.ops()[half + 5].fusion_group, -1);
}

TEST(Sequences, RunsInferAsManyImages) {
  EXPECT_NE(mistakes_of([] {
              in_sequence(tiny_vit(1), tiny_vit(1, 2), "both");
            }).find("infer 1 and 2 images, expected as many"),
            std::string::npos);
}

}  // namespace
}  // namespace saccade
