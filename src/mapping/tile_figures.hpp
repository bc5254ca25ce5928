// What of an op's cost depends on its tile and split alone, and not on loops and buffers.
#pragma once
#include "cost/ports.hpp"
#include "mapping/product_facts.hpp"

namespace saccade {

struct TileFigures {
  double compute_cycles = 0;  ///< in which the engine works, no other unit in its way
  double vector_cycles = 0;   ///< post-processing and the ops that follow
  std::int64_t tiles = 0;
  std::int64_t part_pixels = 0;      ///< as in mapping/way
  TileAccesses accesses;             ///< of the engine, over the whole op
  std::int64_t exchanged_bytes = 0;  ///< from PE to PE
};
TileFigures tile_figures(const ProductFacts& facts, const OpSchedule& schedule);

}  // namespace saccade
