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

/// Of all items of this component and part; there must be some.
double joules(const EnergyBreakdown& breakdown, const std::string& component,
              const std::string& part) {
  double sum = 0;
  bool found = false;
  for (const CostItem& item : breakdown.items) {
    if (item.component != component || item.part != part) continue;
    sum += item.value();
    found = true;
  }
  EXPECT_TRUE(found) << component << ": " << part;
  return sum;
}

bool has(const EnergyBreakdown& breakdown, const std::string& component, const std::string& part) {
  return std::any_of(breakdown.items.begin(), breakdown.items.end(), [&](const CostItem& item) {
    return item.component == component && item.part == part;
  });
}

const CostItem& item_of(const EnergyBreakdown& breakdown, const std::string& component,
                        const std::string& part) {
  return *std::find_if(breakdown.items.begin(), breakdown.items.end(), [&](const CostItem& item) {
    return item.component == component && item.part == part;
  });
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
  EXPECT_FALSE(has(breakdown, "array", "leakage"));  // no time, no leakage
  EXPECT_EQ(breakdown.items.size(), 9u);             // nothing that is zero
}

TEST(Energy, TotalsAreTheSumOfTheParts) {
  const Accelerator accelerator = small_accelerator();
  const Technology technology(accelerator.technology);
  const EnergyBreakdown breakdown = energy(some_counters(), accelerator, technology, 1e-3);
  double on_chip = 0, dram = 0, low = 0;
  for (const CostItem& item : breakdown.items) {
    (item.component == "dram" ? dram : on_chip) += item.value();
    low += item.total().low;
    EXPECT_LE(item.total().low, item.value()) << item.component << ": " << item.part;
    EXPECT_GE(item.total().high, item.value()) << item.component << ": " << item.part;
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

TEST(Energy, ItemsKeepCountPriceAndSource) {
  Accelerator accelerator = small_accelerator();
  accelerator.origins =
      Origins({{"interconnect", {{"pj_per_bit_hop", 0.05}, {"note", "a wire"}}}}, "h.json");
  const Technology technology(accelerator.technology);
  const EnergyBreakdown breakdown = energy(some_counters(), accelerator, technology, 2);
  const CostItem& read = item_of(breakdown, "activations", "read input");
  EXPECT_EQ(read.amount.value, 1000);
  EXPECT_EQ(read.price->per, "access of 64 bits");
  EXPECT_EQ(read.price->name, "read of SRAM of 64.00 KiB in 1 banks, 64 bits");
  const CostItem& mac = item_of(breakdown, "array", "8-bit MAC");
  EXPECT_EQ(mac.amount.value, 1e6);
  EXPECT_EQ(mac.price->name, "pe_os_int8");
  EXPECT_EQ(mac.price->unit, "pJ");
  EXPECT_EQ(mac.price->factor, 1e-12);
  EXPECT_FALSE(mac.price->figure.source.empty());
  const CostItem& clock = item_of(breakdown, "clock and control", "share of compute");
  EXPECT_EQ(clock.price->figure.value, 0.2);
  EXPECT_TRUE(clock.price->figure.assumption);
  EXPECT_NEAR(clock.amount.value,
              joules(breakdown, "array", "8-bit MAC") + joules(breakdown, "vector", "add") +
                  joules(breakdown, "vector", "divide"),
              1e-18);
  EXPECT_LT(clock.amount.low, clock.amount.value);
  const CostItem& wire = item_of(breakdown, "interconnect", "transfer");
  EXPECT_EQ(wire.amount.value, 4096 * 8 * 2);
  EXPECT_EQ(wire.price->figure.source, "h.json /interconnect/pj_per_bit_hop: a wire");
  const CostItem& leakage = item_of(breakdown, "array", "leakage");
  EXPECT_EQ(leakage.amount.value, 2 * 256);
  EXPECT_EQ(leakage.price->per, "PE second");
}

TEST(Energy, FloatingPointHasUnitsOfItsOwn) {
  Accelerator accelerator = small_accelerator();
  accelerator.engines[0].format = NumberFormat::brain;
  accelerator.engines[0].operand_bits = 16;
  accelerator.vector_units[0].format = NumberFormat::brain;
  const Technology technology(accelerator.technology);
  Counters counters;
  counters.macs[0][mac_width_index(16)] = 1000;
  counters.vector[0][index_of(VectorOp::add)] = 100;
  const EnergyBreakdown breakdown = energy(counters, accelerator, technology, 0);
  EXPECT_NEAR(joules(breakdown, "array", "16-bit MAC"),
              technology.energy_pj("pe_os_bf16_fp32acc").value * 1000e-12, 1e-18);
  EXPECT_NEAR(joules(breakdown, "vector", "add"), 0.3013 * 100e-12, 1e-18);
  EXPECT_EQ(vector_unit_name(VectorOp::multiply, 32, NumberFormat::floating), "mult_fp32");
  EXPECT_EQ(vector_unit_name(VectorOp::maximum, 16, NumberFormat::floating), "max_int16");
}

TEST(Energy, PricesAreThoseThatItemsHave) {
  const Accelerator accelerator = small_accelerator();
  const EnergyModel model(accelerator, Technology(accelerator.technology));
  const std::vector<PricePtr> prices = model.prices();
  for (const CostItem& item : model.energy(some_counters(), 1).items) {
    EXPECT_NE(std::find(prices.begin(), prices.end(), item.price), prices.end()) << item.part;
  }
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

double mm2(const AreaBreakdown& breakdown, const std::string& component) {
  double sum = 0;
  for (const CostItem& item : breakdown.items) {
    if (item.component == component) sum += item.value();
  }
  return sum;
}

TEST(Area, ComponentsAreHandComputed) {
  const Accelerator accelerator = small_accelerator();
  const Technology technology(accelerator.technology);
  const AreaBreakdown breakdown = area(accelerator, technology);
  const double array = 256 * 1012.66e-6 / 0.7;  // synthesised pe_os_int8, um2
  const double vector = 16 * (86.98 + 4 * 521.89) * 1e-6 / 0.7;
  const double control = 0.15 * (array + vector);
  EXPECT_NEAR(mm2(breakdown, "activations"), technology.sram(65536, 64, 1).area_mm2.value, 1e-12);
  EXPECT_NEAR(mm2(breakdown, "sums"), technology.sram(16384, 128, 4).area_mm2.value, 1e-12);
  EXPECT_NEAR(mm2(breakdown, "array"), array, 1e-3 * array);
  EXPECT_NEAR(mm2(breakdown, "vector"), vector, 1e-3 * vector);
  EXPECT_NEAR(mm2(breakdown, "control, DMA and interconnect"), control, 1e-3 * array);
  double sum = 0;
  for (const CostItem& item : breakdown.items) {
    sum += item.value();
    // Only the macros stand in the SRAM table as they are, which leaves them no band.
    const bool macros = item.part == "macros";
    EXPECT_EQ(item.total().low < item.value(), !macros) << item.component;
    EXPECT_EQ(item.total().high > item.value(), !macros) << item.component;
  }
  EXPECT_NEAR(breakdown.total_mm2(), sum, 1e-9 * sum);
}

TEST(Area, UtilisationWidensTheBandOfCells) {
  const Accelerator accelerator = small_accelerator();
  const Technology technology(accelerator.technology);
  const Figure cell = technology.area_um2("pe_os_int8");
  Band array;
  for (const CostItem& item : area(accelerator, technology).items) {
    if (item.component == "array") array = array + item.total();
  }
  EXPECT_NEAR(array.low, 256e-6 * cell.low / 0.85, 1e-9);
  EXPECT_NEAR(array.high, 256e-6 * cell.high / 0.6, 1e-9);
}

TEST(Area, PortsAreBanks) {
  Accelerator accelerator = small_accelerator();
  const Technology technology(accelerator.technology);
  accelerator.buffers[0].ports = 4;
  EXPECT_NEAR(area(accelerator, technology).items[0].value(),
              technology.sram(65536, 64, 4).area_mm2.value, 1e-12);
}

}  // namespace
}  // namespace saccade
