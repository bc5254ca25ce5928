// Accelerator to what it is made of: silicon area, or an FPGA's resources, by component.
#pragma once
#include <array>
#include <vector>

#include "cost/price.hpp"
#include "hardware/accelerator.hpp"
#include "hardware/technology.hpp"

namespace saccade {

struct AreaBreakdown {
  std::vector<CostItem> items;  ///< in mm2

  double total_mm2() const { return total_band_mm2().value; }
  Band total_band_mm2() const { return total(items); }
};

/// Buffers as SRAM macros; PEs and vector lanes as cells, and the space that their placement leaves
/// between them; control, DMA and interconnect as a share of that logic. Both shares are
/// assumptions of the technology table. Without pads, DRAM interface and DRAM. Throws UserError for
/// units that the table lacks.
AreaBreakdown area(const Accelerator& accelerator, const Technology& technology);

/// Items that count one resource each.
using ResourceItems = std::array<std::vector<CostItem>, kResources>;

/// The same of an FPGA: memories, PEs, vector lanes, and the LUTs and flip-flops of control. DSPs
/// that two components leave half used are not shared between them.
ResourceItems fpga_resources(const Accelerator& accelerator, const Technology& technology);

/// Whether the technology is silicon, or the FPGA has what the accelerator takes and memories for
/// its clock; else throws UserError with every resource that there is too little of, at the
/// component that takes most.
void check_fit(const Accelerator& accelerator, const Technology& technology);

}  // namespace saccade
