// Cycles of systolic arrays beside those of register-transfer simulation.
#pragma once
#include <string>
#include <vector>

#include "validate/comparison.hpp"

namespace saccade {

/// Reads a table with the columns variant, R, C, M, N, K, folds, cycles: what RTL of this variant
/// (hardware/systolic.hpp) with R x C PEs takes for a product of M x K by K x N, counted as
/// cost/systolic.hpp says. Compares folds and cycles of every row with the model's, which must be
/// equal. Throws UserError with all mistakes of the file.
std::vector<Comparison> validate_array(const std::string& csv_path);

}  // namespace saccade
