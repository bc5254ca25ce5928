#include "mapping/expander.hpp"

#include <algorithm>
#include <stdexcept>

namespace saccade {
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
      streamed_(mapping.homes.size()) {
  for (const Op& each : mapping.workload.ops()) {
    counted_as_.push_back(home(each.outputs[0].tensor).writers.front());
  }
  state_.emitted.resize((first_op + mapping.workload.ops().size()) * kStages);
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
  if (accelerator_.barrier == Barrier::op) {
    const std::size_t last = members.anchors.back().last();
    const bool stored = home(op(last).outputs[0].tensor).home == Home::dram;
    const TileCounter results = counter(last, stored ? Stage::store : Stage::post);
    barrier_ = {results, state_.emitted[results]};
  }
}

/// Behind a barrier everything but loads of parameters waits for the op before.
void Expander::emit(TileTask task) {
  const auto stage = static_cast<Stage>(task.counter % kStages);
  if (stage != Stage::load_weight) add_need(task.needs, barrier_);
  tasks_->push_back(task);
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

/// When rows x columns of a tensor are where its readers find them. Of several writers the last one
/// that the region meets decides, for they count together.
Need Expander::written(TensorId id, Range rows, Range columns) const {
  const TensorHome& from = home(id);
  if (from.writers.empty()) {
    return tensor(id).kind == TensorKind::network_input ? gate_ : Need{};
  }
  const Stage stage = from.home == Home::dram ? Stage::store : Stage::post;
  std::int64_t before = 0;
  std::int64_t tiles = 0;
  for (const std::size_t writer : from.writers) {
    const std::int64_t met = mapping_.grids[writer].tiles_for(rows, columns);
    if (met > 0) tiles = before + met;
    before += mapping_.grids[writer].count();
  }
  return {counter(from.writers.front(), stage), static_cast<std::uint32_t>(tiles)};
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

Need Expander::load(std::size_t index, Stage stage, const Part& part, const Acquire& acquire,
                    const Crossing& crossing) {
  const Operand operand = stage == Stage::load_weight ? Operand::weight : Operand::input;
  const WorkTable::Transfer transfer = {stage, part.region, acquire.buffer, operand, crossing};
  const std::uint32_t work =
      state_.works.transfer(static_cast<std::uint32_t>(first_op_ + index), transfer);
  TileTask move = task(dma_[operand == Operand::weight ? 0 : 1], index, stage, work, 1);
  move.region = part.region;
  move.acquires.add(acquire);
  add_need(move.needs, written(part.tensor, part.rows, part.columns));
  if (stage == Stage::load_input) await_decisions(index, move.needs);
  emit(move);
  return {move.counter, state_.emitted[move.counter]};
}

/// What depends on the outcome of a decision may not be loaded before it is there; parameters may.
void Expander::await_decisions(std::size_t index, Needs& needs) const {
  const Op& the_op = op(index);
  for (std::size_t i = operand_count(the_op); i < the_op.inputs.size(); ++i) {
    const TensorId outcome = the_op.inputs[i].tensor;
    add_need(needs, written(outcome, {0, tensor(outcome).rows()}, {0, tensor(outcome).columns()}));
  }
}

void Expander::store(std::size_t index, TensorId id, Range rows, Range columns, BufferId buffer,
                     Operand operand, RegionId region, const Need& ready,
                     const Crossing& crossing) {
  const Region target = dram_region(id, rows, columns);
  const WorkTable::Transfer transfer = {Stage::store, target, buffer, operand, crossing};
  const std::uint32_t work =
      state_.works.transfer(static_cast<std::uint32_t>(first_op_ + index), transfer);
  TileTask move = task(dma_[2], index, Stage::store, work, 1);
  move.write = true;
  move.region = target;
  add_need(move.needs, ready);
  move.releases.add(region);
  emit(move);
  last_store_ = {move.counter, state_.emitted[move.counter]};
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
    acquire.uses = resident_begun_[slot] ? std::uint32_t{0}
                                         : static_cast<std::uint32_t>(target.readers.size());
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
    const auto& writers = home(id).writers;
    std::int64_t tiles = 0;
    for (const std::size_t writer : writers) tiles += mapping_.grids[writer].count();
    add_need(task.needs,
             {counter(writers.front(), Stage::post), static_cast<std::uint32_t>(tiles)});
  }
}

}  // namespace saccade
