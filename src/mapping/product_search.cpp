#include "mapping/product_search.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

namespace saccade {
namespace {

/// Sizes from `base`, doubling, up to `full` itself.
std::vector<std::int64_t> doubling(std::int64_t base, std::int64_t full) {
  std::vector<std::int64_t> sizes;
  for (std::int64_t size = base; size < full; size *= 2) sizes.push_back(size);
  sizes.push_back(full);
  return sizes;
}

/// Streamed dimensions have no fold; tiles shorter than this are not worth their task.
constexpr std::int64_t kStreamBase = 16;

std::int64_t base_of(std::int64_t fold) { return fold > 0 ? fold : kStreamBase; }

std::vector<std::int64_t> tile_chunks(const ProductFacts& facts, std::int64_t fold) {
  const std::int64_t k = facts.product.k;
  std::vector<std::int64_t> sizes;
  for (std::int64_t parts = 1; parts <= k; parts *= 2) {
    const std::int64_t size = std::min(k, round_up(ceil_div(k, parts), base_of(fold)));
    if (sizes.empty() || sizes.back() != size) sizes.push_back(size);
  }
  return sizes;
}

/// A dimension cut into tiles: (size, how many of it).
using Classes = std::vector<std::pair<std::int64_t, std::int64_t>>;

Classes classes_of(std::int64_t full, std::int64_t tile) {
  Classes classes;
  if (full / tile > 0) classes.emplace_back(tile, full / tile);
  if (full % tile > 0) classes.emplace_back(full % tile, 1);
  return classes;
}

Classes row_classes(const Product& product, std::int64_t tile_m) {
  const std::int64_t line = product.conv ? product.conv->out_width() : 0;
  if (line == 0 || tile_m >= line) return classes_of(product.m, tile_m);
  Classes classes = classes_of(line, tile_m);
  for (auto& item : classes) item.second *= product.m / line;
  return classes;
}

double bytes_of(std::int64_t elements, int bits) {
  return static_cast<double>(elements) * bits / 8.0;
}

class Estimator {
 public:
  Estimator(const ProductFacts& facts, const MachineRates& rates)
      : facts_(facts), rates_(rates), array_(std::get<SystolicArray>(facts.engine->kind)) {}

  Candidate estimate(OpSchedule schedule) const {
    Candidate result;
    result.demand = product_demand(facts_, schedule);
    const GemmTile tile = schedule.tile();
    const Product& product = facts_.product;
    const Classes rows = row_classes(product, tile.m);
    const Classes columns = classes_of(product.n, tile.n);
    const auto entries = static_cast<double>(product.entries());
    TileAccesses moved;
    result.tiles = 0;
    for (const auto& [m, m_count] : rows) {
      for (const auto& [n, n_count] : columns) {
        add_tiles(result, moved, m, n, m_count * n_count, tile.k);
      }
    }
    result.compute_cycles *= entries / facts_.engine->count;
    result.vector_cycles *= entries;
    const double dram = entries * dram_bytes(schedule, rows, columns);
    result.dram_cycles = dram / rates_.dram_bytes_per_cycle;
    result.ramp_cycles = ramp(tile) + held_up_rows(result, schedule, rows);
    const double work = std::max({result.compute_cycles, result.vector_cycles, result.dram_cycles});
    schedule.cycles = result.ramp_cycles +
                      (schedule.double_buffered
                           ? work
                           : result.compute_cycles + result.vector_cycles + result.dram_cycles);
    schedule.dram_bytes = dram;
    schedule.energy_pj = dram * rates_.energy.dram_pj_per_byte + entries * buffer_energy(moved);
    result.tiles *= product.entries();
    result.schedule = std::move(schedule);
    return result;
  }

 private:
  void add_tiles(Candidate& result, TileAccesses& moved, std::int64_t m, std::int64_t n,
                 std::int64_t count, std::int64_t tile_k) const {
    bool first = true;
    for (const auto& [k, k_count] : classes_of(facts_.product.k, tile_k)) {
      const GemmTile tile = {m, n, k};
      ArrayState before;
      tile_timing(array_, tile, {}, 0, 0, &before);
      const ArrayTiming timing = tile_timing(array_, tile, before, 0, before.stream, nullptr);
      result.compute_cycles += static_cast<double>(timing.occupies * count * k_count);
      const TileAccesses accesses = tile_accesses(array_, tile, !first);
      moved.input_reads += accesses.input_reads * count * k_count;
      moved.weight_reads += accesses.weight_reads * count * k_count;
      moved.partial_reads += accesses.partial_reads * count * k_count;
      moved.partial_writes += accesses.partial_writes * count * k_count;
      result.tiles += count * k_count;
      first = false;
    }
    if (facts_.vector_unit == nullptr) return;
    double cycles = static_cast<double>(vector_cycles(*facts_.vector_unit, facts_.post, m, n)) /
                    facts_.vector_unit->count;
    for (const FollowerFacts& follower : facts_.followers) {
      cycles += follower.cycles_per_element * static_cast<double>(m * n);
    }
    result.vector_cycles += cycles * static_cast<double>(count);
  }

