// Energy per MAC from the tables alone, beside what was published for designs of this kind.
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdio>
#include <map>

#include "flow/evaluate.hpp"

namespace saccade {
namespace {

/// Of a MAC of int8 at 16 nm without DRAM: MAGNet (ICCAD 2019) has 40 fJ an operation, Simba (MICRO
/// 2019) 0.11 pJ; a MAC is two.
constexpr double kPublishedLow = 80;
constexpr double kPublishedHigh = 220;

/// fJ per MAC by kind of action, over all components on chip.
std::map<std::string, double> spent(const std::string& cell_type) {
  PointFiles files;
  files.hardware = SACCADE_SOURCE_DIR "/configs/hardware/vector_mac_16pe.json";
  files.workload = SACCADE_SOURCE_DIR "/workloads/models/deit_small.json";
  files.hardware_patches = {{"/technology/cell_type", cell_type}};
  const PointResult result = evaluate(files, {});
  std::map<std::string, double> femtojoules;
  for (const Share& share : result.energy_breakdown_j) {
    if (share.component == "dram") continue;
    const double each = share.value / static_cast<double>(result.macs) * 1e15;
    const bool memory = share.component == "global" || share.component.rfind("pe_", 0) == 0;
    femtojoules[share.part == "leakage" && memory ? "leakage of SRAM" : "the rest"] += each;
    femtojoules["all"] += each;
  }
  return femtojoules;
}

TEST(PublishedEnergy, LeakageOfTheSramCellsDecidesWhereAVectorMacLies) {
  std::map<std::string, std::map<std::string, double>> by_cell;
  for (const char* cell : {"itrs-hp", "itrs-lop", "itrs-lstp"}) {
    by_cell[cell] = spent(cell);
    std::printf(
        "%-9s %.0f fJ per MAC on chip, %.0f of them leakage of SRAM; published: %.0f to %.0f\n",
        cell, by_cell[cell]["all"], by_cell[cell]["leakage of SRAM"], kPublishedLow,
        kPublishedHigh);
  }
  auto& high_performance = by_cell["itrs-hp"];
  auto& low_power = by_cell["itrs-lop"];
  EXPECT_GT(high_performance["all"], kPublishedHigh);
  EXPECT_GT(high_performance["leakage of SRAM"], 10 * low_power["leakage of SRAM"]);
  EXPECT_GE(low_power["all"], kPublishedLow);
  EXPECT_LE(low_power["all"], kPublishedHigh);
}

}  // namespace
}  // namespace saccade
