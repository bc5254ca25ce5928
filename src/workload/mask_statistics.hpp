// What a mask asks of an accelerator: entries, global columns, the rest, and the load of tiles.
#pragma once
#include <cstdint>

#include "workload/mask.hpp"

namespace saccade {

/// The least and the most entries of some rows or columns; 0 if there are none.
struct EntryRange {
  std::int64_t least = 0;
  std::int64_t most = 0;
  std::int64_t empty = 0;  ///< how many have none
};

/// One head. The sparser part is its map without global columns.
struct HeadStatistics {
  std::int64_t queries = 0;
  std::int64_t keys = 0;
  std::int64_t kept = 0;
  MaskSplit split;
  EntryRange sparser_by_query;
  EntryRange sparser_by_key;       ///< of the columns that are not global
  std::int64_t diagonal_kept = 0;  ///< queries that attend to their own place

  double density() const { return static_cast<double>(kept) / static_cast<double>(queries * keys); }
};
HeadStatistics head_statistics(const AttentionMap& map, std::int64_t threshold);

/// Entries of some queries in a row, in each of the heads.
struct RowLoad {
  std::int64_t tiles = 0;
  std::int64_t kept = 0;
  std::int64_t most = 0;  ///< in the fullest tile

  double mean() const { return static_cast<double>(kept) / static_cast<double>(tiles); }
};
/// The last tile of each head has the queries that are left.
RowLoad row_load(const HeadMaps& heads, std::int64_t queries_per_tile);

}  // namespace saccade
