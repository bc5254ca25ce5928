// Sizes that tiles of a product may have in each dimension.
#pragma once
#include <optional>
#include <vector>

#include "mapping/pins.hpp"
#include "mapping/product_facts.hpp"

namespace saccade {

/// Sizes from `base`, doubling, up to `full` itself.
std::vector<std::int64_t> doubling(std::int64_t base, std::int64_t full);

/// Rows, ascending. Of a convolution whole lines of the output, or parts of one.
std::vector<std::int64_t> tile_rows(const ProductFacts& facts);

/// Columns, ascending.
std::vector<std::int64_t> tile_columns(const ProductFacts& facts);

/// Chunks of k, largest first. Of a convolution a chunk has some channels of every tap.
std::vector<std::int64_t> tile_chunks(const ProductFacts& facts);

/// The size of tiles in a dimension, if it is pinned.
std::optional<std::int64_t> pinned_size(const Product& product, const Pins& pins, Dim dim);

}  // namespace saccade
