// How the kept entries of an attention map fill a score-stationary array, whose rows of PEs each
// hold scores of one query: packing of several keys into a row, as Sanger has it (Lu et al., MICRO
// 2021).
#pragma once
#include <cstdint>
#include <vector>

#include "workload/mask.hpp"

namespace saccade {

/// `rows` queries side by side, each with `pes` PEs for scores.
struct ScoreArray {
  std::int64_t rows = 64;
  std::int64_t pes = 16;
};

/// What a map is cut into.
struct Packing {
  std::int64_t kept = 0;   ///< entries
  std::int64_t slots = 0;  ///< PEs that the blocks take, filled or not
  std::int64_t blocks = 0;
  /// Share of the slots that hold an entry; 1 of an empty map, which takes none.
  double utilisation() const {
    return slots == 0 ? 1.0 : static_cast<double>(kept) / static_cast<double>(slots);
  }
};

/// As the published register-transfer code packs: of each `rows` queries the keys pass in order,
/// those that no query keeps are skipped, and a block is closed before the key with which some
/// query would have more than `pes` scores in it. All rows wait for the fullest.
Packing pack_by_columns(const AttentionMap& map, const ScoreArray& array);

/// As the published software counts: each query's keys are cut into segments of `segment`, the kept
/// ones of a segment into pieces of `pes`, and pieces fill rows one after the other, whichever
/// query they belong to. A block is `rows` pieces.
Packing pack_by_segments(const AttentionMap& map, const ScoreArray& array, std::int64_t segment);

}  // namespace saccade
