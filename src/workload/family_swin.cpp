// Swin: attention in windows that shift from block to block, over maps that get coarser.
// Liu et al., Swin Transformer: Hierarchical Vision Transformer using Shifted Windows, ICCV 2021;
// layers as in its code for classification and, with UPerNet, for segmentation.
#include "workload/encoder.hpp"
#include "workload/family.hpp"
#include "workload/upernet.hpp"

namespace saccade {
namespace {

using Size = std::int64_t;

enum class SwinHead { classifier, upernet };

struct SwinModel {
  std::string name;
  int images = 1;
  std::optional<Accuracy> accuracy;
  BitWidths bits;
  Size image_height = 224;
  Size image_width = 224;
  Size patch = 4;
  Size width = 0;
  std::vector<int> depths;
  std::vector<Size> heads;
  Size window = 7;
  Size mlp_ratio = 4;
  SwinHead head = SwinHead::classifier;
  std::optional<Size> decoder_channels;
  Size classes = 0;
};

void check_swin(const SwinModel& model, const Cursor& cursor) {
  const std::size_t stages = model.depths.size();
  if (model.heads.size() != stages) {
    cursor.at("heads").fail(
        fmt::format("has {} values, expected {} as 'depths' has", model.heads.size(), stages));
    return;
  }
  for (std::size_t i = 0; i < stages; ++i) {
    if ((model.width << i) % model.heads[i] == 0) continue;
    cursor.at("heads").at(i).fail(
        fmt::format("is {}, expected a divisor of the {} channels of the "
                    "stage",
                    model.heads[i], model.width << i));
  }
  const Size step = model.patch << (stages - 1);
  const auto check_side = [&](const char* key, Size side) {
    if (side % step == 0 && side / step >= model.window) return;
    cursor.at(key).fail(
        fmt::format("is {}, expected a multiple of {}, from {} on, so that the "
                    "last stage has whole pixels and at least one window",
                    side, step, step * model.window));
  };
  check_side("image_height", model.image_height);
  check_side("image_width", model.image_width);
  if (model.head == SwinHead::classifier && model.decoder_channels) {
    cursor.at("decoder_channels").fail("is of no use, expected it with the head 'upernet' only");
  }
}

const Record<SwinModel>& swin_record() {
  static const auto record =
      family_record<SwinModel>("a Swin model")
          .field("image_height", &SwinModel::image_height, integer<Size>(1, 65536),
                 "height of the image in pixels", Size{224})
          .field("image_width", &SwinModel::image_width, integer<Size>(1, 65536),
                 "width of the image in pixels", Size{224})
          .field("patch", &SwinModel::patch, integer<Size>(1, 1024), "side of a patch in pixels",
                 Size{4})
          .field("width", &SwinModel::width, integer<Size>(1, 65536),
                 "channels of the first stage; each further one has twice as many")
          .field("depths", &SwinModel::depths, list(integer<int>(1, 1024), 2, 8),
                 "blocks of each stage")
          .field("heads", &SwinModel::heads, list(integer<Size>(1, 1024), 2, 8),
                 "attention heads of each stage")
          .field("window", &SwinModel::window, integer<Size>(1, 1024),
                 "side of a window in patches; every second block shifts by half of it", Size{7})
          .field("mlp_ratio", &SwinModel::mlp_ratio, integer<Size>(1, 64),
                 "width of the feed-forward layer over the channels", Size{4})
          .field("head", &SwinModel::head,
                 choice<SwinHead>(
                     {{"classifier", SwinHead::classifier}, {"upernet", SwinHead::upernet}}),
                 "what the network ends in: classes of the image, or of every patch",
                 SwinHead::classifier)
          .field("decoder_channels", &SwinModel::decoder_channels,
                 optional(integer<Size>(1, 65536)), "channels of UPerNet; 512 if left out",
                 std::optional<Size>())
          .field("classes", &SwinModel::classes, integer<Size>(1, 1000000), "outputs of the head")
          .rule(check_swin);
  return record;
}

/// Adds the parts of the network one after the other; x is the map that the last of them computed.
class SwinBuilder {
 public:
  SwinBuilder(const SwinModel& model, const std::string& name, const std::string& file)
      : model_(model), builder_(name, model.images, model.bits, file) {}

