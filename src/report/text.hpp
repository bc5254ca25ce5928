// A result as text for people: readable prefixes, shares, and what bounds the run.
#pragma once
#include <string>

#include "result/point_result.hpp"

namespace saccade {

/// Figures, where the time and the energy went, area and notes; for a status that is not ok, status
/// and message. Ends with a line feed.
std::string summary_text(const PointResult& result);

/// One line per op in program order, with a line of totals.
std::string layers_text(const PointResult& result);

/// What bounds the run, in one sentence: the kind of work with the most exclusive cycles, and the
/// role of the ops that it mostly belongs to.
std::string bottleneck_text(const PointResult& result);

}  // namespace saccade
