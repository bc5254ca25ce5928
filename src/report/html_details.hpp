// What a report's page knows of single points beyond their figures, and of which points.
#pragma once
#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "result/store.hpp"

namespace saccade {

/// Places in `rows` of the points that a reader looks at first, the most important ones first: the
/// best of each workload and technique by EDP, those of each hardware, workload and technique by
/// latency, energy, EDP and area, those of each workload and values of the first two axes by EDP,
/// and the Pareto sets of each workload in latency, energy, area and accuracy (top-1 or mIoU), as
/// far as it has these, by EDP.
std::vector<std::size_t> points_of_interest(const std::vector<PointRow>& rows);

/// {"layouts": [...], "points": {"17": {...}, ...}}: breakdowns, ops, latencies and notes of points
/// of interest, in their order until `budget` bytes are full. Layouts are names,
/// kinds, roles, blocks and MACs of ops, which many points have in common.
std::string details_json(const std::vector<PointRow>& rows,
                         const std::function<std::string(std::uint64_t point)>& details,
                         std::size_t budget);

}  // namespace saccade
