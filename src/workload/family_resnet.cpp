// ResNets of bottleneck blocks, v1.5: the stride is in the 3x3 convolution. He et al., Deep
// Residual Learning for Image Recognition, CVPR 2016; layers as in torchvision's ResNet.
#include "workload/family.hpp"
#include "workload/resnet.hpp"

namespace saccade {
namespace {

constexpr std::size_t kStages = 4;

struct ResNetModel {
  std::string name;
  int images = 1;
  std::optional<Accuracy> accuracy;
  BitWidths bits;
  std::int64_t image = 224;
  std::vector<int> depths;
  std::int64_t classes = 1000;
};

const Record<ResNetModel>& resnet_record() {
  using Size = std::int64_t;
  static const auto record =
      family_record<ResNetModel>("a ResNet of bottleneck blocks")
          .field("image", &ResNetModel::image, integer<Size>(1, 16384),
                 "side of the image in pixels", Size{224})
          .field("depths", &ResNetModel::depths, list(integer<int>(1, 1024), kStages, kStages),
                 "blocks of each stage")
          .field("classes", &ResNetModel::classes, integer<Size>(1, 1000000), "outputs of the head",
                 Size{1000});
  return record;
}

Workload build_resnet(const ResNetModel& model, const std::string& name, const std::string& file) {
  WorkloadBuilder builder(name, model.images, model.bits, file);
  constexpr std::int64_t kStemChannels = 64;
  FeatureMap x = {builder.input("image", model.images * model.image * model.image, 3), model.image,
                  model.image};
  x = conv_relu(builder, "conv1", "relu", Role::stem, x, {kStemChannels, 7, 2});
  std::vector<ResNetStage> stages;
  std::int64_t mid = kStemChannels;
  for (const int depth : model.depths) {
    stages.push_back({std::vector<std::int64_t>(static_cast<std::size_t>(depth), mid), 4 * mid});
    mid *= 2;
  }
  add_resnet_body(builder, x, stages, Shortcut::strided_convolution, model.classes);
  return std::move(builder).build();
}

}  // namespace

const Family resnet_family = make_family<ResNetModel, resnet_record, build_resnet>(
    "resnet", "ResNet v1.5 of bottleneck blocks: ResNet-50, -101, -152");

}  // namespace saccade
