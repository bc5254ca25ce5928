// The mapper obeys what is pinned.
#include "mapping/mapping.hpp"
#include "mapping/pins_testing.hpp"

namespace saccade {
namespace {

using mapping_testing::design;
using mapping_testing::Drained;
using mapping_testing::mapped;
using mapping_testing::model;
using mapping_testing::one_conv;
using mapping_testing::one_linear;
using mapping_testing::op_index;
using mapping_testing::tensor_id;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

const OpSchedule& schedule_of(const Mapping& mapping, const std::string& op) {
  return mapping.schedules[op_index(mapping.workload, op)];
}

Home home_of(const Mapping& mapping, const std::string& tensor) {
  return mapping.homes[static_cast<std::size_t>(tensor_id(mapping.workload, tensor))].home;
}

std::vector<std::int64_t> tile_of(const OpSchedule& schedule) {
  return {schedule.tile().m, schedule.tile().n, schedule.tile().k};
}

std::string infeasible(const Workload& workload, const Accelerator& accelerator,
                       const std::string& text) {
  try {
    mapped(workload, accelerator, text);
  } catch (const Infeasible& reason) {
    return reason.what();
  }
  return "feasible";
}

TEST(PinnedMapping, TilesAreThosePinned) {
  const Accelerator machine = design("systolic_32x32");
  const Workload linear = one_linear(100, 96, 64);
  const auto tile = [&](const std::string& sizes) {
    const Mapping mapping = mapped(linear, machine, R"({"ops": {"fc": {"tile": )" + sizes + "}}}");
    EXPECT_THAT(Drained(machine, {&mapping}).problems, IsEmpty()) << sizes;
    return tile_of(schedule_of(mapping, "fc"));
  };
  EXPECT_THAT(tile(R"({"m": 50, "n": 40, "k": 20})"), ElementsAre(50, 40, 20));
  EXPECT_THAT(tile(R"({"m": 1000, "n": 1000, "k": 1000})"), ElementsAre(100, 96, 64))
      << "no more than there is";
  EXPECT_EQ(tile(R"({"m": 10})")[0], 10);
  EXPECT_EQ(tile(R"({"n": 10})")[1], 10);
  EXPECT_EQ(tile(R"({"k": 10})")[2], 10);
}

TEST(PinnedMapping, LoopsAndHoldsAreThosePinned) {
  const Accelerator machine = design("systolic_32x32");
  const Mapping mapping = mapped(one_linear(100, 96, 64), machine, R"({"ops": {"fc": {
    "loops": [{"over": "n", "step": 48}, {"over": "m", "step": 20}, {"over": "n", "step": 16},
              {"over": "k", "step": 32}],
    "double_buffered": false,
    "input": [{"buffer": "activations", "inside": 2}],
    "weight": [{"buffer": "weights", "inside": 4}]}}})");
  const OpSchedule& fc = schedule_of(mapping, "fc");
  ASSERT_EQ(fc.nest.loops.size(), 4u);
  EXPECT_EQ(fc.nest.loops[0].tile, 48);
  EXPECT_EQ(fc.nest.loops[2].dim, Dim::n);
  EXPECT_THAT(tile_of(fc), ElementsAre(20, 16, 32));
  EXPECT_FALSE(fc.double_buffered);
  EXPECT_EQ(fc.input[0].inside, 2u);
  EXPECT_EQ(fc.weight[0].inside, 4u);
  const Drained program(machine, {&mapping});
  EXPECT_THAT(program.problems, IsEmpty());
  const auto moved = [&](const char* tensor) {
    return program.moved_bytes(0, tensor_id(mapping.workload, tensor), false);
  };
  EXPECT_EQ(moved("x"), 2u * 100 * 64) << "once for each block of 48 columns";
  EXPECT_EQ(moved("fc.weight"), 5u * (96 * 64 + 96 * 4)) << "with its bias for each of five rows";
}

TEST(PinnedMapping, KeepNothingBringsEveryTileAnew) {
  const Accelerator machine = design("systolic_32x32");
  const Mapping mapping =
      mapped(one_linear(64, 96, 64), machine,
             R"({"ops": {"*": {"tile": {"m": 32, "n": 32, "k": 64}, "keep_nothing": true}}})");
  EXPECT_TRUE(schedule_of(mapping, "fc").keep_nothing);
  const Drained program(machine, {&mapping});
  EXPECT_THAT(program.problems, IsEmpty());
  const auto moved = [&](const char* tensor) {
    return program.moved_bytes(0, tensor_id(mapping.workload, tensor), false);
  };
  EXPECT_EQ(moved("x"), 3u * 64 * 64);
  EXPECT_EQ(moved("fc.weight"), 2u * (96 * 64 + 96 * 4));
}

TEST(PinnedMapping, SplitsAreThosePinned) {
  const Accelerator machine = design("vector_mac_16pe");
  const Mapping mapping =
      mapped(one_linear(100, 96, 64), machine, R"({"ops": {"fc": {"split": {"m": 2, "n": 3}}}})");
  const Split& split = schedule_of(mapping, "fc").split;
  EXPECT_EQ(split.m, 2);
  EXPECT_EQ(split.n, 3);
  EXPECT_EQ(split.pes(), 6);
  EXPECT_THAT(Drained(machine, {&mapping}).problems, IsEmpty());
}

