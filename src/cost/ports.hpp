// How long the ports of buffers take to hand out and take in what a tile moves.
#pragma once
#include <limits>
#include <vector>

#include "cost/counters.hpp"
#include "cost/vector.hpp"
#include "hardware/accelerator.hpp"

namespace saccade {

using BufferTable = std::array<BufferCounts, kMaxBuffers>;  ///< by buffer

/// A buffer whose ports a tile needs, all of them for so many cycles.
struct PortUse {
  std::uint16_t buffer = 0;
  double cycles = 0;
};

constexpr std::int64_t kAllPes = std::numeric_limits<std::int64_t>::max();

/// The ports that a tile needs. Of a buffer with an instance per PE, at most `active_pes` work side
/// by side.
std::vector<PortUse> port_uses(const std::vector<Buffer>& buffers, const BufferTable& moved,
                               std::int64_t active_pes = kAllPes);

/// Cycles in which the slowest of the buffers can move its share, if nobody else uses it.
std::int64_t port_cycles(const std::vector<Buffer>& buffers, const BufferTable& moved,
                         std::int64_t active_pes = kAllPes);

/// What a tile on a vector unit moves.
struct VectorTile {
  const VectorUnit* unit;
  const VectorWork* work;
  BufferId source;                 ///< buffer of the elements
  Operand source_class;            ///< partial sums, or input
  std::int64_t source_bytes;       ///< of the elements, read once a sweep unless the work says less
  std::int64_t other_bytes;        ///< of further inputs and parameters, read once
  std::int64_t destination_bytes;  ///< written to the unit's output buffer
  int handovers = 0;               ///< of the op to the unit or back
};

/// Adds it up by buffer and operand.
void add_moved(BufferTable& table, const VectorTile& tile);

/// Cycles of the tile on its unit: the work itself, or the ports where they take longer.
std::int64_t vector_tile_cycles(const std::vector<Buffer>& buffers, const VectorTile& tile,
                                std::int64_t rows, std::int64_t columns);

}  // namespace saccade
