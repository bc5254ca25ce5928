#include "mapping/mapper.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <limits>

#include "mapping/lower.hpp"
#include "mapping/row_op.hpp"

namespace saccade {
namespace {

MachineRates machine_rates(const Accelerator& accelerator, const MoveEnergy& energy) {
  MachineRates rates;
  rates.energy = energy;
  rates.burst_bytes = accelerator.dram.device.access_bytes;
  rates.dram_bytes_per_cycle = std::numeric_limits<double>::infinity();
  if (accelerator.dram.fidelity != DramFidelity::ideal) {
    rates.dram_bytes_per_cycle =
        std::min(accelerator.dram.peak_bytes_per_s() / accelerator.clock_hz,
                 accelerator.interconnect.width_bits / 8.0);
  }
  return rates;
}

}  // namespace

Mapper::Mapper(const Workload& lowered, std::vector<int> engines, const Accelerator& accelerator,
               Objective objective, const MoveEnergy& move_energy, bool fuse_attention)
    : accelerator_(accelerator),
      objective_(objective),
      rates_(machine_rates(accelerator, move_energy)),
      mapping_{lowered, make_groups(lowered, fuse_attention), {}, {}, {}, {}},
      engines_(std::move(engines)) {
  const std::size_t ops = lowered.ops().size();
  mapping_.schedules.resize(ops);
  mapping_.grids.resize(ops);
  mapping_.homes.resize(lowered.tensors().size());
  resident_.resize(mapping_.groups.size());
  group_of_.resize(ops);
  for (std::size_t g = 0; g < mapping_.groups.size(); ++g) {
    for (const Anchor& anchor : mapping_.groups[g].anchors) {
      group_of_[anchor.op] = g;
      for (const std::size_t follower : anchor.followers) group_of_[follower] = g;
    }
  }
}

Mapping Mapper::run() {
  assign_vector_units();
  assign_addresses();
  mark_streamed();
  plan_residency();
  choose_all();
  return std::move(mapping_);
}

int Mapper::fastest_unit(const VectorWork& work, const std::string& op_name) const {
  int best = -1;
  std::int64_t best_cycles = 0;
  std::string lacking;
  for (std::size_t i = 0; i < accelerator_.vector_units.size(); ++i) {
    const VectorUnit& unit = accelerator_.vector_units[i];
    if (const auto missing = missing_operation(unit, work)) {
      lacking += fmt::format("{}{} lacks '{}'", lacking.empty() ? "" : ", ", unit.name,
                             kVectorOpNames[static_cast<std::size_t>(*missing)]);
      continue;
    }
    const std::int64_t cycles = vector_cycles(unit, work, 1024, 1024) / unit.count;
    if (best >= 0 && cycles >= best_cycles) continue;
    best = static_cast<int>(i);
    best_cycles = cycles;
  }
  if (best < 0) throw Infeasible(fmt::format("{}: no vector unit can do it: {}", op_name, lacking));
  return best;
}

/// Products that are neither requantised nor read on chip go to DRAM straight from the
/// accumulators.
void Mapper::assign_vector_units() {
  vector_units_.assign(mapping_.workload.ops().size(), -1);
  mapping_.vector_work.resize(vector_units_.size());
  for (std::size_t i = 0; i < vector_units_.size(); ++i) {
    VectorWork& work = mapping_.vector_work[i];
    if (const auto product = as_product(op(i))) {
      work = post_work(product->bias, product->requantise);
      const bool leaves = tensor(product->output.tensor).kind == TensorKind::network_output;
      if (work.sweeps.empty() && leaves) continue;
      if (work.sweeps.empty()) work.sweeps = {{VectorOp::move}};
    } else {
      work = vector_work(op(i).body, accelerator_.vector_units[0]);
    }
    vector_units_[i] = fastest_unit(work, op(i).name);
    if (!as_product(op(i))) {
      const auto unit = static_cast<std::size_t>(vector_units_[i]);
      work = vector_work(op(i).body, accelerator_.vector_units[unit]);
    }
  }
}

void Mapper::choose_all() {
  for (std::size_t g = 0; g < mapping_.groups.size(); ++g) {
    const Group& group = mapping_.groups[g];
    const GroupChoice choice = cached(g);
    for (std::size_t a = 0; a < group.anchors.size(); ++a) {
      const Anchor& anchor = group.anchors[a];
      OpSchedule schedule = choice.schedules[a];
      const std::vector<std::size_t> chain = anchor.chain();
      for (const std::size_t index : chain) {
        schedule.op = index;
        schedule.engine = engines_[index];
        schedule.vector_unit = vector_units_[index];
        mapping_.schedules[index] = schedule;
      }
      const TileGrid grid = grid_of(group, anchor);
      for (const std::size_t index : chain) mapping_.grids[index] = grid;
    }
  }
}

TileGrid Mapper::grid_of(const Group& group, const Anchor& anchor) const {
  const OpSchedule& schedule = mapping_.schedules[anchor.op];
  TileGrid grid;
  grid.tile_m = schedule.tile().m;
  grid.tile_n = schedule.tile().n;
  grid.output = op(anchor.op).outputs[0];
  if (const auto product = as_product(op(anchor.op))) {
    grid.images = product->images;
    grid.heads = product->heads;
    grid.m = product->m;
    grid.n = product->n;
    grid.n_outer = schedule.n_outer();
    grid.line = product->conv ? product->conv->out_width() : 0;
    grid.output = product->output;
    return grid;
  }
  const RowOp rows = row_op(mapping_.workload, op(anchor.op));
  grid.m = rows.output_rows;
  grid.n = rows.output_columns;
  if (rows.reduces) {
    grid.tile_m = 1;
  } else if (group.anchors.size() > 1) {
    const auto scores = as_product(op(group.anchors[0].op));
    grid.images = scores->images;
    grid.heads = scores->heads;
    grid.m = scores->m;
    grid.output.image_rows = scores->heads * scores->m;
    grid.output.head_rows = scores->m;
  } else {
    const std::int64_t period = row_period(mapping_.workload, op(anchor.op));
    grid.images = rows.output_rows / period;
    grid.m = grid.output.image_rows = period;
  }
  return grid;
}

Demand Mapper::free_bytes(std::size_t group) const {
  Demand bytes{};
  for (std::size_t i = 0; i < accelerator_.buffers.size(); ++i) {
    bytes[i] = accelerator_.buffers[i].bytes - resident_[group][i];
  }
  return bytes;
}

ProductFacts Mapper::facts(const Group& group, const Anchor& anchor) const {
  ProductFacts facts;
  facts.product = *as_product(mapping_.workload, op(anchor.op));
  facts.engine = &accelerator_.engines[static_cast<std::size_t>(engines_[anchor.op])];
  const int unit = vector_units_[anchor.op];
  if (unit >= 0) facts.vector_unit = &accelerator_.vector_units[static_cast<std::size_t>(unit)];
  facts.post = mapping_.vector_work[anchor.op];
  facts.input_bits = tensor(facts.product.input.tensor).bits;
  facts.weight_bits = tensor(facts.product.weight.tensor).bits;
  facts.output_bits = tensor(facts.product.output.tensor).bits;
  facts.input_on_chip = on_chip(facts.product.input.tensor);
  facts.weight_on_chip = on_chip(facts.product.weight.tensor);
  facts.weight_is_parameter = tensor(facts.product.weight.tensor).kind == TensorKind::parameter;
  const TensorHome& output = home(op(anchor.last()).outputs[0].tensor);
  facts.output_on_chip = output.home == Home::on_chip;
  facts.output_streamed = output.home == Home::streamed;
  facts.rows_outer = group.anchors.size() > 1;
  facts.row_reader_cycles = row_reader_cycles(anchor.last());
  std::size_t before = anchor.op;
  for (const std::size_t follower : anchor.followers) {
    FollowerFacts extra;
    extra.bits = tensor(op(follower).outputs[0].tensor).bits;
    const VectorUnit& vector =
        accelerator_.vector_units[static_cast<std::size_t>(vector_units_[follower])];
    extra.cycles_per_element =
        static_cast<double>(vector_cycles(vector, mapping_.vector_work[follower], 1, 1 << 20)) /
        ((1 << 20) * static_cast<double>(vector.count));
    for (const View& input : op(follower).inputs) {
      if (input.tensor == op(before).outputs[0].tensor || on_chip(input.tensor)) continue;
      extra.dram_input_bits.push_back(tensor(input.tensor).bits);
    }
    facts.followers.push_back(std::move(extra));
    before = follower;
  }
  return facts;
}

double Mapper::row_reader_cycles(std::size_t writer) const {
  const TensorHome& output = home(op(writer).outputs[0].tensor);
  if (output.home == Home::streamed) return 0;
  double cycles = 0;
  for (const std::size_t reader : output.readers) {
    if (engines_[reader] >= 0 || group_of_[reader] == group_of_[writer]) continue;
    if (!mapping_.vector_work[reader].row_wise) continue;
    const VectorUnit& unit =
        accelerator_.vector_units[static_cast<std::size_t>(vector_units_[reader])];
    const RowOp form = row_op(mapping_.workload, op(reader));
    cycles += static_cast<double>(vector_cycles(unit, mapping_.vector_work[reader], form.input_rows,
                                                form.columns)) /
              unit.count;
  }
  return cycles;
}

GroupChoice Mapper::choose(std::size_t index) const {
  const Group& group = mapping_.groups[index];
  const Demand bytes = free_bytes(index);
  if (group.anchors.size() > 1) return choose_attention(group, bytes);
  const Anchor& anchor = group.anchors[0];
  return engines_[anchor.op] >= 0 ? choose_product(anchor, bytes) : choose_rows(anchor, bytes);
}

/// Everything that a choice depends on; blocks of a network repeat, and so do their keys.
std::vector<std::int64_t> Mapper::cache_key(std::size_t index) const {
  std::vector<std::int64_t> key;
  const auto add_tensor = [&](TensorId id) {
    key.insert(key.end(),
               {tensor(id).bits, static_cast<int>(tensor(id).kind), static_cast<int>(home(id).home),
                tensor(id).rows(), tensor(id).columns()});
  };
  const auto add_op = [&](std::size_t i) {
    key.insert(key.end(),
               {static_cast<std::int64_t>(op(i).body.index()), engines_[i], vector_units_[i], -1});
    if (const auto product = as_product(op(i))) {
      key.insert(key.end(), {product->images, product->heads, product->m, product->n, product->k,
                             product->bias, product->requantise, product->accumulator_bits,
                             product->weight.transposed});
      if (product->conv) {
        const Conv2d& conv = *product->conv;
        key.insert(key.end(), {conv.in_height, conv.in_width, conv.kernel_height, conv.kernel_width,
                               conv.stride, conv.padding, conv.groups});
      }
    } else {
      const RowOp rows = row_op(mapping_.workload, op(i));
      key.insert(key.end(), {rows.input_rows, rows.output_rows, rows.columns});
      for (const auto& sweep : mapping_.vector_work[i].sweeps) {
        for (const VectorOp operation : sweep) key.push_back(static_cast<int>(operation));
        key.push_back(-2);
      }
    }
    for (const View& view : op(i).inputs) add_tensor(view.tensor);
    for (const View& view : op(i).outputs) add_tensor(view.tensor);
  };
  for (const Anchor& anchor : mapping_.groups[index].anchors) {
    add_op(anchor.op);
    for (const std::size_t follower : anchor.followers) add_op(follower);
  }
  for (const Anchor& anchor : mapping_.groups[index].anchors) {
    key.push_back(static_cast<std::int64_t>(row_reader_cycles(anchor.last())));
  }
  const Demand bytes = free_bytes(index);
  key.insert(key.end(), bytes.begin(), bytes.end());
  return key;
}

GroupChoice Mapper::cached(std::size_t index) {
  std::vector<std::int64_t> key = cache_key(index);
  const auto found = cache_.find(key);
  if (found != cache_.end()) return found->second;
  return cache_.emplace(std::move(key), choose(index)).first->second;
}

Mapping map_workload(const Workload& workload, const Accelerator& accelerator, Objective objective,
                     const MoveEnergy& move_energy) {
  const Lowered lowered = lower(workload, accelerator);
  try {
    return Mapper(lowered.workload, lowered.engines, accelerator, objective, move_energy, true)
        .run();
  } catch (const Infeasible&) {
    // Perhaps only the row blocks of fused attention do not fit.
    return Mapper(lowered.workload, lowered.engines, accelerator, objective, move_energy, false)
        .run();
  }
}

}  // namespace saccade
