#include "explore/constraint.hpp"

#include <fmt/format.h>
#include <muParser.h>

#include <limits>
#include <optional>
#include <regex>

namespace saccade {
namespace {

/// A comparison with a number as what it leaves of the real line.
struct Interval {
  std::string name;
  double low = -std::numeric_limits<double>::infinity();
  double high = std::numeric_limits<double>::infinity();
  bool low_open = false, high_open = false;
};

std::string mirrored(const std::string& comparison) {
  if (comparison == "==") return comparison;
  std::string turned = comparison;
  turned[0] = comparison[0] == '<' ? '>' : '<';
  return turned;
}

Interval interval(const std::string& name, const std::string& comparison, double value) {
  Interval result;
  result.name = name;
  if (comparison[0] != '<') {
    result.low = value;
    result.low_open = comparison == ">";
  }
  if (comparison[0] != '>') {
    result.high = value;
    result.high_open = comparison == "<";
  }
  return result;
}

/// Nothing for constraints of another form.
std::optional<Interval> as_interval(const std::string& text) {
  static const std::string name = R"(\s*([A-Za-z_]\w*)\s*)";
  static const std::string number = R"(\s*([-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?)\s*)";
  static const std::string comparison = "(<=|>=|<|>|==)";
  static const std::regex forward(name + comparison + number);
  static const std::regex backward(number + comparison + name);
  std::smatch match;
  if (std::regex_match(text, match, forward)) {
    return interval(match[1], match[2], std::stod(match[3]));
  }
  if (std::regex_match(text, match, backward)) {
    return interval(match[3], mirrored(match[2]), std::stod(match[1]));
  }
  return std::nullopt;
}

bool meet(const Interval& a, const Interval& b) {
  const auto below = [](const Interval& lower, const Interval& upper) {
    return lower.low < upper.high ||
           (lower.low == upper.high && !lower.low_open && !upper.high_open);
  };
  return below(a, b) && below(b, a);
}

}  // namespace

Constraint::Constraint(const std::string& text) : text_(text) {
  try {
    mu::Parser parser;
    parser.SetExpr(text);
    for (const auto& variable : parser.GetUsedVar()) names_.push_back(variable.first);
    double any = 1;
    for (const std::string& name : names_) parser.DefineVar(name, &any);
    int results = 0;
    parser.Eval(results);
    if (results != 1) throw UserError("expected one expression, such as 'area_mm2 <= 10'");
  } catch (const mu::ParserError& error) {
    throw UserError(fmt::format("is no expression ({}), expected one such as 'area_mm2 <= 10'",
                                error.GetMsg()));
  }
  if (names_.empty()) throw UserError("names no axis and no figure, expected one that it is on");
}

bool Constraint::holds(const std::map<std::string, double>& values) const {
  mu::Parser parser;
  std::map<std::string, double> bound;
  for (const std::string& name : names_) parser.DefineVar(name, &(bound[name] = values.at(name)));
  parser.SetExpr(text_);
  return parser.Eval() != 0;
}

void find_contradictions(const std::vector<Constraint>& constraints, const std::string& file,
                         const std::string& pointer, Mistakes& mistakes) {
  for (std::size_t i = 0; i < constraints.size(); ++i) {
    const auto later = as_interval(constraints[i].text());
    for (std::size_t k = 0; k < i && later; ++k) {
      const auto earlier = as_interval(constraints[k].text());
      if (!earlier || earlier->name != later->name || meet(*earlier, *later)) continue;
      mistakes.add(file, fmt::format("{}/{}", pointer, i),
                   fmt::format("'{}' contradicts '{}', expected constraints that a point can meet",
                               constraints[i].text(), constraints[k].text()));
    }
  }
}

}  // namespace saccade
