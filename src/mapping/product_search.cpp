#include "mapping/product_search.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <limits>

#include "mapping/mapping.hpp"

namespace saccade {
namespace {

/// Buffers whose space the choice has to share with others, and therefore compares.
std::vector<std::size_t> contested(const ProductFacts& facts, bool in_group) {
  std::vector<std::size_t> list;
  for (std::size_t i = 0; i < facts.buffers->size(); ++i) {
    if (in_group || facts.may_be_taken[i]) list.push_back(i);
  }
  return list;
}

bool needs_no_more(const Demand& a, const Demand& b, const std::vector<std::size_t>& buffers) {
  return std::all_of(buffers.begin(), buffers.end(),
                     [&](std::size_t buffer) { return a[buffer] <= b[buffer]; });
}

/// Keeps the candidates of which none is beaten by another in everything.
class FrontierKeeper {
 public:
  FrontierKeeper(const ProductFacts& facts, bool in_group)
      : in_group_(in_group), contested_(contested(facts, in_group)) {}

  void insert(Candidate candidate) {
    for (const Candidate& known : kept_) {
      if (covers(known, candidate)) return;
    }
    kept_.erase(std::remove_if(kept_.begin(), kept_.end(),
                               [&](const Candidate& known) { return covers(candidate, known); }),
                kept_.end());
    kept_.push_back(std::move(candidate));
  }

  /// Whether no schedule of a tile can win, however much space is free: one that is known needs no
  /// more than the tile alone, and is faster than its engine or vector unit alone.
  bool beats(const TileFigures& figures, const Demand& least) const {
    const double bound = std::max(figures.compute_cycles, figures.vector_cycles);
    return std::any_of(kept_.begin(), kept_.end(), [&](const Candidate& known) {
      return known.schedule.cycles * kIndifference < bound &&
             needs_no_more(known.demand, least, contested_);
    });
  }

  std::vector<Candidate> take() { return std::move(kept_); }

 private:
  /// Whether `a` is nowhere worse than `b`.
  bool covers(const Candidate& a, const Candidate& b) const {
    if (a.schedule.energy_pj > b.schedule.energy_pj || a.tiles > b.tiles) return false;
    if (in_group_) {
      if (a.schedule.double_buffered != b.schedule.double_buffered) return false;
      if (a.compute_cycles > b.compute_cycles || a.dram_cycles > b.dram_cycles ||
          a.network_cycles > b.network_cycles || a.ramp_cycles > b.ramp_cycles ||
          a.in_turn_cycles > b.in_turn_cycles) {
        return false;
      }
    } else if (a.schedule.cycles > b.schedule.cycles) {
      return false;
    }
    return needs_no_more(a.demand, b.demand, contested_);
  }

  bool in_group_;
  std::vector<std::size_t> contested_;
  std::vector<Candidate> kept_;
};

/// Cycles below which no mapping can be: the engine, or DRAM with everything moved once.
double dram_bound(const ProductFacts& facts, const MachineRates& rates) {
  const Product& product = facts.product;
  double bytes = 0;
  const auto entries = static_cast<double>(product.entries());
  const auto add = [&](std::int64_t elements, int bits, double times) {
    bytes += times * static_cast<double>(elements) * bits / 8;
  };
  if (!facts.input_on_chip && !product.conv) add(product.m * product.k, facts.input_bits, entries);
  if (!facts.weight_on_chip) {
    add(product.n * product.k, facts.weight_bits, facts.weight_shared() ? 1 : entries);
  }
  return bytes / rates.dram_bytes_per_cycle;
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

Choice explained(Objective objective, std::vector<Estimate> estimates, std::size_t best,
                 Choice search) {
  search.cycles = estimates[best].cycles;
  search.energy_pj = estimates[best].energy_pj;
  estimates.erase(estimates.begin() + static_cast<std::ptrdiff_t>(best));
  if (estimates.empty()) return search;
  const Estimate& next = estimates[best_estimate(objective, estimates)];
  search.next_cycles = next.cycles;
  search.next_energy_pj = next.energy_pj;
  return search;
}

Frontier product_frontier(const ProductFacts& facts, const MachineRates& rates, const Pins& pins,
                          Objective objective, std::int64_t tile_m, bool in_group) {
  Frontier frontier;
  const Demand capacity = capacities(*facts.buffers);
  std::vector<std::pair<TileFigures, TileChoice>> choices;
  for (const TileChoice& choice : tile_choices(facts, pins, tile_m)) {
    OpSchedule schedule;
    schedule.nest = {{facts.product.m, facts.product.n, facts.product.k},
                     {{Dim::m, choice.tile.m}, {Dim::n, choice.tile.n}, {Dim::k, choice.tile.k}}};
    schedule.split = choice.split;
    schedule.at_once = choice.at_once;
    schedule.fold_taps = choice.fold_taps;
    choices.emplace_back(tile_figures(facts, schedule), choice);
  }
  std::stable_sort(choices.begin(), choices.end(), [](const auto& a, const auto& b) {
    return a.first.compute_cycles < b.first.compute_cycles;
  });
  if (!choices.empty()) {
    frontier.bound_cycles =
        std::max(choices.front().first.compute_cycles, dram_bound(facts, rates));
  }
  FrontierKeeper keeper(facts, in_group);
  for (const auto& [figures, choice] : choices) {
    if (objective == Objective::latency && !in_group &&
        keeper.beats(figures, product_demand(facts, bare_schedule(facts, pins, choice)))) {
      ++frontier.skipped;
      continue;
    }
    for_schedules(facts, pins, choice, [&, tile = &figures](OpSchedule schedule) {
      Candidate candidate = estimate_product(facts, rates, *tile, std::move(schedule));
      ++frontier.estimated;
      if (excess(candidate.demand, capacity) == 0) keeper.insert(std::move(candidate));
    });
  }
  frontier.candidates = keeper.take();
  frontier.smallest = product_demand(facts, smallest_schedule(facts, pins, tile_m));
  return frontier;
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
      text += fmt::format(" (of {}, the rest holds tensors that other ops or images still read)",
                          buffers[i].bytes);
    }
  }
  return text;
}

Candidate best_product(const Frontier& frontier, Objective objective, const Demand& free_bytes,
                       const std::vector<Buffer>& buffers, const std::string& op_name) {
  std::vector<const Candidate*> feasible;
  std::vector<Estimate> estimates;
  for (const Candidate& candidate : frontier.candidates) {
    if (excess(candidate.demand, free_bytes) > 0) continue;
    feasible.push_back(&candidate);
    estimates.push_back({candidate.schedule.cycles, candidate.schedule.energy_pj, candidate.tiles});
  }
  if (feasible.empty()) {
    const std::string lacking = shortage(frontier.smallest, free_bytes, buffers);
    throw Infeasible(fmt::format("{}: not even one fold per tile fits: {}", op_name, lacking));
  }
  const std::size_t best = best_estimate(objective, estimates);
  Candidate result = *feasible[best];
  Choice search;
  search.candidates = frontier.estimated;
  search.skipped = frontier.skipped;
  search.bound_cycles = frontier.bound_cycles;
  result.schedule.choice = explained(objective, std::move(estimates), best, search);
  return result;
}

}  // namespace saccade
