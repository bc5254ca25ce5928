#include "report/explain.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "base/csv.hpp"
#include "base/text.hpp"
#include "report/table.hpp"

namespace saccade {
namespace {

constexpr std::size_t kLongestSource = 100;  ///< in text; the CSV has all of it
constexpr std::size_t kWidest = 3;           ///< constants named that widen the band most

using Constants = std::vector<Constant>;

/// Those with an amount, one for each kind of work if they are counted by op.
Constants shares_of(const Explanation& explanation) {
  Constants shares;
  for (const Constant& constant : explanation.constants) {
    if (!constant.amount) continue;
    const auto same = std::find_if(shares.begin(), shares.end(), [&](const Constant& known) {
      return explanation.topic == Topic::timing && known.part == constant.part;
    });
    if (same == shares.end()) {
      shares.push_back(constant);
    } else {
      same->amount = *same->amount + *constant.amount;
      same->component = "all ops";
    }
  }
  // Largest first; shares of several totals one total after the other, as they come.
  std::vector<std::string> units;
  for (const auto& total : explanation.totals()) units.push_back(total.first);
  const auto place = [&](const Constant& c) {
    return std::find(units.begin(), units.end(), explanation.unit_of(c));
  };
  std::stable_sort(shares.begin(), shares.end(), [&](const Constant& a, const Constant& b) {
    return place(a) != place(b) ? place(a) < place(b) : a.share().value > b.share().value;
  });
  return shares;
}

std::string share_text(const Constant& constant, const Explanation& explanation) {
  const double share = constant.share().value;
  const std::string& unit = explanation.unit_of(constant);
  return explanation.topic == Topic::energy ? with_prefix(share, unit)
                                            : with_digits(share) + ' ' + unit;
}

std::string value_text(const Constant& constant) {
  if (!constant.choice.empty()) return constant.choice;
  const Band& value = constant.value;
  std::string text = with_digits(value.value);
  if (value.low != value.high) text += fmt::format(" ({:.4g} to {:.4g})", value.low, value.high);
  return constant.unit.empty() ? text : text + ' ' + constant.unit;
}

std::string source_text(const Constant& constant) {
  std::string text = constant.source.substr(0, kLongestSource);
  while (text.size() < constant.source.size() &&
         (static_cast<unsigned char>(constant.source[text.size()]) & 0xC0U) == 0x80U) {
    text.pop_back();  // do not cut a letter in two
  }
  if (text.size() < constant.source.size()) text += "...";
  return constant.assumption ? "[assumption] " + text : text;
}

std::string shares_table(const Explanation& explanation, const Constants& shares) {
  std::map<std::string, double> totals;
  for (const auto& [unit, total] : explanation.totals()) totals[unit] = total.value;
  Table table({{"component", Align::left},
               {"part", Align::left},
               {explanation.total_name},
               {"share"},
               {"amount"},
               {"", Align::left},
               {"constant", Align::left},
               {"value"},
               {"source", Align::left}});
  for (const Constant& constant : shares) {
    const double share = constant.share().value;
    const double total = totals[explanation.unit_of(constant)];
    table.row({constant.component, constant.part, share_text(constant, explanation),
               fmt::format("{:.1f} %", total == 0 ? 0 : 100 * share / total),
               with_digits(constant.amount->value), constant.amount_unit, constant.name,
               value_text(constant), source_text(constant)});
  }
  return table.text(2);
}

std::string constants_table(const Explanation& explanation) {
  Table table(
      {{"from", Align::left}, {"constant", Align::left}, {"value"}, {"source", Align::left}});
  for (const Constant& constant : explanation.constants) {
    if (constant.amount) continue;
    table.row({constant.component, constant.name, value_text(constant), source_text(constant)});
  }
  return table.text(2);
}

std::string total_text(const Explanation& explanation) {
  if (explanation.topic == Topic::energy) return with_band(explanation.total(), explanation.unit);
  std::vector<std::string> texts;
  for (const auto& [unit, total] : explanation.totals()) {
    std::string text = with_digits(total.value) + ' ' + unit;
    if (total.low != total.high) text += fmt::format(" ({:.4g} to {:.4g})", total.low, total.high);
    texts.push_back(text);
  }
  return comma_list(texts);
}

/// Which shares widen the band of the total most.
std::string band_text(const Explanation& explanation, Constants shares) {
  const auto width = [](const Constant& constant) {
    const Band share = constant.share();
    return share.high - share.low;
  };
  const Band total = explanation.total();
  if (total.high == total.low || explanation.totals().size() > 1) return "";
  std::stable_sort(shares.begin(), shares.end(),
                   [&](const Constant& a, const Constant& b) { return width(a) > width(b); });
  std::vector<std::string> widest;
  for (std::size_t i = 0; i < std::min(kWidest, shares.size()); ++i) {
    widest.push_back(fmt::format("{} {} ({:.0f} %)", shares[i].component, shares[i].part,
                                 100 * width(shares[i]) / (total.high - total.low)));
  }
  return fmt::format("Of the width of its band, most is due to {}.\n", comma_list(widest));
}

}  // namespace

std::string explanation_text(const PointResult& result) {
  const Explanation& explanation = *result.explanation;
  const Constants shares = shares_of(explanation);
  std::string out = fmt::format("What {} of {} on {} was computed from\n", explanation.total_name,
                                result.workload, result.hardware);
  out += shares_table(explanation, shares);
  out += fmt::format("Total: {}. ", total_text(explanation)) + band_text(explanation, shares);
  if (explanation.topic == Topic::timing) {
    out += fmt::format("At {} that takes {}.\n", with_prefix(result.clock_hz, "Hz"),
                       with_prefix(result.run_s, "s"));
  }
  return out + "\nConstants behind these amounts and values\n" + constants_table(explanation);
}

std::string explanation_csv(const PointResult& result) {
  const Explanation& explanation = *result.explanation;
  std::string out =
      csv_line({"topic", "component", "part", "name", "value", "low", "high", "unit", "source",
                "assumption", "amount", "amount_low", "amount_high", "amount_unit", "factor",
                "result", "result_low", "result_high", "result_unit"});
  const auto text = [](double value) { return fmt::format("{}", value); };
  const std::string topic = topic_names()[static_cast<std::size_t>(explanation.topic)];
  for (const Constant& c : explanation.constants) {
    std::vector<std::string> cells = {topic, c.component, c.part, c.name};
    if (c.choice.empty()) {
      cells.insert(cells.end(), {text(c.value.value), text(c.value.low), text(c.value.high)});
    } else {
      cells.insert(cells.end(), {c.choice, "", ""});
    }
    cells.insert(cells.end(), {c.unit, c.source, c.assumption ? "yes" : "no"});
    if (c.amount) {
      const Band share = c.share();
      cells.insert(cells.end(), {text(c.amount->value), text(c.amount->low), text(c.amount->high),
                                 c.amount_unit, text(c.factor), text(share.value), text(share.low),
                                 text(share.high), explanation.unit_of(c)});
    } else {
      cells.resize(cells.size() + 9);
    }
    out += csv_line(cells);
  }
  return out;
}

}  // namespace saccade
