#include "base/file.hpp"
#include "workload/layer_reference.hpp"
#include "workload/model.hpp"
#include "workload/model_checks.hpp"
#include "workload/workload_equal.hpp"

namespace saccade {
namespace {

/// Windows of 3 x 3 patches on maps of 10 x 14 and 5 x 7.
Json small_swin() {
  return {{"family", "swin"}, {"image_height", 20}, {"image_width", 28},
          {"patch", 2},       {"width", 6},         {"depths", {2, 2}},
          {"heads", {2, 3}},  {"window", 3},        {"classes", 9}};
}

/// Windows of 2 x 2 patches on maps of 16 x 24, 8 x 12, 4 x 6 and 2 x 3.
Json small_upernet() {
  return {{"family", "swin"},  {"image_height", 32},     {"image_width", 48},     {"patch", 2},
          {"width", 4},        {"depths", {1, 1, 2, 2}}, {"heads", {1, 2, 2, 4}}, {"window", 2},
          {"head", "upernet"}, {"classes", 5},           {"decoder_channels", 8}};
}

class SwinLists : public testing::TestWithParam<const char*> {};

TEST_P(SwinLists, EveryLayerOfTheReferenceHasItsOp) {
  const std::string name = GetParam();
  LayerRules rules;
  rules.parameters_with = {{"qkv", "abias"}};
  std::map<std::string, int> expected = {{"scale", 12}, {"abias", 12}, {"part0", 3},
                                         {"part1", 3},  {"part2", 3},  {"part3", 3}};
  if (name == "swin_t") {  // 7 x 7 patches of the last stage are one window
    expected.insert({{"partition", 10}, {"reverse", 10}, {"mask", 5}, {"pool", 1}});
  } else {
    expected.insert({{"partition", 12}, {"reverse", 12}, {"mask", 6}});
    // Four scales; 4 + 1 + 3 + 3 + 1 convolutions; a way down over three laterals.
    expected.insert({{"pool", 4}, {"relu", 12}, {"skip", 1}, {"up", 3}, {"add", 3}});
  }
  EXPECT_EQ(expect_layers(read_workload(model_path(name)), name, rules), expected);
}

// The 60 M parameters that are published for UPerNet have the auxiliary head of the training.
TEST_P(SwinLists, TotalsAreThoseOfTheReference) {
  expect_totals(read_workload(model_path(GetParam())), GetParam(), 0.018);
}

INSTANTIATE_TEST_SUITE_P(Models, SwinLists,
                         testing::Values("swin_t", "swin_t_upernet_ade512",
                                         "swin_t_upernet_ade512x2048"),
                         [](const auto& param) { return std::string(param.param); });

// timm's figures, to their last digit; the paper says 4.5, 8.7 and 15.4 G, 29, 50 and 88 M. They
// count norms, too: MACs alone are less by 0.4 to 0.5 %.
TEST(Swin, PublishedTotals) {
  const struct {
    const char* model;
    double gmacs, paper_gmacs, parameters_m;
  } cases[] = {
      {"swin_t", 4.51, 4.5, 28.29}, {"swin_s", 8.77, 8.7, 49.61}, {"swin_b", 15.47, 15.4, 87.77}};
  for (const auto& item : cases) {
    const Workload workload = read_workload(model_path(item.model));
    const auto macs = static_cast<double>(workload.macs());
    EXPECT_NEAR(macs_with_norms(workload) / 1e9, item.gmacs, 0.005) << item.model;
    EXPECT_NEAR(macs / 1e9 / item.gmacs, 1.0, 0.006) << item.model;
    EXPECT_NEAR(macs / 1e9 / item.paper_gmacs, 1.0, 0.006) << item.model;
    EXPECT_NEAR(static_cast<double>(workload.parameters()) / 1e6, item.parameters_m, 0.005)
        << item.model;
  }
}

TEST(Swin, UperNetWithItsAuxiliaryHeadHasThePublishedParameters) {
  const Workload workload = read_workload(model_path("swin_t_upernet_ade512x2048"));
  // 3 x 3 from 384 to 256 channels with a batch norm, 1 x 1 to the classes.
  const std::int64_t auxiliary = 9 * 384 * 256 + 2 * 256 + 256 * 150 + 150;
  EXPECT_NEAR(static_cast<double>(workload.parameters() + auxiliary) / 1e6, 60.0, 0.5);
  EXPECT_NEAR(static_cast<double>(workload.macs()) / 1e9, 945.0, 1.0);
}

TEST(Swin, BatchOfFourIsFourTimesTheWork) {
  expect_batch_of_four(small_swin());
  expect_batch_of_four(small_upernet());
  expect_batch_of_four(read_json(model_path("swin_b")));
}

TEST(Swin, EveryEntryIsReadAndWrittenOnce) {
  Json classifier = small_swin();
  Json segmenter = small_upernet();
  classifier["images"] = segmenter["images"] = 2;
  for (const Json& model : {classifier, segmenter}) {
    const Workload workload = read_workload_json(model, "small.json");
    expect_written_once(workload);
    for (const std::string block : {"s0b0", "s1b0"}) {
      expect_read_once(workload, {{block + ".qk", 0}, {block + ".qk", 1}, {block + ".sv", 1}});
      expect_read_once(workload, {{block + ".sv", 0}});
    }
  }
  const Workload workload = read_workload_json(segmenter, "small.json");
  expect_read_once(workload, {{"dec.psp_bottleneck", 0}});
  expect_read_once(workload, {{"dec.fpn_bottleneck", 0}});
}

// 10 x 14 patches are padded to 12 x 15, 20 windows of 9; then 5 x 7 to 6 x 9, 6 windows.
TEST(Swin, WindowsAreWholeAndPaddingIsComputed) {
  const Workload workload = read_workload_json(small_swin(), "small.json");
  const struct {
    const char* op;
    std::int64_t macs, elements;
  } cases[] = {
      {"patch_embed", 140 * 12 * 6, 140 * 6},
      {"s0b0.partition", 0, 180 * 6},
      {"s0b0.qkv", 180 * 6 * 18, 180 * 18},
      {"s0b0.qk", 20 * 2 * 9 * 9 * 3, 20 * 2 * 81},
      {"s0b0.sv", 20 * 2 * 9 * 9 * 3, 180 * 6},
      {"s0b0.proj", 180 * 6 * 6, 180 * 6},
      {"s0b0.reverse", 0, 140 * 6},
      {"s0b0.fc1", 140 * 6 * 24, 140 * 24},
      {"s0b1.mask", 0, 20 * 2 * 81},
      {"s0.pm.part3", 0, 35 * 6},
      {"s0.pm.ln", 0, 35 * 24},
      {"s0.patch_merge", 35 * 24 * 12, 35 * 12},
      {"s1b1.qk", 6 * 3 * 9 * 9 * 4, 6 * 3 * 81},
      {"pool", 0, 12},
      {"head", 12 * 9, 9},
  };
  for (const auto& item : cases) {
    const Op op = find_op(workload, item.op);
    EXPECT_EQ(macs(op.body), item.macs) << item.op;
    EXPECT_EQ(output_elements(op.body), item.elements) << item.op;
  }
  const Op bias = find_op(workload, "s1b0.abias");  // 3 heads, distances -2 to 2 both ways
  EXPECT_EQ(workload.tensor(bias.inputs[1].tensor).shape, (std::vector<std::int64_t>{3, 25}));
  for (const Op& op : workload.ops()) {
    if (kind_name(op.body) != "mask") continue;
    EXPECT_TRUE(op.name == "s0b1.mask" || op.name == "s1b1.mask") << op.name;
  }
}

TEST(Swin, OneWindowIsNeitherMovedNorMasked) {
  Json model = small_swin();
  model["image_height"] = model["image_width"] = 12;  // 6 x 6, then 3 x 3 patches
  const Workload workload = read_workload_json(model, "small.json");
  std::set<std::string> of_windows;
  for (const Op& op : workload.ops()) {
    const std::string part = op.name.substr(op.name.rfind('.') + 1);
    if (part == "partition" || part == "reverse" || part == "mask") of_windows.insert(op.name);
  }
  const std::set<std::string> expected = {"s0b0.partition", "s0b0.reverse", "s0b1.partition",
                                          "s0b1.mask", "s0b1.reverse"};
  EXPECT_EQ(of_windows, expected);
}

TEST(Swin, MergedPixelsStandBesideEachOther) {
  const Workload workload = read_workload_json(small_swin(), "small.json");
  const TensorId merged = find_op(workload, "s0.pm.ln").inputs[0].tensor;
  for (int part = 0; part < 4; ++part) {
    const Op op = find_op(workload, "s0.pm.part" + std::to_string(part));
    EXPECT_EQ(op.outputs[0].tensor, merged);
    EXPECT_EQ(op.outputs[0].column, 6 * part);
    EXPECT_EQ(op.inputs[0].tensor, find_op(workload, "s0b1.res2").outputs[0].tensor);
  }
}

// Decoder of 8 channels over maps of 16 x 24, 8 x 12, 4 x 6 and 2 x 3 with 4, 8, 16, 32 channels.
TEST(Swin, UperNetOfASmallModel) {
  const Workload workload = read_workload_json(small_upernet(), "small.json");
  const struct {
    const char* op;
    std::int64_t macs, elements;
  } cases[] = {
      {"s0.ln", 0, 384 * 4},
      {"dec.skip", 0, 6 * 32},
      {"dec.ppm2.pool", 0, 4 * 32},
      {"dec.ppm2", 4 * 32 * 8, 4 * 8},
      {"dec.ppm6.up", 0, 6 * 8},
      {"dec.psp_bottleneck", 6 * 9 * (32 + 4 * 8) * 8, 6 * 8},
      {"dec.lateral1", 96 * 8 * 8, 96 * 8},
      {"dec.lateral2.up", 0, 24 * 8},
      {"dec.lateral0.add", 0, 384 * 8},
      {"dec.fpn0", 384 * 9 * 8 * 8, 384 * 8},
      {"dec.up1", 0, 384 * 8},
      {"dec.up3", 0, 384 * 8},
      {"dec.fpn_bottleneck", 384 * 9 * 32 * 8, 384 * 8},
      {"dec.cls_seg", 384 * 8 * 5, 384 * 5},
  };
  for (const auto& item : cases) {
    const Op op = find_op(workload, item.op);
    EXPECT_EQ(macs(op.body), item.macs) << item.op;
    EXPECT_EQ(output_elements(op.body), item.elements) << item.op;
  }
  // Each output of the pyramid's 2 x 2 averages 1 of 2 rows and, of 3 columns, at most 2.
  const auto pool = std::get<Resample>(find_op(workload, "dec.ppm2.pool").body);
  EXPECT_EQ(pool.taps_height, 1);
  EXPECT_EQ(pool.taps_width, 2);
  // Way down: the sum of a lateral and the coarser one, which reads what the sum before gave.
  const Op up = find_op(workload, "dec.lateral0.up");
  EXPECT_EQ(up.inputs[0].tensor, find_op(workload, "dec.lateral1.add").outputs[0].tensor);
  EXPECT_EQ(find_op(workload, "dec.lateral2.up").inputs[0].tensor,
            find_op(workload, "dec.psp_bottleneck.relu").outputs[0].tensor);
  EXPECT_EQ(find_op(workload, "dec.up2").outputs[0].column, 16);
  EXPECT_EQ(workload.tensor(find_op(workload, "dec.cls_seg").outputs[0].tensor).kind,
            TensorKind::network_output);
}

// floor(i 16 / 6) to ceil((i + 1) 16 / 6): 0-3, 2-6, 5-8, 8-11, 10-14, 13-16; 64 columns: 0-11, ...
TEST(Swin, PoolingOfUperNetCoversItsMap) {
  const Workload workload = read_workload(model_path("swin_t_upernet_ade512x2048"));
  const auto taps = [&](const std::string& scale) {
    const auto pool = std::get<Resample>(find_op(workload, "dec.ppm" + scale + ".pool").body);
    return std::pair<std::int64_t, std::int64_t>(pool.taps_height, pool.taps_width);
  };
  EXPECT_EQ(taps("1"), std::make_pair(std::int64_t{16}, std::int64_t{64}));
  EXPECT_EQ(taps("2"), std::make_pair(std::int64_t{8}, std::int64_t{32}));
  EXPECT_EQ(taps("3"), std::make_pair(std::int64_t{6}, std::int64_t{22}));
  EXPECT_EQ(taps("6"), std::make_pair(std::int64_t{4}, std::int64_t{12}));
}

TEST(Swin, RolesAndBlocks) {
  const Workload workload = read_workload_json(small_upernet(), "small.json");
  const struct {
    const char* op;
    Role role;
    int block;
  } cases[] = {{"patch_embed", Role::stem, -1},
               {"s0b0.partition", Role::layout, 0},
               {"s0b0.abias", Role::core_attention, 0},
               {"s2b1.mask", Role::core_attention, 3},
               {"s2b1.reverse", Role::layout, 3},
               {"s2b1.fc2", Role::ffn, 3},
               {"s1.pm.part0", Role::layout, -1},
               {"s1.patch_merge", Role::projection, -1},
               {"s3.ln", Role::norm, -1},
               {"dec.lateral1.add", Role::head, -1},
               {"dec.skip", Role::layout, -1},
               {"dec.cls_seg", Role::head, -1}};
  for (const auto& item : cases) {
    const Op op = find_op(workload, item.op);
    EXPECT_EQ(role_name(op.role), role_name(item.role)) << item.op;
    EXPECT_EQ(op.block, item.block) << item.op;
  }
}

TEST(Swin, DecoderHas512ChannelsIfLeftOut) {
  Json model = small_upernet();
  model.erase("decoder_channels");
  const Workload workload = read_workload_json(model, "small.json");
  EXPECT_EQ(std::get<Conv2d>(find_op(workload, "dec.fpn0").body).out_channels, 512);
}

TEST(Swin, MistakesNameTheirPlace) {
  const struct {
    const char* patch;
    const char* message;
  } cases[] = {
      {R"({"image_height": 22})",
       "f.json: /image_height: is 22, expected a multiple of 4, from 12"},
      {R"({"image_width": 8})", "f.json: /image_width: is 8, expected a multiple of 4, from 12 on"},
      {R"({"heads": [2, 5]})", "f.json: /heads/1: is 5, expected a divisor of the 12 channels"},
      {R"({"heads": [2, 3, 3]})", "f.json: /heads: has 3 values, expected 2 as 'depths' has"},
      {R"({"head": "uper"})", "f.json: /head: is \"uper\", expected one of classifier, upernet"},
      {R"({"decoder_channels": 64})", "f.json: /decoder_channels: is of no use, expected it with"},
      {R"({"classes": null})", "f.json: /: lacks 'classes'"},
      {R"({"depths": [2]})", "f.json: /depths: is [2], expected a list of 2 to 8 values"},
  };
  for (const auto& item : cases) {
    Json model = small_swin();
    model.merge_patch(Json::parse(item.patch));
    const std::string mistakes = mistakes_of([&] { read_workload_json(model, "f.json"); });
    EXPECT_NE(mistakes.find(item.message), std::string::npos) << mistakes;
  }
}

}  // namespace
}  // namespace saccade
