#include "validate/summary.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include "base/percentile.hpp"

namespace saccade {
namespace {

constexpr double kInfinite = std::numeric_limits<double>::infinity();

double distance(const Comparison& comparison) {
  const double error = std::abs(comparison.error());
  return std::isnan(error) ? kInfinite : error;
}

/// Factor between model and reference, at least 1; infinite where they are not of one sign.
double factor(const Comparison& comparison) {
  if (comparison.actual == comparison.expected) return 1;
  const double ratio = comparison.actual / comparison.expected;
  return ratio > 0 ? std::max(ratio, 1 / ratio) : kInfinite;
}

}  // namespace

ErrorSummary summarise(const std::vector<Comparison>& comparisons) {
  ErrorSummary summary;
  summary.rows = comparisons.size();
  if (comparisons.empty()) return summary;
  std::vector<double> distances;
  std::vector<double> factors;
  double sum = 0;
  for (const Comparison& comparison : comparisons) {
    distances.push_back(distance(comparison));
    factors.push_back(factor(comparison));
    sum += comparison.error();
  }
  summary.median = percentile(distances, 50);
  summary.p90 = percentile(distances, 90);
  summary.worst = percentile(distances, 100);
  summary.mean_signed = std::isnan(sum) ? kInfinite : sum / static_cast<double>(summary.rows);
  summary.p90_factor = percentile(factors, 90);
  return summary;
}

std::map<std::string, ErrorSummary> summarise_by_quantity(
    const std::vector<Comparison>& comparisons) {
  std::map<std::string, std::vector<Comparison>> quantities;
  for (const Comparison& comparison : comparisons) {
    quantities[comparison.quantity].push_back(comparison);
  }
  std::map<std::string, ErrorSummary> summaries;
  for (const auto& [quantity, rows] : quantities) summaries[quantity] = summarise(rows);
  return summaries;
}

std::vector<Comparison> worst_rows(std::vector<Comparison> comparisons, std::size_t count) {
  const auto end =
      comparisons.begin() + static_cast<std::ptrdiff_t>(std::min(count, comparisons.size()));
  std::partial_sort(
      comparisons.begin(), end, comparisons.end(),
      [](const Comparison& a, const Comparison& b) { return distance(a) > distance(b); });
  comparisons.erase(end, comparisons.end());
  return comparisons;
}

}  // namespace saccade