  /// Whole bursts for rows of so many bytes that do not follow each other.
  double in_bursts(double bytes, double row_bytes, double full_row_bytes) const {
    if (row_bytes >= full_row_bytes) return bytes;
    const auto burst = static_cast<double>(rates_.burst_bytes);
    return bytes / row_bytes * std::ceil(row_bytes / burst) * burst;
  }

  double dram_bytes(const OpSchedule& schedule, const Classes& rows, const Classes& columns) const {
    double blocks_m = 0, blocks_n = 0;
    for (const auto& item : rows) blocks_m += static_cast<double>(item.second);
    for (const auto& item : columns) blocks_n += static_cast<double>(item.second);
    const bool rows_outer = !schedule.n_outer();
    const Keep input = schedule.keep_input;
    const Keep weight = schedule.keep_weight;
    const bool input_once = input == Keep::whole || (rows_outer && input == Keep::block);
    const bool weight_once = weight == Keep::whole || (!rows_outer && weight == Keep::block);
    double sum = output_dram_bytes(schedule);
    if (!facts_.input_on_chip) {
      sum += input_dram_bytes(schedule, blocks_m) * (input_once ? 1 : blocks_n);
    }
    if (!facts_.weight_on_chip) sum += weight_dram_bytes() * (weight_once ? 1 : blocks_m);
    return sum;
  }

  /// All of an entry's input once; of a convolution the bands, which overlap.
  double input_dram_bytes(const OpSchedule& schedule, double blocks_m) const {
    const Product& product = facts_.product;
    const GemmTile& tile = schedule.tile();
    if (!product.conv) {
      return in_bursts(bytes_of(product.m * product.k, facts_.input_bits),
                       bytes_of(tile.k, facts_.input_bits), bytes_of(product.k, facts_.input_bits));
    }
    const Conv2d& conv = *product.conv;
    if (schedule.keep_input == Keep::whole) {
      return bytes_of(conv.in_height * conv.in_width * conv.in_channels / conv.groups,
                      facts_.input_bits);
    }
    return blocks_m * static_cast<double>(input_tile_bytes(facts_, tile.m, tile.k));
  }

  double weight_dram_bytes() const {
    const Product& product = facts_.product;
    const double bias =
        product.bias ? bytes_of(product.n * product.bias_rows, product.accumulator_bits) : 0;
    return bytes_of(product.n * product.k, facts_.weight_bits) + bias;
  }

  /// Results, and the further inputs of the ops that follow on each tile.
  double output_dram_bytes(const OpSchedule& schedule) const {
    const Product& product = facts_.product;
    const std::int64_t outputs = product.m * product.n;
    double sum = 0;
    int bits = facts_.output_bits;
    for (const FollowerFacts& follower : facts_.followers) {
      for (const int input : follower.dram_input_bits) sum += bytes_of(outputs, input);
      bits = follower.bits;
    }
    if (facts_.output_on_chip || facts_.output_streamed) return sum;
    return sum + in_bursts(bytes_of(outputs, bits), bytes_of(schedule.tile().n, bits),
                           bytes_of(product.n, bits));
  }

  /// Cycles of the op that takes whole rows next which cannot run beside this product. Rows are
  /// complete one block after the other, or all with the last tiles where columns are the outer
  /// loop.
  double held_up_rows(const Candidate& result, const OpSchedule& schedule,
                      const Classes& rows) const {
    double blocks = 0;
    for (const auto& item : rows) blocks += static_cast<double>(item.second);
    const double block = facts_.row_reader_cycles / blocks;
    if (!schedule.n_outer()) return block;
    const double columns =
        std::ceil(static_cast<double>(facts_.product.n) / static_cast<double>(schedule.tile().n));
    const double per_tile =
        result.compute_cycles / (blocks * columns * static_cast<double>(facts_.product.entries()));
    return std::max(block, facts_.row_reader_cycles - (blocks - 1) * per_tile);
  }

