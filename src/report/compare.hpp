// Two results side by side: what changed from A to B, op by op, and which kind of work did it.
#pragma once
#include <string>

#include "report/result_file.hpp"

namespace saccade {

/// What ran and the totals of both; their ops, largest absolute difference of exclusive cycles
/// first, and no more than `top` of them unless that is 0; cycles by kind of work and by role; and
/// a sentence with the largest cause. Ends with a line feed.
std::string comparison_text(const ResultFile& a, const ResultFile& b, std::size_t top);

/// All ops as CSV in the order of comparison_text(), under a header with units in the names. No
/// cell is empty: of an op that only one result has ("present"), the other has zeros and the bound
/// "none"; a ratio to nothing is "nan".
std::string comparison_csv(const PointResult& a, const PointResult& b);

}  // namespace saccade
