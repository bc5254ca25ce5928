// The choices of Mapper for each kind of group.
#include <fmt/format.h>

#include <algorithm>
#include <limits>

#include "mapping/mapper.hpp"
#include "mapping/row_op.hpp"
#include "mapping/tile_sizes.hpp"

namespace saccade {
namespace {

/// Sizes of row blocks. Blocks of fewer rows would be all overhead; they serve where nothing else
/// fits.
constexpr std::int64_t kMostRows = 512;
constexpr std::int64_t kFewestRows = 8;
/// Narrower blocks of an op whose columns may be cut would be all overhead, too.
constexpr std::int64_t kFewestColumns = 16;
/// Fewest queries of a row block of attention in such a pipeline.
constexpr std::int64_t kFewestQueries = 4;
/// Row blocks of scores that may be ahead of their AV.
constexpr std::int64_t kMostAhead = 8;

/// Whether row blocks of attention may have so many rows; pinned loops must finish one after the
/// other.
bool pinned_rows_allow(const Product& scores, const Pins& pins, std::int64_t rows) {
  if (!pins.loops.empty()) {
    OpSchedule schedule;
    schedule.nest = {{scores.m, scores.n, scores.k}, pins.loops};
    return schedule.tile().m == rows && schedule.rows_outer();
  }
  return std::min(pins.tile_m.value_or(rows), scores.m) == rows;
}

/// Rows that blocks of attention may have, the pinned ones included; few of them, too, where both
/// products have engines of their own: queries then pass through a pipeline, whose filling counts.
std::vector<std::int64_t> row_blocks(const ProductFacts& scores, const Pins& pins, bool apart) {
  std::vector<std::int64_t> sizes = tile_rows(scores);
  for (std::int64_t size = kFewestQueries; apart && size < sizes.front(); size *= 2) {
    sizes.push_back(std::min(size, scores.product.m));
  }
  if (pins.tile_m) sizes.push_back(std::min(*pins.tile_m, scores.product.m));
  for (const Loop& loop : pins.loops) {
    if (loop.dim == Dim::m) sizes.push_back(loop.tile);
  }
  std::sort(sizes.begin(), sizes.end());
  sizes.erase(std::unique(sizes.begin(), sizes.end()), sizes.end());
  return sizes;
}

/// Rows of blocks of an op without a product, most first.
std::vector<std::int64_t> block_sizes(const Pins& pins, std::int64_t rows) {
  if (!pins.loops.empty()) return {std::min(pins.loops.back().tile, rows)};
  if (pins.tile_m) return {std::min(*pins.tile_m, rows)};
  std::vector<std::int64_t> sizes;
  for (std::int64_t size = kMostRows; size >= 1; size /= 2) {
    if (size == 1 || size / 2 < rows) sizes.push_back(std::min(size, rows));
  }
  return sizes;
}

}  // namespace

OpSchedule Mapper::row_schedule(std::size_t index, std::int64_t rows, std::int64_t columns) const {
  const RowOp form = row_op(mapping_.workload, op(index));
  OpSchedule schedule;
  schedule.nest = {{form.input_rows, form.output_columns, 1}, {}};
  if (form.columns_apart && columns < form.columns)
    schedule.nest.loops.push_back({Dim::n, columns});
  schedule.nest.loops.push_back({Dim::m, rows});
  return schedule;
}

GroupChoice Mapper::choose_product(const Group& group, const Anchor& anchor,
                                   const Demand& free_bytes) const {
  const Frontier& frontier = context_.frontier(facts(group, anchor), pins(anchor.op), 0);
  const Candidate best =
      best_product(frontier, objective_, free_bytes, accelerator_.buffers, op(anchor.op).name);
  return {{best.schedule}, best.schedule.cycles, best.schedule.energy_pj};
}

/// Row blocks of all columns, or where not even one of these fits and the op allows it, of half of
/// them, and so on: narrower blocks make shorter segments.
GroupChoice Mapper::choose_rows(const Anchor& anchor, const Demand& free_bytes) const {
  const RowOp form = row_op(mapping_.workload, op(anchor.op));
  const Pins& fixed = pins(anchor.op);
  std::int64_t columns = form.columns;
  const bool pinned = !fixed.loops.empty() || fixed.tile_n;
  if (form.columns_apart && pinned) {
    const std::int64_t outer = fixed.loops.empty()                 ? *fixed.tile_n
                               : fixed.loops.front().dim == Dim::n ? fixed.loops.front().tile
                                                                   : columns;
    columns = std::min(columns, outer);
  }
  Demand smallest{};
  while (true) {
    const std::vector<GroupChoice> choices = row_choices(anchor, columns, free_bytes, &smallest);
    std::vector<Estimate> estimates;
    for (const GroupChoice& choice : choices) {
      const std::int64_t tiles = ceil_div(form.input_rows, choice.schedules[0].tile().m);
      estimates.push_back({choice.cycles, choice.energy_pj, tiles});
    }
    if (!choices.empty()) return choices[best_estimate(objective_, estimates)];
    if (!form.columns_apart || pinned || columns <= kFewestColumns) break;
    columns = std::max(kFewestColumns, ceil_div(columns, 2));
  }
  throw Infeasible(fmt::format("{}: not even one row fits: {}", op(anchor.op).name,
                               shortage(smallest, free_bytes, accelerator_.buffers)));
}

/// Blocks of `columns` columns that fit. `smallest`: what the smallest takes.
std::vector<GroupChoice> Mapper::row_choices(const Anchor& anchor, std::int64_t columns,
                                             const Demand& free_bytes, Demand* smallest) const {
  const RowTraffic traffic = row_traffic(anchor.op, columns);
  const RowOp form = row_op(mapping_.workload, op(anchor.op));
  const auto unit = static_cast<std::size_t>(vector_units_[anchor.op]);
  const auto output = static_cast<std::size_t>(accelerator_.vector_units[unit].output);
  const Pins& fixed = pins(anchor.op);
  std::vector<GroupChoice> choices;
  for (const std::int64_t rows : block_sizes(fixed, form.input_rows)) {
    if (rows < kFewestRows && !choices.empty()) break;
    const BlockReads reads = block_reads(anchor.op, rows);
    const std::int64_t block =
        reads.most * traffic.loaded_row + (form.reduces ? 1 : rows) * traffic.stored_row;
    const std::int64_t moved = traffic.moved(rows, reads.all, rates_.burst_bytes);
    for (const bool twice : {true, false}) {
      if (fixed.double_buffered.value_or(twice) != twice) continue;
      *smallest = {};
      (*smallest)[output] = traffic.whole + (twice ? 2 : 1) * block;
      if (excess(*smallest, free_bytes) > 0) continue;
      choices.push_back(row_choice(anchor.op, {rows, columns, 1}, twice, moved));
    }
  }
  return choices;
}

/// A block's load, work and store overlap with its neighbours', the first load and the last store
/// with nothing. `moved`: bytes of DRAM for all rows of a block's columns.
GroupChoice Mapper::row_choice(std::size_t index, const GemmTile& block, bool twice,
                               std::int64_t moved) const {
  const RowOp form = row_op(mapping_.workload, op(index));
  const VectorUnit& unit =
      accelerator_.vector_units[static_cast<std::size_t>(vector_units_[index])];
  const std::int64_t passes = ceil_div(form.columns, block.n);
  const auto tiles = static_cast<double>(ceil_div(form.input_rows, block.m) * passes);
  const auto tile =
      static_cast<double>(vector_cycles(unit, mapping_.vector_work[index], block.m, block.n));
  const double work = tile * tiles / unit.count;
  const auto bytes = static_cast<double>(passes * moved);
  const double transfers = bytes / rates_.dram_bytes_per_cycle;
  const double cycles = (twice ? std::max(work, transfers) : work + transfers) + tile +
                        transfers / tiles + 2.0 * unit.handover_cycles;
  OpSchedule schedule = row_schedule(index, block.m, block.n);
  schedule.double_buffered = twice;
  schedule.cycles = cycles;
  schedule.dram_bytes = bytes;
  schedule.energy_pj =
      bytes * rates_.energy.dram_pj_per_byte + cycles * rates_.energy.static_pj_per_cycle;
  return {{schedule}, schedule.cycles, schedule.energy_pj};
}

Mapper::BlockReads Mapper::block_reads(std::size_t index, std::int64_t rows) const {
  const RowOp form = row_op(mapping_.workload, op(index));
  if (const auto* gather = std::get_if<Gather>(&op(index).body)) {
    return {rows + 1, std::min(gather->rows_in, gather->rows_out)};
  }
  // One more row of each input than of the block: inputs of other lengths overlap.
  BlockReads reads{rows + 1, form.input_rows};
  if (!std::holds_alternative<Resample>(op(index).body)) return reads;
  reads = {};
  for (std::int64_t begin = 0; begin < form.input_rows; begin += rows) {
    const RowSpan block = {begin, std::min(begin + rows, form.input_rows)};
    const RowSpan span = input_rows(mapping_.workload, op(index), 0, block);
    reads.most = std::max(reads.most, span.end - span.begin);
    reads.all += span.end - span.begin;
  }
  return reads;
}

Mapper::RowTraffic Mapper::row_traffic(std::size_t index, std::int64_t columns) const {
  const Op& the_op = op(index);
  const RowOp form = row_op(mapping_.workload, the_op);
  RowTraffic traffic;
  for (std::size_t i = 0; i < operand_count(the_op); ++i) {
    const Tensor& input = tensor(the_op.inputs[i].tensor);
    if (form.whole_parameters && input.kind == TensorKind::parameter) {
      traffic.whole += input.bytes();
    } else if (!on_chip(the_op.inputs[i].tensor)) {
      traffic.loaded_row += ceil_div(columns * input.bits, 8);
    }
  }
  const Tensor& output = tensor(the_op.outputs[0].tensor);
  if (home(the_op.outputs[0].tensor).home != Home::dram) return traffic;
  const std::int64_t stored = form.columns_apart ? columns : form.output_columns;
  traffic.stored_row = ceil_div(stored * output.bits, 8);
  traffic.stored_rows = form.output_rows;
  if (output.order == DataOrder::column_major) {
    traffic.scattered_columns = stored;
    traffic.scattered_bits = output.bits;
  }
  return traffic;
}

/// A block of a tensor that is stored by columns is a segment per column, in whole bursts.
std::int64_t Mapper::RowTraffic::moved(std::int64_t block, std::int64_t loaded_rows,
                                       std::int64_t burst) const {
  const std::int64_t loaded = loaded_rows * loaded_row + whole;
  if (scattered_columns == 0 || block >= stored_rows) return loaded + stored_rows * stored_row;
  const std::int64_t segment = round_up(ceil_div(block * scattered_bits, 8), burst);
  return loaded + ceil_div(stored_rows, block) * scattered_columns * segment;
}

/// The softmax between two products that advance by row blocks.
struct Mapper::AttentionMiddle {
  double tile_cycles = 0;
  double cycles = 0;  ///< over all blocks, shared out over copies of the unit
  double blocks = 1;
  std::int64_t bytes = 0;        ///< of a row block of the result
  BufferId buffer = -1;          ///< where that lies
  std::int64_t score_bytes = 0;  ///< of a row block of the scores
  BufferId score_buffer = -1;
  std::size_t first = 0, softmax = 0, last = 0;  ///< ops
};

Estimate Mapper::attention_estimate(const Candidate& scores, const Candidate& values,
                                    const AttentionMiddle& middle) const {
  const bool apart = engines_[middle.first] != engines_[middle.last];
  const double compute = apart ? std::max(scores.compute_cycles, values.compute_cycles)
                               : scores.compute_cycles + values.compute_cycles;
  const double vector = scores.vector_cycles + middle.cycles + values.vector_cycles;
  const double dram = scores.dram_cycles + values.dram_cycles;
  const double network = scores.network_cycles + values.network_cycles;
  // With room for one row block only its three steps follow each other.
  const double work = scores.schedule.double_buffered
                          ? std::max({compute, vector, dram, network})
                          : std::max({compute + vector, dram, network}) + scores.in_turn_cycles +
                                values.in_turn_cycles;
  const double cycles = scores.ramp_cycles + values.ramp_cycles + middle.tile_cycles + work;
  // Both estimates hold the energy of their own time: it passes together.
  const double saved = scores.schedule.cycles + values.schedule.cycles - cycles;
  return {cycles,
          scores.schedule.energy_pj + values.schedule.energy_pj -
              saved * rates_.energy.static_pj_per_cycle,
          scores.tiles + values.tiles};
}

Mapper::AttentionMiddle Mapper::attention_middle(const Group& group, const ProductFacts& scores,
                                                 std::int64_t rows, int bits) const {
  const std::size_t softmax = group.anchors[1].op;
  const auto unit_index = static_cast<std::size_t>(vector_units_[softmax]);
  const VectorUnit& unit = accelerator_.vector_units[unit_index];
  const std::int64_t blocks = ceil_div(scores.product.m, rows) * scores.product.entries();
  AttentionMiddle middle;
  const std::int64_t read = rows * packed_bytes(scores.product.n, scores.output_bits);
  const std::int64_t written = rows * packed_bytes(scores.product.n, bits);
  const VectorTile tile = {
      &unit, &mapping_.vector_work[softmax], unit.output, Operand::input, read, 0, written};
  middle.tile_cycles =
      static_cast<double>(vector_tile_cycles(accelerator_.buffers, tile, rows, scores.product.n));
  middle.cycles = middle.tile_cycles * static_cast<double>(blocks) / unit.count;
  middle.first = group.anchors[0].op;
  middle.softmax = softmax;
  middle.last = group.anchors[2].op;
  middle.blocks = static_cast<double>(blocks);
  middle.bytes = written;
  middle.buffer = unit.output;
  middle.score_bytes = read;
  middle.score_buffer = written_buffer(static_cast<std::size_t>(op(softmax).inputs[0].tensor));
  return middle;
}

/// Row blocks on their way together, less one: enough that the slowest unit never waits while a
/// block passes through all of its steps, as far as there is space. One array and one vector unit
/// never gain from a third.
std::int64_t Mapper::blocks_ahead(const Candidate& scores, const Candidate& values,
                                  const AttentionMiddle& middle, const Demand& free_bytes) const {
  if (!scores.schedule.double_buffered) return 0;
  std::map<int, double> arrays, vectors;  // cycles by unit
  double chain = middle.tile_cycles * middle.blocks;
  const auto add = [&](std::size_t product, const Candidate& candidate) {
    arrays[engines_[product]] += candidate.compute_cycles;
    vectors[vector_units_[product]] += candidate.vector_cycles;
    chain += candidate.compute_cycles + candidate.vector_cycles;
  };
  add(middle.first, scores);
  add(middle.last, values);
  vectors[vector_units_[middle.softmax]] += middle.cycles;
  double slowest = 0;
  for (const auto* units : {&arrays, &vectors}) {
    for (const auto& [unit, cycles] : *units) slowest = std::max(slowest, cycles);
  }
  Demand demand = scores.demand;
  demand += values.demand;
  demand[static_cast<std::size_t>(middle.buffer)] += 2 * middle.bytes;
  std::int64_t ahead = 1;
  while (static_cast<double>(ahead + 1) * slowest < chain && ahead < kMostAhead) {
    demand[static_cast<std::size_t>(middle.buffer)] += middle.bytes;
    demand[static_cast<std::size_t>(middle.score_buffer)] += middle.score_bytes;
    if (excess(demand, free_bytes) > 0) break;
    ++ahead;
  }
  return ahead;
}

/// Pairs of ways to run QK^T and AV that fit together, with those that need least if none does.
struct Mapper::AttentionPairs {
  std::vector<std::pair<const Candidate*, const Candidate*>> pairs;
  std::vector<Estimate> estimates;
  Choice search;
  double best_value = std::numeric_limits<double>::infinity();
  Demand least{};
  std::int64_t least_excess = -1;  ///< over the free bytes; -1: nothing was looked at

