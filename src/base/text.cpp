#include "base/text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <numeric>

namespace saccade {
namespace {

std::size_t edit_distance(const std::string& a, const std::string& b) {
  std::vector<std::size_t> row(b.size() + 1);
  std::iota(row.begin(), row.end(), std::size_t{0});
  for (std::size_t i = 0; i < a.size(); ++i) {
    std::size_t diagonal = row[0];
    row[0] = i + 1;
    for (std::size_t j = 0; j < b.size(); ++j) {
      const std::size_t replace = diagonal + (a[i] == b[j] ? 0 : 1);
      diagonal = row[j + 1];
      row[j + 1] = std::min({row[j] + 1, row[j + 1] + 1, replace});
    }
  }
  return row.back();
}

constexpr std::array<const char*, 10> kPrefixes = {"f", "p", "n", "u", "m", "", "k", "M", "G", "T"};
constexpr std::size_t kNoPrefix = 5;

double scaled(double value, std::size_t prefix) {
  return value / std::pow(1000.0, static_cast<double>(prefix) - kNoPrefix);
}

/// The prefix with which a value, not zero, is from 1 to 1000 when rounded to three digits.
std::size_t prefix_of(double value) {
  const int power = static_cast<int>(std::floor(std::log10(std::abs(value)) / 3 + 1e-12));
  const auto prefix = static_cast<std::size_t>(std::clamp(power + 5, 0, 9));
  const bool round_up = std::abs(scaled(value, prefix)) >= 999.5 && prefix < 9;
  return round_up ? prefix + 1 : prefix;
}

std::string three_digits(double value) {
  const int digits = std::abs(value) >= 99.95 ? 0 : std::abs(value) >= 9.995 ? 1 : 2;
  return fmt::format("{:.{}f}", value, digits);
}

}  // namespace

std::string nearest(const std::string& wrong, const std::vector<std::string>& names) {
  std::string best;
  std::size_t best_distance = std::max<std::size_t>(wrong.size() / 3, 1) + 1;
  if (wrong.size() > 64) return best;
  for (const std::string& name : names) {
    const std::size_t distance = edit_distance(wrong, name);
    if (distance < best_distance) {
      best_distance = distance;
      best = name;
    }
  }
  return best;
}

std::string did_you_mean(const std::string& wrong, const std::vector<std::string>& names) {
  const std::string name = nearest(wrong, names);
  return name.empty() ? "" : fmt::format(", did you mean '{}'?", name);
}

std::string comma_list(const std::vector<std::string>& names) {
  return fmt::format("{}", fmt::join(names, ", "));
}

std::string with_prefix(double value, const std::string& unit) {
  if (value == 0 || !std::isfinite(value)) return fmt::format("{} {}", value, unit);
  const std::size_t prefix = prefix_of(value);
  return fmt::format("{} {}{}", three_digits(scaled(value, prefix)), kPrefixes[prefix], unit);
}

std::string with_band(const Band& band, const std::string& unit) {
  const std::string text = with_prefix(band.value, unit);
  if (band.low == band.high || band.value == 0) return text;
  const std::size_t prefix = prefix_of(band.value);
  return fmt::format("{} ({} to {})", text, three_digits(scaled(band.low, prefix)),
                     three_digits(scaled(band.high, prefix)));
}

std::string with_bytes(double bytes) {
  static constexpr std::array<const char*, 5> units = {"B", "KiB", "MiB", "GiB", "TiB"};
  std::size_t index = 0;
  while (std::abs(bytes) >= 1024 && index + 1 < units.size()) {
    bytes /= 1024;
    ++index;
  }
  return fmt::format("{:.{}f} {}", bytes, index == 0 ? 0 : 2, units[index]);
}

std::string with_thousands(long long value) {
  std::string digits = std::to_string(value);
  if (value < 0) digits.erase(0, 1);
  for (std::ptrdiff_t i = static_cast<std::ptrdiff_t>(digits.size()) - 3; i > 0; i -= 3) {
    digits.insert(static_cast<std::size_t>(i), ",");
  }
  return (value < 0 ? "-" : "") + digits;
}

}  // namespace saccade
