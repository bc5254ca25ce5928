// Figures as tables of the field compare them: at equal peak throughput of the MAC units.
#pragma once
#include <optional>
#include <string>
#include <vector>

#include "result/store.hpp"

namespace saccade {

/// What designs are scaled to; nothing: as they are.
struct Normalise {
  std::optional<double> macs;       ///< peak MACs per cycle
  std::optional<double> clock_mhz;  ///< MHz
};

/// Reads "macs=128,clock_mhz=1000". Throws UserError with all mistakes: unknown or repeated keys,
/// values that are not positive numbers.
Normalise parse_normalise(const std::string& text);

/// Rows with times, cycles and rates scaled; what is done with each figure is what
/// normalise_note() says. Where peak or clock is not known, figures that would be scaled are
/// dropped.
std::vector<PointRow> normalised(std::vector<PointRow> rows, const Normalise& to);

/// What was done to the figures, with its formula: a paragraph of lines, each with its end.
std::string normalise_note(const Normalise& to);
/// The same in a few words: "normalised to 128 MACs per cycle at 1000 MHz".
std::string normalise_words(const Normalise& to);

}  // namespace saccade
