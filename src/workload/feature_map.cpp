#include "workload/feature_map.hpp"

namespace saccade {
namespace {

View columns_of(const FeatureMap& map, std::int64_t column) {
  View view;
  view.tensor = map.tensor;
  view.column = column;
  return view;
}

Resample bilinear(const WorkloadBuilder& builder, const FeatureMap& x, std::int64_t height,
                  std::int64_t width) {
  Resample body;
  body.images = builder.images();
  body.channels = builder.tensor(x.tensor).columns();
  body.in_height = x.height;
  body.in_width = x.width;
  body.out_height = height;
  body.out_width = width;
  body.taps_height = body.taps_width = 2;
  return body;
}

}  // namespace

FeatureMap conv_layer(WorkloadBuilder& builder, const std::string& name, Role role,
                      const FeatureMap& x, const ConvLayer& layer) {
  Conv2d conv;
  conv.in_channels = builder.tensor(x.tensor).columns();
  conv.out_channels = layer.channels;
  conv.in_height = x.height;
  conv.in_width = x.width;
  conv.kernel_height = conv.kernel_width = layer.kernel;
  conv.stride = layer.stride;
  conv.padding = layer.kernel / 2;
  conv.groups = layer.groups;
  const TensorId y = builder.conv2d(name, role, x.tensor, conv, layer.bias);
  return {y, conv.out_height(), conv.out_width()};
}

FeatureMap activation(WorkloadBuilder& builder, const std::string& name, Role role,
                      ElementFunction function, const FeatureMap& x) {
  return {builder.elementwise(name, role, function, {x.tensor}), x.height, x.width};
}

void activation_into(WorkloadBuilder& builder, const std::string& name, Role role,
                     ElementFunction function, const FeatureMap& x, const FeatureMap& output,
                     std::int64_t column) {
  const Tensor& input = builder.tensor(x.tensor);
  builder.add_into(name, role, Elementwise{function, input.rows(), input.columns()}, {{x.tensor}},
                   columns_of(output, column));
}

FeatureMap resized(WorkloadBuilder& builder, const std::string& name, Role role,
                   const FeatureMap& x, std::int64_t height, std::int64_t width) {
  return {builder.resample(name, role, x.tensor, bilinear(builder, x, height, width)), height,
          width};
}

void resized_into(WorkloadBuilder& builder, const std::string& name, Role role, const FeatureMap& x,
                  const FeatureMap& output, std::int64_t column) {
  builder.add_into(name, role, bilinear(builder, x, output.height, output.width), {{x.tensor}},
                   columns_of(output, column));
}

void gathered_into(WorkloadBuilder& builder, const std::string& name, const FeatureMap& x,
                   const FeatureMap& output, std::int64_t column) {
  const Tensor& input = builder.tensor(x.tensor);
  const Gather body{input.rows(), builder.tensor(output.tensor).rows(), input.columns()};
  builder.add_into(name, Role::layout, body, {{x.tensor}}, columns_of(output, column));
}

}  // namespace saccade
