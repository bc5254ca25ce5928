#include "technique/token_count.hpp"

#include <fmt/format.h>

#include <map>
#include <set>

#include "base/error.hpp"
#include "base/overload.hpp"

namespace saccade {
namespace {

/// Rows or columns of a matrix that are tokens: groups of `was` that become groups of `now`.
struct Axis {
  std::int64_t was = 0;  ///< 0: no tokens
  std::int64_t now = 0;

  explicit operator bool() const { return was > 0; }
  bool operator==(const Axis& other) const { return was == other.was && now == other.now; }
  bool operator!=(const Axis& other) const { return !(*this == other); }
};

struct Axes {
  Axis rows;
  Axis columns;

  explicit operator bool() const { return rows || columns; }
  bool operator==(const Axes& other) const {
    return rows == other.rows && columns == other.columns;
  }
};

/// The sizes of a body that are the rows and columns of an operand; null: none is.
struct Sizes {
  std::int64_t* rows = nullptr;
  std::int64_t* columns = nullptr;
};

Sizes matmul_sizes(MatMul& body, std::size_t operand) {
  if (operand == 0) return {&body.m, &body.k};
  if (operand == 1) return {&body.k, &body.n};
  return {nullptr, &body.n};
}

Sizes input_sizes(Body& body, std::size_t index) {
  return std::visit(Overload{[&](MatMul& op) { return matmul_sizes(op, index); },
                             [](Conv2d&) { return Sizes{}; }, [](Resample&) { return Sizes{}; },
                             [&](Norm& op) {
                               return Sizes{index == 0 ? &op.rows : nullptr, &op.columns};
                             },
                             [](Gather& op) {
                               return Sizes{&op.rows_in, &op.columns};
                             },
                             [](Decide& op) {
                               return Sizes{&op.elements, nullptr};
                             },
                             [](auto& op) {
                               return Sizes{&op.rows, &op.columns};
                             }},
                    body);
}

Sizes output_sizes(Body& body) {
  return std::visit(Overload{[](MatMul& op) {
                               return Sizes{&op.m, &op.n};
                             },
                             [](Conv2d&) { return Sizes{}; }, [](Resample&) { return Sizes{}; },
                             [](Reduce& op) {
                               return Sizes{nullptr, &op.columns};
                             },
                             [](Gather& op) {
                               return Sizes{&op.rows_out, &op.columns};
                             },
                             [](Decide& op) {
                               return Sizes{&op.elements, nullptr};
                             },
                             [](auto& op) {
                               return Sizes{&op.rows, &op.columns};
                             }},
                    body);
}

/// As they lie in the tensor.
Sizes stored(Sizes sizes, const View& view) {
  if (view.transposed) std::swap(sizes.rows, sizes.columns);
  return sizes;
}

class TokenCount {
 public:
  TokenCount(Rewriter& rewriter, TensorId tokens, Axis axis) : rewriter_(rewriter) {
    axes_[tokens] = {axis, {}};
  }

  /// Changes the op and notes what of its output is tokens.
  void visit(Op& op) {
    op_ = &op;
    found_.clear();
    for (std::size_t i = 0; i < operand_count(op); ++i) visit_input(i);
    for (std::size_t i = 0; i < operand_count(op) && !found_.empty(); ++i) check_other(i);
    for (const auto& [size, axis] : found_) *size = scaled(*size, axis);
    check_gather(op);
    for (View& view : op.outputs) visit_output(view);
  }

  /// Gives all tensors but `tokens` their new shapes.
  void reshape(TensorId tokens) {
    for (const auto& [id, axes] : axes_) {
      if (id == tokens) continue;
      Tensor& tensor = rewriter_.tensor(id);
      const bool dense = std::holds_alternative<DenseData>(tensor.density) ||
                         std::holds_alternative<StructuredData>(tensor.density);
      if (!dense || tensor.shape.size() != 2) {
        throw UserError(fmt::format(
            "tensor '{}' has a row or column per token, expected a matrix without a mask",
            tensor.name));
      }
      if (axes.rows) tensor.shape[0] = tensor.shape[0] / axes.rows.was * axes.rows.now;
      if (axes.columns) tensor.shape[1] = tensor.shape[1] / axes.columns.was * axes.columns.now;
    }
  }

 private:
  [[noreturn]] void fail(const std::string& what) const {
    throw UserError(fmt::format("op '{}' ({}) {}, so that the number of tokens before it is fixed",
                                op_->name, kind_name(op_->body), what));
  }

  const Tensor& tensor(const View& view) const { return rewriter_.tensor(view.tensor); }

  Axes axes(const View& view) const {
    const auto found = axes_.find(view.tensor);
    return found == axes_.end() ? Axes{} : found->second;
  }

  std::int64_t scaled(std::int64_t value, const Axis& axis) const {
    if (value % axis.was != 0) {
      fail(fmt::format("has {} rows or columns where an image has {} tokens", value, axis.was));
    }
    return value / axis.was * axis.now;
  }

