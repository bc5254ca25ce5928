// Mistakes of a mapping file that only workload and accelerator show.
#include "mapping/pins_testing.hpp"

namespace saccade {
namespace {

using mapping_testing::design;
using mapping_testing::fc_mistakes;
using mapping_testing::mistakes_of;
using mapping_testing::model;
using mapping_testing::one_conv;
using mapping_testing::one_linear;
using mapping_testing::Texts;
using testing::ElementsAre;
using testing::IsEmpty;

TEST(MappingPins, OpsAndTensorsAreThoseOfTheWorkload) {
  EXPECT_THAT(
      mistakes_of(R"({"ops": {"qkv": {}, "a/b": {}}, "tensors": {"fc": "dram", "q~": "dram"}})",
                  one_linear(100, 96, 64), design("systolic_32x32")),
      testing::UnorderedElementsAre("/ops/qkv: is no op of linear", "/ops/a~1b: is no op of linear",
                                    "/tensors/q~0: is no tensor of linear"));
  const Accelerator machine = design("systolic_32x32");
  EXPECT_THAT(mistakes_of(R"({"ops": {"b0.fc3": {}}, "tensors": {"b0.qvk": "dram"}})",
                          model("deit_tiny", {{"/depth", "1"}}), machine),
              ElementsAre("/ops/b0.fc3: is no op of deit_tiny, did you mean 'b0.fc1'?",
                          testing::MatchesRegex(
                              "/tensors/b0.qvk: is no tensor of deit_tiny, did you mean '.*'\\?")));
}

TEST(MappingPins, LoopsNest) {
  EXPECT_THAT(fc_mistakes(R"({"loops": [{"over": "n", "step": 97}]})"),
              ElementsAre("/ops/fc/loops/0/step: is 97, expected at most the 96 of fc"));
  EXPECT_THAT(fc_mistakes(R"({"loops": [{"over": "k", "step": 32}, {"over": "n", "step": 32}]})"),
              ElementsAre("/ops/fc/loops/0: is over k, expected that loop innermost: sums stay "
                          "until they are complete"));
  EXPECT_THAT(fc_mistakes(R"({"loops": [{"over": "n", "step": 64}, {"over": "m", "step": 10},
                                        {"over": "n", "step": 24}]})"),
              ElementsAre("/ops/fc/loops/2/step: is 24, expected a divisor of the 64 of the loop "
                          "outside"));
  EXPECT_THAT(fc_mistakes(R"({"loops": [{"over": "m", "step": 7}, {"over": "n", "step": 96},
                                        {"over": "n", "step": 32}, {"over": "k", "step": 5}]})"),
              IsEmpty())
      << "the last block may be short, and a loop may make one step";
}

/// Lines of 14 output pixels.
Workload lines_of_14() {
  Conv2d conv;
  conv.in_height = conv.in_width = 28;
  conv.in_channels = 8;
  conv.out_channels = 64;
  conv.kernel_height = conv.kernel_width = 3;
  conv.stride = 2;
  conv.padding = 1;
  return one_conv(conv);
}

Texts conv_mistakes(const std::string& loops) {
  return mistakes_of(R"({"ops": {"conv": {"loops": [)" + loops + "]}}}", lines_of_14(),
                     design("systolic_32x32"));
}

TEST(MappingPins, BlocksOfPartsOfLinesAreWholeLines) {
  EXPECT_THAT(conv_mistakes(R"({"over": "m", "step": 6}, {"over": "n", "step": 32},
                               {"over": "m", "step": 3})"),
              ElementsAre("/ops/conv/loops/0/step: is 6, expected whole lines of 14 pixels around "
                          "tiles of less"));
  EXPECT_THAT(conv_mistakes(R"({"over": "m", "step": 20}, {"over": "m", "step": 10})"),
              ElementsAre("/ops/conv/loops/0/step: is 20, expected whole lines of 14 pixels around "
                          "tiles of less"));
  // 28 = 2 lines of 8 + 6 pixels: no tile spans two lines.
  EXPECT_THAT(conv_mistakes(R"({"over": "m", "step": 28}, {"over": "n", "step": 32},
                               {"over": "m", "step": 8})"),
              IsEmpty());
  EXPECT_THAT(conv_mistakes(R"({"over": "m", "step": 56}, {"over": "m", "step": 28})"), IsEmpty());
  EXPECT_THAT(conv_mistakes(R"({"over": "m", "step": 20})"), IsEmpty()) << "tiles beyond a line";
  EXPECT_THAT(conv_mistakes(R"({"over": "m", "step": 42}, {"over": "m", "step": 28})"),
              ElementsAre("/ops/conv/loops/1/step: is 28, expected a divisor of the 42 of the loop "
                          "outside"));
}

