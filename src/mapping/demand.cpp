#include "mapping/demand.hpp"

#include <algorithm>

namespace saccade {
namespace {

/// Largest band of any tile of tile_m output rows: in the middle of the image nothing is clipped.
std::int64_t band_pixels(const Conv2d& conv, std::int64_t tile_m) {
  const std::int64_t width = conv.out_width();
  const std::int64_t lines_out = ceil_div(tile_m, width);
  const std::int64_t lines =
      std::min(conv.in_height, (lines_out - 1) * conv.stride + conv.kernel_height);
  if (tile_m >= width) return lines * conv.in_width;
  return lines * std::min(conv.in_width, (tile_m - 1) * conv.stride + conv.kernel_width);
}

/// Regions of `tile` bytes that are there at once.
std::int64_t kept_bytes(Keep keep, std::int64_t tile, std::int64_t block, std::int64_t whole,
                        bool double_buffered) {
  switch (keep) {
    case Keep::tile:
      return double_buffered ? 2 * tile : tile;
    case Keep::block:
      return double_buffered ? block + tile : block;
    case Keep::whole:
      break;
  }
  return whole;
}

std::int64_t input_bytes(const ProductFacts& facts, const OpSchedule& schedule) {
  const Product& product = facts.product;
  const GemmTile& tile = schedule.tile();
  const std::int64_t one = input_tile_bytes(facts, tile.m, tile.k);
  if (product.conv) {
    const Conv2d& conv = *product.conv;
    const std::int64_t whole = conv.in_height * conv.in_width *
                               packed_bytes(conv.in_channels / conv.groups, facts.input_bits);
    return kept_bytes(schedule.keep_input, one, one, whole, schedule.double_buffered);
  }
  const std::int64_t chunks = ceil_div(product.k, tile.k);
  const std::int64_t blocks = ceil_div(product.m, tile.m);
  return kept_bytes(schedule.keep_input, one, chunks * one, blocks * chunks * one,
                    schedule.double_buffered);
}

std::int64_t weight_bytes(const ProductFacts& facts, const OpSchedule& schedule) {
  const GemmTile& tile = schedule.tile();
  const std::int64_t one = weight_tile_bytes(facts, tile.k, tile.n, true);
  const std::int64_t chunks = ceil_div(facts.product.k, tile.k);
  const std::int64_t blocks = ceil_div(facts.product.n, tile.n);
  return kept_bytes(schedule.keep_weight, one, chunks * one, blocks * chunks * one,
                    schedule.double_buffered);
}

}  // namespace

std::int64_t input_tile_bytes(const ProductFacts& facts, std::int64_t tile_m, std::int64_t tile_k) {
  const Product& product = facts.product;
  if (product.conv) {
    const Conv2d& conv = *product.conv;
    return band_pixels(conv, tile_m) *
           packed_bytes(conv.in_channels / conv.groups, facts.input_bits);
  }
  return std::min(tile_m, product.m) * packed_bytes(std::min(tile_k, product.k), facts.input_bits);
}

std::int64_t weight_tile_bytes(const ProductFacts& facts, std::int64_t tile_k, std::int64_t tile_n,
                               bool with_bias) {
  const std::int64_t k = std::min(tile_k, facts.product.k);
  const std::int64_t n = std::min(tile_n, facts.product.n);
  const bool bias = with_bias && facts.product.bias;
  // A stored activation has rows of k (a transposed view) or of n; whole bytes per row.
  const std::int64_t matrix = facts.weight_is_parameter ? packed_bytes(k * n, facts.weight_bits)
                              : facts.product.weight.transposed
                                  ? n * packed_bytes(k, facts.weight_bits)
                                  : k * packed_bytes(n, facts.weight_bits);
  return matrix +
         (bias ? facts.product.bias_rows * packed_bytes(n, facts.product.accumulator_bits) : 0);
}

Demand product_demand(const ProductFacts& facts, const OpSchedule& schedule) {
  Demand demand{};
  const auto add = [&](BufferId buffer, std::int64_t bytes) {
    demand[static_cast<std::size_t>(buffer)] += bytes;
  };
  const EngineStorage& storage = facts.engine->storage;
  const std::int64_t m = std::min(schedule.tile().m, facts.product.m);
  const std::int64_t n = std::min(schedule.tile().n, facts.product.n);
  const std::int64_t copies = schedule.double_buffered ? 2 : 1;
  if (!facts.input_on_chip) add(storage.input, input_bytes(facts, schedule));
  if (!facts.weight_on_chip) add(facts.weight_buffer(), weight_bytes(facts, schedule));
  add(storage.partial_sum, copies * m * packed_bytes(n, facts.product.accumulator_bits));
  if (facts.vector_unit == nullptr) return demand;
  const BufferId out = facts.vector_unit->output;
  std::int64_t passing = 0;  // tiles between the accumulators and their home
  int bits = facts.output_bits;
  for (const FollowerFacts& follower : facts.followers) {
    passing += m * packed_bytes(n, bits);
    for (const int input : follower.dram_input_bits) passing += m * packed_bytes(n, input);
    bits = follower.bits;
  }
  if (facts.output_streamed) {
    passing += m * ceil_div(facts.product.n, n) * packed_bytes(n, bits);  // a whole row block
  } else if (!facts.output_on_chip) {
    passing += m * packed_bytes(n, bits);
  }
  add(out, copies * passing);
  return demand;
}

}  // namespace saccade
