// What a mapping file may say, and how its mistakes are answered.
#include "mapping/pins.hpp"

#include "mapping/mapping_file.hpp"
#include "mapping/pins_testing.hpp"

namespace saccade {
namespace {

using mapping_testing::design;
using mapping_testing::fc_mistakes;
using mapping_testing::mapped;
using mapping_testing::mistakes_of;
using mapping_testing::one_linear;
using mapping_testing::op_index;
using mapping_testing::pins_of;
using testing::ElementsAre;
using testing::IsEmpty;

const OpSchedule& schedule_of(const Mapping& mapping, const std::string& op) {
  return mapping.schedules[op_index(mapping.workload, op)];
}

TEST(MappingPins, ReadsAllThatCanBePinned) {
  const Accelerator machine = design("vector_mac_16pe");
  const MappingPins read = pins_of(R"({
    "description": "all of it", "note": "free text", "hardware": "any", "workload": "any",
    "objective": "latency",
    "tensors": {"x": "on_chip", "y": "dram"},
    "ops": {"fc": {
      "note": "free text here too", "engine": "pes", "vector_unit": "vector", "estimate": {},
      "promised": {}, "why": {},
      "tile": {"m": 1, "n": 2, "k": 3},
      "loops": [{"over": "n", "step": 64}, {"over": "m", "step": 16}, {"over": "k", "step": 8}],
      "split": {"m": 4, "k": 2}, "entries_at_once": 3, "fold_taps": false,
      "double_buffered": true, "fused": false, "keep_nothing": true,
      "input": [{"buffer": "global", "inside": 1}, {"buffer": "pe_inputs", "inside": 2}],
      "weight": [{"buffer": "pe_weights", "inside": 0}]}}})",
                                   machine);
  EXPECT_EQ(read.file, "m.json");
  EXPECT_EQ(read.on_chip, (std::map<std::string, bool>{{"x", true}, {"y", false}}));
  const Pins& fc = read.of("fc");
  EXPECT_EQ(fc.tile_m, 1);
  EXPECT_EQ(fc.tile_n, 2);
  EXPECT_EQ(fc.tile_k, 3);
  ASSERT_EQ(fc.loops.size(), 3u);
  EXPECT_EQ(fc.loops[0].dim, Dim::n);
  EXPECT_EQ(fc.loops[1].tile, 16);
  EXPECT_EQ(fc.loops[2].dim, Dim::k);
  ASSERT_TRUE(fc.split.has_value());
  EXPECT_EQ(fc.split->m, 4);
  EXPECT_EQ(fc.split->pes(), 8) << "what is left out is not cut";
  EXPECT_EQ(fc.at_once, 3);
  EXPECT_EQ(fc.fold_taps, false);
  EXPECT_EQ(fc.double_buffered, true);
  EXPECT_EQ(fc.fused, false);
  EXPECT_TRUE(fc.keep_nothing);
  ASSERT_EQ(fc.input.size(), 2u);
  EXPECT_EQ(fc.input[0].buffer, 0);
  EXPECT_EQ(fc.input[1].buffer, 1);
  EXPECT_EQ(fc.input[1].inside, 2u);
  ASSERT_EQ(fc.weight.size(), 1u);
  EXPECT_EQ(fc.weight[0].buffer, 2);
}

TEST(MappingPins, WhatIsNotSaidIsOpen) {
  const Accelerator machine = design("systolic_32x32");
  for (const char* text : {"{}", R"({"ops": {"fc": {}}})", R"({"ops": {"fc": {"tile": {}}}})"}) {
    const MappingPins read = pins_of(text, machine);
    const Pins& fc = read.of("fc");
    EXPECT_FALSE(fc.tile_m || fc.tile_n || fc.tile_k || fc.split || fc.at_once || fc.fold_taps ||
                 fc.double_buffered || fc.fused || fc.keep_nothing);
    EXPECT_THAT(fc.loops, IsEmpty());
    EXPECT_THAT(fc.input, IsEmpty());
    EXPECT_THAT(fc.weight, IsEmpty());
    EXPECT_THAT(read.on_chip, IsEmpty());
  }
}

TEST(MappingPins, AStarIsForAllThatAreNotNamed) {
  const MappingPins read = pins_of(
      R"({"ops": {"*": {"tile": {"m": 7}, "keep_nothing": true}, "fc": {"tile": {"n": 8}}}})",
      design("systolic_32x32"));
  EXPECT_EQ(read.of("other").tile_m, 7);
  EXPECT_TRUE(read.of("other").keep_nothing);
  EXPECT_EQ(read.of("fc").tile_n, 8);
  EXPECT_FALSE(read.of("fc").tile_m.has_value()) << "nothing of the star";
  EXPECT_FALSE(read.of("fc").keep_nothing);
}

