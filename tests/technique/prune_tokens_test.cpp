#include "technique/prune_tokens.hpp"

#include "technique/testing.hpp"

namespace saccade {
namespace {

using Names = std::vector<std::string>;

std::string prune(const std::string& fields) {
  return R"({"pass": "prune_tokens", )" + fields + "}";
}

/// HeatViT's stages for a model with these blocks and shares.
std::string heatvit(const std::string& stages) {
  return prune(R"("selector": "mlp_per_head", "package": true, "stages": [)" + stages + "]");
}

const char* const kDeitSmall =
    R"({"block": 3, "keep": 0.695}, {"block": 6, "keep": 0.430}, {"block": 9, "keep": 0.199})";
const char* const kLvVitSmall =
    R"({"block": 4, "keep": 0.715}, {"block": 8, "keep": 0.491}, {"block": 12, "keep": 0.318})";

/// What one token and head of d = 64 cost: 64 x 64, 64 x 32, 32 x 16, 16 x 2.
constexpr std::int64_t kPerHead = 6688;

/// MACs of a selector's layers on tokens, without the branch that weighs heads.
std::int64_t selector_macs(const Workload& workload, const std::string& prefix) {
  return macs_of(workload, prefix + "fc");
}

/// 4 N C^2 + 2 N^2 C + 2 R N C^2.
std::int64_t block_macs(std::int64_t n, std::int64_t c, std::int64_t ratio) {
  return 4 * n * c * c + 2 * n * n * c + 2 * ratio * n * c * c;
}

TEST(PruneTokens, TokensOfDeitSmallAreThosePublished) {
  const Workload pruned = after_pass(heatvit(kDeitSmall), model("deit_small"));
  // Class token, 136, 84 and 39 patches, and 1, 2 and 3 packages.
  const std::int64_t tokens[] = {197, 138, 87, 43};
  for (int block = 0; block < 12; ++block) {
    const std::string b = fmt::format("b{}.", block);
    const std::int64_t n = tokens[block / 3];
    EXPECT_EQ(body_of<MatMul>(pruned, b + "qk").m, n) << b;
    EXPECT_EQ(body_of<MatMul>(pruned, b + "sv").k, n) << b;
    EXPECT_EQ(body_of<Softmax>(pruned, b + "softmax").rows, 6 * n) << b;
    EXPECT_EQ(macs_of(pruned, b), block_macs(n, 384, 4)) << b;
  }
  EXPECT_EQ(body_of<Gather>(pruned, "select6.move").rows_in, 138);
  EXPECT_EQ(body_of<Gather>(pruned, "select6.move").rows_out, 86);  // the package comes as row 87
  EXPECT_EQ(body_of<MatMul>(pruned, "select6.package").k, 136);
}

TEST(PruneTokens, MacsOfDeitSmall) {
  const Workload pruned = after_pass(heatvit(kDeitSmall), model("deit_small"));
  const std::int64_t patches = 196 + 136 + 84;
  EXPECT_EQ(macs_of(pruned, "select"), patches * 6 * kPerHead     // scores
                                           + patches * 6 * 3 * 2  // weights of heads
                                           + patches * 384);      // packages
  const std::int64_t stem_and_head = 196 * 768 * 384 + 384 * 1000;
  const std::int64_t blocks = 3 * (block_macs(197, 384, 4) + block_macs(138, 384, 4) +
                                   block_macs(87, 384, 4) + block_macs(43, 384, 4));
  EXPECT_EQ(pruned.macs(), stem_and_head + blocks + macs_of(pruned, "select"));
  // Published 2.71 G (HeatViT); these are 2.698 G.
  EXPECT_NEAR(static_cast<double>(pruned.macs()) / 2.71e9, 1.0, 0.005);
}

TEST(PruneTokens, LvVitSmallPrunesItsAuxiliaryHeadToo) {
  const Workload pruned = after_pass(heatvit(kLvVitSmall), model("lvvit_s"));
  const std::int64_t tokens[] = {197, 142, 99, 66};  // 140, 96 and 62 patches
  for (int block = 0; block < 16; ++block) {
    EXPECT_EQ(body_of<MatMul>(pruned, fmt::format("b{}.qk", block)).n, tokens[block / 4]);
  }
  EXPECT_EQ(body_of<MatMul>(pruned, "aux_head").m, 65);
  EXPECT_EQ(body_of<Reduce>(pruned, "aux_max").rows, 65);
  EXPECT_NEAR(static_cast<double>(pruned.macs()) / 4.58e9, 1.0, 0.005);
}

TEST(PruneTokens, SelectorsCostWhatIsPublished) {
  const struct {
    const char* model;
    std::int64_t heads;
    double published;
  } cases[] = {{"deit_tiny", 3, 3.93e6}, {"deit_small", 6, 7.87e6}, {"deit_base", 12, 15.73e6}};
  for (const auto& item : cases) {
    const Workload pruned = after_pass(heatvit(R"({"block": 3, "keep": 0.5})"), model(item.model));
    const std::int64_t macs = selector_macs(pruned, "select3.");
    EXPECT_EQ(macs, 196 * item.heads * kPerHead);
    EXPECT_NEAR(static_cast<double>(macs) / item.published, 1.0, 0.001) << item.model;
    EXPECT_EQ(macs_of(pruned, "select3.head_"), 196 * 2 * item.heads * (item.heads / 2));
  }
}

TEST(PruneTokens, HeadsShareTheWeightsOfTheirSelector) {
  const Workload dense = model("deit_small");
  const Workload pruned = after_pass(heatvit(R"({"block": 3, "keep": 0.5})"), dense);
  const std::int64_t biases = 64 + 32 + 16 + 2;
  const std::int64_t norm = 2 * 64;
  const std::int64_t heads = 6 * 3 + 3 + 3 * 6 + 6;
  EXPECT_EQ(pruned.parameters() - dense.parameters(), kPerHead + biases + norm + heads);
}

TEST(PruneTokens, DynamicVitsSelectorLooksAtAllColumns) {
  const Workload dense = model("deit_small");
  const Workload pruned = after_pass(prune(R"("selector": "mlp", "select": "sort",
               "stages": [{"block": 3, "keep": 0.7}, {"block": 6, "keep": 0.49},
                          {"block": 9, "keep": 0.343}])"),
                                     dense);
  const std::int64_t per_token = 384 * 384 + 384 * 192 + 192 * 96 + 96 * 2;  // 1.625 C^2 + C/2
  EXPECT_EQ(macs_of(pruned, "select"), (196 + 137 + 96) * per_token);
  const std::int64_t tokens[] = {197, 138, 97, 68};
  for (int block = 0; block < 12; ++block) {
    EXPECT_EQ(body_of<MatMul>(pruned, fmt::format("b{}.qk", block)).m, tokens[block / 3]);
  }
  EXPECT_EQ(body_of<Decide>(pruned, "select6.decide").function, DecideFunction::sort);
  EXPECT_EQ(body_of<Decide>(pruned, "select6.decide").elements, 137);
  // 2.981 G with the exact cost of the selectors, of 2.9 G published.
  EXPECT_NEAR(static_cast<double>(pruned.macs()) / 2.981e9, 1.0, 0.001);
}

/// Ops of the selector of a model with three heads.
const Names kSelector = {"norm0",       "norm1",   "norm2",     "fc1",      "local",    "global",
                         "mean",        "spread",  "fc2",       "act2",     "fc3",      "act3",
                         "fc4",         "softmax", "head_mean", "head_fc1", "head_act", "head_fc2",
                         "head_weight", "weigh0",  "weigh1",    "weigh2",   "sum",      "head_sum",
                         "score",       "decide"};

TEST(PruneTokens, KeepingAllAddsTheDecisionAlone) {
  const Workload dense = tiny_vit(2);
  const Workload decided = after_pass(heatvit(R"({"block": 1, "keep": 1})"), dense);
  Names added;
  for (const Op& op : decided.ops()) {
    if (op.name.rfind("select1.", 0) == 0) {
      added.push_back(op.name.substr(8));
      EXPECT_EQ(op.role, Role::decision) << op.name;
      EXPECT_EQ(op.block, 1) << op.name;
      continue;
    }
    const Op before = find_op(dense, op.name);
    EXPECT_TRUE(same(op.body, before.body)) << op.name;
    const bool begins = op.name == "b1.ln1" || op.name == "b1.res1";
    EXPECT_EQ(op.inputs.size(), before.inputs.size() + (begins ? 1 : 0)) << op.name;
  }
  EXPECT_EQ(added, kSelector);
  EXPECT_EQ(decided.ops().size(), dense.ops().size() + kSelector.size());
  EXPECT_EQ(reads(decided, "b1.ln1").back(), "select1.decide");
  // A share that rounds to all patches keeps all.
  expect_same(after_pass(heatvit(R"({"block": 1, "keep": 0.9})"), dense), decided);
  expect_same(after_pass(heatvit(R"({"block": 1})"), dense), decided);
}

TEST(PruneTokens, WithoutStagesOrSelectorsAndAllKeptTheWorkloadStays) {
  const Workload dense = tiny_vit(2);
  expect_same(after_pass(heatvit(""), dense), dense);
  expect_same(
      after_pass(prune(R"("selector": "none", "stages": [{"block": 1, "keep": 1}])"), dense),
      dense);
}

TEST(PruneTokens, WhatDependsOnTheChoiceWaitsForIt) {
  const Workload pruned = after_pass(heatvit(R"({"block": 1, "count": 2})"), tiny_vit(2));
  EXPECT_EQ(reads(pruned, "select1.move"), (Names{"b0.res2", "select1.decide"}));
  EXPECT_EQ(reads(pruned, "select1.weights"), (Names{"select1.score", "select1.decide"}));
  EXPECT_EQ(reads(pruned, "select1.package"), (Names{"select1.weights", "b0.res2"}));
  EXPECT_EQ(reads(pruned, "b1.ln1"), (Names{"select1.tokens", "b1.ln1.weight"}));
  EXPECT_EQ(reads(pruned, "b1.res1"), (Names{"b1.proj", "select1.tokens"}));
  EXPECT_EQ(find_op(pruned, "select1.move").role, Role::layout);
  EXPECT_EQ(find_op(pruned, "select1.package").role, Role::decision);
  EXPECT_EQ(tensor_named(pruned, "select1.decide").bytes(), 4);  // a bit in a row per patch
}

TEST(PruneTokens, TheSelectorLooksAtPatchesOnly) {
  const Workload pruned = after_pass(heatvit(R"({"block": 1, "count": 2})"), tiny_vit(2));
  for (const int head : {0, 1, 2}) {
    const Op norm = find_op(pruned, fmt::format("select1.norm{}", head));
    EXPECT_EQ(norm.inputs[0].row, 1);
    EXPECT_EQ(norm.inputs[0].column, 4 * head);
    EXPECT_EQ(norm.outputs[0].row, 4 * head);  // 4 patches of each head
    EXPECT_EQ(std::get<Norm>(norm.body).rows, 4);
    const Op weigh = find_op(pruned, fmt::format("select1.weigh{}", head));
    EXPECT_EQ(weigh.inputs[0].row, 4 * head);
    EXPECT_EQ(weigh.inputs[0].column, 1);
    EXPECT_EQ(weigh.inputs[1].column, head);
    EXPECT_EQ(weigh.outputs[0].column, head);
  }
  EXPECT_EQ(body_of<MatMul>(pruned, "select1.fc1").m, 12);
  const Op mean = find_op(pruned, "select1.head_mean");
  EXPECT_EQ(mean.inputs[0].row, 1);
  EXPECT_TRUE(mean.inputs[0].transposed);
  EXPECT_EQ(tensor_named(pruned, "select1.head_mean").shape, (std::vector<std::int64_t>{4, 3}));
}

/// Whether ops write every entry of a tensor once.
bool written_once(const Workload& workload, const std::string& name) {
  const Tensor& tensor = tensor_named(workload, name);
  std::vector<int> entries(static_cast<std::size_t>(tensor.elements()));
  for (const Op& op : workload.ops()) {
    const View& view = op.outputs[0];
    if (workload.tensor(view.tensor).name != name) continue;
    const Extent extent = output_extent(op, tensor);
    for (std::int64_t i = 0; i < extent.images * extent.rows * extent.columns; ++i) {
      const std::int64_t image = i / (extent.rows * extent.columns);
      const std::int64_t row = i / extent.columns % extent.rows + image * view.image_rows;
      const std::int64_t column = i % extent.columns;
      ++entries.at(
          static_cast<std::size_t>((view.row + row) * tensor.columns() + view.column + column));
    }
  }
  return entries == std::vector<int>(entries.size(), 1);
}

TEST(PruneTokens, PartsOfASelectorsTensorsAreWrittenOnce) {
  for (const int images : {1, 3}) {
    const Workload pruned = after_pass(heatvit(R"({"block": 1, "count": 2})"), tiny_vit(2, images));
    for (const char* name : {"norm", "joined", "weighed", "tokens"}) {
      EXPECT_TRUE(written_once(pruned, std::string("select1.") + name)) << name;
    }
  }
}

TEST(PruneTokens, ImagesOfABatchKeepAsManyTokens) {
  const char* const stages = R"({"block": 1, "count": 3}, {"block": 2, "count": 1})";
  const Workload one = after_pass(heatvit(stages), tiny_vit(3));
  const Workload three = after_pass(heatvit(stages), tiny_vit(3, 3));
  EXPECT_EQ(three.macs(), 3 * one.macs());
  EXPECT_EQ(three.parameters(), one.parameters());
  // Class token, 3 patches, package; then class token, 1 patch, two packages.
  EXPECT_EQ(tensor_named(one, "select1.tokens").rows(), 5);
  EXPECT_EQ(tensor_named(three, "select1.tokens").rows(), 15);
  EXPECT_EQ(tensor_named(three, "select2.tokens").rows(), 12);
  EXPECT_TRUE(written_once(three, "select2.tokens"));
  EXPECT_EQ(find_op(three, "select1.move2").inputs[0].row, 2 * 5);
  EXPECT_EQ(find_op(three, "select1.move2").outputs[0].row, 2 * 5);
  EXPECT_EQ(find_op(three, "select2.move2").outputs[0].row, 2 * 4);
  EXPECT_EQ(body_of<Gather>(three, "select1.patches").rows_out, 3 * 4);
  EXPECT_EQ(body_of<Decide>(three, "select2.decide").elements, 3 * 3);
  EXPECT_EQ(body_of<MatMul>(three, "b2.qk").m, 4);
}

TEST(PruneTokens, ATopKKeepsItsCount) {
  const std::string pass = prune(R"("selector": "mlp", "select": "top_k",
                                    "stages": [{"block": 1, "count": 3}])");
  EXPECT_EQ(body_of<Decide>(after_pass(pass, tiny_vit(2)), "select1.decide").kept, 3);
  EXPECT_EQ(body_of<Decide>(after_pass(pass, tiny_vit(2, 2)), "select1.decide").kept, 6);
}

TEST(PruneTokens, TokensThatStayWhereTheyAreAreReadInPlace) {
  const Workload dense = tiny_vit(2);
  const Workload pruned = after_pass(
      prune(R"("selector": "mlp", "compaction": "none", "stages": [{"block": 1, "count": 2}])"),
      dense);
  for (const Op& op : pruned.ops())
    EXPECT_FALSE(std::holds_alternative<Gather>(op.body) && op.role == Role::layout);
  EXPECT_EQ(reads(pruned, "b1.ln1"), (Names{"b0.res2", "b1.ln1.weight", "select1.decide"}));
  EXPECT_EQ(reads(pruned, "b1.res1"), (Names{"b1.proj", "b0.res2", "select1.decide"}));
  EXPECT_EQ(body_of<Norm>(pruned, "b1.ln1").rows, 3);
  EXPECT_EQ(tensor_named(pruned, "b0.res2").rows(), 5);
  EXPECT_EQ(tensor_named(pruned, "b1.res1").rows(), 3);
}

TEST(PruneTokens, CountsComeFromTheDecisionsOfAnInput) {
  const Workload dense = tiny_vit(3);
  const char* const open = R"("selector": "none", "stages": [{"block": 1}, {"block": 2}])";
  Decisions decisions;
  decisions.kept_tokens = {3, 2};
  expect_same(after_pass(prune(open), dense, decisions),
              after_pass(prune(R"("selector": "none", "stages": [{"block": 1, "count": 3},
                                                                 {"block": 2, "count": 2}])"),
                         dense));
  decisions.kept_tokens = {3};
  EXPECT_NE(mistakes_of([&] {
              after_pass(prune(open), dense, decisions);
            }).find("stage 1 has no count, and only 1 were decided"),
            std::string::npos);
}

TEST(PruneTokens, KeptPatchesAreRoundedUp) {
  const auto tokens = [](const char* round_to, const char* protect) {
    const Workload pruned =
        after_pass(prune(fmt::format(R"("selector": "none", "round_to": {}, "protect": {},
                             "stages": [{{"block": 3, "keep": 0.43}}])",
                                     round_to, protect)),
                   model("deit_tiny"));
    return body_of<MatMul>(pruned, "b3.qk").m;
  };
  EXPECT_EQ(tokens("1", "1"), 1 + 84);  // 84.28
  EXPECT_EQ(tokens("8", "1"), 1 + 88);
  EXPECT_EQ(tokens("256", "1"), 1 + 196);
  EXPECT_EQ(tokens("1", "0"), 85);      // 84.71 of 197
  EXPECT_EQ(tokens("1", "2"), 2 + 84);  // 83.85 of 195
}

