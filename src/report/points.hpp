// The points of a sweep as tables for scripts: CSV and JSON that pandas reads without options.
#pragma once
#include <string>
#include <vector>

#include "result/store.hpp"

namespace saccade {

/// A header and a line per row: point, hash, hardware, workload, technique, the axes, status,
/// message, the figures, with SI units in their names. No cell is empty: a number that is none is
/// "nan", a text that is none "none"; line breaks within texts become "; ". Numbers have the fewest
/// digits that read back the same.
std::string points_csv(const StoreHeader& header, const std::vector<PointRow>& rows);

/// A list of one object per row, with the same keys in the same order; what is none is null.
std::string points_json(const StoreHeader& header, const std::vector<PointRow>& rows);

}  // namespace saccade
