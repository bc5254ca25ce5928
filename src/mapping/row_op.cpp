#include "mapping/row_op.hpp"

#include <algorithm>
#include <stdexcept>

#include "base/overload.hpp"

namespace saccade {
namespace {

RowOp same_rows(std::int64_t rows, std::int64_t columns) {
  return {rows, columns, rows, columns, 1, false, false};
}

/// A decision looks at the first `elements` of its input, row by row, and writes all of its output.
RowOp decide_rows(const Workload& workload, const Op& op, const Decide& body) {
  const std::int64_t columns = workload.tensor(op.inputs[0].tensor).columns();
  const std::int64_t outcome = workload.tensor(op.outputs[0].tensor).elements();
  return {ceil_div(body.elements, columns),
          std::min(body.elements, columns),
          1,
          outcome,
          1,
          true,
          false};
}

}  // namespace

RowOp row_op(const Workload& workload, const Op& op) {
  return std::visit(
      Overload{
          [](const MatMul&) -> RowOp { throw std::logic_error("a product has no row form"); },
          [](const Conv2d&) -> RowOp { throw std::logic_error("a product has no row form"); },
          [](const Softmax& body) { return same_rows(body.rows, body.columns); },
          [](const Norm& body) {
            RowOp form = same_rows(body.rows, body.columns);
            form.whole_parameters = true;
            return form;
          },
          [](const Elementwise& body) { return same_rows(body.rows, body.columns); },
          [](const Reduce& body) {
            return RowOp{body.images * body.rows,
                         body.columns,
                         body.images,
                         body.columns,
                         body.images,
                         true,
                         false};
          },
          [](const Gather& body) { return same_rows(body.rows_out, body.columns); },
          [](const LayoutChange& body) { return same_rows(body.rows, body.columns); },
          [&](const Decide& body) { return decide_rows(workload, op, body); },
      },
      op.body);
}

std::int64_t row_period(const Workload& workload, const Op& op) {
  const RowOp form = row_op(workload, op);
  if (form.reduces) return form.input_rows / form.images;
  bool repeats = false;
  for (const View& view : op.inputs) {
    const bool parameter = workload.tensor(view.tensor).kind == TensorKind::parameter;
    repeats = repeats || (parameter && !form.whole_parameters);
  }
  const bool divides = form.input_rows % workload.images() == 0;
  return repeats && divides ? form.input_rows / workload.images() : form.input_rows;
}

RowSpan input_rows(const Workload& workload, const Op& op, std::size_t which, RowSpan rows) {
  const RowOp form = row_op(workload, op);
  const View& view = op.inputs[which];
  const Tensor& tensor = workload.tensor(view.tensor);
  const std::int64_t there = tensor.rows() - view.row;
  if (std::holds_alternative<Gather>(op.body)) return {view.row, view.row + there};
  if (tensor.kind == TensorKind::parameter) {
    // Parameters repeat for each image; a block that spans two images needs all of them.
    const std::int64_t period = std::max<std::int64_t>(1, form.input_rows / workload.images());
    const std::int64_t extra = std::max<std::int64_t>(0, there - period);
    const std::int64_t begin = rows.begin % period;
    const std::int64_t end = begin + rows.end - rows.begin + extra;
    if (rows.end - rows.begin >= period || end > there + extra) return {view.row, view.row + there};
    return {view.row + std::min(begin, there - 1), view.row + std::min(end, there)};
  }
  if (there >= form.input_rows) return {view.row + rows.begin, view.row + rows.end};
  // Rows in proportion: 196 patches under 197 tokens.
  const std::int64_t begin = rows.begin * there / form.input_rows;
  const std::int64_t end = ceil_div(rows.end * there, form.input_rows);
  return {view.row + begin, view.row + std::min(end, there)};
}

}  // namespace saccade
