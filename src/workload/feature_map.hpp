// Maps of pixels, and the layers over them that convolutional families share.
#pragma once
#include <string>

#include "workload/builder.hpp"

namespace saccade {

/// A tensor with a row per pixel, height x width of them for each image.
struct FeatureMap {
  TensorId tensor = -1;
  std::int64_t height = 1;
  std::int64_t width = 1;

  std::int64_t pixels() const { return height * width; }
};

/// A square convolution, padded so that a stride of 1 keeps the size of the map.
struct ConvLayer {
  std::int64_t channels = 1;  ///< of the output
  std::int64_t kernel = 1;
  std::int64_t stride = 1;
  std::int64_t groups = 1;
  Bias bias = Bias::batch_norm;
};

FeatureMap conv_layer(WorkloadBuilder& builder, const std::string& name, Role role,
                      const FeatureMap& x, const ConvLayer& layer);
FeatureMap activation(WorkloadBuilder& builder, const std::string& name, Role role,
                      ElementFunction function, const FeatureMap& x);

/// Bilinear resizing, which mixes the nearest 2 x 2 pixels.
FeatureMap resized(WorkloadBuilder& builder, const std::string& name, Role role,
                   const FeatureMap& x, std::int64_t height, std::int64_t width);

// Parts of a concatenation: columns of `output`, an assembled() tensor, from `column` on.

void activation_into(WorkloadBuilder& builder, const std::string& name, Role role,
                     ElementFunction function, const FeatureMap& x, const FeatureMap& output,
                     std::int64_t column);
/// Resized to the size of `output`.
void resized_into(WorkloadBuilder& builder, const std::string& name, Role role, const FeatureMap& x,
                  const FeatureMap& output, std::int64_t column);
/// As many rows of `x` as `output` has; all of them are a copy, which a tensor needs that others
/// read before the last part is there.
void gathered_into(WorkloadBuilder& builder, const std::string& name, const FeatureMap& x,
                   const FeatureMap& output, std::int64_t column);

}  // namespace saccade
