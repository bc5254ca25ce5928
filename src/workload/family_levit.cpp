// LeViT: a convolutional pyramid, attention with biases by position, batch norms and hardswish.
// Graham et al., LeViT: a Vision Transformer in ConvNet's Clothing for Faster Inference, ICCV 2021,
// and its code.
#include "workload/family.hpp"
#include "workload/feature_map.hpp"

namespace saccade {
namespace {

using Size = std::int64_t;

constexpr Size kStemStride = 16;  ///< four convolutions of stride 2
constexpr Size kValueRatio = 2;   ///< width of values over that of keys (the code's attn_ratio)
constexpr Size kSubsampleValueRatio = 4;  ///< in the attention that shrinks the map

struct LevitModel {
  std::string name;
  int images = 1;
  std::optional<Accuracy> accuracy;
  BitWidths bits;
  Size image = 224;
  std::vector<Size> widths;
  std::vector<int> depths;
  std::vector<Size> heads;
  std::vector<Size> subsample_heads;
  Size key_width = 16;
  Size mlp_ratio = 2;
  Size classes = 1000;
};

void check_levit(const LevitModel& model, const Cursor& cursor) {
  const std::size_t stages = model.widths.size();
  const auto check_length = [&](const char* key, std::size_t length, std::size_t expected) {
    if (length == expected) return;
    cursor.at(key).fail(fmt::format("has {} values, expected {} for the {} stages of 'widths'",
                                    length, expected, stages));
  };
  check_length("depths", model.depths.size(), stages);
  check_length("heads", model.heads.size(), stages);
  check_length("subsample_heads", model.subsample_heads.size(), stages - 1);
  if (model.image % kStemStride != 0) {
    cursor.at("image").fail(fmt::format("is {}, expected a multiple of {}: the stem halves 4 times",
                                        model.image, kStemStride));
  }
  if (model.widths.front() % 8 != 0) {
    cursor.at("widths").fail(
        fmt::format("starts with {}, expected a multiple of 8: the stem's first layer has an "
                    "eighth of it",
                    model.widths.front()));
  }
}

const Record<LevitModel>& levit_record() {
  static const auto record =
      family_record<LevitModel>("a LeViT model")
          .field("image", &LevitModel::image, integer<Size>(16, 16384),
                 "side of the image in pixels", Size{224})
          .field("widths", &LevitModel::widths, list(integer<Size>(1, 65536), 1, 16),
                 "channels of each stage")
          .field("depths", &LevitModel::depths, list(integer<int>(1, 1024), 1, 16),
                 "blocks of each stage")
          .field("heads", &LevitModel::heads, list(integer<Size>(1, 1024), 1, 16),
                 "attention heads of each stage")
          .field("subsample_heads", &LevitModel::subsample_heads,
                 list(integer<Size>(1, 1024), 0, 15),
                 "heads of the attention that leads from each stage to the next")
          .field("key_width", &LevitModel::key_width, integer<Size>(1, 4096),
                 "columns of the queries and keys of a head")
          .field("mlp_ratio", &LevitModel::mlp_ratio, integer<Size>(1, 64),
                 "width of the feed-forward layer over the channels", Size{2})
          .field("classes", &LevitModel::classes, integer<Size>(1, 1000000), "outputs of each head",
                 Size{1000})
          .rule(check_levit);
  return record;
}

/// Adds the parts of the network one after the other; x is what the last of them computed.
class LevitBuilder {
 public:
  LevitBuilder(const LevitModel& model, const std::string& name, const std::string& file)
      : model_(model), builder_(name, model.images, model.bits, file) {}

  Workload build() && {
    add_stem();
    for (std::size_t stage = 0; stage < model_.widths.size(); ++stage) {
      if (stage > 0) add_subsample(stage);
      for (int i = 0; i < model_.depths[stage]; ++i) {
        builder_.set_block(block_++);
        const std::string name = fmt::format("s{}b{}", stage, i);
        add_attention(name, model_.heads[stage]);
        add_feed_forward(name);
      }
    }
    builder_.set_block(-1);
    add_head();
    return std::move(builder_).build();
  }

 private:
  Size tokens() const { return side_ * side_; }

  void add_stem() {
    FeatureMap map{builder_.input("image", model_.images * model_.image * model_.image, 3),
                   model_.image, model_.image};
    for (int i = 0; i < 4; ++i) {
      const std::string name = fmt::format("stem{}", i);
      if (i > 0) {
        map = activation(builder_, fmt::format("stem{}.hs", i - 1), Role::stem,
                         ElementFunction::hardswish, map);
      }
      const ConvLayer layer = {model_.widths[0] >> (3 - i), 3, 2};
      map = conv_layer(builder_, name, Role::stem, map, layer);
    }
    x_ = map.tensor;
    side_ = map.height;
  }