  /// What `extent` rows from row `first` on are of the tokens: whole groups, a group without its
  /// first rows, or (nothing) the same first rows of a group whatever their number.
  Axis covered(const Axis& axis, std::int64_t first, std::int64_t extent) const {
    const std::int64_t skipped = first % axis.was;
    if (skipped == 0 && extent % axis.was == 0) return axis;
    const bool inside = skipped + extent <= axis.was;
    if (inside && skipped + extent == axis.was && skipped < axis.now)
      return {extent, axis.now - skipped};
    if (inside && skipped + extent <= axis.now) return {};
    fail(fmt::format("reads {} tokens of {} from number {} on", extent, axis.was, skipped));
  }

  void shift(std::int64_t& offset, const Axis& axis) const {
    offset = offset / axis.was * axis.now + offset % axis.was;
  }

  void move(View& view, const Axes& axes) const {
    if (axes.rows) {
      shift(view.row, axes.rows);
      view.image_rows = scaled(view.image_rows, axes.rows);
      view.head_rows = scaled(view.head_rows, axes.rows);
    }
    if (axes.columns) {
      shift(view.column, axes.columns);
      view.head_columns = scaled(view.head_columns, axes.columns);
    }
  }

  void note(std::int64_t* size, const Axis& axis) {
    if (!axis) return;
    if (size == nullptr) fail("takes tokens for pixels or values of its own");
    const auto [place, fresh] = found_.emplace(size, axis);
    if (!fresh && place->second != axis) fail("combines different parts of the tokens");
  }

  void visit_input(std::size_t index) {
    View& view = op_->inputs[index];
    const Axes of = axes(view);
    if (!of) return;
    const Extent extent = input_extent(*op_, index, tensor(view));
    const Sizes sizes = stored(input_sizes(op_->body, index), view);
    if (of.rows) note(sizes.rows, covered(of.rows, view.row, extent.rows));
    if (of.columns) note(sizes.columns, covered(of.columns, view.column, extent.columns));
    move(view, of);
  }

  /// An operand without tokens next to one with tokens: a row of parameters that repeats and a
  /// table of which any row may be looked up go with any number, all else does not.
  void check_other(std::size_t index) {
    const View& view = op_->inputs[index];
    const Sizes sizes = input_sizes(op_->body, index);
    const Sizes places = stored(sizes, view);
    const Axes of = axes(view);
    const bool rows = found_.count(places.rows) > 0 && !of.rows;
    const bool columns = found_.count(places.columns) > 0 && !of.columns;
    if (!rows && !columns) return;
    const bool parameter = tensor(view).kind == TensorKind::parameter;
    const bool elementwise = std::holds_alternative<Elementwise>(op_->body);
    if (elementwise && parameter) return;
    if (parameter) fail(fmt::format("has weights '{}' for every token", tensor(view).name));
    const Extent extent = input_extent(*op_, index, tensor(view));
    if (elementwise && !columns && extent.rows < *places.rows) return;
    fail(fmt::format("reads '{}', which has all tokens", tensor(view).name));
  }

  /// A choice at run time, or one row per image (a class token), is there whatever the number; rows
  /// at given places (of a grid, of windows) may not be.
  void check_gather(Op& op) const {
    auto* gather = std::get_if<Gather>(&op.body);
    if (gather == nullptr || found_.count(&gather->rows_in) == 0) return;
    const bool decided = op.inputs.size() > operand_count(op);
    if (!decided && gather->rows_out > rewriter_.images()) {
      fail(fmt::format("moves {} tokens by their places", gather->rows_out));
    }
    if (gather->rows_out > gather->rows_in) {
      fail(fmt::format("moves {} rows of the {} left", gather->rows_out, gather->rows_in));
    }
  }

  void visit_output(View& view) {
    const Sizes sizes = stored(output_sizes(op_->body), view);
    const auto axis = [&](std::int64_t* size) {
      const auto found = found_.find(size);
      return found == found_.end() ? Axis{} : found->second;
    };
    const Axes out = {axis(sizes.rows), axis(sizes.columns)};
    const auto [place, fresh] = written_.emplace(view.tensor, out);
    if (!fresh && !(place->second == out)) {
      fail(fmt::format("writes '{}', other parts of which have other rows", tensor(view).name));
    }
    if (!out) return;
    move(view, out);
    axes_[view.tensor] = out;
  }

  Rewriter& rewriter_;
  std::map<TensorId, Axes> axes_;     ///< of tensors with tokens
  std::map<TensorId, Axes> written_;  ///< by the ops so far
  Op* op_ = nullptr;
  std::map<std::int64_t*, Axis> found_;  ///< sizes of the op that are tokens
};

}  // namespace

void with_tokens(Rewriter& rewriter, std::size_t first, TensorId tokens, std::int64_t was,
                 std::int64_t now) {
  TokenCount count(rewriter, tokens, {was, now});
  for (std::size_t i = first; i < rewriter.ops().size(); ++i) count.visit(rewriter.ops()[i]);
  count.reshape(tokens);
}

}  // namespace saccade
