#include "mapping/units.hpp"

#include <fmt/format.h>

#include <stdexcept>

namespace saccade {
namespace {

void add_copies(std::vector<UnitInfo>& units, UnitKind kind, int index, int count,
                const std::string& name) {
  for (int i = 0; i < count; ++i) {
    units.push_back({kind, index, i, count == 1 ? name : fmt::format("{}_{}", name, i)});
  }
}

}  // namespace

std::vector<UnitInfo> unit_table(const Accelerator& accelerator) {
  std::vector<UnitInfo> units;
  int index = 0;
  for (const DmaChannel& dma : accelerator.dma) {
    add_copies(units, UnitKind::dma, index++, 1, dma.name);
  }
  index = 0;
  for (const EnginePool& engine : accelerator.engines) {
    if (engine.network) add_copies(units, UnitKind::network, index, 1, engine.name + "_network");
    ++index;
  }
  index = 0;
  for (const EnginePool& engine : accelerator.engines) {
    add_copies(units, UnitKind::array, index++, engine.count, engine.name);
  }
  index = 0;
  for (const VectorUnit& unit : accelerator.vector_units) {
    add_copies(units, UnitKind::vector, index++, unit.count, unit.name);
  }
  return units;
}

UnitId first_unit(const std::vector<UnitInfo>& units, UnitKind kind, int index) {
  for (std::size_t i = 0; i < units.size(); ++i) {
    if (units[i].kind == kind && units[i].index == index) return static_cast<UnitId>(i);
  }
  throw std::logic_error("no unit of this kind and index");
}

}  // namespace saccade
