// A result as JSON: every figure with all of its digits.
#pragma once
#include <string>

#include "base/json.hpp"
#include "result/point_result.hpp"

namespace saccade {

/// The whole result but for the timeline, keys in a fixed order, so that equal results give equal
/// bytes. Units stand in the names: _s, _j, _w, _js (J*s), _mm2, _hz; energy_breakdown_j is
/// {component: {part: J}}, area_breakdown_mm2 {component: mm^2}. Numbers read back to the same
/// doubles. Unless the status is ok there are no figures: they are null, lists are empty.
Json result_json(const PointResult& result);

/// The same as text: one key of the top level a line, and one op a line.
std::string json_text(const PointResult& result);

}  // namespace saccade
