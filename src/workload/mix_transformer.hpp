// The hierarchical encoder of SegFormer (MiT) and PVTv2: overlapping patches, attention to
// spatially reduced keys, feed-forward layers with a depthwise convolution.
#pragma once
#include <vector>

#include "base/schema.hpp"
#include "workload/feature_map.hpp"

namespace saccade {

constexpr std::size_t kMixStages = 4;

/// Of each stage.
struct MixTransformer {
  std::vector<std::int64_t> widths;  ///< embedding widths
  std::vector<int> depths;           ///< blocks
  std::vector<std::int64_t> heads;
  std::vector<std::int64_t> reductions;  ///< sides of the squares of pixels that become one key
  std::vector<std::int64_t> mlp_ratios;  ///< width of the feed-forward layer over the embedding's
};

const Record<MixTransformer>& mix_transformer_record();

/// Reports the reductions that take more pixels than the maps of an image of such a side have.
void check_reductions(const MixTransformer& model, std::int64_t image_side, const Cursor& cursor);

/// Adds ops enc<stage>.patch_embed, enc<stage>b<block>.ln1, ... and returns each stage's output: at
/// 1/4, 1/8, 1/16 and 1/32 of the image.
std::vector<FeatureMap> mix_transformer(WorkloadBuilder& builder, const MixTransformer& model,
                                        const FeatureMap& image);

}  // namespace saccade