TEST(PruneTokens, NewTensorsHaveThePrecisionsOfTheirBlock) {
  const Workload pruned = after_pass(
      heatvit(R"({"block": 1, "count": 2})"),
      tiny_vit(2, 1,
               {{"bits", {{"activation", 7}, {"weight", 4}, {"accumulator", 24}, {"norm", 12}}}}));
  EXPECT_EQ(tensor_named(pruned, "select1.fc2.weight").bits, 4);
  EXPECT_EQ(tensor_named(pruned, "select1.fc2.bias").bits, 24);
  EXPECT_EQ(tensor_named(pruned, "select1.norm.weight").bits, 12);
  EXPECT_EQ(tensor_named(pruned, "select1.tokens").bits, 7);
  EXPECT_EQ(tensor_named(pruned, "select1.decide").bits, 1);
  EXPECT_EQ(body_of<MatMul>(pruned, "select1.package").accumulator_bits, 24);
}

TEST(PruneTokens, MistakesAreAnswered) {
  const struct {
    const char* fields;
    const char* message;
  } cases[] = {
      {R"("selector": "none", "stages": [{"block": 1, "keep": 0.5, "count": 2}])",
       "/passes/0/stages/0: has 'keep' and 'count'"},
      {R"("selector": "none", "stages": [{"block": 1}, {"block": 1}])",
       "/passes/0/stages/1/block: is 1 after 1, expected blocks in ascending order"},
      {R"("selector": "none", "package": true, "stages": [])",
       "/passes/0/package: is true, expected false: without a selector"},
      {R"("selector": "mlp", "package": true, "compaction": "none", "stages": [])",
       "/passes/0/package: is true, expected false: it has no row"},
      {R"("selector": "mpl", "stages": [])", "expected one of none, mlp, mlp_per_head"},
      {R"("selector": "mlp", "select": "entropy", "stages": [])", "/passes/0/select: is"},
      {R"("selector": "mlp", "stages": [{"block": 2, "keep": 0.5}])", "has no block 2"},
      {R"("selector": "mlp", "stages": [{"block": 1, "keep": 0.1}])",
       "before block 1 0 patches are kept, expected 1 to 4"},
      {R"("selector": "mlp", "stages": [{"block": 0, "count": 2}, {"block": 1, "count": 3}])",
       "before block 1 3 patches are kept, expected 1 to 2"},
      {R"("selector": "mlp", "protect": 5, "stages": [{"block": 1, "count": 2}])",
       "block 1 begins with 5 rows for 1 images, expected a row per token"},
  };
  for (const auto& item : cases) {
    const std::string mistakes = mistakes_of([&] { after_pass(prune(item.fields), tiny_vit(2)); });
    EXPECT_NE(mistakes.find(item.message), std::string::npos) << item.fields << "\n" << mistakes;
  }
}

