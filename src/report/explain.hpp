// What a figure was computed from, as text for people and as CSV for scripts.
#pragma once
#include <string>

#include "result/point_result.hpp"

namespace saccade {

/// The explanation of a result that has one: shares of the total, largest first (of time by kind of
/// work and edge), the total with its band and what widens it most, and all other constants.
std::string explanation_text(const PointResult& result);

/// A header and a line per constant. Where `amount` is not empty, amount x value x factor =
/// result, likewise for the low and high ends, and the results of all lines are the total; where it
/// is empty the constant went into the values or amounts of others. Numbers read back to the same
/// values; a constant that is no number has its choice as value and no band.
std::string explanation_csv(const PointResult& result);

}  // namespace saccade
