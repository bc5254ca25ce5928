#include "cost/energy.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "cost/area.hpp"

namespace saccade {
namespace {

constexpr std::size_t kInput = static_cast<std::size_t>(Operand::input);
constexpr std::size_t kPartialSum = static_cast<std::size_t>(Operand::partial_sum);

std::size_t index_of(VectorOp op) { return static_cast<std::size_t>(op); }

/// 16 x 16 output-stationary int8 array, two buffers, one vector unit, at 45 nm and 0.9 V, where
/// the technology table's figures apply as written.
Accelerator small_accelerator() {
  Accelerator accelerator;
  accelerator.technology = {"cmos", 45, 0.9, CellType::itrs_hp};
  accelerator.buffers.resize(2);
  accelerator.buffers[0] = {"activations", 65536, 64, 1, 1, BufferAccess::row};
  accelerator.buffers[1] = {"sums", 16384, 128, 4, 1, BufferAccess::row};
  SystolicArray array;
  array.rows = array.columns = 16;
  array.dataflow = Dataflow::output_stationary;
  EnginePool engine;
  engine.name = "array";
  engine.kind = array;
  accelerator.engines.push_back(engine);
  VectorUnit unit;
  unit.name = "vector";
  unit.lanes = 16;
  unit.bits = 16;
  unit.cycles_per_element[index_of(VectorOp::add)] = 1;
  unit.cycles_per_element[index_of(VectorOp::divide)] = 8;
  accelerator.vector_units.push_back(unit);
  accelerator.interconnect.pj_per_bit_hop = 0.05;
  accelerator.interconnect.hops = 2;
  accelerator.dram.device.pj_per_bit = 15;
  return accelerator;
}

Counters some_counters() {
  Counters counters;
  counters.buffers[0].read_bytes[kInput] = 8000;      // 1000 accesses of 64 bits
  counters.buffers[1].write_bytes[kPartialSum] = 24;  // 1.5 accesses of 128 bits
  counters.macs[0][mac_width_index(8)] = 1000000;
  counters.vector[0][index_of(VectorOp::add)] = 5000;
  counters.vector[0][index_of(VectorOp::divide)] = 10;
  counters.interconnect_bytes = 4096;
  counters.dram.read_bytes = 3000;
  counters.dram.write_bytes = 1096;
  return counters;
}

const EnergyItem* find(const EnergyBreakdown& breakdown, const std::string& component,
                       const std::string& part) {
  const auto found = std::find_if(
      breakdown.items.begin(), breakdown.items.end(),
      [&](const EnergyItem& item) { return item.component == component && item.part == part; });
  return found == breakdown.items.end() ? nullptr : &*found;
}

double joules(const EnergyBreakdown& breakdown, const std::string& component,
              const std::string& part) {
  const EnergyItem* item = find(breakdown, component, part);
  EXPECT_NE(item, nullptr) << component << ": " << part;
  return item == nullptr ? 0 : item->joules;
}

TEST(Energy, ItemsAreCountsTimesPrices) {
  const Accelerator accelerator = small_accelerator();
  const Technology technology(accelerator.technology);
  const EnergyBreakdown breakdown = energy(some_counters(), accelerator, technology, 0);
  const double read = technology.sram(65536, 64, 1).read_pj.value;
  const double write = technology.sram(16384, 128, 4).write_pj.value;
  const double mac = 0.3308e6;     // pe_os_int8: 0.3 pJ x 1.77674 / 1.61076
  const double add = 0.05 * 5000;  // 16-bit add, Horowitz
  const double divide = technology.energy_pj("divide_int32").value * 10;
  EXPECT_NEAR(joules(breakdown, "activations", "read input"), 1000 * read * 1e-12, 1e-18);
  EXPECT_NEAR(joules(breakdown, "sums", "write partial sum"), 1.5 * write * 1e-12, 1e-20);
  EXPECT_NEAR(joules(breakdown, "array", "8-bit MAC"), mac * 1e-12, 1e-3 * mac * 1e-12);
  EXPECT_NEAR(joules(breakdown, "vector", "add"), add * 1e-12, 1e-18);
  EXPECT_NEAR(joules(breakdown, "vector", "divide"), divide * 1e-12, 1e-18);
  EXPECT_NEAR(joules(breakdown, "clock and control", "share of compute"),
              0.2 * (mac + add + divide) * 1e-12, 1e-3 * mac * 1e-12);
  EXPECT_NEAR(joules(breakdown, "interconnect", "transfer"), 4096 * 8 * 0.05 * 2 * 1e-12, 1e-18);
  EXPECT_NEAR(joules(breakdown, "dram", "read"), 3000 * 8 * 15e-12, 1e-15);
  EXPECT_NEAR(joules(breakdown, "dram", "write"), 1096 * 8 * 15e-12, 1e-15);
  EXPECT_EQ(find(breakdown, "array", "leakage"), nullptr);  // no time, no leakage
  EXPECT_EQ(breakdown.items.size(), 9u);                    // nothing that is zero
}

TEST(Energy, TotalsAreTheSumOfTheParts) {
  const Accelerator accelerator = small_accelerator();
  const Technology technology(accelerator.technology);
  const EnergyBreakdown breakdown = energy(some_counters(), accelerator, technology, 1e-3);
  double on_chip = 0, dram = 0, low = 0;
  for (const EnergyItem& item : breakdown.items) {
    (item.dram ? dram : on_chip) += item.joules;
    low += item.low;
    EXPECT_LE(item.low, item.joules) << item.component << ": " << item.part;
    EXPECT_GE(item.high, item.joules) << item.component << ": " << item.part;
  }
  EXPECT_NEAR(breakdown.on_chip_j(), on_chip, 1e-9 * on_chip);
  EXPECT_NEAR(breakdown.dram_j(), dram, 1e-9 * dram);
  EXPECT_NEAR(breakdown.total_j(), on_chip + dram, 1e-9 * (on_chip + dram));
  EXPECT_NEAR(breakdown.dram_j(), 4096 * 8 * 15e-12, 1e-15);
  EXPECT_NEAR(breakdown.total_band_j().value, breakdown.total_j(), 1e-9 * breakdown.total_j());
  EXPECT_NEAR(breakdown.total_band_j().low, low, 1e-9 * low);
}

TEST(Energy, LeakageIsPowerTimesTime) {
  const Accelerator accelerator = small_accelerator();
  const Technology technology(accelerator.technology);
  const EnergyModel model(accelerator, technology);
  const double second = model.energy(Counters(), 1).on_chip_j();
  EXPECT_NEAR(model.leakage_w(), second, 1e-12);
  EXPECT_NEAR(model.energy(Counters(), 0.25).on_chip_j(), second / 4, 1e-12);

  const EnergyBreakdown breakdown = model.energy(Counters(), 1);
  EXPECT_NEAR(joules(breakdown, "activations", "leakage"),
              technology.sram(65536, 64, 1).leakage_mw.value * 1e-3, 1e-12);
  const double array = technology.leakage_mw("pe_os_int8").value * 256e-3;
  EXPECT_NEAR(joules(breakdown, "array", "leakage"), array, 1e-12);
  // A division takes the iterative unit 32 cycles, the lane is to take 8: four units a lane.
  const double vector = 16e-3 * (technology.leakage_mw("add_int16").value +
                                 4 * technology.leakage_mw("divide_int32").value);
  EXPECT_NEAR(joules(breakdown, "vector", "leakage"), vector, 1e-12);
  EXPECT_NEAR(joules(breakdown, "clock and control", "leakage"), 0.15 * (array + vector), 1e-12);
}

TEST(Energy, IsAdditiveOverOps) {
  const Accelerator accelerator = small_accelerator();
  const EnergyModel model(accelerator, Technology(accelerator.technology));
  const Counters one = some_counters();
  const double both = model.energy(one + one * 2, 3e-6).total_j();
  const double apart = model.energy(one, 1e-6).total_j() + model.energy(one * 2, 2e-6).total_j();
  EXPECT_NEAR(both, apart, 1e-9 * both);
  EXPECT_EQ(model.energy(Counters(), 0).items.size(), 0u);
}

TEST(Energy, DramItemsOfTheCallerReplaceTheFlatOnes) {
  const Accelerator accelerator = small_accelerator();
  const EnergyModel model(accelerator, Technology(accelerator.technology));
  const std::vector<EnergyItem> dram = {{"dram", "activate", 2e-9, 1e-9, 3e-9, true},
                                        {"dram", "read", 5e-9, 4e-9, 6e-9, true}};
  const EnergyBreakdown breakdown = model.energy(some_counters(), 0, &dram);
  EXPECT_NEAR(breakdown.dram_j(), 7e-9, 1e-18);
  EXPECT_EQ(find(breakdown, "dram", "write"), nullptr);
}

TEST(Energy, FlatDramEnergyOfTheSystemComesFirst) {
  Accelerator accelerator = small_accelerator();
  accelerator.dram.pj_per_bit = 4;
  const Technology technology(accelerator.technology);
  EXPECT_NEAR(energy(some_counters(), accelerator, technology, 0).dram_j(), 4096 * 8 * 4e-12,
              1e-15);
}

TEST(Energy, MacsArePricedAtTheEnginesWidthAndDataflow) {
  Accelerator accelerator = small_accelerator();
  const Technology technology(accelerator.technology);
  Counters narrow;
  narrow.macs[0][mac_width_index(4)] = 1000;
  const double int8 = technology.energy_pj("pe_os_int8").value * 1000e-12;
  const double ws4 = technology.energy_pj("pe_ws_int4").value * 1000e-12;
  EXPECT_NEAR(joules(energy(narrow, accelerator, technology, 0), "array", "4-bit MAC"), int8,
              1e-18);
  accelerator.engines[0].operand_bits = 4;
  std::get<SystolicArray>(accelerator.engines[0].kind).dataflow = Dataflow::weight_stationary;
  EXPECT_NEAR(joules(energy(narrow, accelerator, technology, 0), "array", "4-bit MAC"), ws4, 1e-18);
}

TEST(Energy, EveryVectorOperationHasAUnit) {
  const Technology technology({"cmos", 28, 0, CellType::itrs_hp});
  for (std::size_t i = 0; i < kVectorOps; ++i) {
    for (const int bits : {1, 8, 16, 32, 64}) {
      const std::string name = vector_unit_name(static_cast<VectorOp>(i), bits);
      EXPECT_GT(technology.energy_pj(name).value, 0) << name;
    }
  }
}

TEST(Area, ItemsAreHandComputed) {
  const Accelerator accelerator = small_accelerator();
  const Technology technology(accelerator.technology);
  const AreaBreakdown breakdown = area(accelerator, technology);
  ASSERT_EQ(breakdown.items.size(), 5u);
  const double array = 256 * 1012.66e-6 / 0.7;  // synthesised pe_os_int8, um2
  const double vector = 16 * (86.98 + 4 * 521.89) * 1e-6 / 0.7;
  EXPECT_NEAR(breakdown.items[0].mm2, technology.sram(65536, 64, 1).area_mm2.value, 1e-12);
  EXPECT_NEAR(breakdown.items[1].mm2, technology.sram(16384, 128, 4).area_mm2.value, 1e-12);
  EXPECT_NEAR(breakdown.items[2].mm2, array, 1e-3 * array);
  EXPECT_NEAR(breakdown.items[3].mm2, vector, 1e-3 * vector);
  EXPECT_NEAR(breakdown.items[4].mm2, 0.15 * (array + vector), 1e-3 * array);
  double sum = 0;
  for (const AreaItem& part : breakdown.items) {
    sum += part.mm2;
    EXPECT_LT(part.low, part.mm2) << part.component;
    EXPECT_GT(part.high, part.mm2) << part.component;
  }
  EXPECT_NEAR(breakdown.total_mm2(), sum, 1e-9 * sum);
}

TEST(Area, PortsAreBanks) {
  Accelerator accelerator = small_accelerator();
  const Technology technology(accelerator.technology);
  accelerator.buffers[0].ports = 4;
  EXPECT_NEAR(area(accelerator, technology).items[0].mm2,
              technology.sram(65536, 64, 4).area_mm2.value, 1e-12);
}

}  // namespace
}  // namespace saccade
