// How the engines for sparse attention would run a mask: cycles and filled slots, as text.
#pragma once
#include <cstdint>
#include <string>
#include <vector>

#include "cost/score_packing.hpp"
#include "cost/sparse_lines.hpp"
#include "report/mask_report.hpp"

namespace saccade {

/// QK^T and AV of every block on lines that a denser and a sparser engine share, with heads of
/// `depth`: lines of each, dot products one after the other on the fullest line, and cycles, beside
/// those of work that is spread evenly. Nothing but products: no transfers, no softmax.
std::string lines_text(const std::vector<ChosenHeads>& blocks, std::int64_t threshold,
                       const LineArray& array, std::int64_t depth);

/// Blocks that a score-stationary array takes and how full its PEs are, by both rules of packing;
/// segments are as wide as the array has rows.
std::string packing_text(const std::vector<ChosenHeads>& blocks, const ScoreArray& array);

}  // namespace saccade
