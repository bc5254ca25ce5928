#include "mapping/product_facts.hpp"

#include "cost/vector_mac.hpp"

namespace saccade {

EngineTile engine_tile(const ProductFacts& facts, const OpSchedule& schedule, const GemmTile& size,
                       std::int64_t entries) {
  EngineTile tile;
  tile.size = size;
  tile.entries = entries;
  tile.side_by_side = facts.product.output.head_columns == size.n;
  tile.split = schedule.split;
  const auto* engine = std::get_if<VectorMac>(&facts.engine->kind);
  if (engine == nullptr) return tile;
  std::int64_t taps = 1;
  if (facts.product.conv) {
    const Conv2d& conv = *facts.product.conv;
    // Groups share a vector tap by tap.
    if (conv.groups > 1) {
      tile.pack = packed_groups(*engine, conv.in_channels / conv.groups, facts.product.n);
    }
    if (!schedule.fold_taps || tile.pack > 1) taps = conv.kernel_height * conv.kernel_width;
  }
  tile.k_vectors = k_vectors(*engine, size.k, taps);
  return tile;
}

std::vector<std::int64_t> facts_key(const ProductFacts& facts) {
  const Product& p = facts.product;
  std::vector<std::int64_t> key = {reinterpret_cast<std::intptr_t>(facts.engine),
                                   reinterpret_cast<std::intptr_t>(facts.vector_unit),
                                   p.images,
                                   p.heads,
                                   p.m,
                                   p.n,
                                   p.k,
                                   p.bias,
                                   p.bias_rows,
                                   p.requantise,
                                   p.accumulator_bits,
                                   p.weight.transposed,
                                   p.weight.image_rows,
                                   p.input.head_rows,
                                   p.input.head_columns,
                                   p.weight.head_rows,
                                   p.weight.head_columns,
                                   p.output.head_rows,
                                   p.output.head_columns,
                                   facts.input_bits,
                                   facts.weight_bits,
                                   facts.output_bits,
                                   facts.input_on_chip,
                                   facts.weight_on_chip,
                                   facts.output_on_chip,
                                   facts.output_streamed,
                                   facts.weight_is_parameter,
                                   facts.rows_outer,
                                   static_cast<std::int64_t>(facts.row_reader_cycles),
                                   p.conv.has_value()};
  if (p.conv) {
    const Conv2d& conv = *p.conv;
    key.insert(key.end(), {conv.in_height, conv.in_width, conv.kernel_height, conv.kernel_width,
                           conv.stride, conv.padding, conv.in_channels, conv.groups});
  }
  for (const auto& sweep : facts.post.sweeps) {
    for (const VectorOp operation : sweep) key.push_back(static_cast<int>(operation));
    key.push_back(-2);
  }
  for (const FollowerFacts& follower : facts.followers) {
    key.push_back(follower.bits);
    key.insert(key.end(), follower.dram_input_bits.begin(), follower.dram_input_bits.end());
    key.push_back(static_cast<std::int64_t>(follower.cycles_per_element * 1e9));
    key.push_back(-3);
  }
  return key;
}

}  // namespace saccade
