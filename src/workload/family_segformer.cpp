// SegFormer: the MiT encoder and a decoder of linear layers on all of its stages. Xie et al.,
// SegFormer: Simple and Efficient Design for Semantic Segmentation with Transformers, NeurIPS 2021,
// and its code. The output is at 1/4 of the image's resolution, as the network's own is.
#include "workload/family.hpp"
#include "workload/mix_transformer.hpp"

namespace saccade {
namespace {

struct SegFormerModel : MixTransformer {
  std::string name;
  int images = 1;
  std::optional<Accuracy> accuracy;
  BitWidths bits;
  std::int64_t image_height = 0;
  std::int64_t image_width = 0;
  std::optional<std::int64_t> crop;
  std::optional<std::int64_t> stride;
  std::int64_t decoder_width = 0;
  std::int64_t classes = 0;

  std::int64_t height() const { return crop.value_or(image_height); }
  std::int64_t width() const { return crop.value_or(image_width); }
};

/// Crops along a side of the image, the last one aligned to its border (slide_inference of
/// mmsegmentation).
std::int64_t crops_along(std::int64_t side, std::int64_t crop, std::int64_t stride) {
  return ceil_div(side - crop, stride) + 1;
}

std::int64_t crops(const SegFormerModel& model) {
  if (!model.crop) return 1;
  return crops_along(model.image_height, *model.crop, *model.stride) *
         crops_along(model.image_width, *model.crop, *model.stride);
}

constexpr std::int64_t kMaxCrops = 65536;

void check_crops(const SegFormerModel& model, const Cursor& cursor) {
  if (model.crop.has_value() != model.stride.has_value()) {
    cursor.fail("has one of 'crop' and 'stride', expected both or none");
    return;
  }
  if (!model.crop) return;
  const std::int64_t side = std::min(model.image_height, model.image_width);
  if (*model.crop > side) {
    cursor.at("crop").fail(
        fmt::format("is {}, expected at most the image's shorter side of {}", *model.crop, side));
  } else if (*model.stride > *model.crop) {
    cursor.at("stride").fail(
        fmt::format("is {}, expected at most the crop of {}", *model.stride, *model.crop));
  } else if (crops(model) > kMaxCrops) {
    cursor.at("stride").fail(fmt::format("is {}, which makes {} crops, expected at most {}",
                                         *model.stride, crops(model), kMaxCrops));
  }
}

void check_segformer(const SegFormerModel& model, const Cursor& cursor) {
  check_crops(model, cursor);
  check_reductions(model, std::min(model.height(), model.width()), cursor);
}

const Record<SegFormerModel>& segformer_record() {
  using Size = std::int64_t;
  using Model = SegFormerModel;
  static const auto record =
      family_record<Model>("a SegFormer model")
          .field("image_height", &Model::image_height, integer<Size>(1, 16384),
                 "rows of pixels of the image")
          .field("image_width", &Model::image_width, integer<Size>(1, 16384),
                 "columns of pixels of the image")
          .field("crop", &Model::crop, optional(integer<Size>(1, 16384)),
                 "side of the crops that are inferred instead of the whole image, all as a batch; "
                 "the sum of overlapping outputs is left to others, as is the resizing before it",
                 std::optional<Size>())
          .field("stride", &Model::stride, optional(integer<Size>(1, 16384)),
                 "pixels from one crop to the next; the last is aligned to the image's border",
                 std::optional<Size>())
          .include(mix_transformer_record())
          .field("decoder_width", &Model::decoder_width, integer<Size>(1, 65536),
                 "channels of the decoder")
          .field("classes", &Model::classes, integer<Size>(1, 1000000), "channels of the output")
          .rule(check_segformer);
  return record;
}

/// Linear layers bring all stages to the decoder's width, resizing to the first one's resolution;
/// they write the columns of one tensor, the last stage first.
FeatureMap joined_stages(WorkloadBuilder& builder, const std::vector<FeatureMap>& stages,
                         std::int64_t channels) {
  const FeatureMap& first = stages.front();
  std::int64_t column = static_cast<std::int64_t>(stages.size()) * channels;
  const TensorId concat =
      builder.assembled("dec.concat", builder.tensor(first.tensor).rows(), column);
  const FeatureMap joined = {concat, first.height, first.width};
  for (std::size_t i = 0; i < stages.size(); ++i) {
    column -= channels;
    const std::string name = fmt::format("dec.DecodeLinear{}", i);
    const FeatureMap& stage = stages[i];
    if (i == 0) {
      builder.linear_into(name, Role::head, stage.tensor, channels, Bias::vector,
                          {concat, 0, column});
      continue;
    }
    const TensorId x = builder.linear(name, Role::head, stage.tensor, channels, Bias::vector);
    resized_into(builder, fmt::format("dec.up{}", i), Role::head, {x, stage.height, stage.width},
                 joined, column);
  }
  return joined;
}

Workload build_segformer(const SegFormerModel& model, const std::string& name,
                         const std::string& file) {
  const auto parts = static_cast<int>(crops(model));
  WorkloadBuilder builder(name, model.images * parts, model.bits, file);
  const std::int64_t pixels = model.height() * model.width();
  const FeatureMap image = {builder.input("image", builder.images() * pixels, 3), model.height(),
                            model.width()};
  const std::vector<FeatureMap> stages = mix_transformer(builder, model, image);
  FeatureMap x = joined_stages(builder, stages, model.decoder_width);
  x = conv_layer(builder, "dec.Conv2DFuse", Role::head, x, {model.decoder_width});
  x = activation(builder, "dec.relu", Role::head, ElementFunction::relu, x);
  x = conv_layer(builder, "dec.Conv2DPred", Role::head, x, {model.classes, 1, 1, 1, Bias::vector});
  builder.mark_output(x.tensor);
  return std::move(builder).build(parts);
}

}  // namespace

const Family segformer_family = make_family<SegFormerModel, segformer_record, build_segformer>(
    "segformer", "SegFormer: MiT encoder, linear decoder on all of its stages");

}  // namespace saccade
