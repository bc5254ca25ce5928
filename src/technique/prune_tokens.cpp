#include "technique/prune_tokens.hpp"

#include <algorithm>
#include <cmath>

#include "technique/block.hpp"
#include "technique/selector.hpp"
#include "technique/token_count.hpp"

namespace saccade {
namespace {

const Record<TokenStage>& stage_record() {
  static const auto record =
      Record<TokenStage>("a stage of token selection")
          .field("block", &TokenStage::block, integer<int>(0, 1 << 20),
                 "block before which tokens are selected")
          .field("keep", &TokenStage::keep, optional(number(0.0, 1.0)),
                 "share of the patches of the whole image that is left, rounded to patches",
                 std::optional<double>())
          .field("count", &TokenStage::count, optional(integer<std::int64_t>(1, 1 << 30)),
                 "patches that are left; with neither, what was decided for the input, or all",
                 std::optional<std::int64_t>())
          .rule([](const TokenStage& stage, const Cursor& cursor) {
            if (stage.keep && stage.count) cursor.fail("has 'keep' and 'count', expected one");
          });
  return record;
}

void check_pruning(const PruneTokens& pruning, const Cursor& cursor) {
  for (std::size_t i = 1; i < pruning.stages.size(); ++i) {
    if (pruning.stages[i].block <= pruning.stages[i - 1].block) {
      cursor.at("stages").at(i).at("block").fail(
          fmt::format("is {} after {}, expected blocks in ascending order", pruning.stages[i].block,
                      pruning.stages[i - 1].block));
    }
  }
  if (!pruning.package) return;
  if (pruning.selector == TokenSelector::none) {
    cursor.at("package").fail("is true, expected false: without a selector no scores weigh it");
  }
  if (pruning.compaction == Compaction::none) {
    cursor.at("package").fail("is true, expected false: it has no row where tokens do not move");
  }
}

/// Precisions for new ops before a block: those of its input and of its first weights.
BitWidths widths_of(const Rewriter& rewriter, int block, TensorId x) {
  BitWidths bits;
  bits.activation = bits.score = rewriter.tensor(x).bits;
  bool weights = false;
  bool norm = false;
  for (const std::size_t index : ops_of_block(rewriter, block)) {
    const Op& op = rewriter.ops()[index];
    if (op.inputs.size() < 2) continue;
    const Tensor& second = rewriter.tensor(op.inputs[1].tensor);
    if (second.kind != TensorKind::parameter) continue;
    if (const auto* product = std::get_if<MatMul>(&op.body); product != nullptr && !weights) {
      bits.weight = second.bits;
      bits.accumulator = product->accumulator_bits;
      weights = true;
    } else if (std::holds_alternative<Norm>(op.body) && !norm) {
      bits.norm = second.bits;
      norm = true;
    }
  }
  return bits;
}

std::int64_t attention_heads(const Rewriter& rewriter, int block, std::int64_t columns) {
  for (const std::size_t index : ops_of_block(rewriter, block)) {
    const Op& op = rewriter.ops()[index];
    const auto* product = std::get_if<MatMul>(&op.body);
    if (op.role != Role::core_attention || product == nullptr) continue;
    if (columns % product->heads == 0) return product->heads;
  }
  throw UserError(fmt::format(
      "block {} has no attention whose heads share its {} columns, expected one for a selector "
      "per head",
      block, columns));
}

class Pruner {
 public:
  Pruner(const Workload& workload, const Decisions& decisions, const PruneTokens& pruning)
      : rewriter_(workload), decisions_(decisions), pruning_(pruning) {}

  Workload run() && {
    for (std::size_t stage = 0; stage < pruning_.stages.size(); ++stage) add_stage(stage);
    return std::move(rewriter_).build();
  }

 private:
  void add_stage(std::size_t stage) {
    block_ = pruning_.stages[stage].block;
    at_ = ops_of_block(rewriter_, block_).front();
    tokens_ = block_input(rewriter_, block_);
    prefix_ = fmt::format("select{}.", block_);
    const Tensor& tensor = rewriter_.tensor(tokens_);
    columns_ = tensor.columns();
    rows_ = tensor.rows() / rewriter_.images();
    patches_ = rows_ - pruning_.protect - packages_;
    if (tensor.rows() % rewriter_.images() != 0 || patches_ < 1) {
      throw UserError(fmt::format(
          "block {} begins with {} rows for {} images, expected a row per token: {} protected, "
          "{} packages, and patches",
          block_, tensor.rows(), rewriter_.images(), pruning_.protect, packages_));
    }
    if (stage == 0) original_ = patches_;
    kept_ = kept_patches(stage);
    bits_ = widths_of(rewriter_, block_, tokens_);
    outcome_ = -1;
    if (pruning_.selector != TokenSelector::none) add_decision();
    if (kept_ == patches_) {
      wait_for_outcome();
    } else {
      drop();
    }
  }

