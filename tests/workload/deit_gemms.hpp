// The products of DeiT-S one after the other, with nothing between them, for any count of tokens.
#pragma once
#include <string>
#include <utility>
#include <vector>

#include "workload/workload.hpp"

namespace saccade::workload_testing {

/// 194 products as 74 ops: patch embedding, per block QKV, 6 heads of QK^T and AV, projection, FC1
/// and FC2, and the head. Each reads inputs of its own, so that none waits for another, and stores
/// its sums as they are.
class DeitSmallGemms {
 public:
  explicit DeitSmallGemms(std::int64_t tokens) : tokens_(tokens) {}

  Workload build() && {
    linear("patch_embedding", Role::stem, -1, 196, 384, 768);
    for (int block = 0; block < 12; ++block) {
      const std::string name = "b" + std::to_string(block) + ".";
      linear(name + "qkv", Role::projection, block, tokens_, 1152, 384);
      attention(name, block);
      linear(name + "projection", Role::projection, block, tokens_, 384, 384);
      linear(name + "fc1", Role::ffn, block, tokens_, 1536, 384);
      linear(name + "fc2", Role::ffn, block, tokens_, 384, 1536);
    }
    linear("head", Role::head, -1, 1, 1000, 384);
    return Workload("deit_small_gemms", 1, std::move(tensors_), std::move(ops_));
  }

 private:
  static constexpr std::int64_t kHeads = 6;
  static constexpr std::int64_t kHeadColumns = 64;

  View add(const std::string& name, std::int64_t rows, std::int64_t columns, TensorKind kind) {
    Tensor tensor;
    tensor.name = name;
    tensor.shape = {rows, columns};
    tensor.bits = kind == TensorKind::network_output ? 32 : 8;
    tensor.kind = kind;
    tensors_.push_back(tensor);
    return View{static_cast<TensorId>(tensors_.size() - 1)};
  }

  void product(const std::string& name, Role role, int block, const MatMul& body,
               const std::vector<View>& inputs, const View& output) {
    Op op;
    op.name = name;
    op.role = role;
    op.block = block;
    op.body = body;
    op.inputs = inputs;
    op.outputs = {output};
    ops_.push_back(op);
  }

  void linear(const std::string& name, Role role, int block, std::int64_t m, std::int64_t n,
              std::int64_t k) {
    const View x = add(name + ".input", m, k, TensorKind::network_input);
    const View w = add(name + ".weight", k, n, TensorKind::parameter);
    const View y = add(name + ".output", m, n, TensorKind::network_output);
    product(name, role, block, {1, 1, m, n, k, false, 32, false}, {x, w}, y);
  }

  void attention(const std::string& name, int block) {
    const auto by_columns = [](View view) {
      view.head_columns = kHeadColumns;
      return view;
    };
    const auto by_rows = [this](View view) {
      view.head_rows = tokens_;
      return view;
    };
    const std::int64_t width = kHeads * kHeadColumns;
    const View q = by_columns(add(name + "q", tokens_, width, TensorKind::network_input));
    View k = by_columns(add(name + "k", tokens_, width, TensorKind::network_input));
    k.transposed = true;
    const View v = by_columns(add(name + "v", tokens_, width, TensorKind::network_input));
    const View scores =
        by_rows(add(name + "scores", kHeads * tokens_, tokens_, TensorKind::network_output));
    const View probabilities =
        by_rows(add(name + "probabilities", kHeads * tokens_, tokens_, TensorKind::network_input));
    const View context =
        by_columns(add(name + "context", tokens_, width, TensorKind::network_output));
    product(name + "qk", Role::core_attention, block,
            {1, kHeads, tokens_, tokens_, kHeadColumns, false, 32, false}, {q, k}, scores);
    product(name + "av", Role::core_attention, block,
            {1, kHeads, tokens_, kHeadColumns, tokens_, false, 32, false}, {probabilities, v},
            context);
  }

  std::int64_t tokens_;
  std::vector<Tensor> tensors_;
  std::vector<Op> ops_;
};

inline Workload deit_small_gemms(std::int64_t tokens) { return DeitSmallGemms(tokens).build(); }

}  // namespace saccade::workload_testing
