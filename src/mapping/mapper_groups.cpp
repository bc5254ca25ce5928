// The choices of Mapper for each kind of group.
#include <fmt/format.h>

#include <algorithm>

#include "mapping/mapper.hpp"
#include "mapping/row_op.hpp"

namespace saccade {
namespace {

bool fits(const Demand& demand, const Demand& free_bytes) {
  for (std::size_t i = 0; i < demand.size(); ++i) {
    if (demand[i] > free_bytes[i]) return false;
  }
  return true;
}

/// Bytes that excess the free ones, summed over buffers.
std::int64_t excess(const Demand& demand, const Demand& free_bytes) {
  std::int64_t sum = 0;
  for (std::size_t i = 0; i < demand.size(); ++i) {
    sum += std::max<std::int64_t>(0, demand[i] - free_bytes[i]);
  }
  return sum;
}

/// Only the candidates that no other beats in every respect that matters within a group.
std::vector<Candidate> undominated(std::vector<Candidate> all) {
  const auto beats = [](const Candidate& a, const Candidate& b) {
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
    const bool beaten = std::any_of(all.begin(), all.end(), [&](const Candidate& other) {
      return beats(other, candidate);
    });
    if (!beaten) kept.push_back(candidate);
  }
  return kept;
}

}  // namespace

OpSchedule Mapper::row_schedule(std::size_t index, std::int64_t rows) const {
  const RowOp form = row_op(op(index));
  OpSchedule schedule;
  schedule.levels = {{"dram", {form.input_rows, form.output_columns, 1}, {Dim::m, Dim::n, Dim::k}, {1, 1, 1}},
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
  const Op& the_op = op(anchor.op);
  const RowOp form = row_op(the_op);
  const auto unit_index = static_cast<std::size_t>(vector_units_[anchor.op]);
  const VectorUnit& unit = accelerator_.vector_units[unit_index];
  const auto buffer = static_cast<std::size_t>(unit.output);
  std::int64_t loaded_row = 0, whole = 0;
  for (std::size_t i = 0; i < the_op.inputs.size(); ++i) {
    const Tensor& input = tensor(the_op.inputs[i].tensor);
    if (form.whole_parameters && input.kind == TensorKind::parameter) {
      whole += input.bytes();
    } else if (!on_chip(the_op.inputs[i].tensor)) {
      loaded_row += ceil_div(form.columns * input.bits, 8);
    }
  }
  const TensorHome& target = home(the_op.outputs[0].tensor);
  const std::int64_t output_row =
      ceil_div(form.output_columns * tensor(the_op.outputs[0].tensor).bits, 8);
  const std::int64_t stored_row = target.home == Home::on_chip ? 0 : output_row;
  const double dram = static_cast<double>(form.input_rows * loaded_row + whole +
                                          form.output_rows * stored_row);
  GroupChoice best;
  double best_value = 0;
  Demand least{};
  for (std::int64_t rows = 512; rows >= 1; rows /= 2) {
    if (rows > form.input_rows && rows > 1 && rows / 2 >= form.input_rows) continue;
    for (const bool twice : {true, false}) {
      Demand demand{};
      // One more row of each input than of the block: inputs of other lengths overlap.
      const std::int64_t extra = loaded_row > 0 ? 1 : 0;
      demand[buffer] = whole + (twice ? 2 : 1) * ((rows + extra) * loaded_row +
                                                  (form.reduces ? 1 : rows) * stored_row);
      if (rows == 1 && !twice) least = demand;
      if (!fits(demand, free_bytes)) continue;
      const double tile = static_cast<double>(
          vector_cycles(unit, vector_work_[anchor.op], rows, form.columns));
      const double tiles = std::ceil(static_cast<double>(form.input_rows) / static_cast<double>(rows));
      const double work = tile * tiles / unit.count;
      const double moved = dram / rates_.dram_bytes_per_cycle;
      const double ramp = tile + static_cast<double>(rows * (loaded_row + stored_row)) /
                                     rates_.dram_bytes_per_cycle;
      const double cycles = (twice ? std::max(work, moved) : work + moved) + ramp;
      const double energy = dram * rates_.energy.dram_pj_per_byte;
      const double value = objective_value(objective_, cycles, energy) * (1 + 1e-3 * tiles);
      if (!best.schedules.empty() && value >= best_value) continue;
      best_value = value;
      best = {{row_schedule(anchor.op, rows)}, cycles, energy};
      best.schedules[0].double_buffered = twice;
      best.schedules[0].cycles = cycles;
      best.schedules[0].dram_bytes = dram;
      best.schedules[0].energy_pj = energy;
    }
  }
  if (!best.schedules.empty()) return best;
  throw Infeasible(fmt::format("{}: not even one row fits: {}", the_op.name,
                               shortage(least, free_bytes, accelerator_.buffers)));
}

/// QK^T, softmax and AV by row blocks of one size: every pair of tilings that fits together.
GroupChoice Mapper::choose_attention(const Group& group, const Demand& free_bytes) const {
  const Anchor& first = group.anchors[0];
  const Anchor& middle = group.anchors[1];
  const Anchor& last = group.anchors[2];
  const ProductFacts scores = facts(group, first);
  const ProductFacts values = facts(group, last);
  const auto unit_index = static_cast<std::size_t>(vector_units_[middle.op]);
  const VectorUnit& unit = accelerator_.vector_units[unit_index];
  const auto entries = static_cast<double>(scores.product.entries());
  GroupChoice best;
  double best_value = 0;
  Demand least{};
  std::int64_t least_excess = -1;
  for (const std::int64_t rows : tile_rows(scores)) {
    const double softmax_tile = static_cast<double>(
        vector_cycles(unit, vector_work_[middle.op], rows, scores.product.n));
    const double softmax = softmax_tile *
                           static_cast<double>(ceil_div(scores.product.m, rows)) * entries /
                           unit.count;
    const std::int64_t probabilities =
        rows * ceil_div(scores.product.n * values.input_bits, 8);
    const auto first_candidates = undominated(product_candidates(scores, rates_, rows));
    const auto last_candidates = undominated(product_candidates(values, rates_, rows));
    for (const Candidate& a : first_candidates) {
      for (const Candidate& b : last_candidates) {
        if (a.schedule.double_buffered != b.schedule.double_buffered) continue;
        const bool twice = a.schedule.double_buffered;
        Demand demand = a.demand;
        demand += b.demand;
        demand[static_cast<std::size_t>(unit.output)] += (twice ? 2 : 1) * probabilities;
        const std::int64_t over = excess(demand, free_bytes);
        if (least_excess < 0 || over < least_excess) {
          least_excess = over;
          least = demand;
        }
        if (over > 0) continue;
        const double compute = a.compute_cycles + b.compute_cycles;
        const double vector = a.vector_cycles + softmax + b.vector_cycles;
        const double dram = a.dram_cycles + b.dram_cycles;
        const double cycles = a.ramp_cycles + b.ramp_cycles + softmax_tile +
                              (twice ? std::max({compute, vector, dram}) : compute + vector + dram);
        const double energy = a.schedule.energy_pj + b.schedule.energy_pj;
        const double value = objective_value(objective_, cycles, energy) *
                             (1 + 1e-6 * static_cast<double>(a.tiles + b.tiles));
        if (!best.schedules.empty() && value >= best_value) continue;
        best_value = value;
        best = {{a.schedule, row_schedule(middle.op, rows), b.schedule}, cycles, energy};
      }
    }
  }
  if (!best.schedules.empty()) return best;
  throw Infeasible(fmt::format("{} to {}: not even one fold per tile fits: {}", op(first.op).name,
                               op(last.op).name,
                               shortage(least, free_bytes, accelerator_.buffers)));
}

}  // namespace saccade
