#include <gtest/gtest.h>

#include "base/file.hpp"
#include "workload/layer_reference.hpp"
#include "workload/model.hpp"
#include "workload/model_checks.hpp"
#include "workload/workload_equal.hpp"

namespace saccade {
namespace {

Json small_resnet() {
  return {{"family", "resnet"}, {"image", 50}, {"depths", {1, 2, 1, 1}}, {"classes", 7}};
}

TEST(ResNet, EveryLayerOfTheReferenceHasItsOp) {
  LayerRules rules;
  rules.counted_by_input = {"pool"};
  const std::map<std::string, int> expected = {{"r3", 3 + 4 + 6 + 3}};  // behind the additions
  EXPECT_EQ(expect_layers(read_workload(model_path("resnet50")), "resnet50", rules), expected);
}

TEST(ResNet, TotalsAreThoseOfTheReference) {
  expect_totals(read_workload(model_path("resnet50")), "resnet50");
}

// torchvision: 7.80 and 11.51 GMAC, 44,549,160 and 60,192,808 parameters.
TEST(ResNet, DeeperOnes) {
  const struct {
    std::vector<int> depths;
    double gmac;
    std::int64_t parameters;
  } cases[] = {{{3, 4, 23, 3}, 7.80, 44549160}, {{3, 8, 36, 3}, 11.51, 60192808}};
  for (const auto& item : cases) {
    Json model = read_json(model_path("resnet50"));
    model["depths"] = item.depths;
    const Workload workload = read_workload_json(model, "deep.json");
    EXPECT_NEAR(static_cast<double>(workload.macs()) / 1e9, item.gmac, 0.01);
    EXPECT_EQ(workload.parameters(), item.parameters);
  }
}

TEST(ResNet, BatchOfFourIsFourTimesTheWork) {
  expect_batch_of_four(small_resnet());
  expect_batch_of_four(read_json(model_path("resnet50")));
}

TEST(ResNet, EveryEntryIsReadAndWrittenOnce) {
  Json model = small_resnet();
  model["images"] = 2;
  const Workload workload = read_workload_json(model, "small.json");
  expect_written_once(workload);
  for (const char* op : {"maxpool", "s0b0.c1", "s1b0.c2", "s1b0.ds", "s3b0.r3", "pool", "fc"}) {
    expect_read_once(workload, {{op, 0}});
  }
  for (const char* op : {"s0b0.add", "s1b1.add"}) {
    expect_read_once(workload, {{op, 0}});
    expect_read_once(workload, {{op, 1}});
  }
}

// 50 pixels: 25 behind the stem, 13, 7, 4 and 2 in the stages.
TEST(ResNet, ShapesOfASmallModel) {
  const Workload workload = read_workload_json(small_resnet(), "small.json");
  const struct {
    const char* op;
    const char* kind;
    std::int64_t macs, elements;
  } cases[] = {
      {"conv1", "conv2d", 25 * 25 * 49 * 3 * 64, 25 * 25 * 64},
      {"maxpool", "maxpool", 0, 13 * 13 * 64},
      {"s0b0.c1", "conv2d", 169 * 64 * 64, 169 * 64},
      {"s0b0.ds", "conv2d", 169 * 64 * 256, 169 * 256},
      {"s1b0.c1", "conv2d", 169 * 256 * 128, 169 * 128},
      {"s1b0.c2", "conv2d", 49 * 9 * 128 * 128, 49 * 128},
      {"s1b0.ds", "conv2d", 49 * 256 * 512, 49 * 512},
      {"s1b0.add", "add", 0, 49 * 512},
      {"s1b1.c1", "conv2d", 49 * 512 * 128, 49 * 128},
      {"s3b0.r3", "relu", 0, 4 * 2048},
      {"pool", "reduce", 0, 2048},
      {"fc", "matmul", 2048 * 7, 7},
  };
  for (const auto& item : cases) {
    const Op op = find_op(workload, item.op);
    EXPECT_EQ(kind_name(op.body), item.kind) << item.op;
    EXPECT_EQ(macs(op.body), item.macs) << item.op;
    EXPECT_EQ(output_elements(op.body), item.elements) << item.op;
  }
  const auto pool = std::get<Resample>(find_op(workload, "maxpool").body);
  EXPECT_EQ(pool.taps_height, 3);
  EXPECT_EQ(pool.taps_width, 3);
}

// The shortcut of a stage's first block is projected, that of all others is the block's input.
TEST(ResNet, Shortcuts) {
  const Workload workload = read_workload_json(small_resnet(), "small.json");
  const auto shortcut = [&](const char* op) {
    return workload.tensor(find_op(workload, op).inputs.at(1).tensor).name;
  };
  EXPECT_EQ(shortcut("s0b0.add"), "s0b0.ds");
  EXPECT_EQ(shortcut("s1b0.add"), "s1b0.ds");
  EXPECT_EQ(shortcut("s1b1.add"), "s1b0.r3");
}

TEST(ResNet, RolesAndBlocks) {
  const Workload workload = read_workload_json(small_resnet(), "small.json");
  const struct {
    const char* op;
    Role role;
    int block;
  } cases[] = {{"conv1", Role::stem, -1}, {"relu", Role::stem, -1},  {"maxpool", Role::stem, -1},
               {"s0b0.c1", Role::ffn, 0}, {"s1b1.r3", Role::ffn, 2}, {"s3b0.ds", Role::ffn, 4},
               {"pool", Role::head, -1},  {"fc", Role::head, -1}};
  for (const auto& item : cases) {
    const Op op = find_op(workload, item.op);
    EXPECT_EQ(role_name(op.role), role_name(item.role)) << item.op;
    EXPECT_EQ(op.block, item.block) << item.op;
  }
  EXPECT_EQ(workload.tensor(find_op(workload, "fc").outputs[0].tensor).kind,
            TensorKind::network_output);
}

TEST(ResNet, MistakesNameTheirPlace) {
  const struct {
    const char* patch;
    const char* message;
  } cases[] = {
      {R"({"depths": [3, 4, 6]})", "f.json: /depths: is [3,4,6], expected a list of 4 to 4 values"},
      {R"({"depths": [3, 4, 6, 0]})", "f.json: /depths/3: is 0, expected an integer from 1"},
      {R"({"image": 0})", "f.json: /image: is 0, expected an integer from 1 to 16384"},
      {R"({"depth": 50})", "f.json: /depth: is unknown in a ResNet of bottleneck blocks"},
  };
  for (const auto& item : cases) {
    Json model = small_resnet();
    model.merge_patch(Json::parse(item.patch));
    const std::string mistakes = mistakes_of([&] { read_workload_json(model, "f.json"); });
    EXPECT_NE(mistakes.find(item.message), std::string::npos) << mistakes;
  }
}

}  // namespace
}  // namespace saccade