TEST(MappingPins, OpsMayBeNamedLikeFreeText) {
  WorkloadBuilder builder("odd names", 1, {});
  TensorId x = builder.input("x", 64, 64);
  for (const char* name : {"note", "name", "source"}) {
    x = builder.linear(name, Role::ffn, x, 64, Bias::none);
  }
  builder.mark_output(x);
  const Workload workload = std::move(builder).build();
  const Accelerator machine = design("systolic_32x32");
  const Mapping first = mapped(workload, machine, R"({"ops": {"name": {"tile": {"m": 32}}}})");
  EXPECT_EQ(schedule_of(first, "name").tile().m, 32);
  const std::string text = mapping_text(first, machine, Objective::latency);
  EXPECT_THAT(pins_of(text, machine).ops, testing::SizeIs(3));
  EXPECT_EQ(schedule_of(mapped(workload, machine, text), "name").tile().m, 32);
}

TEST(MappingPins, WithoutHardwareBuffersHaveAnyName) {
  const Json document =
      parse_json(R"({"ops": {"fc": {"input": [{"buffer": "nowhere", "inside": 0}]}}})", "m.json");
  EXPECT_THAT(read_mapping_pins_json(document, "m.json", std::nullopt).of("fc").input, IsEmpty());
}

TEST(MappingPins, SizesAndNamesAreChecked) {
  const std::string size = "expected an integer from 1 to 1099511627776";
  const std::vector<std::pair<std::string, std::string>> cases = {
      {R"({"tile": {"m": 0}})", "/ops/fc/tile/m: is 0, " + size},
      {R"({"tile": {"k": 1.5}})", "/ops/fc/tile/k: is 1.5, " + size},
      {R"({"loops": [{"over": "m", "step": -1}]})", "/ops/fc/loops/0/step: is -1, " + size},
      {R"({"loops": [{"over": "m"}]})", "/ops/fc/loops/0: lacks 'step', " + size},
      {R"({"loops": [{"over": "x1", "step": 1}]})",
       R"(/ops/fc/loops/0/over: is "x1", expected one of m, n, k)"},
      {R"({"split": {"m": 0}})", "/ops/fc/split/m: is 0, " + size},
      {R"({"entries_at_once": 0})", "/ops/fc/entries_at_once: is 0, " + size},
      {R"({"fold_taps": 1})", "/ops/fc/fold_taps: is 1, expected true or false"},
      {R"({"double_buffered": "no"})",
       R"(/ops/fc/double_buffered: is "no", expected true or false)"},
      {R"({"fused": 0})", "/ops/fc/fused: is 0, expected true or false"},
      {R"({"keep_nothing": 0})", "/ops/fc/keep_nothing: is 0, expected true or false"},
      {R"({"weight": [{"buffer": "weights", "inside": -1}]})",
       "/ops/fc/weight/0/inside: is -1, expected an integer from 0 to 64"},
      {R"({"weight": [{"inside": 1}]})", "/ops/fc/weight/0: lacks 'buffer', expected a buffer"},
      {"7", "/ops/fc: is 7, expected an object: what is fixed of an op's mapping"}};
  for (const auto& [pins, message] : cases) EXPECT_THAT(fc_mistakes(pins), ElementsAre(message));
}

TEST(MappingPins, UnknownKeysAreMistakes) {
  EXPECT_THAT(fc_mistakes(R"({"tiles": {}})"),
              ElementsAre(testing::MatchesRegex(
                  "/ops/fc/tiles: is unknown in what is fixed of an op's mapping, expected one of "
                  "tile, .*, did you mean 'tile'\\?")));
  EXPECT_THAT(mistakes_of(R"({"op": {}})", one_linear(1, 1, 1), design("systolic_32x32")),
              ElementsAre("/op: is unknown in a mapping, expected one of ops, tensors, did you "
                          "mean 'ops'?"));
}

TEST(MappingPins, HomesOfTensorsAreOnChipOrDram) {
  EXPECT_THAT(mistakes_of(R"({"tensors": {"fc": "on_chips"}})", one_linear(1, 1, 1),
                          design("systolic_32x32")),
              ElementsAre(R"(/tensors/fc: is "on_chips", expected one of on_chip, dram, did you )"
                          "mean 'on_chip'?"));
}

TEST(MappingPins, BuffersAreThoseOfTheHardware) {
  EXPECT_THAT(fc_mistakes(R"({"loops": [{"over": "m", "step": 10}],
                              "input": [{"buffer": "activation", "inside": 0}],
                              "weight": [{"buffer": "sram", "inside": 0}]})"),
              ElementsAre(R"(/ops/fc/input/0/buffer: "activation" is no buffer of the hardware, )"
                          "expected one of activations, weights, accumulators, did you mean "
                          "'activations'?",
                          R"(/ops/fc/weight/0/buffer: "sram" is no buffer of the hardware, )"
                          "expected one of activations, weights, accumulators"));
}

}  // namespace
}  // namespace saccade
