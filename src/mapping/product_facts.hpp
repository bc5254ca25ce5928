// What the choice of tiles for a product depends on; nothing of the network around it.
#pragma once
#include <array>
#include <vector>

#include "cost/counters.hpp"
#include "cost/vector.hpp"
#include "hardware/accelerator.hpp"
#include "mapping/product.hpp"
#include "mapping/schedule.hpp"

namespace saccade {

/// An elementwise op on the output tiles of a product.
struct FollowerFacts {
  int bits = 8;                      ///< of its output
  std::vector<int> dram_input_bits;  ///< of each further input that is loaded from DRAM
  double cycles_per_element = 0;     ///< of its vector unit, all copies together
};

struct ProductFacts {
  Product product;
  const EnginePool* engine = nullptr;
  const std::vector<Buffer>* buffers = nullptr;
  const VectorUnit* vector_unit = nullptr;  ///< of the post-processing; null: there is none
  VectorWork post;                          ///< bias, requantisation
  int input_bits = 8, weight_bits = 8, output_bits = 8;
  bool input_on_chip = false;  ///< lies in the first buffer of its way, or streams there
  bool weight_on_chip = false;
  bool output_on_chip = false;   ///< stays whole where it is written; counted elsewhere
  bool output_streamed = false;  ///< goes on to the next anchor of the group tile by tile
  bool weight_is_parameter = true;
  bool rows_outer = false;  ///< an anchor of a row group: rows must be the outer loop
  std::vector<FollowerFacts> followers;
  /// Buffers in which tensors may stay between ops, so that less than all of them may be free.
  std::array<bool, kMaxBuffers> may_be_taken{};
  /// Cycles of the op that takes whole rows of the result next (a normalisation), 0 if there is
  /// none: what of it cannot run beside this product holds up everything behind.
  double row_reader_cycles = 0;

  const std::vector<BufferId>& way(Matrix matrix) const {
    const EngineStorage& storage = engine->storage;
    if (matrix == Matrix::input) return storage.input;
    return weight_is_parameter ? storage.weight : storage.dynamic_weight;
  }
  bool on_chip(Matrix matrix) const {
    return matrix == Matrix::input ? input_on_chip : weight_on_chip;
  }
  int bits(Matrix matrix) const { return matrix == Matrix::input ? input_bits : weight_bits; }
  const Buffer& buffer(BufferId id) const { return (*buffers)[static_cast<std::size_t>(id)]; }
  /// Sums have the engine's width, whatever the op says of its bias.
  int sum_bits() const { return engine->accumulator_bits; }
  RowTiles rows(std::int64_t tile_m) const {
    return {product.m, tile_m, product.conv ? product.conv->out_width() : 0};
  }
  /// Whether all images read the same weights, so that these may stay from one to the next.
  bool weight_shared() const {
    return weight_is_parameter && product.heads == 1 && product.weight.image_rows == 0;
  }
};

/// The tile of an engine for rows x columns x k of each of `entries` products.
EngineTile engine_tile(const ProductFacts& facts, const OpSchedule& schedule, const GemmTile& size,
                       std::int64_t entries);

/// Everything that the ways to run a product depend on, as a key: equal ops need one search.
std::vector<std::int64_t> facts_key(const ProductFacts& facts);

}  // namespace saccade
