#include "technique/selector.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace saccade {
namespace {

constexpr Role kRole = Role::decision;

/// Column of the two classes that says keep; the last one, so that a view from it on is that class.
constexpr std::int64_t kKeep = 1;

/// The columns of heads become rows: those of head 0 over all images, then those of head 1, ...
/// Layers that heads share are then one product each, and an image's rows of a head lie together.
class Selector {
 public:
  Selector(WorkloadBuilder& builder, const SelectorShape& shape)
      : builder_(builder),
        shape_(shape),
        patches_(shape.images * shape.rows),
        rows_(shape.heads * patches_),
        width_(shape.columns / shape.heads) {}

  View add() {
    const TensorId classes = token_classes(local_and_global(normalised()));
    if (shape_.weigh_heads) return weighed(classes, head_weights());
    View keep;
    keep.tensor = classes;
    keep.column = kKeep;
    return keep;
  }

 private:
  std::string name(const std::string& part) const { return shape_.prefix + part; }

  TensorId linear(const std::string& part, TensorId x, std::int64_t columns) {
    return builder_.linear(name(part), kRole, x, std::max<std::int64_t>(1, columns), Bias::vector);
  }

  TensorId function(const std::string& part, ElementFunction function, TensorId x) {
    return builder_.elementwise(name(part), kRole, function, {x});
  }

  /// Every head by itself, since its statistics are of its own columns.
  TensorId normalised() {
    const TensorId weight =
        builder_.parameter(name("norm.weight"), {2, width_}, builder_.bits().norm);
    View output;
    output.tensor = builder_.assembled(name("norm"), rows_, width_);
    for (std::int64_t head = 0; head < shape_.heads; ++head) {
      View input = shape_.patches;
      input.column += head * width_;
      output.row = head * patches_;
      builder_.add_into(name(fmt::format("norm{}", head)), kRole,
                        Norm{NormKind::layer, patches_, width_}, {input, {weight}}, output);
    }
    return output.tensor;
  }

  /// Columns of the patch itself beside those that its image has on average. The average is one row
  /// per head and image, which a gather repeats for each patch.
  TensorId local_and_global(TensorId x) {
    const TensorId features = linear("fc1", x, width_);
    const std::int64_t local = width_ / 2;
    const std::int64_t global = width_ - local;
    View joined;
    joined.tensor = builder_.assembled(name("joined"), rows_, width_);
    View rest;
    rest.tensor = features;
    rest.column = local;
    builder_.add_into(name("local"), kRole, Elementwise{ElementFunction::gelu, rows_, local},
                      {{features}}, joined);
    const TensorId all =
        builder_.add(name("global"), kRole, Elementwise{ElementFunction::gelu, rows_, global},
                     {rest}, rows_, global);
    const std::int64_t groups = shape_.heads * shape_.images;
    const TensorId mean =
        builder_.add(name("mean"), kRole, Reduce{ReduceFunction::mean, groups, shape_.rows, global},
                     {{all}}, groups, global);
    joined.column = local;
    builder_.add_into(name("spread"), kRole, Gather{groups, rows_, global}, {{mean}}, joined);
    return joined.tensor;
  }

  TensorId token_classes(TensorId x) {
    x = function("act2", ElementFunction::gelu, linear("fc2", x, width_ / 2));
    x = function("act3", ElementFunction::gelu, linear("fc3", x, width_ / 4));
    x = linear("fc4", x, 2);
    return builder_.add(name("softmax"), kRole, Softmax{rows_, 2}, {{x}}, rows_, 2);
  }

  /// The mean or sum of each group of columns: a reduction over the rows of transposed matrices.
  TensorId over_columns(const std::string& part, ReduceFunction function, View x,
                        std::int64_t groups, std::int64_t columns) {
    x.transposed = true;
    View output;
    output.transposed = true;
    return builder_.add(name(part), kRole, Reduce{function, groups, columns, patches_}, {x},
                        patches_, groups, output);
  }

  /// How much each head of each patch counts, from the mean of its columns.
  TensorId head_weights() {
    TensorId x =
        over_columns("head_mean", ReduceFunction::mean, shape_.patches, shape_.heads, width_);
    x = linear("head_fc1", x, shape_.heads / 2);
    x = function("head_act", ElementFunction::gelu, x);
    x = linear("head_fc2", x, shape_.heads);
    return function("head_weight", ElementFunction::sigmoid, x);
  }

  /// The mean of the heads' scores by these weights. Its division, one per patch, is counted as the
  /// multiplication by a reciprocal.
  View weighed(TensorId classes, TensorId weights) {
    View product;
    product.tensor = builder_.assembled(name("weighed"), patches_, shape_.heads);
    for (std::int64_t head = 0; head < shape_.heads; ++head) {
      View weight;
      weight.tensor = weights;
      product.column = weight.column = head;
      View score;
      score.tensor = classes;
      score.row = head * patches_;
      score.column = kKeep;
      builder_.add_into(name(fmt::format("weigh{}", head)), kRole,
                        Elementwise{ElementFunction::multiply, patches_, 1}, {score, weight},
                        product);
    }
    const auto sum = ReduceFunction::sum;
    const TensorId total = over_columns("sum", sum, {product.tensor}, 1, shape_.heads);
    const TensorId norm = over_columns("head_sum", sum, {weights}, 1, shape_.heads);
    return {builder_.elementwise(name("score"), kRole, ElementFunction::multiply, {total, norm})};
  }

  WorkloadBuilder& builder_;
  const SelectorShape& shape_;
  std::int64_t patches_;  ///< of all images
  std::int64_t rows_;     ///< of all heads
  std::int64_t width_;    ///< columns of a head
};

}  // namespace

View add_selector(WorkloadBuilder& builder, const SelectorShape& shape) {
  return Selector(builder, shape).add();
}

}  // namespace saccade
