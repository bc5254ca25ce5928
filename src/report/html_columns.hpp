// The rows of a sweep as columns of JSON, as few bytes as that takes.
#pragma once
#include <optional>
#include <string>
#include <vector>

#include "base/json.hpp"
#include "result/store.hpp"

namespace saccade {

/// JSON text that can stand between <script> and </script>: ASCII without "<".
std::string script_json(const Json& json);

/// A number of so many significant digits in as few characters as JSON takes for it: "4.25e-3",
/// "null" for none and for what is no finite number.
std::string short_number(std::optional<double> value, int digits);

/// Numbers of so many digits as a JSON list.
std::string number_list(const std::vector<double>& values, int digits);

/// {"point": column, "hash": column, "hardware", "workload", "technique", "status", "message",
/// "axes": [column, ...], "figures": [column, ...]}, each column with an entry for every row. It is
/// a list, or {"levels": [value, ...], "codes": [index into levels, ...]} where that is shorter
/// (without codes: all are the first), or {"same": i}, equal to the i-th column of figures.
std::string columns_json(const StoreHeader& header, const std::vector<PointRow>& rows);

}  // namespace saccade
