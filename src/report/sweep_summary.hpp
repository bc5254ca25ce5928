// What a store holds, in words: how far its sweep is, what failed and why, and the best points.
#pragma once
#include <string>
#include <vector>

#include "result/store.hpp"

namespace saccade {

/// Sweep, version, shard, axes and counts by status with their messages, most frequent first.
/// `stored` is how many rows the store at `path` has, of which `rows` are those chosen.
std::string sweep_summary_text(const StoreHeader& header, const std::vector<PointRow>& rows,
                               std::uint64_t stored);

/// The best point of each workload and technique by latency, energy per image, EDP and area.
std::string best_points_text(const StoreHeader& header, const std::vector<PointRow>& rows);

/// What to do next with the store at `path`.
std::string next_steps_text(const StoreHeader& header, const std::vector<PointRow>& rows,
                            std::uint64_t stored, const std::string& path);

}  // namespace saccade
