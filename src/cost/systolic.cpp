#include "cost/systolic.hpp"

#include <algorithm>

#include "base/math.hpp"

namespace saccade {
namespace {

/// The folds of a tile: row_tiles x column_tiles of them, which occupy all rows and columns that
/// are charged but for the last row tile and the last column tile.
struct Folds {
  std::int64_t stream;  ///< cycles in which a fold's operands enter one row
  std::int64_t row_tiles, column_tiles;
  std::int64_t full_rows, full_columns;  ///< of the array
  std::int64_t last_rows, last_columns;  ///< charged for the last row tile and column tile

  std::int64_t count() const { return row_tiles * column_tiles; }
  std::int64_t rows(std::int64_t i) const { return i == row_tiles - 1 ? last_rows : full_rows; }
  std::int64_t columns(std::int64_t j) const {
    return j == column_tiles - 1 ? last_columns : full_columns;
  }
};

bool output_stationary(const SystolicArray& array) {
  return array.dataflow == Dataflow::output_stationary;
}

Folds folds_of(const SystolicArray& array, const GemmTile& tile) {
  const auto folds = [&](std::int64_t stream, std::int64_t rows, std::int64_t columns) {
    const std::int64_t row_tiles = ceil_div(rows, array.rows);
    const std::int64_t column_tiles = ceil_div(columns, array.columns);
    const bool full = array.charge == FoldCharge::full;
    return Folds{stream,
                 row_tiles,
                 column_tiles,
                 array.rows,
                 array.columns,
                 full ? array.rows : rows - (row_tiles - 1) * array.rows,
                 full ? array.columns : columns - (column_tiles - 1) * array.columns};
  };
  switch (array.dataflow) {
    case Dataflow::weight_stationary:
      return folds(tile.m, tile.k, tile.n);
    case Dataflow::input_stationary:
      return folds(tile.n, tile.k, tile.m);
    case Dataflow::output_stationary:
      break;
  }
  return folds(tile.k, tile.m, tile.n);
}

/// Cycles from the last operand that enters PE (0, 0) to the last result of a fold of so many rows
/// and columns: the skew, and then, output-stationary, the way out.
std::int64_t tail_cycles(const SystolicArray& array, std::int64_t rows, std::int64_t columns) {
  const std::int64_t exit_rows =
      array.charge == FoldCharge::ragged_short_exit ? rows : std::int64_t{array.rows};
  if (!output_stationary(array)) return exit_rows + columns - 2;
  const bool moves = array.readout == Readout::shifted || array.readout == Readout::pipelined;
  return rows + columns - 2 + (moves ? exit_rows : 0);
}

bool folds_overlap(const SystolicArray& array) {
  if (!output_stationary(array)) return array.double_buffered_weights;
  return array.readout == Readout::pipelined || array.readout == Readout::back_to_back;
}

/// Sum over folds that wait for each other: load, if an operand is held, stream and tail of each.
std::int64_t serial_cycles(const SystolicArray& array, const Folds& folds) {
  const auto group = [&](std::int64_t count, std::int64_t rows, std::int64_t columns) {
    const std::int64_t load = output_stationary(array) ? 0 : rows;
    return count * (load + folds.stream + tail_cycles(array, rows, columns));
  };
  const std::int64_t i = folds.row_tiles - 1;
  const std::int64_t j = folds.column_tiles - 1;
  return group(i * j, folds.full_rows, folds.full_columns) +
         group(i, folds.full_rows, folds.last_columns) +
         group(j, folds.last_rows, folds.full_columns) +
         group(1, folds.last_rows, folds.last_columns);
}

/// Cycles from when fold (0, 0) begins to stream until fold (i, j) does, where folds overlap.
std::int64_t stream_start(const SystolicArray& array, const Folds& folds, std::int64_t i,
                          std::int64_t j) {
  // Folds that hold back a later one by their rows: shadow registers drain those of the fold that
  // ends, double-buffered weights load those of the fold that begins.
  std::int64_t full = 0;
  std::int64_t last = 0;
  if (!output_stationary(array)) {  // i is the inner loop; folds 1 to (i, j)
    last = j + (i == folds.row_tiles - 1 ? 1 : 0) - (folds.row_tiles == 1 ? 1 : 0);
    full = j * folds.row_tiles + i - last;
  } else if (array.readout == Readout::pipelined) {  // j is the inner loop; folds up to (i, j)
    last = i == folds.row_tiles - 1 ? j : 0;
    full = i * folds.column_tiles + j - last;
  } else {
    return (i * folds.column_tiles + j) * folds.stream;
  }
  return full * std::max(folds.stream, folds.full_rows) +
         last * std::max(folds.stream, folds.last_rows);
}

/// Cycles from the start of a tile until its first fold streams, where folds overlap.
std::int64_t lead_cycles(const SystolicArray& array, const Folds& folds, const ArrayState& before,
                         std::int64_t idle_cycles, std::int64_t ready_cycles) {
  if (!output_stationary(array)) {
    // The second weight registers are free from when the fold before began to stream.
    const std::int64_t hidden =
        before.valid ? std::min(ready_cycles, before.stream + idle_cycles) : 0;
    return std::max<std::int64_t>(0, folds.rows(0) - hidden);
  }
  if (array.readout != Readout::pipelined || !before.valid) return 0;
  // The shadow registers take a fold's results when the rows of the fold before have left them.
  return std::max<std::int64_t>(0, before.rows - folds.stream - idle_cycles);
}

}  // namespace

std::int64_t gemm_cycles(const SystolicArray& array, const GemmTile& tile) {
  return tile_timing(array, tile, {}, 0, 0, nullptr).completes;
}

std::int64_t fold_count(const SystolicArray& array, const GemmTile& tile) {
  return folds_of(array, tile).count();
}

ArrayTiming tile_timing(const SystolicArray& array, const GemmTile& tile, const ArrayState& before,
                        std::int64_t idle_cycles, std::int64_t ready_cycles, ArrayState* after) {
  const Folds folds = folds_of(array, tile);
  ArrayTiming timing;
  if (folds_overlap(array)) {
    const std::int64_t first = lead_cycles(array, folds, before, idle_cycles, ready_cycles);
    const std::int64_t last_i = folds.row_tiles - 1;
    const std::int64_t last_j = folds.column_tiles - 1;
    timing.occupies = first + stream_start(array, folds, last_i, last_j) + folds.stream;
    // A ragged fold may end before a wider one ahead of it; of equal ones the latest ends last.
    for (std::int64_t i = std::max<std::int64_t>(0, last_i - 1); i <= last_i; ++i) {
      for (std::int64_t j = std::max<std::int64_t>(0, last_j - 1); j <= last_j; ++j) {
        const std::int64_t end = first + stream_start(array, folds, i, j) + folds.stream +
                                 tail_cycles(array, folds.rows(i), folds.columns(j));
        timing.completes = std::max(timing.completes, end);
      }
    }
  } else {
    timing.occupies = timing.completes = serial_cycles(array, folds);
  }
  timing.ideal =
      ceil_div(tile.m * tile.n * tile.k, std::int64_t{array.rows} * std::int64_t{array.columns});
  timing.quantisation = folds.count() * folds.stream - timing.ideal;
  timing.fill_drain = timing.completes - timing.ideal - timing.quantisation;
  if (after != nullptr) *after = {true, folds.stream, folds.last_rows};
  return timing;
}

TileAccesses tile_accesses(const SystolicArray& array, const GemmTile& tile, bool accumulate) {
  const std::int64_t results = tile.m * tile.n;
  const std::int64_t earlier = accumulate ? results : 0;
  const std::int64_t a = tile.m * tile.k;
  const std::int64_t b = tile.k * tile.n;
  const std::int64_t k_folds = ceil_div(tile.k, array.rows);
  switch (array.dataflow) {
    case Dataflow::weight_stationary:
      return {a * ceil_div(tile.n, array.columns), b, results * (k_folds - 1) + earlier,
              results * k_folds};
    case Dataflow::input_stationary:
      return {a, b * ceil_div(tile.m, array.columns), results * (k_folds - 1) + earlier,
              results * k_folds};
    case Dataflow::output_stationary:
      break;
  }
  return {a * ceil_div(tile.n, array.columns), b * ceil_div(tile.m, array.rows), earlier, results};
}

FoldSize fold_size(const SystolicArray& array) {
  switch (array.dataflow) {
    case Dataflow::weight_stationary:
      return {0, array.columns, array.rows};
    case Dataflow::input_stationary:
      return {array.columns, 0, array.rows};
    case Dataflow::output_stationary:
      break;
  }
  return {array.rows, array.columns, 0};
}

OperandOrder operand_order(Dataflow dataflow) {
  return {dataflow != Dataflow::input_stationary, dataflow != Dataflow::weight_stationary};
}

}  // namespace saccade
