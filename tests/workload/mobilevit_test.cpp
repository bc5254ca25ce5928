#include "base/file.hpp"
#include "workload/layer_reference.hpp"
#include "workload/model.hpp"
#include "workload/model_checks.hpp"
#include "workload/workload_equal.hpp"

namespace saccade {
namespace {

/// Maps of 48 x 48, 24 x 24, 12 x 12, 6 x 6 and 3 x 3 pixels.
Json small_mobilevit() {
  return {{"family", "mobilevit"},
          {"image", 96},
          {"stem_channels", 4},
          {"expansion", 2},
          {"channels", {4, 8, 12, 16, 20}},
          {"widths", {6, 8, 10}},
          {"hidden", {7, 9, 11}},
          {"depths", {1, 2, 1}},
          {"heads", 2},
          {"classes", 5}};
}

class MobileVitLists : public testing::TestWithParam<const char*> {};

TEST_P(MobileVitLists, EveryLayerOfTheReferenceHasItsOp) {
  const std::string name = GetParam();
  LayerRules rules;
  rules.number_repeated = {"silu"};
  rules.counted_by_input = {"pool"};
  const int depths[] = {2, 4, 3};
  for (int stage = 3; stage <= 5; ++stage) {
    for (int layer = 0; layer < depths[stage - 3]; ++layer) {
      const std::string prefix = "l" + std::to_string(stage) + "t" + std::to_string(layer);
      rules.renamed[prefix + ".silu"] = prefix + ".act";
    }
  }
  std::map<std::string, int> expected = {{"scale", 9}, {"skip", 3}, {"unfold", 3}, {"fold", 3}};
  if (name.find("_224") != std::string::npos) {  // the last map has 7 x 7 pixels
    expected["up"] = expected["down"] = 1;
  }
  EXPECT_EQ(expect_layers(read_workload(model_path(name)), name, rules), expected);
}

// The published figures count norms, too, as the next test shows.
TEST_P(MobileVitLists, TotalsAreThoseOfTheReference) {
  expect_totals(read_workload(model_path(GetParam())), GetParam(), 0.031);
}

INSTANTIATE_TEST_SUITE_P(Models, MobileVitLists,
                         testing::Values("mobilevit_xxs", "mobilevit_xxs_224", "mobilevit_s",
                                         "mobilevit_s_224"),
                         [](const auto& param) { return std::string(param.param); });

// timm's figures at 256 x 256 pixels, to their last digit. They count norms, too: MACs alone
// are 3.0, 2.3 and 1.4 % less.
TEST(MobileVit, PublishedTotals) {
  const struct {
    const char* model;
    double gmacs, parameters_m;
  } cases[] = {
      {"mobilevit_xxs", 0.42, 1.27}, {"mobilevit_xs", 1.05, 2.32}, {"mobilevit_s", 2.03, 5.58}};
  for (const auto& item : cases) {
    const Workload workload = read_workload(model_path(item.model));
    EXPECT_NEAR(macs_with_norms(workload) / 1e9, item.gmacs, 0.005) << item.model;
    EXPECT_NEAR(static_cast<double>(workload.parameters()) / 1e6, item.parameters_m, 0.005)
        << item.model;
  }
}

TEST(MobileVit, BatchOfFourIsFourTimesTheWork) {
  expect_batch_of_four(small_mobilevit());
  expect_batch_of_four(read_json(model_path("mobilevit_xs_224")));
}

TEST(MobileVit, EveryEntryIsReadAndWrittenOnce) {
  Json model = small_mobilevit();
  model["images"] = 3;
  const Workload workload = read_workload_json(model, "small.json");
  expect_written_once(workload);
  for (const std::string block : {"l3t0", "l4t0", "l4t1", "l5t0"}) {
    expect_read_once(workload, {{block + ".qk", 0}, {block + ".qk", 1}, {block + ".sv", 1}});
    expect_read_once(workload, {{block + ".sv", 0}});
  }
  for (const std::string stage : {"l3", "l4", "l5"}) {
    expect_read_once(workload, {{stage + ".fus3x3", 0}});
  }
}

TEST(MobileVit, ShapesOfASmallModel) {
  const Workload workload = read_workload_json(small_mobilevit(), "small.json");
  const struct {
    const char* op;
    std::int64_t macs, elements;
  } cases[] = {
      {"conv1", 48 * 48 * 27 * 4, 48 * 48 * 4},
      {"l1b0.exp", 48 * 48 * 4 * 8, 48 * 48 * 8},
      {"l1b0.dw", 48 * 48 * 9 * 8, 48 * 48 * 8},
      {"l1b0.res", 0, 48 * 48 * 4},  // 4 channels before and after
      {"l2b0.dw", 24 * 24 * 9 * 8, 24 * 24 * 8},
      {"l2b1.red", 24 * 24 * 16 * 8, 24 * 24 * 8},
      {"l2b2.res", 0, 24 * 24 * 8},
      {"l3.skip", 0, 12 * 12 * 12},
      {"l3.loc1x1", 12 * 12 * 12 * 6, 12 * 12 * 6},
      {"l3.unfold", 0, 12 * 12 * 6},
      {"l3t0.qk", 4 * 2 * 36 * 36 * 3, 4 * 2 * 36 * 36},  // 4 groups, 2 heads of 3 columns
      {"l3t0.fc1", 144 * 6 * 7, 144 * 7},
      {"l3.fus3x3", 144 * 9 * 24 * 12, 144 * 12},
      {"l5.up", 0, 4 * 4 * 10},  // 3 x 3 to 4 x 4
      {"l5t0.qkv", 16 * 10 * 30, 16 * 30},
      {"l5t0.sv", 4 * 2 * 4 * 4 * 5, 16 * 10},
      {"l5.fold", 0, 16 * 10},
      {"l5.down", 0, 9 * 10},
      {"l5.proj1x1", 9 * 10 * 20, 9 * 20},
      {"conv_exp", 9 * 20 * 80, 9 * 80},
      {"pool", 0, 80},
      {"fc", 80 * 5, 5},
  };
  for (const auto& item : cases) {
    const Op op = find_op(workload, item.op);
    EXPECT_EQ(macs(op.body), item.macs) << item.op;
    EXPECT_EQ(output_elements(op.body), item.elements) << item.op;
  }
  for (const Op& op : workload.ops()) {
    EXPECT_EQ(op.name == "l1b0.res" || op.name == "l2b1.res" || op.name == "l2b2.res",
              op.name.size() > 4 && op.name.substr(op.name.size() - 4) == ".res")
        << op.name;
    EXPECT_EQ(op.name == "l5.up" || op.name == "l5.down", kind_name(op.body) == "resize")
        << op.name;
  }
}

TEST(MobileVit, ConcatenationHasTheInputFirst) {
  const Workload workload = read_workload_json(small_mobilevit(), "small.json");
  const View skip = find_op(workload, "l4.skip").outputs[0];
  const View local = find_op(workload, "l4.silu2").outputs[0];
  EXPECT_EQ(skip.tensor, local.tensor);
  EXPECT_EQ(skip.tensor, find_op(workload, "l4.fus3x3").inputs[0].tensor);
  EXPECT_EQ(workload.tensor(skip.tensor).shape, (std::vector<std::int64_t>{36, 32}));
  EXPECT_EQ(skip.column, 0);
  EXPECT_EQ(local.column, 16);
}

TEST(MobileVit, RolesAndBlocks) {
  const Workload workload = read_workload_json(small_mobilevit(), "small.json");
  const struct {
    const char* op;
    Role role;
    int block;
  } cases[] = {{"silu1", Role::stem, -1},
               {"l2b1.res", Role::stem, -1},
               {"l3.skip", Role::layout, -1},
               {"l3.unfold", Role::layout, -1},
               {"l3t0.qk", Role::core_attention, 0},
               {"l4t1.act", Role::ffn, 2},
               {"l5t0.proj", Role::projection, 3},
               {"l5.ln", Role::norm, -1},
               {"l5.down", Role::layout, -1},
               {"silu2", Role::head, -1}};
  for (const auto& item : cases) {
    const Op op = find_op(workload, item.op);
    EXPECT_EQ(role_name(op.role), role_name(item.role)) << item.op;
    EXPECT_EQ(op.block, item.block) << item.op;
  }
}

TEST(MobileVit, MistakesNameTheirPlace) {
  const struct {
    const char* patch;
    const char* message;
  } cases[] = {
      {R"({"widths": [6, 9, 10]})", "f.json: /widths/1: is 9, expected a multiple of the 2 heads"},
      {R"({"channels": [4, 9, 12, 16, 20]})",
       "f.json: /channels/1: is 9, which makes 18 channels in an inverted residual, expected a "
       "multiple of 8"},
      {R"({"stem_channels": 3})", "f.json: /stem_channels: is 3, which makes 6 channels"},
      {R"({"channels": [4, 8, 12]})", "f.json: /channels: is [4,8,12], expected a list of 5 to 5"},
      {R"({"depths": [1, 1]})", "f.json: /depths: is [1,1], expected a list of 3 to 3 values"},
      {R"({"expansion": null})", "f.json: /: lacks 'expansion'"},
  };
  for (const auto& item : cases) {
    Json model = small_mobilevit();
    model.merge_patch(Json::parse(item.patch));
    const std::string mistakes = mistakes_of([&] { read_workload_json(model, "f.json"); });
    EXPECT_NE(mistakes.find(item.message), std::string::npos) << mistakes;
  }
}

TEST(MobileVit, LastConvolutionHasAtMost960Channels) {
  Json model = small_mobilevit();
  model["channels"][4] = 248;
  const Workload workload = read_workload_json(model, "wide.json");
  EXPECT_EQ(std::get<Conv2d>(find_op(workload, "conv_exp").body).out_channels, 960);
}

}  // namespace
}  // namespace saccade
