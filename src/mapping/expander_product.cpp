// Expansion of products: tiles in the order of the nest, post-processing, followers.
#include <algorithm>

#include "mapping/expander.hpp"

namespace saccade {

Expander::ProductState Expander::product_state(const Anchor& anchor) {
  const ProductFacts& facts = *mapping_.facts[anchor.op];
  const OpSchedule& schedule = mapping_.schedules[anchor.op];
  const TileGrid& grid = mapping_.grids[anchor.op];
  ProductState state{
      anchor,
      &facts,
      &schedule,
      &grid,
      {facts.engine, facts.way(Matrix::input).back(), facts.way(Matrix::weight).back(),
       facts.input_bits, facts.weight_bits, facts.sum_bits()},
      NestWalk(tile_nest(schedule, grid.row_tiles())),
      {},
      {},
      ceil_div(facts.product.k, schedule.tile().k),
      0};
  state.input = way_state(state, Matrix::input);
  state.weight = way_state(state, Matrix::weight);
  return state;
}

void Expander::expand_product(const Anchor& anchor) {
  ProductState state = product_state(anchor);
  for (std::int64_t group = 0; group < state.grid->groups(); ++group) {
    do {
      emit_tile(state, group);
    } while (state.walk.next());
  }
}

/// All tiles of the row block at which the walk stands; the walk goes on to the next block.
void Expander::emit_row_block(ProductState& state, std::int64_t group) {
  const std::int64_t block = state.walk.at(Dim::m);
  bool more = true;
  while (more && state.walk.at(Dim::m) == block) {
    emit_tile(state, group);
    more = state.walk.next();
  }
}

/// Everything for the output tile at which the walk stands, up to its last K chunk.
void Expander::emit_tile(ProductState& state, std::int64_t group) {
  const TileGrid& grid = *state.grid;
  Tile tile{};
  tile.group = group;
  tile.image = group / grid.groups_per_image();
  tile.head = group % grid.groups_per_image() * grid.at_once;
  tile.entries = std::min(grid.at_once, grid.heads - tile.head);
  tile.mi = state.walk.at(Dim::m);
  tile.ni = state.walk.at(Dim::n);
  tile.m = grid.rows_of(tile.mi);
  tile.n = grid.columns_of(tile.ni);
  for (std::int64_t chunk = 0; chunk < state.chunks; ++chunk) {
    if (chunk > 0) state.walk.next();
    emit_chunk(state, tile, chunk);
  }
  finish_tile(state, tile);
}

/// From the accumulators to where the results of the op and of its followers go.
void Expander::finish_tile(ProductState& state, Tile tile) {
  const std::size_t index = state.anchor.op;
  const bool last = ++state.done == state.grid->count();
  const TensorPart part = output_part(state, tile);
  const TensorId output = op(state.anchor.last()).outputs[0].tensor;
  if (state.schedule->vector_unit < 0) {  // straight from the accumulators
    const BufferId sums = state.storage().partial_sum;
    store(index, output, part.rows, part.columns, sums, Operand::partial_sum, tile.region,
          tile.ready, crossing_from(state));
    if (last) let_go_inputs(tasks_->back(), index);
    return;
  }
  emit_post(state, tile, last);
  for (const std::size_t follower : state.anchor.followers) {
    emit_follower(state, follower, tile, last);
  }
  if (home(output).home == Home::dram) {
    const auto unit = static_cast<std::size_t>(mapping_.schedules[state.anchor.last()].vector_unit);
    store(state.anchor.last(), output, part.rows, part.columns,
          accelerator_.vector_units[unit].output, Operand::output, tile.region, tile.ready);
  }
}

/// The network that results cross on their way out of the engine, if its sums lie in the PEs.
Crossing Expander::crossing_from(const ProductState& state) const {
  const bool far = state.facts->buffer(state.storage().partial_sum).instances > 1;
  return {far ? state.schedule->engine : -1, 1, true};
}

TensorPart Expander::output_part(const ProductState& state, const Tile& tile) const {
  const View& view = state.product().output;
  return *with_heads(view, tensor_part(view, tile.image, tile.head, tile.m, tile.n), tile.entries);
}

void Expander::emit_chunk(ProductState& state, Tile& tile, std::int64_t chunk) {
  const std::size_t index = state.anchor.op;
  const std::size_t loops = state.walk.nest().loops.size();
  TileTask inputs;  // what the compute task waits for and lets go
  const Need input = bring(state, state.input, state.input.levels.size() - 1, loops, tile, inputs);
  const Need weight =
      bring(state, state.weight, state.weight.levels.size() - 1, loops, tile, inputs);
  const Granule part = granule(state, tile);
  const EngineTile work_tile =
      engine_tile(*state.facts, *state.schedule, {part.m.size(), part.n, part.k}, part.entries);
  const std::uint32_t work = state_.works.array(static_cast<std::uint32_t>(first_op_ + index),
                                                state.work, work_tile, chunk > 0);
  const int engine = state.schedule->engine;
  const auto unit = static_cast<UnitId>(first_unit(units_, UnitKind::array, engine) +
                                        state.done % state.facts->engine->count);
  const bool closes = chunk + 1 == state.chunks;
  TileTask compute = task(unit, index, Stage::compute, work, closes ? 1u : 0u);
  compute.releases = inputs.releases;
  add_need(compute.needs, input);
  add_need(compute.needs, weight);
  await_decisions(index, compute.needs);
  if (chunk == 0) {
    tile.region = new_region();
    const BufferId sums = state.storage().partial_sum;
    GemmTile share = work_tile.size;
    std::int64_t entries = part.entries;
    if (state.facts->buffer(sums).instances > 1) {
      share = instance_tile(*state.facts, *state.schedule, share, &entries);
    }
    const std::int64_t bytes = entries * share.m * packed_bytes(share.n, state.facts->sum_bits());
    compute.acquires.add(
        {tile.region, static_cast<std::uint32_t>(bytes), static_cast<std::uint16_t>(sums), 1});
  }
  emit(compute);
  if (closes) tile.ready = {compute.counter, compute.first + 1};
}

/// Bias and requantisation: from the accumulators to where activations live.
void Expander::emit_post(ProductState& state, Tile& tile, bool last) {
  const std::size_t index = state.anchor.op;
  const TensorId output = op(index).outputs[0].tensor;
  const auto unit = static_cast<std::size_t>(state.schedule->vector_unit);
  const std::int64_t rows = tile.entries * tile.m.size();
  const std::int64_t bytes = packed_bytes(rows * tile.n.size(), tensor(output).bits);
  const VectorTile work = {&accelerator_.vector_units[unit],
                           &mapping_.vector_work[index],
                           state.storage().partial_sum,
                           Operand::partial_sum,
                           rows * packed_bytes(tile.n.size(), state.facts->sum_bits()),
                           0,
                           bytes};
  const std::uint32_t kind = state_.works.vector(static_cast<std::uint32_t>(first_op_ + index),
                                                 work, crossing_from(state), rows, tile.n.size());
  TileTask post = task(vector_unit_id(index, state.done), index, Stage::post, kind, 1);
  add_need(post.needs, tile.ready);
  post.releases.add(tile.region);
  acquire_output(post, index, bytes, tile.ni == 0, !state.anchor.followers.empty(), &tile.region);
  if (last) let_go_inputs(post, index);
  emit(post);
  tile.ready = {post.counter, post.first + 1};
}

/// An elementwise op on the tile that the op before left.
void Expander::emit_follower(ProductState& state, std::size_t follower, Tile& tile, bool last) {
  const Op& the_op = op(follower);
  const auto unit_index = static_cast<std::size_t>(mapping_.schedules[follower].vector_unit);
  const VectorUnit& unit = accelerator_.vector_units[unit_index];
  const TensorPart part = output_part(state, tile);
  const std::int64_t rows = tile.entries * tile.m.size();
  const std::int64_t elements = rows * tile.n.size();
  VectorTile work{&unit, &mapping_.vector_work[follower], unit.output, Operand::input, 0, 0, 0};
  Needs needs;
  Few<RegionId, 4> releases;
  add_need(needs, tile.ready);
  releases.add(tile.region);
  bool own_input = true;  // the first input that the chain wrote is the tile itself
  for (const View& view : the_op.inputs) {
    const std::int64_t bytes = packed_bytes(elements, tensor(view.tensor).bits);
    const bool from_chain = own_input && home(view.tensor).home == Home::streamed;
    if (from_chain) {
      work.source_bytes = bytes;
      own_input = false;
      continue;
    }
    work.other_bytes += bytes;
    if (home(view.tensor).home != Home::dram) {
      add_need(needs, written(view.tensor, part.rows, part.columns));
      continue;
    }
    const Region region = dram_region(view.tensor, part.rows, part.columns);
    const Acquire acquire = {new_region(), static_cast<std::uint32_t>(region.useful_bytes()),
                             static_cast<std::uint16_t>(unit.output), 1};
    add_need(needs, load(follower, Stage::load_input,
                         {view.tensor, part.rows, part.columns, region}, acquire));
    releases.add(acquire.region);
  }
  const std::int64_t bytes = packed_bytes(elements, tensor(the_op.outputs[0].tensor).bits);
  work.destination_bytes = bytes;
  const std::uint32_t kind = state_.works.vector(static_cast<std::uint32_t>(first_op_ + follower),
                                                 work, {}, rows, tile.n.size());
  TileTask task_ = task(vector_unit_id(follower, state.done - 1), follower, Stage::post, kind, 1);
  task_.needs = needs;
  task_.releases = releases;
  const bool to_follower = follower != state.anchor.last();
  acquire_output(task_, follower, bytes, tile.ni == 0, to_follower, &tile.region);
  if (last) let_go_inputs(task_, follower);
  emit(task_);
  tile.ready = {task_.counter, task_.first + 1};
}

}  // namespace saccade
