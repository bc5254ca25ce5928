// A figure with the span that its sources leave open.
#pragma once

namespace saccade {

/// low <= value <= high.
struct Band {
  double value = 0;
  double low = 0;
  double high = 0;
};

constexpr Band exactly(double value) { return {value, value, value}; }

/// All low, or all high: the widest span.
constexpr Band operator+(const Band& a, const Band& b) {
  return {a.value + b.value, a.low + b.low, a.high + b.high};
}

/// Of factors that are not negative.
constexpr Band operator*(const Band& a, const Band& b) {
  return {a.value * b.value, a.low * b.low, a.high * b.high};
}

constexpr Band operator*(const Band& a, double factor) {
  return {a.value * factor, a.low * factor, a.high * factor};
}

}  // namespace saccade
