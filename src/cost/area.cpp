#include "cost/area.hpp"

#include "cost/energy.hpp"

namespace saccade {
namespace {

constexpr double kMm2PerUm2 = 1e-6;

/// Logic of an accelerator: cells of PEs and vector lanes, as placed.
class Logic {
 public:
  explicit Logic(const Technology& technology)
      : technology_(technology),
        space_(space_price(technology.parameter("placement_utilisation"))) {}

  const std::vector<CostItem>& items() const { return items_; }

  void add(const EnginePool& engine) {
    std::vector<CostItem> cells;
    add_cells(cells, engine.name, pe_unit(engine), peak_macs_per_cycle(engine));
    place(cells, engine.name);
  }

  void add(const VectorUnit& unit) {
    std::vector<CostItem> cells;
    for (std::size_t i = 0; i < kVectorOps; ++i) {
      const auto op = static_cast<VectorOp>(i);
      const std::int64_t copies = vector_units_per_lane(unit, op, technology_);
      if (copies == 0) continue;
      add_cells(cells, unit.name, vector_unit_name(op, unit.bits, unit.format),
                copies * unit.lanes * unit.count);
    }
    place(cells, unit.name);
  }

 private:
  /// Space between cells for each area of cells; 1 / u - 1 falls as u rises.
  static PricePtr space_price(const Figure& utilisation) {
    Figure space = utilisation;
    space.value = 1 / utilisation.value - 1;
    space.low = 1 / utilisation.high - 1;
    space.high = 1 / utilisation.low - 1;
    space.source = "1 / placement_utilisation - 1; " + utilisation.source;
    return make_price("space between cells", space, "share", "mm2 of cells", 1);
  }

  void add_cells(std::vector<CostItem>& cells, const std::string& component,
                 const std::string& unit, std::int64_t count) const {
    add_item(cells, component, "cells", exactly(static_cast<double>(count)),
             make_price(unit, technology_.area_um2(unit), "um2", "unit", kMm2PerUm2));
  }

  void place(const std::vector<CostItem>& cells, const std::string& component) {
    items_.insert(items_.end(), cells.begin(), cells.end());
    add_item(items_, component, "placement", total(cells), space_);
  }

  const Technology& technology_;
  PricePtr space_;
  std::vector<CostItem> items_;
};

}  // namespace

AreaBreakdown area(const Accelerator& accelerator, const Technology& technology) {
  AreaBreakdown breakdown;
  for (const Buffer& buffer : accelerator.buffers) {
    add_item(
        breakdown.items, buffer.name, "macros", exactly(static_cast<double>(buffer.instances)),
        make_price(sram_name(buffer),
                   technology.sram(buffer.bytes, buffer.width_bits, sram_banks(buffer)).area_mm2,
                   "mm2", "buffer", 1));
  }
  Logic logic(technology);
  for (const EnginePool& engine : accelerator.engines) logic.add(engine);
  for (const VectorUnit& unit : accelerator.vector_units) logic.add(unit);
  breakdown.items.insert(breakdown.items.end(), logic.items().begin(), logic.items().end());
  add_item(breakdown.items, "control, DMA and interconnect", "share of logic", total(logic.items()),
           make_price("control_area_share", technology.parameter("control_area_share"), "share",
                      "mm2 of logic", 1));
  return breakdown;
}

}  // namespace saccade
