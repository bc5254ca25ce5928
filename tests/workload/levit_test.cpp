#include "base/file.hpp"
#include "workload/layer_reference.hpp"
#include "workload/model.hpp"
#include "workload/model_checks.hpp"
#include "workload/workload_equal.hpp"

namespace saccade {
namespace {

/// Tokens 4 x 4, then 2 x 2; images of 64 x 64.
Json small_levit() {
  return {{"family", "levit"}, {"image", 64},    {"widths", {8, 12}},      {"depths", {1, 2}},
          {"heads", {2, 3}},   {"key_width", 2}, {"subsample_heads", {5}}, {"classes", 7}};
}

class LevitLists : public testing::TestWithParam<const char*> {};

TEST_P(LevitLists, EveryLayerOfTheReferenceHasItsOp) {
  const Workload workload = read_workload(model_path(GetParam()));
  LayerRules rules;
  rules.unordered = {"abias"};  // the list has it before the scores that it is added to
  rules.parameters_with = {{"head", "head.bn"}, {"head_dist", "head_dist.bn"}};
  // Each attention scales its scores; two of them choose their queries.
  const int attentions = std::string(GetParam()) == "levit_128s" ? 2 + 3 + 4 + 2 : 4 + 4 + 4 + 2;
  const std::map<std::string, int> expected = {{"scale", attentions}, {"subsample", 2},
                                               {"pool", 1},           {"bn", 2},
                                               {"head_sum", 1},       {"logits", 1}};
  EXPECT_EQ(expect_layers(workload, GetParam(), rules), expected);
}

// LeViT-256 is published with 1120 M, 0.65 % under its MACs; for the others see the test below.
TEST_P(LevitLists, TotalsAreThoseOfTheReference) {
  expect_totals(read_workload(model_path(GetParam())), GetParam(), 0.008);
}

INSTANTIATE_TEST_SUITE_P(Models, LevitLists,
                         testing::Values("levit_128s", "levit_128", "levit_256"),
                         [](const auto& param) { return std::string(param.param); });

// Published is what the code's counter says: MACs and one operation for each score (softmax).
TEST(Levit, PublishedTotals) {
  const struct {
    const char* model;
    double mflops, parameters_m;
  } cases[] = {{"levit_128s", 305, 7.8},
               {"levit_128", 406, 9.2},
               {"levit_192", 658, 10.9},
               {"levit_384", 2353, 39.1}};
  for (const auto& item : cases) {
    const Workload workload = read_workload(model_path(item.model));
    const auto softmax = static_cast<double>(elements_of(workload, "softmax"));
    EXPECT_NEAR((static_cast<double>(workload.macs()) + softmax) / 1e6, item.mflops, 0.5)
        << item.model;
    EXPECT_NEAR(static_cast<double>(workload.parameters()) / 1e6, item.parameters_m, 0.05)
        << item.model;
  }
}

TEST(Levit, BatchOfFourIsFourTimesTheWork) {
  expect_batch_of_four(small_levit());
  expect_batch_of_four(read_json(model_path("levit_128s")));
}

TEST(Levit, EveryEntryIsReadAndWrittenOnce) {
  Json model = small_levit();
  model["images"] = 3;
  const Workload workload = read_workload_json(model, "small.json");
  expect_written_once(workload);
  for (const std::string block : {"s0b0", "s1b0", "s1b1"}) {
    expect_read_once(workload, {{block + ".qk", 0}, {block + ".qk", 1}, {block + ".sv", 1}});
    expect_read_once(workload, {{block + ".sv", 0}});
  }
  expect_read_once(workload, {{"s0ds.qk", 0}});
  expect_read_once(workload, {{"s0ds.qk", 1}, {"s0ds.sv", 1}});
}

// Widths 8 and 12, keys of 2 and values of 4 columns, 8 when the map shrinks.
TEST(Levit, ShapesOfASmallModel) {
  const Workload workload = read_workload_json(small_levit(), "small.json");
  const struct {
    const char* op;
    std::int64_t macs, elements;
  } cases[] = {
      {"stem0", 32 * 32 * 27 * 1, 1024},  // 3 to 8/8 channels, 32 x 32 pixels
      {"stem3", 4 * 4 * 9 * 4 * 8, 128},  // 8/2 to 8
      {"s0b0.qkv", 16 * 8 * 16, 256},     // 2 heads of 2 + 2 + 4 columns
      {"s0b0.qk", 2 * 16 * 16 * 2, 512},  //
      {"s0b0.abias", 0, 512},             //
      {"s0b0.sv", 2 * 16 * 16 * 4, 128},  //
      {"s0b0.proj", 16 * 8 * 8, 128},     //
      {"s0b0.fc1", 16 * 8 * 16, 256},     //
      {"s0ds.kv", 16 * 8 * 5 * 10, 800},  // 5 heads of 2 + 8 columns
      {"s0ds.subsample", 0, 4 * 8},       //
      {"s0ds.q", 4 * 8 * 10, 40},         //
      {"s0ds.qk", 5 * 4 * 16 * 2, 320},   //
      {"s0ds.sv", 5 * 4 * 16 * 8, 160},   //
      {"s0ds.proj", 4 * 40 * 12, 48},     //
      {"s0ds.fc2", 4 * 24 * 12, 48},      //
      {"s1b1.qk", 3 * 4 * 4 * 2, 48},     //
      {"pool", 0, 12},                    //
      {"head", 12 * 7, 7},                //
      {"logits", 0, 7},
  };
  for (const auto& item : cases) {
    const Op op = find_op(workload, item.op);
    EXPECT_EQ(macs(op.body), item.macs) << item.op;
    EXPECT_EQ(output_elements(op.body), item.elements) << item.op;
  }
  const Op table = find_op(workload, "s0ds.abias");  // 5 heads x distances (0 to 3) x (0 to 3)
  EXPECT_EQ(workload.tensor(table.inputs[1].tensor).shape, (std::vector<std::int64_t>{5, 16}));
  EXPECT_EQ(workload.tensor(table.inputs[1].tensor).bits, 8);
  const Op norm = find_op(workload, "head_dist.bn");
  EXPECT_EQ(kind_name(norm.body), "batchnorm");
  EXPECT_EQ(workload.tensor(norm.inputs[1].tensor).elements(), 24);
}

TEST(Levit, RolesAndBlocks) {
  const Workload workload = read_workload_json(small_levit(), "small.json");
  const struct {
    const char* op;
    Role role;
    int block;
  } cases[] = {{"stem2.hs", Role::stem, -1},
               {"s0b0.qkv", Role::projection, 0},
               {"s0b0.abias", Role::core_attention, 0},
               {"s0b0.hs", Role::projection, 0},
               {"s0b0.hs2", Role::ffn, 0},
               {"s0ds.subsample", Role::layout, 1},
               {"s0ds.res2", Role::ffn, 1},
               {"s1b1.res", Role::projection, 3},
               {"head.bn", Role::norm, -1},
               {"logits", Role::head, -1}};
  for (const auto& item : cases) {
    const Op op = find_op(workload, item.op);
    EXPECT_EQ(role_name(op.role), role_name(item.role)) << item.op;
    EXPECT_EQ(op.block, item.block) << item.op;
  }
}

TEST(Levit, MistakesNameTheirPlace) {
  const struct {
    const char* patch;
    const char* message;
  } cases[] = {
      {R"({"image": 72})", "f.json: /image: is 72, expected a multiple of 16: the stem halves"},
      {R"({"widths": [12, 12]})", "f.json: /widths: starts with 12, expected a multiple of 8"},
      {R"({"widths": []})", "f.json: /widths: is [], expected a list of 1 to 16 values"},
      {R"({"depths": [1]})", "f.json: /depths: has 1 values, expected 2 for the 2 stages"},
      {R"({"heads": [1, 2, 3]})", "f.json: /heads: has 3 values, expected 2 for the 2 stages"},
      {R"({"subsample_heads": []})", "f.json: /subsample_heads: has 0 values, expected 1 for"},
      {R"({"key_width": 0})", "f.json: /key_width: is 0, expected an integer from 1 to 4096"},
      {R"({"width": 8})", "f.json: /width: is unknown in a LeViT model"},
  };
  for (const auto& item : cases) {
    Json model = small_levit();
    model.merge_patch(Json::parse(item.patch));
    const std::string mistakes = mistakes_of([&] { read_workload_json(model, "f.json"); });
    EXPECT_NE(mistakes.find(item.message), std::string::npos) << mistakes;
  }
}

}  // namespace
}  // namespace saccade
