#include "technique/pass.hpp"

#include "technique/testing.hpp"

namespace saccade {
namespace {

Workload small_model() {
  return read_workload_json({{"family", "lvvit"},
                             {"image", 8},
                             {"patch", 4},
                             {"width", 12},
                             {"depth", 1},
                             {"heads", 3},
                             {"images", 2}},
                            "small.json");
}

Technique technique_of(const char* text) {
  return read_technique_json(parse_json(text, "t.json"), "dir/t.json");
}

Technique shipped(const std::string& name) {
  return read_technique(SACCADE_SOURCE_DIR "/configs/techniques/" + name + ".json");
}

/// Names of the tensors whose bits are `bits`.
std::string names_with(const Workload& workload, int bits) {
  std::vector<std::string> names;
  for (const Tensor& tensor : workload.tensors()) {
    if (tensor.bits == bits) names.push_back(tensor.name);
  }
  return comma_list(names);
}

TEST(Techniques, WhatSelectsNothingIsTheIdentity) {
  const Workload workload = small_model();
  expect_same(apply_technique(technique_of(R"({"passes": []})"), workload), workload);
  expect_same(apply_technique(technique_of(R"({"passes": [{"pass": "quantise"}]})"), workload),
              workload);
}

TEST(Techniques, QuantiseSetsEachClassOfTensors) {
  const Workload workload = apply_technique(
      technique_of(R"({"passes": [{"pass": "quantise", "weight_bits": 4, "score_bits": 5,
                       "norm_bits": 11, "accumulator_bits": 20, "activation_bits": 7}]})"),
      small_model());
  EXPECT_EQ(names_with(workload, 4),
            "stem1.weight, stem2.weight, stem3.weight, proj.weight, b0.qkv.weight, b0.proj.weight, "
            "b0.fc1.weight, b0.fc2.weight, head.weight, aux_head.weight");
  EXPECT_EQ(names_with(workload, 5), "b0.qk, b0.scale, b0.softmax");
  EXPECT_EQ(names_with(workload, 11), "b0.ln1.weight, b0.ln2.weight, ln.weight");
  EXPECT_EQ(
      names_with(workload, 20),
      "stem1.bias, stem2.bias, stem3.bias, proj.bias, b0.proj.bias, b0.fc1.bias, b0.fc2.bias, "
      "head.bias, aux_head.bias");
  EXPECT_EQ(names_with(workload, 7),
            "image, stem1, relu1, stem2, relu2, stem3, relu3, proj, cls+pos.weight, cls+pos, "
            "b0.ln1, b0.qkv, b0.sv, b0.proj, b0.res1, b0.ln2, b0.fc1, b0.act, b0.fc2, b0.res2, "
            "ln, cls, head, aux_head, aux_max, aux_scale, logits");
  for (const Op& op : workload.ops()) {
    if (const auto* matmul = std::get_if<MatMul>(&op.body)) {
      EXPECT_EQ(matmul->accumulator_bits, 20) << op.name;
    }
    if (const auto* conv = std::get_if<Conv2d>(&op.body)) {
      EXPECT_EQ(conv->accumulator_bits, 20) << op.name;
    }
  }
  EXPECT_EQ(workload.macs(), small_model().macs());
  EXPECT_EQ(workload.parameters(), small_model().parameters());
}

TEST(Techniques, LaterPassesSeeWhatEarlierOnesDid) {
  const Workload workload =
      apply_technique(technique_of(R"({"passes": [{"pass": "quantise", "weight_bits": 4},
                                  {"pass": "quantise", "weight_bits": 3, "norm_bits": 9}]})"),
                      small_model());
  EXPECT_EQ(names_with(workload, 4), "");
  EXPECT_EQ(names_with(workload, 9), "b0.ln1.weight, b0.ln2.weight, ln.weight");
}

