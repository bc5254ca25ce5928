// Choosing rows of a store by what their columns hold.
#pragma once
#include <string>
#include <utility>
#include <vector>

#include "result/store.hpp"

namespace saccade {

/// Columns and the text that they must hold.
using RowFilter = std::vector<std::pair<std::string, std::string>>;

/// Reads "technique=none,vector_width=64": hardware, workload, technique, status or an axis. Throws
/// UserError with all mistakes: no such column, or a value that no row has.
RowFilter parse_filter(const std::string& text, const StoreHeader& header,
                       const std::vector<PointRow>& rows);

/// Rows that hold all of it, in their order.
std::vector<PointRow> filtered(const std::vector<PointRow>& rows, const StoreHeader& header,
                               const RowFilter& filter);

}  // namespace saccade
