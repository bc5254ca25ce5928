// Field by field comparison of workloads.
#pragma once
#include <gtest/gtest.h>

#include "base/error.hpp"
#include "workload/workload.hpp"

namespace saccade {

inline bool same(const DenseData&, const DenseData&) { return true; }
inline bool same(const StructuredData& a, const StructuredData& b) {
  return a.n == b.n && a.m == b.m;
}
inline bool same(const MaskedData& a, const MaskedData& b) { return a.kept == b.kept; }
inline bool same(const BandedData& a, const BandedData& b) {
  return a.radius == b.radius && a.globals == b.globals;
}
inline bool same(const MatMul& a, const MatMul& b) {
  return a.images == b.images && a.heads == b.heads && a.m == b.m && a.n == b.n && a.k == b.k &&
         a.bias == b.bias && a.accumulator_bits == b.accumulator_bits &&
         a.requantise == b.requantise;
}
inline bool same(const Conv2d& a, const Conv2d& b) {
  return a.images == b.images && a.in_channels == b.in_channels &&
         a.out_channels == b.out_channels && a.in_height == b.in_height &&
         a.in_width == b.in_width && a.kernel_height == b.kernel_height &&
         a.kernel_width == b.kernel_width && a.stride == b.stride && a.padding == b.padding &&
         a.groups == b.groups && a.bias == b.bias && a.accumulator_bits == b.accumulator_bits &&
         a.requantise == b.requantise;
}
inline bool same(const Softmax& a, const Softmax& b) {
  return a.rows == b.rows && a.columns == b.columns && a.nonlinear == b.nonlinear;
}
inline bool same(const Norm& a, const Norm& b) {
  return a.kind == b.kind && a.rows == b.rows && a.columns == b.columns;
}
inline bool same(const Elementwise& a, const Elementwise& b) {
  return a.function == b.function && a.rows == b.rows && a.columns == b.columns &&
         a.nonlinear == b.nonlinear;
}
inline bool same(const Resample& a, const Resample& b) {
  return a.function == b.function && a.images == b.images && a.channels == b.channels &&
         a.in_height == b.in_height && a.in_width == b.in_width && a.out_height == b.out_height &&
         a.out_width == b.out_width && a.taps_height == b.taps_height &&
         a.taps_width == b.taps_width;
}
inline bool same(const Reduce& a, const Reduce& b) {
  return a.function == b.function && a.images == b.images && a.rows == b.rows &&
         a.columns == b.columns;
}
inline bool same(const Gather& a, const Gather& b) {
  return a.rows_in == b.rows_in && a.rows_out == b.rows_out && a.columns == b.columns;
}
inline bool same(const LayoutChange& a, const LayoutChange& b) {
  return a.rows == b.rows && a.columns == b.columns;
}
inline bool same(const Decide& a, const Decide& b) {
  return a.elements == b.elements && a.function == b.function && a.kept == b.kept;
}

template <class... T>
bool same(const std::variant<T...>& a, const std::variant<T...>& b) {
  return a.index() == b.index() &&
         std::visit([&](const auto& x) { return same(x, std::get<std::decay_t<decltype(x)>>(b)); },
                    a);
}

inline bool same(const View& a, const View& b) {
  return a.tensor == b.tensor && a.row == b.row && a.column == b.column &&
         a.image_rows == b.image_rows && a.head_rows == b.head_rows &&
         a.head_columns == b.head_columns && a.transposed == b.transposed;
}
inline bool same(const std::vector<View>& a, const std::vector<View>& b) {
  if (a.size() != b.size()) return false;
  for (std::size_t i = 0; i < a.size(); ++i) {
    if (!same(a[i], b[i])) return false;
  }
  return true;
}
inline bool same(const Tensor& a, const Tensor& b) {
  return a.name == b.name && a.shape == b.shape && a.bits == b.bits && a.kind == b.kind &&
         same(a.density, b.density) && a.encoding.axis == b.encoding.axis &&
         a.encoding.ratio == b.encoding.ratio && a.order == b.order;
}
inline bool same(const Op& a, const Op& b) {
  return a.name == b.name && a.block == b.block && a.role == b.role && same(a.body, b.body) &&
         same(a.inputs, b.inputs) && same(a.outputs, b.outputs) &&
         a.fusion_group == b.fusion_group && a.co_schedule == b.co_schedule &&
         a.engine_hint == b.engine_hint;
}

inline void expect_same(const Workload& a, const Workload& b) {
  EXPECT_EQ(a.name(), b.name());
  EXPECT_EQ(a.images(), b.images());
  ASSERT_EQ(a.tensors().size(), b.tensors().size());
  ASSERT_EQ(a.ops().size(), b.ops().size());
  for (std::size_t i = 0; i < a.tensors().size(); ++i) {
    EXPECT_TRUE(same(a.tensors()[i], b.tensors()[i])) << "tensor " << a.tensors()[i].name;
  }
  for (std::size_t i = 0; i < a.ops().size(); ++i) {
    EXPECT_TRUE(same(a.ops()[i], b.ops()[i])) << "op " << a.ops()[i].name;
  }
}

/// The op of that name; a test failure and a default op if there is none.
inline Op find_op(const Workload& workload, const std::string& name) {
  for (const Op& op : workload.ops()) {
    if (op.name == name) return op;
  }
  ADD_FAILURE() << workload.name() << " has no op " << name;
  return {};
}

/// All mistakes of a call, one a line; "" if it throws none.
template <class F>
std::string mistakes_of(F&& call) {
  try {
    call();
  } catch (const UserError& error) {
    std::string all;
    for (const Mistake& mistake : error.mistakes()) all += to_string(mistake) + "\n";
    return all;
  }
  return "";
}

}  // namespace saccade
