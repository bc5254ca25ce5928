// Ops without a product under one form: they take blocks of rows, with all columns unless these
// are cut as well.
#pragma once
#include "workload/workload.hpp"

namespace saccade {

struct RowOp {
  std::int64_t input_rows = 1;  ///< over which blocks run; of the first input
  std::int64_t columns = 1;
  std::int64_t output_rows = 1;
  std::int64_t output_columns = 1;
  std::int64_t images = 1;  ///< for reductions: output row i is made of input_rows / images rows
  bool reduces = false;     ///< many rows make one
  bool whole_parameters = false;  ///< its parameters belong to every row (normalisation)
  /// Columns need not come together: blocks may have some of them (pooling, resizing, whose rows
  /// read many others).
  bool columns_apart = false;
};

/// The op's form; throws std::logic_error for a product.
RowOp row_op(const Workload& workload, const Op& op);

/// Rows that come in blocks of their own: no block spans two images where each makes a row, or
/// where parameters repeat for each.
std::int64_t row_period(const Workload& workload, const Op& op);

/// Rows of input `which` that block [begin, end) of the op's rows reads. Inputs may have fewer or
/// more rows than the op (a class token is prepended, parameters repeat for each image).
struct RowSpan {
  std::int64_t begin = 0;
  std::int64_t end = 0;
};
RowSpan input_rows(const Workload& workload, const Op& op, std::size_t which, RowSpan rows);

/// Rows that block [begin, end) of a gather moves, as if they were chosen evenly: the first of them
/// and, after it, so many, each a stride of rows_in / rows_out rows behind the one before. Where
/// windows are padded there are fewer than the block has.
RowSpan gathered_rows(const Gather& gather, RowSpan rows);

}  // namespace saccade
