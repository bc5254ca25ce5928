// Elementary operations of vector units: each has a speed in the hardware file and an energy in the
// technology table.
#pragma once
#include <array>
#include <cstddef>
#include <cstdint>

namespace saccade {

enum class VectorOp : std::uint8_t {
  add,
  multiply,
  maximum,
  exponential,
  reciprocal,
  divide,
  square_root,
  gelu,
  sigmoid,
  requantise,
  move
};
constexpr std::size_t kVectorOps = 11;

/// Names in files and reports, in the order of the enumeration.
constexpr std::array<const char*, kVectorOps> kVectorOpNames = {
    "add",         "multiply", "maximum", "exponential", "reciprocal", "divide",
    "square_root", "gelu",     "sigmoid", "requantise",  "move"};

}  // namespace saccade
