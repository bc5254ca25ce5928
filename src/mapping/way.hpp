// The way of an operand from DRAM to the engine: what each buffer on it holds, and what passes.
#pragma once
#include "mapping/product_facts.hpp"

namespace saccade {

/// A buffer on the way.
struct WayLevel {
  BufferId buffer = -1;
  bool per_pe = false;  ///< one instance per PE
  /// Input of a convolution out of DRAM: bands of pixels with all their channels, for all chunks of
  /// a tile.
  bool bands = false;
  bool blocks = false;      ///< of bands: several tiles share the lines of an image
  std::size_t place = 0;    ///< in the nest: what the loops from here on touch is held
  std::int64_t copies = 1;  ///< PEs that hold the same
};
std::vector<WayLevel> way_of(const ProductFacts& facts, const OpSchedule& schedule, Matrix matrix);

/// Of both operands.
struct Ways {
  std::vector<WayLevel> input, weight;
  const std::vector<WayLevel>& of(Matrix matrix) const {
    return matrix == Matrix::input ? input : weight;
  }
};
Ways ways_of(const ProductFacts& facts, const OpSchedule& schedule);

/// Part of an operand that one tile of the nest touches.
struct Granule {
  Range m;  ///< output rows
  std::int64_t n = 1, k = 1;
  bool first_k = true;  ///< the chunk that brings the bias
  std::int64_t entries = 1;
};

/// Bytes of a granule.
struct GranuleBytes {
  std::int64_t useful = 0;    ///< every byte once, but for the halos of several PEs
  std::int64_t instance = 0;  ///< in the fullest of the buffer's instances
};
GranuleBytes granule_bytes(const ProductFacts& facts, const OpSchedule& schedule, Matrix matrix,
                           const WayLevel& level, const Granule& granule);

/// What the fullest PE has of a tile (all of it where there are no PEs), in `entries` entries.
GemmTile instance_tile(const ProductFacts& facts, const OpSchedule& schedule, const GemmTile& size,
                       std::int64_t* entries);

/// Bytes that a level holds at most, in one instance. With double buffering there is room for one
/// granule more than the block, unless all there ever is lies there.
std::int64_t held_bytes(const ProductFacts& facts, const OpSchedule& schedule, Matrix matrix,
                        const WayLevel& level);

/// Pixels of an image, with the halos of all PEs, that the tiles of a convolution read.
std::int64_t part_pixels(const ProductFacts& facts, const OpSchedule& schedule);

/// Useful bytes that enter a level over the whole op, each copy counted once. `pixels`: of
/// part_pixels(), for levels behind the first one of a convolution's input.
std::int64_t entering_bytes(const ProductFacts& facts, const OpSchedule& schedule, Matrix matrix,
                            const WayLevel& level, std::int64_t pixels);
inline std::int64_t entering_bytes(const ProductFacts& facts, const OpSchedule& schedule,
                                   Matrix matrix, const WayLevel& level) {
  return entering_bytes(facts, schedule, matrix, level, part_pixels(facts, schedule));
}

}  // namespace saccade
