// MobileViT: inverted residuals, and transformers over every second pixel in both directions.
// Mehta and Rastegari, MobileViT: Light-weight, General-purpose, and Mobile-friendly Vision
// Transformer, ICLR 2022, and its code (ml-cvnets).
#include <algorithm>

#include "workload/encoder.hpp"
#include "workload/family.hpp"
#include "workload/feature_map.hpp"

namespace saccade {
namespace {

using Size = std::int64_t;

constexpr Size kPatch = 2;                ///< side of the patches whose pixels attend apart
constexpr Size kHeadExpansion = 4;        ///< of the last convolution (code: last_layer_exp_factor)
constexpr Size kMostHeadChannels = 960;   ///< of it
constexpr std::size_t kResiduals = 2;     ///< stages of inverted residuals alone
constexpr std::size_t kTransformers = 3;  ///< stages with a transformer, which follow

struct MobileVitModel {
  std::string name;
  int images = 1;
  std::optional<Accuracy> accuracy;
  BitWidths bits;
  Size image = 256;
  Size stem_channels = 16;
  Size expansion = 4;
  std::vector<Size> channels;
  std::vector<Size> widths;
  std::vector<Size> hidden;
  std::vector<int> depths;
  Size heads = 4;
  Size classes = 1000;
};

void check_mobilevit(const MobileVitModel& model, const Cursor& cursor) {
  for (std::size_t i = 0; i < model.widths.size(); ++i) {
    expect_multiple(cursor.at("widths").at(i), model.widths[i], model.heads, "the {} heads");
  }
  // The code rounds other widths of inverted residuals to a multiple of 8.
  const auto check_expanded = [&](const Cursor& at, Size channels) {
    if (channels * model.expansion % 8 == 0) return;
    at.fail(
        fmt::format("is {}, which makes {} channels in an inverted residual, expected a "
                    "multiple of 8",
                    channels, channels * model.expansion));
  };
  check_expanded(cursor.at("stem_channels"), model.stem_channels);
  for (std::size_t i = 0; i + 1 < model.channels.size(); ++i) {
    check_expanded(cursor.at("channels").at(i), model.channels[i]);
  }
}

const Record<MobileVitModel>& mobilevit_record() {
  const auto sizes = [](std::size_t count) { return list(integer<Size>(1, 65536), count, count); };
  static const auto record =
      family_record<MobileVitModel>("a MobileViT model")
          .field("image", &MobileVitModel::image, integer<Size>(1, 16384),
                 "side of the image in pixels", Size{256})
          .field("stem_channels", &MobileVitModel::stem_channels, integer<Size>(1, 65536),
                 "channels of the first convolution", Size{16})
          .field("expansion", &MobileVitModel::expansion, integer<Size>(1, 64),
                 "channels inside of an inverted residual over those of its input")
          .field("channels", &MobileVitModel::channels, sizes(kResiduals + kTransformers),
                 "channels of each stage")
          .field("widths", &MobileVitModel::widths, sizes(kTransformers),
                 "embedding widths of the transformers, in stages 3 to 5")
          .field("hidden", &MobileVitModel::hidden, sizes(kTransformers),
                 "widths of their feed-forward layers")
          .field("depths", &MobileVitModel::depths,
                 list(integer<int>(1, 1024), kTransformers, kTransformers), "their layers")
          .field("heads", &MobileVitModel::heads, integer<Size>(1, 1024), "their attention heads",
                 Size{4})
          .field("classes", &MobileVitModel::classes, integer<Size>(1, 1000000),
                 "outputs of the head", Size{1000})
          .rule(check_mobilevit);
  return record;
}

/// Adds the parts of the network one after the other; x is the map that the last of them computed.
class MobileVitBuilder {
 public:
  MobileVitBuilder(const MobileVitModel& model, const std::string& name, const std::string& file)
      : model_(model), builder_(name, model.images, model.bits, file) {}

  Workload build() && {
    x_ = {builder_.input("image", model_.images * model_.image * model_.image, 3), model_.image,
          model_.image};
    x_ = convolve("conv1", {model_.stem_channels, 3, 2}, x_);
    x_ = silu("silu1", x_);
    add_residual("l1b0", model_.channels[0], 1);
    for (int i = 0; i < 3; ++i) {
      add_residual(fmt::format("l2b{}", i), model_.channels[1], i == 0 ? 2 : 1);
    }
    for (std::size_t i = 0; i < kTransformers; ++i) {
      const std::string stage = fmt::format("l{}", kResiduals + i + 1);
      add_residual(stage + ".mv2", model_.channels[kResiduals + i], 2);
      add_block(stage, i);
    }
    add_head();
    return std::move(builder_).build();
  }

