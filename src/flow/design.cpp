#include "flow/design.hpp"

#include <algorithm>

#include "cost/area.hpp"
#include "cost/engine.hpp"
#include "flow/explain.hpp"

namespace saccade {
namespace {

Resources& resources_of(std::vector<ComponentResources>& components, const std::string& name) {
  const auto same = std::find_if(components.begin(), components.end(),
                                 [&](const ComponentResources& c) { return c.component == name; });
  if (same != components.end()) return same->resources;
  components.push_back({name, {}});
  return components.back().resources;
}

void silicon(PointResult& result, const Accelerator& accelerator, const Technology& technology,
             std::optional<Topic> explain) {
  const AreaBreakdown silicon = area(accelerator, technology);
  for (const CostItem& item : silicon.items) {
    add_share(result.area_breakdown_mm2, item.component, "", item.value());
  }
  const Band mm2 = silicon.total_band_mm2();
  result.area_mm2 = mm2.value;
  result.area_low_mm2 = mm2.low;
  result.area_high_mm2 = mm2.high;
  if (explain == Topic::area) result.explanation = explain_area(silicon, accelerator);
}

void resources(PointResult& result, const Accelerator& accelerator, const Technology& technology,
               std::optional<Topic> explain) {
  const FpgaEntry& fpga = *technology.fpga();
  const ResourceItems items = fpga_resources(accelerator, technology);
  FpgaUse use{fpga.device, {}, {}, fpga.capacity()};
  for (std::size_t i = 0; i < kResources; ++i) {
    for (const CostItem& item : items[i]) {
      use.total[i] += item.value();
      resources_of(use.components, item.component)[i] += item.value();
    }
  }
  result.fpga = std::move(use);
  if (explain == Topic::area) result.explanation = explain_resources(items, accelerator);
}

}  // namespace

void account_design(PointResult& result, const Accelerator& accelerator,
                    const Technology& technology, std::optional<Topic> explain) {
  result.clock_hz = accelerator.clock_hz;
  double peak = 0;
  for (const EnginePool& engine : accelerator.engines) {
    peak += static_cast<double>(peak_macs_per_cycle(engine));
  }
  result.peak_macs_per_s = peak * accelerator.clock_hz;
  result.dram_peak_bytes_per_s = accelerator.dram.peak_bytes_per_s();
  if (technology.fpga() == nullptr) {
    silicon(result, accelerator, technology, explain);
  } else {
    resources(result, accelerator, technology, explain);
  }
}

}  // namespace saccade
