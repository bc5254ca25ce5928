#include "cost/area.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <functional>
#include <map>

#include "cost/energy.hpp"

namespace saccade {
namespace {

constexpr double kMm2PerUm2 = 1e-6;

/// What is counted: square millimetres or one resource of an FPGA.
struct Measure {
  std::string memories, units;  ///< parts of components
  std::function<PricePtr(const Buffer&)> memory;
  std::function<PricePtr(const std::string& unit)> unit;
  PricePtr space;    ///< between the cells of a component, as a share of them; may be nullptr
  PricePtr control;  ///< as a share of all logic; may be nullptr
};

/// Logic of an accelerator: PEs and vector lanes, as placed.
class Logic {
 public:
  Logic(const Technology& technology, const Measure& measure)
      : technology_(technology), measure_(measure) {}

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
  void add_cells(std::vector<CostItem>& cells, const std::string& component,
                 const std::string& unit, std::int64_t count) const {
    add_item(cells, component, measure_.units, exactly(static_cast<double>(count)),
             measure_.unit(unit));
  }

  void place(const std::vector<CostItem>& cells, const std::string& component) {
    items_.insert(items_.end(), cells.begin(), cells.end());
    if (measure_.space == nullptr) return;
    add_item(items_, component, "placement", total(cells), measure_.space);
  }

  const Technology& technology_;
  const Measure& measure_;
  std::vector<CostItem> items_;
};

std::vector<CostItem> measured(const Accelerator& accelerator, const Technology& technology,
                               const Measure& measure) {
  std::vector<CostItem> items;
  for (const Buffer& buffer : accelerator.buffers) {
    add_item(items, buffer.name, measure.memories, exactly(static_cast<double>(buffer.instances)),
             measure.memory(buffer));
  }
  Logic logic(technology, measure);
  for (const EnginePool& engine : accelerator.engines) logic.add(engine);
  for (const VectorUnit& unit : accelerator.vector_units) logic.add(unit);
  items.insert(items.end(), logic.items().begin(), logic.items().end());
  if (measure.control != nullptr) {
    add_item(items, "control, DMA and interconnect", "share of logic", total(logic.items()),
             measure.control);
  }
  return items;
}

/// Space between cells for each area of cells; 1 / u - 1 falls as u rises.
PricePtr space_price(const Figure& utilisation) {
  Figure space = utilisation;
  space.value = 1 / utilisation.value - 1;
  space.low = 1 / utilisation.high - 1;
  space.high = 1 / utilisation.low - 1;
  space.source = "1 / placement_utilisation - 1; " + utilisation.source;
  return make_price("space between cells", space, "share", "mm2 of cells", 1);
}

PricePtr control_price(const Technology& technology, const std::string& of) {
  return make_price("control_area_share", technology.parameter("control_area_share"), "share", of,
                    1);
}

SramFigures memory_of(const Buffer& buffer, const Technology& technology) {
  return technology.sram(buffer.bytes, buffer.width_bits, sram_banks(buffer, technology));
}

/// JSON pointer of the component of that name; of the technology if it is none of the file's.
std::string pointer_of(const Accelerator& accelerator, const std::string& name) {
  const auto among = [&](const char* list, const auto& components) {
    for (std::size_t i = 0; i < components.size(); ++i) {
      if (components[i].name == name) return fmt::format("/{}/{}", list, i);
    }
    return std::string();
  };
  for (const std::string& pointer :
       {among("buffers", accelerator.buffers), among("engines", accelerator.engines),
        among("vector_units", accelerator.vector_units)}) {
    if (!pointer.empty()) return pointer;
  }
  return "/technology";
}

}  // namespace

AreaBreakdown area(const Accelerator& accelerator, const Technology& technology) {
  Measure measure;
  measure.memories = "macros";
  measure.units = "cells";
  measure.memory = [&](const Buffer& buffer) {
    return make_price(sram_name(buffer, technology), memory_of(buffer, technology).area_mm2, "mm2",
                      "buffer", 1);
  };
  measure.unit = [&](const std::string& unit) {
    return make_price(unit, technology.area_um2(unit), "um2", "unit", kMm2PerUm2);
  };
  measure.space = space_price(technology.parameter("placement_utilisation"));
  measure.control = control_price(technology, "mm2 of logic");
  return {measured(accelerator, technology, measure)};
}

ResourceItems fpga_resources(const Accelerator& accelerator, const Technology& technology) {
  ResourceItems items;
  for (const Resource resource : kAllResources) {
    const auto index = static_cast<std::size_t>(resource);
    const std::string name = kResourceNames[index];
    Measure measure;
    measure.memories = "memories";
    measure.units = "units";
    measure.memory = [&](const Buffer& buffer) {
      const SramFigures memory = memory_of(buffer, technology);
      Figure count = memory.read_pj;  // for its source
      static_cast<Band&>(count) = exactly(memory.resources[index]);
      return make_price(sram_name(buffer, technology), count, name, "buffer", 1);
    };
    measure.unit = [&](const std::string& unit) {
      return make_price(unit, technology.resource(unit, resource), name, "unit", 1);
    };
    if (resource == Resource::lut || resource == Resource::ff) {
      measure.control = control_price(technology, name + " of logic");
    }
    items[index] = measured(accelerator, technology, measure);
  }
  return items;
}

void check_fit(const Accelerator& accelerator, const Technology& technology) {
  if (technology.fpga() == nullptr) return;
  const ResourceItems items = fpga_resources(accelerator, technology);
  const Resources capacity = technology.fpga()->capacity();
  std::vector<Mistake> mistakes;
  const double fastest_hz = 1e9 / technology.fpga()->memory.cycle_ns.value;
  if (accelerator.clock_hz > fastest_hz) {
    mistakes.push_back(
        {accelerator.file, "/clock_mhz",
         fmt::format("is {:g}, expected at most {:.0f}: the fastest that the block "
                     "RAM of {} takes",
                     accelerator.clock_hz * 1e-6, fastest_hz * 1e-6, technology.fpga()->device)});
  }
  for (std::size_t i = 0; i < kResources; ++i) {
    const double needed = total(items[i]).value;
    if (needed <= capacity[i]) continue;
    std::map<std::string, double> by_component;
    for (const CostItem& item : items[i]) by_component[item.component] += item.value();
    const auto most =
        std::max_element(by_component.begin(), by_component.end(),
                         [](const auto& a, const auto& b) { return a.second < b.second; });
    mistakes.push_back(
        {accelerator.file, pointer_of(accelerator, most->first),
         fmt::format("takes {:.0f} of the {:.0f} {} that the design needs, expected {:.0f} in all "
                     "at most: those of {}",
                     std::ceil(most->second), std::ceil(needed), kResourceTitles[i], capacity[i],
                     technology.fpga()->device)});
  }
  if (!mistakes.empty()) throw UserError(std::move(mistakes));
}

}  // namespace saccade