  std::int64_t kept_patches(std::size_t stage) const {
    const TokenStage& wanted = pruning_.stages[stage];
    const auto& decided = decisions_.kept_tokens;
    std::int64_t kept = patches_;
    if (wanted.keep) {
      kept = std::llround(*wanted.keep * static_cast<double>(original_));
    } else if (wanted.count) {
      kept = *wanted.count;
    } else if (stage < decided.size()) {
      kept = decided[stage];
    } else if (!decided.empty()) {
      throw UserError(
          fmt::format("stage {} has no count, and only {} were decided", stage, decided.size()));
    }
    if (kept < 1 || kept > patches_) {
      throw UserError(fmt::format("before block {} {} patches are kept, expected 1 to {}", block_,
                                  kept, patches_));
    }
    return std::min(round_up(kept, pruning_.round_to), patches_);
  }

  /// The patches of all images below each other; those of a batch are moved there.
  View all_patches(WorkloadBuilder& builder) const {
    View view;
    view.tensor = tokens_;
    view.row = pruning_.protect;
    if (rewriter_.images() == 1) return view;
    return {builder.gather(prefix_ + "patches", Role::decision, tokens_,
                           rewriter_.images() * patches_)};
  }

  void add_decision() {
    SelectorShape shape;
    shape.prefix = prefix_;
    shape.images = rewriter_.images();
    shape.rows = patches_;
    shape.columns = columns_;
    if (pruning_.selector == TokenSelector::mlp_per_head) {
      shape.heads = attention_heads(rewriter_, block_, columns_);
      shape.weigh_heads = true;
    }
    const std::int64_t all = shape.images * patches_;
    Decide decide{all, pruning_.select, 1};
    if (decide.function == DecideFunction::top_k) decide.kept = shape.images * kept_;
    at_ = rewriter_.insert(at_, block_, bits_, [&](WorkloadBuilder& builder) {
      shape.patches = patches_view_ = all_patches(builder);
      scores_ = add_selector(builder, shape);
      outcome_ = builder.add(prefix_ + "decide", Role::decision, decide, {scores_}, all, 1);
    });
    rewriter_.tensor(outcome_).bits = 1;
  }

  /// The block begins when it is decided what it works on.
  void wait_for_outcome() {
    if (outcome_ < 0) return;
    for (std::size_t i = at_; i < rewriter_.ops().size(); ++i) {
      Op& op = rewriter_.ops()[i];
      const auto reads = [&](const View& view) { return view.tensor == tokens_; };
      if (op.block == block_ && std::any_of(op.inputs.begin(), op.inputs.end(), reads)) {
        op.inputs.push_back({outcome_});
      }
    }
  }

  void drop() {
    const std::int64_t left = pruning_.protect + kept_ + packages_ + (pruning_.package ? 1 : 0);
    if (pruning_.compaction == Compaction::none) {
      if (rewriter_.images() > 1) {
        throw UserError(fmt::format(
            "has compaction 'none' for {} images, expected one image or 'move': tokens of several "
            "images have to lie at equal distances",
            rewriter_.images()));
      }
      wait_for_outcome();
      with_tokens(rewriter_, at_, tokens_, rows_, left);
      return;
    }
    TensorId moved = -1;
    at_ = rewriter_.insert(at_, block_, bits_, [&](WorkloadBuilder& builder) {
      moved = builder.assembled(prefix_ + "tokens", rewriter_.images() * rows_, columns_);
      add_moves(builder, moved, left);
      if (pruning_.package) add_package(builder, moved, left);
    });
    rewriter_.replace_uses(tokens_, moved, at_);
    with_tokens(rewriter_, at_, moved, rows_, left);
    rewriter_.tensor(moved).shape[0] = rewriter_.images() * left;
    packages_ += pruning_.package ? 1 : 0;
  }

