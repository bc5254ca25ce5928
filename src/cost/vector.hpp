// Sweeps of vector units: what each op does per element, and how long a tile takes.
#pragma once
#include <optional>
#include <vector>

#include "hardware/accelerator.hpp"
#include "workload/op.hpp"

namespace saccade {

/// An op as a vector unit does it: one sweep after the other over the elements, the operations of a
/// sweep pipelined; then `per_row` operations once a row.
struct VectorWork {
  std::vector<std::vector<VectorOp>> sweeps;
  std::vector<VectorOp> per_row;
  bool row_wise = false;    ///< a row's elements belong together: lanes are not shared between rows
  int rewrites = 0;         ///< sweeps that write the elements back for the next sweep
  bool reads_once = false;  ///< sweeps after the first find the elements in the unit
  bool decides = false;     ///< its outcome says what later ops do
  /// Of a unit whose pace the operations do not tell, all lanes together; 0: they do.
  double cycles_per_element = 0;
};

/// What a vector unit does for an op that is no product. A MatMul or Conv2d has no work of its own
/// here: see post_work. Softmax of three sweeps: maximum; subtract, exponential and sum, the
/// exponentials written back; multiplication with the reciprocal of the sum. Of two sweeps (online
/// normaliser, Milakov and Gimelshein, arXiv 1805.02867): running maximum and rescaled sum;
/// subtract, exponential, multiplication. LayerNorm: sum and sum of squares in one sweep (or mean
/// and variance in two); then subtract, multiply, scale and shift.
VectorWork vector_work(const Body& body, const VectorUnit& unit);

/// What follows a product in the accumulators: bias and requantisation, in one sweep; nothing if
/// neither is wanted.
VectorWork post_work(bool bias, bool requantise);

/// Cycles of a tile: per sweep, rows of ceil(columns / lanes) beats, or all elements in beats of
/// `lanes` where rows may share them; a beat takes as long as the slowest operation of the sweep.
std::int64_t vector_cycles(const VectorUnit& unit, const VectorWork& work, std::int64_t rows,
                           std::int64_t columns);

/// Cycles from the last element into the last sweep to its result; each sweep that needs the whole
/// row before it waits for the pipeline once more.
std::int64_t vector_latency(const VectorUnit& unit, const VectorWork& work);

/// An operation of the work that the unit lacks.
std::optional<VectorOp> missing_operation(const VectorUnit& unit, const VectorWork& work);

/// Operations of a tile, by kind.
std::array<std::uint64_t, kVectorOps> vector_operations(const VectorWork& work, std::int64_t rows,
                                                        std::int64_t columns);

}  // namespace saccade