  Workload build() && {
    add_patches();
    std::vector<FeatureMap> maps;  // what UPerNet reads
    for (std::size_t stage = 0; stage < model_.depths.size(); ++stage) {
      const std::string name = fmt::format("s{}", stage);
      if (stage > 0) add_merging(fmt::format("s{}", stage - 1));
      for (int i = 0; i < model_.depths[stage]; ++i) {
        builder_.set_block(block_++);
        add_block(fmt::format("{}b{}", name, i), model_.heads[stage], i % 2 == 1);
      }
      builder_.set_block(-1);
      if (model_.head != SwinHead::upernet) continue;
      maps.push_back({builder_.layernorm(name + ".ln", x_.tensor), x_.height, x_.width});
    }
    builder_.mark_output(
        maps.empty()
            ? add_classifier()
            : upernet_head(builder_, maps, model_.decoder_channels.value_or(512), model_.classes));
    return std::move(builder_).build();
  }

 private:
  Size columns() const { return builder_.tensor(x_.tensor).columns(); }

  void add_patches() {
    Conv2d conv;
    conv.in_channels = 3;
    conv.out_channels = model_.width;
    conv.in_height = model_.image_height;
    conv.in_width = model_.image_width;
    conv.kernel_height = conv.kernel_width = conv.stride = model_.patch;
    const TensorId image =
        builder_.input("image", model_.images * conv.in_height * conv.in_width, 3);
    const TensorId patches = builder_.conv2d("patch_embed", Role::stem, image, conv, Bias::vector);
    x_ = {builder_.layernorm("pe.ln", patches), conv.out_height(), conv.out_width()};
  }

  /// x += proj(attention in windows(norm(x))); x += fc2(gelu(fc1(norm(x)))). The map is padded to
  /// whole windows, whose padding is computed like the rest. One window has nothing to shift.
  void add_block(const std::string& name, Size heads, bool shifted) {
    const Size window = model_.window;
    const Size windows = ceil_div(x_.height, window) * ceil_div(x_.width, window);
    const Size rows = model_.images * windows * window * window;
    TensorId tokens = builder_.layernorm(name + ".ln1", x_.tensor);
    if (windows > 1) tokens = builder_.gather(name + ".partition", Role::layout, tokens, rows);
    const TensorId qkv =
        builder_.linear(name + ".qkv", Role::projection, tokens, 3 * columns(), Bias::vector);
    Attention shape;
    shape.images = model_.images * windows;
    shape.heads = heads;
    shape.queries = window * window;
    shape.bias_offsets = (2 * window - 1) * (2 * window - 1);
    shape.masked = shifted && windows > 1;
    const TensorId sv = self_attention(builder_, name, shape, qkv);
    TensorId proj = builder_.linear(name + ".proj", Role::projection, sv, columns(), Bias::vector);
    if (windows > 1) {
      proj = builder_.gather(name + ".reverse", Role::layout, proj, model_.images * x_.pixels());
    }
    const TensorId res1 = builder_.elementwise(name + ".res1", Role::projection,
                                               ElementFunction::add, {proj, x_.tensor});
    x_.tensor =
        feed_forward(builder_, name, columns() * model_.mlp_ratio, ElementFunction::gelu, res1);
  }

  /// The four pixels of each 2 x 2 beside each other, a norm, and half as many channels.
  void add_merging(const std::string& name) {
    const FeatureMap fine = x_;
    const Size channels = columns();
    x_.height /= 2;
    x_.width /= 2;
    x_.tensor = builder_.assembled(name + ".pm", model_.images * x_.pixels(), 4 * channels);
    for (int part = 0; part < 4; ++part) {
      gathered_into(builder_, fmt::format("{}.pm.part{}", name, part), fine, x_, part * channels);
    }
    const TensorId norm = builder_.layernorm(name + ".pm.ln", x_.tensor);
    x_.tensor =
        builder_.linear(name + ".patch_merge", Role::projection, norm, 2 * channels, Bias::none);
  }

  TensorId add_classifier() {
    const TensorId norm = builder_.layernorm("ln", x_.tensor);
    const Reduce mean{ReduceFunction::mean, model_.images, x_.pixels(), columns()};
    const TensorId pool =
        builder_.add("pool", Role::head, mean, {{norm}}, model_.images, columns());
    return builder_.linear("head", Role::head, pool, model_.classes, Bias::vector);
  }

  const SwinModel& model_;
  WorkloadBuilder builder_;
  FeatureMap x_;
  int block_ = 0;
};

Workload build_swin(const SwinModel& model, const std::string& name, const std::string& file) {
  return SwinBuilder(model, name, file).build();
}

}  // namespace

const Family swin_family = make_family<SwinModel, swin_record, build_swin>(
    "swin", "Swin: attention in shifted windows, with a classifier or UPerNet");

}  // namespace saccade
