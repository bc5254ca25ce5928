// The best ways to run one product: legal nests, pruned by bounds, capacity and dominance.
#pragma once
#include <map>
#include <string>
#include <vector>

#include "mapping/product_nests.hpp"

namespace saccade {

/// What an objective minimises, in arbitrary units.
double objective_value(Objective objective, double cycles, double energy_pj);

/// Estimates that differ by less are called even: less than they are true to.
constexpr double kIndifference = 1.01;

/// One of several ways to run the same thing.
struct Estimate {
  double cycles = 0;
  double energy_pj = 0;
  std::int64_t tiles = 0;
};

/// Index of the best. Of the fastest within that indifference it takes the one of least energy; of
/// the most frugal within a hundredth the fastest; fewer tiles where it makes no difference
/// otherwise.
std::size_t best_estimate(Objective objective, const std::vector<Estimate>& estimates);

/// Why estimate `best` won, added to what is known of the search.
Choice explained(Objective objective, std::vector<Estimate> estimates, std::size_t best,
                 Choice search);

/// Ways to run a product of which none is beaten by another in cycles, energy, tiles and space at
/// once; what no objective would take is left out.
struct Frontier {
  std::vector<Candidate> candidates;
  std::int64_t estimated = 0;
  std::int64_t skipped = 0;
  double bound_cycles = 0;
  Demand smallest{};  ///< of the schedule that needs least
};

/// `in_group`: the product runs interleaved with others, so that its parts count apart.
Frontier product_frontier(const ProductFacts& facts, const MachineRates& rates, const Pins& pins,
                          Objective objective, std::int64_t tile_m, bool in_group);

/// Why a demand does not fit, or "" if it does: "buffer weights: 9000 bytes needed, 8192 there".
std::string shortage(const Demand& demand, const Demand& free_bytes,
                     const std::vector<Buffer>& buffers);

/// The candidate with the best objective that fits into `free_bytes`; throws Infeasible, naming the
/// op, with the shortage of the candidate that needs least.
Candidate best_product(const Frontier& frontier, Objective objective, const Demand& free_bytes,
                       const std::vector<Buffer>& buffers, const std::string& op_name);

}  // namespace saccade