 private:
  /// Inverted residual: to more channels, a convolution in each of them, and back to fewer.
  void add_residual(const std::string& name, Size channels, Size stride) {
    const FeatureMap input = x_;
    const Size before = builder_.tensor(x_.tensor).columns();
    const Size inside = before * model_.expansion;
    x_ = silu(name + ".silu", convolve(name + ".exp", {inside}, x_));
    x_ = silu(name + ".silu2", convolve(name + ".dw", {inside, 3, stride, inside}, x_));
    x_ = convolve(name + ".red", {channels}, x_);
    if (stride > 1 || channels != before) return;
    x_.tensor = builder_.elementwise(name + ".res", Role::stem, ElementFunction::add,
                                     {x_.tensor, input.tensor});
  }

  /// Convolution, transformer, and convolution of what both gave, in the `i`-th such stage.
  void add_block(const std::string& name, std::size_t i) {
    const Size channels = builder_.tensor(x_.tensor).columns();
    FeatureMap both = x_;
    both.tensor = builder_.assembled(name + ".concat", model_.images * x_.pixels(), 2 * channels);
    gathered_into(builder_, name + ".skip", x_, both, 0);
    x_ = silu(name + ".silu", convolve(name + ".loc3x3", {channels, 3}, x_));
    x_ = convolve(name + ".loc1x1", {model_.widths[i], 1, 1, 1, Bias::none}, x_);
    add_transformer(name, i);
    x_ = convolve(name + ".proj1x1", {channels}, x_);
    activation_into(builder_, name + ".silu2", Role::stem, ElementFunction::silu, x_, both,
                    channels);
    x_ = silu(name + ".silu3", convolve(name + ".fus3x3", {channels, 3}, both));
  }

  /// Pixels of one place in their 2 x 2 patches attend to each other; maps of odd sides are resized
  /// to even ones before and back after.
  void add_transformer(const std::string& name, std::size_t i) {
    const FeatureMap map = x_;
    const Size height = round_up(map.height, kPatch);
    const Size width = round_up(map.width, kPatch);
    const bool resizes = height != map.height || width != map.width;
    if (resizes) x_ = resized(builder_, name + ".up", Role::layout, x_, height, width);
    const Size rows = model_.images * x_.pixels();
    TensorId tokens = builder_.gather(name + ".unfold", Role::layout, x_.tensor, rows);
    EncoderBlock block;
    block.heads = model_.heads;
    block.groups = kPatch * kPatch;
    block.tokens = x_.pixels() / block.groups;
    block.hidden = model_.hidden[i];
    block.activation = ElementFunction::silu;
    for (int layer = 0; layer < model_.depths[i]; ++layer) {
      block.name = fmt::format("{}t{}", name, layer);
      tokens = encoder_block(builder_, block_++, block, tokens);
    }
    tokens = builder_.layernorm(name + ".ln", tokens);
    x_.tensor = builder_.gather(name + ".fold", Role::layout, tokens, rows);
    if (resizes) x_ = resized(builder_, name + ".down", Role::layout, x_, map.height, map.width);
  }

  void add_head() {
    const Size channels =
        std::min(kHeadExpansion * builder_.tensor(x_.tensor).columns(), kMostHeadChannels);
    x_ = conv_layer(builder_, "conv_exp", Role::head, x_, {channels});
    x_ = activation(builder_, "silu2", Role::head, ElementFunction::silu, x_);
    const Reduce mean{ReduceFunction::mean, model_.images, x_.pixels(), channels};
    const TensorId pool =
        builder_.add("pool", Role::head, mean, {{x_.tensor}}, model_.images, channels);
    builder_.mark_output(builder_.linear("fc", Role::head, pool, model_.classes, Bias::vector));
  }

  FeatureMap convolve(const std::string& name, const ConvLayer& layer, const FeatureMap& x) {
    return conv_layer(builder_, name, Role::stem, x, layer);
  }
  FeatureMap silu(const std::string& name, const FeatureMap& x) {
    return activation(builder_, name, Role::stem, ElementFunction::silu, x);
  }

  const MobileVitModel& model_;
  WorkloadBuilder builder_;
  FeatureMap x_;
  int block_ = 0;  ///< transformer layers so far
};

Workload build_mobilevit(const MobileVitModel& model, const std::string& name,
                         const std::string& file) {
  return MobileVitBuilder(model, name, file).build();
}

}  // namespace

const Family mobilevit_family = make_family<MobileVitModel, mobilevit_record, build_mobilevit>(
    "mobilevit", "MobileViT: inverted residuals, transformers over groups of pixels");

}  // namespace saccade
