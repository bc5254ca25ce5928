#include "mapping/tile_sizes.hpp"

#include <algorithm>

namespace saccade {
namespace {

/// Streamed dimensions have no fold; tiles shorter than this are not worth their task.
constexpr std::int64_t kStreamBase = 16;

std::int64_t base_of(std::int64_t fold) { return fold > 1 ? fold : kStreamBase; }

/// Output pixels of the smallest tile within a line: `base`, or fewer where what these read would
/// fill the first buffer on the way with one band (large strides, many channels).
std::int64_t least_pixels(const ProductFacts& facts, std::int64_t base) {
  const Conv2d& conv = *facts.product.conv;
  const std::int64_t there = facts.buffer(facts.way(Matrix::input).front()).bytes;
  const auto band = [&](std::int64_t pixels) {
    return conv_block_pixels(conv, pixels, pixels) *
           packed_bytes(conv.in_channels, facts.input_bits);
  };
  std::int64_t pixels = std::min(base, conv.out_width());
  while (pixels > 1 && 2 * band(pixels) > there) pixels = ceil_div(pixels, 2);
  return pixels;
}

/// Columns of the smallest tile: `base`, or fewer, which leave lanes of PEs idle, where the
/// smallest chunk of so many (all taps of a large kernel) is more than the buffer that feeds a PE
/// holds.
std::int64_t least_columns(const ProductFacts& facts, std::int64_t base) {
  if (!std::holds_alternative<VectorMac>(facts.engine->kind)) return base;
  const Product& product = facts.product;
  const std::int64_t bias =
      product.bias ? product.bias_rows * packed_bytes(1, product.accumulator_bits) : 0;
  const std::int64_t column = packed_bytes(tile_chunks(facts).back(), facts.weight_bits) + bias;
  const std::int64_t there = facts.buffer(facts.way(Matrix::weight).back()).bytes;
  std::int64_t columns = base;
  while (columns > 1 && columns * column > there) columns = ceil_div(columns, 2);
  return columns;
}

}  // namespace

std::vector<std::int64_t> doubling(std::int64_t base, std::int64_t full) {
  std::vector<std::int64_t> sizes;
  for (std::int64_t size = std::min(base, full); size < full; size *= 2) sizes.push_back(size);
  sizes.push_back(full);
  return sizes;
}

std::vector<std::int64_t> tile_rows(const ProductFacts& facts) {
  const FoldSize fold = engine_fold(facts.engine->kind);
  const Product& product = facts.product;
  if (!product.conv) return doubling(base_of(fold.m), product.m);
  const std::int64_t width = product.conv->out_width();
  std::vector<std::int64_t> sizes;
  // Bands of channel groups are whole lines.
  if (product.conv->groups == 1) {
    for (const std::int64_t size : doubling(least_pixels(facts, base_of(fold.m)), width)) {
      if (size < width) sizes.push_back(size);
    }
  }
  for (const std::int64_t lines : doubling(1, product.conv->out_height())) {
    sizes.push_back(lines * width);
  }
  return sizes;
}

std::vector<std::int64_t> tile_columns(const ProductFacts& facts) {
  const std::int64_t base = std::min(base_of(engine_fold(facts.engine->kind).n), facts.product.n);
  return doubling(least_columns(facts, base), facts.product.n);
}

std::vector<std::int64_t> tile_chunks(const ProductFacts& facts) {
  const Product& product = facts.product;
  const std::int64_t fold = engine_fold(facts.engine->kind).k;
  const bool vectors = std::holds_alternative<VectorMac>(facts.engine->kind);
  const std::int64_t taps =
      product.conv && vectors ? product.conv->kernel_height * product.conv->kernel_width : 1;
  const std::int64_t depth = product.k / taps;
  std::vector<std::int64_t> sizes;
  // 1, 2, 3, 4, 6, 8, 12, 16, ... parts: inner dimensions of networks are 3 * 2^n often.
  for (std::int64_t parts = 1; parts <= depth;
       parts += (parts & (parts - 1)) == 0 ? std::max<std::int64_t>(1, parts / 2) : parts / 3) {
    const std::int64_t part = std::min(depth, round_up(ceil_div(depth, parts), base_of(fold)));
    const std::int64_t size = part * taps;
    if (sizes.empty() || sizes.back() != size) sizes.push_back(size);
  }
  return sizes;
}

std::optional<std::int64_t> pinned_size(const Product& product, const Pins& pins, Dim dim) {
  const GemmTile size = {product.m, product.n, product.k};
  if (!pins.loops.empty()) return extent(Nest{size, pins.loops}.tile(), dim);
  const auto& pinned = dim == Dim::m ? pins.tile_m : dim == Dim::n ? pins.tile_n : pins.tile_k;
  if (!pinned) return std::nullopt;
  return std::min(*pinned, extent(size, dim));
}

}  // namespace saccade
