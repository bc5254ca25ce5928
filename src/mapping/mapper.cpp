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
                 accelerator.interconnect.bytes_per_cycle());
  }
  return rates;
}

}  // namespace

MapperContext::MapperContext(const Accelerator& machine, Objective goal, const MoveEnergy& energy,
                             const MappingPins& fixed, int together)
    : accelerator(machine),
      objective(goal),
      rates(machine_rates(machine, energy)),
      pins(fixed),
      in_flight(together) {}

const Frontier& MapperContext::frontier(const ProductFacts& facts, const Pins& op_pins,
                                        std::int64_t tile_m) {
  std::vector<std::int64_t> key = facts_key(facts);
  key.push_back(tile_m);
  // Pins are few and live as long as this.
  key.push_back(static_cast<std::int64_t>(reinterpret_cast<std::intptr_t>(&op_pins)));
  const auto found = frontiers.find(key);
  if (found != frontiers.end()) return found->second;
  return frontiers
      .emplace(std::move(key),
               product_frontier(facts, rates, op_pins, objective, tile_m, facts.rows_outer))
      .first->second;
}

Mapper::Mapper(const Workload& lowered, std::vector<int> engines, MapperContext& context,
               const std::set<std::size_t>& apart)
    : context_(context),
      accelerator_(context.accelerator),
      objective_(context.objective),
      rates_(context.rates),
      mapping_{lowered, make_groups(lowered, apart), {}, {}, {}, {}, {}},
      engines_(std::move(engines)) {
  const std::size_t ops = lowered.ops().size();
  mapping_.schedules.resize(ops);
  mapping_.grids.resize(ops);
  mapping_.homes.resize(lowered.tensors().size());
  mapping_.facts.resize(ops);
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

bool Mapper::takes(const VectorUnit& unit, std::size_t index) const {
  const Op& candidate = op(index);
  const std::string kind = as_product(candidate) ? "post" : kind_name(candidate.body);
  const auto names = [](const std::vector<std::string>& list, const std::string& name) {
    return std::find(list.begin(), list.end(), name) != list.end();
  };
  const auto* decide = std::get_if<Decide>(&candidate.body);
  if (unit.controller && decide != nullptr) {
    for (const auto& function : decide_functions()) {
      if (function.second != decide->function) continue;
      return names(unit.controller->decides, function.first);
    }
  }
  return unit.kinds.empty() || names(unit.kinds, kind);
}

/// The unit that does the op in the fewest cycles; a skip controller before all others.
int Mapper::fastest_unit(std::size_t index) const {
  int best = -1;
  std::int64_t best_cycles = 0;
  std::string lacking;
  for (std::size_t i = 0; i < accelerator_.vector_units.size(); ++i) {
    const VectorUnit& unit = accelerator_.vector_units[i];
    if (!takes(unit, index)) {
      lacking += fmt::format("{}{} does not take it", lacking.empty() ? "" : ", ", unit.name);
      continue;
    }
    if (unit.controller) return static_cast<int>(i);
    const VectorWork work = work_on(unit, index);
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
  if (best >= 0) return best;
  throw Infeasible(fmt::format("{}: no vector unit can do it: {}", op(index).name, lacking));
}

/// What the unit does for the op: nothing of products that are neither requantised nor read on
/// chip, which go to DRAM straight from the accumulators.
VectorWork Mapper::work_on(const VectorUnit& unit, std::size_t index) const {
  const auto product = as_product(op(index));
  if (!product) return vector_work(op(index).body, unit);
  VectorWork work = post_work(product->bias, product->requantise);
  const bool leaves = tensor(product->output.tensor).kind == TensorKind::network_output;
  if (work.sweeps.empty() && !leaves) work.sweeps = {{VectorOp::move}};
  return work;
}

void Mapper::assign_vector_units() {
  vector_units_.assign(mapping_.workload.ops().size(), -1);
  mapping_.vector_work.resize(vector_units_.size());
  for (std::size_t i = 0; i < vector_units_.size(); ++i) {
    if (as_product(op(i)) && work_on(accelerator_.vector_units[0], i).sweeps.empty()) continue;
    vector_units_[i] = fastest_unit(i);
    const auto unit = static_cast<std::size_t>(vector_units_[i]);
    mapping_.vector_work[i] = work_on(accelerator_.vector_units[unit], i);
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
      if (engines_[anchor.op] >= 0) mapping_.facts[anchor.op] = facts(group, anchor);
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
    grid.at_once = schedule.at_once;
    grid.line = product->conv ? product->conv->out_width() : 0;
    grid.loops = grid_loops(schedule, grid.row_tiles());
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
    if (grid.tile_n < grid.n) grid.loops = grid_loops(schedule, grid.row_tiles());
  }
  return grid;
}

Demand Mapper::free_bytes(std::size_t group) const {
  Demand bytes{};
  for (std::size_t i = 0; i < accelerator_.buffers.size(); ++i) {
    bytes[i] = accelerator_.buffers[i].bytes;
  }
  std::set<BufferId> shared;  // by the workloads in flight
  for (const VectorUnit& unit : accelerator_.vector_units) shared.insert(unit.output);
  for (const BufferId buffer : shared) {
    bytes[static_cast<std::size_t>(buffer)] /= context_.in_flight;
  }
  for (std::size_t i = 0; i < bytes.size(); ++i) bytes[i] -= resident_[group][i];
  return bytes;
}

ProductFacts Mapper::facts(const Group& group, const Anchor& anchor) const {
  ProductFacts facts;
  facts.product = *as_product(mapping_.workload, op(anchor.op));
  facts.engine = &accelerator_.engines[static_cast<std::size_t>(engines_[anchor.op])];
  facts.buffers = &accelerator_.buffers;
  for (const VectorUnit& vector : accelerator_.vector_units) {
    facts.may_be_taken[static_cast<std::size_t>(vector.output)] = true;
  }
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
  if (output.home == Home::streamed || accelerator_.barrier == Barrier::op) return 0;
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
  return engines_[anchor.op] >= 0 ? choose_product(group, anchor, bytes)
                                  : choose_rows(anchor, bytes);
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
    key.push_back(reinterpret_cast<std::intptr_t>(&pins(anchor.op)));  // they outlive the mapper
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

std::optional<Estimate> Mapper::estimate_of(const std::vector<std::size_t>& ops) {
  std::set<std::size_t> groups;
  for (const std::size_t index : ops) groups.insert(group_of_[index]);
  Estimate sum;
  try {
    for (const std::size_t group : groups) {
      const GroupChoice choice = cached(group);
      sum.cycles += choice.cycles;
      sum.energy_pj += choice.energy_pj;
    }
  } catch (const Infeasible&) {
    return std::nullopt;
  }
  return sum;
}

std::set<std::size_t> Mapper::better_apart(Mapper& op_by_op) {
  std::set<std::size_t> apart;
  for (Mapper* attempt : {this, &op_by_op}) {
    attempt->assign_vector_units();
    attempt->assign_addresses();
    attempt->mark_streamed();
  }
  for (const Group& group : mapping_.groups) {
    if (group.anchors.size() < 2) continue;
    std::vector<std::size_t> ops;
    for (const Anchor& anchor : group.anchors) ops.push_back(anchor.op);
    if (const auto& pinned = pins(ops[0]).fused) {
      if (!*pinned) apart.insert(ops[0]);
      continue;
    }
    const auto fused = estimate_of(ops);
    const auto unfused = op_by_op.estimate_of(ops);
    // Where estimates call it even, fused: it moves less.
    const bool splits =
        !fused || (unfused && best_estimate(objective_, {*fused, *unfused}) == 1 &&
                   objective_value(objective_, unfused->cycles, unfused->energy_pj) <
                       objective_value(objective_, fused->cycles, fused->energy_pj));
    if (splits) apart.insert(ops[0]);
  }
  return apart;
}

Mapping map_workload(const Workload& workload, const Accelerator& accelerator, Objective objective,
                     const MoveEnergy& move_energy, const MappingPins& pins, int in_flight) {
  const Lowered lowered = lower(workload, accelerator);
  check_pins(pins, lowered.workload, lowered.engines, accelerator);
  MapperContext context(accelerator, objective, move_energy, pins, in_flight);
  std::set<std::size_t> all;
  for (std::size_t i = 0; i < lowered.workload.ops().size(); ++i) all.insert(i);
  const auto attempt = [&](const std::set<std::size_t>& apart) {
    return Mapper(lowered.workload, lowered.engines, context, apart);
  };
  Mapper op_by_op = attempt(all);
  if (accelerator.barrier == Barrier::op) return op_by_op.run();
  return attempt(attempt({}).better_apart(op_by_op)).run();
}

}  // namespace saccade
