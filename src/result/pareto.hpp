// Which of many points no other one beats.
#pragma once
#include <vector>

namespace saccade {

/// Marks the Pareto set of points with figures that should be small: those to which no other point
/// is equal or better in all figures and better in one. Points without figures (empty) are never in
/// it; all others have equally many. Equal points are all in it, or none.
std::vector<bool> pareto_set(const std::vector<std::vector<double>>& points);

}  // namespace saccade