  double ramp(const GemmTile& tile) const {
    double loads = 0;
    if (!facts_.input_on_chip) {
      loads += static_cast<double>(input_tile_bytes(facts_, tile.m, tile.k));
    }
    if (!facts_.weight_on_chip) {
      loads += static_cast<double>(weight_tile_bytes(facts_, tile.k, tile.n, true));
    }
    const ArrayTiming timing = tile_timing(array_, tile, {}, 0, 0, nullptr);
    double cycles = loads / rates_.dram_bytes_per_cycle +
                    static_cast<double>(timing.completes - timing.occupies);
    if (facts_.vector_unit != nullptr) {
      cycles +=
          static_cast<double>(vector_cycles(*facts_.vector_unit, facts_.post, tile.m, tile.n));
    }
    if (!facts_.output_on_chip) {
      cycles += bytes_of(tile.m * tile.n, facts_.output_bits) / rates_.dram_bytes_per_cycle;
    }
    return cycles;
  }

  double buffer_energy(const TileAccesses& moved) const {
    const auto price = [this](BufferId buffer, std::int64_t elements, int bits) {
      return bytes_of(elements, bits) *
             rates_.energy.buffer_pj_per_byte[static_cast<std::size_t>(buffer)];
    };
    const EngineStorage& storage = facts_.engine->storage;
    return price(storage.input, moved.input_reads, facts_.input_bits) +
           price(facts_.weight_buffer(), moved.weight_reads, facts_.weight_bits) +
           price(storage.partial_sum, moved.partial_reads + moved.partial_writes,
                 facts_.product.accumulator_bits);
  }

