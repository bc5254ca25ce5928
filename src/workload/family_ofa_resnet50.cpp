// Subnets of the Once-For-All ResNet-50, a ResNet50D of elastic depth, width and expansion. Cai et
// al., Once-for-All: Train One Network and Specialize it for Efficient Deployment, ICLR 2020, and
// OFAResNets of its code.
#include <array>
#include <cmath>

#include "workload/family.hpp"
#include "workload/resnet.hpp"

namespace saccade {
namespace {

constexpr int kMaxDepth = 2;                              ///< blocks that a stage may get
constexpr std::array<int, 4> kBaseDepths = {2, 2, 4, 2};  ///< and those that it always has
constexpr std::array<int, 4> kWidths = {256, 512, 1024, 2048};
constexpr std::size_t kBlocks = 18;  ///< of all stages at full depth

struct OfaResNet50Model {
  std::string name;
  int images = 1;
  std::optional<Accuracy> accuracy;
  BitWidths bits;
  std::int64_t image = 224;
  std::vector<double> width_multipliers;
  std::vector<int> depths;
  std::vector<double> expand_ratios;
  std::int64_t classes = 1000;
};

/// The value of a list at `index`, or the one that stands for all.
template <class T>
T value_at(const std::vector<T>& values, std::size_t index) {
  return values.size() == 1 ? values.front() : values.at(index);
}

const Record<OfaResNet50Model>& ofa_resnet50_record() {
  using Size = std::int64_t;
  using Model = OfaResNet50Model;
  static const auto record =
      family_record<Model>("a subnet of the Once-For-All ResNet-50")
          .field("image", &Model::image, integer<Size>(1, 16384),
                 "side of the image in pixels; 128 to 224 in the published space", Size{224})
          .field("width_multipliers", &Model::width_multipliers,
                 one_or_list(number(0.01, 16), 2 + kWidths.size(), 2 + kWidths.size()),
                 "of the stem's middle, its output and the 4 stages, or one for all; 0.65, 0.8 and "
                 "1 in the published space")
          .field(
              "depths", &Model::depths,
              one_or_list(integer<int>(0, kMaxDepth), 1 + kWidths.size(), 1 + kWidths.size()),
              "of the stem, whose middle convolution only 2 keeps, and blocks beyond 2, 2, 4 and "
              "2 of the 4 stages, or one for all")
          .field("expand_ratios", &Model::expand_ratios,
                 one_or_list(number(0.01, 4), kBlocks, kBlocks),
                 "channels of a block's 3x3 convolution over those of its output: of 4, 4, 6 and 4 "
                 "blocks (those that are left out, too), or one for all; 0.2, 0.25 and 0.35 in the "
                 "published space")
          .field("classes", &Model::classes, integer<Size>(1, 1000000), "outputs of the head",
                 Size{1000});
  return record;
}

/// The multiple of 8 nearest to `channels`, but not below 90 % of it (make_divisible of the code).
std::int64_t divisible(double channels) {
  const auto nearest = static_cast<std::int64_t>(std::floor((channels + 4.0) / 8.0)) * 8;
  const std::int64_t least = std::max<std::int64_t>(nearest, 8);
  return static_cast<double>(least) < 0.9 * channels ? least + 8 : least;
}

/// Three 3x3 convolutions, the first with stride 2; the second has a shortcut around it and its
/// ReLU.
FeatureMap add_stem(WorkloadBuilder& builder, const OfaResNet50Model& model) {
  const auto width = [&](std::size_t index) {
    return divisible(64.0 * value_at(model.width_multipliers, index));
  };
  const std::int64_t middle = divisible(static_cast<double>(width(0) / 2));
  FeatureMap x = {builder.input("image", model.images * model.image * model.image, 3), model.image,
                  model.image};
  x = conv_relu(builder, "stem0", "stem0_relu", Role::stem, x, {middle, 3, 2});
  if (value_at(model.depths, 0) == kMaxDepth) {
    const FeatureMap y = conv_relu(builder, "stem1", "stem1_relu", Role::stem, x, {middle, 3});
    x.tensor =
        builder.elementwise("stem1_add", Role::stem, ElementFunction::add, {y.tensor, x.tensor});
  }
  return conv_relu(builder, "stem2", "stem2_relu", Role::stem, x, {width(1), 3});
}

std::vector<ResNetStage> stages_of(const OfaResNet50Model& model) {
  std::vector<ResNetStage> stages;
  std::size_t first = 0;  // block of the stage, in a network of full depth
  for (std::size_t s = 0; s < kWidths.size(); ++s) {
    ResNetStage stage;
    stage.channels = divisible(kWidths[s] * value_at(model.width_multipliers, 2 + s));
    const auto depth = static_cast<std::size_t>(kBaseDepths[s] + value_at(model.depths, 1 + s));
    for (std::size_t b = first; b < first + depth; ++b) {
      const double ratio = value_at(model.expand_ratios, b);
      stage.mids.push_back(divisible(std::nearbyint(static_cast<double>(stage.channels) * ratio)));
    }
    first += static_cast<std::size_t>(kBaseDepths[s] + kMaxDepth);
    stages.push_back(std::move(stage));
  }
  return stages;
}

Workload build_ofa_resnet50(const OfaResNet50Model& model, const std::string& name,
                            const std::string& file) {
  WorkloadBuilder builder(name, model.images, model.bits, file);
  add_resnet_body(builder, add_stem(builder, model), stages_of(model), Shortcut::pooled_convolution,
                  model.classes);
  return std::move(builder).build();
}

}  // namespace

const Family ofa_resnet50_family =
    make_family<OfaResNet50Model, ofa_resnet50_record, build_ofa_resnet50>(
        "ofa_resnet50", "Once-For-All ResNet-50: subnets of elastic depth, width, expansion");

}  // namespace saccade
