// Tiles of one product: all candidates with their estimates, and the best that fits.
#pragma once
#include <functional>
#include <vector>

#include "mapping/demand.hpp"
#include "mapping/mapping.hpp"

namespace saccade {

/// What the estimates need of the machine around an engine.
struct MachineRates {
  double dram_bytes_per_cycle = 0;  ///< through the interconnect; infinite for ideal memory
  std::int64_t burst_bytes = 64;
  MoveEnergy energy;
};

struct Candidate {
  OpSchedule schedule;
  Demand demand{};
  double compute_cycles = 0;
  double vector_cycles = 0;
  double dram_cycles = 0;
  double ramp_cycles = 0;  ///< first load and last post-processing, which overlap with nothing
  std::int64_t tiles = 0;
};

/// What an objective minimises, in arbitrary units.
double objective_value(Objective objective, double cycles, double energy_pj);

/// One of several ways to run the same thing.
struct Estimate {
  double cycles = 0;
  double energy_pj = 0;
  std::int64_t tiles = 0;
};

/// Index of the best. Of the fastest within a hundredth, which is less than the estimates are true
/// to, it takes the one of least energy; of the most frugal within a hundredth the fastest; fewer
/// tiles where it makes no difference otherwise.
std::size_t best_estimate(Objective objective, const std::vector<Estimate>& estimates);

/// Every legal choice of tile sizes, loop order, residency and double buffering, sizes growing by
/// powers of two of the engine's fold. `tile_m` > 0 fixes the rows of a tile. The smallest has one
/// fold per tile.
std::vector<Candidate> product_candidates(const ProductFacts& facts, const MachineRates& rates,
                                          std::int64_t tile_m);

/// Row counts that tiles of a product may have, ascending.
std::vector<std::int64_t> tile_rows(const ProductFacts& facts);

/// Why a demand does not fit, or "" if it does: "buffer weights: 9000 bytes needed, 8192 there".
std::string shortage(const Demand& demand, const Demand& free_bytes,
                     const std::vector<Buffer>& buffers);

/// The candidate with the best objective that fits into `free_bytes`; throws Infeasible, naming the
/// op, with the shortage of the candidate that needs least.
Candidate best_product(const ProductFacts& facts, const MachineRates& rates, Objective objective,
                       const Demand& free_bytes, const std::vector<Buffer>& buffers,
                       const std::string& op_name);

}  // namespace saccade
