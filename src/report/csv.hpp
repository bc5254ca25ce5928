// A result's ops as CSV for spreadsheets and scripts.
#pragma once
#include <string>

#include "result/point_result.hpp"

namespace saccade {

/// A header with units in the names and one line per op, in program order; cells are quoted as RFC
/// 4180 says, lines end with a line feed. Numbers read back to the same values.
std::string ops_csv(const PointResult& result);

}  // namespace saccade
