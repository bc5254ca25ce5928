// Expansion of ops without a product, and of attention, by blocks of rows.
#include <algorithm>

#include "mapping/expander.hpp"

namespace saccade {
/// Blocks of rows of an op without a product, whose inputs lie on chip or are loaded by the block.
/// Where columns are cut, all rows pass for some of them before the next ones.
void Expander::expand_rows(const Anchor& anchor) {
  const RowOp form = row_op(mapping_.workload, op(anchor.op));
  const GemmTile tile = mapping_.schedules[anchor.op].tile();
  const std::int64_t width = form.columns_apart ? tile.n : form.columns;
  const std::int64_t period = row_period(mapping_.workload, op(anchor.op));
  for (std::int64_t column = 0; column < form.columns; column += width) {
    for (std::int64_t begin = 0; begin < form.input_rows;) {
      const std::int64_t end = std::min(begin + tile.m, (begin / period + 1) * period);
      RowBlock block;
      block.rows = {begin, end};
      block.columns = {column, std::min(column + width, form.columns)};
      block.first = begin == 0 && column == 0;
      block.last = end == form.input_rows && block.columns.end == form.columns;
      emit_row_block(anchor.op, block);
      begin = end;
    }
  }
}

/// Loads what a block wants of one input, unless it is there, and notes what the block waits for.
void Expander::row_input(std::size_t index, std::size_t which, RowBlock& block) {
  const Op& the_op = op(index);
  const RowOp form = row_op(mapping_.workload, the_op);
  const View& view = the_op.inputs[which];
  const Tensor& input = tensor(view.tensor);
  const bool kept = form.whole_parameters && input.kind == TensorKind::parameter;
  const auto* gather = std::get_if<Gather>(&the_op.body);
  const RowSpan span =
      kept ? RowSpan{0, input.rows()} : input_rows(mapping_.workload, the_op, which, block.rows);
  const Range wanted = {span.begin, span.end};
  Range columns = {view.column + block.columns.begin,
                   view.column + std::min(block.columns.end, input.columns())};
  if (kept) columns = {view.column, view.column + input.columns()};
  const RowSpan chosen = gather != nullptr ? gathered_rows(*gather, block.rows) : span;
  const std::int64_t read_rows = chosen.end - chosen.begin;
  (which == 0 ? block.source_bytes : block.other_bytes) +=
      packed_bytes(read_rows * columns.size(), input.bits);
  if (home(view.tensor).home != Home::dram) {
    add_need(block.needs, written(view.tensor, wanted, columns));
    return;
  }
  const Stage stage = kept ? Stage::load_weight : Stage::load_input;
  RegionId& kept_region = resident_[static_cast<std::size_t>(view.tensor)];
  if (kept && !block.first) {
    // Another copy of the unit may have run the blocks before: wait for the load itself.
    const TileCounter loads = counter(index, stage);
    add_need(block.needs, {loads, state_.emitted[loads]});
    block.releases.add(kept_region);
    return;
  }
  Region region = dram_region(view.tensor, wanted, columns);
  if (gather != nullptr) {  // any row may be chosen: wait for all, and move as many, evenly spread
    region.address += static_cast<std::uint64_t>(chosen.begin) * region.pitch;
    region.rows = static_cast<std::uint32_t>(read_rows);
    region.pitch *=
        static_cast<std::uint64_t>(std::max<std::int64_t>(1, gather->rows_in / gather->rows_out));
  }
  const OpSchedule& schedule = mapping_.schedules[index];
  const std::int64_t blocks = ceil_div(form.input_rows, schedule.tile().m);
  const VectorUnit& unit =
      accelerator_.vector_units[static_cast<std::size_t>(schedule.vector_unit)];
  const Acquire acquire = {new_region(), static_cast<std::uint32_t>(region.useful_bytes()),
                           static_cast<std::uint16_t>(unit.output),
                           static_cast<std::uint32_t>(kept ? blocks : 1)};
  if (kept) kept_region = acquire.region;
  add_need(block.needs, load(index, stage, {view.tensor, wanted, columns, region}, acquire));
  block.releases.add(acquire.region);
}

void Expander::emit_row_block(std::size_t index, RowBlock block) {
  const Op& the_op = op(index);
  const RowOp form = row_op(mapping_.workload, the_op);
  for (std::size_t i = 0; i < operand_count(the_op); ++i) row_input(index, i, block);
  await_decisions(index, block.needs);
  // A reduction's output row opens with its first block and is finished with its last.
  const std::int64_t per_output = form.reduces ? form.input_rows / form.images : 1;
  const bool opens = block.rows.begin % per_output == 0;
  const bool finishes = block.rows.end % per_output == 0;
  const TensorId output = the_op.outputs[0].tensor;
  const RowSpan output_columns =
      form.columns_apart ? block.columns : RowSpan{0, form.output_columns};
  const std::int64_t output_rows = form.reduces ? (opens ? 1 : 0) : block.size();
  const std::int64_t output_bytes =
      packed_bytes(output_rows * (output_columns.end - output_columns.begin), tensor(output).bits);
  const auto unit_index = static_cast<std::size_t>(mapping_.schedules[index].vector_unit);
  const VectorUnit& unit = accelerator_.vector_units[unit_index];
  const VectorTile tile{&unit,
                        &mapping_.vector_work[index],
                        unit.output,
                        Operand::input,
                        block.source_bytes,
                        block.other_bytes,
                        output_bytes,
                        (block.first ? 1 : 0) + (block.last ? 1 : 0)};
  const std::uint32_t work =
      state_.works.vector(static_cast<std::uint32_t>(first_op_ + index), tile, {}, block.size(),
                          block.columns.end - block.columns.begin);
  const std::int64_t turn = state_.emitted[counter(index, Stage::post)];
  TileTask compute =
      task(vector_unit_id(index, turn), index, Stage::post, work, finishes ? 1u : 0u);
  compute.needs = block.needs;
  compute.releases = block.releases;
  if (opens) acquire_output(compute, index, output_bytes, true, false, &reduced_);
  if (block.last) let_go_inputs(compute, index);
  emit(compute);
  if (!finishes || home(output).home != Home::dram) return;
  const std::int64_t row = form.reduces ? (block.rows.end - 1) / per_output : block.rows.begin;
  const std::int64_t row0 = the_op.outputs[0].row + row;
  const std::int64_t column0 = the_op.outputs[0].column;
  store(index, output, {row0, row0 + (form.reduces ? 1 : block.size())},
        {column0 + output_columns.begin, column0 + output_columns.end}, unit.output,
        Operand::output, reduced_, {compute.counter, compute.first + 1});
}

/// QK^T, softmax and AV by row blocks. Where buffers hold several blocks, the scores of block i + 1
/// and perhaps more stand before the AV of block i, so that arrays have work while vector units are
/// in the softmax.
void Expander::expand_attention(const Group& group) {
  ProductState scores = product_state(group.anchors[0]);
  ProductState values = product_state(group.anchors[2]);
  const Anchor& softmax = group.anchors[1];
  const TileGrid& grid = *scores.grid;
  const TensorId score_tensor = op(group.anchors[0].last()).outputs[0].tensor;
  const std::int64_t blocks = grid.tiles_m();
  const std::int64_t steps = grid.groups() * blocks;
  const std::int64_t ahead = scores.schedule->blocks_ahead;
  for (std::int64_t step = 0; step < steps + ahead; ++step) {
    if (step < steps) {
      emit_row_block(scores, step / blocks);
      const Range rows = grid.rows_of(step % blocks);
      const std::int64_t row0 = step / blocks * grid.m;
      auto& passing = streamed_[static_cast<std::size_t>(score_tensor)];
      const RegionId region = passing.front();
      passing.pop_front();
      RowBlock block;
      block.rows = {row0 + rows.begin, row0 + rows.end};
      block.columns = {0, row_op(mapping_.workload, op(softmax.op)).columns};
      block.first = step == 0;
      block.last = step + 1 == steps;
      block.releases.add(region);
      emit_row_block(softmax.op, block);
    }
    if (step >= ahead) emit_row_block(values, (step - ahead) / blocks);
  }
}

}  // namespace saccade
