#include "result/pareto.hpp"

#include <algorithm>
#include <cstddef>
#include <numeric>

namespace saccade {
namespace {

bool beats(const std::vector<double>& a, const std::vector<double>& b) {
  bool better = false;
  for (std::size_t i = 0; i < a.size(); ++i) {
    if (a[i] > b[i]) return false;
    better = better || a[i] < b[i];
  }
  return better;
}

}  // namespace

std::vector<bool> pareto_set(const std::vector<std::vector<double>>& points) {
  std::vector<std::size_t> order(points.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  const auto last =
      std::remove_if(order.begin(), order.end(), [&](std::size_t i) { return points[i].empty(); });
  order.erase(last, order.end());
  // Whoever beats a point stands before it in lexicographic order, and if anybody beats it, then
  // one that nobody beats does.
  std::sort(order.begin(), order.end(),
            [&](std::size_t a, std::size_t b) { return points[a] < points[b]; });
  std::vector<bool> chosen(points.size(), false);
  std::vector<std::size_t> front;
  for (const std::size_t i : order) {
    const bool beaten = std::any_of(front.begin(), front.end(), [&](std::size_t better) {
      return beats(points[better], points[i]);
    });
    if (beaten) continue;
    chosen[i] = true;
    front.push_back(i);
  }
  return chosen;
}

}  // namespace saccade
