#include "mapping/row_op.hpp"

#include <algorithm>
#include <stdexcept>

#include "base/overload.hpp"

namespace saccade {
namespace {

RowOp same_rows(std::int64_t rows, std::int64_t columns) {
  return {rows, columns, rows, columns, 1, false, false};
}

/// A table whose rows are fewer than those that an image has: any row of the op may look it up.
bool looks_up(const Workload& workload, const Op& op, const Elementwise& body) {
  if (operand_count(op) < 2) return false;
  const Tensor& table = workload.tensor(op.inputs[1].tensor);
  return table.kind == TensorKind::parameter && table.rows() > 1 &&
         table.rows() < body.rows / workload.images();
}

/// First and behind the last line of `in` input pixels that the `taps` around output line `line` of
/// `out` touch: those with their centres (i + 1/2) within taps/2 of the output pixel's centre.
/// taps 3, in = 2 out: max pooling 3 x 3 with stride 2 and padding 1; taps 2, out = 2 in: bilinear.
RowSpan resampled_lines(std::int64_t line, std::int64_t in, std::int64_t out, std::int64_t taps) {
  // centre = (line + 1/2) in / out; first = ceil(centre - taps/2 - 1/2), all over 2 * out.
  const std::int64_t numerator = (2 * line + 1) * in - (taps + 1) * out;
  const std::int64_t first =
      numerator >= 0 ? ceil_div(numerator, 2 * out) : -(-numerator / (2 * out));
  return {std::clamp<std::int64_t>(first, 0, in - 1),
          std::clamp<std::int64_t>(first + taps, 1, in)};
}

/// Lines of the input under a block of output pixels.
RowSpan resampled_rows(const Resample& body, RowSpan rows) {
  const auto first_line = [&](std::int64_t pixel) {
    const std::int64_t line = pixel % body.out_pixels() / body.out_width;
    return resampled_lines(line, body.in_height, body.out_height, body.taps_height);
  };
  const std::int64_t begin = rows.begin / body.out_pixels() * body.in_height;
  const std::int64_t end = (rows.end - 1) / body.out_pixels() * body.in_height;
  return {(begin + first_line(rows.begin).begin) * body.in_width,
          (end + first_line(rows.end - 1).end) * body.in_width};
}

/// A decision looks at the first `elements` of its input, row by row, and writes all of its output.
RowOp decide_rows(const Workload& workload, const Op& op, const Decide& body) {
  const View& view = op.inputs[0];
  const std::int64_t columns = workload.tensor(view.tensor).columns() - view.column;
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
          [&](const Elementwise& body) {
            RowOp form = same_rows(body.rows, body.columns);
            form.whole_parameters = looks_up(workload, op, body);
            return form;
          },
          [&](const Reduce& body) {
            if (op.inputs[0].transposed && op.outputs[0].transposed) {  // along stored rows
              return RowOp{
                  body.columns, body.images * body.rows, body.columns, body.images, 1, false,
                  false};
            }
            return RowOp{body.images * body.rows,
                         body.columns,
                         body.images,
                         body.columns,
                         body.images,
                         true,
                         false};
          },
          [](const Resample& body) {
            RowOp form = same_rows(body.images * body.out_pixels(), body.channels);
            form.columns_apart = true;
            return form;
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

RowSpan gathered_rows(const Gather& gather, RowSpan rows) {
  if (gather.rows_out > gather.rows_in) {
    return {rows.begin * gather.rows_in / gather.rows_out,
            rows.end * gather.rows_in / gather.rows_out};
  }
  const std::int64_t first = rows.begin * (gather.rows_in / gather.rows_out);
  return {first, first + rows.end - rows.begin};
}

RowSpan input_rows(const Workload& workload, const Op& op, std::size_t which, RowSpan rows) {
  const RowOp form = row_op(workload, op);
  const View& view = op.inputs[which];
  const Tensor& tensor = workload.tensor(view.tensor);
  const std::int64_t there = tensor.rows() - view.row;
  if (std::holds_alternative<Gather>(op.body)) return {view.row, view.row + there};
  if (const auto* resample = std::get_if<Resample>(&op.body)) {
    const RowSpan read = resampled_rows(*resample, rows);
    return {view.row + read.begin, view.row + read.end};
  }
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
