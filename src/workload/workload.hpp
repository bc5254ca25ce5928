// A network as tensors and ops in topological order: checked when built, immutable after.
#pragma once
#include <string>
#include <vector>

#include "workload/op.hpp"
#include "workload/tensor.hpp"

namespace saccade {

class Workload {
 public:
  /// Throws UserError, naming every op whose operands do not fit its shape, every tensor that is
  /// read before it is written, and every name that stands twice. `source` names the file for that.
  Workload(std::string name, int images, std::vector<Tensor> tensors, std::vector<Op> ops,
           const std::string& source = "");

  const std::string& name() const { return name_; }
  int images() const { return images_; }  ///< images that one run of the workload infers together
  const std::vector<Tensor>& tensors() const { return tensors_; }
  const std::vector<Op>& ops() const { return ops_; }
  const Tensor& tensor(TensorId id) const { return tensors_[static_cast<std::size_t>(id)]; }

  std::int64_t macs() const;
  std::int64_t parameters() const;

 private:
  std::string name_;
  int images_;
  std::vector<Tensor> tensors_;
  std::vector<Op> ops_;
};

/// Workloads in flight together, in order; at most `window` of them at a time (1 = one after the
/// other). Parameters of one name are one tensor.
struct Stream {
  std::vector<Workload> workloads;
  int window = 1;
};

}  // namespace saccade
