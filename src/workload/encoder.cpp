#include "workload/encoder.hpp"

#include <fmt/format.h>

namespace saccade {

TensorId class_token_and_positions(WorkloadBuilder& builder, TensorId patches) {
  const std::int64_t width = builder.tensor(patches).columns();
  const std::int64_t tokens = builder.tensor(patches).rows() / builder.images() + 1;
  const TensorId embeddings =
      builder.parameter("cls+pos.weight", {tokens + 1, width}, builder.tensor(patches).bits);
  const std::int64_t rows = builder.images() * tokens;
  return builder.add("cls+pos", Role::stem, Elementwise{ElementFunction::add, rows, width},
                     {{patches}, {embeddings}}, rows, width);
}

TensorId self_attention(WorkloadBuilder& builder, const std::string& name, Attention shape,
                        TensorId qkv) {
  const std::int64_t width = builder.tensor(qkv).columns() / 3;
  shape.keys = shape.queries;
  shape.key_width = shape.value_width = width / shape.heads;
  View q;
  q.tensor = qkv;
  q.image_rows = shape.queries;
  q.head_columns = shape.key_width;
  View k = q;
  k.column = width;
  View v = q;
  v.column = 2 * width;
  return builder.attention(name, shape, q, k, v);
}

TensorId feed_forward(WorkloadBuilder& builder, const std::string& name, std::int64_t hidden,
                      ElementFunction activation, TensorId x) {
  const std::int64_t width = builder.tensor(x).columns();
  const TensorId ln2 = builder.layernorm(name + ".ln2", x);
  const TensorId fc1 = builder.linear(name + ".fc1", Role::ffn, ln2, hidden, Bias::vector);
  const TensorId act = builder.elementwise(name + ".act", Role::ffn, activation, {fc1});
  const TensorId fc2 = builder.linear(name + ".fc2", Role::ffn, act, width, Bias::vector);
  return builder.elementwise(name + ".res2", Role::ffn, ElementFunction::add, {fc2, x});
}

TensorId encoder_block(WorkloadBuilder& builder, int index, const EncoderBlock& block, TensorId x) {
  const std::string& name = block.name;
  const std::int64_t width = builder.tensor(x).columns();
  const Bias qkv_bias = block.qkv_bias ? Bias::vector : Bias::none;
  builder.set_block(index);
  const TensorId ln1 = builder.layernorm(name + ".ln1", x);
  const TensorId qkv = builder.linear(name + ".qkv", Role::projection, ln1, 3 * width, qkv_bias);
  Attention shape;
  shape.images = builder.images() * block.groups;
  shape.heads = block.heads;
  shape.queries = block.tokens;
  const TensorId sv = self_attention(builder, name, shape, qkv);
  const TensorId proj = builder.linear(name + ".proj", Role::projection, sv, width, Bias::vector);
  const TensorId res1 =
      builder.elementwise(name + ".res1", Role::projection, ElementFunction::add, {proj, x});
  const TensorId res2 = feed_forward(builder, name, block.hidden, block.activation, res1);
  builder.set_block(-1);
  return res2;
}

TensorId class_token_head(WorkloadBuilder& builder, TensorId x, std::int64_t classes) {
  if (builder.images() == 1) {
    return builder.linear("head", Role::head, View{x}, 1, classes, Bias::vector);
  }
  const TensorId tokens = builder.gather("cls", Role::head, x, builder.images());
  return builder.linear("head", Role::head, tokens, classes, Bias::vector);
}

Type<ElementFunction> activation_type() {
  return choice<ElementFunction>({{"gelu", ElementFunction::gelu},
                                  {"relu", ElementFunction::relu},
                                  {"silu", ElementFunction::silu},
                                  {"hardswish", ElementFunction::hardswish}});
}

}  // namespace saccade
