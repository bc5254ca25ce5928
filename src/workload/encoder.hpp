// The pre-norm transformer encoder that ViT-like families share.
#pragma once
#include <string>

#include "base/schema.hpp"
#include "workload/builder.hpp"

namespace saccade {

struct EncoderBlock {
  std::string name;  ///< its ops are <name>.qkv, ...
  std::int64_t heads = 1;
  std::int64_t groups = 1;  ///< of the tokens of an image, each of which attends to itself alone
  std::int64_t tokens = 1;  ///< rows of a group
  std::int64_t hidden = 1;  ///< width of the feed-forward layer
  bool qkv_bias = true;
  ElementFunction activation = ElementFunction::gelu;
};

/// Adds cls + position embeddings to `patches` (one row per patch of each image): op "cls+pos",
/// images * (patches + 1) rows. Its parameter holds the positions and, as a row more, the class
/// token; added beforehand they are one row per token, which is what the op reads.
TensorId class_token_and_positions(WorkloadBuilder& builder, TensorId patches);

/// x += proj(attention(norm(x))); x += fc2(act(fc1(norm(x)))).
TensorId encoder_block(WorkloadBuilder& builder, int index, const EncoderBlock& block, TensorId x);

/// Attention of rows to themselves: the columns of `qkv` are q, k and v of all heads, one after the
/// other, as in timm. `shape` says how rows are grouped and masked; all else is filled in here.
TensorId self_attention(WorkloadBuilder& builder, const std::string& name, Attention shape,
                        TensorId qkv);

/// x + fc2(act(fc1(norm(x)))): ops <name>.ln2, .fc1, .act, .fc2 and .res2.
TensorId feed_forward(WorkloadBuilder& builder, const std::string& name, std::int64_t hidden,
                      ElementFunction activation, TensorId x);

/// Classifier on the class token, row 0 of each image's `tokens` rows of `x`; a batch gathers the
/// class tokens first so that its weights are read once.
TensorId class_token_head(WorkloadBuilder& builder, TensorId x, std::int64_t classes);

/// The activation functions that a model file may name.
Type<ElementFunction> activation_type();

}  // namespace saccade
