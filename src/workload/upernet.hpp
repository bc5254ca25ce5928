// The UPerNet head, which labels every pixel from the maps of a backbone's stages.
#pragma once
#include <vector>

#include "workload/feature_map.hpp"

namespace saccade {

/// Adds ops dec.* over `maps`, the finest first, and returns the logits on the finest map's grid.
/// Xiao et al., Unified Perceptual Parsing for Scene Understanding, ECCV 2018, as UPerHead in
/// mmsegmentation. Convolutions have a folded batch norm and a ReLU; the auxiliary head of the
/// training is left out, and so is the last resizing of the logits to the image.
TensorId upernet_head(WorkloadBuilder& builder, const std::vector<FeatureMap>& maps,
                      std::int64_t channels, std::int64_t classes);

}  // namespace saccade
