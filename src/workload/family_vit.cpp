// ViT and DeiT: a strided convolution into patches, a class token, pre-norm encoder blocks, a head.
// Dosovitskiy et al., An Image is Worth 16x16 Words, ICLR 2021; Touvron et al., Training
// data-efficient image transformers, ICML 2021; layers as in timm's VisionTransformer.
#include "workload/encoder.hpp"
#include "workload/family.hpp"

namespace saccade {
namespace {

struct VitModel {
  std::string name;
  int images = 1;
  std::optional<Accuracy> accuracy;
  BitWidths bits;
  std::int64_t image = 224;
  std::int64_t channels = 3;
  std::int64_t patch = 16;
  std::int64_t width = 0;
  int depth = 0;
  std::int64_t heads = 0;
  std::int64_t mlp_ratio = 4;
  bool qkv_bias = true;
  std::int64_t classes = 1000;
  ElementFunction activation = ElementFunction::gelu;
};

void check_vit(const VitModel& model, const Cursor& cursor) {
  expect_multiple(cursor.at("image"), model.image, model.patch, "the patch of {}");
  expect_multiple(cursor.at("width"), model.width, model.heads, "the {} heads");
}

const Record<VitModel>& vit_record() {
  using Size = std::int64_t;
  static const auto record =
      family_record<VitModel>("a ViT or DeiT model")
          .field("image", &VitModel::image, integer<Size>(1, 16384), "side of the image in pixels",
                 Size{224})
          .field("channels", &VitModel::channels, integer<Size>(1, 4096), "channels of the image",
                 Size{3})
          .field("patch", &VitModel::patch, integer<Size>(1, 1024), "side of a patch in pixels",
                 Size{16})
          .field("width", &VitModel::width, integer<Size>(1, 65536), "embedding width")
          .field("depth", &VitModel::depth, integer<int>(1, 1024), "encoder blocks")
          .field("heads", &VitModel::heads, integer<Size>(1, 1024), "attention heads")
          .field("mlp_ratio", &VitModel::mlp_ratio, integer<Size>(1, 64),
                 "width of the feed-forward layer over the embedding width", Size{4})
          .field("qkv_bias", &VitModel::qkv_bias, boolean(), "whether q, k and v have a bias", true)
          .field("classes", &VitModel::classes, integer<Size>(1, 1000000), "outputs of the head",
                 Size{1000})
          .field("activation", &VitModel::activation, activation_type(),
                 "activation of the feed-forward layer", ElementFunction::gelu)
          .rule(check_vit);
  return record;
}

Workload build_vit(const VitModel& model, const std::string& name, const std::string& file) {
  WorkloadBuilder builder(name, model.images, model.bits, file);
  const TensorId image =
      builder.input("image", model.images * model.image * model.image, model.channels);
  Conv2d patch;
  patch.in_channels = model.channels;
  patch.out_channels = model.width;
  patch.in_height = patch.in_width = model.image;
  patch.kernel_height = patch.kernel_width = patch.stride = model.patch;
  TensorId x = builder.conv2d("patch_embed", Role::stem, image, patch, Bias::vector);
  x = class_token_and_positions(builder, x);

  EncoderBlock block;
  block.heads = model.heads;
  block.tokens = patch.out_height() * patch.out_width() + 1;
  block.hidden = model.width * model.mlp_ratio;
  block.qkv_bias = model.qkv_bias;
  block.activation = model.activation;
  for (int i = 0; i < model.depth; ++i) {
    block.name = fmt::format("b{}", i);
    x = encoder_block(builder, i, block, x);
  }

  x = builder.layernorm("ln", x);
  builder.mark_output(class_token_head(builder, x, model.classes));
  return std::move(builder).build();
}

}  // namespace

const Family vit_family = make_family<VitModel, vit_record, build_vit>(
    "vit", "ViT and DeiT: patches, class token, pre-norm encoder, head");

}  // namespace saccade
