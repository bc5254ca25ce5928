// Accelerator to silicon area: what each component takes, with the band of its figures.
#pragma once
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

}  // namespace saccade
