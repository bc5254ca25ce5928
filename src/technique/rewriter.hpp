// A workload taken apart for passes: its tensors and ops, replaced, added and left out.
#pragma once
#include <functional>
#include <string>
#include <vector>

#include "workload/builder.hpp"
#include "workload/workload.hpp"

namespace saccade {

/// What the network gives away is wanted: its outputs, and what no op read when it was taken apart.
class Rewriter {
 public:
  explicit Rewriter(const Workload& workload);

  int images() const { return images_; }
  std::vector<Op>& ops() { return ops_; }
  const std::vector<Op>& ops() const { return ops_; }
  std::size_t tensors() const { return tensors_.size(); }
  Tensor& tensor(TensorId id) { return tensors_[static_cast<std::size_t>(id)]; }
  const Tensor& tensor(TensorId id) const { return tensors_[static_cast<std::size_t>(id)]; }
  bool wanted(TensorId id) const { return wanted_[static_cast<std::size_t>(id)]; }

  /// Ops from index `first` on read `to` in place of `from`.
  void replace_uses(TensorId from, TensorId to, std::size_t first = 0);
  /// The same of all ops, and of what the network gives away. Throws UserError if the network would
  /// give away its input.
  void replace(TensorId from, TensorId to);
  /// Inserts the ops that `add` builds, of block `block`, before the op of index `at`. Returns the
  /// index of the first op behind them.
  std::size_t insert(std::size_t at, int block, const BitWidths& bits,
                     const std::function<void(WorkloadBuilder&)>& add);
  /// Removes the ops that nothing wanted needs.
  void remove_unused();
  /// The new workload, without the tensors that no op uses; the rewriter is empty after.
  Workload build() &&;

 private:
  std::string name_;
  int images_;
  std::vector<Tensor> tensors_;
  std::vector<Op> ops_;
  std::vector<bool> wanted_;  ///< by tensor
};

}  // namespace saccade
