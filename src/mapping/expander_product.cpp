// Expansion of products: operands as they are kept, K chunks, post-processing, followers.
#include <algorithm>

#include "mapping/expander.hpp"

namespace saccade {
namespace {

Range chunk_of(std::int64_t chunk, std::int64_t size, std::int64_t full) {
  return {chunk * size, std::min((chunk + 1) * size, full)};
}

}  // namespace

Expander::ProductState Expander::product_state(const Anchor& anchor) {
  ProductState state;
  state.anchor = anchor;
  state.product = *as_product(mapping_.workload, op(anchor.op));
  state.schedule = &mapping_.schedules[anchor.op];
  state.grid = &mapping_.grids[anchor.op];
  state.engine = &accelerator_.engines[static_cast<std::size_t>(state.schedule->engine)];
  const Tensor& weight = tensor(state.product.weight.tensor);
  const EngineStorage& storage = state.engine->storage;
  state.input.on_chip = home(state.product.input.tensor).home != Home::dram;
  state.input.buffer = storage.input;
  state.input.keep = state.schedule->keep_input;
  state.weight.on_chip = home(state.product.weight.tensor).home != Home::dram;
  state.weight.buffer =
      weight.kind == TensorKind::parameter ? storage.weight : storage.dynamic_weight;
  state.weight.keep = state.schedule->keep_weight;
  state.chunks = ceil_div(state.product.k, state.schedule->tile().k);
  state.work = {state.engine, state.weight.buffer, tensor(state.product.input.tensor).bits,
                weight.bits, state.product.accumulator_bits};
  return state;
}

void Expander::expand_product(const Anchor& anchor) {
  ProductState state = product_state(anchor);
  const TileGrid& grid = *state.grid;
  const std::int64_t outer = grid.n_outer ? grid.tiles_n() : grid.tiles_m();
  const std::int64_t inner = grid.n_outer ? grid.tiles_m() : grid.tiles_n();
  for (std::int64_t entry = 0; entry < grid.entries(); ++entry) {
    for (std::int64_t o = 0; o < outer; ++o) {
      for (std::int64_t i = 0; i < inner; ++i) {
        emit_tile(state, {entry / grid.heads,
                          entry % grid.heads,
                          grid.n_outer ? i : o,
                          grid.n_outer ? o : i,
                          {},
                          {},
                          0,
                          {}});
      }
    }
  }
}

/// Everything for one output tile: its K chunks, post-processing, followers and store.
void Expander::emit_tile(ProductState& state, Tile tile) {
  const std::size_t index = state.anchor.op;
  tile.m = state.grid->rows_of(tile.mi);
  tile.n = state.grid->columns_of(tile.ni);
  emit_chunks(state, tile);
  const bool last = ++state.done == state.grid->count();
  const TensorPart part = tensor_part(state.product.output, tile.image, tile.head, tile.m, tile.n);
  const TensorId output = op(state.anchor.last()).outputs[0].tensor;
  if (state.schedule->vector_unit < 0) {  // straight from the accumulators
    store(index, output, part.rows, part.columns, state.engine->storage.partial_sum,
          Operand::partial_sum, tile.region, tile.ready);
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

void Expander::emit_chunks(ProductState& state, Tile& tile) {
  const std::size_t index = state.anchor.op;
  const int engine = state.schedule->engine;
  const auto unit = static_cast<UnitId>(first_unit(units_, UnitKind::array, engine) +
                                        state.done % state.engine->count);
  const std::int64_t tiles = state.grid->tiles_per_entry();
  for (std::int64_t chunk = 0; chunk < state.chunks; ++chunk) {
    const Range k = chunk_of(chunk, state.schedule->tile().k, state.product.k);
    TileTask compute;
    const Need input = input_chunk(state, tile, chunk, compute);
    const Need weight = weight_chunk(state, tile, chunk, compute);
    const std::uint32_t work =
        state_.works.array(static_cast<std::uint32_t>(first_op_ + index), state.work,
                           {tile.m.size(), tile.n.size(), k.size()}, chunk > 0);
    const bool closes = chunk + 1 == state.chunks;
    const Few<RegionId, 4> releases = compute.releases;
    compute = task(unit, index, Stage::compute, work, closes ? 1u : 0u);
    compute.releases = releases;
    add_need(compute.needs, input);
    add_need(compute.needs, weight);
    for (std::size_t i = operand_count(op(index)); i < op(index).inputs.size(); ++i) {
      const Tensor& outcome = tensor(op(index).inputs[i].tensor);  // of a decision
      add_need(compute.needs,
               written(op(index).inputs[i].tensor, {0, outcome.rows()}, {0, outcome.columns()}));
    }
    if (chunk == 0) {
      tile.region = new_region();
      const std::int64_t bytes =
          tile.m.size() * packed_bytes(tile.n.size(), state.product.accumulator_bits);
      compute.acquires.add({tile.region, static_cast<std::uint32_t>(bytes),
                            static_cast<std::uint16_t>(state.engine->storage.partial_sum), 1});
    }
    if (closes && (state.done + 1) % tiles == 0) {  // the entry's last: what was kept whole goes
      for (const OperandState* operand : {&state.input, &state.weight}) {
        if (operand->on_chip || operand->keep != Keep::whole) continue;
        compute.releases.add(operand->regions[0]);
      }
    }
    emit(compute);
    if (closes) tile.ready = {compute.counter, compute.first + 1};
  }
}

/// Forgets what an operand kept for another block; true if there was something to forget.
bool Expander::OperandState::turn_to(std::int64_t block, std::int64_t slots) {
  if (kept_for == block) return false;
  kept_for = block;
  regions.assign(static_cast<std::size_t>(slots), 0);
  loaded.assign(static_cast<std::size_t>(slots), Need{});
  lines = 0;
  return true;
}

/// Loads a part of an operand into its slot, unless it is there, for `uses` products. What is kept
/// whole is one region, which grows with every load and goes with the entry's last product.
Need Expander::keep(const ProductState& state, OperandState& operand, Stage stage, std::size_t slot,
                    std::int64_t uses, const Part& part, TileTask& task) {
  const bool whole = operand.keep == Keep::whole;
  if (operand.loaded[slot].count == 0 && part.region.useful_bytes() > 0) {
    const bool grows = whole && operand.regions[0] != 0;
    const RegionId id = grows ? operand.regions[0] : new_region();
    operand.regions[whole ? 0 : slot] = id;
    const Acquire acquire = {id, static_cast<std::uint32_t>(part.region.useful_bytes()),
                             static_cast<std::uint16_t>(operand.buffer),
                             static_cast<std::uint32_t>(grows   ? 0
                                                        : whole ? 1
                                                                : uses)};
    operand.loaded[slot] =
        load(state.anchor.op, stage, part.tensor, part.rows, part.columns, part.region, acquire);
  } else if (operand.loaded[slot].count == 0) {  // its lines came with an earlier band
    const TileCounter loads = counter(state.anchor.op, stage);
    operand.loaded[slot] = {loads, state_.emitted[loads]};
  }
  const bool padding = operand.regions[slot] == 0;  // nothing of the image: there was no load
  if (!whole && !padding) task.releases.add(operand.regions[slot]);
  return operand.loaded[slot];
}

/// An operand that lies on chip, or passes by: the last product of a row block lets the block go.
Need Expander::operand_on_chip(const ProductState& state, const Tile& tile, std::int64_t chunk,
                               const Part& part, TileTask& task) {
  const bool row_block_done = chunk + 1 == state.chunks && tile.ni + 1 == state.grid->tiles_n();
  if (home(part.tensor).home == Home::streamed && row_block_done) {
    auto& passing = streamed_[static_cast<std::size_t>(part.tensor)];
    task.releases.add(passing.front());
    passing.pop_front();
  }
  return written(part.tensor, part.rows, part.columns);
}

/// Loads the chunk of the input if it is not there, and says what the product must wait for.
Need Expander::input_chunk(ProductState& state, const Tile& tile, std::int64_t chunk,
                           TileTask& task) {
  OperandState& input = state.input;
  const View& view = state.product.input;
  const bool whole = input.keep == Keep::whole;
  const bool band = state.product.conv.has_value();
  const Range k = chunk_of(chunk, state.schedule->tile().k, state.product.k);
  const TensorPart wanted = tensor_part(view, tile.image, tile.head, tile.m, k);
  Part part{view.tensor, wanted.rows, wanted.columns, {}};
  // What is kept: an entry, a row block, or one tile; a band serves all chunks of its tile.
  const std::int64_t entry = tile.image * state.product.heads + tile.head;
  const std::int64_t blocks = state.grid->tiles_m();
  const std::int64_t kept_for = whole                       ? entry
                                : input.keep == Keep::block ? entry * blocks + tile.mi
                                : band                      ? state.done
                                                            : state.done * state.chunks + chunk;
  if (!input.on_chip) input.turn_to(kept_for, whole ? blocks * state.chunks : state.chunks);
  if (band) {
    part.region = band_region(state, tile, whole, &part.rows);
    part.columns = {0, tensor(view.tensor).columns()};
  }
  if (input.on_chip) return operand_on_chip(state, tile, chunk, part, task);
  if (!band) part.region = dram_region(view.tensor, part.rows, part.columns);
  const std::int64_t slot = (whole ? tile.mi * state.chunks : 0) + (band ? 0 : chunk);
  const std::int64_t passes = input.keep == Keep::block ? state.grid->tiles_n() : 1;
  const bool loads = band && whole && part.region.useful_bytes() > 0;
  const Need need = keep(state, input, Stage::load_input, static_cast<std::size_t>(slot),
                         band ? passes * state.chunks : passes, part, task);
  if (loads) input.lines = std::max(input.lines, part.rows.end);
  return need;
}

/// The pixels of a tile's band in DRAM, and in `rows` the rows of the tensor that they are; of an
/// image that is kept whole only the lines that are not there yet (none: region.rows is 0).
Region Expander::band_region(const ProductState& state, const Tile& tile, bool whole, Range* rows) {
  const Conv2d& conv = *state.product.conv;
  PixelBand band = conv_band(conv, tile.m);
  const std::int64_t image = tile.image * conv.in_height * conv.in_width;
  if (whole) {
    band.columns = {0, conv.in_width};
    const std::int64_t there =
        state.input.lines == 0 ? 0 : (state.input.lines - image) / conv.in_width;
    band.lines.begin = std::max(there, band.lines.begin);
    if (band.lines.begin >= band.lines.end) return {0, 0, 0, 0};
  }
  *rows = {image + band.lines.begin * conv.in_width, image + band.lines.end * conv.in_width};
  const TensorId id = state.product.input.tensor;
  const std::int64_t channels = conv.in_channels / conv.groups;
  const Range columns = {tile.head * channels, (tile.head + 1) * channels};
  Region region = dram_region(id, *rows, columns);
  if (conv.groups == 1 && band.columns.size() < conv.in_width) {
    const auto pixel = region.pitch;
    region.address += static_cast<std::uint64_t>(band.columns.begin) * pixel;
    region.rows = static_cast<std::uint32_t>(band.lines.size());
    region.row_bytes =
        static_cast<std::uint32_t>(static_cast<std::uint64_t>(band.columns.size()) * pixel);
    region.pitch = static_cast<std::uint64_t>(conv.in_width) * pixel;
  }
  return region;
}

/// Where a tile of the weights lies. Parameters are stored beforehand tile after tile, each with
/// its bias behind its first chunk, so that a tile is one segment.
Region Expander::weight_region(const ProductState& state, const Tile& tile, Range k,
                               const TensorPart& part) {
  const View& view = state.product.weight;
  const Tensor& matrix = tensor(view.tensor);
  if (matrix.kind != TensorKind::parameter) {
    return dram_region(view.tensor, part.rows, part.columns);
  }
  const std::int64_t columns = tile.n.size();
  const std::int64_t bias =
      state.product.bias ? state.product.bias_rows * packed_bytes(1, state.product.accumulator_bits)
                         : 0;
  const std::int64_t column = packed_bytes(state.product.k, matrix.bits) + bias;
  const std::int64_t group = view.head_columns > 0 || state.product.conv ? tile.head : 0;
  const bool first = k.begin == 0;
  const std::int64_t before = (group * state.product.n + tile.n.begin) * column +
                              packed_bytes(k.begin * columns, matrix.bits) +
                              (first ? 0 : columns * bias);
  Region region;
  region.address = home(view.tensor).address + static_cast<std::uint64_t>(before);
  region.row_bytes = static_cast<std::uint32_t>(packed_bytes(k.size() * columns, matrix.bits) +
                                                (first ? columns * bias : 0));
  return region;
}

/// As input_chunk.
Need Expander::weight_chunk(ProductState& state, const Tile& tile, std::int64_t chunk,
                            TileTask& task) {
  OperandState& weight = state.weight;
  const View& view = state.product.weight;
  const bool whole = weight.keep == Keep::whole;
  const Range k = chunk_of(chunk, state.schedule->tile().k, state.product.k);
  const TensorPart wanted = tensor_part(view, tile.image, tile.head, k, tile.n);
  if (weight.on_chip) return written(view.tensor, wanted.rows, wanted.columns);
  const std::int64_t entry = tile.image * state.product.heads + tile.head;
  const std::int64_t blocks = state.grid->tiles_n();
  const std::int64_t kept_for = whole                        ? entry
                                : weight.keep == Keep::block ? entry * blocks + tile.ni
                                                             : state.done * state.chunks + chunk;
  weight.turn_to(kept_for, whole ? blocks * state.chunks : state.chunks);
  const std::int64_t slot = (whole ? tile.ni * state.chunks : 0) + chunk;
  const Part part{view.tensor, wanted.rows, wanted.columns, weight_region(state, tile, k, wanted)};
  const std::int64_t uses = weight.keep == Keep::block ? state.grid->tiles_m() : 1;
  return keep(state, weight, Stage::load_weight, static_cast<std::size_t>(slot), uses, part, task);
}

/// Bias and requantisation: from the accumulators to where activations live.
void Expander::emit_post(ProductState& state, Tile& tile, bool last) {
  const std::size_t index = state.anchor.op;
  const TensorId output = op(index).outputs[0].tensor;
  const auto unit = static_cast<std::size_t>(state.schedule->vector_unit);
  const std::int64_t elements = tile.m.size() * tile.n.size();
  const std::int64_t bytes = packed_bytes(elements, tensor(output).bits);
  const WorkTable::VectorTile work = {
      &accelerator_.vector_units[unit],
      &mapping_.vector_work[index],
      state.engine->storage.partial_sum,
      Operand::partial_sum,
      tile.m.size() * packed_bytes(tile.n.size(), state.product.accumulator_bits),
      0,
      bytes};
  const std::uint32_t kind = state_.works.vector(static_cast<std::uint32_t>(first_op_ + index),
                                                 work, tile.m.size(), tile.n.size());
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
  const TensorPart part = tensor_part(state.product.output, tile.image, tile.head, tile.m, tile.n);
  const std::int64_t elements = tile.m.size() * tile.n.size();
  WorkTable::VectorTile work{
      &unit, &mapping_.vector_work[follower], unit.output, Operand::input, 0, 0, 0};
  Needs needs;
  Few<RegionId, 4> releases;
  add_need(needs, tile.ready);
  releases.add(tile.region);
  bool own_input = true;  // the first input that the chain wrote is the tile itself
  for (const View& view : the_op.inputs) {
    const int writer = home(view.tensor).writer;
    const std::int64_t bytes = packed_bytes(elements, tensor(view.tensor).bits);
    const bool from_chain = own_input && writer >= 0 && home(view.tensor).home == Home::streamed;
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
    add_need(needs, load(follower, Stage::load_input, view.tensor, part.rows, part.columns, region,
                         acquire));
    releases.add(acquire.region);
  }
  const std::int64_t bytes = packed_bytes(elements, tensor(the_op.outputs[0].tensor).bits);
  work.destination_bytes = bytes;
  const std::uint32_t kind = state_.works.vector(static_cast<std::uint32_t>(first_op_ + follower),
                                                 work, tile.m.size(), tile.n.size());
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
