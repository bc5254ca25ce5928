#include "workload/builder.hpp"

#include <algorithm>

#include "base/error.hpp"
#include "workload/dimensions.hpp"

namespace saccade {

TensorId WorkloadBuilder::add_tensor(Tensor tensor) {
  // At once: the sizes of later tensors are computed from it.
  if (const auto mistake = shape_mistake(tensor)) throw UserError({Mistake{source_, "", *mistake}});
  tensors_.push_back(std::move(tensor));
  return static_cast<TensorId>(tensors_.size() - 1);
}

TensorId WorkloadBuilder::input(const std::string& name, std::int64_t rows, std::int64_t columns) {
  Tensor tensor;
  tensor.name = name;
  tensor.shape = {rows, columns};
  tensor.bits = bits_.activation;
  tensor.kind = TensorKind::network_input;
  return add_tensor(std::move(tensor));
}

TensorId WorkloadBuilder::parameter(const std::string& name, std::vector<std::int64_t> shape,
                                    int bits) {
  Tensor tensor;
  tensor.name = name;
  tensor.shape = std::move(shape);
  tensor.bits = bits;
  tensor.kind = TensorKind::parameter;
  return add_tensor(std::move(tensor));
}

TensorId WorkloadBuilder::add(const std::string& name, Role role, Body body,
                              std::vector<View> inputs, std::int64_t rows, std::int64_t columns,
                              View output) {
  output.tensor = assembled(name, rows, columns);
  add_into(name, role, std::move(body), std::move(inputs), output);
  return output.tensor;
}

TensorId WorkloadBuilder::assembled(const std::string& name, std::int64_t rows,
                                    std::int64_t columns) {
  Tensor tensor;
  tensor.name = name;
  tensor.shape = {rows, columns};
  tensor.bits = bits_.activation;
  return add_tensor(std::move(tensor));
}

void WorkloadBuilder::add_into(const std::string& name, Role role, Body body,
                               std::vector<View> inputs, View output) {
  Op op;
  op.name = name;
  op.block = block_;
  op.role = role;
  op.body = std::move(body);
  op.inputs = std::move(inputs);
  op.outputs = {output};
  ops_.push_back(std::move(op));
}

void WorkloadBuilder::add_weights(const std::string& name, std::int64_t rows, std::int64_t columns,
                                  Bias bias, std::vector<View>& inputs) {
  inputs.push_back({parameter(name + ".weight", {rows, columns}, bits_.weight)});
  if (bias == Bias::none) return;
  const std::int64_t bias_rows = bias == Bias::batch_norm ? 2 : 1;
  inputs.push_back({parameter(name + ".bias", {bias_rows, columns}, bits_.accumulator)});
}

TensorId WorkloadBuilder::conv2d(const std::string& name, Role role, TensorId x, Conv2d shape,
                                 Bias bias) {
  shape.images = images_;
  shape.bias = bias != Bias::none;
  shape.accumulator_bits = bits_.accumulator;
  std::vector<View> inputs = {{x}};
  add_weights(name, shape.k(), shape.out_channels, bias, inputs);
  return add(name, role, shape, std::move(inputs), shape.m(), shape.out_channels);
}

MatMul WorkloadBuilder::add_product(const std::string& name, std::int64_t rows,
                                    std::int64_t columns, Bias bias, std::vector<View>& inputs) {
  MatMul body;
  body.m = rows;
  body.n = columns;
  body.k = tensor(inputs.front().tensor).columns();
  body.bias = bias != Bias::none;
  body.accumulator_bits = bits_.accumulator;
  add_weights(name, body.k, columns, bias, inputs);
  return body;
}

TensorId WorkloadBuilder::linear(const std::string& name, Role role, TensorId x,
                                 std::int64_t columns, Bias bias) {
  std::vector<View> inputs = {{x}};
  const MatMul body = add_product(name, tensor(x).rows(), columns, bias, inputs);
  return add(name, role, body, std::move(inputs), body.m, columns);
}

TensorId WorkloadBuilder::linear(const std::string& name, Role role, View x, std::int64_t rows,
                                 std::int64_t columns, Bias bias) {
  std::vector<View> inputs = {x};
  MatMul body = add_product(name, rows, columns, bias, inputs);
  body.images = images_;
  View output;
  output.image_rows = rows;
  return add(name, role, body, std::move(inputs), images_ * rows, columns, output);
}

void WorkloadBuilder::linear_into(const std::string& name, Role role, TensorId x,
                                  std::int64_t columns, Bias bias, View output) {
  std::vector<View> inputs = {{x}};
  const MatMul body = add_product(name, tensor(x).rows(), columns, bias, inputs);
  add_into(name, role, body, std::move(inputs), output);
}

TensorId WorkloadBuilder::layernorm(const std::string& name, TensorId x) {
  return norm(name, NormKind::layer, x);
}

TensorId WorkloadBuilder::batchnorm(const std::string& name, TensorId x) {
  return norm(name, NormKind::batch, x);
}

TensorId WorkloadBuilder::norm(const std::string& name, NormKind kind, TensorId x) {
  const std::int64_t rows = tensor(x).rows();
  const std::int64_t columns = tensor(x).columns();
  const TensorId weight = parameter(name + ".weight", {2, columns}, bits_.norm);
  return add(name, Role::norm, Norm{kind, rows, columns}, {{x}, {weight}}, rows, columns);
}

TensorId WorkloadBuilder::elementwise(const std::string& name, Role role, ElementFunction function,
                                      const std::vector<TensorId>& inputs) {
  std::int64_t rows = 1;
  std::vector<View> views;
  for (const TensorId id : inputs) {
    rows = std::max(rows, tensor(id).rows());
    views.push_back({id});
  }
  const std::int64_t columns = tensor(inputs.front()).columns();
  return add(name, role, Elementwise{function, rows, columns}, std::move(views), rows, columns);
}

TensorId WorkloadBuilder::softmax_of(const std::string& prefix, const Attention& shape,
                                     TensorId scores) {
  const Role role = Role::core_attention;
  const std::int64_t rows = tensor(scores).rows();
  std::vector<TensorId> made = {scores};
  made.push_back(elementwise(prefix + ".scale", role, ElementFunction::scale, {made.back()}));
  if (shape.bias_offsets > 0) {
    const TensorId table =
        parameter(prefix + ".abias.weight", {shape.heads, shape.bias_offsets}, bits_.score);
    made.push_back(
        elementwise(prefix + ".abias", role, ElementFunction::add, {made.back(), table}));
  }
  if (shape.masked) {
    made.push_back(elementwise(prefix + ".mask", role, ElementFunction::mask, {made.back()}));
  }
  made.push_back(
      add(prefix + ".softmax", role, Softmax{rows, shape.keys}, {{made.back()}}, rows, shape.keys));
  for (const TensorId id : made) tensors_[static_cast<std::size_t>(id)].bits = bits_.score;
  return made.back();
}

TensorId WorkloadBuilder::attention(const std::string& prefix, const Attention& shape, View q,
                                    View k, View v) {
  View scores;  // the rows of a head below those of the head before
  scores.image_rows = shape.heads * shape.queries;
  scores.head_rows = shape.queries;

  MatMul qk;
  qk.images = shape.images;
  qk.heads = shape.heads;
  qk.m = shape.queries;
  qk.n = shape.keys;
  qk.k = shape.key_width;
  qk.accumulator_bits = bits_.accumulator;
  k.transposed = true;
  const Role role = Role::core_attention;
  const std::int64_t score_rows = shape.images * shape.heads * shape.queries;
  const TensorId raw = add(prefix + ".qk", role, qk, {q, k}, score_rows, shape.keys, scores);
  scores.tensor = softmax_of(prefix, shape, raw);

  MatMul sv = qk;
  sv.n = shape.value_width;
  sv.k = shape.keys;
  View output;
  output.image_rows = shape.queries;
  output.head_columns = shape.value_width;
  return add(prefix + ".sv", role, sv, {scores, v}, shape.images * shape.queries,
             shape.heads * shape.value_width, output);
}

TensorId WorkloadBuilder::gather(const std::string& name, Role role, TensorId x,
                                 std::int64_t rows) {
  const std::int64_t columns = tensor(x).columns();
  return add(name, role, Gather{tensor(x).rows(), rows, columns}, {{x}}, rows, columns);
}

TensorId WorkloadBuilder::resample(const std::string& name, Role role, TensorId x, Resample shape) {
  shape.images = images_;
  shape.channels = tensor(x).columns();
  const std::int64_t rows = shape.images * shape.out_pixels();
  return add(name, role, shape, {{x}}, rows, shape.channels);
}

void WorkloadBuilder::mark_output(TensorId id) {
  tensors_[static_cast<std::size_t>(id)].kind = TensorKind::network_output;
}

Workload WorkloadBuilder::build(int parts) && {
  return Workload(std::move(name_), images_ / parts, std::move(tensors_), std::move(ops_), source_);
}

}  // namespace saccade
