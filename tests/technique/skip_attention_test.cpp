#include "technique/skip_attention.hpp"

#include "technique/testing.hpp"

namespace saccade {
namespace {

using Names = std::vector<std::string>;

const char* const kSkip = R"({"pass": "skip_attention"})";

std::string skip(const std::string& fields) {
  return R"({"pass": "skip_attention", )" + fields + "}";
}

std::int64_t softmax_elements(const Workload& workload) {
  std::int64_t sum = 0;
  for (const Op& op : workload.ops()) {
    if (std::holds_alternative<Softmax>(op.body)) sum += output_elements(op.body);
  }
  return sum;
}

TEST(SkipAttention, OneOfDeitSmallSavesWhatItsShapesSay) {
  const Workload dense = model("deit_small");
  const Workload skipped = after_pass(skip(R"("blocks": [4])"), dense);
  // 4 N C^2 of q, k, v and projection, 2 N^2 C of the two products; N = 197, C = 384.
  EXPECT_EQ(4 * 197 * 384 * 384 + 2 * 197 * 197 * 384, 146'000'640);
  EXPECT_EQ(dense.macs() - skipped.macs(), 146'000'640);
  EXPECT_EQ(softmax_elements(dense) - softmax_elements(skipped), 6 * 197 * 197);  // 232,854
  // Weights 4 C^2, biases 3 C and C, scale and shift of the norm.
  EXPECT_EQ(dense.parameters() - skipped.parameters(), 589'824 + 4 * 384 + 2 * 384);
  EXPECT_EQ(dense.ops().size() - skipped.ops().size(), 8u);
}

TEST(SkipAttention, LeavesTheFeedForwardHalfOfTheBlock) {
  const Workload workload = after_pass(skip(R"("blocks": [1])"), tiny_vit(3));
  Names block;
  for (const Op& op : workload.ops()) {
    if (op.block == 1) block.push_back(op.name);
  }
  EXPECT_EQ(block, (Names{"b1.ln2", "b1.fc1", "b1.act", "b1.fc2", "b1.res2"}));
  EXPECT_EQ(reads(workload, "b1.ln2"), (Names{"b0.res2", "b1.ln2.weight"}));
  EXPECT_EQ(reads(workload, "b1.res2"), (Names{"b1.fc2", "b0.res2"}));
}

TEST(SkipAttention, WithoutABlockTheWorkloadStays) {
  const Workload dense = tiny_vit(3);
  expect_same(after_pass(kSkip, dense), dense);
  expect_same(after_pass(skip(R"("blocks": [])"), dense), dense);
  expect_same(after_pass(skip(R"("order": [2, 0], "effort": 3)"), dense), dense);
}

TEST(SkipAttention, EffortTakesTheFirstOfTheOrder) {
  const Workload dense = tiny_vit(4);
  const Workload skipped = after_pass(skip(R"("order": [2, 0, 3], "effort": 2)"), dense);
  expect_same(skipped, after_pass(skip(R"("blocks": [0, 2])"), dense));
  expect_same(skipped, after_pass(skip(R"("blocks": [2, 0])"), dense));
}

TEST(SkipAttention, DecisionsOfAnInputAreTaken) {
  const Workload dense = tiny_vit(4);
  Decisions decisions;
  decisions.skipped_attentions = {1, 3};
  expect_same(after_pass(kSkip, dense, decisions), after_pass(skip(R"("blocks": [1, 3])"), dense));
  decisions.skipped_attentions = {4};
  EXPECT_EQ(mistakes_of([&] { after_pass(kSkip, dense, decisions); }),
            "after pass 0 ('skip_attention') of technique 't': has no block 4, expected 0 to 3\n");
}

TEST(SkipAttention, LvVitKeepsItsStemAndHeads) {
  const Workload dense = model("lvvit_s");
  const Workload skipped = after_pass(skip(R"("blocks": [1, 3, 5, 7, 9, 11, 13, 15])"), dense);
  EXPECT_EQ(dense.macs() - skipped.macs(), 8 * 146'000'640);
  for (const char* part : {"stem", "proj", "head", "aux_head"}) {
    EXPECT_GT(macs_of(skipped, part), 0) << part;
  }
  EXPECT_EQ(macs_of(skipped, "aux_head"), macs_of(dense, "aux_head"));
}

TEST(SkipAttention, OtherEncoders) {
  const struct {
    const char* model;
    int block;
    std::int64_t saved;
  } cases[] = {
      // LeViT-128S, stage 1: 196 tokens, 4 heads of 16 and 32 of 128; q, k, v, products,
      // projection.
      {"levit_128s", 0, 196 * 128 * 256 + 4 * 196 * 196 * (16 + 32) + 196 * 128 * 128},
      // MobileViT-xs, layer 3: 4 groups of 256 pixels, width 96.
      {"mobilevit_xs", 0, 4LL * 1024 * 96 * 96 + 2LL * 4 * 256 * 256 * 96},
      // PVTv2-B0, stage 1: 3136 tokens of 32 on 49 keys, which a convolution 8 x 8 / 8 makes.
      {"pvtv2_b0", 0,
       2LL * 3136 * 32 * 32 + 49LL * 64 * 32 * 32 + 49LL * 32 * 64 + 2LL * 3136 * 49 * 32}};
  for (const auto& item : cases) {
    const Workload dense = model(item.model);
    const Workload skipped = after_pass(skip(fmt::format(R"("blocks": [{}])", item.block)), dense);
    EXPECT_EQ(dense.macs() - skipped.macs(), item.saved) << item.model;
  }
}

/// A block as LeViT and others have it: `attend` computes from x what is added to x.
template <class Attend>
Workload one_block(const Attend& attend) {
  WorkloadBuilder builder("block", 1, {}, "block.json");
  const TensorId image = builder.input("image", 16, 8);
  TensorId x = builder.linear("embed", Role::stem, image, 8, Bias::none);
  builder.set_block(0);
  x = attend(builder, x);
  const TensorId fc = builder.linear("fc", Role::ffn, x, 8, Bias::none);
  builder.mark_output(builder.elementwise("res2", Role::ffn, ElementFunction::add, {fc, x}));
  return std::move(builder).build();
}

TensorId attention(WorkloadBuilder& builder, TensorId qkv, std::int64_t queries = 16) {
  Attention shape;
  shape.queries = queries;
  shape.keys = 16;
  shape.key_width = shape.value_width = 8;
  View q;
  q.tensor = qkv;
  View k = q;
  k.column = 8;
  View v = q;
  v.column = 16;
  return builder.attention("b0", shape, q, k, v);
}

TEST(SkipAttention, OnlyTheSumWithTheInputOfAttentionCounts) {
  // Values pass a convolution of their own beside attention (LePE of CSWin), scores get a table:
  // both are sums behind attention, but not around it.
  const Workload workload = one_block([](WorkloadBuilder& builder, TensorId x) {
    const TensorId qkv = builder.linear("qkv", Role::projection, x, 24, Bias::none);
    const TensorId local = builder.linear("local", Role::projection, qkv, 8, Bias::none);
    const TensorId both = builder.elementwise("both", Role::projection, ElementFunction::add,
                                              {attention(builder, qkv), local});
    const TensorId proj = builder.linear("proj", Role::projection, both, 8, Bias::none);
    return builder.elementwise("res1", Role::projection, ElementFunction::add, {x, proj});
  });
  const Workload skipped = after_pass(skip(R"("blocks": [0])"), workload);
  EXPECT_EQ(op_names(skipped), (Names{"embed", "fc", "res2"}));
  EXPECT_EQ(reads(skipped, "res2"), (Names{"fc", "embed"}));
}

TEST(SkipAttention, AttentionThatChangesTheShapeCannotBeSkipped) {
  // Four queries of sixteen keys, as between the stages of LeViT: nothing is added to the input.
  const Workload workload = one_block([](WorkloadBuilder& builder, TensorId x) {
    const TensorId qkv = builder.linear("qkv", Role::projection, x, 24, Bias::none);
    return attention(builder, qkv, 4);
  });
  EXPECT_NE(mistakes_of([&] {
              after_pass(skip(R"("blocks": [0])"), workload);
            }).find("block 0 adds its attention to nothing"),
            std::string::npos);
}

TEST(SkipAttention, MistakesAreAnswered) {
  const struct {
    const char* fields;
    const char* message;
  } cases[] = {
      {R"("blocks": [1], "order": [1], "effort": 1)", "/passes/0: has 'blocks' and 'order'"},
      {R"("order": [1])", "/passes/0: has 'order' or 'effort' alone"},
      {R"("effort": 1)", "/passes/0: has 'order' or 'effort' alone"},
      {R"("blocks": [1, 1])", "/passes/0/blocks: names a block twice"},
      {R"("order": [0, 0], "effort": 1)", "/passes/0/order: names a block twice"},
      {R"("blocks": [-1])", "/passes/0/blocks/0: is -1, expected an integer from 0"},
      {R"("blocks": [2])", "has no block 2, expected 0 to 1"},
      {R"("order": [1], "effort": 3)",
       "has effort 3, expected 1 to 2: the workload has 2 attentions, 'order' lists 1"},
      {R"("order": [1], "effort": 0)", "has effort 0, expected 1 to 2"},
  };
  for (const auto& item : cases) {
    const std::string mistakes = mistakes_of([&] { after_pass(skip(item.fields), tiny_vit(2)); });
    EXPECT_NE(mistakes.find(item.message), std::string::npos) << item.fields << "\n" << mistakes;
  }
  const Workload skipped = after_pass(skip(R"("blocks": [0])"), tiny_vit(2));
  EXPECT_NE(mistakes_of([&] {
              after_pass(skip(R"("blocks": [0])"), skipped);
            }).find("block 0 computes no attention that could be skipped"),
            std::string::npos);
}

}  // namespace
}  // namespace saccade
