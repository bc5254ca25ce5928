// The constants and counts behind the energy, area or time of a run.
#pragma once
#include "cost/area.hpp"
#include "cost/energy.hpp"
#include "result/point_result.hpp"
#include "sim/simulate.hpp"

namespace saccade {

/// Every item of an energy breakdown, and what the hardware file and the DRAM standard put into
/// their prices and amounts.
Explanation explain_energy(const EnergyBreakdown& energy, const Accelerator& accelerator);

/// The same of an area.
Explanation explain_area(const AreaBreakdown& area, const Accelerator& accelerator);

/// The same of an FPGA's resources, which have a total each.
Explanation explain_resources(const ResourceItems& items, const Accelerator& accelerator);

/// Exclusive cycles by op, kind of work and edge, which together are the cycles of the run; and all
/// that the hardware file and the DRAM standard say about time. `activities` are those of
/// `result.ops`.
Explanation explain_timing(const PointResult& result, const std::vector<OpActivity>& activities,
                           const Accelerator& accelerator);

}  // namespace saccade
