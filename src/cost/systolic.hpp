// Cycles and operand traffic of dense products on a systolic array.
//
// A tile is computed fold by fold. Output-stationary: a fold holds R x C results, K streams, row
// tiles (M) are the outer loop. Weight-stationary: a fold holds R x C weights (K x N), M streams,
// column tiles (N) are the outer loop, and partial sums of the K folds add up in a buffer beside
// the array. Input-stationary is weight-stationary with M and N exchanged.
//
// Cycles count inclusively from the first operand at an edge of the array to the last result in its
// output storage: the PE's register where results are read in place, the memory beyond the edge
// where they are shifted out, the output row's partial-sum register for weight- and
// input-stationary. Operands enter with the usual skew of one cycle per row and column, so that PE
// (i, j) works i + j cycles after PE (0, 0). The forms are derived from that and equal both RTL
// simulation (tests/reference/array_rtl.csv) and a register-by-register model (tests/cost). The
// in-place output-stationary and the single-buffered weight-stationary forms are those of SCALE-Sim
// (Samajdar et al., ISPASS 2020, section III), which prints one cycle less.
#pragma once
#include <cstdint>

#include "cost/nest.hpp"
#include "hardware/systolic.hpp"

namespace saccade {

/// Cycles of a whole product alone on the array.
std::int64_t gemm_cycles(const SystolicArray& array, const GemmTile& tile);

/// Parts in which the array computes the product.
std::int64_t fold_count(const SystolicArray& array, const GemmTile& tile);

/// What the tile before left in the array.
struct ArrayState {
  bool valid = false;       ///< whether a tile went before
  std::int64_t stream = 0;  ///< streaming cycles of its last fold
  std::int64_t rows = 0;    ///< rows of its last fold, charged
};

/// Cycles of a tile, from its start.
struct ArrayTiming {
  std::int64_t occupies = 0;      ///< until the array can start its next tile
  std::int64_t completes = 0;     ///< until the last result is in the output storage; >= occupies
  std::int64_t ideal = 0;         ///< MACs divided by PEs, rounded up
  std::int64_t quantisation = 0;  ///< streaming cycles of all folds beyond ideal: PEs without work
  std::int64_t fill_drain = 0;    ///< the rest of completes: skew, loading and draining
};

/// Timing of a tile that follows another on the same array. `idle_cycles` passed between the end of
/// the other's occupancy and this start; all operands of this tile lay in their buffers
/// `ready_cycles` before this start, which only double-buffered weights make use of. Stores in
/// `after`, if not null, what this tile leaves to the next. Ragged tiles may complete before the
/// one ahead of them: take the maximum. Constant time.
ArrayTiming tile_timing(const SystolicArray& array, const GemmTile& tile, const ArrayState& before,
                        std::int64_t idle_cycles, std::int64_t ready_cycles, ArrayState* after);

/// Elements that a tile moves between the array and the buffers that feed it.
struct TileAccesses {
  std::int64_t input_reads = 0;
  std::int64_t weight_reads = 0;
  std::int64_t partial_reads = 0;
  std::int64_t partial_writes = 0;  ///< of results, whether more is added to them or not
};

/// Accesses of a tile, counted over its folds: what a fold holds is read once per fold, what it
/// streams is read anew for every fold. `accumulate`: the tile adds to the sums of an earlier K
/// chunk, which lie in the buffer of partial sums.
TileAccesses tile_accesses(const SystolicArray& array, const GemmTile& tile, bool accumulate);

/// The part of a tile that is computed at once; 0 = streams: any length.
struct FoldSize {
  std::int64_t m, n, k;
};
FoldSize fold_size(const SystolicArray& array);

/// Order in memory of the operand matrices A (m x k) and B (k x n) that lets a row-addressed buffer
/// feed the array.
struct OperandOrder {
  bool a_k_contiguous;  ///< A stored [m][k], else [k][m]
  bool b_k_contiguous;  ///< B stored [n][k], else [k][n]
};

/// Such a buffer has one bank per row (column) of the array and reads one word, of one element per
/// bank, at an address. A bank is written with what its row of the array needs over time.
/// * Output-stationary: row m streams A[m][k] over k from bank m, and column n streams B[k][n] over
///   k from bank n, so that each bank is filled with consecutive k: both are stored k contiguous.
/// * Weight-stationary: row k streams A[m][k] over m from bank k; a word holds all k of one m, so A
///   is stored [m][k]. Weights are loaded row by row, all n of one k in a word: B is stored [k][n].
/// * Input-stationary: the held A is loaded row by row, all m of one k in a word: A is stored
///   [k][m]. Row k streams B[k][n] over n, all k of one n in a word: B is stored [n][k].
OperandOrder operand_order(Dataflow dataflow);

}  // namespace saccade
