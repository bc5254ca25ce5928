#include <gtest/gtest.h>

#include "base/file.hpp"
#include "workload/layer_reference.hpp"
#include "workload/model.hpp"
#include "workload/model_checks.hpp"
#include "workload/workload_equal.hpp"

namespace saccade {
namespace {

/// Maps of 16 x 24, 8 x 12, 4 x 6 and 2 x 3 pixels.
Json small_segformer() {
  return {{"family", "segformer"},      {"image_height", 64},
          {"image_width", 96},          {"widths", {4, 8, 12, 16}},
          {"depths", {1, 2, 1, 1}},     {"heads", {1, 2, 3, 4}},
          {"reductions", {4, 2, 1, 1}}, {"mlp_ratios", {3, 3, 3, 2}},
          {"decoder_width", 6},         {"classes", 5}};
}

Json cropped(Json model, int crop, int stride) {
  model["crop"] = crop;
  model["stride"] = stride;
  return model;
}

Workload workload_of(const Json& model) { return read_workload_json(model, "small.json"); }

double gmac(const Workload& workload) { return static_cast<double>(workload.macs()) / 1e9; }

class SegFormerLists : public testing::TestWithParam<const char*> {};

TEST_P(SegFormerLists, EveryLayerOfTheReferenceHasItsOp) {
  const Workload workload = read_workload(model_path(GetParam()));
  const bool b0 = workload.name().find("_b0_") != std::string::npos;
  const std::map<std::string, int> expected = {{"scale", b0 ? 2 + 2 + 2 + 2 : 3 + 4 + 6 + 3}};
  EXPECT_EQ(expect_layers(workload, GetParam()), expected);
}

// The published parameters of B0 are rounded to 3.8 M, 1.2 % over 3.753 M.
TEST_P(SegFormerLists, TotalsAreThoseOfTheReference) {
  expect_totals(read_workload(model_path(GetParam())), GetParam(), 0.013);
}

INSTANTIATE_TEST_SUITE_P(Models, SegFormerLists,
                         testing::Values("segformer_b0_ade512", "segformer_b0_city1024x2048",
                                         "segformer_b2_ade512", "segformer_b2_city1024x2048"),
                         [](const auto& param) { return std::string(param.param); });

// Xie et al., NeurIPS 2021: FLOPs (of which a MAC is one) and parameters on ADE20K, with one digit
// behind the point; B5 is measured on images of 640 x 640. Ours are within 0.15 % and that
// rounding.
TEST(SegFormer, PublishedTotals) {
  const struct {
    const char* model;
    int side;
    double gflops, parameters_m;
  } cases[] = {{"segformer_b0_ade512", 512, 8.4, 3.8},   {"segformer_b1_ade512", 512, 15.9, 13.7},
               {"segformer_b2_ade512", 512, 62.4, 27.5}, {"segformer_b3_ade512", 512, 79.0, 47.3},
               {"segformer_b4_ade512", 512, 95.7, 64.1}, {"segformer_b5_ade512", 640, 183.3, 84.7}};
  for (const auto& item : cases) {
    Json model = read_json(model_path(item.model));
    model["image_height"] = model["image_width"] = item.side;
    const Workload workload = workload_of(model);
    EXPECT_NEAR(gmac(workload), item.gflops, 0.05 + 0.0015 * item.gflops) << item.model;
    EXPECT_NEAR(static_cast<double>(workload.parameters()) / 1e6, item.parameters_m, 0.06)
        << item.model;
  }
}

// What one block less in each stage leaves of B2's MACs on 512 x 512: the sums of the rows of the
// layer list without those of that stage's last block.
TEST(SegFormer, FewerBlocksLeaveTheirShareOfTheMacs) {
  const Json model = read_json(model_path("segformer_b2_ade512"));
  const double whole = gmac(workload_of(model));
  const double left[] = {0.979, 0.983, 0.978, 0.986};
  for (std::size_t stage = 0; stage < 4; ++stage) {
    Json fewer = model;
    fewer["depths"][stage] = model["depths"][stage].get<int>() - 1;
    EXPECT_NEAR(gmac(workload_of(fewer)) / whole, left[stage], 0.0005) << stage;
  }
}

TEST(SegFormer, BatchOfFourIsFourTimesTheWork) {
  expect_batch_of_four(small_segformer());
  expect_batch_of_four(cropped(small_segformer(), 64, 32));
  expect_batch_of_four(read_json(model_path("segformer_b2_ade512")));
}

TEST(SegFormer, EveryEntryIsReadAndWrittenOnce) {
  Json model = small_segformer();
  model["images"] = 3;
  for (const Json& document : {model, cropped(model, 64, 32)}) {
    const Workload workload = workload_of(document);
    expect_written_once(workload);
    for (const std::string block : {"enc0b0", "enc1b0", "enc1b1", "enc2b0", "enc3b0"}) {
      expect_read_once(workload, {{block + ".qk", 0}});
      expect_read_once(workload, {{block + ".qk", 1}, {block + ".sv", 1}});
      expect_read_once(workload, {{block + ".sv", 0}});
    }
    expect_read_once(workload, {{"dec.Conv2DFuse", 0}});
  }
}

TEST(SegFormer, ShapesOfASmallModel) {
  const Workload workload = workload_of(small_segformer());
  const struct {
    const char* op;
    std::int64_t macs, elements;
  } cases[] = {
      {"enc0.patch_embed", 16 * 24 * 49 * 3 * 4, 16 * 24 * 4},
      {"enc0b0.q", 16 * 24 * 4 * 4, 16 * 24 * 4},
      {"enc0b0.sr", 4 * 6 * 16 * 4 * 4, 4 * 6 * 4},
      {"enc0b0.sr_ln", 0, 4 * 6 * 4},
      {"enc0b0.kv", 4 * 6 * 4 * 8, 4 * 6 * 8},
      {"enc0b0.qk", 384 * 24 * 4, 384 * 24},
      {"enc0b0.fc1", 384 * 4 * 12, 384 * 12},
      {"enc0b0.dw3x3", 384 * 9 * 12, 384 * 12},
      {"enc1.patch_embed", 8 * 12 * 9 * 4 * 8, 8 * 12 * 8},
      {"enc1b1.softmax", 0, 2 * 96 * 24},
      {"enc2b0.kv", 24 * 12 * 24, 24 * 24},
      {"enc3b0.qk", 4 * 6 * 6 * 4, 4 * 6 * 6},
      {"enc3b0.fc2", 6 * 32 * 16, 6 * 16},
      {"dec.DecodeLinear0", 384 * 4 * 6, 384 * 6},
      {"dec.DecodeLinear3", 6 * 16 * 6, 6 * 6},
      {"dec.up3", 0, 384 * 6},
      {"dec.Conv2DFuse", 384 * 24 * 6, 384 * 6},
      {"dec.Conv2DPred", 384 * 6 * 5, 384 * 5},
  };
  for (const auto& item : cases) {
    const Op op = find_op(workload, item.op);
    EXPECT_EQ(macs(op.body), item.macs) << item.op;
    EXPECT_EQ(output_elements(op.body), item.elements) << item.op;
  }
  for (const Op& op : workload.ops()) EXPECT_NE(op.name, "enc2b0.sr");  // nothing to reduce
}

// The columns of the decoder's tensor are those of stages 3, 2, 1 and 0.
TEST(SegFormer, DecoderWritesOneTensor) {
  const Workload workload = workload_of(small_segformer());
  const std::pair<const char*, std::int64_t> columns[] = {
      {"dec.up3", 0}, {"dec.up2", 6}, {"dec.up1", 12}, {"dec.DecodeLinear0", 18}};
  for (const auto& [name, column] : columns) {
    const View output = find_op(workload, name).outputs[0];
    EXPECT_EQ(workload.tensor(output.tensor).name, "dec.concat") << name;
    EXPECT_EQ(output.column, column) << name;
  }
  const auto resize = std::get<Resample>(find_op(workload, "dec.up3").body);
  EXPECT_EQ(resize.function, ResampleFunction::bilinear);
  EXPECT_EQ(resize.in_height, 2);
  EXPECT_EQ(resize.in_width, 3);
  EXPECT_EQ(resize.out_height, 16);
  EXPECT_EQ(resize.out_width, 24);
  EXPECT_EQ(resize.taps_height, 2);
  EXPECT_EQ(resize.taps_width, 2);
}

TEST(SegFormer, RolesAndBlocks) {
  const Workload workload = workload_of(small_segformer());
  const struct {
    const char* op;
    Role role;
    int block;
  } cases[] = {{"enc0.patch_embed", Role::stem, -1},  {"enc0b0.sr", Role::projection, 0},
               {"enc0b0.sr_ln", Role::norm, 0},       {"enc0b0.sv", Role::core_attention, 0},
               {"enc0b0.dw3x3", Role::ffn, 0},        {"enc0.ln", Role::norm, -1},
               {"enc1b1.kv", Role::projection, 2},    {"enc3b0.res2", Role::ffn, 4},
               {"dec.DecodeLinear0", Role::head, -1}, {"dec.up2", Role::head, -1},
               {"dec.Conv2DPred", Role::head, -1}};
  for (const auto& item : cases) {
    const Op op = find_op(workload, item.op);
    EXPECT_EQ(role_name(op.role), role_name(item.role)) << item.op;
    EXPECT_EQ(op.block, item.block) << item.op;
  }
}

// Crops begin at 0, 768 and 1024 of the 2048 columns: the last one ends at the border.
TEST(SegFormer, CropsOfAnImageAreABatch) {
  Json model = read_json(model_path("segformer_b0_city1024x2048"));
  const Workload sliding = workload_of(cropped(model, 1024, 768));
  model["image_width"] = 1024;
  const Workload one = workload_of(model);
  EXPECT_EQ(sliding.macs(), 3 * one.macs());
  EXPECT_EQ(sliding.parameters(), one.parameters());
  EXPECT_EQ(sliding.images(), 1);  // results per image are those of the whole image
  EXPECT_EQ(sliding.tensors().front().rows(), 3 * 1024 * 1024);
}

TEST(SegFormer, NumberOfCrops) {
  const struct {
    int height, width, crop, stride;
    std::int64_t crops;
  } cases[] = {{64, 96, 64, 32, 2},  // at 0 and 32
               {64, 96, 64, 31, 3},  // at 0, 31 and 32
               {64, 96, 64, 64, 2},  // at 0 and 32
               {96, 96, 64, 20, 9},  // at 0, 20 and 32, both ways
               {64, 64, 64, 64, 1}};
  for (const auto& item : cases) {
    Json model = cropped(small_segformer(), item.crop, item.stride);
    model["image_height"] = item.height;
    model["image_width"] = item.width;
    model["images"] = 2;
    const Workload workload = workload_of(model);
    EXPECT_EQ(workload.images(), 2);
    EXPECT_EQ(workload.tensors().front().rows(), 2 * item.crops * item.crop * item.crop);
    EXPECT_EQ(std::get<Conv2d>(find_op(workload, "dec.Conv2DPred").body).images, 2 * item.crops);
  }
}

TEST(SegFormer, MistakesNameTheirPlace) {
  const struct {
    const char* patch;
    const char* message;
  } cases[] = {
      {R"({"widths": [4, 8, 12]})", "f.json: /widths: is [4,8,12], expected a list of 4 to 4"},
      {R"({"widths": [4, 9, 12, 16]})", "f.json: /widths/1: is 9, expected a multiple of the 2"},
      {R"({"depths": [1, 0, 1, 1]})", "f.json: /depths/1: is 0, expected an integer from 1"},
      {R"({"reductions": [17, 2, 1, 3]})",
       "f.json: /reductions/0: is 17, expected at most the 16 pixels"},
      {R"({"reductions": [17, 2, 1, 3]})",
       "f.json: /reductions/3: is 3, expected at most the 2 pixels"},
      {R"({"crop": 64})", "f.json: /: has one of 'crop' and 'stride', expected both or none"},
      {R"({"stride": 64})", "f.json: /: has one of 'crop' and 'stride', expected both or none"},
      {R"({"crop": 65, "stride": 8})",
       "f.json: /crop: is 65, expected at most the image's shorter side of 64"},
      {R"({"crop": 32, "stride": 33})", "f.json: /stride: is 33, expected at most the crop of 32"},
      {R"({"crop": 32, "stride": 1, "image_height": 16384, "image_width": 16384})",
       "f.json: /stride: is 1, which makes 267420609 crops, expected at most 65536"},
      {R"({"image": 64})", "f.json: /image: is unknown in a SegFormer model"},
  };
  for (const auto& item : cases) {
    Json model = small_segformer();
    model.merge_patch(Json::parse(item.patch));
    const std::string mistakes = mistakes_of([&] { read_workload_json(model, "f.json"); });
    EXPECT_NE(mistakes.find(item.message), std::string::npos) << mistakes;
  }
}

}  // namespace
}  // namespace saccade
