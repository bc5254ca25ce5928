#include <gtest/gtest.h>

#include <algorithm>

#include "base/file.hpp"
#include "workload/layer_reference.hpp"
#include "workload/model.hpp"
#include "workload/model_checks.hpp"
#include "workload/workload_equal.hpp"

namespace saccade {
namespace {

Json uniform(double width, double expand, int depth, int image = 224) {
  return {{"family", "ofa_resnet50"},
          {"image", image},
          {"width_multipliers", width},
          {"depths", depth},
          {"expand_ratios", expand}};
}

Workload workload_of(const Json& model) { return read_workload_json(model, "ofa.json"); }

double gmac(const Json& model) { return static_cast<double>(workload_of(model).macs()) / 1e9; }

bool has_op(const Workload& workload, const std::string& name) {
  const auto& ops = workload.ops();
  return std::any_of(ops.begin(), ops.end(), [&](const Op& op) { return op.name == name; });
}

// The lists have convolutions and the head only.
TEST(OfaResNet50, EveryLayerOfTheReferenceHasItsOp) {
  const struct {
    const char* model;
    int blocks, stem_relus;
  } cases[] = {{"ofa_r50_min", 2 + 2 + 4 + 2, 2}, {"ofa_r50_max", 4 + 4 + 6 + 4, 3}};
  for (const auto& item : cases) {
    std::map<std::string, int> expected = {
        {"stem0_relu", 1},   {"stem2_relu", 1},   {"maxpool", 1},
        {"r1", item.blocks}, {"r2", item.blocks}, {"add", item.blocks},
        {"r3", item.blocks}, {"ds_pool", 3},      {"pool", 1}};
    if (item.stem_relus == 3) expected["stem1_relu"] = expected["stem1_add"] = 1;
    EXPECT_EQ(expect_layers(read_workload(model_path(item.model)), item.model), expected);
    expect_totals(read_workload(model_path(item.model)), item.model);
  }
}

// From the shapes of the published code's OFAResNets, by a script of our own.
TEST(OfaResNet50, MacsOfUniformSubnets) {
  const struct {
    double width, expand;
    int depth, image;
    double gmac;
  } cases[] = {{.65, .2, 0, 224, 0.962}, {.65, .25, 1, 224, 1.635}, {.65, .35, 2, 224, 3.208},
               {.8, .2, 0, 224, 1.400},  {.8, .25, 1, 224, 2.485},  {.8, .35, 2, 224, 4.838},
               {1, .2, 0, 224, 2.253},   {1, .25, 1, 224, 3.776},   {1, .25, 2, 224, 4.766},
               {1, .35, 2, 224, 7.492},  {1, .35, 2, 128, 2.448},   {1, .35, 2, 160, 3.823},
               {1, .35, 2, 192, 5.505}};
  for (const auto& item : cases) {
    EXPECT_NEAR(gmac(uniform(item.width, item.expand, item.depth, item.image)) / item.gmac, 1.0,
                0.001)
        << item.width << " " << item.expand << " " << item.depth << " " << item.image;
  }
}

// The list of specialised subnets of the published code; 0.05 of the last digit that it gives.
TEST(OfaResNet50, StandInsHaveThePublishedCounts) {
  const struct {
    const char* model;
    double gmac, million;
  } cases[] = {{"4100m", 4.1, 30.9}, {"3700m", 3.7, 26.5}, {"3000m", 3.0, 28.7},
               {"2400m", 2.4, 29.0}, {"1800m", 1.8, 20.7}, {"1200m", 1.2, 19.3},
               {"900m", 0.9, 14.5},  {"600m", 0.6, 9.6}};
  for (const auto& item : cases) {
    const Workload workload = read_workload(model_path(std::string("ofa_r50_") + item.model));
    EXPECT_NEAR(static_cast<double>(workload.macs()) / 1e9, item.gmac, 0.05) << item.model;
    EXPECT_NEAR(static_cast<double>(workload.parameters()) / 1e6, item.million, 0.05) << item.model;
  }
}

TEST(OfaResNet50, OneNumberStandsForAList) {
  Json lists = uniform(0.8, 0.25, 1);
  lists["width_multipliers"] = std::vector<double>(6, 0.8);
  lists["depths"] = std::vector<int>(5, 1);
  lists["expand_ratios"] = std::vector<double>(18, 0.25);
  expect_same(workload_of(lists), workload_of(uniform(0.8, 0.25, 1)));
}

// 0.65 x 256 = 166.4 channels become 168, 0.65 x 1024 = 665.6 become 664; 0.2 x 168 = 33.6 rounds
// to 34, which becomes 32; 0.35 x 256 = 89.6 rounds to 90, which becomes 88.
TEST(OfaResNet50, EveryEntryOfTheListsHasItsPlace) {
  Json model = uniform(1, 0.25, 0);
  model["width_multipliers"] = {0.65, 0.8, 0.65, 1, 0.65, 0.8};
  model["depths"] = {2, 1, 0, 2, 0};
  model["expand_ratios"] = std::vector<double>(18, 0.25);
  model["expand_ratios"][0] = 0.2;    // s0b0
  model["expand_ratios"][2] = 0.35;   // s0b2
  model["expand_ratios"][3] = 4;      // a block that is left out
  model["expand_ratios"][5] = 0.35;   // s1b1
  model["expand_ratios"][8] = 0.2;    // s2b0
  model["expand_ratios"][13] = 0.35;  // s2b5
  model["expand_ratios"][14] = 0.2;   // s3b0
  const Workload workload = workload_of(model);
  const struct {
    const char* op;
    std::int64_t in_channels, out_channels;
  } cases[] = {{"stem0", 3, 24},      {"stem1", 24, 24},     {"stem2", 24, 48},
               {"s0b0.c1", 48, 32},   {"s0b0.ds", 48, 168},  {"s0b1.c1", 168, 40},
               {"s0b2.c1", 168, 56},  {"s1b0.c1", 168, 128}, {"s1b1.c2", 176, 176},
               {"s1b1.c3", 176, 512}, {"s2b0.c1", 512, 136}, {"s2b5.c1", 664, 232},
               {"s3b0.c1", 664, 328}, {"s3b1.c3", 408, 1640}};
  for (const auto& item : cases) {
    const auto conv = std::get<Conv2d>(find_op(workload, item.op).body);
    EXPECT_EQ(conv.in_channels, item.in_channels) << item.op;
    EXPECT_EQ(conv.out_channels, item.out_channels) << item.op;
  }
  for (const char* left_out : {"s0b3.c1", "s1b2.c1", "s3b2.c1"}) {
    EXPECT_FALSE(has_op(workload, left_out)) << left_out;
  }
  for (const int stem : {0, 1}) {
    model["depths"][0] = stem;
    EXPECT_FALSE(has_op(workload_of(model), "stem1")) << stem;
  }
}

// The mean of 2 x 2 pixels, fewer at an odd border, before the 1x1 convolution; not in stage 0.
TEST(OfaResNet50, PooledShortcuts) {
  const Workload workload = workload_of(uniform(0.65, 0.2, 0, 200));  // 50, 25, 13 and 7 pixels
  const auto pool = std::get<Resample>(find_op(workload, "s2b0.ds_pool").body);
  EXPECT_EQ(pool.function, ResampleFunction::mean);
  EXPECT_EQ(pool.in_height, 25);
  EXPECT_EQ(pool.out_height, 13);
  EXPECT_EQ(pool.out_width, 13);
  EXPECT_EQ(pool.taps_height, 2);
  EXPECT_EQ(pool.taps_width, 2);
  EXPECT_FALSE(has_op(workload, "s0b0.ds_pool"));
  const auto conv = std::get<Conv2d>(find_op(workload, "s2b0.ds").body);
  EXPECT_EQ(conv.stride, 1);
  EXPECT_EQ(conv.in_height, 13);
}

TEST(OfaResNet50, StemHasAShortcutAroundItsMiddle) {
  const Workload workload = workload_of(uniform(0.65, 0.2, 2, 32));
  const Op add = find_op(workload, "stem1_add");
  EXPECT_EQ(workload.tensor(add.inputs[0].tensor).name, "stem1_relu");
  EXPECT_EQ(workload.tensor(add.inputs[1].tensor).name, "stem0_relu");
  EXPECT_EQ(workload.tensor(find_op(workload, "stem2").inputs[0].tensor).name, "stem1_add");
}

TEST(OfaResNet50, BatchOfFourIsFourTimesTheWork) {
  expect_batch_of_four(uniform(0.65, 0.35, 2, 72));
  expect_batch_of_four(read_json(model_path("ofa_r50_min")));
}

TEST(OfaResNet50, EveryEntryIsWrittenOnce) {
  Json model = uniform(0.05, 0.2, 2, 40);
  model["images"] = 2;
  const Workload workload = workload_of(model);
  expect_written_once(workload);
  for (const char* op : {"stem1_add", "maxpool", "s1b0.ds_pool", "pool"}) {
    expect_read_once(workload, {{op, 0}});
  }
}

TEST(OfaResNet50, MistakesNameTheirPlace) {
  const struct {
    const char* patch;
    const char* message;
  } cases[] = {
      {R"({"width_multipliers": [1, 1]})", "f.json: /width_multipliers: is [1,1], expected a list"},
      {R"({"width_multipliers": 0})", "f.json: /width_multipliers: is 0, expected a number from"},
      {R"({"depths": 3})", "f.json: /depths: is 3, expected an integer from 0 to 2"},
      {R"({"depths": [2, 2, 2, 2, 0.5]})", "f.json: /depths/4: is 0.5, expected an integer from 0"},
      {R"({"expand_ratios": "0.2"})", "f.json: /expand_ratios: is \"0.2\", expected a number"},
      {R"({"expand_ratios": null})", "f.json: /: lacks 'expand_ratios', expected a number"},
  };
  for (const auto& item : cases) {
    Json model = uniform(1, 0.25, 1);
    model.merge_patch(Json::parse(item.patch));
    const std::string mistakes = mistakes_of([&] { read_workload_json(model, "f.json"); });
    EXPECT_NE(mistakes.find(item.message), std::string::npos) << mistakes;
  }
}

}  // namespace
}  // namespace saccade
