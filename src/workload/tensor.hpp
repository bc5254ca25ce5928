// Tensors: the only place where sparsity, precision, compression and order in memory live.
#pragma once
#include <cstdint>
#include <string>
#include <variant>
#include <vector>

#include "base/math.hpp"

namespace saccade {

/// Every entry is kept.
struct DenseData {};

/// At most n of every m consecutive entries along the last axis are not zero.
struct StructuredData {
  int n = 1;
  int m = 1;
};

/// Only some entries are kept; `kept` counts them per head (or once for a tensor without heads).
struct MaskedData {
  std::vector<std::int64_t> kept;
};

/// Entries within `radius` of the diagonal, and `globals` whole rows and columns.
struct BandedData {
  std::int64_t radius = 0;
  std::int64_t globals = 0;
};

using Density = std::variant<DenseData, StructuredData, MaskedData, BandedData>;

/// A compressed form that a tensor has in transit. `axis` is the one that the code mixes, so that a
/// transfer covers it whole; bytes in transit are `ratio` of the plain ones.
struct Encoding {
  int axis = 0;
  double ratio = 1.0;
};

/// Order in memory: rows one after the other; all rows of a head, then the next head; or columns
/// one after the other (a transposed matrix, which a row-addressed buffer cannot read in place).
enum class DataOrder { row_major, head_major, column_major };

/// What a tensor is to the network: activations are made by ops, parameters come with the model.
enum class TensorKind { activation, parameter, network_input, network_output };

struct Tensor {
  std::string name;
  std::vector<std::int64_t> shape;  ///< outermost first; a matrix is rows x columns
  int bits = 8;
  TensorKind kind = TensorKind::activation;
  Density density = DenseData{};
  Encoding encoding;
  DataOrder order = DataOrder::row_major;

  std::int64_t columns() const { return shape.empty() ? 1 : shape.back(); }
  std::int64_t rows() const { return elements() / columns(); }
  std::int64_t elements() const {
    std::int64_t product = 1;
    for (const std::int64_t extent : shape) product *= extent;
    return product;
  }
  /// Bytes of one row, rounded up to whole bytes: the pitch of the tensor in memory.
  std::int64_t row_bytes() const { return ceil_div(columns() * bits, 8); }
  std::int64_t bytes() const { return rows() * row_bytes(); }
};

}  // namespace saccade
