// A systolic array simulated register by register, multiplying real numbers: what formulas of
// cycles are held against. It knows no formula: a fold starts in the first cycle in which doing so
// overwrites no register that is still needed, found by trying.
#pragma once
#include <cstdint>
#include <vector>

#include "cost/systolic.hpp"

namespace saccade::testing_registers {

struct Result {
  std::vector<std::int64_t> product;  ///< m x n, row-major
  std::int64_t cycles;  ///< from the first operand at an edge to the last result, inclusively
};

/// A (m x k) times B (k x n), both row-major.
Result run(const SystolicArray& array, std::int64_t m, std::int64_t n, std::int64_t k,
           const std::vector<std::int64_t>& a, const std::vector<std::int64_t>& b);

/// A product in a sequence; no operand of it enters before `ready_at`, and none that streams before
/// `start_at`.
struct Job {
  std::int64_t m, n, k;
  std::vector<std::int64_t> a, b;
  std::int64_t start_at = 0;
  std::int64_t ready_at = 0;
};

struct SequenceResult {
  std::vector<std::vector<std::int64_t>> products;
  std::int64_t cycles;  ///< when the last result of all is there, counted from cycle 0
};

/// One product after the other on the same array, each as early as it can.
SequenceResult run_sequence(const SystolicArray& array, const std::vector<Job>& jobs);

}  // namespace saccade::testing_registers
