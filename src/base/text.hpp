// Text for people: nearest names, lists, numbers with a readable prefix.
#pragma once
#include <string>
#include <vector>

#include "base/band.hpp"

namespace saccade {

/// The name nearest to `wrong` by edits (Levenshtein), or "" if none is within a third of its
/// length.
std::string nearest(const std::string& wrong, const std::vector<std::string>& names);

/// ", did you mean 'x'?" or "".
std::string did_you_mean(const std::string& wrong, const std::vector<std::string>& names);

/// "a, b, c".
std::string comma_list(const std::vector<std::string>& names);

/// 0.00123, "s" -> "1.23 ms"; three significant digits, prefixes from femto to tera.
std::string with_prefix(double value, const std::string& unit);

/// {4e-4, 3e-4, 6.2e-4}, "J" -> "400 uJ (300 to 620)": all with the prefix of the first; without
/// parentheses where there is no band.
std::string with_band(const Band& band, const std::string& unit);

/// 1536 -> "1.50 KiB".
std::string with_bytes(double bytes);

/// 1234567 -> "1,234,567".
std::string with_thousands(long long value);

}  // namespace saccade