  void add_moves(WorkloadBuilder& builder, TensorId moved, std::int64_t left) const {
    for (std::int64_t image = 0; image < rewriter_.images(); ++image) {
      View from;
      from.tensor = tokens_;
      from.row = image * rows_;
      View to;
      to.tensor = moved;
      to.row = image * left;
      std::vector<View> inputs = {from};
      if (outcome_ >= 0) inputs.push_back({outcome_});
      const std::int64_t rows = left - (pruning_.package ? 1 : 0);
      builder.add_into(prefix_ + (rewriter_.images() == 1 ? "move" : fmt::format("move{}", image)),
                       Role::layout, Gather{rows_, rows, columns_}, std::move(inputs), to);
    }
  }

  /// The outcome is 0 for what is kept and 1 for the rest, so that scores times it weigh the sum
  /// that becomes the last row. Dividing that by the sum of the weights, once per image, is not
  /// counted.
  void add_package(WorkloadBuilder& builder, TensorId moved, std::int64_t left) const {
    const std::int64_t all = rewriter_.images() * patches_;
    const TensorId weights =
        builder.add(prefix_ + "weights", Role::decision,
                    Elementwise{ElementFunction::multiply, all, 1}, {scores_, {outcome_}}, all, 1);
    MatMul sum;
    sum.images = rewriter_.images();
    sum.n = columns_;
    sum.k = patches_;
    sum.accumulator_bits = bits_.accumulator;
    View weight;
    weight.tensor = weights;
    weight.image_rows = patches_;
    weight.transposed = true;
    View patches = patches_view_;
    patches.image_rows = patches_;
    View package;
    package.tensor = moved;
    package.row = left - 1;
    package.image_rows = left;
    builder.add_into(prefix_ + "package", Role::decision, sum, {weight, patches}, package);
  }

  Rewriter rewriter_;
  const Decisions& decisions_;
  const PruneTokens& pruning_;
  std::int64_t original_ = 0;  ///< patches of an image before the first stage
  std::int64_t packages_ = 0;  ///< rows of an image that are packages

  // Of the stage at hand.
  int block_ = 0;
  std::string prefix_;
  std::size_t at_ = 0;    ///< op before which the stage goes on
  TensorId tokens_ = -1;  ///< input of the block
  std::int64_t columns_ = 0;
  std::int64_t rows_ = 0;  ///< of an image
  std::int64_t patches_ = 0;
  std::int64_t kept_ = 0;  ///< patches
  BitWidths bits_;
  View patches_view_;  ///< of all images
  View scores_;
  TensorId outcome_ = -1;  ///< of the decision; -1: there is none
};

}  // namespace

const Record<PruneTokens>& prune_tokens_record() {
  static const auto record =
      Record<PruneTokens>("tokens that are given up")
          .field("selector", &PruneTokens::selector,
                 choice<TokenSelector>({{"none", TokenSelector::none},
                                        {"mlp", TokenSelector::mlp},
                                        {"mlp_per_head", TokenSelector::mlp_per_head}}),
                 "what scores the patches: nothing (the choice is free), a network over their "
                 "columns (DynamicViT), or one per head (SPViT, HeatViT)")
          .field("select", &PruneTokens::select,
                 choice<DecideFunction>({{"threshold", DecideFunction::threshold},
                                         {"top_k", DecideFunction::top_k},
                                         {"sort", DecideFunction::sort}}),
                 "how patches are chosen by their scores", DecideFunction::threshold)
          .field("stages", &PruneTokens::stages, list(object(stage_record()), 0, 1000),
                 "where patches are given up, in the order of blocks")
          .field("package", &PruneTokens::package, boolean(),
                 "whether what is given up becomes one more token", false)
          .field("protect", &PruneTokens::protect, integer<std::int64_t>(0, 1 << 20),
                 "first tokens that always stay (1: a class token)", std::int64_t{1})
          .field("round_to", &PruneTokens::round_to, integer<std::int64_t>(1, 1 << 20),
                 "kept patches are rounded up to a multiple of this", std::int64_t{1})
          .field("compaction", &PruneTokens::compaction,
                 choice<Compaction>({{"move", Compaction::move}, {"none", Compaction::none}}),
                 "move: kept tokens are moved together; none: they are read by their indexes",
                 Compaction::move)
          .rule(check_pruning);
  return record;
}

Workload prune_tokens(const Workload& workload, const Decisions& decisions,
                      const PruneTokens& pruning) {
  if (pruning.stages.empty()) return workload;
  return Pruner(workload, decisions, pruning).run();
}

}  // namespace saccade
