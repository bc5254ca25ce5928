// Builds workloads op by op, with the operators that families of models share.
#pragma once
#include <string>
#include <utility>
#include <vector>

#include "workload/workload.hpp"

namespace saccade {

/// Widths of the tensors that a builder adds, by what they hold.
struct BitWidths {
  int activation = 8;    ///< activations, the image, embeddings and the network's outputs
  int weight = 8;        ///< weights of linear layers and convolutions
  int accumulator = 32;  ///< sums of products before requantisation, and biases, which start them
  int norm = 16;         ///< scale and shift of norms
  int score = 8;         ///< attention scores before and after softmax, and their position biases
};

/// What is added to the sums of a product or convolution.
enum class Bias {
  none,
  vector,      ///< one parameter per output column
  batch_norm,  ///< a batch norm folded into the requantisation: scale and shift per output column
};

/// The two products of attention over `images` batch entries (images, or windows of images) and
/// heads: `queries` x `key_width` by `key_width` x `keys`, and its softmax by `keys` x
/// `value_width`. Between them the scores may get biases from a table that has one for each head
/// and each of `bias_offsets` relative positions (0: none), and a mask.
struct Attention {
  std::int64_t images = 1;
  std::int64_t heads = 1;
  std::int64_t queries = 1;
  std::int64_t keys = 1;
  std::int64_t key_width = 1;
  std::int64_t value_width = 1;
  std::int64_t bias_offsets = 0;
  bool masked = false;
};

/// Adds tensors and ops in order. Images of a batch lie below each other as rows; an op's output
/// tensor has the op's name, and its parameters the op's name with ".weight" or ".bias".
class WorkloadBuilder {
 public:
  WorkloadBuilder(std::string name, int images, BitWidths bits, std::string source = "")
      : name_(std::move(name)), source_(std::move(source)), images_(images), bits_(bits) {}
  /// Builds ops for a workload that there is, over its tensors; take() hands out both.
  WorkloadBuilder(int images, BitWidths bits, std::vector<Tensor> tensors)
      : images_(images), bits_(bits), tensors_(std::move(tensors)) {}

  int images() const { return images_; }
  const BitWidths& bits() const { return bits_; }
  const Tensor& tensor(TensorId id) const { return tensors_[static_cast<std::size_t>(id)]; }

  /// Ops added from now on belong to this block; -1 = to none.
  void set_block(int block) { block_ = block; }

  /// The image: NHWC, a row per pixel and a column per channel.
  TensorId input(const std::string& name, std::int64_t rows, std::int64_t columns);
  TensorId parameter(const std::string& name, std::vector<std::int64_t> shape, int bits);
  /// Adds the op that computes a new tensor of rows x columns from `inputs` and returns the tensor.
  TensorId add(const std::string& name, Role role, Body body, std::vector<View> inputs,
               std::int64_t rows, std::int64_t columns, View output = {});

  /// Convolution; its images, biases and accumulators are filled in here.
  TensorId conv2d(const std::string& name, Role role, TensorId x, Conv2d shape, Bias bias);
  /// x W + b over all rows of `x`: W is columns-of-x x `columns`, stored as such.
  TensorId linear(const std::string& name, Role role, TensorId x, std::int64_t columns, Bias bias);
  /// x W + b over `rows` rows of each image, from row `x.row` on (x.image_rows apart).
  TensorId linear(const std::string& name, Role role, View x, std::int64_t rows,
                  std::int64_t columns, Bias bias);
  /// x W + b over all rows of `x`, as a part of an assembled tensor.
  void linear_into(const std::string& name, Role role, TensorId x, std::int64_t columns, Bias bias,
                   View output);
  TensorId layernorm(const std::string& name, TensorId x);
  TensorId batchnorm(const std::string& name, TensorId x);
  /// The function over all inputs; the output is as large as the largest.
  TensorId elementwise(const std::string& name, Role role, ElementFunction function,
                       const std::vector<TensorId>& inputs);
  /// Ops <prefix>.qk, .scale, .abias, .mask, .softmax and .sv. `q`, `k` and `v` say where head 0 of
  /// image 0 starts and how far heads and images lie apart; the output is images*queries x
  /// heads*value_width.
  TensorId attention(const std::string& prefix, const Attention& shape, View q, View k, View v);
  /// `rows` chosen rows of `x`, moved together.
  TensorId gather(const std::string& name, Role role, TensorId x, std::int64_t rows);
  /// Pooling or resizing of all images; the body's images and channels are filled in here.
  TensorId resample(const std::string& name, Role role, TensorId x, Resample shape);

  /// An activation that several ops write, each a part of it, with add_into().
  TensorId assembled(const std::string& name, std::int64_t rows, std::int64_t columns);
  /// Adds the op that computes a part of `output.tensor`, which no op may have read yet.
  void add_into(const std::string& name, Role role, Body body, std::vector<View> inputs,
                View output);

  void mark_output(TensorId id);
  /// Checks and hands out the workload; the builder is empty after. Where its images are crops,
  /// `parts` of them make up one image of the workload.
  Workload build(int parts = 1) &&;
  /// All tensors, and the ops that were added, unchecked; the builder is empty after.
  std::pair<std::vector<Tensor>, std::vector<Op>> take() && {
    return {std::move(tensors_), std::move(ops_)};
  }

 private:
  TensorId add_tensor(Tensor tensor);
  TensorId norm(const std::string& name, NormKind kind, TensorId x);
  /// Scale, biases and mask, as far as `shape` has them, and softmax of the scores.
  TensorId softmax_of(const std::string& prefix, const Attention& shape, TensorId scores);
  /// Appends the parameters of a product to its inputs.
  void add_weights(const std::string& name, std::int64_t rows, std::int64_t columns, Bias bias,
                   std::vector<View>& inputs);
  /// Product of `rows` rows of inputs.front() and new weights, whose views it appends.
  MatMul add_product(const std::string& name, std::int64_t rows, std::int64_t columns, Bias bias,
                     std::vector<View>& inputs);

  std::string name_;
  std::string source_;
  int images_;
  BitWidths bits_;
  int block_ = -1;
  std::vector<Tensor> tensors_;
  std::vector<Op> ops_;
};

}  // namespace saccade
