// Xie et al., SegFormer: Simple and Efficient Design for Semantic Segmentation with Transformers,
// NeurIPS 2021; Wang et al., PVT v2: Improved Baselines with Pyramid Vision Transformer, 2022;
// layers as in their published code.
#include "workload/mix_transformer.hpp"

namespace saccade {
namespace {

struct Stage {
  std::int64_t heads = 1;
  std::int64_t reduction = 1;
  std::int64_t hidden = 1;  ///< width of the feed-forward layer
};

/// Patches overlap: 7x7 with stride 4 at first, 3x3 with stride 2 after.
ConvLayer patch_layer(std::size_t stage, std::int64_t width) {
  const bool first = stage == 0;
  return {width, first ? 7 : 3, first ? 4 : 2, 1, Bias::vector};
}

/// Squares of reduction x reduction pixels become one, by a convolution and a norm.
FeatureMap reduced(WorkloadBuilder& builder, const std::string& prefix, std::int64_t reduction,
                   const FeatureMap& x) {
  if (reduction == 1) return x;
  Conv2d conv;
  conv.in_channels = conv.out_channels = builder.tensor(x.tensor).columns();
  conv.in_height = x.height;
  conv.in_width = x.width;
  conv.kernel_height = conv.kernel_width = conv.stride = reduction;
  const TensorId y = builder.conv2d(prefix + ".sr", Role::projection, x.tensor, conv, Bias::vector);
  return {builder.layernorm(prefix + ".sr_ln", y), conv.out_height(), conv.out_width()};
}

/// x + proj(attention(norm(x))), with keys and values of the reduced map.
TensorId reduced_attention(WorkloadBuilder& builder, const std::string& prefix, const Stage& stage,
                           const FeatureMap& x) {
  const std::int64_t width = builder.tensor(x.tensor).columns();
  const TensorId ln1 = builder.layernorm(prefix + ".ln1", x.tensor);
  const TensorId q = builder.linear(prefix + ".q", Role::projection, ln1, width, Bias::vector);
  const FeatureMap keys = reduced(builder, prefix, stage.reduction, {ln1, x.height, x.width});
  const TensorId kv =
      builder.linear(prefix + ".kv", Role::projection, keys.tensor, 2 * width, Bias::vector);

  Attention shape;
  shape.images = builder.images();
  shape.heads = stage.heads;
  shape.queries = x.pixels();
  shape.keys = keys.pixels();
  shape.key_width = shape.value_width = width / stage.heads;
  const View queries = {q, 0, 0, shape.queries, 0, shape.key_width};
  const View k = {kv, 0, 0, shape.keys, 0, shape.key_width};
  const View v = {kv, 0, width, shape.keys, 0, shape.key_width};
  const TensorId sv = builder.attention(prefix, shape, queries, k, v);
  const TensorId proj = builder.linear(prefix + ".proj", Role::projection, sv, width, Bias::vector);
  return builder.elementwise(prefix + ".res1", Role::projection, ElementFunction::add,
                             {proj, x.tensor});
}

/// x + fc2(gelu(depthwise(fc1(norm(x))))).
TensorId mixing_feed_forward(WorkloadBuilder& builder, const std::string& prefix,
                             const Stage& stage, const FeatureMap& x) {
  const std::int64_t width = builder.tensor(x.tensor).columns();
  const TensorId ln2 = builder.layernorm(prefix + ".ln2", x.tensor);
  const TensorId fc1 = builder.linear(prefix + ".fc1", Role::ffn, ln2, stage.hidden, Bias::vector);
  const ConvLayer depthwise = {stage.hidden, 3, 1, stage.hidden, Bias::vector};
  const FeatureMap mixed =
      conv_layer(builder, prefix + ".dw3x3", Role::ffn, {fc1, x.height, x.width}, depthwise);
  const TensorId gelu =
      builder.elementwise(prefix + ".gelu", Role::ffn, ElementFunction::gelu, {mixed.tensor});
  const TensorId fc2 = builder.linear(prefix + ".fc2", Role::ffn, gelu, width, Bias::vector);
  return builder.elementwise(prefix + ".res2", Role::ffn, ElementFunction::add, {fc2, x.tensor});
}

void check_widths(const MixTransformer& model, const Cursor& cursor) {
  for (std::size_t stage = 0; stage < kMixStages; ++stage) {
    if (model.widths[stage] % model.heads[stage] == 0) continue;
    cursor.at("widths").at(stage).fail(fmt::format("is {}, expected a multiple of the {} heads",
                                                   model.widths[stage], model.heads[stage]));
  }
}

}  // namespace

const Record<MixTransformer>& mix_transformer_record() {
  const auto sizes = [](long long max) {
    return list(integer<std::int64_t>(1, max), kMixStages, kMixStages);
  };
  static const auto record =
      Record<MixTransformer>("a hierarchical encoder")
          .field("widths", &MixTransformer::widths, sizes(65536), "embedding width of each stage")
          .field("depths", &MixTransformer::depths,
                 list(integer<int>(1, 1024), kMixStages, kMixStages), "blocks of each stage")
          .field("heads", &MixTransformer::heads, sizes(1024), "attention heads of each stage")
          .field("reductions", &MixTransformer::reductions, sizes(1024),
                 "of each stage: side of the squares of pixels that become one key")
          .field("mlp_ratios", &MixTransformer::mlp_ratios, sizes(64),
                 "of each stage: width of the feed-forward layer over the embedding width")
          .rule(check_widths);
  return record;
}

void check_reductions(const MixTransformer& model, std::int64_t image_side, const Cursor& cursor) {
  std::int64_t side = image_side;
  for (std::size_t stage = 0; stage < kMixStages; ++stage) {
    side = ceil_div(side, patch_layer(stage, 1).stride);
    if (model.reductions[stage] <= side) continue;
    cursor.at("reductions")
        .at(stage)
        .fail(fmt::format("is {}, expected at most the {} pixels to which this stage comes from {}",
                          model.reductions[stage], side, image_side));
  }
}

std::vector<FeatureMap> mix_transformer(WorkloadBuilder& builder, const MixTransformer& model,
                                        const FeatureMap& image) {
  std::vector<FeatureMap> outputs;
  FeatureMap x = image;
  int index = 0;
  for (std::size_t s = 0; s < kMixStages; ++s) {
    const std::string name = fmt::format("enc{}", s);
    const std::int64_t width = model.widths[s];
    x = conv_layer(builder, name + ".patch_embed", Role::stem, x, patch_layer(s, width));
    x.tensor = builder.layernorm(name + ".pe_ln", x.tensor);
    const Stage stage = {model.heads[s], model.reductions[s], width * model.mlp_ratios[s]};
    for (int block = 0; block < model.depths[s]; ++block) {
      const std::string prefix = fmt::format("{}b{}", name, block);
      builder.set_block(index++);
      x.tensor = reduced_attention(builder, prefix, stage, x);
      x.tensor = mixing_feed_forward(builder, prefix, stage, x);
    }
    builder.set_block(-1);
    x.tensor = builder.layernorm(name + ".ln", x.tensor);
    outputs.push_back(x);
  }
  return outputs;
}

}  // namespace saccade
