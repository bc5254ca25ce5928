// Networks that score tokens: which of them go on is decided by their scores.
#pragma once
#include <string>

#include "technique/rewriter.hpp"

namespace saccade {

/// A selector of `heads` heads over rows of a tensor, which are the patches of all images, those of
/// an image one after the other.
struct SelectorShape {
  std::string prefix;  ///< of the names of its ops and parameters
  View patches;        ///< where the first patch of the first image begins
  std::int64_t images = 1;
  std::int64_t rows = 1;     ///< patches of an image
  std::int64_t columns = 1;  ///< of a patch
  std::int64_t heads = 1;
  bool weigh_heads = false;  ///< scores of heads are weighed by a branch of their own
};

/// Adds the selector of DynamicViT (Rao et al., NeurIPS 2021) or, with heads, of SPViT and HeatViT
/// (Kong et al., ECCV 2022; Dong et al., HPCA 2023); layers as in the code of DynamicViT and SPViT.
/// Per head of d columns, with weights that heads share: norm, d x d with GELU, the last half of
/// its columns averaged over the image, d x d/2 x d/4 x 2 with GELU, softmax. Returns the scores to
/// keep, one row per patch; they begin at the view's row and column.
View add_selector(WorkloadBuilder& builder, const SelectorShape& shape);

}  // namespace saccade
