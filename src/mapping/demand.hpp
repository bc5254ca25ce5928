// Bytes that the tiles of a running op need in each buffer.
#pragma once
#include <array>
#include <vector>

#include "cost/counters.hpp"
#include "cost/vector.hpp"
#include "hardware/accelerator.hpp"
#include "mapping/schedule.hpp"

namespace saccade {

/// Bytes by buffer.
using Demand = std::array<std::int64_t, kMaxBuffers>;

inline Demand& operator+=(Demand& a, const Demand& b) {
  for (std::size_t i = 0; i < a.size(); ++i) a[i] += b[i];
  return a;
}

/// Bytes of a demand beyond the free ones, summed over buffers; 0: it fits.
inline std::int64_t excess(const Demand& demand, const Demand& free_bytes) {
  std::int64_t sum = 0;
  for (std::size_t i = 0; i < demand.size(); ++i) {
    sum += demand[i] > free_bytes[i] ? demand[i] - free_bytes[i] : 0;
  }
  return sum;
}

/// An elementwise op on the output tiles of a product.
struct FollowerFacts {
  int bits = 8;                      ///< of its output
  std::vector<int> dram_input_bits;  ///< of each further input that is loaded from DRAM
  double cycles_per_element = 0;     ///< of its vector unit, all copies together
};

/// What the choice of tiles for a product depends on; nothing of the network around it.
struct ProductFacts {
  Product product;
  const EnginePool* engine = nullptr;
  const VectorUnit* vector_unit = nullptr;  ///< of the post-processing; null: there is none
  VectorWork post;                          ///< bias, requantisation
  int input_bits = 8, weight_bits = 8, output_bits = 8;
  bool input_on_chip = false;  ///< lies in its buffer already, or streams from the op before
  bool weight_on_chip = false;
  bool output_on_chip = false;   ///< stays whole where it is written; counted elsewhere
  bool output_streamed = false;  ///< goes on to the next anchor of the group tile by tile
  bool weight_is_parameter = true;
  bool rows_outer = false;  ///< an anchor of a row group: rows must be the outer loop
  std::vector<FollowerFacts> followers;
  /// Cycles of the op that takes whole rows of the result next (a normalisation), 0 if there is
  /// none: what of it cannot run beside this product holds up everything behind.
  double row_reader_cycles = 0;

  BufferId weight_buffer() const {
    return weight_is_parameter ? engine->storage.weight : engine->storage.dynamic_weight;
  }
};

/// Bytes of the input that an m x k tile holds: of a convolution the band of pixels for all
/// channels.
std::int64_t input_tile_bytes(const ProductFacts& facts, std::int64_t tile_m, std::int64_t tile_k);

/// Bytes of the weights in a k x n tile, with the bias that comes with the first K chunk.
std::int64_t weight_tile_bytes(const ProductFacts& facts, std::int64_t tile_k, std::int64_t tile_n,
                               bool with_bias);

/// Largest space that the tiles of a product take at the same time, tensors on chip apart.
Demand product_demand(const ProductFacts& facts, const OpSchedule& schedule);

}  // namespace saccade
