// LV-ViT: a convolutional stem, ViT's encoder, and a head on every token. Jiang et al., All Tokens
// Matter: Token Labeling for Training Better Vision Transformers, NeurIPS 2021, and its code.
#include "workload/encoder.hpp"
#include "workload/family.hpp"

namespace saccade {
namespace {

struct LvVitModel {
  std::string name;
  int images = 1;
  std::optional<Accuracy> accuracy;
  BitWidths bits;
  std::int64_t image = 224;
  std::int64_t patch = 16;
  std::int64_t stem_channels = 64;
  std::int64_t width = 0;
  int depth = 0;
  std::int64_t heads = 0;
  std::int64_t mlp_ratio = 3;
  bool qkv_bias = false;
  std::int64_t classes = 1000;
};

void check_lvvit(const LvVitModel& model, const Cursor& cursor) {
  if (model.patch % 2 != 0) {
    cursor.at("patch").fail(fmt::format(
        "is {}, expected an even number: the stem's first convolution halves", model.patch));
  }
  expect_multiple(cursor.at("image"), model.image, model.patch, "the patch of {}");
  expect_multiple(cursor.at("width"), model.width, model.heads, "the {} heads");
}

const Record<LvVitModel>& lvvit_record() {
  using Size = std::int64_t;
  static const auto record =
      family_record<LvVitModel>("an LV-ViT model")
          .field("image", &LvVitModel::image, integer<Size>(2, 16384),
                 "side of the image in pixels", Size{224})
          .field("patch", &LvVitModel::patch, integer<Size>(2, 1024),
                 "side of a patch in pixels: 2 of the stem times its last stride", Size{16})
          .field("stem_channels", &LvVitModel::stem_channels, integer<Size>(1, 4096),
                 "channels of the stem's three convolutions", Size{64})
          .field("width", &LvVitModel::width, integer<Size>(1, 65536), "embedding width")
          .field("depth", &LvVitModel::depth, integer<int>(1, 1024), "encoder blocks")
          .field("heads", &LvVitModel::heads, integer<Size>(1, 1024), "attention heads")
          .field("mlp_ratio", &LvVitModel::mlp_ratio, integer<Size>(1, 64),
                 "width of the feed-forward layer over the embedding width", Size{3})
          .field("qkv_bias", &LvVitModel::qkv_bias, boolean(), "whether q, k and v have a bias",
                 false)
          .field("classes", &LvVitModel::classes, integer<Size>(1, 1000000), "outputs of each head",
                 Size{1000})
          .rule(check_lvvit);
  return record;
}

/// 7x7/2 and two 3x3 with folded batch norms and ReLU, then a strided convolution into patches.
TensorId add_stem(WorkloadBuilder& builder, const LvVitModel& model) {
  TensorId x = builder.input("image", model.images * model.image * model.image, 3);
  Conv2d conv;
  conv.in_channels = 3;
  conv.out_channels = model.stem_channels;
  conv.in_height = conv.in_width = model.image;
  conv.kernel_height = conv.kernel_width = 7;
  conv.stride = 2;
  conv.padding = 3;
  for (int i = 1; i <= 3; ++i) {
    x = builder.conv2d(fmt::format("stem{}", i), Role::stem, x, conv, Bias::batch_norm);
    x = builder.elementwise(fmt::format("relu{}", i), Role::stem, ElementFunction::relu, {x});
    conv.in_channels = model.stem_channels;
    conv.in_height = conv.in_width = model.image / 2;
    conv.kernel_height = conv.kernel_width = 3;
    conv.stride = conv.padding = 1;
  }
  conv.out_channels = model.width;
  conv.kernel_height = conv.kernel_width = conv.stride = model.patch / 2;
  conv.padding = 0;
  return builder.conv2d("proj", Role::stem, x, conv, Bias::vector);
}

/// Logits: those of the class token plus half the maximum over the patches' (the evaluation of the
/// paper's code).
void add_heads(WorkloadBuilder& builder, const LvVitModel& model, TensorId x, std::int64_t tokens) {
  const TensorId head = class_token_head(builder, x, model.classes);
  View patches;
  patches.tensor = x;
  patches.row = 1;
  patches.image_rows = tokens;
  const TensorId aux =
      builder.linear("aux_head", Role::head, patches, tokens - 1, model.classes, Bias::vector);
  const Reduce maximum{ReduceFunction::maximum, model.images, tokens - 1, model.classes};
  const TensorId best =
      builder.add("aux_max", Role::head, maximum, {{aux}}, model.images, model.classes);
  const TensorId half =
      builder.elementwise("aux_scale", Role::head, ElementFunction::scale, {best});
  builder.mark_output(
      builder.elementwise("logits", Role::head, ElementFunction::add, {head, half}));
}

Workload build_lvvit(const LvVitModel& model, const std::string& name, const std::string& file) {
  WorkloadBuilder builder(name, model.images, model.bits, file);
  TensorId x = class_token_and_positions(builder, add_stem(builder, model));
  const std::int64_t side = model.image / model.patch;
  EncoderBlock block;
  block.heads = model.heads;
  block.tokens = side * side + 1;
  block.hidden = model.width * model.mlp_ratio;
  block.qkv_bias = model.qkv_bias;
  // The code divides what a block adds by a constant (skip_lam); that is folded into the weights of
  // proj and fc2.
  for (int i = 0; i < model.depth; ++i) {
    block.name = fmt::format("b{}", i);
    x = encoder_block(builder, i, block, x);
  }
  add_heads(builder, model, builder.layernorm("ln", x), block.tokens);
  return std::move(builder).build();
}

}  // namespace

const Family lvvit_family = make_family<LvVitModel, lvvit_record, build_lvvit>(
    "lvvit", "LV-ViT: convolutional stem, encoder, a head on every token");

}  // namespace saccade
