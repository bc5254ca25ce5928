// Integer arithmetic that hardware formulas use everywhere.
#pragma once
#include <cstdint>

namespace saccade {

/// Smallest integer not below a / b; a >= 0, b > 0.
constexpr std::int64_t ceil_div(std::int64_t a, std::int64_t b) { return (a + b - 1) / b; }

/// Smallest multiple of b that is not below a.
constexpr std::int64_t round_up(std::int64_t a, std::int64_t b) { return ceil_div(a, b) * b; }

/// Whole bytes that hold so many elements of so many bits, packed without gaps.
constexpr std::int64_t packed_bytes(std::int64_t elements, int bits) {
  return ceil_div(elements * bits, 8);
}

}  // namespace saccade
