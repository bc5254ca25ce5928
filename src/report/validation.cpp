#include "report/validation.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "base/csv.hpp"
#include "report/table.hpp"
#include "validate/summary.hpp"

namespace saccade {
namespace {

constexpr std::size_t kWorstRows = 5;
constexpr double kSame = 1e-6;  ///< relative; smaller errors are rounding

std::string percent(double share, const char* sign = "") {
  return std::isinf(share) ? "inf" : fmt::format("{}{:.1f} %", sign, 100 * share);
}

/// Without a sign where nothing of the number would be seen.
std::string signed_percent(double share) {
  return std::abs(share) < 0.0005 ? percent(0) : percent(share, share > 0 ? "+" : "");
}

using Selected = std::vector<Comparison>;

template <class Wanted>
Selected select(const std::vector<Comparison>& all, Wanted wanted) {
  Selected found;
  std::copy_if(all.begin(), all.end(), std::back_inserter(found), wanted);
  return found;
}

/// Distinct keys in the order in which they come first.
template <class Key>
std::vector<std::string> distinct(const std::vector<Comparison>& all, Key key) {
  std::vector<std::string> keys;
  for (const Comparison& c : all) {
    if (std::find(keys.begin(), keys.end(), key(c)) == keys.end()) keys.push_back(key(c));
  }
  return keys;
}

std::string held_text(const Selected& rows) {
  const Selected held = select(rows, [](const Comparison& c) { return c.tolerance.has_value(); });
  if (held.empty()) return "reported only";
  const auto good =
      std::count_if(held.begin(), held.end(), [](const auto& c) { return c.holds(); });
  const auto [least, most] =
      std::minmax_element(held.begin(), held.end(),
                          [](const auto& a, const auto& b) { return *a.tolerance < *b.tolerance; });
  const double slack = rows.front().slack;
  const std::string within =
      *most->tolerance == 0 && slack > 0 ? fmt::format("within {:g}", slack)
      : *most->tolerance <= kSame        ? "exactly"
      : *least->tolerance == *most->tolerance
          ? "within " + percent(*most->tolerance)
          : fmt::format("within {:.4g} to {}", 100 * *least->tolerance, percent(*most->tolerance));
  return fmt::format("{} of {} {}", good, held.size(), within);
}

std::string summary_table(const std::vector<Comparison>& comparisons) {
  Table table({{"reference", Align::left},
               {"quantity", Align::left},
               {"rows"},
               {"median"},
               {"90 %"},
               {"worst"},
               {"mean"},
               {"held", Align::left}});
  for (const std::string& reference :
       distinct(comparisons, [](const Comparison& c) { return c.reference; })) {
    const Selected of_it =
        select(comparisons, [&](const Comparison& c) { return c.reference == reference; });
    for (const std::string& quantity :
         distinct(of_it, [](const Comparison& c) { return c.quantity; })) {
      const Selected rows =
          select(of_it, [&](const Comparison& c) { return c.quantity == quantity; });
      const ErrorSummary errors = summarise(rows);
      table.row({reference, quantity, fmt::format("{}", errors.rows), percent(errors.median),
                 percent(errors.p90), percent(errors.worst), signed_percent(errors.mean_signed),
                 held_text(rows)});
    }
  }
  return table.text();
}

std::string rows_table(const std::vector<Comparison>& rows) {
  Table table({{"reference", Align::left},
               {"row", Align::left},
               {"quantity", Align::left},
               {"reference says"},
               {"Saccade says"},
               {"error"},
               {"", Align::left}});
  for (const Comparison& c : rows) {
    table.row({c.reference, c.item, c.quantity, fmt::format("{:.6g}", c.expected),
               fmt::format("{:.6g}", c.actual), signed_percent(c.error()),
               c.holds() ? c.note : "off" + (c.note.empty() ? "" : ": " + c.note)});
  }
  return table.text(2);
}

}  // namespace

std::string validation_text(const std::vector<Comparison>& comparisons, bool rows) {
  std::string out = summary_table(comparisons);
  if (rows) return out + "\nAll rows\n" + rows_table(comparisons);
  const Selected off = select(comparisons, [](const Comparison& c) { return !c.holds(); });
  if (!off.empty()) out += "\nRows that are off by more than they may be\n" + rows_table(off);
  Selected worst;
  for (const std::string& reference :
       distinct(comparisons, [](const Comparison& c) { return c.reference; })) {
    const Selected furthest =
        worst_rows(select(comparisons,
                          [&](const Comparison& c) {
                            return c.reference == reference && std::abs(c.error()) > kSame;
                          }),
                   kWorstRows);
    worst.insert(worst.end(), furthest.begin(), furthest.end());
  }
  if (!worst.empty()) out += "\nRows that are furthest off\n" + rows_table(worst);
  return out;
}

std::string validation_csv(const std::vector<Comparison>& comparisons) {
  std::string out = csv_line({"reference", "row", "quantity", "expected", "actual", "error",
                              "tolerance", "slack", "holds", "note"});
  const auto text = [](auto value) { return fmt::format("{}", value); };
  for (const Comparison& c : comparisons) {
    out += csv_line({c.reference, c.item, c.quantity, text(c.expected), text(c.actual),
                     text(c.error()), c.tolerance ? text(*c.tolerance) : "", text(c.slack),
                     c.holds() ? "1" : "0", c.note});
  }
  return out;
}

}  // namespace saccade
