// What every kind of op covers of its operands.
#include <algorithm>

#include "base/overload.hpp"
#include "workload/workload.hpp"

namespace saccade {
namespace {

/// Rows of a bias operand: one, or scale and shift of a folded batch norm.
std::int64_t bias_rows(const View& view, const Tensor& tensor) {
  return std::clamp<std::int64_t>(tensor.rows() - view.row, 1, 2);
}

Extent stored(const View& view, Extent extent) {
  if (view.transposed) std::swap(extent.rows, extent.columns);
  return extent;
}

Extent matmul_input(const MatMul& op, std::size_t index, const View& view, const Tensor& tensor) {
  if (index == 0) return stored(view, {op.m, op.k, op.images, op.heads});
  if (index == 1) return stored(view, {op.k, op.n, op.images, op.heads});
  return {bias_rows(view, tensor), op.n, op.images, op.heads};
}

Extent conv_input(const Conv2d& op, std::size_t index, const View& view, const Tensor& tensor) {
  if (index == 0) {
    return stored(view, {op.images * op.in_height * op.in_width, op.in_channels});
  }
  if (index == 1) return stored(view, {op.k(), op.out_channels});
  return {bias_rows(view, tensor), op.out_channels};
}

Extent rest_of(const View& view, const Tensor& tensor) {
  return {std::max<std::int64_t>(1, tensor.rows() - view.row),
          std::max<std::int64_t>(1, tensor.columns() - view.column)};
}

}  // namespace

std::size_t operand_count(const Op& op) {
  return std::visit(Overload{[](const MatMul& body) { return std::size_t{body.bias ? 3u : 2u}; },
                             [](const Conv2d& body) { return std::size_t{body.bias ? 3u : 2u}; },
                             [](const Norm&) { return std::size_t{2}; },
                             [](const Elementwise& body) {
                               const bool two = body.function == ElementFunction::add ||
                                                body.function == ElementFunction::multiply;
                               return std::size_t{two ? 2u : 1u};
                             },
                             [&](const Decide&) { return op.inputs.size(); },
                             [](const auto&) { return std::size_t{1}; }},
                    op.body);
}

Extent input_extent(const Op& op, std::size_t index, const Tensor& tensor) {
  if (index >= operand_count(op)) return {};
  const View& view = op.inputs[index];
  return std::visit(
      Overload{[&](const MatMul& body) { return matmul_input(body, index, view, tensor); },
               [&](const Conv2d& body) { return conv_input(body, index, view, tensor); },
               [&](const Norm& body) -> Extent {
                 if (index == 1) return {2, body.columns};
                 return stored(view, {body.rows, body.columns});
               },
               [&](const Elementwise& body) {
                 const std::int64_t whole =
                     view.transposed ? tensor.columns() - view.column : tensor.rows() - view.row;
                 const std::int64_t rows = std::clamp<std::int64_t>(whole, 1, body.rows);
                 return stored(view, {rows, body.columns});
               },
               [&](const Reduce& body) {
                 return stored(view, {body.images * body.rows, body.columns});
               },
               [&](const Resample& body) {
                 return stored(view, {body.images * body.in_pixels(), body.channels});
               },
               [&](const Gather& body) {
                 return stored(view, {body.rows_in, body.columns});
               },
               [&](const Decide&) { return rest_of(view, tensor); },
               [&](const auto& body) {
                 return stored(view, {body.rows, body.columns});
               }},
      op.body);
}

Extent output_extent(const Op& op, const Tensor& tensor) {
  const View& view = op.outputs.front();
  return std::visit(
      Overload{[&](const MatMul& body) {
                 return stored(view, {body.m, body.n, body.images, body.heads});
               },
               [&](const Conv2d& body) {
                 return stored(view, {body.m(), body.out_channels});
               },
               [&](const Reduce& body) {
                 return stored(view, {body.images, body.columns});
               },
               [&](const Resample& body) {
                 return stored(view, {body.images * body.out_pixels(), body.channels});
               },
               [&](const Gather& body) {
                 return stored(view, {body.rows_out, body.columns});
               },
               [&](const Decide&) { return rest_of(view, tensor); },
               [&](const auto& body) {
                 return stored(view, {body.rows, body.columns});
               }},
      op.body);
}

}  // namespace saccade
