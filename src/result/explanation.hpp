// What a figure of a result was computed from: constants, each with its source, and counts.
#pragma once
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/band.hpp"

namespace saccade {

enum class Topic { energy, area, timing };

/// "energy", "area", "timing".
const std::vector<std::string>& topic_names();
/// The topic of that name, or nothing.
std::optional<Topic> topic_of(const std::string& name);

/// A constant. If it has an amount, amount x value x factor is its share of the total, and the
/// shares of all constants are the total; one without an amount went into the values or amounts of
/// others.
struct Constant {
  std::string component;
  std::string part;
  std::string name;
  Band value;
  std::string choice;  ///< instead of the value, for what is no number ("output_stationary")
  std::string unit;
  std::string source;
  bool assumption = false;
  std::optional<Band> amount;
  std::string amount_unit;
  double factor = 1;            ///< from `unit` to that of the total
  std::string share_unit = {};  ///< of its share, where that is not the unit of the explanation

  /// Share of the total, the low end that of amount and value; all 0 without an amount.
  Band share() const;
};

struct Explanation {
  Topic topic = Topic::energy;
  std::string total_name;  ///< "energy_j": the figure, as JSON results name it
  std::string unit;        ///< of the total and its shares; empty if there are several totals
  std::vector<Constant> constants;

  /// Of a constant's share.
  const std::string& unit_of(const Constant& constant) const;
  Band total() const;  ///< of all shares; of the first unit's where there are several
  /// The totals of all shares of one unit each, by unit in the order of the constants.
  std::vector<std::pair<std::string, Band>> totals() const;
};

}  // namespace saccade
