#include "mapping/expander.hpp"

#include <algorithm>
#include <stdexcept>

namespace saccade {
namespace {

std::int64_t packed_bytes(std::int64_t elements, int bits) { return ceil_div(elements * bits, 8); }

}  // namespace

Expander::Expander(const Mapping& mapping, const Accelerator& accelerator, ProgramState& state,
                   std::size_t first_op, Need gate)
    : mapping_(mapping),
      accelerator_(accelerator),
      units_(unit_table(accelerator)),
      state_(state),
      first_op_(first_op),
      gate_(gate),
      resident_(mapping.homes.size(), 0),
      resident_begun_(mapping.homes.size(), false),
      streamed_(mapping.homes.size()),
      vector_work_(mapping.workload.ops().size()) {
  state_.emitted.resize((first_op + mapping.workload.ops().size()) * kStages);
  for (std::size_t i = 0; i < vector_work_.size(); ++i) {
    const int unit = mapping.schedules[i].vector_unit;
    if (unit < 0) continue;
    if (const auto product = as_product(op(i))) {
      vector_work_[i] = post_work(product->bias, product->requantise);
      if (vector_work_[i].sweeps.empty()) vector_work_[i].sweeps = {{VectorOp::move}};
    } else {
      vector_work_[i] =
          vector_work(op(i).body, accelerator.vector_units[static_cast<std::size_t>(unit)]);
    }
  }
  const char* const classes[] = {"weight", "input", "output"};
  for (std::size_t i = 0; i < dma_.size(); ++i) {
    dma_[i] = first_unit(units_, UnitKind::dma, accelerator.dma_for(classes[i]));
  }
}

void Expander::expand(std::size_t group, std::vector<TileTask>& tasks) {
  tasks_ = &tasks;
  const Group& members = mapping_.groups[group];
  if (members.anchors.size() > 1) {
    expand_attention(members);
  } else if (mapping_.schedules[members.anchors[0].op].engine >= 0) {
    expand_product(members.anchors[0]);
  } else {
    expand_rows(members.anchors[0]);
  }
}

Need Expander::last_store() const {
  for (std::size_t i = mapping_.workload.ops().size(); i-- > 0;) {
    const TileCounter stores = counter(i, Stage::store);
    if (state_.emitted[stores] > 0) return {stores, state_.emitted[stores]};
  }
  return {};
}

TileTask Expander::task(UnitId unit, std::size_t index, Stage stage, std::uint32_t work,
                        std::uint32_t finishes) {
  TileTask task;
  task.unit = unit;
  task.op = static_cast<std::uint32_t>(first_op_ + index);
  task.work = work;
  task.counter = counter(index, stage);
  task.first = state_.emitted[task.counter];
  task.finishes = finishes;
  state_.emitted[task.counter] += finishes;
  return task;
}

UnitId Expander::vector_unit_id(std::size_t index, std::int64_t turn) const {
  const int unit = mapping_.schedules[index].vector_unit;
  const int count = accelerator_.vector_units[static_cast<std::size_t>(unit)].count;
  return static_cast<UnitId>(first_unit(units_, UnitKind::vector, unit) + turn % count);
}

/// When rows x columns of a tensor are where its readers find them.
Need Expander::written(TensorId id, Range rows, Range columns) const {
  const TensorHome& from = home(id);
  if (from.writer < 0) {
    return tensor(id).kind == TensorKind::network_input ? gate_ : Need{};
  }
  const auto writer = static_cast<std::size_t>(from.writer);
  const Stage stage = from.home == Home::dram ? Stage::store : Stage::post;
  const std::int64_t tiles = mapping_.grids[writer].tiles_for(rows, columns);
  return {counter(writer, stage), static_cast<std::uint32_t>(tiles)};
}

Region Expander::dram_region(TensorId id, Range rows, Range columns) const {
  const Tensor& matrix = tensor(id);
  std::int64_t pitch = matrix.row_bytes();
  if (matrix.order == DataOrder::column_major) {
    std::swap(rows, columns);
    pitch = ceil_div(matrix.rows() * matrix.bits, 8);
  }
  const std::int64_t begin = columns.begin * matrix.bits / 8;
  const std::int64_t end = std::min(ceil_div(columns.end * matrix.bits, 8), pitch);
  Region region;
  region.address = home(id).address + static_cast<std::uint64_t>(rows.begin * pitch + begin);
  region.rows = static_cast<std::uint32_t>(rows.size());
  region.row_bytes = static_cast<std::uint32_t>(end - begin);
  region.pitch = static_cast<std::uint64_t>(pitch);
  return region;
}

Need Expander::load(std::size_t index, Stage stage, TensorId id, Range rows, Range columns,
                    const Region& region, const Acquire& acquire) {
  const Operand operand = stage == Stage::load_weight ? Operand::weight : Operand::input;
  const std::uint32_t work = state_.works.transfer(static_cast<std::uint32_t>(first_op_ + index),
                                                   stage, region, acquire.buffer, operand);
  TileTask move = task(dma_[operand == Operand::weight ? 0 : 1], index, stage, work, 1);
  move.region = region;
  move.acquires.add(acquire);
  const Need need = written(id, rows, columns);
  add_need(move.needs, need);
  emit(move);
  return {move.counter, state_.emitted[move.counter]};
}

void Expander::store(std::size_t index, TensorId id, Range rows, Range columns, BufferId buffer,
                     Operand operand, RegionId region, const Need& ready) {
  const Region target = dram_region(id, rows, columns);
  const std::uint32_t work = state_.works.transfer(static_cast<std::uint32_t>(first_op_ + index),
                                                   Stage::store, target, buffer, operand);
  TileTask move = task(dma_[2], index, Stage::store, work, 1);
  move.write = true;
  move.region = target;
  add_need(move.needs, ready);
  move.releases.add(region);
  emit(move);
}

/// Space for a tile of the op's output. A tensor that stays on chip is one region that grows with
/// every tile; one that streams through a group is one region per row block; what goes to DRAM or
/// to a follower is a region per tile.
void Expander::acquire_output(TileTask& task, std::size_t index, std::int64_t bytes,
                              bool new_row_block, bool to_follower, RegionId* region) {
  const TensorId id = op(index).outputs[0].tensor;
  const auto slot = static_cast<std::size_t>(id);
  const TensorHome& target = home(id);
  const auto unit = static_cast<std::size_t>(mapping_.schedules[index].vector_unit);
  Acquire acquire;
  acquire.buffer = static_cast<std::uint16_t>(accelerator_.vector_units[unit].output);
  acquire.bytes = static_cast<std::uint32_t>(bytes);
  acquire.uses = 1;
  if (target.home == Home::on_chip && !to_follower) {
    if (!resident_begun_[slot]) resident_[slot] = new_region();
    acquire.uses = resident_begun_[slot] ? std::uint16_t{0}
                                         : static_cast<std::uint16_t>(target.readers.size());
    resident_begun_[slot] = true;
    acquire.region = resident_[slot];
  } else if (target.home == Home::streamed && !to_follower) {
    if (new_row_block) streamed_[slot].push_back(new_region());
    acquire.uses = new_row_block ? 1 : 0;
    acquire.region = streamed_[slot].back();
  } else {
    acquire.region = new_region();
  }
  *region = acquire.region;
  task.acquires.add(acquire);
}

/// The last task of an op: every tensor that the op read on chip loses this reader. All of the
/// tensor must be there by then, even if the op looked at a part of it only.
void Expander::let_go_inputs(TileTask& task, std::size_t index) const {
  const auto& inputs = op(index).inputs;
  for (std::size_t i = 0; i < inputs.size(); ++i) {
    const TensorId id = inputs[i].tensor;
    const bool seen = std::any_of(inputs.begin(), inputs.begin() + static_cast<std::ptrdiff_t>(i),
                                  [id](const View& view) { return view.tensor == id; });
    if (seen || home(id).home != Home::on_chip) continue;
    task.releases.add(resident_[static_cast<std::size_t>(id)]);
    const auto writer = static_cast<std::size_t>(home(id).writer);
    add_need(task.needs, {counter(writer, Stage::post),
                          static_cast<std::uint32_t>(mapping_.grids[writer].count())});
  }
}

/// Blocks of rows of an op without a product, whose inputs lie on chip or are loaded by the block.
void Expander::expand_rows(const Anchor& anchor) {
  const RowOp form = row_op(mapping_.workload, op(anchor.op));
  const std::int64_t block = mapping_.schedules[anchor.op].tile().m;
  const std::int64_t period = row_period(mapping_.workload, op(anchor.op));
  for (std::int64_t begin = 0; begin < form.input_rows;) {
    const std::int64_t end = std::min(begin + block, (begin / period + 1) * period);
    emit_row_block(anchor, {begin, end}, begin == 0, end == form.input_rows, 0);
    begin = end;
  }
}

void Expander::emit_row_block(const Anchor& anchor, RowSpan rows, bool first, bool last,
                              RegionId streamed_input) {
  const std::size_t index = anchor.op;
  const Op& the_op = op(index);
  const RowOp form = row_op(mapping_.workload, the_op);
  const std::size_t operands = operand_count(the_op);
  const auto unit_index = static_cast<std::size_t>(mapping_.schedules[index].vector_unit);
  const VectorUnit& unit = accelerator_.vector_units[unit_index];
  const auto buffer = static_cast<std::uint16_t>(unit.output);
  const std::int64_t size = rows.end - rows.begin;
  WorkTable::VectorTile tile{&unit, &vector_work_[index], unit.output, Operand::input, 0, 0, 0};
  Needs needs;
  Few<RegionId, 4> releases;
  for (std::size_t i = 0; i < the_op.inputs.size(); ++i) {
    const View& view = the_op.inputs[i];
    const Tensor& input = tensor(view.tensor);
    if (i >= operands) {  // the outcome of a decision
      add_need(needs, written(view.tensor, {0, input.rows()}, {0, input.columns()}));
      continue;
    }
    const bool kept = form.whole_parameters && input.kind == TensorKind::parameter;
    const RowSpan span =
        kept ? RowSpan{0, input.rows()} : input_rows(mapping_.workload, the_op, i, rows);
    const Range wanted = {span.begin, span.end};
    const Range columns = {view.column, view.column + std::min(form.columns, input.columns())};
    const bool gathers = std::holds_alternative<Gather>(the_op.body);
    const std::int64_t read_rows = gathers ? size : wanted.size();
    const std::int64_t bytes = packed_bytes(read_rows * columns.size(), input.bits);
    (i == 0 ? tile.source_bytes : tile.other_bytes) += bytes;
    if (home(view.tensor).home != Home::dram) {
      add_need(needs, written(view.tensor, wanted, columns));
      continue;
    }
    const Stage stage = kept ? Stage::load_weight : Stage::load_input;
    const auto slot = static_cast<std::size_t>(view.tensor);
    if (kept && !first) {
      // Another copy of the unit may have run the blocks before: wait for the load itself.
      const TileCounter loads = counter(index, stage);
      add_need(needs, {loads, state_.emitted[loads]});
      releases.add(resident_[slot]);
      continue;
    }
    Region region = dram_region(view.tensor, wanted, columns);
    if (gathers) {  // any row may be chosen: wait for all, and move as many, evenly spread
      region.pitch *= static_cast<std::uint64_t>(wanted.size() / form.output_rows);
      region.address += static_cast<std::uint64_t>(rows.begin) * region.pitch;
      region.rows = static_cast<std::uint32_t>(size);
    }
    const std::int64_t blocks = ceil_div(form.input_rows, mapping_.schedules[index].tile().m);
    const Acquire acquire = {new_region(), static_cast<std::uint32_t>(region.useful_bytes()),
                             buffer, static_cast<std::uint16_t>(kept ? blocks : 1)};
    if (kept) resident_[slot] = acquire.region;
    add_need(needs, load(index, stage, view.tensor, wanted, columns, region, acquire));
    releases.add(acquire.region);
  }
  const TensorId output = the_op.outputs[0].tensor;
  const bool finishes = !form.reduces || rows.end % (form.input_rows / form.images) == 0;
  const bool opens = !form.reduces || rows.begin % (form.input_rows / form.images) == 0;
  const std::int64_t output_rows = form.reduces ? (opens ? 1 : 0) : size;
  const std::int64_t output_bytes =
      packed_bytes(output_rows * form.output_columns, tensor(output).bits);
  tile.destination_bytes = output_bytes;
  const std::uint32_t work =
      state_.works.vector(static_cast<std::uint32_t>(first_op_ + index), tile, size, form.columns);
  const std::int64_t turn = state_.emitted[counter(index, Stage::post)];
  TileTask compute =
      task(vector_unit_id(index, turn), index, Stage::post, work, finishes ? 1u : 0u);
  compute.needs = needs;
  compute.releases = releases;
  if (opens) acquire_output(compute, index, output_bytes, true, false, &reduced_);
  if (streamed_input != 0) compute.releases.add(streamed_input);
  if (last) let_go_inputs(compute, index);
  emit(compute);
  if (finishes && home(output).home == Home::dram) {
    const std::int64_t row =
        form.reduces ? (rows.end - 1) / (form.input_rows / form.images) : rows.begin;
    store(index, output, {row, row + (form.reduces ? 1 : size)}, {0, form.output_columns},
          unit.output, Operand::output, reduced_, {compute.counter, compute.first + 1});
  }
}

/// QK^T, softmax and AV by row blocks. Where buffers hold two blocks, the scores of block i + 1
/// stand before the AV of block i, so that the array has work while the vector unit is in the
/// softmax.
void Expander::expand_attention(const Group& group) {
  ProductState scores = product_state(group.anchors[0]);
  ProductState values = product_state(group.anchors[2]);
  const Anchor& softmax = group.anchors[1];
  const TileGrid& grid = *scores.grid;
  const TensorId score_tensor = op(group.anchors[0].last()).outputs[0].tensor;
  const std::int64_t blocks = grid.tiles_m();
  const std::int64_t steps = grid.entries() * blocks;
  const std::int64_t ahead = scores.schedule->double_buffered ? 1 : 0;
  const auto tiles = [&](ProductState& state, std::int64_t step) {
    const std::int64_t entry = step / blocks;
    for (std::int64_t ni = 0; ni < state.grid->tiles_n(); ++ni) {
      emit_tile(state, {entry / grid.heads, entry % grid.heads, step % blocks, ni, {}, {}, 0, {}});
    }
  };
  for (std::int64_t step = 0; step < steps + ahead; ++step) {
    if (step < steps) {
      tiles(scores, step);
      const Range rows = grid.rows_of(step % blocks);
      const std::int64_t row0 = step / blocks * grid.m;
      auto& passing = streamed_[static_cast<std::size_t>(score_tensor)];
      const RegionId region = passing.front();
      passing.pop_front();
      emit_row_block(softmax, {row0 + rows.begin, row0 + rows.end}, step == 0, step + 1 == steps,
                     region);
    }
    if (step >= ahead) tiles(values, step - ahead);
  }
}

}  // namespace saccade
