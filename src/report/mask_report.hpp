// What a mask asks of an accelerator, as text and as CSV.
#pragma once
#include <cstdint>
#include <string>
#include <vector>

#include "workload/mask.hpp"

namespace saccade {

/// The heads of one block that are looked at.
struct ChosenHeads {
  std::int64_t block = 0;
  std::vector<std::int64_t> heads;  ///< their numbers in the block
  HeadMaps maps;                    ///< of these heads
};

/// How maps are split and their rows cut.
struct MaskSplitOptions {
  std::int64_t threshold = 50;         ///< global columns have more entries
  std::int64_t queries_per_tile = 64;  ///< of a row tile
};

/// A line per head, and one per block on the load of its row tiles.
std::string mask_text(const std::string& name, const std::vector<ChosenHeads>& blocks,
                      const MaskSplitOptions& options);

/// A header and a line per head.
std::string mask_csv(const std::vector<ChosenHeads>& blocks, const MaskSplitOptions& options);

}  // namespace saccade