TEST(Techniques, ShippedFiles) {
  const Technique int16 = shipped("int16");
  EXPECT_EQ(int16.name, "int16");
  const Workload wide = apply_technique(int16, small_model());
  for (const Tensor& tensor : wide.tensors()) {
    EXPECT_EQ(tensor.bits, tensor.name.find(".bias") == std::string::npos ? 16 : 48) << tensor.name;
  }
  const Workload w4a8 = apply_technique(shipped("w4a8"), small_model());
  EXPECT_EQ(w4a8.tensor(find_op(w4a8, "b0.qkv").inputs[1].tensor).bits, 4);
  EXPECT_EQ(w4a8.tensor(find_op(w4a8, "b0.qkv").inputs[0].tensor).bits, 8);
}

TEST(Techniques, ShippedEfforts) {
  const struct {
    const char* file;
    const char* model;
    int attentions;
  } cases[] = {{"pivot_deit_small_6", "deit_small", 6},
               {"pivot_deit_small_3", "deit_small", 3},
               {"pivot_lvvit_small_12", "lvvit_s", 12},
               {"pivot_lvvit_small_8", "lvvit_s", 8},
               {"pivot_lvvit_small_6", "lvvit_s", 6}};
  for (const auto& item : cases) {
    const Workload workload = apply_technique(shipped(item.file), model(item.model));
    int attentions = 0;
    for (const Op& op : workload.ops()) attentions += std::holds_alternative<Softmax>(op.body);
    EXPECT_EQ(attentions, item.attentions) << item.file;
  }
}

TEST(Techniques, ShippedHeatVit) {
  for (const char* name : {"deit_small", "lvvit_s"}) {
    const std::string file =
        std::string("heatvit_") + (name[0] == 'd' ? "deit_small" : "lvvit_small");
    const Technique technique = shipped(file);
    ASSERT_EQ(technique.accuracies.size(), 1u);
    EXPECT_EQ(technique.accuracies[0].workload, name);
    const Workload workload = apply_technique(technique, model(name));
    int decisions = 0;
    for (const Op& op : workload.ops()) {
      decisions += std::holds_alternative<Decide>(op.body);
      const auto* element = std::get_if<Elementwise>(&op.body);
      if (element != nullptr && element->function == ElementFunction::gelu) {
        EXPECT_EQ(element->nonlinear, Nonlinear::polynomial) << op.name;
      }
    }
    EXPECT_EQ(decisions, 3) << name;
  }
}

TEST(Techniques, MistakesNameTheirPlace) {
  const struct {
    const char* text;
    const char* message;
  } cases[] = {
      {R"({})", "lacks 'passes', expected a list"},
      {R"({"passes": [{"pass": "quantize"}]})",
       "dir/t.json: /passes/0/pass: is \"quantize\", expected one of quantise, skip_attention"},
      {R"({"passes": [{}]})",
       "/passes/0: is {}, expected an object whose 'pass' is one of quantise"},
      {R"({"passes": [{"pass": "quantise", "weight_bits": 0}]})",
       "/passes/0/weight_bits: is 0, expected an integer from 1 to 64"},
      {R"({"passes": [{"pass": "quantise", "weights": 4}]})",
       "/passes/0/weights: is unknown in the precision of tensors"},
      {R"({"passes": [], "pases": 1})", "/pases: is unknown in a technique"},
  };
  for (const auto& item : cases) {
    const std::string mistakes = mistakes_of([&] { technique_of(item.text); });
    EXPECT_NE(mistakes.find(item.message), std::string::npos) << item.text << "\n" << mistakes;
  }
}

TEST(Techniques, SchemaAndTableDescribeEveryPass) {
  const Json cases = technique_schema().at("properties").at("passes").at("items").at("oneOf");
  ASSERT_EQ(cases.size(), passes().size());
  EXPECT_EQ(cases[0].at("properties").at("pass").at("const"), "quantise");
  for (const Pass& pass : passes()) {
    EXPECT_NE(std::string(pass.help), "");
    EXPECT_FALSE(pass.documentation().empty());
  }
}

}  // namespace
}  // namespace saccade
