#include "technique/block.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "base/error.hpp"

namespace saccade {
namespace {

/// The only member; a UserError that lists all if there is not exactly one.
TensorId only(const Rewriter& rewriter, const std::set<TensorId>& ids, int block,
              const char* what) {
  if (ids.size() == 1) return *ids.begin();
  std::vector<std::string> names;
  for (const TensorId id : ids) names.push_back(rewriter.tensor(id).name);
  throw UserError(fmt::format("block {} has {} {}{}{}, expected one", block, ids.size(), what,
                              names.empty() ? "" : ": ", fmt::join(names, ", ")));
}

std::set<TensorId> written_by(const Rewriter& rewriter, const std::vector<std::size_t>& ops) {
  std::set<TensorId> ids;
  for (const std::size_t op : ops) {
    for (const View& view : rewriter.ops()[op].outputs) ids.insert(view.tensor);
  }
  return ids;
}

}  // namespace

std::vector<std::size_t> ops_of_block(const Rewriter& rewriter, int block) {
  std::vector<std::size_t> indexes;
  int last = -1;
  for (std::size_t i = 0; i < rewriter.ops().size(); ++i) {
    last = std::max(last, rewriter.ops()[i].block);
    if (rewriter.ops()[i].block == block) indexes.push_back(i);
  }
  if (!indexes.empty() && block >= 0) return indexes;
  throw UserError(last < 0 ? fmt::format("the workload has no blocks, so none of index {}", block)
                           : fmt::format("has no block {}, expected 0 to {}", block, last));
}

std::vector<int> attention_blocks(const Rewriter& rewriter) {
  std::set<int> blocks;
  for (const Op& op : rewriter.ops()) {
    if (op.role == Role::core_attention && op.block >= 0) blocks.insert(op.block);
  }
  return {blocks.begin(), blocks.end()};
}

TensorId block_input(const Rewriter& rewriter, int block) {
  const std::vector<std::size_t> ops = ops_of_block(rewriter, block);
  const std::set<TensorId> own = written_by(rewriter, ops);
  std::set<TensorId> ids;
  for (const std::size_t index : ops) {
    const Op& op = rewriter.ops()[index];
    const std::size_t operands = std::min(operand_count(op), op.inputs.size());
    for (std::size_t i = 0; i < operands; ++i) {
      const TensorId id = op.inputs[i].tensor;
      const bool parameter = rewriter.tensor(id).kind == TensorKind::parameter;
      if (!parameter && own.count(id) == 0) ids.insert(id);
    }
  }
  return only(rewriter, ids, block, "inputs");
}

TensorId block_output(const Rewriter& rewriter, int block) {
  const std::set<TensorId> own = written_by(rewriter, ops_of_block(rewriter, block));
  std::set<TensorId> ids;
  for (const TensorId id : own) {
    if (rewriter.wanted(id)) ids.insert(id);
  }
  for (const Op& op : rewriter.ops()) {
    if (op.block == block) continue;
    for (const View& view : op.inputs) {
      if (own.count(view.tensor) > 0) ids.insert(view.tensor);
    }
  }
  return only(rewriter, ids, block, "outputs");
}

bool same_matrix(const Tensor& a, const Tensor& b) {
  return a.rows() == b.rows() && a.columns() == b.columns();
}

}  // namespace saccade