TEST(PruneTokens, TokensOfGridsStayWhereTheirPlacesCount) {
  const auto stage = [](int block) {
    return prune(fmt::format(
        R"("selector": "mlp", "protect": 0, "stages": [{{"block": {}, "keep": 0.5}}])", block));
  };
  // Between its stages LeViT attends from every other row and column; behind the last it averages.
  const Workload levit = model("levit_128s");
  EXPECT_NE(mistakes_of([&] { after_pass(stage(3), levit); }).find("tokens by their places"),
            std::string::npos);
  const Workload pruned = after_pass(stage(8), levit);
  EXPECT_EQ(body_of<MatMul>(pruned, "s2b0.qk").n, 16);
  EXPECT_EQ(body_of<MatMul>(pruned, "s2b1.qk").n, 8);
  // Convolutions of SegFormer's blocks see the whole map, windows of Swin are full.
  EXPECT_NE(mistakes_of([&] {
              after_pass(stage(3), model("segformer_b2_ade512"));
            }).find("takes tokens for pixels"),
            std::string::npos);
  EXPECT_NE(mistakes_of([&] { after_pass(stage(4), model("swin_t")); }).find("op '"),
            std::string::npos);
}

TEST(PruneTokens, WorkloadsOnWhichItMakesNoSense) {
  const std::string in_place =
      prune(R"("selector": "none", "compaction": "none", "stages": [{"block": 1, "count": 2}])");
  EXPECT_NE(mistakes_of([&] {
              after_pass(in_place, tiny_vit(2, 2));
            }).find("has compaction 'none' for 2 images"),
            std::string::npos);
  const Workload skipped = after_pass(R"({"pass": "skip_attention", "blocks": [1]})", tiny_vit(2));
  EXPECT_NE(mistakes_of([&] {
              after_pass(heatvit(R"({"block": 1, "count": 2})"), skipped);
            }).find("block 1 has no attention whose heads share its 12 columns"),
            std::string::npos);
  // Without its attention a block can still lose tokens to a selector over all columns.
  const Workload both =
      after_pass(prune(R"("selector": "mlp", "stages": [{"block": 1, "count": 2}])"), skipped);
  EXPECT_EQ(body_of<MatMul>(both, "b1.fc1").m, 3);
}

}  // namespace
}  // namespace saccade
