#include "mapping/product.hpp"

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

}  // namespace saccade
