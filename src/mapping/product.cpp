#include "mapping/product.hpp"

#include <algorithm>

namespace saccade {
namespace {

Product from_matmul(const Op& op, const MatMul& body) {
  Product product;
  product.images = body.images;
  product.heads = body.heads;
  product.m = body.m;
  product.n = body.n;
  product.k = body.k;
  product.bias = body.bias;
  product.requantise = body.requantise;
  product.accumulator_bits = body.accumulator_bits;
  product.input = op.inputs[0];
  product.weight = op.inputs[1];
  product.output = op.outputs[0];
  return product;
}

Product from_conv(const Op& op, const Conv2d& body) {
  Product product;
  product.images = body.images;
  product.heads = body.groups;
  product.m = body.out_height() * body.out_width();
  product.n = body.n();
  product.k = body.k();
  product.bias = body.bias;
  product.requantise = body.requantise;
  product.accumulator_bits = body.accumulator_bits;
  product.conv = body;
  product.input = op.inputs[0];
  product.input.image_rows = body.in_height * body.in_width;
  product.input.head_columns = body.in_channels / body.groups;
  product.weight = op.inputs[1];
  product.output = op.outputs[0];
  product.output.image_rows = product.m;
  product.output.head_columns = product.n;
  return product;
}

/// Input positions along one axis that outputs [begin, end) read, within [0, size).
Range reach(Range outputs, std::int64_t stride, std::int64_t padding, std::int64_t kernel,
            std::int64_t size) {
  const std::int64_t begin = outputs.begin * stride - padding;
  const std::int64_t end = (outputs.end - 1) * stride - padding + kernel;
  return {std::clamp<std::int64_t>(begin, 0, size), std::clamp<std::int64_t>(end, 0, size)};
}

}  // namespace

std::optional<Product> as_product(const Op& op) {
  if (const auto* matmul = std::get_if<MatMul>(&op.body)) return from_matmul(op, *matmul);
  if (const auto* conv = std::get_if<Conv2d>(&op.body)) return from_conv(op, *conv);
  return std::nullopt;
}

std::optional<Product> as_product(const Workload& workload, const Op& op) {
  std::optional<Product> product = as_product(op);
  if (product && product->bias) {
    product->bias_rows = input_extent(op, 2, workload.tensor(op.inputs[2].tensor)).rows;
  }
  return product;
}

PixelBand conv_band(const Conv2d& conv, Range m) {
  const std::int64_t width = conv.out_width();
  const Range lines = {m.begin / width, (m.end - 1) / width + 1};
  Range columns = {0, width};
  if (lines.size() == 1) columns = {m.begin % width, (m.end - 1) % width + 1};
  return {reach(lines, conv.stride, conv.padding, conv.kernel_height, conv.in_height),
          reach(columns, conv.stride, conv.padding, conv.kernel_width, conv.in_width)};
}

}  // namespace saccade
