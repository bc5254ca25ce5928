#include "report/store_match.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <unordered_map>

#include "base/error.hpp"
#include "base/text.hpp"
#include "report/sweep_rows.hpp"

namespace saccade {
namespace {

std::optional<std::size_t> axis_place(const StoreHeader& header, const std::string& name) {
  for (const std::size_t axis : all_axes(header)) {
    if (header.axes[axis].name == name) return axis;
  }
  return std::nullopt;
}

std::vector<std::size_t> places_of(const StoreHeader& header,
                                   const std::vector<std::string>& names) {
  std::vector<std::size_t> places;
  for (const std::string& name : names) places.push_back(axis_place(header, name).value());
  return places;
}

std::string own_axes_words(const std::vector<std::string>& own) {
  return own.empty() ? "" : fmt::format(" (axes that only it has: {})", comma_list(own));
}

bool any_has(const StoreRows& store, std::size_t figure) {
  return std::any_of(store.rows.begin(), store.rows.end(),
                     [&](const PointRow& row) { return figure_of(row, figure).has_value(); });
}

/// Figures that one store has not at all, as that of another version may, did not change.
void match_figures(const StoreRows& a, const StoreRows& b, StoreMatch& match) {
  for (std::size_t i = 0; i < figures().size(); ++i) {
    const bool in_a = any_has(a, i), in_b = any_has(b, i);
    if (in_a && in_b) match.figures.push_back(i);
    if (in_a && !in_b) match.figures_a.emplace_back(figures()[i].name);
    if (in_b && !in_a) match.figures_b.emplace_back(figures()[i].name);
  }
}

using RowIndex = std::unordered_map<std::string, const PointRow*>;

/// Rows by key; reports the first two that share one.
RowIndex index_of(const StoreRows& store, const std::vector<std::size_t>& axes,
                  const std::vector<std::string>& own, Mistakes& mistakes) {
  RowIndex index;
  for (const PointRow& row : store.rows) {
    const auto [place, added] = index.emplace(row_key(row, axes), &row);
    if (added) continue;
    mistakes.add(store.path, "",
                 fmt::format("points {} and {} differ in nothing that both stores have{}, expected "
                             "stores whose points can be matched by hardware, workload, technique "
                             "and common axes",
                             place->second->point, row.point, own_axes_words(own)));
    break;
  }
  return index;
}

}  // namespace

StoreMatch match_stores(const StoreRows& a, const StoreRows& b) {
  StoreMatch match;
  match_figures(a, b, match);
  for (const AxisColumn& axis : a.header.axes) {
    (axis_place(b.header, axis.name) ? match.axes : match.axes_a).push_back(axis.name);
  }
  for (const AxisColumn& axis : b.header.axes) {
    if (!axis_place(a.header, axis.name)) match.axes_b.push_back(axis.name);
  }
  const auto axes_a = places_of(a.header, match.axes), axes_b = places_of(b.header, match.axes);
  Mistakes mistakes;
  const RowIndex in_a = index_of(a, axes_a, match.axes_a, mistakes);
  const RowIndex in_b = index_of(b, axes_b, match.axes_b, mistakes);
  mistakes.check();
  for (const PointRow& row : a.rows) {
    const auto found = in_b.find(row_key(row, axes_a));
    if (found == in_b.end()) {
      match.only_a.push_back(&row);
    } else {
      match.pairs.push_back({&row, found->second});
    }
  }
  for (const PointRow& row : b.rows) {
    if (in_a.count(row_key(row, axes_b)) == 0) match.only_b.push_back(&row);
  }
  return match;
}

}  // namespace saccade