TEST(MappingPins, LoopsOfOpsWithoutProductGoOverRows) {
  const Accelerator machine = design("systolic_32x32");
  const Workload deit = model("deit_tiny", {{"/depth", "1"}});
  const std::string expected =
      "/ops/b0.ln1/loops: belong to an op that is no product, expected one loop over m";
  const auto mistakes = [&](const std::string& loops) {
    return mistakes_of(R"({"ops": {"b0.ln1": {"loops": [)" + loops + "]}}}", deit, machine);
  };
  EXPECT_THAT(mistakes(R"({"over": "n", "step": 8})"), ElementsAre(expected));
  EXPECT_THAT(mistakes(R"({"over": "m", "step": 8}, {"over": "m", "step": 4})"),
              ElementsAre(expected));
  EXPECT_THAT(mistakes(R"({"over": "m", "step": 8})"), IsEmpty());
}

TEST(MappingPins, ColumnsAreCutWhereAnOpAllowsIt) {
  const Accelerator machine = design("systolic_32x32");
  WorkloadBuilder builder("rows", 1, {});
  const TensorId x = builder.input("x", 64, 48);
  const TensorId pooled =
      builder.resample("pool", Role::stem, x, {ResampleFunction::mean, 1, 48, 8, 8, 4, 4, 2, 2});
  builder.mark_output(builder.layernorm("norm", pooled));
  const Workload workload = std::move(builder).build();
  const auto mistakes = [&](const std::string& op, const std::string& pins) {
    return mistakes_of(R"({"ops": {")" + op + R"(": )" + pins + "}}", workload, machine);
  };
  EXPECT_THAT(mistakes("pool", R"({"tile": {"n": 16}})"), IsEmpty());
  EXPECT_THAT(
      mistakes("pool", R"({"loops": [{"over": "n", "step": 16}, {"over": "m", "step": 4}]})"),
      IsEmpty());
  EXPECT_THAT(
      mistakes("pool", R"({"loops": [{"over": "m", "step": 4}, {"over": "n", "step": 16}]})"),
      ElementsAre("/ops/pool/loops: belong to an op that is no product, expected one loop "
                  "over m, or one over n and one over m"));
  EXPECT_THAT(mistakes("norm", R"({"tile": {"n": 16}})"),
              ElementsAre("/ops/norm/tile/n: is 16, expected the 48 columns of a row: they come "
                          "together"));
  EXPECT_THAT(mistakes("norm", R"({"tile": {"m": 4, "n": 48}})"), IsEmpty());
}

TEST(MappingPins, SplitsHaveNoMorePesThanThereAre) {
  EXPECT_THAT(fc_mistakes(R"({"split": {"m": 2}})"),
              ElementsAre("/ops/fc/split: takes 2 PEs, expected at most the 1 of array"));
  EXPECT_THAT(fc_mistakes(R"({"split": {"m": 3, "n": 6}})", "vector_mac_16pe"),
              ElementsAre("/ops/fc/split: takes 18 PEs, expected at most the 16 of pes"));
  EXPECT_THAT(fc_mistakes(R"({"split": {"m": 4, "n": 4}})", "vector_mac_16pe"), IsEmpty());
}

TEST(MappingPins, PesAlongKSeeAllOfIt) {
  const std::string expected = "/ops/fc/split/k: is 4, expected 1 with tiles of 32 of the 64 of fc";
  EXPECT_THAT(fc_mistakes(R"({"split": {"k": 4}, "tile": {"k": 32}})", "vector_mac_16pe"),
              ElementsAre(expected));
  EXPECT_THAT(fc_mistakes(R"({"split": {"k": 4}, "loops": [{"over": "k", "step": 32}]})",
                          "vector_mac_16pe"),
              ElementsAre(expected));
  EXPECT_THAT(fc_mistakes(R"({"split": {"k": 4}, "tile": {"k": 64}})", "vector_mac_16pe"),
              IsEmpty());
}

TEST(MappingPins, EntriesAreThoseOfTheOp) {
  EXPECT_THAT(fc_mistakes(R"({"entries_at_once": 2})", "vector_mac_16pe"),
              ElementsAre("/ops/fc/entries_at_once: is 2, expected at most the 1 of fc"));
  EXPECT_THAT(fc_mistakes(R"({"entries_at_once": 2})"),
              ElementsAre("/ops/fc/entries_at_once: is 2, expected 1: array has no PEs to share "
                          "entries out to"));
}

