// Masks that rules and random numbers draw, the same for the same seed.
#pragma once
#include <cstdint>
#include <variant>
#include <vector>

#include "base/schema.hpp"
#include "workload/mask.hpp"

namespace saccade {

struct MaskShape {
  std::int64_t blocks = 1;
  std::int64_t heads = 1;
  std::int64_t queries = 1;
  std::int64_t keys = 1;
  std::uint32_t seed = 1;  ///< each block and head has numbers of its own
};

/// Each entry is kept with probability `density`; exactly round(density * entries) if `exact`.
struct UniformMask : MaskShape {
  double density = 1;
  bool exact = false;
};

/// Entries at most `radius` beside the diagonal, and the first `globals` queries and keys whole.
struct BandMask : MaskShape {
  std::int64_t radius = 0;
  std::int64_t globals = 0;
};

/// Patches at most `radius` apart in both directions of an image `width` patches wide. `globals`
/// tokens stand before the patches and are kept whole.
struct GridMask : MaskShape {
  std::int64_t width = 1;
  std::int64_t radius = 0;
  std::int64_t globals = 0;
};

/// Each entry is kept with probability `density`, and correlates with that of the query before.
struct CorrelatedMask : MaskShape {
  double density = 1;
  double correlation = 0;
};

/// What is kept in a head.
struct HeadCounts {
  std::int64_t block = 0;
  std::int64_t head = 0;
  std::int64_t kept = 0;
  std::int64_t globals = 0;         ///< columns with more than the threshold
  std::int64_t global_entries = 0;  ///< entries in these columns
};

/// Exactly these counts; as much of the diagonal is kept as they leave room for.
struct PolarisedMask {
  std::int64_t queries = 1;
  std::int64_t keys = 1;
  std::uint32_t seed = 1;
  std::int64_t threshold = 50;
  std::int64_t whole_queries = 0;  ///< the first ones keep all keys, as a class token does
  std::vector<HeadCounts> counts;  ///< ascending by block and head, without gaps
};

using MaskGenerator = std::variant<UniformMask, BandMask, GridMask, CorrelatedMask, PolarisedMask>;

/// An object whose 'kind' says which generator it is.
Type<MaskGenerator> mask_generator_type();

/// The maps of all blocks.
std::vector<HeadMaps> generated_maps(const MaskGenerator& generator);

}  // namespace saccade
