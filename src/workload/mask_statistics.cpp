#include "workload/mask_statistics.hpp"

#include <algorithm>
#include <numeric>

namespace saccade {
namespace {

EntryRange range_of(const std::vector<std::int64_t>& counts) {
  if (counts.empty()) return {};
  const auto [least, most] = std::minmax_element(counts.begin(), counts.end());
  return {*least, *most, std::count(counts.begin(), counts.end(), 0)};
}

}  // namespace

HeadStatistics head_statistics(const AttentionMap& map, std::int64_t threshold) {
  HeadStatistics statistics;
  statistics.queries = map.queries();
  statistics.keys = map.keys();
  statistics.kept = map.kept();
  statistics.split = split_mask(map, threshold);
  std::vector<std::int64_t> by_query = map.kept_by_query();
  std::vector<std::int64_t> by_key = map.kept_by_key();
  const auto& globals = statistics.split.globals;
  for (auto key = globals.rbegin(); key != globals.rend(); ++key)
    by_key.erase(by_key.begin() + *key);
  for (std::int64_t query = 0; query < map.queries(); ++query) {
    for (const std::int64_t key : globals) {
      if (map.kept(query, key)) --by_query[static_cast<std::size_t>(query)];
    }
    if (map.kept(query, diagonal_key(map, query))) ++statistics.diagonal_kept;
  }
  statistics.sparser_by_query = range_of(by_query);
  statistics.sparser_by_key = range_of(by_key);
  return statistics;
}

RowLoad row_load(const HeadMaps& heads, std::int64_t queries_per_tile) {
  RowLoad load;
  for (const AttentionMap& map : heads) {
    const std::vector<std::int64_t> rows = map.kept_by_query();
    for (std::int64_t begin = 0; begin < map.queries(); begin += queries_per_tile) {
      const std::int64_t end = std::min(begin + queries_per_tile, map.queries());
      const std::int64_t kept =
          std::accumulate(rows.begin() + begin, rows.begin() + end, std::int64_t{0});
      ++load.tiles;
      load.kept += kept;
      load.most = std::max(load.most, kept);
    }
  }
  return load;
}

}  // namespace saccade
