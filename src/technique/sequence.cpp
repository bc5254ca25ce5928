#include "technique/sequence.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "base/error.hpp"

namespace saccade {
namespace {

/// The first of "run2.", "run3.", ... that no name of the workload begins with.
std::string free_prefix(const Workload& workload) {
  for (int run = 2;; ++run) {
    const std::string prefix = fmt::format("run{}.", run);
    const auto taken = [&](const auto& item) { return item.name.rfind(prefix, 0) == 0; };
    if (std::none_of(workload.ops().begin(), workload.ops().end(), taken) &&
        std::none_of(workload.tensors().begin(), workload.tensors().end(), taken)) {
      return prefix;
    }
  }
}

bool is_given(const Tensor& tensor) {
  return tensor.kind == TensorKind::parameter || tensor.kind == TensorKind::network_input;
}

/// Masks are not compared: two of them are two.
bool alike(const Density& a, const Density& b) {
  if (const auto* left = std::get_if<StructuredData>(&a)) {
    const auto* right = std::get_if<StructuredData>(&b);
    return right != nullptr && left->n == right->n && left->m == right->m;
  }
  return std::holds_alternative<DenseData>(a) && std::holds_alternative<DenseData>(b);
}

/// Whether two tensors have the same name, form and values.
bool alike(const Tensor& a, const Tensor& b) {
  return a.name == b.name && is_given(a) && a.kind == b.kind && a.shape == b.shape &&
         a.bits == b.bits && a.order == b.order && alike(a.density, b.density) &&
         a.encoding.axis == b.encoding.axis && a.encoding.ratio == b.encoding.ratio;
}

/// Tensors of the first workload, followed by those of the second that it has not.
class Joined {
 public:
  Joined(const Workload& first, const Workload& second)
      : first_(first), second_(second), tensors_(first.tensors()), ops_(first.ops()) {
    prefix_ = free_prefix(first);
    for (std::size_t i = 0; i < tensors_.size(); ++i) {
      names_[tensors_[i].name] = static_cast<TensorId>(i);
    }
    for (const Tensor& tensor : second.tensors()) number_.push_back(joined(tensor));
    for (const Op& op : ops_) {
      groups_ = std::max(groups_, op.fusion_group + 1);
      pools_ = std::max(pools_, op.co_schedule + 1);
      if (std::holds_alternative<Decide>(op.body)) gate_ = op.outputs[0].tensor;
    }
  }

  Workload build(const std::string& name) && {
    for (const Op& op : second_.ops()) ops_.push_back(renamed(op));
    return Workload(name, first_.images(), std::move(tensors_), std::move(ops_));
  }

 private:
  TensorId joined(const Tensor& tensor) {
    const auto found = names_.find(tensor.name);
    if (found != names_.end()) {
      const Tensor& there = tensors_[static_cast<std::size_t>(found->second)];
      if (alike(there, tensor)) return found->second;
    }
    tensors_.push_back(tensor);
    if (!is_given(tensor) || found != names_.end()) tensors_.back().name = prefix_ + tensor.name;
    return static_cast<TensorId>(tensors_.size() - 1);
  }

  Op renamed(Op op) const {
    bool begins = false;
    for (View& view : op.inputs) {
      view.tensor = number_[static_cast<std::size_t>(view.tensor)];
      const Tensor& tensor = tensors_[static_cast<std::size_t>(view.tensor)];
      begins = begins || tensor.kind == TensorKind::network_input;
    }
    for (View& view : op.outputs) view.tensor = number_[static_cast<std::size_t>(view.tensor)];
    if (begins && gate_ >= 0) op.inputs.push_back({gate_});
    op.name = prefix_ + op.name;
    if (op.fusion_group >= 0) op.fusion_group += groups_;
    if (op.co_schedule >= 0) op.co_schedule += pools_;
    return op;
  }

  const Workload& first_;
  const Workload& second_;
  std::string prefix_;
  std::vector<Tensor> tensors_;
  std::vector<Op> ops_;
  std::map<std::string, TensorId> names_;  ///< of the first's tensors
  std::vector<TensorId> number_;           ///< of the second's tensors
  int groups_ = 0;
  int pools_ = 0;
  TensorId gate_ = -1;  ///< outcome of the first's last decision
};

}  // namespace

Workload in_sequence(const Workload& first, const Workload& second, const std::string& name) {
  if (first.images() != second.images()) {
    throw UserError(fmt::format("workloads '{}' and '{}' infer {} and {} images, expected as many",
                                first.name(), second.name(), first.images(), second.images()));
  }
  return Joined(first, second).build(name);
}

Workload with_entropy_gate(const Workload& workload) {
  std::vector<Tensor> tensors = workload.tensors();
  std::vector<TensorId> outputs;
  for (std::size_t i = 0; i < tensors.size(); ++i) {
    if (tensors[i].kind == TensorKind::network_output) {
      outputs.push_back(static_cast<TensorId>(i));
    }
  }
  if (outputs.size() != 1 || workload.tensor(outputs[0]).rows() != workload.images()) {
    throw UserError(
        fmt::format("workload '{}' has {} outputs, expected one with a row of classes per image: "
                    "an entropy gate looks at it",
                    workload.name(), outputs.size()));
  }
  Tensor outcome;
  outcome.name = "gate.decide";
  outcome.shape = {workload.images(), 1};
  outcome.bits = 1;
  tensors.push_back(outcome);
  Op gate;
  gate.name = outcome.name;
  gate.role = Role::decision;
  gate.body = Decide{workload.tensor(outputs[0]).elements(), DecideFunction::entropy, 1};
  gate.inputs = {{outputs[0]}};
  gate.outputs = {{static_cast<TensorId>(tensors.size() - 1)}};
  std::vector<Op> ops = workload.ops();
  ops.push_back(gate);
  return Workload(workload.name(), workload.images(), std::move(tensors), std::move(ops));
}

}  // namespace saccade
