#include "validate/comparison.hpp"

#include <cmath>
#include <limits>

namespace saccade {

double Comparison::error() const {
  const double off = actual - expected;
  if (off == 0) return 0;
  if (expected == 0) return std::copysign(std::numeric_limits<double>::infinity(), off);
  return off / std::abs(expected);
}

bool Comparison::holds() const {
  if (!tolerance) return true;
  return std::abs(actual - expected) <= slack || std::abs(error()) <= *tolerance;
}

}  // namespace saccade
