#include "workload/op_list.hpp"

#include "workload/layer_list.hpp"
#include "workload/model.hpp"
#include "workload/workload_equal.hpp"

namespace saccade {
namespace {

/// Every kind of op, density and attribute once, none at its default.
const char* const kAll = R"({
  "name": "all, \"quoted\"", "images": 2,
  "tensors": [
    {"name": "image", "shape": [32, 4], "kind": "network_input", "order": "column_major"},
    {"name": "cw", "shape": [18, 4], "kind": "parameter", "density": {"kind": "structured", "n": 2, "m": 4}},
    {"name": "cb", "shape": [2, 4], "bits": 24, "kind": "parameter"},
    {"name": "c", "shape": [2, 4, 4], "bits": 6, "encoding": {"axis": 1, "ratio": 0.1}},
    {"name": "gate", "shape": [1], "bits": 1},
    {"name": "g", "shape": [4, 4], "order": "head_major"},
    {"name": "s", "shape": [8, 2], "density": {"kind": "masked", "kept": [3, 4]}},
    {"name": "p", "shape": [8, 2], "density": {"kind": "banded", "radius": 1, "globals": 2}},
    {"name": "n", "shape": [8, 2]}, {"name": "nw", "shape": [2, 2], "kind": "parameter"},
    {"name": "e", "shape": [8, 2]}, {"name": "r", "shape": [2, 2]},
    {"name": "l", "shape": [2, 2], "kind": "network_output"}],
  "ops": [
    {"name": "conv", "role": "stem", "body": {"kind": "conv2d", "images": 2, "in_channels": 4,
      "out_channels": 4, "in_height": 4, "in_width": 4, "kernel_height": 3, "kernel_width": 3,
      "stride": 2, "padding": 1, "groups": 2, "bias": true, "accumulator_bits": 20,
      "requantise": false}, "inputs": ["image", "cw", {"tensor": "cb"}], "outputs": ["c"]},
    {"name": "decide", "block": 3, "role": "decision", "body": {"kind": "decide", "elements": 32},
      "inputs": ["c"], "outputs": ["gate"]},
    {"name": "gather", "role": "decision", "body": {"kind": "gather", "rows_in": 8, "rows_out": 4,
      "columns": 4}, "inputs": ["c", "gate"], "outputs": ["g"]},
    {"name": "qk", "role": "core_attention", "body": {"kind": "matmul", "images": 2, "heads": 2,
      "m": 2, "n": 2, "k": 2, "accumulator_bits": 18, "requantise": false}, "inputs": [
      {"tensor": "g", "image_rows": 2, "head_columns": 2},
      {"tensor": "g", "image_rows": 2, "head_columns": 2, "transposed": true}],
      "outputs": [{"tensor": "s", "image_rows": 4, "head_rows": 2}], "fusion_group": 4,
      "co_schedule": 5, "engine_hint": "dense"},
    {"name": "softmax", "role": "core_attention", "body": {"kind": "softmax", "rows": 8,
      "columns": 2}, "inputs": ["s"], "outputs": ["p"]},
    {"name": "norm", "role": "norm", "body": {"kind": "norm", "rows": 8, "columns": 2,
      "norm": "batch"}, "inputs": ["p", "nw"], "outputs": ["n"]},
    {"name": "sum", "role": "head", "body": {"kind": "elementwise", "rows": 8, "columns": 2,
      "function": "multiply"}, "inputs": ["n", {"tensor": "p", "row": 6}], "outputs": ["e"]},
    {"name": "pool", "role": "head", "body": {"kind": "reduce", "images": 2, "rows": 4,
      "columns": 2, "function": "maximum"}, "inputs": ["e"], "outputs": ["r"]},
    {"name": "order", "role": "layout", "body": {"kind": "layout", "rows": 2, "columns": 2},
      "inputs": ["r"], "outputs": ["l"]}]
})";

