// Ranked tables of a sweep: the best points by a figure, and which of them are in the Pareto set.
#pragma once
#include <string>
#include <vector>

#include "result/store.hpp"

namespace saccade {

/// A table for each hardware, workload and technique: its best `top` points (0: all) by the first
/// of `shown`, the other figures of `shown` beside it, ratios to the best. '*' marks points that no
/// other one of the same table beats in latency, energy per image, area and accuracy (top-1 or
/// mIoU), as far as all of its points have these.
std::string ranking_text(const StoreHeader& header, const std::vector<PointRow>& rows,
                         const std::vector<std::string>& shown, std::size_t top);

}  // namespace saccade
