// The choices of Mapper for each kind of group.
#include <fmt/format.h>

#include <algorithm>

#include "mapping/mapper.hpp"
#include "mapping/row_op.hpp"

namespace saccade {
namespace {

/// Sizes of row blocks. Blocks of fewer rows would be all overhead; they serve where nothing else
/// fits.
constexpr std::int64_t kMostRows = 512;
constexpr std::int64_t kFewestRows = 8;

/// Only the candidates that no other beats in every respect that matters within a group.
std::vector<Candidate> undominated(std::vector<Candidate> all) {
  const auto beats = [](const Candidate& a, const Candidate& b) {
    if (a.schedule.double_buffered != b.schedule.double_buffered) return false;
    bool less = a.compute_cycles < b.compute_cycles || a.dram_cycles < b.dram_cycles ||
                a.schedule.energy_pj < b.schedule.energy_pj || a.tiles < b.tiles;
    if (a.compute_cycles > b.compute_cycles || a.dram_cycles > b.dram_cycles ||
        a.schedule.energy_pj > b.schedule.energy_pj || a.tiles > b.tiles) {
      return false;
    }
    for (std::size_t i = 0; i < a.demand.size(); ++i) {
      if (a.demand[i] > b.demand[i]) return false;
      less = less || a.demand[i] < b.demand[i];
    }
    return less;
  };
  std::vector<Candidate> kept;
  for (const Candidate& candidate : all) {
    const bool beaten = std::any_of(
        all.begin(), all.end(), [&](const Candidate& other) { return beats(other, candidate); });
    if (!beaten) kept.push_back(candidate);
  }
  return kept;
}

}  // namespace

OpSchedule Mapper::row_schedule(std::size_t index, std::int64_t rows) const {
  const RowOp form = row_op(mapping_.workload, op(index));
  OpSchedule schedule;
  schedule.levels = {
      {"dram", {form.input_rows, form.output_columns, 1}, {Dim::m, Dim::n, Dim::k}, {1, 1, 1}},
      {"buffers", {rows, form.output_columns, 1}, {Dim::m, Dim::n, Dim::k}, {1, 1, 1}}};
  return schedule;
}

GroupChoice Mapper::choose_product(const Anchor& anchor, const Demand& free_bytes) const {
  const Group alone{{anchor}};
  const Candidate best = best_product(facts(alone, anchor), rates_, objective_, free_bytes,
                                      accelerator_.buffers, op(anchor.op).name);
  return {{best.schedule}, best.schedule.cycles, best.schedule.energy_pj};
}

/// Row blocks of the size that hides most: a block's load, work and store overlap with its
/// neighbours', the first load and the last store with nothing.
GroupChoice Mapper::choose_rows(const Anchor& anchor, const Demand& free_bytes) const {
  const RowTraffic traffic = row_traffic(anchor.op);
  const RowOp form = row_op(mapping_.workload, op(anchor.op));
  const auto unit_index = static_cast<std::size_t>(vector_units_[anchor.op]);
  const VectorUnit& unit = accelerator_.vector_units[unit_index];
  std::vector<GroupChoice> choices;
  std::vector<Estimate> estimates;
  Demand demand{};
  for (std::int64_t rows = kMostRows; rows >= 1; rows /= 2) {
    if (rows > 1 && rows / 2 >= form.input_rows) continue;
    if (rows < kFewestRows && !choices.empty()) break;
    for (const bool twice : {true, false}) {
      // One more row of each input than of the block: inputs of other lengths overlap.
      const std::int64_t extra = traffic.loaded_row > 0 ? 1 : 0;
      demand = {};
      demand[static_cast<std::size_t>(unit.output)] =
          traffic.whole + (twice ? 2 : 1) * ((rows + extra) * traffic.loaded_row +
                                             (form.reduces ? 1 : rows) * traffic.stored_row);
      if (excess(demand, free_bytes) > 0) continue;
      const double tile = static_cast<double>(
          vector_cycles(unit, mapping_.vector_work[anchor.op], rows, form.columns));
      const std::int64_t tiles = ceil_div(form.input_rows, rows);
      const double work = tile * static_cast<double>(tiles) / unit.count;
      const double dram = static_cast<double>(traffic.moved(rows, rates_.burst_bytes));
      const double moved = dram / rates_.dram_bytes_per_cycle;
      const double cycles = (twice ? std::max(work, moved) : work + moved) + tile +
                            moved / static_cast<double>(tiles);
      GroupChoice choice{
          {row_schedule(anchor.op, rows)}, cycles, dram * rates_.energy.dram_pj_per_byte};
      OpSchedule& schedule = choice.schedules[0];
      schedule.double_buffered = twice;
      schedule.cycles = cycles;
      schedule.dram_bytes = dram;
      schedule.energy_pj = choice.energy_pj;
      estimates.push_back({cycles, choice.energy_pj, tiles});
      choices.push_back(std::move(choice));
    }
  }
  if (!choices.empty()) return choices[best_estimate(objective_, estimates)];
  throw Infeasible(fmt::format("{}: not even one row fits: {}", op(anchor.op).name,
                               shortage(demand, free_bytes, accelerator_.buffers)));
}

Mapper::RowTraffic Mapper::row_traffic(std::size_t index) const {
  const Op& the_op = op(index);
  const RowOp form = row_op(mapping_.workload, the_op);
  RowTraffic traffic;
  traffic.rows = form.input_rows;
  for (std::size_t i = 0; i < operand_count(the_op); ++i) {
    const Tensor& input = tensor(the_op.inputs[i].tensor);
    if (form.whole_parameters && input.kind == TensorKind::parameter) {
      traffic.whole += input.bytes();
    } else if (!on_chip(the_op.inputs[i].tensor)) {
      traffic.loaded_row += ceil_div(form.columns * input.bits, 8);
    }
  }
  const Tensor& output = tensor(the_op.outputs[0].tensor);
  if (home(the_op.outputs[0].tensor).home != Home::dram) return traffic;
  traffic.stored_row = ceil_div(form.output_columns * output.bits, 8);
  traffic.stored_rows = form.output_rows;
  if (output.order == DataOrder::column_major) {
    traffic.scattered_columns = form.output_columns;
    traffic.scattered_bits = output.bits;
  }
  return traffic;
}

/// A block of a tensor that is stored by columns is a segment per column, in whole bursts.
std::int64_t Mapper::RowTraffic::moved(std::int64_t block, std::int64_t burst) const {
  const std::int64_t loaded = rows * loaded_row + whole;
  if (scattered_columns == 0 || block >= stored_rows) return loaded + stored_rows * stored_row;
  const std::int64_t segment = round_up(ceil_div(block * scattered_bits, 8), burst);
  return loaded + ceil_div(stored_rows, block) * scattered_columns * segment;
}

/// The softmax between two products that advance by row blocks.
struct Mapper::AttentionMiddle {
  double tile_cycles = 0;
  double cycles = 0;               ///< over all blocks
  std::int64_t probabilities = 0;  ///< bytes of a row block of the result
};

GroupChoice Mapper::attention_choice(const Candidate& scores, const Candidate& values,
                                     const AttentionMiddle& middle, std::size_t softmax) const {
  const double compute = scores.compute_cycles + values.compute_cycles;
  const double vector = scores.vector_cycles + middle.cycles + values.vector_cycles;
  const double dram = scores.dram_cycles + values.dram_cycles;
  const double work =
      scores.schedule.double_buffered ? std::max({compute, vector, dram}) : compute + vector + dram;
  return {{scores.schedule, row_schedule(softmax, scores.schedule.tile().m), values.schedule},
          scores.ramp_cycles + values.ramp_cycles + middle.tile_cycles + work,
          scores.schedule.energy_pj + values.schedule.energy_pj};
}

/// QK^T, softmax and AV by row blocks of one size: every pair of tilings that fits together.
GroupChoice Mapper::choose_attention(const Group& group, const Demand& free_bytes) const {
  const std::size_t softmax = group.anchors[1].op;
  const ProductFacts scores = facts(group, group.anchors[0]);
  const ProductFacts values = facts(group, group.anchors[2]);
  const auto unit_index = static_cast<std::size_t>(vector_units_[softmax]);
  const VectorUnit& unit = accelerator_.vector_units[unit_index];
  std::vector<GroupChoice> choices;
  std::vector<Estimate> estimates;
  Demand least{};
  std::int64_t least_excess = -1;
  for (const std::int64_t rows : tile_rows(scores)) {
    const std::int64_t blocks = ceil_div(scores.product.m, rows) * scores.product.entries();
    AttentionMiddle middle;
    middle.tile_cycles = static_cast<double>(
        vector_cycles(unit, mapping_.vector_work[softmax], rows, scores.product.n));
    middle.cycles = middle.tile_cycles * static_cast<double>(blocks) / unit.count;
    middle.probabilities = rows * packed_bytes(scores.product.n, values.input_bits);
    const auto first_candidates = undominated(product_candidates(scores, rates_, rows));
    const auto last_candidates = undominated(product_candidates(values, rates_, rows));
    for (const Candidate& a : first_candidates) {
      for (const Candidate& b : last_candidates) {
        const bool twice = a.schedule.double_buffered;
        if (twice != b.schedule.double_buffered) continue;
        Demand demand = a.demand;
        demand += b.demand;
        demand[static_cast<std::size_t>(unit.output)] += (twice ? 2 : 1) * middle.probabilities;
        const std::int64_t over = excess(demand, free_bytes);
        if (least_excess < 0 || over < least_excess) {
          least_excess = over;
          least = demand;
        }
        if (over > 0) continue;
        choices.push_back(attention_choice(a, b, middle, softmax));
        estimates.push_back({choices.back().cycles, choices.back().energy_pj, a.tiles + b.tiles});
      }
    }
  }
  if (!choices.empty()) return choices[best_estimate(objective_, estimates)];
  throw Infeasible(fmt::format("{} to {}: not even one fold per tile fits: {}",
                               op(group.anchors[0].op).name, op(group.anchors[2].op).name,
                               shortage(least, free_bytes, accelerator_.buffers)));
}

}  // namespace saccade
