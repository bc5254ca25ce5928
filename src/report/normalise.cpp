#include "report/normalise.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <set>
#include <sstream>

#include "base/error.hpp"
#include "base/json.hpp"
#include "base/text.hpp"
#include "report/table.hpp"

namespace saccade {
namespace {

/// What a scaled design's figure is multiplied with. Tables such as that of SpAtten (HPCA 2021,
/// Table III) set designs of 128 multipliers at 1 GHz beside each other; time is inverse to peak
/// throughput there. They have no rule for area: a smaller version is another design, and is laid
/// out anew.
enum class Scales { not_at_all, with_cycles, with_time, with_rate, to_clock, to_peak };

Scales scales(const std::string& figure) {
  static const std::set<std::string> times = {
      "latency_s", "latency_p50_s", "latency_p95_s",         "latency_worst_s",
      "run_s",     "edp_js",        "core_attention_edp_js", "core_attention_latency_s"};
  static const std::set<std::string> rates = {"power_w", "power_on_chip_w",
                                              "throughput_images_per_s", "dram_peak_bytes_per_s"};
  if (times.count(figure) != 0) return Scales::with_time;
  if (rates.count(figure) != 0) return Scales::with_rate;
  if (figure == "clock_hz") return Scales::to_clock;
  if (figure == "peak_macs_per_s") return Scales::to_peak;
  return figure.compare(0, 6, "cycles") == 0 ? Scales::with_cycles : Scales::not_at_all;
}

void normalise(PointRow& row, const Normalise& to, const std::vector<Scales>& kinds) {
  static const std::size_t peak = figure_index("peak_macs_per_s").value();
  static const std::size_t clock = figure_index("clock_hz").value();
  if (row.figures.size() <= std::max(peak, clock)) return;  // it has none
  const double clock_hz = row.figures[clock].value_or(0);
  const double macs = clock_hz > 0 ? row.figures[peak].value_or(0) / clock_hz : 0;
  const double new_macs = to.macs.value_or(macs);
  const double new_clock_hz = to.clock_mhz ? *to.clock_mhz * 1e6 : clock_hz;
  const double by_cycles = macs / new_macs;
  const double by_time = by_cycles * (clock_hz / new_clock_hz);
  for (std::size_t i = 0; i < row.figures.size(); ++i) {
    if (kinds[i] != Scales::not_at_all && macs <= 0) row.figures[i].reset();
    if (!row.figures[i]) continue;
    double& value = *row.figures[i];
    switch (kinds[i]) {
      case Scales::not_at_all:
        break;
      case Scales::with_cycles:
        value *= by_cycles;
        break;
      case Scales::with_time:
        value *= by_time;
        break;
      case Scales::with_rate:
        value /= by_time;
        break;
      case Scales::to_clock:
        value = new_clock_hz;
        break;
      case Scales::to_peak:
        value = new_macs * new_clock_hz;
        break;
    }
  }
}

/// A positive number, or nothing.
std::optional<double> positive(const std::string& text) {
  const Json value = Json::parse(text, nullptr, false);
  if (!value.is_number()) return std::nullopt;
  const auto number = value.get<double>();
  return std::isfinite(number) && number > 0 ? std::optional<double>(number) : std::nullopt;
}

}  // namespace

Normalise parse_normalise(const std::string& text) {
  static const std::vector<std::string> keys = {"macs", "clock_mhz"};
  Normalise to;
  Mistakes mistakes;
  std::istringstream in(text);
  const auto fail = [&](const std::string& message) {
    mistakes.add("", "", "--normalise: " + message);
  };
  if (text.empty()) fail("is empty, expected such as macs=128,clock_mhz=1000");
  for (std::string part; std::getline(in, part, ',');) {
    const std::size_t equals = part.find('=');
    const std::string key = part.substr(0, equals);
    if (equals == std::string::npos) {
      fail(fmt::format("'{}' has no value, expected such as macs=128,clock_mhz=1000", part));
      continue;
    }
    if (std::find(keys.begin(), keys.end(), key) == keys.end()) {
      fail(fmt::format("unknown key '{}', expected one of {}{}", key, comma_list(keys),
                       did_you_mean(key, keys)));
      continue;
    }
    std::optional<double>& place = key == "macs" ? to.macs : to.clock_mhz;
    if (place) fail(fmt::format("'{}' is given twice", key));
    place = positive(part.substr(equals + 1));
    if (!place) {
      fail(fmt::format("{} is '{}', expected a number above 0", key, part.substr(equals + 1)));
    }
  }
  mistakes.check();
  return to;
}

std::vector<PointRow> normalised(std::vector<PointRow> rows, const Normalise& to) {
  std::vector<Scales> kinds;
  for (const ResultFigure& figure : figures()) kinds.push_back(scales(figure.name));
  for (PointRow& row : rows) normalise(row, to, kinds);
  return rows;
}

std::string normalise_words(const Normalise& to) {
  if (!to.macs && !to.clock_mhz) return "not normalised";
  const std::string macs = to.macs ? with_digits(*to.macs) + " MACs per cycle" : "";
  const std::string clock = to.clock_mhz ? with_digits(*to.clock_mhz) + " MHz" : "";
  return "normalised to " + macs + (to.macs && to.clock_mhz ? " at " : "") + clock;
}

std::string normalise_note(const Normalise& to) {
  const std::string macs =
      to.macs ? fmt::format(" * (peak MACs per cycle of the design / {})", with_digits(*to.macs))
              : "";
  const std::string clock =
      to.clock_mhz ? fmt::format(" * (clock of the design / {} MHz)", with_digits(*to.clock_mhz))
                   : "";
  return fmt::format(
      "Figures are {}:\n"
      "  latency = simulated latency{}{};\n"
      "  cycles = simulated cycles{};\n"
      "  energy and area as simulated; EDP = energy * that latency; power, throughput and DRAM\n"
      "  bandwidth over that time, which takes the whole design, memory included, as scaled "
      "along.\n",
      normalise_words(to), macs, clock, macs);
}

}  // namespace saccade
