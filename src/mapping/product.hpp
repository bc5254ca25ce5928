// Matrix products and convolutions under one form: entries of m x k by k x n.
#pragma once
#include <optional>

#include "cost/conv_band.hpp"
#include "workload/workload.hpp"

namespace saccade {

/// An op that engines compute. A convolution has one entry per image and channel group; its rows
/// are output pixels, its k runs over kernel taps and channels, and the taps are gathered on the
/// fly: what is read and stored of its input are bands of pixels.
struct Product {
  std::int64_t images = 1;
  std::int64_t heads = 1;  ///< or channel groups
  std::int64_t m = 1, n = 1, k = 1;
  bool bias = false;
  std::int64_t bias_rows = 1;  ///< 2: scale and shift of a folded batch norm
  bool requantise = true;
  int accumulator_bits = 32;
  std::optional<Conv2d> conv;
  View input, weight, output;

  std::int64_t entries() const { return images * heads; }
};

/// The op as a product, or nothing if it is none. Views of a convolution are given per entry.
std::optional<Product> as_product(const Op& op);
/// The same of an op of this workload, with the rows of its bias.
std::optional<Product> as_product(const Workload& workload, const Op& op);

}  // namespace saccade