  /// x += proj(hardswish(attention(x))). The columns of qkv are those of a head after those of the
  /// head before: query, key, value.
  void add_attention(const std::string& name, Size heads) {
    const Size key = model_.key_width;
    const Size value = kValueRatio * key;
    View q;
    q.tensor = linear(name + ".qkv", Role::projection, x_, heads * (2 * key + value));
    q.image_rows = tokens();
    q.head_columns = 2 * key + value;
    View k = q;
    k.column = key;
    View v = q;
    v.column = 2 * key;
    const TensorId proj =
        projected(name, {model_.images, heads, tokens(), tokens(), key, value, tokens()}, q, k, v,
                  builder_.tensor(x_).columns());
    x_ = builder_.elementwise(name + ".res", Role::projection, ElementFunction::add, {proj, x_});
  }

  /// Attention of every second token in both directions to all of them, into the channels of
  /// `stage`, and its feed-forward layer.
  void add_subsample(std::size_t stage) {
    const std::string name = fmt::format("s{}ds", stage - 1);
    builder_.set_block(block_++);
    const Size heads = model_.subsample_heads[stage - 1];
    const Size key = model_.key_width;
    const Size value = kSubsampleValueRatio * key;
    View k;
    k.tensor = linear(name + ".kv", Role::projection, x_, heads * (key + value));
    k.image_rows = tokens();
    k.head_columns = key + value;
    View v = k;
    v.column = key;
    const Size keys = tokens();
    side_ = ceil_div(side_, 2);
    const TensorId chosen =
        builder_.gather(name + ".subsample", Role::layout, x_, model_.images * tokens());
    View q;
    q.tensor = linear(name + ".q", Role::projection, chosen, heads * key);
    q.image_rows = tokens();
    q.head_columns = key;
    x_ = projected(name, {model_.images, heads, tokens(), keys, key, value, keys}, q, k, v,
                   model_.widths[stage]);
    add_feed_forward(name);
  }

  /// Biases are by the distances of a query and a key in both directions: one per key, the first
  /// query being in a corner.
  TensorId projected(const std::string& name, const Attention& shape, View q, View k, View v,
                     Size columns) {
    const TensorId sv = builder_.attention(name, shape, q, k, v);
    const TensorId hs =
        builder_.elementwise(name + ".hs", Role::projection, ElementFunction::hardswish, {sv});
    return linear(name + ".proj", Role::projection, hs, columns);
  }

  void add_feed_forward(const std::string& name) {
    const Size width = builder_.tensor(x_).columns();
    const TensorId fc1 = linear(name + ".fc1", Role::ffn, x_, width * model_.mlp_ratio);
    const TensorId hs =
        builder_.elementwise(name + ".hs2", Role::ffn, ElementFunction::hardswish, {fc1});
    const TensorId fc2 = linear(name + ".fc2", Role::ffn, hs, width);
    x_ = builder_.elementwise(name + ".res2", Role::ffn, ElementFunction::add, {fc2, x_});
  }

  /// The mean of the classifier and of the one that was trained by a teacher.
  void add_head() {
    const Size width = builder_.tensor(x_).columns();
    const Reduce mean{ReduceFunction::mean, model_.images, tokens(), width};
    const TensorId pool = builder_.add("pool", Role::head, mean, {{x_}}, model_.images, width);
    std::vector<TensorId> outputs;
    for (const std::string name : {"head", "head_dist"}) {
      const TensorId norm = builder_.batchnorm(name + ".bn", pool);
      outputs.push_back(builder_.linear(name, Role::head, norm, model_.classes, Bias::vector));
    }
    const TensorId sum =
        builder_.elementwise("head_sum", Role::head, ElementFunction::add, outputs);
    builder_.mark_output(builder_.elementwise("logits", Role::head, ElementFunction::scale, {sum}));
  }

  /// All linear layers but the heads have no bias and a batch norm.
  TensorId linear(const std::string& name, Role role, TensorId x, Size columns) {
    return builder_.linear(name, role, x, columns, Bias::batch_norm);
  }

  const LevitModel& model_;
  WorkloadBuilder builder_;
  TensorId x_ = -1;
  Size side_ = 1;  ///< of the map of tokens
  int block_ = 0;
};

Workload build_levit(const LevitModel& model, const std::string& name, const std::string& file) {
  return LevitBuilder(model, name, file).build();
}

}  // namespace

const Family levit_family = make_family<LevitModel, levit_record, build_levit>(
    "levit", "LeViT: convolutional pyramid, attention with biases, hardswish");

}  // namespace saccade
