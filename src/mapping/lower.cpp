#include "mapping/lower.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <limits>
#include <map>
#include <tuple>

#include "cost/engine.hpp"
#include "mapping/mapping.hpp"
#include "mapping/product.hpp"

namespace saccade {
namespace {

bool may_run(const EnginePool& engine, const Workload& workload, const Op& op) {
  const auto& roles = engine.roles;
  if (!roles.empty() && std::find(roles.begin(), roles.end(), role_name(op.role)) == roles.end()) {
    return false;
  }
  if (!op.engine_hint.empty() && op.engine_hint != engine.name &&
      op.engine_hint != engine_kind_name(engine.kind)) {
    return false;
  }
  return workload.tensor(op.inputs[0].tensor).bits <= engine.operand_bits &&
         workload.tensor(op.inputs[1].tensor).bits <= engine.operand_bits;
}

/// Cycles of the product alone on the engine, memory free.
std::int64_t product_cycles(const EnginePool& engine, const Product& product) {
  if (const auto* array = std::get_if<SystolicArray>(&engine.kind)) {
    return gemm_cycles(*array, {product.m, product.n, product.k}) * product.entries() /
           engine.count;
  }
  // As if all PEs had equal parts: what is padded to lanes and vectors tells engines apart.
  const auto& pes = std::get<VectorMac>(engine.kind);
  const std::int64_t vectors =
      ceil_div(product.n, pes.lanes) * ceil_div(product.k, pes.vector_width);
  return ceil_div(product.entries() * product.m * vectors, std::int64_t{pes.pes} * engine.count);
}

int choose_engine(const Accelerator& accelerator, const Workload& workload, const Op& op,
                  const Product& product) {
  int best = -1;
  std::int64_t best_cycles = std::numeric_limits<std::int64_t>::max();
  for (std::size_t i = 0; i < accelerator.engines.size(); ++i) {
    const EnginePool& engine = accelerator.engines[i];
    if (!may_run(engine, workload, op)) continue;
    const std::int64_t cycles = product_cycles(engine, product);
    if (cycles < best_cycles) {
      best_cycles = cycles;
      best = static_cast<int>(i);
    }
  }
  if (best >= 0) return best;
  throw Infeasible(fmt::format(
      "{}: no engine of this design may run it (role {}, {}-bit by {}-bit operands{})", op.name,
      role_name(op.role), workload.tensor(op.inputs[0].tensor).bits,
      workload.tensor(op.inputs[1].tensor).bits,
      op.engine_hint.empty() ? "" : fmt::format(", engine \"{}\" asked for", op.engine_hint)));
}

class Lowering {
 public:
  Lowering(const Workload& workload, const Accelerator& accelerator)
      : source_(workload), accelerator_(accelerator), tensors_(workload.tensors()) {}

  Lowered run() {
    std::vector<Op> ops = source_.ops();
    std::vector<int> engines(ops.size(), -1);
    for (std::size_t i = 0; i < ops.size(); ++i) {
      const auto product = as_product(ops[i]);
      if (!product) continue;
      engines[i] = choose_engine(accelerator_, source_, ops[i], *product);
      if (!product->conv) change_operands(ops[i], *product, engines[i]);
    }
    return assembled(std::move(ops), std::move(engines));
  }

 private:
  /// A change that runs after the op that writes its input.
  struct Change {
    int after;
    Op op;
  };

  void change_operands(Op& op, const Product& product, int engine_index) {
    const EnginePool& engine = accelerator_.engines[static_cast<std::size_t>(engine_index)];
    const OperandOrder wanted = engine_operand_order(engine.kind);
    const std::int64_t columns_a = op.inputs[0].transposed ? product.m : product.k;
    change(op, 0, columns_a, product.heads, wanted.a_k_contiguous, engine.storage.input.front());
    const std::int64_t columns_b = op.inputs[1].transposed ? product.k : product.n;
    change(op, 1, columns_b, product.heads, wanted.b_k_contiguous,
           engine.storage.dynamic_weight.front());
  }

  /// Reads operand `which` from a transposed copy if its buffer cannot turn it.
  void change(Op& op, std::size_t which, std::int64_t columns, std::int64_t heads,
              bool k_contiguous, BufferId buffer) {
    View& view = op.inputs[which];
    const Tensor& tensor = tensors_[static_cast<std::size_t>(view.tensor)];
    if (tensor.kind == TensorKind::parameter) return;
    if (accelerator_.buffers[static_cast<std::size_t>(buffer)].access == BufferAccess::any) return;
    // Rows of A hold consecutive k as stored, rows of B consecutive n; a transposed view or a
    // transposed tensor exchanges the two.
    bool stored_k_contiguous = which == 0;
    if (view.transposed) stored_k_contiguous = !stored_k_contiguous;
    if (tensor.order == DataOrder::column_major) stored_k_contiguous = !stored_k_contiguous;
    if (stored_k_contiguous == k_contiguous) return;
    const std::int64_t span =
        view.head_columns > 0 ? (heads - 1) * view.head_columns + columns : columns;
    view.tensor = turned(view, span, op);
    view.column = 0;
  }

  TensorId turned(const View& view, std::int64_t span, const Op& reader) {
    const auto key = std::make_tuple(view.tensor, view.column, span);
    const auto found = turned_.find(key);
    if (found != turned_.end()) return found->second;
    Tensor copy = tensors_[static_cast<std::size_t>(view.tensor)];
    const std::int64_t rows = copy.rows();
    copy.name += fmt::format(".turned_{}_{}", view.column, span);
    copy.shape = {rows, span};
    copy.kind = TensorKind::activation;
    copy.order =
        copy.order == DataOrder::column_major ? DataOrder::row_major : DataOrder::column_major;
    const auto id = static_cast<TensorId>(tensors_.size());
    tensors_.push_back(copy);
    Op op;
    op.name = copy.name;
    op.block = reader.block;
    op.role = Role::layout;
    op.body = LayoutChange{rows, span};
    op.inputs = {View{view.tensor, 0, view.column, 0, 0, 0, false}};
    op.outputs = {View{id}};
    const auto writers = writers_of(source_)[static_cast<std::size_t>(view.tensor)];
    changes_.push_back({writers.empty() ? -1 : static_cast<int>(writers.back()), op});
    turned_.emplace(key, id);
    return id;
  }

  Lowered assembled(std::vector<Op> ops, std::vector<int> engines) {
    std::vector<Op> all;
    std::vector<int> all_engines;
    const auto add_changes = [&](int after) {
      for (const Change& change : changes_) {
        if (change.after != after) continue;
        all.push_back(change.op);
        all_engines.push_back(-1);
      }
    };
    add_changes(-1);
    for (std::size_t i = 0; i < ops.size(); ++i) {
      all.push_back(std::move(ops[i]));
      all_engines.push_back(engines[i]);
      add_changes(static_cast<int>(i));
    }
    return {Workload(source_.name(), source_.images(), tensors_, std::move(all)),
            std::move(all_engines)};
  }

  const Workload& source_;
  const Accelerator& accelerator_;
  std::vector<Tensor> tensors_;
  std::map<std::tuple<TensorId, std::int64_t, std::int64_t>, TensorId> turned_;
  std::vector<Change> changes_;
};

}  // namespace

Lowered lower(const Workload& workload, const Accelerator& accelerator) {
  return Lowering(workload, accelerator).run();
}

}  // namespace saccade
