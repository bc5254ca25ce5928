// One face for engines of all kinds: cycles, operand traffic and shapes of their tiles.
#pragma once
#include "cost/nest.hpp"
#include "cost/systolic.hpp"
#include "hardware/accelerator.hpp"

namespace saccade {

/// What an engine computes at once: `entries` equal products, shared out over its PEs.
struct EngineTile {
  GemmTile size{1, 1, 1};      ///< of each product
  std::int64_t entries = 1;    ///< heads, images or channel groups side by side
  Split split;                 ///< over PEs (vector_mac)
  std::int64_t pack = 1;       ///< channel groups that share a PE's lanes and vector (vector_mac)
  std::int64_t k_vectors = 1;  ///< vectors that k is padded to (vector_mac)
  bool side_by_side = false;   ///< columns of an entry's result follow those of the one before
};

/// As tile_timing of cost/systolic.
ArrayTiming engine_timing(const EngineKind& kind, const EngineTile& tile, const ArrayState& before,
                          std::int64_t idle_cycles, std::int64_t ready_cycles, ArrayState* after);

/// Elements that a tile moves between the engine and the buffers next to it, over all PEs.
TileAccesses engine_accesses(const EngineKind& kind, const EngineTile& tile, bool accumulate);

/// Partial sums that PEs send to one another.
std::int64_t engine_exchanged(const EngineKind& kind, const EngineTile& tile);

/// Multipliers times the cycles in which their PE works on the tile, idle ones in a padded vector,
/// a half-filled row or column counted: MACs over slots is the spatial utilisation.
std::int64_t engine_slots(const EngineKind& kind, const EngineTile& tile);

/// "systolic" or "vector_mac", as in hardware files.
const char* engine_kind_name(const EngineKind& kind);

/// Multipliers of one copy.
std::int64_t engine_multipliers(const EngineKind& kind);

/// MACs in a cycle at most, over all copies of the engine.
inline std::int64_t peak_macs_per_cycle(const EnginePool& engine) {
  return engine_multipliers(engine.kind) * engine.count;
}

/// PEs with buffers of their own; 1 for an array.
std::int64_t engine_pes(const EngineKind& kind);

/// PEs that have part of a tile; 1 for an array.
std::int64_t active_pes(const EngineKind& kind, const EngineTile& tile);

FoldSize engine_fold(const EngineKind& kind);
OperandOrder engine_operand_order(const EngineKind& kind);

}  // namespace saccade
