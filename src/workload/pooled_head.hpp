// The classifier of convolutional and hierarchical families: a linear layer on the mean pixel.
#pragma once
#include <string>

#include "workload/feature_map.hpp"

namespace saccade {

/// Ops "pool" and `name`.
TensorId pooled_head(WorkloadBuilder& builder, const std::string& name, const FeatureMap& x,
                     std::int64_t classes);

}  // namespace saccade
