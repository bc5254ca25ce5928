// What a way to run one product costs by estimate, and the bytes that it promises to move.
#pragma once
#include <array>

#include "cost/ports.hpp"
#include "mapping/tile_figures.hpp"
#include "mapping/way.hpp"

namespace saccade {

/// Bytes by buffer; of a buffer with several instances, in the fullest of them.
using Demand = std::array<std::int64_t, kMaxBuffers>;

inline Demand& operator+=(Demand& a, const Demand& b) {
  for (std::size_t i = 0; i < a.size(); ++i) a[i] += b[i];
  return a;
}

/// Bytes of a demand beyond the free ones, summed over buffers; 0: it fits.
inline std::int64_t excess(const Demand& demand, const Demand& free_bytes) {
  std::int64_t sum = 0;
  for (std::size_t i = 0; i < demand.size(); ++i) {
    sum += demand[i] > free_bytes[i] ? demand[i] - free_bytes[i] : 0;
  }
  return sum;
}

/// Energy of moving bytes, and of time.
struct MoveEnergy {
  double dram_pj_per_byte = 0;
  std::vector<double> buffer_pj_per_byte;  ///< by buffer
  double static_pj_per_cycle = 0;          ///< leakage, and what the memory draws all the time
};

/// What the estimates need of the machine around an engine.
struct MachineRates {
  double dram_bytes_per_cycle = 0;  ///< through the interconnect; infinite for ideal memory
  std::int64_t burst_bytes = 64;
  MoveEnergy energy;
};

/// Useful bytes that an op moves, as the simulation must then count them: of a product with its
/// post-processing and without the ops that follow on its tiles.
struct Promise {
  std::uint64_t dram_input = 0, dram_weight = 0;  ///< read
  std::uint64_t dram_output = 0;                  ///< written
  BufferTable buffers{};
  std::uint64_t network_link_bytes = 0;  ///< over the link that all transfers of a way share
  std::uint64_t network_hop_bytes = 0;
};

struct Candidate {
  OpSchedule schedule;
  Demand demand{};
  double compute_cycles = 0;
  double vector_cycles = 0;
  double dram_cycles = 0;
  double network_cycles = 0;
  double in_turn_cycles =
      0;                   ///< transfers that wait for the engine, for there is no room beside it
  double ramp_cycles = 0;  ///< first load and last post-processing, which overlap with nothing
  std::int64_t tiles = 0;
};

/// Largest space that the tiles of a product take at the same time, tensors on chip apart.
Demand product_demand(const ProductFacts& facts, const OpSchedule& schedule, const Ways& ways);
inline Demand product_demand(const ProductFacts& facts, const OpSchedule& schedule) {
  return product_demand(facts, schedule, ways_of(facts, schedule));
}

Promise product_promise(const ProductFacts& facts, const OpSchedule& schedule,
                        const TileFigures& figures, const Ways& ways);
inline Promise product_promise(const ProductFacts& facts, const OpSchedule& schedule,
                               const TileFigures& figures) {
  return product_promise(facts, schedule, figures, ways_of(facts, schedule));
}

/// Cycles and energy, filled into the candidate's schedule, too.
Candidate estimate_product(const ProductFacts& facts, const MachineRates& rates,
                           const TileFigures& figures, OpSchedule schedule);

}  // namespace saccade
