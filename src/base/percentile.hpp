// Percentiles by nearest rank.
#pragma once
#include <algorithm>
#include <cstddef>
#include <vector>

namespace saccade {

/// The smallest of the values that at least `percent` (1 to 100) of them do not exceed. There must
/// be a value.
template <class T>
T percentile(std::vector<T> values, std::size_t percent) {
  const std::size_t rank = (values.size() * percent + 99) / 100;
  const auto place = values.begin() + static_cast<std::ptrdiff_t>(rank - 1);
  std::nth_element(values.begin(), place, values.end());
  return *place;
}

}  // namespace saccade