  bool fits(Demand demand, const Demand& other, const AttentionMiddle& middle, bool twice,
            const Demand& free_bytes) {
    demand += other;
    demand[static_cast<std::size_t>(middle.buffer)] += (twice ? 2 : 1) * middle.bytes;
    const std::int64_t over = excess(demand, free_bytes);
    if (least_excess < 0 || over < least_excess) {
      least_excess = over;
      least = demand;
    }
    return over == 0;
  }
};

void Mapper::pair_up(AttentionPairs& found, const Frontier& scores, const Frontier& values,
                     const AttentionMiddle& middle, const Demand& free_bytes) const {
  found.search.candidates += scores.estimated + values.estimated;
  found.fits(scores.smallest, values.smallest, middle, false, free_bytes);
  for (const Candidate& a : scores.candidates) {
    for (const Candidate& b : values.candidates) {
      const bool twice = a.schedule.double_buffered;
      if (twice != b.schedule.double_buffered) continue;
      const Estimate estimate = attention_estimate(a, b, middle);
      const double value = objective_value(objective_, estimate.cycles, estimate.energy_pj);
      if (value > kIndifference * found.best_value) continue;
      if (!found.fits(a.demand, b.demand, middle, twice, free_bytes)) continue;
      found.best_value = std::min(found.best_value, value);
      found.pairs.emplace_back(&a, &b);
      found.estimates.push_back(estimate);
    }
  }
}

/// QK^T, softmax and AV by row blocks of one size: every pair of tilings that fits together.
GroupChoice Mapper::choose_attention(const Group& group, const Demand& free_bytes) const {
  const std::size_t first = group.anchors[0].op;
  const std::size_t softmax = group.anchors[1].op;
  const std::size_t last = group.anchors[2].op;
  const ProductFacts scores = facts(group, group.anchors[0]);
  const ProductFacts values = facts(group, group.anchors[2]);
  const auto middle_of = [&](std::int64_t rows) {
    return attention_middle(group, scores, rows, values.input_bits);
  };
  AttentionPairs found;
  for (const std::int64_t rows :
       row_blocks(scores, pins(first), engines_[first] != engines_[last])) {
    if (!pinned_rows_allow(scores.product, pins(first), rows) ||
        !pinned_rows_allow(values.product, pins(last), rows)) {
      continue;
    }
    pair_up(found, context_.frontier(scores, pins(first), rows),
            context_.frontier(values, pins(last), rows), middle_of(rows), free_bytes);
  }
  if (found.pairs.empty()) {
    const std::string why = found.least_excess < 0
                                ? "their pinned tiles have no rows in common, or are not finished "
                                  "row block by row block"
                                : "not even one fold per tile fits: " +
                                      shortage(found.least, free_bytes, accelerator_.buffers);
    throw Infeasible(fmt::format("{} to {}: {}", op(first).name, op(last).name, why));
  }
  const std::size_t best = best_estimate(objective_, found.estimates);
  OpSchedule first_schedule = found.pairs[best].first->schedule;
  OpSchedule last_schedule = found.pairs[best].second->schedule;
  first_schedule.choice = explained(objective_, found.estimates, best, found.search);
  last_schedule.choice = first_schedule.choice;
  const GemmTile scored = {first_schedule.tile().m, first_schedule.nest.size.n, 1};
  first_schedule.blocks_ahead = blocks_ahead(*found.pairs[best].first, *found.pairs[best].second,
                                             middle_of(scored.m), free_bytes);
  return {{first_schedule, row_schedule(softmax, scored.m, scored.n), last_schedule},
          found.estimates[best].cycles,
          found.estimates[best].energy_pj};
}

}  // namespace saccade