TEST(OpList, EveryAttributeIsRead) {
  const Workload workload = read_workload_json(parse_json(kAll, "all.json"), "all.json");
  EXPECT_EQ(workload.name(), "all, \"quoted\"");
  EXPECT_EQ(workload.images(), 2);
  EXPECT_EQ(workload.tensor(0).order, DataOrder::column_major);
  EXPECT_EQ(std::get<StructuredData>(workload.tensor(1).density).m, 4);
  EXPECT_EQ(workload.tensor(3).encoding.axis, 1);
  EXPECT_EQ(std::get<BandedData>(workload.tensor(7).density).globals, 2);
  const Op& conv = workload.ops()[0];
  EXPECT_EQ(std::get<Conv2d>(conv.body).m(), 2 * 2 * 2);
  EXPECT_FALSE(std::get<Conv2d>(conv.body).requantise);
  const Op& qk = workload.ops()[3];
  EXPECT_EQ(qk.fusion_group, 4);
  EXPECT_EQ(qk.co_schedule, 5);
  EXPECT_EQ(qk.engine_hint, "dense");
  EXPECT_TRUE(qk.inputs[1].transposed);
  EXPECT_EQ(qk.outputs[0].head_rows, 2);
  EXPECT_EQ(std::get<Reduce>(workload.ops()[7].body).function, ReduceFunction::maximum);
}

TEST(OpList, RoundTripIsExact) {
  std::vector<Workload> workloads = {read_workload_json(parse_json(kAll, "all.json"), "all.json")};
  for (const char* name : {"deit_tiny", "deit_small", "deit_base", "vit_base16", "lvvit_s"}) {
    const std::string path = std::string(SACCADE_SOURCE_DIR "/workloads/models/") + name + ".json";
    workloads.push_back(read_workload(path));
    Json document = read_json(path);
    document["images"] = 3;
    workloads.push_back(read_workload_json(document, path));
  }
  for (const Workload& workload : workloads) {
    SCOPED_TRACE(workload.name());
    const std::string json = export_json(workload);
    expect_same(workload, read_workload_json(parse_json(json, "x.json"), "x.json"));
    const std::string csv = export_csv(workload);
    const Workload from_csv = read_layer_list(csv, "x.csv");
    expect_same(workload, from_csv);
    EXPECT_EQ(csv, export_csv(from_csv));
  }
}

TEST(OpList, MistakesNameTheirPlace) {
  const struct {
    const char* pointer;
    const char* value;
    const char* message;
  } cases[] = {
      {"/ops/0/inputs/0", "\"imag\"",
       "f.json: /ops/0/inputs/0: is \"imag\", expected the name of a tensor of the list, did you "
       "mean 'image'?"},
      {"/ops/3/inputs/0/tensor", "\"zzz\"", "f.json: /ops/3/inputs/0/tensor: is \"zzz\""},
      {"/ops/0/body/kind", "\"conv\"", "f.json: /ops/0/body/kind: is \"conv\", expected one of"},
      {"/ops/0/body/stride", "0", "f.json: /ops/0/body/stride: is 0, expected an integer from 1"},
      {"/ops/0/body/strides", "2", "f.json: /ops/0/body/strides: is unknown in a convolution"},
      {"/ops/6/body/function", "\"gelo\"", "f.json: /ops/6/body/function: is \"gelo\""},
      {"/ops/0/role", "\"stems\"", "f.json: /ops/0/role: is \"stems\""},
      {"/ops/0/outputs", "[]", "f.json: /ops/0/outputs: is"},
      {"/tensors/0/shape", "[32, 0]", "f.json: /tensors/0/shape/1: is 0"},
      {"/tensors/0/bits", "8.5", "f.json: /tensors/0/bits: is 8.5"},
      {"/tensors/0/kind", "\"input\"", "f.json: /tensors/0/kind: is \"input\""},
      {"/tensors/1/density", "{\"kind\": \"sparse\"}", "f.json: /tensors/1/density/kind"},
      {"/tensors/1/shape", "[17, 4]",
       "f.json: /ops/0: op 'conv' (conv2d): its input 1 reaches to row 18"},
      {"/ops/0/name", "\"pool\"", "f.json: /ops/7: op 'pool' stands twice"},
  };
  for (const auto& item : cases) {
    Json document = parse_json(kAll, "f.json");
    document[Json::json_pointer(item.pointer)] = Json::parse(item.value);
    const std::string mistakes = mistakes_of([&] { read_op_list(document, "f.json"); });
    EXPECT_NE(mistakes.find(item.message), std::string::npos) << item.message << "\n" << mistakes;
  }
  Json both = parse_json(kAll, "f.json");
  both["tensors"][0]["bits"] = 0;
  both["ops"][1]["body"].erase("elements");
  const std::string mistakes = mistakes_of([&] { read_op_list(both, "f.json"); });
  EXPECT_NE(mistakes.find("/tensors/0/bits"), std::string::npos) << mistakes;
  EXPECT_NE(mistakes.find("/ops/1/body: lacks 'elements'"), std::string::npos) << mistakes;
}

}  // namespace
}  // namespace saccade
