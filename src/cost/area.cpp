#include "cost/area.hpp"

#include "cost/energy.hpp"

namespace saccade {
namespace {

AreaItem item(const std::string& component, const Figure& figure) {
  return {component, figure.value, figure.low, figure.high};
}

/// Cells in square micrometres to placed area in square millimetres; the utilisation's own band
/// widens it.
AreaItem placed(const AreaItem& cells, const Figure& utilisation) {
  constexpr double mm2_per_um2 = 1e-6;
  return {cells.component, cells.mm2 / utilisation.value * mm2_per_um2,
          cells.low / utilisation.high * mm2_per_um2, cells.high / utilisation.low * mm2_per_um2};
}

AreaItem vector_cells(const VectorUnit& unit, const Technology& technology) {
  AreaItem cells{unit.name, 0, 0, 0};
  for (std::size_t i = 0; i < kVectorOps; ++i) {
    const auto op = static_cast<VectorOp>(i);
    const int copies = vector_units_per_lane(unit, op, technology);
    const Figure area = technology.area_um2(vector_unit_name(op, unit.bits)) *
                        (static_cast<double>(copies) * unit.lanes * unit.count);
    cells.mm2 += area.value;
    cells.low += area.low;
    cells.high += area.high;
  }
  return cells;
}

}  // namespace

double AreaBreakdown::total_mm2() const { return total_band_mm2().value; }

Band AreaBreakdown::total_band_mm2() const {
  Band sum;
  for (const AreaItem& part : items) {
    sum.value += part.mm2;
    sum.low += part.low;
    sum.high += part.high;
  }
  return sum;
}

AreaBreakdown area(const Accelerator& accelerator, const Technology& technology) {
  const Figure utilisation = technology.parameter("placement_utilisation");
  const Figure share = technology.parameter("control_area_share");
  AreaBreakdown breakdown;
  AreaItem control{"control, DMA and interconnect", 0, 0, 0};
  const auto add_logic = [&](const AreaItem& cells) {
    const AreaItem logic = placed(cells, utilisation);
    control.mm2 += logic.mm2 * share.value;
    control.low += logic.low * share.low;
    control.high += logic.high * share.high;
    breakdown.items.push_back(logic);
  };
  for (const Buffer& buffer : accelerator.buffers) {
    breakdown.items.push_back(item(
        buffer.name, technology.sram(buffer.bytes, buffer.width_bits, sram_banks(buffer)).area_mm2 *
                         buffer.instances));
  }
  for (const EnginePool& engine : accelerator.engines) {
    const auto pes = static_cast<double>(peak_macs_per_cycle(engine));
    add_logic(item(engine.name, technology.area_um2(pe_unit(engine, engine.operand_bits)) * pes));
  }
  for (const VectorUnit& unit : accelerator.vector_units) {
    add_logic(vector_cells(unit, technology));
  }
  breakdown.items.push_back(control);
  return breakdown;
}

}  // namespace saccade
