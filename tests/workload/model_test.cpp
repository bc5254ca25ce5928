#include "workload/model.hpp"

#include <fstream>
#include <map>
#include <set>
#include <sstream>

#include "base/csv.hpp"
#include "base/file.hpp"
#include "workload/layer_list.hpp"
#include "workload/layer_reference.hpp"
#include "workload/model_checks.hpp"
#include "workload/workload_equal.hpp"

namespace saccade {
namespace {

class ModelLists : public testing::TestWithParam<const char*> {};

TEST_P(ModelLists, EveryLayerOfTheReferenceHasItsOp) {
  const Workload workload = read_workload(model_path(GetParam()));
  const bool lvvit = workload.ops().back().name == "logits";
  LayerRules rules;
  if (lvvit) {
    rules.number_repeated = {"relu"};
  }
  std::map<std::string, int> expected = {{"scale", lvvit ? 16 : 12}};
  if (lvvit) {
    for (const char* name : {"aux_max", "aux_scale", "logits"}) expected[name] = 1;
  }
  EXPECT_EQ(expect_layers(workload, GetParam(), rules), expected);
}

TEST_P(ModelLists, TotalsAreThoseOfTheReference) {
  expect_totals(read_workload(model_path(GetParam())), GetParam());
}

TEST_P(ModelLists, BatchOfFourIsFourTimesTheWorkOnTheSameParameters) {
  Json document = read_json(model_path(GetParam()));
  const Workload one = read_workload_json(document, "one.json");
  document["images"] = 4;
  const Workload four = read_workload_json(document, "four.json");
  EXPECT_EQ(four.images(), 4);
  EXPECT_EQ(four.macs(), 4 * one.macs());
  EXPECT_EQ(four.parameters(), one.parameters());
  for (const Op& op : one.ops()) {
    const Op other = find_op(four, op.name);
    EXPECT_EQ(macs(other.body), 4 * macs(op.body)) << op.name;
    EXPECT_EQ(output_elements(other.body), 4 * output_elements(op.body)) << op.name;
  }
  EXPECT_EQ(four.ops().size(), one.ops().size() + 1);  // the class tokens are gathered
  EXPECT_EQ(std::get<MatMul>(find_op(four, "head").body).m, 4);
}

INSTANTIATE_TEST_SUITE_P(Models, ModelLists,
                         testing::Values("deit_tiny", "deit_small", "deit_base", "vit_base16",
                                         "lvvit_s"),
                         [](const auto& param) { return std::string(param.param); });

TEST(ModelViews, AttentionReadsEveryEntryOfQkvOnceAndWritesEveryEntryOnce) {
  const Json document = {{"family", "vit"}, {"image", 8}, {"patch", 4},  {"width", 12},
                         {"depth", 1},      {"heads", 3}, {"images", 2}, {"classes", 5}};
  const Workload workload = read_workload_json(document, "small.json");
  expect_read_once(workload, {{"b0.qk", 0}, {"b0.qk", 1}, {"b0.sv", 1}});
  expect_read_once(workload, {{"b0.sv", 0}});
  expect_written_once(workload);
}

TEST(ModelViews, RolesAndBits) {
  const Json document = {
      {"family", "vit"},
      {"image", 8},
      {"patch", 4},
      {"width", 12},
      {"depth", 1},
      {"heads", 3},
      {"bits",
       {{"activation", 7}, {"weight", 4}, {"accumulator", 24}, {"norm", 12}, {"score", 9}}}};
  const Workload workload = read_workload_json(document, "small.json");
  const struct {
    const char* op;
    Role role;
    int block;
    std::vector<int> input_bits;
    int output_bits;
  } cases[] = {
      {"patch_embed", Role::stem, -1, {7, 4, 24}, 7},
      {"cls+pos", Role::stem, -1, {7, 7}, 7},
      {"b0.ln1", Role::norm, 0, {7, 12}, 7},
      {"b0.qkv", Role::projection, 0, {7, 4, 24}, 7},
      {"b0.qk", Role::core_attention, 0, {7, 7}, 9},
      {"b0.scale", Role::core_attention, 0, {9}, 9},
      {"b0.softmax", Role::core_attention, 0, {9}, 9},
      {"b0.sv", Role::core_attention, 0, {9, 7}, 7},
      {"b0.proj", Role::projection, 0, {7, 4, 24}, 7},
      {"b0.res1", Role::projection, 0, {7, 7}, 7},
      {"b0.ln2", Role::norm, 0, {7, 12}, 7},
      {"b0.fc1", Role::ffn, 0, {7, 4, 24}, 7},
      {"b0.act", Role::ffn, 0, {7}, 7},
      {"b0.fc2", Role::ffn, 0, {7, 4, 24}, 7},
      {"b0.res2", Role::ffn, 0, {7, 7}, 7},
      {"ln", Role::norm, -1, {7, 12}, 7},
      {"head", Role::head, -1, {7, 4, 24}, 7},
  };
  ASSERT_EQ(workload.ops().size(), std::size(cases));
  for (const auto& item : cases) {
    const Op op = find_op(workload, item.op);
    EXPECT_EQ(role_name(op.role), role_name(item.role)) << item.op;
    EXPECT_EQ(op.block, item.block) << item.op;
    std::vector<int> bits;
    for (const View& view : op.inputs) bits.push_back(workload.tensor(view.tensor).bits);
    EXPECT_EQ(bits, item.input_bits) << item.op;
    EXPECT_EQ(workload.tensor(op.outputs[0].tensor).bits, item.output_bits) << item.op;
    if (const auto* matmul = std::get_if<MatMul>(&op.body)) {
      EXPECT_EQ(matmul->accumulator_bits, 24) << item.op;
    }
  }
  EXPECT_EQ(workload.name(), "small");
  EXPECT_EQ(workload.tensor(find_op(workload, "head").outputs[0].tensor).kind,
            TensorKind::network_output);
}

TEST(ModelMistakes, EachNamesItsPlace) {
  const struct {
    const char* patch;  ///< merged into a good model
    const char* message;
  } cases[] = {
      {R"({"family": "vitt"})", "f.json: /family: is \"vitt\", expected one of vit, lvvit"},
      {R"({"family": 3})", "f.json: /family: is 3, expected one of vit, lvvit"},
      {R"({"width": 385})", "f.json: /width: is 385, expected a multiple of the 6 heads"},
      {R"({"image": 225})", "f.json: /image: is 225, expected a multiple of the patch of 16"},
      {R"({"depth": 3.7})", "f.json: /depth: is 3.7, expected an integer from 1 to 1024"},
      {R"({"heads": null})", "f.json: /heads: is null, expected"},
      {R"({"widht": 3})", "f.json: /widht: is unknown in a ViT or DeiT model"},
      {R"({"activation": "swish"})", "f.json: /activation: is \"swish\", expected one of gelu"},
      {R"({"bits": {"weight": 0}})",
       "f.json: /bits/weight: is 0, expected an integer from 1 to 64"},
      {R"({"images": 100000})", "f.json: /images: is 100000, expected an integer from 1 to 4096"},
      {R"({"image": 16384, "patch": 1, "images": 4096})", "expected 1 to 8 extents"},
      {R"({"family": "lvvit", "patch": 15, "image": 225})",
       "f.json: /patch: is 15, expected an even"},
  };
  for (const auto& item : cases) {
    Json document = {{"family", "vit"}, {"image", 224}, {"patch", 16},
                     {"width", 384},    {"depth", 12},  {"heads", 6}};
    const Json patch = Json::parse(item.patch);
    for (const auto& entry : patch.items()) document[entry.key()] = entry.value();
    const std::string mistakes = mistakes_of([&] { read_workload_json(document, "f.json"); });
    EXPECT_NE(mistakes.find(item.message), std::string::npos) << mistakes;
  }
  const std::string all = mistakes_of([] {
    read_workload_json({{"family", "vit"}, {"depth", 0}, {"x", 1}}, "f.json");
  });
  for (const char* part : {"lacks 'width'", "lacks 'heads'", "/depth", "/x"}) {
    EXPECT_NE(all.find(part), std::string::npos) << all;
  }
  for (const Json& document : {Json(3), Json::object(), Json::array()}) {
    EXPECT_NE(mistakes_of([&] {
                read_workload_json(document, "f.json");
              }).find("f.json: is no workload, expected an object with 'family'"),
              std::string::npos);
  }
  EXPECT_NE(mistakes_of([] { read_workload("/nowhere/model.json"); }), "");
}

TEST(ModelSchema, OffersEveryFamilyAndLists) {
  const Json schema = workload_schema();
  ASSERT_EQ(schema.at("oneOf").size(), families().size() + 1);
  EXPECT_EQ(schema.at("oneOf")[0].at("properties").at("family").at("const"), "vit");
  EXPECT_TRUE(schema.at("oneOf").back().at("properties").contains("ops"));
}

}  // namespace
}  // namespace saccade
