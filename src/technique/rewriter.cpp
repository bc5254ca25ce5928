#include "technique/rewriter.hpp"

#include <fmt/format.h>

#include <iterator>

#include "base/error.hpp"

namespace saccade {
namespace {

std::size_t index_of(const View& view) { return static_cast<std::size_t>(view.tensor); }

}  // namespace

Rewriter::Rewriter(const Workload& workload)
    : name_(workload.name()),
      images_(workload.images()),
      tensors_(workload.tensors()),
      ops_(workload.ops()),
      wanted_(tensors_.size(), false) {
  for (const Op& op : ops_) {
    for (const View& view : op.outputs) wanted_[index_of(view)] = true;
  }
  for (const Op& op : ops_) {
    for (const View& view : op.inputs) {
      const bool output = tensors_[index_of(view)].kind == TensorKind::network_output;
      wanted_[index_of(view)] = wanted_[index_of(view)] && output;
    }
  }
}

void Rewriter::replace_uses(TensorId from, TensorId to, std::size_t first) {
  for (std::size_t i = first; i < ops_.size(); ++i) {
    for (View& view : ops_[i].inputs) {
      if (view.tensor == from) view.tensor = to;
    }
  }
}

void Rewriter::replace(TensorId from, TensorId to) {
  replace_uses(from, to);
  if (!wanted(from)) return;
  const TensorKind kind = tensor(to).kind;
  if (kind == TensorKind::network_input || kind == TensorKind::parameter) {
    throw UserError(fmt::format("leaves nothing that computes '{}', an output of the network",
                                tensor(from).name));
  }
  wanted_[static_cast<std::size_t>(from)] = false;
  wanted_[static_cast<std::size_t>(to)] = true;
  if (tensor(from).kind == TensorKind::network_output) {
    tensor(to).kind = TensorKind::network_output;
    tensor(from).kind = TensorKind::activation;
  }
}

std::size_t Rewriter::insert(std::size_t at, int block, const BitWidths& bits,
                             const std::function<void(WorkloadBuilder&)>& add) {
  WorkloadBuilder builder(images_, bits, std::move(tensors_));
  builder.set_block(block);
  add(builder);
  auto parts = std::move(builder).take();
  tensors_ = std::move(parts.first);
  wanted_.resize(tensors_.size(), false);
  const auto place = ops_.begin() + static_cast<std::ptrdiff_t>(at);
  ops_.insert(place, std::make_move_iterator(parts.second.begin()),
              std::make_move_iterator(parts.second.end()));
  return at + parts.second.size();
}

void Rewriter::remove_unused() {
  // All readers of a tensor stand behind its writers, so that one walk from the end sees them all.
  std::vector<bool> needed = wanted_;
  std::vector<Op> kept;
  for (auto op = ops_.rbegin(); op != ops_.rend(); ++op) {
    bool used = false;
    for (const View& view : op->outputs) used = used || needed[index_of(view)];
    if (!used) continue;
    for (const View& view : op->inputs) needed[index_of(view)] = true;
    kept.push_back(std::move(*op));
  }
  ops_.assign(std::make_move_iterator(kept.rbegin()), std::make_move_iterator(kept.rend()));
}

Workload Rewriter::build() && {
  std::vector<bool> used(tensors_.size(), false);
  for (const Op& op : ops_) {
    for (const View& view : op.inputs) used[index_of(view)] = true;
    for (const View& view : op.outputs) used[index_of(view)] = true;
  }
  std::vector<TensorId> number(tensors_.size(), -1);
  std::vector<Tensor> tensors;
  for (std::size_t i = 0; i < tensors_.size(); ++i) {
    if (!used[i]) continue;
    number[i] = static_cast<TensorId>(tensors.size());
    tensors.push_back(std::move(tensors_[i]));
  }
  for (Op& op : ops_) {
    for (View& view : op.inputs) view.tensor = number[index_of(view)];
    for (View& view : op.outputs) view.tensor = number[index_of(view)];
  }
  return Workload(std::move(name_), images_, std::move(tensors), std::move(ops_));
}

}  // namespace saccade
