// Operators: a closed set of bodies, so that a new kind is a compile error wherever it matters.
#pragma once
#include <cstdint>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "base/math.hpp"

namespace saccade {

using TensorId = int;  ///< index into Workload::tensors()

/// Part of a tensor that an op reads or writes. Batch entry (image i, head h) sees the matrix that
/// starts at row `row + i * image_rows + h * head_rows` and column `column + h * head_columns`; its
/// extent is the op's. `transposed`: the op's matrix is the transpose of the stored one.
struct View {
  TensorId tensor = -1;
  std::int64_t row = 0;
  std::int64_t column = 0;
  std::int64_t image_rows = 0;
  std::int64_t head_rows = 0;
  std::int64_t head_columns = 0;
  bool transposed = false;
};

/// C[m x n] = A[m x k] B[k x n] + bias, for every (image, head). Inputs: A, B, and the bias (one
/// row of n parameters) where `bias`; output: C. Sums are kept at accumulator_bits and requantised
/// to the bits of the output tensor where `requantise`.
struct MatMul {
  std::int64_t images = 1;
  std::int64_t heads = 1;
  std::int64_t m = 1;
  std::int64_t n = 1;
  std::int64_t k = 1;
  bool bias = false;
  int accumulator_bits = 32;
  bool requantise = true;
};

/// Inputs: X (images*in_height*in_width rows of in_channels columns), weights (k rows: kernel row,
/// kernel column, input channel; out_channels columns), and the bias where `bias`: one row of
/// out_channels parameters, or two (scale and shift of a batch norm folded into the
/// requantisation); output: images*out_height*out_width rows of out_channels columns.
struct Conv2d {
  std::int64_t images = 1;
  std::int64_t in_channels = 1;
  std::int64_t out_channels = 1;
  std::int64_t in_height = 1;
  std::int64_t in_width = 1;
  std::int64_t kernel_height = 1;
  std::int64_t kernel_width = 1;
  std::int64_t stride = 1;
  std::int64_t padding = 0;
  std::int64_t groups = 1;
  bool bias = false;
  int accumulator_bits = 32;
  bool requantise = true;

  std::int64_t out_height() const { return (in_height + 2 * padding - kernel_height) / stride + 1; }
  std::int64_t out_width() const { return (in_width + 2 * padding - kernel_width) / stride + 1; }
  /// As a product per group: m x k by k x n.
  std::int64_t m() const { return images * out_height() * out_width(); }
  std::int64_t n() const { return out_channels / groups; }
  std::int64_t k() const { return kernel_height * kernel_width * in_channels / groups; }
};

/// How a nonlinear function is computed: by the operation that the vector unit has for it, or by
/// polynomials of low degree, which need adders, multipliers and comparators alone.
enum class Nonlinear { exact, polynomial };

/// Over each row, in the sweeps that the vector unit's description states.
struct Softmax {
  std::int64_t rows = 1;
  std::int64_t columns = 1;
  Nonlinear nonlinear = Nonlinear::exact;
};

enum class NormKind { layer, batch };

/// Inputs: X and the parameters (2 x columns).
struct Norm {
  NormKind kind = NormKind::layer;
  std::int64_t rows = 1;
  std::int64_t columns = 1;
};

enum class ElementFunction {
  add,
  multiply,
  scale,
  relu,
  gelu,
  silu,
  hardswish,
  sigmoid,
  requantise,
  mask  ///< entries that may not attend become the lowest value, by their places alone
};

/// Output rows x columns; an input may have fewer rows (a class token is prepended, a row of
/// parameters is repeated). Parameters of fewer rows than an image has are a table that any row
/// may look up.
struct Elementwise {
  ElementFunction function = ElementFunction::add;
  std::int64_t rows = 1;
  std::int64_t columns = 1;
  Nonlinear nonlinear = Nonlinear::exact;
};

enum class ReduceFunction { sum, mean, maximum };

/// rows x columns to one row per image, each of `rows` consecutive input rows.
struct Reduce {
  ReduceFunction function = ReduceFunction::mean;
  std::int64_t images = 1;
  std::int64_t rows = 1;
  std::int64_t columns = 1;
};

enum class ResampleFunction { maximum, mean, bilinear, nearest };

/// Pooling and resizing: images of in_height x in_width pixels (rows) and `channels` columns to
/// out_height x out_width, each output pixel made of the taps_height x taps_width input pixels
/// around its place, as far as they lie inside the image.
struct Resample {
  ResampleFunction function = ResampleFunction::bilinear;
  std::int64_t images = 1;
  std::int64_t channels = 1;
  std::int64_t in_height = 1;
  std::int64_t in_width = 1;
  std::int64_t out_height = 1;
  std::int64_t out_width = 1;
  std::int64_t taps_height = 1;
  std::int64_t taps_width = 1;

  std::int64_t in_pixels() const { return in_height * in_width; }
  std::int64_t out_pixels() const { return out_height * out_width; }
};

/// Moves chosen rows together: rows_out of rows_in, each of `columns`. In windows of an image that
/// are padded, rows_out is more than rows_in.
struct Gather {
  std::int64_t rows_in = 1;
  std::int64_t rows_out = 1;
  std::int64_t columns = 1;
};

/// Rewrites a matrix in another order in memory; the shape stays.
struct LayoutChange {
  std::int64_t rows = 1;
  std::int64_t columns = 1;
};

enum class DecideFunction {
  threshold,  ///< compares each value with a constant
  entropy,    ///< of the softmax over all values, compared with a constant
  top_k,      ///< finds the `kept` largest values
  sort        ///< orders all values
};

/// Writes the outcome of a decision over `elements` values.
struct Decide {
  std::int64_t elements = 1;
  DecideFunction function = DecideFunction::threshold;
  std::int64_t kept = 1;  ///< of a top_k
};

using Body = std::variant<MatMul, Conv2d, Softmax, Norm, Elementwise, Reduce, Resample, Gather,
                          LayoutChange, Decide>;

enum class Role { stem, projection, core_attention, ffn, norm, head, decision, codec, layout };

struct Op {
  std::string name;  ///< unique in its workload
  int block = -1;    ///< index of the transformer block, -1 outside
  Role role = Role::stem;
  Body body;
  std::vector<View> inputs;
  std::vector<View> outputs;
  int fusion_group = -1;  ///< ops of one group run interleaved by row block; -1: the mapper decides
  int co_schedule = -1;   ///< ops of one id share an engine pool at the same time; -1: alone
  std::string
      engine_hint;  ///< name or kind of the engine it should run on; "" = the mapper decides
};

/// Names of the closed sets, as files write them.
const std::vector<std::pair<std::string, ElementFunction>>& element_functions();
const std::vector<std::pair<std::string, Role>>& roles();
const std::vector<std::pair<std::string, ResampleFunction>>& resample_functions();
const std::vector<std::pair<std::string, DecideFunction>>& decide_functions();
const std::vector<std::pair<std::string, Nonlinear>>& nonlinears();

/// "matmul", "conv2d", "softmax", "layernorm", "batchnorm", "add", "gelu", "resize", "maxpool", ...
std::string kind_name(const Body& body);
std::string role_name(Role role);

/// Multiply-accumulates of the op (bias, normalisation and activation are not MACs).
std::int64_t macs(const Body& body);

/// Elements of the op's output, over all images and heads.
std::int64_t output_elements(const Body& body);

}  // namespace saccade
