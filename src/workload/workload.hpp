// A network as tensors and ops in topological order: checked when built, immutable after.
#pragma once
#include <string>
#include <vector>

#include "workload/op.hpp"
#include "workload/tensor.hpp"

namespace saccade {

/// Rows and columns that one batch entry of an operand covers of its tensor, as they are stored,
/// and the batch entries. {0, 0} where the op reads the tensor only to wait for it (a decision).
struct Extent {
  std::int64_t rows = 0;
  std::int64_t columns = 0;
  std::int64_t images = 1;
  std::int64_t heads = 1;
};

/// What input `index` (of op.inputs) covers of `tensor`. An element-wise operand covers the rows
/// that it has, at most the op's; a bias one row or, where its tensor has them, two.
Extent input_extent(const Op& op, std::size_t index, const Tensor& tensor);
/// What the op writes to its (only) output `tensor`; a decision writes all of it.
Extent output_extent(const Op& op, const Tensor& tensor);

/// Number of an op's operands; inputs beyond them are outcomes of Decide ops, which it waits for.
std::size_t operand_count(const Op& op);

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
  /// Elements of the parameter tensors that some op reads, each tensor once.
  std::int64_t parameters() const;

 private:
  std::string name_;
  int images_;
  std::vector<Tensor> tensors_;
  std::vector<Op> ops_;
};

}  // namespace saccade
