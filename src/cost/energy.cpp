#include "cost/energy.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "base/overload.hpp"

namespace saccade {
namespace {

constexpr std::array<const char*, kOperands> kOperandNames = {"weight", "input", "output",
                                                              "partial sum", "index"};
constexpr std::array<int, kMacWidths> kMacBits = {4, 8, 16, 32};

Band band(const Figure& figure, double factor = 1) {
  return {figure.value * factor, figure.low * factor, figure.high * factor};
}

Band operator+(const Band& a, const Band& b) {
  return {a.value + b.value, a.low + b.low, a.high + b.high};
}

/// Adds `amount` times a price in pJ; leaves out what is zero.
void add_item(std::vector<EnergyItem>& items, const std::string& component, std::string part,
              double amount, const Band& pj, bool dram = false) {
  constexpr double joules_per_pj = 1e-12;
  if (amount * pj.high == 0) return;
  const double factor = amount * joules_per_pj;
  items.push_back(
      {component, std::move(part), pj.value * factor, pj.low * factor, pj.high * factor, dram});
}

double sum_joules(const std::vector<EnergyItem>& items, bool dram) {
  double sum = 0;
  for (const EnergyItem& item : items) {
    if (item.dram == dram) sum += item.joules;
  }
  return sum;
}

const char* integer_suffix(int bits) { return bits <= 8 ? "int8" : bits <= 16 ? "int16" : "int32"; }

}  // namespace

double EnergyBreakdown::on_chip_j() const { return sum_joules(items, false); }
double EnergyBreakdown::dram_j() const { return sum_joules(items, true); }

Band EnergyBreakdown::total_band_j() const {
  Band sum;
  for (const EnergyItem& item : items) sum = sum + Band{item.joules, item.low, item.high};
  return sum;
}

std::string vector_unit_name(VectorOp op, int bits) {
  switch (op) {
    case VectorOp::add:
      return fmt::format("add_{}", integer_suffix(bits));
    case VectorOp::multiply:
      return fmt::format("mult_{}", integer_suffix(bits));
    case VectorOp::maximum:
      return fmt::format("max_{}", integer_suffix(bits));
    case VectorOp::exponential:
      return "exp_lut16";
    case VectorOp::reciprocal:
      return "reciprocal_16";
    case VectorOp::divide:
      return "divide_int32";
    case VectorOp::square_root:
      return "sqrt_int32";
    case VectorOp::gelu:
      return bits <= 8 ? "gelu_lut8" : "gelu_pwl16";
    case VectorOp::sigmoid:
      return "sigmoid_pwl16";
    case VectorOp::requantise:
      return "requantise_32to8";
    case VectorOp::move:
      return fmt::format("register_{}", bits <= 8 ? 8 : bits <= 16 ? 16 : 32);
  }
  return {};
}

std::string pe_unit(const EnginePool& engine, int bits) {
  const auto style = [](const SystolicArray& array) {
    return array.dataflow == Dataflow::output_stationary ? PeStyle::output_stationary
                                                         : PeStyle::weight_stationary;
  };
  // Sums of a vector's multipliers meet in a tree; what is held counts as accesses of buffers.
  const auto plain = [](const VectorMac&) { return PeStyle::plain; };
  return mac_unit(std::max(bits, engine.operand_bits),
                  std::visit(Overload{style, plain}, engine.kind));
}

int sram_banks(const Buffer& buffer) { return std::max(buffer.banks, buffer.ports); }

int vector_units_per_lane(const VectorUnit& unit, VectorOp op, const Technology& technology) {
  const double cycles_per_element = unit.cycles_per_element[static_cast<std::size_t>(op)];
  if (cycles_per_element <= 0) return 0;
  const auto& attributes = technology.unit(vector_unit_name(op, unit.bits)).attributes;
  const auto cycles = attributes.find("cycles");
  const double unit_cycles = cycles == attributes.end() ? 1 : cycles->second;
  return std::max(1, static_cast<int>(std::ceil(unit_cycles / cycles_per_element)));
}

EnergyModel::EnergyModel(const Accelerator& accelerator, const Technology& technology)
    : clock_share_(band(technology.parameter("clock_and_control_share"))) {
  add_buffers(accelerator, technology);
  const std::size_t first_logic = leakage_.size();
  add_engines(accelerator, technology);
  add_vector_units(accelerator, technology);
  Band logic;
  for (std::size_t i = first_logic; i < leakage_.size(); ++i) logic = logic + leakage_[i].watts;
  const Band share = band(technology.parameter("control_area_share"));
  leakage_.push_back({"clock and control",
                      {logic.value * share.value, logic.low * share.low, logic.high * share.high}});
  const Interconnect& interconnect = accelerator.interconnect;
  interconnect_pj_per_byte_ = 8 * interconnect.pj_per_bit_hop * interconnect.hops;
  const DramSystem& dram = accelerator.dram;
  dram_pj_per_byte_ = 8 * dram.pj_per_bit.value_or(dram.device.pj_per_bit);
}

void EnergyModel::add_buffers(const Accelerator& accelerator, const Technology& technology) {
  for (const Buffer& buffer : accelerator.buffers) {
    const SramFigures sram = technology.sram(buffer.bytes, buffer.width_bits, sram_banks(buffer));
    buffers_.push_back(
        {buffer.name, buffer.width_bits / 8.0, band(sram.read_pj), band(sram.write_pj)});
    leakage_.push_back({buffer.name, band(sram.leakage_mw, 1e-3 * buffer.instances)});
  }
}

void EnergyModel::add_engines(const Accelerator& accelerator, const Technology& technology) {
  for (const EnginePool& engine : accelerator.engines) {
    UnitPrice<kMacWidths> price{engine.name, {}};
    network_pj_per_byte_.push_back(engine.network ? 8 * engine.network->pj_per_bit_hop : 0);
    for (std::size_t i = 0; i < kMacWidths; ++i) {
      price.op_pj[i] = band(technology.energy_pj(pe_unit(engine, kMacBits[i])));
    }
    engines_.push_back(std::move(price));
    const auto pes = static_cast<double>(peak_macs_per_cycle(engine));
    leakage_.push_back(
        {engine.name,
         band(technology.leakage_mw(pe_unit(engine, engine.operand_bits)), pes * 1e-3)});
  }
}

void EnergyModel::add_vector_units(const Accelerator& accelerator, const Technology& technology) {
  for (const VectorUnit& unit : accelerator.vector_units) {
    UnitPrice<kVectorOps> price{unit.name, {}};
    Band watts;
    for (std::size_t i = 0; i < kVectorOps; ++i) {
      const auto op = static_cast<VectorOp>(i);
      const std::string name = vector_unit_name(op, unit.bits);
      price.op_pj[i] = band(technology.energy_pj(name));
      const double copies = vector_units_per_lane(unit, op, technology);
      watts = watts + band(technology.leakage_mw(name), copies * unit.lanes * unit.count * 1e-3);
    }
    vector_units_.push_back(std::move(price));
    leakage_.push_back({unit.name, watts});
  }
}

void EnergyModel::buffer_items(const Counters& counters, std::vector<EnergyItem>& items) const {
  for (std::size_t i = 0; i < buffers_.size(); ++i) {
    const BufferPrice& price = buffers_[i];
    for (std::size_t operand = 0; operand < kOperands; ++operand) {
      const std::string name = kOperandNames[operand];
      const auto read = static_cast<double>(counters.buffers[i].read_bytes[operand]);
      const auto written = static_cast<double>(counters.buffers[i].write_bytes[operand]);
      add_item(items, price.name, "read " + name, read / price.bytes_per_access, price.read_pj);
      add_item(items, price.name, "write " + name, written / price.bytes_per_access,
               price.write_pj);
    }
  }
}

void EnergyModel::compute_items(const Counters& counters, std::vector<EnergyItem>& items) const {
  const std::size_t first = items.size();
  for (std::size_t i = 0; i < engines_.size(); ++i) {
    for (std::size_t width = 0; width < kMacWidths; ++width) {
      add_item(items, engines_[i].name, fmt::format("{}-bit MAC", kMacBits[width]),
               static_cast<double>(counters.macs[i][width]), engines_[i].op_pj[width]);
    }
  }
  for (std::size_t i = 0; i < vector_units_.size(); ++i) {
    for (std::size_t op = 0; op < kVectorOps; ++op) {
      add_item(items, vector_units_[i].name, kVectorOpNames[op],
               static_cast<double>(counters.vector[i][op]), vector_units_[i].op_pj[op]);
    }
  }
  EnergyItem clock{"clock and control", "share of compute", 0, 0, 0, false};
  for (std::size_t i = first; i < items.size(); ++i) {
    clock.joules += items[i].joules * clock_share_.value;
    clock.low += items[i].low * clock_share_.low;
    clock.high += items[i].high * clock_share_.high;
  }
  if (clock.high > 0) items.push_back(clock);
}

EnergyBreakdown EnergyModel::energy(const Counters& counters, double seconds,
                                    const std::vector<EnergyItem>* dram) const {
  EnergyBreakdown breakdown;
  std::vector<EnergyItem>& items = breakdown.items;
  buffer_items(counters, items);
  compute_items(counters, items);
  const auto flat = [](double pj) { return Band{pj, pj, pj}; };
  add_item(items, "interconnect", "transfer", static_cast<double>(counters.interconnect_bytes),
           flat(interconnect_pj_per_byte_));
  for (std::size_t i = 0; i < engines_.size(); ++i) {
    add_item(items, engines_[i].name + "_network", "transfer",
             static_cast<double>(counters.network_hop_bytes[i]), flat(network_pj_per_byte_[i]));
  }
  for (const LeakageItem& leakage : leakage_) {
    add_item(items, leakage.component, "leakage", seconds * 1e12, leakage.watts);
  }
  if (dram != nullptr) {
    items.insert(items.end(), dram->begin(), dram->end());
  } else {
    add_item(items, "dram", "read", static_cast<double>(counters.dram.read_bytes),
             flat(dram_pj_per_byte_), true);
    add_item(items, "dram", "write", static_cast<double>(counters.dram.write_bytes),
             flat(dram_pj_per_byte_), true);
  }
  return breakdown;
}

double EnergyModel::leakage_w() const {
  double sum = 0;
  for (const LeakageItem& leakage : leakage_) sum += leakage.watts.value;
  return sum;
}

EnergyBreakdown energy(const Counters& counters, const Accelerator& accelerator,
                       const Technology& technology, double seconds) {
  return EnergyModel(accelerator, technology).energy(counters, seconds);
}

}  // namespace saccade
