#include "workload/resnet.hpp"

#include <fmt/format.h>

#include "workload/pooled_head.hpp"

namespace saccade {
namespace {

struct Bottleneck {
  std::int64_t mid = 1;
  std::int64_t channels = 1;
  std::int64_t stride = 1;
  bool first = false;  ///< of its stage
};

/// Pools taps x taps pixels; strides of 2 keep the pixels of an odd border.
FeatureMap halve(WorkloadBuilder& builder, const std::string& name, Role role, const FeatureMap& x,
                 ResampleFunction function, std::int64_t taps) {
  Resample shape;
  shape.function = function;
  shape.in_height = x.height;
  shape.in_width = x.width;
  shape.out_height = ceil_div(x.height, 2);
  shape.out_width = ceil_div(x.width, 2);
  shape.taps_height = shape.taps_width = taps;
  return {builder.resample(name, role, x.tensor, shape), shape.out_height, shape.out_width};
}

FeatureMap projected(WorkloadBuilder& builder, const std::string& prefix, FeatureMap x,
                     const Bottleneck& block, Shortcut shortcut) {
  std::int64_t stride = block.stride;
  if (shortcut == Shortcut::pooled_convolution && stride > 1) {
    x = halve(builder, prefix + ".ds_pool", Role::ffn, x, ResampleFunction::mean, 2);
    stride = 1;
  }
  return conv_layer(builder, prefix + ".ds", Role::ffn, x, {block.channels, 1, stride});
}

FeatureMap bottleneck(WorkloadBuilder& builder, const std::string& prefix, const FeatureMap& x,
                      const Bottleneck& block, Shortcut shortcut) {
  const Role role = Role::ffn;
  FeatureMap y = conv_relu(builder, prefix + ".c1", prefix + ".r1", role, x, {block.mid});
  y = conv_relu(builder, prefix + ".c2", prefix + ".r2", role, y, {block.mid, 3, block.stride});
  y = conv_layer(builder, prefix + ".c3", role, y, {block.channels});
  const FeatureMap kept = block.first ? projected(builder, prefix, x, block, shortcut) : x;
  y.tensor =
      builder.elementwise(prefix + ".add", role, ElementFunction::add, {y.tensor, kept.tensor});
  return activation(builder, prefix + ".r3", role, ElementFunction::relu, y);
}

}  // namespace

FeatureMap conv_relu(WorkloadBuilder& builder, const std::string& name, const std::string& relu,
                     Role role, const FeatureMap& x, const ConvLayer& layer) {
  const FeatureMap y = conv_layer(builder, name, role, x, layer);
  return activation(builder, relu, role, ElementFunction::relu, y);
}

void add_resnet_body(WorkloadBuilder& builder, const FeatureMap& x,
                     const std::vector<ResNetStage>& stages, Shortcut shortcut,
                     std::int64_t classes) {
  FeatureMap y = halve(builder, "maxpool", Role::stem, x, ResampleFunction::maximum, 3);
  int index = 0;
  for (std::size_t s = 0; s < stages.size(); ++s) {
    for (std::size_t b = 0; b < stages[s].mids.size(); ++b) {
      const std::int64_t stride = s > 0 && b == 0 ? 2 : 1;
      builder.set_block(index++);
      y = bottleneck(builder, fmt::format("s{}b{}", s, b), y,
                     {stages[s].mids[b], stages[s].channels, stride, b == 0}, shortcut);
    }
  }
  builder.set_block(-1);
  builder.mark_output(pooled_head(builder, "fc", y, classes));
}

}  // namespace saccade
