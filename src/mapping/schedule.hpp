// How one op is cut into tiles, on which units it runs, and what of it lies where.
#pragma once
#include <vector>

#include "cost/engine.hpp"
#include "mapping/tile_grid.hpp"

namespace saccade {

enum class Objective { latency, energy, edp };

/// A buffer on the way of an operand, and the block that it holds: what the nest touches inside of
/// its first `inside` loops.
struct Hold {
  BufferId buffer = -1;
  std::size_t inside = 0;
};

/// Why a mapping won: what was compared, by the mapper's estimates.
struct Choice {
  std::int64_t candidates = 0;  ///< legal ones that were estimated
  std::int64_t skipped = 0;     ///< that could not win, by their bound alone
  double bound_cycles = 0;      ///< no mapping of the op can be faster
  double cycles = 0;
  double energy_pj = 0;
  double next_cycles = 0;  ///< of the second best; 0: there was none
  double next_energy_pj = 0;
};

/// Where and how an op runs. The levels of storage are places in one nest: DRAM stands outside of
/// all loops, each buffer of an operand's way where its hold says, the engine inside of all loops,
/// its tile shared out over PEs by the split. An op without a product has row blocks of `tile().m`
/// rows and all columns, or where rows read many others (pooling, resizing) `tile().n` of them.
struct OpSchedule {
  std::size_t op = 0;
  int engine = -1;           ///< engine pool; -1: no product
  int vector_unit = -1;      ///< for post-processing, or for the op itself; -1: none
  Nest nest;                 ///< of one entry (image and head); K innermost, so that sums stay
  std::int64_t at_once = 1;  ///< heads or channel groups of an image that a tile takes together
  Split split;
  bool fold_taps = true;    ///< of a convolution on an engine that can
  std::vector<Hold> input;  ///< along its way, outermost first
  std::vector<Hold> weight;
  /// Every tile brings its operands anew, even those that the one before had: buffers are
  /// stopovers.
  bool keep_nothing = false;
  bool double_buffered = true;
  /// Of the scores of an attention: row blocks that they are ahead of the one whose AV is next.
  std::int64_t blocks_ahead = 0;
  double cycles = 0;  ///< the mapper's estimate
  double dram_bytes = 0;
  double energy_pj = 0;
  Choice choice;

  GemmTile tile() const { return nest.tile(); }
  /// Whether all of a row block is finished before the next one begins.
  bool rows_outer() const;
};

/// The loops over m and n in steps of tiles, for the grid of an op's output.
std::vector<Loop> grid_loops(const OpSchedule& schedule, const RowTiles& rows);

/// The same for all three dimensions, with the sizes.
Nest tile_nest(const OpSchedule& schedule, const RowTiles& rows);

}  // namespace saccade
