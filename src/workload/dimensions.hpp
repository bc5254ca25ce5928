// The sizes of every kind of op in one table: what reads, writes and checks them walks over it.
#pragma once
#include <optional>
#include <string>
#include <vector>

#include "workload/op.hpp"
#include "workload/tensor.hpp"

namespace saccade {

/// Bounds of any workload: one extent, and a product of extents (elements, MACs).
constexpr std::int64_t kMaxExtent = 1'000'000'000;
constexpr std::int64_t kMaxProduct = 1'000'000'000'000'000;

/// Nothing if the shape is one of 1 to 8 extents within these bounds, else what is wrong.
std::optional<std::string> shape_mistake(const Tensor& tensor);

template <class B>
struct Dimension {
  const char* name;
  std::int64_t B::*member;
  const char* help;
  std::int64_t min = 1;
  bool required = true;  ///< else it may be left out and is what a new B has
};

template <class B>
using Dimensions = std::vector<Dimension<B>>;

inline const Dimensions<MatMul>& dimensions(const MatMul&) {
  static const Dimensions<MatMul> table = {
      {"images", &MatMul::images, "independent products, each of `heads`", 1, false},
      {"heads", &MatMul::heads, "heads of each image", 1, false},
      {"m", &MatMul::m, "rows of A and C"},
      {"n", &MatMul::n, "columns of B and C"},
      {"k", &MatMul::k, "columns of A, rows of B"}};
  return table;
}

inline const Dimensions<Conv2d>& dimensions(const Conv2d&) {
  static const Dimensions<Conv2d> table = {
      {"images", &Conv2d::images, "images", 1, false},
      {"in_channels", &Conv2d::in_channels, "channels of the input"},
      {"out_channels", &Conv2d::out_channels, "channels of the output"},
      {"in_height", &Conv2d::in_height, "rows of pixels of the input"},
      {"in_width", &Conv2d::in_width, "columns of pixels of the input"},
      {"kernel_height", &Conv2d::kernel_height, "rows of the kernel"},
      {"kernel_width", &Conv2d::kernel_width, "columns of the kernel"},
      {"stride", &Conv2d::stride, "step of the kernel in pixels", 1, false},
      {"padding", &Conv2d::padding, "zero pixels around the input", 0, false},
      {"groups", &Conv2d::groups, "groups of channels", 1, false}};
  return table;
}

inline const Dimensions<Softmax>& dimensions(const Softmax&) {
  static const Dimensions<Softmax> table = {{"rows", &Softmax::rows, "rows"},
                                            {"columns", &Softmax::columns, "values of a row"}};
  return table;
}

inline const Dimensions<Norm>& dimensions(const Norm&) {
  static const Dimensions<Norm> table = {{"rows", &Norm::rows, "rows"},
                                         {"columns", &Norm::columns, "values of a row"}};
  return table;
}

inline const Dimensions<Elementwise>& dimensions(const Elementwise&) {
  static const Dimensions<Elementwise> table = {
      {"rows", &Elementwise::rows, "rows of the output"},
      {"columns", &Elementwise::columns, "values of a row"}};
  return table;
}

inline const Dimensions<Reduce>& dimensions(const Reduce&) {
  static const Dimensions<Reduce> table = {
      {"images", &Reduce::images, "rows of the output", 1, false},
      {"rows", &Reduce::rows, "consecutive rows that become one"},
      {"columns", &Reduce::columns, "values of a row"}};
  return table;
}

inline const Dimensions<Resample>& dimensions(const Resample&) {
  static const Dimensions<Resample> table = {
      {"images", &Resample::images, "images", 1, false},
      {"channels", &Resample::channels, "columns of a pixel"},
      {"in_height", &Resample::in_height, "rows of pixels of the input"},
      {"in_width", &Resample::in_width, "columns of pixels of the input"},
      {"out_height", &Resample::out_height, "rows of pixels of the output"},
      {"out_width", &Resample::out_width, "columns of pixels of the output"},
      {"taps_height", &Resample::taps_height, "rows of input pixels of an output pixel"},
      {"taps_width", &Resample::taps_width, "columns of input pixels of an output pixel"}};
  return table;
}

inline const Dimensions<Gather>& dimensions(const Gather&) {
  static const Dimensions<Gather> table = {{"rows_in", &Gather::rows_in, "rows to choose from"},
                                           {"rows_out", &Gather::rows_out, "rows chosen"},
                                           {"columns", &Gather::columns, "values of a row"}};
  return table;
}

inline const Dimensions<LayoutChange>& dimensions(const LayoutChange&) {
  static const Dimensions<LayoutChange> table = {
      {"rows", &LayoutChange::rows, "rows"},
      {"columns", &LayoutChange::columns, "values of a row"}};
  return table;
}

inline const Dimensions<Decide>& dimensions(const Decide&) {
  static const Dimensions<Decide> table = {
      {"elements", &Decide::elements, "values that the decision looks at"},
      {"kept", &Decide::kept, "values that a top_k keeps", 1, false}};
  return table;
}

}  // namespace saccade
