// The units of an accelerator that take tasks, in the order that tasks and simulation number them.
#pragma once
#include <string>
#include <vector>

#include "hardware/accelerator.hpp"

namespace saccade {

using UnitId = std::uint16_t;  ///< index into the unit table

enum class UnitKind : std::uint8_t { dma, network, array, vector };

struct UnitInfo {
  UnitKind kind;
  int index;     ///< of the DMA channel, engine or vector unit in the accelerator
  int instance;  ///< copy, 0 .. count - 1
  std::string name;
};

/// DMA channels, then what fills the buffers of each engine with a network, the arrays of each
/// engine, and the vector units.
std::vector<UnitInfo> unit_table(const Accelerator& accelerator);

/// First unit of a component; its copies follow.
UnitId first_unit(const std::vector<UnitInfo>& units, UnitKind kind, int index);

}  // namespace saccade
