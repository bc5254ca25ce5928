// What is written of a mapping pins it.
#include "mapping/mapping_file.hpp"

#include "mapping/pins_testing.hpp"
#include "sim/simulate.hpp"

namespace saccade {
namespace {

using mapping_testing::design;
using mapping_testing::mapped;
using mapping_testing::model;
using mapping_testing::move_energy;
using mapping_testing::op_index;
using testing::ElementsAre;

const OpSchedule& schedule_of(const Mapping& mapping, const std::string& op) {
  return mapping.schedules[op_index(mapping.workload, op)];
}

std::vector<std::int64_t> tile_of(const OpSchedule& schedule) {
  return {schedule.tile().m, schedule.tile().n, schedule.tile().k};
}

/// The mapping as JSON, without what the search says of itself.
Json without_why(const Mapping& mapping, const Accelerator& accelerator) {
  Json json = parse_json(mapping_text(mapping, accelerator, Objective::latency), "text");
  for (auto& op : json["ops"]) op.erase("why");
  return json;
}

TEST(PinnedMapping, AWrittenMappingPinsItself) {
  const Workload deit = model("deit_tiny");
  for (const char* name : {"systolic_32x32", "edge_16x16", "vector_mac_16pe"}) {
    const Accelerator machine = design(name);
    const Mapping first = mapped(deit, machine, "{}");
    const Mapping second = mapped(deit, machine, mapping_text(first, machine, Objective::latency));
    EXPECT_EQ(without_why(second, machine).dump(), without_why(first, machine).dump()) << name;
    Program one(machine, {&first}), two(machine, {&second});
    EXPECT_EQ(simulate(machine, one).cycles, simulate(machine, two).cycles) << name;
  }
}

TEST(PinnedMapping, EveryObjectivePinsItself) {
  const Workload deit = model("deit_tiny", {{"/depth", "1"}});
  const Accelerator machine = design("systolic_32x32");
  for (const Objective objective : {Objective::energy, Objective::edp}) {
    const Mapping first = map_workload(deit, machine, objective, move_energy(machine), {});
    const Mapping second = mapped(deit, machine, mapping_text(first, machine, objective));
    EXPECT_EQ(without_why(second, machine).dump(), without_why(first, machine).dump());
  }
}

TEST(PinnedMapping, PinningOneOpLeavesTheOthers) {
  const Accelerator machine = design("systolic_32x32");
  const Workload deit = model("deit_tiny", {{"/depth", "2"}});
  const Json open = without_why(mapped(deit, machine, "{}"), machine)["ops"];
  for (const char* pinned : {"b0.fc1", "b1.fc1"}) {
    const Mapping mapping =
        mapped(deit, machine,
               fmt::format(R"({{"ops": {{"{}": {{"tile": {{"m": 16, "n": 32}}}}}}}})", pinned));
    EXPECT_THAT(tile_of(schedule_of(mapping, pinned)), ElementsAre(16, 32, 192)) << pinned;
    const Json ops = without_why(mapping, machine)["ops"];
    const std::string block(pinned, 2);
    for (const auto& op : open.items()) {
      if (op.key().rfind(block, 0) == 0) continue;
      EXPECT_EQ(ops[op.key()], op.value()) << pinned << " and " << op.key();
    }
  }
}

}  // namespace
}  // namespace saccade