TEST(MappingPins, HoldsFollowTheWayOfTheOperand) {
  const std::string loops = R"("loops": [{"over": "m", "step": 10}, {"over": "n", "step": 32}])";
  EXPECT_THAT(fc_mistakes("{" + loops + R"(, "weight": [{"buffer": "activations", "inside": 0}],
                                             "input": [{"buffer": "activations", "inside": 2}]})"),
              ElementsAre("/ops/fc/weight: expected the way of this operand: weights"));
  EXPECT_THAT(fc_mistakes("{" + loops + R"(, "input": [{"buffer": "global", "inside": 0}]})",
                          "vector_mac_16pe"),
              ElementsAre("/ops/fc/input: expected the way of this operand: global, pe_inputs"));
  EXPECT_THAT(fc_mistakes("{" + loops + R"(, "input": [{"buffer": "activations", "inside": 3}]})"),
              ElementsAre("/ops/fc/input/0/inside: is 3, expected at most the 2 loops"));
  EXPECT_THAT(fc_mistakes(R"({"input": [{"buffer": "activations", "inside": 0}]})"), IsEmpty())
      << "all of it, whatever the loops";
  EXPECT_THAT(fc_mistakes(R"({"input": [{"buffer": "activations", "inside": 1}]})"),
              ElementsAre("/ops/fc/input: says what loops lie outside, expected 'loops' as well"));
}

TEST(MappingPins, TheWayOfActivationsIsAnother) {
  const std::string loops = R"("loops": [{"over": "m", "step": 32}])";
  const auto mistakes = [&](const std::string& buffer) {
    return mistakes_of(R"({"ops": {"b0.qk": {)" + loops + R"(, "weight": [{"buffer": ")" + buffer +
                           R"(", "inside": 0}]}}})",
                       model("deit_tiny", {{"/depth", "1"}}), design("systolic_32x32"));
  };
  EXPECT_THAT(mistakes("weights"),
              ElementsAre("/ops/b0.qk/weight: expected the way of this operand: activations"));
  EXPECT_THAT(mistakes("activations"), IsEmpty());
}

TEST(MappingPins, MistakesAreAnsweredAtOnce) {
  const Texts read = fc_mistakes(R"({"tile": {"m": 0, "q": 1}, "fused": 3})");
  EXPECT_THAT(read, testing::SizeIs(3));
  const Texts checked = fc_mistakes(R"({"loops": [{"over": "k", "step": 65},
                                                  {"over": "m", "step": 101}],
                                        "split": {"m": 5}, "entries_at_once": 9,
                                        "input": [{"buffer": "weights", "inside": 7}]})");
  EXPECT_THAT(checked, testing::SizeIs(7)) << testing::PrintToString(checked);
}

TEST(MappingPins, AStarSaysItsMistakesOnce) {
  const Texts mistakes =
      mistakes_of(R"({"ops": {"*": {"loops": [{"over": "n", "step": 64},
                                              {"over": "n", "step": 48}]}}})",
                  model("deit_tiny", {{"/depth", "2"}}), design("systolic_32x32"));
  EXPECT_THAT(mistakes, testing::Contains("/ops/*/loops/1/step: is 48, expected a divisor of the "
                                          "64 of the loop outside")
                            .Times(1));
}

TEST(MappingPins, FollowersAndFusionBelongToOtherOps) {
  const Workload deit = mapping_testing::model("deit_tiny", {{"/depth", "1"}});
  EXPECT_THAT(mapping_testing::mistakes_of(
                  R"({"ops": {"b0.act": {"tile": {"m": 32}}, "b0.sv": {"fused": true},
                              "b0.qk": {"fused": true}, "b0.fc1": {"fused": false}}})",
                  deit, mapping_testing::design("systolic_64x64")),
              testing::UnorderedElementsAre(
                  "/ops/b0.act: runs on the tiles of b0.fc1, expected pins of that op",
                  "/ops/b0.sv/fused: is true, expected that of QK^T of an attention only"));
}

TEST(MappingPins, TensorsThatCannotStayAreAMistake) {
  const Workload deit = mapping_testing::model("deit_tiny", {{"/depth", "1"}});
  const Accelerator machine = mapping_testing::design("systolic_64x64");
  const std::string pins = R"({"tensors": {"image": "on_chip"}})";
  EXPECT_THROW(mapping_testing::mapped(deit, machine, pins), UserError);
}

}  // namespace
}  // namespace saccade
