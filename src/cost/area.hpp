// Accelerator to silicon area: what each component takes, with the band of its figures.
#pragma once
#include <string>
#include <vector>

#include "hardware/accelerator.hpp"
#include "hardware/technology.hpp"

namespace saccade {

struct AreaItem {
  std::string component;
  double mm2 = 0;
  double low = 0;
  double high = 0;
};

struct AreaBreakdown {
  std::vector<AreaItem> items;

  double total_mm2() const;
  Band total_band_mm2() const;  ///< all items low, or all high: the widest span
};

/// Buffers as SRAM macros; PEs and vector lanes as cells over the utilisation of placement;
/// control, DMA and interconnect as a share of that logic. Both shares are assumptions of the
/// technology table. Without pads, DRAM interface and DRAM. Throws UserError for units that the
/// table lacks.
AreaBreakdown area(const Accelerator& accelerator, const Technology& technology);

}  // namespace saccade