TEST(PinnedMapping, EntriesAtOnceAreThosePinned) {
  // Six groups of 8 channels each, to 8.
  Conv2d conv;
  conv.in_height = conv.in_width = 14;
  conv.in_channels = conv.out_channels = 48;
  conv.kernel_height = conv.kernel_width = 3;
  conv.padding = 1;
  conv.groups = 6;
  const Accelerator machine = design("vector_mac_16pe");
  for (const std::int64_t entries : {1, 2, 3, 6}) {
    const Mapping mapping =
        mapped(one_conv(conv), machine,
               fmt::format(R"({{"ops": {{"conv": {{"entries_at_once": {}}}}}}})", entries));
    EXPECT_EQ(schedule_of(mapping, "conv").at_once, entries);
    EXPECT_THAT(Drained(machine, {&mapping}).problems, IsEmpty());
  }
}

TEST(PinnedMapping, RowBlocksAreThosePinned) {
  const Accelerator machine = design("systolic_32x32");
  const Workload deit = model("deit_tiny", {{"/depth", "1"}});
  for (const char* pins : {R"({"tile": {"m": 50}})", R"({"loops": [{"over": "m", "step": 50}]})"}) {
    const Mapping mapping =
        mapped(deit, machine, R"({"ops": {"b0.ln1": )" + std::string(pins) + "}}");
    EXPECT_EQ(schedule_of(mapping, "b0.ln1").tile().m, 50);
    EXPECT_THAT(Drained(machine, {&mapping}).problems, IsEmpty());
  }
  const Mapping whole = mapped(deit, machine, R"({"ops": {"b0.ln1": {"tile": {"m": 500}}}})");
  EXPECT_EQ(schedule_of(whole, "b0.ln1").tile().m, 197) << "no more than there is";
}

TEST(PinnedMapping, TensorsLiveWhereTheyArePinned) {
  const Accelerator machine = design("systolic_64x64");
  const Workload deit = model("deit_tiny", {{"/depth", "1"}});
  for (const char* tensor : {"b0.ln1", "b0.res1", "b0.ln2", "b0.act"}) {
    for (const bool on_chip : {false, true}) {
      const Mapping mapping = mapped(
          deit, machine,
          fmt::format(R"({{"tensors": {{"{}": "{}"}}}})", tensor, on_chip ? "on_chip" : "dram"));
      EXPECT_EQ(home_of(mapping, tensor), on_chip ? Home::on_chip : Home::dram) << tensor;
      EXPECT_THAT(Drained(machine, {&mapping}).problems, IsEmpty()) << tensor;
    }
  }
}

TEST(PinnedMapping, AttentionIsFusedAsPinned) {
  const Accelerator machine = design("systolic_64x64");
  const Workload deit = model("deit_tiny", {{"/depth", "1"}});
  const auto fused = [&](const char* flag) {
    const Mapping mapping =
        mapped(deit, machine, fmt::format(R"({{"ops": {{"b0.qk": {{"fused": {}}}}}}})", flag));
    EXPECT_THAT(Drained(machine, {&mapping}).problems, IsEmpty());
    return std::any_of(mapping.groups.begin(), mapping.groups.end(),
                       [](const Group& group) { return group.anchors.size() == 3; });
  };
  EXPECT_TRUE(fused("true"));
  EXPECT_FALSE(fused("false"));
}

TEST(PinnedMapping, SaysWhatDoesNotFit) {
  const Accelerator edge = design("edge_16x16");
  // 64 columns of 512 weights and their biases.
  EXPECT_EQ(infeasible(one_linear(64, 64, 512), edge,
                       R"({"ops": {"fc": {"tile": {"m": 16, "n": 64, "k": 512}}}})"),
            "fc: not even one fold per tile fits: buffer weights: 33024 bytes needed, 16384 there");
  EXPECT_THAT(infeasible(model("deit_tiny", {{"/depth", "1"}}), edge,
                         R"({"tensors": {"b0.qkv": "on_chip"}})"),
              testing::MatchesRegex("b0.*: .*buffer activations: -?[0-9]+ bytes needed, "
                                    "-?[0-9]+ there .*"))
      << "197 rows of 576 bytes in 65536";
}

/// Attention advances by row blocks that its products share; what contradicts that is a mistake of
/// the user, or cannot run: never a program that cannot end.
TEST(PinnedMapping, FusedAttentionRefusesLoopsThatItCannotFollow) {
  const Accelerator machine = design("systolic_32x32");
  const Workload deit = model("deit_tiny", {{"/depth", "1"}});
  for (
      const char* pins :
      {R"("b0.qk": {"fused": true, "loops": [{"over": "n", "step": 32}, {"over": "m", "step": 16}]})",
       R"("b0.qk": {"fused": true, "tile": {"m": 32}},
           "b0.sv": {"loops": [{"over": "m", "step": 16}, {"over": "n", "step": 32}]})"}) {
    std::string text = "{\"ops\": {" + std::string(pins) + "}}";
    try {
      const Mapping mapping = mapped(deit, machine, text);
      EXPECT_THAT(Drained(machine, {&mapping}).problems, IsEmpty()) << text;
    } catch (const UserError&) {
    } catch (const Infeasible& reason) {
      EXPECT_THAT(reason.what(), HasSubstr("b0.qk"));
    }
  }
}

}  // namespace
}  // namespace saccade
