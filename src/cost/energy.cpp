#include "cost/energy.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <iterator>

#include "base/file.hpp"
#include "base/math.hpp"
#include "base/overload.hpp"
#include "base/text.hpp"

namespace saccade {
namespace {

constexpr double kJoulesPerPj = 1e-12;
constexpr double kWattsPerMw = 1e-3;
constexpr double kBitsPerByte = 8;
constexpr std::array<const char*, kOperands> kOperandNames = {"weight", "input", "output",
                                                              "partial sum", "index"};
constexpr std::array<int, kMacWidths> kMacBits = {4, 8, 16, 32};

Band counted(std::uint64_t count, double each = 1) {
  return exactly(static_cast<double>(count) * each);
}

PricePtr share_price(const Technology& technology, const std::string& name,
                     const std::string& per) {
  return make_price(name, technology.parameter(name), "share", per, 1);
}

PricePtr action_price(const Technology& technology, const std::string& unit,
                      const std::string& per) {
  return make_price(unit, technology.energy_pj(unit), "pJ", per, kJoulesPerPj);
}

PricePtr leakage_price(const std::string& name, const Figure& milliwatts, const std::string& per) {
  return make_price(name, milliwatts, "mW", per, kWattsPerMw);
}

/// Energy of a bit over one hop, as the hardware file has it at `pointer`.
PricePtr hop_price(const Origins& origins, double pj_per_bit_hop, const std::string& pointer) {
  const Origin origin = origins.of(pointer);
  return make_price("pj_per_bit_hop", {exactly(pj_per_bit_hop), origin.source, origin.assumption},
                    "pJ", "bit hop", kJoulesPerPj);
}

}  // namespace

double EnergyBreakdown::dram_j() const {
  double sum = 0;
  for (const CostItem& item : items) {
    if (item.component == kDramComponent) sum += item.value();
  }
  return sum;
}

std::string vector_unit_name(VectorOp op, int bits, NumberFormat format) {
  const std::string integer = vector_suffix(NumberFormat::integer, bits);
  switch (op) {
    case VectorOp::add:
      return "add_" + vector_suffix(format, bits);
    case VectorOp::multiply:
      return "mult_" + vector_suffix(format, bits);
    case VectorOp::maximum:
      return "max_" + integer;
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

std::string pe_unit(const EnginePool& engine) {
  const auto style = [](const SystolicArray& array) {
    return array.dataflow == Dataflow::output_stationary ? PeStyle::output_stationary
                                                         : PeStyle::weight_stationary;
  };
  // Sums of a vector's multipliers meet in a tree; what is held counts as accesses of buffers.
  const auto plain = [](const VectorMac&) { return PeStyle::plain; };
  return mac_unit(engine.arithmetic(), std::visit(Overload{style, plain}, engine.kind));
}

int sram_banks(const Buffer& buffer, const Technology& technology) {
  const auto for_ports = ceil_div(buffer.ports, technology.memory_ports());
  return std::max(buffer.banks, static_cast<int>(for_ports));
}

std::string sram_name(const Buffer& buffer, const Technology& technology) {
  return fmt::format("{} of {} in {} banks, {} bits",
                     technology.fpga() == nullptr ? "SRAM" : "memory",
                     with_bytes(static_cast<double>(buffer.bytes)), sram_banks(buffer, technology),
                     buffer.width_bits);
}

int vector_units_per_lane(const VectorUnit& unit, VectorOp op, const Technology& technology) {
  const double cycles_per_element = unit.cycles_per_element[static_cast<std::size_t>(op)];
  if (cycles_per_element <= 0) return 0;
  const auto& attributes = technology.unit(vector_unit_name(op, unit.bits, unit.format)).attributes;
  const auto cycles = attributes.find("cycles");
  const double unit_cycles = cycles == attributes.end() ? 1 : cycles->second;
  return std::max(1, static_cast<int>(std::ceil(unit_cycles / cycles_per_element)));
}

EnergyModel::EnergyModel(const Accelerator& accelerator, const Technology& technology)
    : clock_share_(share_price(technology, "clock_and_control_share", "J of compute")),
      control_share_(share_price(technology, "control_area_share", "J of logic's leakage")),
      interconnect_(hop_price(accelerator.origins, accelerator.interconnect.pj_per_bit_hop,
                              "/interconnect/pj_per_bit_hop")),
      interconnect_hops_(accelerator.interconnect.hops),
      dram_(accelerator.dram, accelerator.origins) {
  add_buffers(accelerator, technology);
  add_engines(accelerator, technology);
  add_vector_units(accelerator, technology);
  add_device(technology);
}

void EnergyModel::add_buffers(const Accelerator& accelerator, const Technology& technology) {
  for (const Buffer& buffer : accelerator.buffers) {
    const SramFigures sram =
        technology.sram(buffer.bytes, buffer.width_bits, sram_banks(buffer, technology));
    const std::string name = sram_name(buffer, technology);
    const std::string access = fmt::format("access of {} bits", buffer.width_bits);
    buffers_.push_back({buffer.name, buffer.width_bits / kBitsPerByte,
                        make_price("read of " + name, sram.read_pj, "pJ", access, kJoulesPerPj),
                        make_price("write of " + name, sram.write_pj, "pJ", access, kJoulesPerPj)});
    leakage_.push_back({buffer.name, "leakage", static_cast<double>(buffer.instances),
                        leakage_price("leakage of " + name, sram.leakage_mw, "buffer second"),
                        false});
  }
}

void EnergyModel::add_engines(const Accelerator& accelerator, const Technology& technology) {
  for (std::size_t i = 0; i < accelerator.engines.size(); ++i) {
    const EnginePool& engine = accelerator.engines[i];
    const std::string unit = pe_unit(engine);
    EnginePrice price{engine.name, action_price(technology, unit, "MAC"), nullptr};
    if (engine.network) {
      price.network = hop_price(accelerator.origins, engine.network->pj_per_bit_hop,
                                fmt::format("/engines/{}/network/pj_per_bit_hop", i));
    }
    engines_.push_back(std::move(price));
    leakage_.push_back({engine.name, "leakage", static_cast<double>(peak_macs_per_cycle(engine)),
                        leakage_price(unit, technology.leakage_mw(unit), "PE second"), true});
  }
}

void EnergyModel::add_vector_units(const Accelerator& accelerator, const Technology& technology) {
  for (const VectorUnit& unit : accelerator.vector_units) {
    VectorPrice price{unit.name, {}};
    for (std::size_t i = 0; i < kVectorOps; ++i) {
      const auto op = static_cast<VectorOp>(i);
      const int copies = vector_units_per_lane(unit, op, technology);
      if (copies == 0) continue;
      const std::string name = vector_unit_name(op, unit.bits, unit.format);
      price.ops[i] = action_price(technology, name, "operation");
      leakage_.push_back({unit.name, "leakage",
                          static_cast<double>(copies) * unit.lanes * unit.count,
                          leakage_price(name, technology.leakage_mw(name), "unit second"), true});
    }
    vector_units_.push_back(std::move(price));
  }
}

void EnergyModel::add_device(const Technology& technology) {
  if (technology.fpga() == nullptr) return;
  for (const auto& [cause, watts] : technology.fpga()->power_w) {
    const Figure figure = {watts,
                           fmt::format("{} /fpga/power_w/{}: {}",
                                       shown_path(technology.table().path()), cause, watts.source),
                           watts.assumption};
    leakage_.push_back({"FPGA", cause, 1, make_price(cause, figure, "W", "second", 1), false});
  }
}

void EnergyModel::buffer_items(const Counters& counters, std::vector<CostItem>& items) const {
  for (std::size_t i = 0; i < buffers_.size(); ++i) {
    const BufferPrice& price = buffers_[i];
    const double accesses_per_byte = 1 / price.bytes_per_access;
    for (std::size_t operand = 0; operand < kOperands; ++operand) {
      const std::string name = kOperandNames[operand];
      add_item(items, price.name, "read " + name,
               counted(counters.buffers[i].read_bytes[operand], accesses_per_byte), price.read);
      add_item(items, price.name, "write " + name,
               counted(counters.buffers[i].write_bytes[operand], accesses_per_byte), price.write);
    }
  }
}

void EnergyModel::compute_items(const Counters& counters, std::vector<CostItem>& items) const {
  std::vector<CostItem> compute;
  for (std::size_t i = 0; i < engines_.size(); ++i) {
    for (std::size_t width = 0; width < kMacWidths; ++width) {
      add_item(compute, engines_[i].name, fmt::format("{}-bit MAC", kMacBits[width]),
               counted(counters.macs[i][width]), engines_[i].mac);
    }
  }
  for (std::size_t i = 0; i < vector_units_.size(); ++i) {
    for (std::size_t op = 0; op < kVectorOps; ++op) {
      const PricePtr& price = vector_units_[i].ops[op];
      if (price == nullptr) continue;
      add_item(compute, vector_units_[i].name, kVectorOpNames[op], counted(counters.vector[i][op]),
               price);
    }
  }
  items.insert(items.end(), compute.begin(), compute.end());
  add_item(items, "clock and control", "share of compute", total(compute), clock_share_);
}

void EnergyModel::leakage_items(double seconds, std::vector<CostItem>& items) const {
  std::vector<CostItem> logic;
  for (const Leakage& leakage : leakage_) {
    add_item(leakage.logic ? logic : items, leakage.component, leakage.part,
             exactly(leakage.count * seconds), leakage.price);
  }
  items.insert(items.end(), logic.begin(), logic.end());
  add_item(items, "clock and control", "leakage", total(logic), control_share_);
}

EnergyBreakdown EnergyModel::energy(const Counters& counters, double seconds) const {
  EnergyBreakdown breakdown;
  std::vector<CostItem>& items = breakdown.items;
  buffer_items(counters, items);
  compute_items(counters, items);
  add_item(items, "interconnect", "transfer",
           counted(counters.interconnect_bytes, kBitsPerByte * interconnect_hops_), interconnect_);
  for (std::size_t i = 0; i < engines_.size(); ++i) {
    if (engines_[i].network == nullptr) continue;
    add_item(items, engines_[i].name + "_network", "transfer",
             counted(counters.network_hop_bytes[i], kBitsPerByte), engines_[i].network);
  }
  leakage_items(seconds, items);
  dram_.add_items(counters.dram, seconds, items);
  return breakdown;
}

std::vector<PricePtr> EnergyModel::prices() const {
  std::vector<PricePtr> prices = dram_.prices();
  prices.insert(prices.end(), {clock_share_, control_share_, interconnect_});
  for (const BufferPrice& buffer : buffers_) {
    prices.insert(prices.end(), {buffer.read, buffer.write});
  }
  for (const EnginePrice& engine : engines_) {
    prices.push_back(engine.mac);
    if (engine.network != nullptr) prices.push_back(engine.network);
  }
  for (const VectorPrice& unit : vector_units_) {
    std::copy_if(unit.ops.begin(), unit.ops.end(), std::back_inserter(prices),
                 [](const PricePtr& price) { return price != nullptr; });
  }
  for (const Leakage& leakage : leakage_) prices.push_back(leakage.price);
  return prices;
}

double EnergyModel::leakage_w() const {
  std::vector<CostItem> items;
  leakage_items(1, items);
  return total(items).value;
}

EnergyBreakdown energy(const Counters& counters, const Accelerator& accelerator,
                       const Technology& technology, double seconds) {
  return EnergyModel(accelerator, technology).energy(counters, seconds);
}

}  // namespace saccade
