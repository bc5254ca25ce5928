// The pre-norm transformer encoder that ViT-like families share.
#pragma once
#include <string>

#include "base/schema.hpp"
#include "workload/builder.hpp"

namespace saccade {

struct EncoderBlock {
  std::int64_t heads = 1;
  std::int64_t tokens = 1;  ///< rows of one image
  std::int64_t hidden = 1;  ///< width of the feed-forward layer
  bool qkv_bias = true;
  ElementFunction activation = ElementFunction::gelu;
};

/// Adds cls + position embeddings to `patches` (one row per patch of each image): op "cls+pos",
/// images * (patches + 1) rows. Its parameter holds the positions and, as a row more, the class
/// token; added beforehand they are one row per token, which is what the op reads.
TensorId class_token_and_positions(WorkloadBuilder& builder, TensorId patches);

/// Block b<index>: x += proj(attention(norm(x))); x += fc2(act(fc1(norm(x)))). The columns of its
/// qkv tensor are q, k and v of all heads, one after the other, as in timm.
TensorId encoder_block(WorkloadBuilder& builder, int index, const EncoderBlock& block, TensorId x);

/// Classifier on the class token, row 0 of each image's `tokens` rows of `x`; a batch gathers the
/// class tokens first so that its weights are read once.
TensorId class_token_head(WorkloadBuilder& builder, TensorId x, std::int64_t classes);

/// The activation functions that a model file may name.
Type<ElementFunction> activation_type();

}  // namespace saccade
