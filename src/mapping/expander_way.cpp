// Expansion of an operand's way: loads from DRAM, fills from buffer to buffer, and what they keep.
#include <algorithm>

#include "mapping/expander.hpp"

namespace saccade {

Expander::Way Expander::way_state(const ProductState& state, Matrix matrix) const {
  const bool input = matrix == Matrix::input;
  Way way;
  way.matrix = matrix;
  way.view = input ? state.product().input : state.product().weight;
  way.load = input ? Stage::load_input : Stage::load_weight;
  way.fill = input ? Stage::fill_input : Stage::fill_weight;
  way.on_chip = state.facts->on_chip(matrix);
  const std::int64_t tiles = input ? state.grid->tiles_m() : state.grid->tiles_n();
  for (const WayLevel& level : way_of(*state.facts, *state.schedule, matrix)) {
    Held held;
    held.level = level;
    held.shared = !input && state.facts->weight_shared() && level.place == 0;
    held.kept.resize(static_cast<std::size_t>(tiles * (level.bands ? 1 : state.chunks)));
    way.levels.push_back(std::move(held));
  }
  return way;
}

Granule Expander::granule(const ProductState& state, const Tile& tile) const {
  const std::int64_t size = state.schedule->tile().k;
  const std::int64_t begin = state.walk.at(Dim::k) * size;
  return {tile.m, tile.n.size(), std::min(size, state.product().k - begin), begin == 0,
          tile.entries};
}

TensorPart Expander::operand_part(const ProductState& state, const Way& way,
                                  const Tile& tile) const {
  const std::int64_t begin = state.walk.at(Dim::k) * state.schedule->tile().k;
  const Range k = {begin, begin + granule(state, tile).k};
  const bool input = way.matrix == Matrix::input;
  const TensorPart part =
      tensor_part(way.view, tile.image, tile.head, input ? tile.m : k, input ? k : tile.n);
  return state.product().conv ? part : *with_heads(way.view, part, tile.entries);
}

/// Forgets what a buffer kept for another block.
void Expander::turn(const ProductState& state, Held& held, const Tile& tile) const {
  const std::int64_t group = held.shared ? 0 : tile.group;
  const std::int64_t walk_epoch = state.walk.epoch(held.level.place);
  if (held.group == group && held.walk_epoch == walk_epoch) return;
  held.group = group;
  held.walk_epoch = walk_epoch;
  held.lines_region = 0;
  held.lines = 0;
  ++held.epoch;
}

/// Whether a granule is read for the last time while it lies in the buffer: all loops outside the
/// reader that come back to it before its block goes make their last step, and so do those that
/// make several reads of one granule. The lines that bands share go with the block.
bool Expander::last_use(const ProductState& state, const Way& way, const Held& held,
                        std::size_t reader, const Tile& tile) const {
  if (held.shared && tile.group + 1 != state.grid->groups()) return false;
  const std::vector<Loop>& loops = state.walk.nest().loops;
  for (std::size_t loop = held.level.place; loop < loops.size(); ++loop) {
    const Dim dim = loops[loop].dim;
    const bool comes_back = dim == reuse_dim(way.matrix) && loop < reader;
    const bool parts = (held.level.bands && dim == Dim::k) || (held.level.blocks && dim == Dim::m);
    if ((comes_back || parts) && !state.walk.last(loop)) return false;
  }
  return true;
}

/// Sees to it that the granule at which the walk stands lies in buffer `level` of its way; `user`
/// reads it there, at place `reader` in the nest. Returns what the user must wait for.
Need Expander::bring(ProductState& state, Way& way, std::size_t level, std::size_t reader,
                     const Tile& tile, TileTask& user) {
  if (level == 0 && way.on_chip) return from_chip(state, way, reader, tile, user);
  Held& held = way.levels[level];
  turn(state, held, tile);
  const std::int64_t row = way.matrix == Matrix::input ? tile.mi : tile.ni;
  const std::int64_t slot = held.level.bands ? row : row * state.chunks + state.walk.at(Dim::k);
  Kept& kept = held.kept[static_cast<std::size_t>(slot)];
  if (kept.epoch != held.epoch) {
    kept = level == 0 ? fetch(state, way, level, tile) : fill(state, way, level, tile);
    kept.epoch = held.epoch;
  }
  if (kept.region != 0 && last_use(state, way, held, reader, tile)) {
    user.releases.add(kept.region);
  }
  return kept.ready;
}

/// An operand that lies on chip, or passes by: whoever reads the last of a row block lets it go.
Need Expander::from_chip(const ProductState& state, const Way& way, std::size_t reader,
                         const Tile& tile, TileTask& user) {
  const TensorId id = way.view.tensor;
  if (home(id).home == Home::streamed) {
    bool done = state.walk.at(Dim::k) + 1 == state.chunks;
    for (std::size_t loop = 0; loop < reader; ++loop) {
      if (state.walk.nest().loops[loop].dim == Dim::n) done = done && state.walk.last(loop);
    }
    if (done) {
      auto& passing = streamed_[static_cast<std::size_t>(id)];
      user.releases.add(passing.front());
      passing.pop_front();
    }
  }
  if (!state.product().conv || way.matrix == Matrix::weight) {
    const TensorPart part = operand_part(state, way, tile);
    return written(id, part.rows, part.columns);
  }
  Held whole;
  Range rows;
  band_region(state, tile, whole, &rows);
  return written(id, rows, {0, tensor(id).columns()});
}

/// Loads a granule from DRAM into the first buffer of its way.
Expander::Kept Expander::fetch(ProductState& state, Way& way, std::size_t level, const Tile& tile) {
  Held& held = way.levels[level];
  Part part{way.view.tensor, {}, {}, {}};
  if (held.level.bands) {
    part.region = band_region(state, tile, held, &part.rows);
    part.columns = {0, tensor(part.tensor).columns()};
  } else {
    const TensorPart wanted = operand_part(state, way, tile);
    part.rows = wanted.rows;
    part.columns = wanted.columns;
    part.region = way.matrix == Matrix::weight
                      ? weight_region(state, tile, wanted)
                      : dram_region(part.tensor, wanted.rows, wanted.columns);
  }
  Kept kept;
  kept.region = held.lines_region;
  if (part.region.useful_bytes() == 0) {  // padding, or lines that an earlier band brought
    const TileCounter loads = counter(state.anchor.op, way.load);
    if (kept.region != 0) kept.ready = {loads, state_.emitted[loads]};
    return kept;
  }
  const bool grows = kept.region != 0;
  if (!grows) kept.region = new_region();
  if (held.level.blocks) held.lines_region = kept.region;
  std::int64_t bytes = static_cast<std::int64_t>(part.region.useful_bytes());
  if (held.level.per_pe) {
    bytes =
        granule_bytes(*state.facts, *state.schedule, way.matrix, held.level, granule(state, tile))
            .instance;
  }
  const Acquire acquire = {kept.region, static_cast<std::uint32_t>(bytes),
                           static_cast<std::uint16_t>(held.level.buffer),
                           grows ? std::uint32_t{0} : std::uint32_t{1}};
  const Crossing crossing = {held.level.per_pe ? state.schedule->engine : -1, held.level.copies,
                             false};
  kept.ready = load(state.anchor.op, way.load, part, acquire, crossing);
  return kept;
}

/// Moves a granule from the buffer before into this one, over the engine's network.
Expander::Kept Expander::fill(ProductState& state, Way& way, std::size_t level, const Tile& tile) {
  Held& held = way.levels[level];
  TileTask reads;  // what the fill lets go in the buffer before
  const Need source = bring(state, way, level - 1, held.level.place, tile, reads);
  const GranuleBytes bytes =
      granule_bytes(*state.facts, *state.schedule, way.matrix, held.level, granule(state, tile));
  const int engine = state.schedule->engine;
  const Granule part = granule(state, tile);
  const EngineTile computed =
      engine_tile(*state.facts, *state.schedule, {part.m.size(), part.n, part.k}, part.entries);
  const WorkTable::Fill moved = {way.fill,
                                 way.levels[level - 1].level.buffer,
                                 held.level.buffer,
                                 way.matrix == Matrix::input ? Operand::input : Operand::weight,
                                 bytes.useful,
                                 active_pes(state.facts->engine->kind, computed),
                                 {engine, held.level.copies, false}};
  const std::size_t index = state.anchor.op;
  const std::uint32_t work =
      state_.works.fill(static_cast<std::uint32_t>(first_op_ + index), moved);
  TileTask move = task(first_unit(units_, UnitKind::network, engine), index, way.fill, work, 1);
  move.releases = reads.releases;
  add_need(move.needs, source);
  Kept kept;
  kept.region = new_region();
  move.acquires.add({kept.region, static_cast<std::uint32_t>(bytes.instance),
                     static_cast<std::uint16_t>(held.level.buffer), 1});
  emit(move);
  kept.ready = {move.counter, state_.emitted[move.counter]};
  return kept;
}

/// The pixels of a tile's band in DRAM, and in `rows` the rows of the tensor that they are; where
/// several bands share a buffer, only the lines that are not there yet (none: region.rows is 0).
Region Expander::band_region(const ProductState& state, const Tile& tile, Held& held, Range* rows) {
  const Conv2d& conv = *state.product().conv;
  PixelBand band = conv_band(conv, tile.m);
  const std::int64_t image = tile.image * conv.in_height * conv.in_width;
  if (held.level.blocks) {
    band.columns = {0, conv.in_width};
    band.lines.begin = std::max(held.lines, band.lines.begin);
    if (band.lines.begin >= band.lines.end) return {0, 0, 0, 0};
    held.lines = band.lines.end;
  }
  *rows = {image + band.lines.begin * conv.in_width, image + band.lines.end * conv.in_width};
  const TensorId id = state.product().input.tensor;
  const std::int64_t channels = conv.in_channels / conv.groups;
  const Range columns = {tile.head * channels, (tile.head + tile.entries) * channels};
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
Region Expander::weight_region(const ProductState& state, const Tile& tile,
                               const TensorPart& part) {
  const Product& product = state.product();
  const View& view = product.weight;
  const Tensor& matrix = tensor(view.tensor);
  if (matrix.kind != TensorKind::parameter) {
    return dram_region(view.tensor, part.rows, part.columns);
  }
  const std::int64_t columns = tile.n.size();
  const std::int64_t bias =
      product.bias ? product.bias_rows * packed_bytes(1, product.accumulator_bits) : 0;
  const std::int64_t column = packed_bytes(product.k, matrix.bits) + bias;
  const std::int64_t group = view.head_columns > 0 || product.conv ? tile.head : 0;
  const std::int64_t begin = state.walk.at(Dim::k) * state.schedule->tile().k;
  const std::int64_t k = granule(state, tile).k;
  const bool first = begin == 0;
  const std::int64_t before = (group * product.n + tile.n.begin) * column +
                              packed_bytes(begin * columns, matrix.bits) +
                              (first ? 0 : columns * bias);
  Region region;
  region.address = home(view.tensor).address + static_cast<std::uint64_t>(before);
  region.row_bytes = static_cast<std::uint32_t>(
      tile.entries * (packed_bytes(k * columns, matrix.bits) + (first ? columns * bias : 0)));
  return region;
}

}  // namespace saccade