  const ProductFacts& facts_;
  const MachineRates& rates_;
  const SystolicArray& array_;
};

OpSchedule make_schedule(const ProductFacts& facts, const GemmTile& tile, bool n_outer) {
  const Product& product = facts.product;
  const FoldSize fold = fold_size(std::get<SystolicArray>(facts.engine->kind));
  OpSchedule schedule;
  Level dram{"dram", {product.m, product.n, product.k}, {Dim::m, Dim::n, Dim::k}, {1, 1, 1}};
  if (n_outer) dram.order = {Dim::n, Dim::m, Dim::k};
  const GemmTile spatial = {std::max<std::int64_t>(1, fold.m), std::max<std::int64_t>(1, fold.n),
                            std::max<std::int64_t>(1, fold.k)};
  schedule.levels = {dram,
                     {"buffers", tile, {Dim::m, Dim::n, Dim::k}, {1, 1, 1}},
                     {"array", spatial, {Dim::k, Dim::m, Dim::n}, spatial}};
  return schedule;
}

/// Kept operands that make sense for a loop order, from least to most space.
std::vector<Keep> input_keeps(const ProductFacts& facts, bool n_outer, bool one_chunk) {
  if (facts.input_on_chip) return {Keep::tile};
  if (n_outer) return {Keep::tile, Keep::whole};
  if (one_chunk || facts.product.conv) return {Keep::block};
  return {Keep::tile, Keep::block};
}

std::vector<Keep> weight_keeps(const ProductFacts& facts, bool n_outer, bool one_chunk) {
  if (facts.weight_on_chip) return {Keep::tile};
  if (!n_outer) return {Keep::tile, Keep::whole};
  if (one_chunk) return {Keep::block};
  return {Keep::tile, Keep::block};
}

}  // namespace

double objective_value(Objective objective, double cycles, double energy_pj) {
  switch (objective) {
    case Objective::latency:
      return cycles;
    case Objective::energy:
      return energy_pj;
    case Objective::edp:
      break;
  }
  return cycles * energy_pj;
}

std::size_t best_estimate(Objective objective, const std::vector<Estimate>& estimates) {
  constexpr double kIndifference = 1.01;
  const auto first = [objective](const Estimate& estimate) {
    return objective_value(objective, estimate.cycles, estimate.energy_pj);
  };
  const auto second = [objective](const Estimate& estimate) {
    const double other = objective == Objective::energy ? estimate.cycles : estimate.energy_pj;
    return other * (1 + 1e-6 * static_cast<double>(estimate.tiles)) +
           1e-9 * static_cast<double>(estimate.tiles);
  };
  double least = first(estimates[0]);
  for (const Estimate& estimate : estimates) least = std::min(least, first(estimate));
  std::size_t best = estimates.size();
  for (std::size_t i = 0; i < estimates.size(); ++i) {
    if (first(estimates[i]) > least * kIndifference) continue;
    if (best == estimates.size() || second(estimates[i]) < second(estimates[best])) best = i;
  }
  return best;
}

std::vector<std::int64_t> tile_rows(const ProductFacts& facts) {
  const FoldSize fold = fold_size(std::get<SystolicArray>(facts.engine->kind));
  const Product& product = facts.product;
  if (!product.conv) return doubling(std::min(base_of(fold.m), product.m), product.m);
  const std::int64_t width = product.conv->out_width();
  std::vector<std::int64_t> sizes;
  for (const std::int64_t size : doubling(std::min(base_of(fold.m), width), width)) {
    if (size < width) sizes.push_back(size);
  }
  for (const std::int64_t lines : doubling(1, product.conv->out_height())) {
    sizes.push_back(lines * width);
  }
  return sizes;
}

std::vector<Candidate> product_candidates(const ProductFacts& facts, const MachineRates& rates,
                                          std::int64_t tile_m) {
  const FoldSize fold = fold_size(std::get<SystolicArray>(facts.engine->kind));
  const Estimator estimator(facts, rates);
  const Product& product = facts.product;
  std::vector<Candidate> candidates;
  const auto add = [&](const GemmTile& tile, bool n_outer) {
    const bool one_chunk = tile.k >= product.k;
    for (const Keep input : input_keeps(facts, n_outer, one_chunk)) {
      for (const Keep weight : weight_keeps(facts, n_outer, one_chunk)) {
        for (const bool twice : {false, true}) {
          OpSchedule schedule = make_schedule(facts, tile, n_outer);
          schedule.keep_input = input;
          schedule.keep_weight = weight;
          schedule.double_buffered = twice;
          candidates.push_back(estimator.estimate(std::move(schedule)));
        }
      }
    }
  };
  const std::vector<std::int64_t> rows =
      tile_m > 0 ? std::vector<std::int64_t>{tile_m} : tile_rows(facts);
  for (const std::int64_t m : rows) {
    for (const std::int64_t n : doubling(std::min(base_of(fold.n), product.n), product.n)) {
      for (const std::int64_t k : tile_chunks(facts, fold.k)) {
        add({m, n, k}, false);
        const bool one_block = m >= product.m || n >= product.n;
        if (!facts.rows_outer && !(one_block && k >= product.k)) add({m, n, k}, true);
      }
    }
  }
  return candidates;
}

std::string shortage(const Demand& demand, const Demand& free_bytes,
                     const std::vector<Buffer>& buffers) {
  std::string text;
  for (std::size_t i = 0; i < buffers.size(); ++i) {
    if (demand[i] <= free_bytes[i]) continue;
    if (!text.empty()) text += "; ";
    text += fmt::format("buffer {}: {} bytes needed, {} there", buffers[i].name, demand[i],
                        free_bytes[i]);
    if (free_bytes[i] != buffers[i].bytes) {
      text += fmt::format(" (of {}, the rest holds tensors that other ops still read)",
                          buffers[i].bytes);
    }
  }
  return text;
}

Candidate best_product(const ProductFacts& facts, const MachineRates& rates, Objective objective,
                       const Demand& free_bytes, const std::vector<Buffer>& buffers,
                       const std::string& op_name) {
  const std::vector<Candidate> candidates = product_candidates(facts, rates, 0);
  std::vector<const Candidate*> feasible;
  std::vector<Estimate> estimates;
  const Candidate* smallest = nullptr;
  std::int64_t smallest_excess = 0;
  for (const Candidate& candidate : candidates) {
    const std::int64_t over = excess(candidate.demand, free_bytes);
    if (smallest == nullptr || over < smallest_excess) {
      smallest = &candidate;
      smallest_excess = over;
    }
    if (over > 0) continue;
    feasible.push_back(&candidate);
    estimates.push_back({candidate.schedule.cycles, candidate.schedule.energy_pj, candidate.tiles});
  }
  if (!feasible.empty()) return *feasible[best_estimate(objective, estimates)];
  throw Infeasible(fmt::format("{}: not even one fold per tile fits: {}", op_name,
                               shortage(smallest->demand, free_bytes, buffers)));
}

}  // namespace saccade
