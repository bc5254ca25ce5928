// The best points of a sweep as a Markdown table for a paper, beside their baseline.
#pragma once
#include <string>
#include <vector>

#include "result/store.hpp"

namespace saccade {

/// The row that a technique is held against: technique "none" at the same hardware, workload and
/// values of all axes that are not the technique's own. Nothing if there is none, or for a row
/// without technique.
const PointRow* baseline_of(const StoreHeader& header, const std::vector<PointRow>& rows,
                            const PointRow& row);

/// A line per workload and technique: its best point by a figure. `normalisation` says in a
/// paragraph how figures were normalised.
std::string markdown_text(const StoreHeader& header, const std::vector<PointRow>& rows,
                          const std::string& figure, const std::string& normalisation);

}  // namespace saccade
