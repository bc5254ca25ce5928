// What ResNets have in common behind their stems: pooling, stages of bottleneck blocks, a head.
#pragma once
#include <vector>

#include "workload/feature_map.hpp"

namespace saccade {

struct ResNetStage {
  std::vector<std::int64_t> mids;  ///< of each block: channels of its 3x3 convolution
  std::int64_t channels = 1;       ///< of the blocks' outputs
};

/// How the first block of a stage brings its input to the shape of its output.
enum class Shortcut {
  strided_convolution,
  pooled_convolution  ///< the mean of 2 x 2 pixels where the stage halves the resolution, then 1x1
};

/// Convolution with a folded batch norm (op `name`) and ReLU (op `relu`).
FeatureMap conv_relu(WorkloadBuilder& builder, const std::string& name, const std::string& relu,
                     Role role, const FeatureMap& x, const ConvLayer& layer);

/// Adds maxpool, blocks s<stage>b<block> and head to the stem's output `x` and marks the output.
/// Stages after the first halve the resolution, in the 3x3 convolution of their first block.
void add_resnet_body(WorkloadBuilder& builder, const FeatureMap& x,
                     const std::vector<ResNetStage>& stages, Shortcut shortcut,
                     std::int64_t classes);

}  // namespace saccade
