#include "flow/explain.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <set>

#include "flow/evaluate.hpp"

namespace saccade {
namespace {

using testing::HasSubstr;
using testing::StartsWith;

using Patches = std::vector<std::pair<std::string, std::string>>;

const std::string kRoot = SACCADE_SOURCE_DIR;

PointResult explained(const std::string& design, Topic topic, const Patches& patches = {}) {
  EvaluateOptions options;
  options.explain = topic;
  return evaluate({kRoot + "/configs/hardware/" + design + ".json",
                   kRoot + "/workloads/models/deit_tiny.json",
                   {},
                   patches,
                   {}},
                  options);
}

const Constant& constant(const PointResult& result, const std::string& name) {
  const auto& constants = result.explanation->constants;
  const auto found = std::find_if(constants.begin(), constants.end(),
                                  [&](const Constant& c) { return c.name == name; });
  if (found == constants.end()) throw std::runtime_error("no constant " + name);
  return *found;
}

class Explained : public testing::TestWithParam<const char*> {};

TEST_P(Explained, TotalsAreThoseOfTheResult) {
  const PointResult energy = explained(GetParam(), Topic::energy);
  const Band joules = energy.explanation->total();
  EXPECT_NEAR(joules.value, energy.energy_j, 1e-9 * energy.energy_j);
  EXPECT_NEAR(joules.low, energy.energy_low_j, 1e-9 * energy.energy_j);
  EXPECT_NEAR(joules.high, energy.energy_high_j, 1e-9 * energy.energy_j);
  EXPECT_LT(joules.low, joules.value);
  EXPECT_GT(joules.high, joules.value);
  const PointResult area = explained(GetParam(), Topic::area);
  const Band mm2 = area.explanation->total();
  EXPECT_NEAR(mm2.value, area.area_mm2, 1e-9 * area.area_mm2);
  EXPECT_NEAR(mm2.low, area.area_low_mm2, 1e-9 * area.area_mm2);
  EXPECT_NEAR(mm2.high, area.area_high_mm2, 1e-9 * area.area_mm2);
  const PointResult timing = explained(GetParam(), Topic::timing);
  EXPECT_EQ(timing.explanation->total().value, static_cast<double>(timing.cycles));
}

TEST_P(Explained, EveryConstantHasASource) {
  for (const Topic topic : {Topic::energy, Topic::area, Topic::timing}) {
    std::set<std::string> names;
    const PointResult result = explained(GetParam(), topic);
    EXPECT_GT(result.explanation->constants.size(), 20u);
    for (const Constant& c : result.explanation->constants) {
      EXPECT_FALSE(c.name.empty());
      EXPECT_FALSE(c.source.empty()) << c.name;
      EXPECT_LE(c.value.low, c.value.value) << c.name;
      EXPECT_GE(c.value.high, c.value.value) << c.name;
      if (c.amount) continue;
      EXPECT_TRUE(names.insert(c.component + c.name).second) << c.name << " stands twice";
    }
  }
}

INSTANTIATE_TEST_SUITE_P(Designs, Explained,
                         testing::Values("edge_16x16", "vector_mac_16pe", "flat_edge"),
                         [](const auto& param) { return std::string(param.param); });

TEST(Explain, NamesWhereConstantsComeFrom) {
  const PointResult timing =
      explained("edge_16x16", Topic::timing, {{"/clock_mhz", "400"}, {"/dram/channels", "2"}});
  EXPECT_EQ(constant(timing, "clock_mhz").value.value, 400);
  EXPECT_EQ(constant(timing, "clock_mhz").source, "command line");
  EXPECT_FALSE(constant(timing, "clock_mhz").assumption);
  EXPECT_EQ(constant(timing, "dram/channels").source, "command line");
  EXPECT_THAT(constant(timing, "activations/ports").source,
              StartsWith("configs/hardware/edge_16x16.json /buffers/0/ports: assumption: "));
  EXPECT_TRUE(constant(timing, "activations/ports").assumption);
  EXPECT_EQ(constant(timing, "array/variant").choice, "os_shift_full");
  EXPECT_THAT(constant(timing, "array/count").source, HasSubstr("left out, the default"));
  EXPECT_EQ(constant(timing, "timing/tRCD").value.value, 29);
  EXPECT_EQ(constant(timing, "timing/tRCD").unit, "clocks");
  EXPECT_THAT(constant(timing, "timing/tRCD").source, HasSubstr("DRAMSys"));
  EXPECT_THROW(constant(timing, "interconnect/pj_per_bit_hop"), std::runtime_error);
  EXPECT_THROW(constant(timing, "currents/idd0_ma"), std::runtime_error);
}

TEST(Explain, EnergyListsWhatPricesWereComputedFrom) {
  const PointResult banked = explained("edge_16x16", Topic::energy);
  EXPECT_EQ(constant(banked, "currents/idd0_ma").value.value, 50.727);
  EXPECT_EQ(constant(banked, "interconnect/hops").value.value, 1);
  EXPECT_THAT(constant(banked, "pe_os_int8").source, HasSubstr("scaled from 45 nm"));
  const PointResult flat = explained("flat_edge", Topic::energy);
  EXPECT_THROW(constant(flat, "currents/idd0_ma"), std::runtime_error);
  EXPECT_THAT(constant(flat, "pj_per_bit").source, HasSubstr("FLAT's bandwidth and 32 pJ a byte"));
}

TEST(Explain, OnlyWhenAsked) {
  EXPECT_FALSE(evaluate({kRoot + "/configs/hardware/edge_16x16.json",
                         kRoot + "/workloads/models/deit_tiny.json",
                         {},
                         {},
                         {}},
                        {})
                   .explanation);
}

}  // namespace
}  // namespace saccade
