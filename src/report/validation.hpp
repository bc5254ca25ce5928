// Comparisons with references as a table for people and as CSV.
#pragma once
#include <string>
#include <vector>

#include "validate/comparison.hpp"

namespace saccade {

/// One line for each reference and quantity: rows, how many of those that are held to it hold, the
/// median, 90th percentile and worst of the errors and their mean with its sign. Then every row if
/// `rows`, else those that do not hold and, of each reference, those that are furthest off.
std::string validation_text(const std::vector<Comparison>& comparisons, bool rows);

/// One line per comparison.
std::string validation_csv(const std::vector<Comparison>& comparisons);

}  // namespace saccade
