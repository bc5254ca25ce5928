#include "workload/mask.hpp"

namespace saccade {

std::int64_t AttentionMap::kept() const {
  std::int64_t sum = 0;
  for (const auto& row : rows_) sum += static_cast<std::int64_t>(row.count());
  return sum;
}

std::vector<std::int64_t> AttentionMap::kept_by_query() const {
  std::vector<std::int64_t> counts;
  counts.reserve(rows_.size());
  for (const auto& row : rows_) counts.push_back(static_cast<std::int64_t>(row.count()));
  return counts;
}

std::vector<std::int64_t> AttentionMap::kept_by_key() const {
  std::vector<std::int64_t> counts(static_cast<std::size_t>(keys_));
  for (const auto& row : rows_) {
    for (auto key = row.find_first(); key != row.npos; key = row.find_next(key)) ++counts[key];
  }
  return counts;
}

std::int64_t diagonal_key(const AttentionMap& map, std::int64_t query) {
  return query * map.keys() / map.queries();
}

std::vector<std::int64_t> global_columns(const AttentionMap& map, std::int64_t threshold) {
  return split_mask(map, threshold).globals;
}

MaskSplit split_mask(const AttentionMap& map, std::int64_t threshold) {
  MaskSplit split;
  const std::vector<std::int64_t> counts = map.kept_by_key();
  for (std::size_t key = 0; key < counts.size(); ++key) {
    if (counts[key] > threshold) {
      split.globals.push_back(static_cast<std::int64_t>(key));
      split.denser += counts[key];
    } else {
      split.sparser += counts[key];
    }
  }
  return split;
}

}  // namespace saccade
