#include "workload/op.hpp"

#include "base/overload.hpp"

namespace saccade {

const std::vector<std::pair<std::string, ElementFunction>>& element_functions() {
  static const std::vector<std::pair<std::string, ElementFunction>> names = {
      {"add", ElementFunction::add},
      {"multiply", ElementFunction::multiply},
      {"scale", ElementFunction::scale},
      {"relu", ElementFunction::relu},
      {"gelu", ElementFunction::gelu},
      {"silu", ElementFunction::silu},
      {"hardswish", ElementFunction::hardswish},
      {"sigmoid", ElementFunction::sigmoid},
      {"requantise", ElementFunction::requantise},
      {"mask", ElementFunction::mask}};
  return names;
}

const std::vector<std::pair<std::string, Role>>& roles() {
  static const std::vector<std::pair<std::string, Role>> names = {
      {"stem", Role::stem},
      {"projection", Role::projection},
      {"core_attention", Role::core_attention},
      {"ffn", Role::ffn},
      {"norm", Role::norm},
      {"head", Role::head},
      {"decision", Role::decision},
      {"codec", Role::codec},
      {"layout", Role::layout}};
  return names;
}

const std::vector<std::pair<std::string, ResampleFunction>>& resample_functions() {
  static const std::vector<std::pair<std::string, ResampleFunction>> names = {
      {"maximum", ResampleFunction::maximum},
      {"mean", ResampleFunction::mean},
      {"bilinear", ResampleFunction::bilinear},
      {"nearest", ResampleFunction::nearest}};
  return names;
}

const std::vector<std::pair<std::string, DecideFunction>>& decide_functions() {
  static const std::vector<std::pair<std::string, DecideFunction>> names = {
      {"threshold", DecideFunction::threshold},
      {"entropy", DecideFunction::entropy},
      {"top_k", DecideFunction::top_k},
      {"sort", DecideFunction::sort}};
  return names;
}

const std::vector<std::pair<std::string, Nonlinear>>& nonlinears() {
  static const std::vector<std::pair<std::string, Nonlinear>> names = {
      {"exact", Nonlinear::exact}, {"polynomial", Nonlinear::polynomial}};
  return names;
}

namespace {

std::string resample_kind(ResampleFunction function) {
  if (function == ResampleFunction::maximum) return "maxpool";
  return function == ResampleFunction::mean ? "avgpool" : "resize";
}

template <class E>
std::string name_in(const std::vector<std::pair<std::string, E>>& names, E value) {
  for (const auto& item : names) {
    if (item.second == value) return item.first;
  }
  return "unknown";
}

}  // namespace

std::string kind_name(const Body& body) {
  return std::visit(
      Overload{[](const MatMul&) -> std::string { return "matmul"; },
               [](const Conv2d&) -> std::string { return "conv2d"; },
               [](const Softmax&) -> std::string { return "softmax"; },
               [](const Norm& norm) -> std::string {
                 return norm.kind == NormKind::layer ? "layernorm" : "batchnorm";
               },
               [](const Elementwise& op) { return name_in(element_functions(), op.function); },
               [](const Reduce&) -> std::string { return "reduce"; },
               [](const Resample& op) { return resample_kind(op.function); },
               [](const Gather&) -> std::string { return "gather"; },
               [](const LayoutChange&) -> std::string { return "layout"; },
               [](const Decide&) -> std::string { return "decide"; }},
      body);
}

std::string role_name(Role role) { return name_in(roles(), role); }

std::int64_t macs(const Body& body) {
  return std::visit(
      Overload{[](const MatMul& op) { return op.images * op.heads * op.m * op.n * op.k; },
               [](const Conv2d& op) { return op.m() * op.n() * op.k() * op.groups; },
               [](const auto&) { return std::int64_t{0}; }},
      body);
}

std::int64_t output_elements(const Body& body) {
  return std::visit(
      Overload{[](const MatMul& op) { return op.images * op.heads * op.m * op.n; },
               [](const Conv2d& op) { return op.m() * op.out_channels; },
               [](const Reduce& op) { return op.images * op.columns; },
               [](const Resample& op) { return op.images * op.out_pixels() * op.channels; },
               [](const Gather& op) { return op.rows_out * op.columns; },
               [](const Decide& op) { return op.elements; },
               [](const auto& op) { return op.rows * op.columns; }},
      body);
}

}  // namespace saccade
