// How one op is cut into tiles, on which units it runs, and what of it stays on chip.
#pragma once
#include <array>
#include <string>
#include <vector>

#include "cost/systolic.hpp"
#include "mapping/tile_grid.hpp"

namespace saccade {

enum class Objective { latency, energy, edp };

/// What of an operand stays in its buffer while the loops around it run: one tile; all K chunks of
/// a row block (input) or column block (weight); or all of it for the entry.
enum class Keep { tile, block, whole };

enum class Dim : std::uint8_t { m, n, k };

/// One storage level: the block of the op that it holds, and the order, outermost first, in which
/// it hands the blocks of the next level down. `spatial` > 1: so many of them at the same time.
struct Level {
  std::string storage;
  GemmTile tile{1, 1, 1};
  std::array<Dim, 3> order = {Dim::m, Dim::n, Dim::k};
  GemmTile spatial{1, 1, 1};
};

/// Where and how an op runs. Levels run from DRAM over the buffers to the registers of the array;
/// an op without a product has row blocks of `tile.m` rows and all `n` columns.
struct OpSchedule {
  std::size_t op = 0;
  int engine = -1;       ///< engine pool; -1: no product
  int vector_unit = -1;  ///< for post-processing, or for the op itself; -1: none
  std::vector<Level> levels;
  Keep keep_input = Keep::tile;
  Keep keep_weight = Keep::tile;
  bool double_buffered = true;
  double cycles = 0;  ///< the mapper's estimate
  double dram_bytes = 0;
  double energy_pj = 0;

  const GemmTile& tile() const { return levels[1].tile; }
  bool n_outer() const { return levels[0].order[0] == Dim::n; }
};

}  // namespace saccade
