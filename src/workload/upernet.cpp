#include "workload/upernet.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace saccade {
namespace {

constexpr std::int64_t kScales[] = {1, 2, 3, 6};  ///< sides of the pooled maps (mmsegmentation)

/// Most pixels of `in` that one of `out` averages: adaptive pooling covers floor(i in / out) to
/// ceil((i + 1) in / out).
std::int64_t pooled(std::int64_t in, std::int64_t out) {
  std::int64_t most = 1;
  for (std::int64_t i = 0; i < out; ++i) {
    most = std::max(most, ceil_div((i + 1) * in, out) - i * in / out);
  }
  return most;
}

class UperNet {
 public:
  UperNet(WorkloadBuilder& builder, const std::vector<FeatureMap>& maps, std::int64_t channels)
      : builder_(builder), maps_(maps), channels_(channels) {}

  FeatureMap add() {
    const std::size_t last = maps_.size() - 1;
    const FeatureMap pyramid = add_pooling_pyramid(maps_.back());
    std::vector<FeatureMap> laterals;
    for (std::size_t i = 0; i < last; ++i) {
      laterals.push_back(convolve(fmt::format("dec.lateral{}", i), 1, maps_[i]));
    }
    laterals.push_back(pyramid);
    for (std::size_t i = last; i-- > 0;) add_from_above(laterals, i);
    return convolve("dec.fpn_bottleneck", 3, add_fusion(laterals));
  }

 private:
  FeatureMap convolve(const std::string& name, std::int64_t kernel, const FeatureMap& x) {
    const FeatureMap y = conv_layer(builder_, name, Role::head, x, {channels_, kernel});
    return activation(builder_, name + ".relu", Role::head, ElementFunction::relu, y);
  }

  /// A map of the size of `x` for a concatenation.
  FeatureMap concatenation(const std::string& name, const FeatureMap& x, std::int64_t columns) {
    return {builder_.assembled(name, builder_.images() * x.pixels(), columns), x.height, x.width};
  }

  /// The coarsest map beside means over more and more of it.
  FeatureMap add_pooling_pyramid(const FeatureMap& x) {
    std::int64_t column = builder_.tensor(x.tensor).columns();
    const auto scales = static_cast<std::int64_t>(std::size(kScales));
    const FeatureMap all = concatenation("dec.ppm", x, column + scales * channels_);
    gathered_into(builder_, "dec.skip", x, all, 0);
    for (const std::int64_t scale : kScales) {
      const std::string name = fmt::format("dec.ppm{}", scale);
      Resample pool;
      pool.function = ResampleFunction::mean;
      pool.in_height = x.height;
      pool.in_width = x.width;
      pool.out_height = pool.out_width = scale;
      pool.taps_height = pooled(x.height, scale);
      pool.taps_width = pooled(x.width, scale);
      const TensorId means = builder_.resample(name + ".pool", Role::head, x.tensor, pool);
      const FeatureMap y = convolve(name, 1, {means, scale, scale});
      resized_into(builder_, name + ".up", Role::head, y, all, column);
      column += channels_;
    }
    return convolve("dec.psp_bottleneck", 3, all);
  }

  /// laterals[i] += laterals[i + 1], resized.
  void add_from_above(std::vector<FeatureMap>& laterals, std::size_t i) {
    FeatureMap& x = laterals[i];
    const std::string name = fmt::format("dec.lateral{}", i);
    const FeatureMap above =
        resized(builder_, name + ".up", Role::head, laterals[i + 1], x.height, x.width);
    x.tensor = builder_.elementwise(name + ".add", Role::head, ElementFunction::add,
                                    {x.tensor, above.tensor});
  }

  /// A convolution of each lateral but the last, all resized to the finest and side by side.
  FeatureMap add_fusion(const std::vector<FeatureMap>& laterals) {
    const auto count = static_cast<std::int64_t>(laterals.size());
    const FeatureMap all = concatenation("dec.fpn", laterals[0], count * channels_);
    const FeatureMap finest =
        conv_layer(builder_, "dec.fpn0", Role::head, laterals[0], {channels_, 3});
    activation_into(builder_, "dec.fpn0.relu", Role::head, ElementFunction::relu, finest, all, 0);
    std::vector<FeatureMap> coarser;
    for (std::size_t i = 1; i + 1 < laterals.size(); ++i) {
      coarser.push_back(convolve(fmt::format("dec.fpn{}", i), 3, laterals[i]));
    }
    coarser.push_back(laterals.back());
    std::int64_t column = 0;
    for (std::size_t i = 0; i < coarser.size(); ++i) {
      column += channels_;
      resized_into(builder_, fmt::format("dec.up{}", i + 1), Role::head, coarser[i], all, column);
    }
    return all;
  }

  WorkloadBuilder& builder_;
  const std::vector<FeatureMap>& maps_;
  std::int64_t channels_;
};

}  // namespace

TensorId upernet_head(WorkloadBuilder& builder, const std::vector<FeatureMap>& maps,
                      std::int64_t channels, std::int64_t classes) {
  const FeatureMap fused = UperNet(builder, maps, channels).add();
  const ConvLayer layer = {classes, 1, 1, 1, Bias::vector};
  return conv_layer(builder, "dec.cls_seg", Role::head, fused, layer).tensor;
}

}  // namespace saccade
