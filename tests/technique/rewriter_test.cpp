#include "technique/rewriter.hpp"

#include "technique/testing.hpp"

namespace saccade {
namespace {

using Names = std::vector<std::string>;

/// a = relu(x); b = relu(a); c = a + b; d = relu(a), which nobody reads.
Workload small() {
  WorkloadBuilder builder("small", 1, {}, "small.json");
  const auto relu = [&](const char* name, TensorId x) {
    return builder.elementwise(name, Role::ffn, ElementFunction::relu, {x});
  };
  const TensorId a = relu("a", builder.input("x", 4, 8));
  const TensorId b = relu("b", a);
  builder.mark_output(builder.elementwise("c", Role::ffn, ElementFunction::add, {a, b}));
  relu("d", a);
  return std::move(builder).build();
}

TensorId id_of(const Rewriter& rewriter, const std::string& name) {
  for (const Op& op : rewriter.ops()) {
    const TensorId id = op.outputs[0].tensor;
    if (rewriter.tensor(id).name == name) return id;
  }
  ADD_FAILURE() << "no tensor " << name;
  return 0;
}

TEST(Rewriters, WhatIsNotTouchedIsTheSame) {
  Rewriter rewriter(small());
  rewriter.remove_unused();
  expect_same(std::move(rewriter).build(), small());
  const Workload deit = model("deit_tiny");
  Rewriter large(deit);
  large.remove_unused();
  expect_same(std::move(large).build(), deit);
}

TEST(Rewriters, WantedIsWhatTheNetworkGivesAway) {
  const Rewriter rewriter(small());
  EXPECT_FALSE(rewriter.wanted(id_of(rewriter, "a")));
  EXPECT_FALSE(rewriter.wanted(id_of(rewriter, "b")));
  EXPECT_TRUE(rewriter.wanted(id_of(rewriter, "c")));
  EXPECT_TRUE(rewriter.wanted(id_of(rewriter, "d")));
}

TEST(Rewriters, ReplacedTensorsLoseTheirWriters) {
  Rewriter rewriter(small());
  rewriter.replace(id_of(rewriter, "b"), id_of(rewriter, "a"));
  rewriter.remove_unused();
  const Workload workload = std::move(rewriter).build();
  EXPECT_EQ(op_names(workload), (Names{"a", "c", "d"}));
  EXPECT_EQ(reads(workload, "c"), (Names{"a", "a"}));
  EXPECT_EQ(workload.tensors().size(), 4u);  // x, a, c, d
}

TEST(Rewriters, UsesFromAnOpOnAreReplacedAlone) {
  Rewriter rewriter(small());
  rewriter.replace_uses(id_of(rewriter, "a"), id_of(rewriter, "b"), 3);
  const Workload workload = std::move(rewriter).build();
  EXPECT_EQ(reads(workload, "c"), (Names{"a", "b"}));
  EXPECT_EQ(reads(workload, "d"), (Names{"b"}));
}

TEST(Rewriters, AReplacedOutputHandsItsPlaceOn) {
  Rewriter rewriter(small());
  rewriter.replace(id_of(rewriter, "c"), id_of(rewriter, "b"));
  rewriter.remove_unused();
  const Workload workload = std::move(rewriter).build();
  EXPECT_EQ(op_names(workload), (Names{"a", "b", "d"}));
  EXPECT_EQ(tensor_named(workload, "b").kind, TensorKind::network_output);
  EXPECT_EQ(tensor_named(workload, "a").kind, TensorKind::activation);
}

TEST(Rewriters, TheInputCannotBeAnOutput) {
  Rewriter rewriter(small());
  const std::string mistakes =
      mistakes_of([&] { rewriter.replace(id_of(rewriter, "c"), TensorId{0}); });
  EXPECT_EQ(mistakes, "leaves nothing that computes 'c', an output of the network\n");
}

TEST(Rewriters, InsertedOpsStandWhereTheyWereWanted) {
  Rewriter rewriter(small());
  TensorId fc = -1;
  BitWidths bits;
  bits.weight = 3;
  const std::size_t next = rewriter.insert(1, 7, bits, [&](WorkloadBuilder& builder) {
    fc = builder.linear("fc", Role::decision, 1, 8, Bias::vector);
    fc = builder.elementwise("act", Role::decision, ElementFunction::gelu, {fc});
  });
  EXPECT_EQ(next, 3u);
  rewriter.replace_uses(1, fc, next);
  const Workload workload = std::move(rewriter).build();
  EXPECT_EQ(op_names(workload), (Names{"a", "fc", "act", "b", "c", "d"}));
  EXPECT_EQ(find_op(workload, "fc").block, 7);
  EXPECT_EQ(tensor_named(workload, "fc.weight").bits, 3);
  EXPECT_EQ(reads(workload, "fc"), (Names{"a", "fc.weight", "fc.bias"}));
  EXPECT_EQ(reads(workload, "b"), (Names{"act"}));
}

}  // namespace
}  // namespace saccade
