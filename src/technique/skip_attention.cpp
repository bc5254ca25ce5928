#include "technique/skip_attention.hpp"

#include <set>

#include "technique/block.hpp"

namespace saccade {
namespace {

bool repeats(const std::vector<int>& values) {
  return std::set<int>(values.begin(), values.end()).size() != values.size();
}

void check_skip(const SkipAttention& skip, const Cursor& cursor) {
  if (skip.blocks && skip.order) cursor.fail("has 'blocks' and 'order', expected one of them");
  if (skip.order.has_value() != skip.effort.has_value()) {
    cursor.fail("has 'order' or 'effort' alone, expected both: so many attentions are kept");
  }
  if (skip.blocks && repeats(*skip.blocks)) {
    cursor.at("blocks").fail("names a block twice, expected each once");
  }
  if (skip.order && repeats(*skip.order)) {
    cursor.at("order").fail("names a block twice, expected each once");
  }
}

std::vector<int> chosen_blocks(const Rewriter& rewriter, const Decisions& decisions,
                               const SkipAttention& skip) {
  if (skip.blocks) return *skip.blocks;
  if (!skip.order) return decisions.skipped_attentions;
  const auto depth = static_cast<int>(attention_blocks(rewriter).size());
  const auto listed = static_cast<int>(skip.order->size());
  if (*skip.effort > depth || *skip.effort < depth - listed) {
    throw UserError(fmt::format(
        "has effort {}, expected {} to {}: the workload has {} attentions, 'order' lists {}",
        *skip.effort, std::max(0, depth - listed), depth, depth, listed));
  }
  return {skip.order->begin(), skip.order->begin() + (depth - *skip.effort)};
}

/// What stands before and behind the core attention of a block.
struct Around {
  std::set<TensorId> before;  ///< what core attention depends on
  std::set<TensorId> behind;  ///< what depends on core attention
};

Around around_attention(const Rewriter& rewriter, const std::vector<std::size_t>& block) {
  const auto any_in = [](const std::vector<View>& views, const std::set<TensorId>& ids) {
    for (const View& view : views) {
      if (ids.count(view.tensor) > 0) return true;
    }
    return false;
  };
  const auto add_all = [](const std::vector<View>& views, std::set<TensorId>& ids) {
    for (const View& view : views) ids.insert(view.tensor);
  };
  Around around;
  for (const std::size_t index : block) {
    const Op& op = rewriter.ops()[index];
    const bool attends = op.role == Role::core_attention;
    if (attends || any_in(op.inputs, around.behind)) add_all(op.outputs, around.behind);
  }
  for (auto index = block.rbegin(); index != block.rend(); ++index) {
    const Op& op = rewriter.ops()[*index];
    const bool attends = op.role == Role::core_attention;
    if (attends || any_in(op.outputs, around.before)) add_all(op.inputs, around.before);
  }
  return around;
}

/// Whether the view is all of its tensor, which is as large as `other`.
bool is_whole(const Rewriter& rewriter, const View& view, const Tensor& other) {
  return view.row == 0 && view.column == 0 && !view.transposed &&
         same_matrix(rewriter.tensor(view.tensor), other);
}

/// Puts x in the place of the first sum x + f(x) of the block where f contains its core attention.
void skip(Rewriter& rewriter, int block) {
  const std::vector<std::size_t> ops = ops_of_block(rewriter, block);
  const Around around = around_attention(rewriter, ops);
  if (around.behind.empty()) {
    throw UserError(fmt::format("block {} computes no attention that could be skipped", block));
  }
  for (const std::size_t index : ops) {
    const Op& op = rewriter.ops()[index];
    const auto* body = std::get_if<Elementwise>(&op.body);
    if (body == nullptr || body->function != ElementFunction::add) continue;
    const Tensor& sum = rewriter.tensor(op.outputs[0].tensor);
    for (const std::size_t i : {std::size_t{0}, std::size_t{1}}) {
      const View& x = op.inputs[i];
      const bool computed = around.behind.count(op.inputs[1 - i].tensor) > 0;
      const bool skips = around.before.count(x.tensor) > 0 && around.behind.count(x.tensor) == 0;
      const bool parameter = rewriter.tensor(x.tensor).kind == TensorKind::parameter;
      if (!computed || !skips || parameter || !is_whole(rewriter, x, sum)) continue;
      rewriter.replace(op.outputs[0].tensor, x.tensor);
      rewriter.remove_unused();
      return;
    }
  }
  throw UserError(fmt::format(
      "block {} adds its attention to nothing, so that it has no result without it", block));
}

}  // namespace

const Record<SkipAttention>& skip_attention_record() {
  const auto blocks = [] { return optional(list(integer<int>(0, 1 << 20))); };
  using Blocks = std::optional<std::vector<int>>;
  static const auto record =
      Record<SkipAttention>(
          "the attentions that are skipped; with no field, those that were "
          "decided for the input")
          .field("blocks", &SkipAttention::blocks, blocks(), "blocks whose attention is skipped",
                 Blocks())
          .field("order", &SkipAttention::order, blocks(),
                 "blocks in the order in which their attention is given up", Blocks())
          .field("effort", &SkipAttention::effort, optional(integer<int>(0, 1 << 20)),
                 "attentions that are kept; the first blocks of 'order' skip theirs",
                 std::optional<int>())
          .rule(check_skip);
  return record;
}

Workload skip_attention(const Workload& workload, const Decisions& decisions,
                        const SkipAttention& parameters) {
  Rewriter rewriter(workload);
  const std::vector<int> blocks = chosen_blocks(rewriter, decisions, parameters);
  if (blocks.empty()) return workload;
  for (const int block : blocks) skip(rewriter, block);
  return std::move(rewriter).build();
}

}  // namespace saccade
