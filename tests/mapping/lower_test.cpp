#include "mapping/lower.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "mapping/testing.hpp"

namespace saccade {
namespace {

using namespace mapping_testing;

/// Names of the layout changes, each with the ops that read them.
std::vector<std::string> changes(const Workload& workload) {
  std::vector<std::string> all;
  for (const Op& op : workload.ops()) {
    if (!std::holds_alternative<LayoutChange>(op.body)) continue;
    std::string text = op.name + ":";
    for (const Op& reader : workload.ops()) {
      for (const View& view : reader.inputs) {
        if (view.tensor == op.outputs[0].tensor) text += " " + reader.name;
      }
    }
    all.push_back(text);
  }
  return all;
}

using Texts = std::vector<std::string>;

Texts changes(const std::string& flow, const std::string& access) {
  return changes(
      lower(model("deit_tiny", {{"/depth", "1"}}), design("edge_16x16", dataflow(flow, access)))
          .workload);
}

// tensor.turned_<first column>_<columns>: Q, K and V of DeiT-T are 192 columns each.
TEST(Lower, OutputStationaryNeedsVTurned) {
  EXPECT_EQ(changes("output_stationary", "row"), (Texts{"b0.qkv.turned_384_192: b0.sv"}));
}

TEST(Lower, WeightStationaryNeedsKTurned) {
  EXPECT_EQ(changes("weight_stationary", "row"), (Texts{"b0.qkv.turned_192_192: b0.qk"}));
}

TEST(Lower, InputStationaryNeedsInputsTurned) {
  EXPECT_EQ(changes("input_stationary", "row"),
            (Texts{"b0.ln1.turned_0_192: b0.qkv", "b0.qkv.turned_0_192: b0.qk",
                   "b0.qkv.turned_384_192: b0.sv", "b0.softmax.turned_0_197: b0.sv",
                   "b0.sv.turned_0_192: b0.proj", "b0.ln2.turned_0_192: b0.fc1",
                   "b0.act.turned_0_768: b0.fc2", "ln.turned_0_192: head"}));
}

TEST(Lower, ABufferThatHandsOutColumnsNeedsNoChange) {
  for (const char* flow : {"output_stationary", "weight_stationary", "input_stationary"}) {
    EXPECT_EQ(changes(flow, "any"), Texts{}) << flow;
  }
}

TEST(Lower, ACopyHasTheOtherOrder) {
  const Lowered lowered = lower(model("deit_tiny", {{"/depth", "1"}}),
                                design("edge_16x16", dataflow("output_stationary", "row")));
  const Workload& workload = lowered.workload;
  const Tensor& copy = workload.tensor(tensor_id(workload, "b0.qkv.turned_384_192"));
  EXPECT_EQ(copy.order, DataOrder::column_major);
  EXPECT_EQ(copy.shape, (std::vector<std::int64_t>{197, 192}));
  const std::size_t change = op_index(workload, copy.name);
  EXPECT_EQ(change, op_index(workload, "b0.qkv") + 1);  // behind the op that writes its input
  EXPECT_EQ(workload.ops()[change].inputs[0].column, 384);
  const View& v = workload.ops()[op_index(workload, "b0.sv")].inputs[1];
  EXPECT_EQ(v.column, 0);
  EXPECT_EQ(v.head_columns, 64);
  ASSERT_EQ(lowered.engines.size(), workload.ops().size());
  EXPECT_EQ(lowered.engines[change], -1);
  EXPECT_EQ(lowered.engines[op_index(workload, "b0.sv")], 0);
}

TEST(Lower, OneCopyServesAllReaders) {
  WorkloadBuilder builder("two readers", 1, {});
  const TensorId x = builder.layernorm("x", builder.input("image", 32, 16));
  const TensorId a = builder.linear("a", Role::ffn, x, 8, Bias::none);
  const TensorId b = builder.linear("b", Role::ffn, x, 8, Bias::none);
  builder.mark_output(builder.elementwise("sum", Role::ffn, ElementFunction::add, {a, b}));
  const Lowered lowered =
      lower(std::move(builder).build(), design("edge_16x16", dataflow("input_stationary", "row")));
  EXPECT_EQ(changes(lowered.workload), (Texts{"x.turned_0_16: a b"}));
}

/// edge_16x16 with a second engine: "wide", 16 bits, and `roles` as JSON.
Accelerator two_engines(const std::string& roles) {
  const std::string path = SACCADE_SOURCE_DIR "/configs/hardware/edge_16x16.json";
  Json document = read_json(path);
  Json wide = document["engines"][0];
  wide["name"] = "wide";
  wide["operand_bits"] = 16;
  wide["rows"] = wide["columns"] = 8;
  if (!roles.empty()) wide["roles"] = Json::parse(roles);
  document["engines"].push_back(wide);
  return read_accelerator_json(document, path);
}

int engine_of(const Accelerator& accelerator, int bits, Role role, const std::string& hint) {
  BitWidths widths;
  widths.activation = bits;
  WorkloadBuilder builder("one", 1, widths);
  builder.mark_output(builder.linear("fc", role, builder.input("x", 64, 64), 64, Bias::none));
  const Workload plain = std::move(builder).build();
  std::vector<Op> ops = plain.ops();
  ops[0].engine_hint = hint;
  return lower(Workload("one", 1, plain.tensors(), ops), accelerator).engines[0];
}

TEST(Lower, Engines) {
  const Accelerator any = two_engines("");
  EXPECT_EQ(engine_of(any, 8, Role::ffn, ""), 0);   // four times the PEs
  EXPECT_EQ(engine_of(any, 16, Role::ffn, ""), 1);  // the only one so wide
  EXPECT_EQ(engine_of(any, 8, Role::ffn, "wide"), 1);
  EXPECT_EQ(engine_of(any, 8, Role::ffn, "systolic"), 0);
  const Accelerator stem = two_engines(R"(["stem"])");
  EXPECT_EQ(engine_of(stem, 16, Role::stem, ""), 1);
}

TEST(Lower, NoEngineMayRunIt) {
  const auto reason = [](const Accelerator& accelerator, int bits, const std::string& hint) {
    try {
      engine_of(accelerator, bits, Role::ffn, hint);
    } catch (const Infeasible& infeasible) {
      return std::string(infeasible.what());
    }
    return std::string("feasible");
  };
  EXPECT_EQ(reason(two_engines(R"(["stem"])"), 16, ""),
            "fc: no engine of this design may run it (role ffn, 16-bit by 8-bit operands)");
  EXPECT_EQ(reason(two_engines(""), 16, "array"),
            "fc: no engine of this design may run it (role ffn, 16-bit by 8-bit operands, engine "
            "\"array\" asked for)");
  EXPECT_THAT(reason(two_engines(""), 32, ""), testing::HasSubstr("32-bit by 8-bit"));
}

}  // namespace
}  // namespace saccade
