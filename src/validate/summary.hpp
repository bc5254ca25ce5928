// How far off a list of comparisons is, in a few numbers.
#pragma once
#include <cstddef>
#include <map>
#include <string>
#include <vector>

#include "validate/comparison.hpp"

namespace saccade {

/// Errors are relative to the reference, as Comparison::error(); percentiles are those of the
/// nearest rank: the smallest error that at least that share of the rows does not exceed.
struct ErrorSummary {
  std::size_t rows = 0;
  double median = 0;  ///< of the errors without their sign, as p90 and worst
  double p90 = 0;
  double worst = 0;
  double mean_signed = 0;
  double p90_factor = 1;  ///< 90 % of the rows lie within this factor of the reference, either way
};

/// Of no rows: a default ErrorSummary. An error that is not a number counts as infinite.
ErrorSummary summarise(const std::vector<Comparison>& comparisons);

/// One summary for each quantity.
std::map<std::string, ErrorSummary> summarise_by_quantity(
    const std::vector<Comparison>& comparisons);

/// The `count` rows that are furthest off, worst first.
std::vector<Comparison> worst_rows(std::vector<Comparison> comparisons, std::size_t count);

}  // namespace saccade
