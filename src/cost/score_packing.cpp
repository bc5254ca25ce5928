#include "cost/score_packing.hpp"

#include <algorithm>

#include "base/math.hpp"

namespace saccade {
namespace {

/// Blocks of one group of queries.
std::int64_t blocks_of(const AttentionMap& map, std::int64_t begin, std::int64_t end,
                       std::int64_t pes) {
  std::vector<std::int64_t> filled(static_cast<std::size_t>(end - begin), 0);
  std::int64_t blocks = 0;
  bool open = false;
  for (std::int64_t key = 0; key < map.keys(); ++key) {
    bool empty = true, overflows = false;
    for (std::int64_t query = begin; query < end; ++query) {
      if (!map.kept(query, key)) continue;
      empty = false;
      overflows = overflows || filled[static_cast<std::size_t>(query - begin)] == pes;
    }
    if (empty) continue;
    if (!open || overflows) {
      ++blocks;
      open = true;
      std::fill(filled.begin(), filled.end(), 0);
    }
    for (std::int64_t query = begin; query < end; ++query) {
      filled[static_cast<std::size_t>(query - begin)] += map.kept(query, key) ? 1 : 0;
    }
  }
  return blocks;
}

}  // namespace

Packing pack_by_columns(const AttentionMap& map, const ScoreArray& array) {
  Packing packing;
  packing.kept = map.kept();
  for (std::int64_t begin = 0; begin < map.queries(); begin += array.rows) {
    const std::int64_t end = std::min(begin + array.rows, map.queries());
    packing.blocks += blocks_of(map, begin, end, array.pes);
  }
  packing.slots = packing.blocks * array.rows * array.pes;
  return packing;
}

Packing pack_by_segments(const AttentionMap& map, const ScoreArray& array, std::int64_t segment) {
  Packing packing;
  packing.kept = map.kept();
  std::int64_t pieces = 0;
  for (std::int64_t query = 0; query < map.queries(); ++query) {
    std::vector<std::int64_t> kept(static_cast<std::size_t>(ceil_div(map.keys(), segment)), 0);
    const auto& row = map.row(query);
    for (auto key = row.find_first(); key != row.npos; key = row.find_next(key)) {
      ++kept[key / static_cast<std::size_t>(segment)];
    }
    for (const std::int64_t count : kept) pieces += ceil_div(count, array.pes);
  }
  packing.blocks = ceil_div(pieces, array.rows);
  packing.slots = pieces * array.pes;
  return packing;
}

}  // namespace saccade
