#include "report/sensitivity.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>
#include <unordered_map>

#include "base/text.hpp"
#include "report/sweep_rows.hpp"

namespace saccade {
namespace {

using Places = std::vector<std::size_t>;
using RowIndex = std::unordered_map<std::string, const PointRow*>;

std::string axis_key(const PointRow& row, std::size_t axis) { return value_key(row.axes.at(axis)); }

/// All axes; those that move together are one entry.
std::vector<Places> bundles_of(const StoreHeader& header, const std::vector<PointRow>& rows) {
  std::vector<Places> bundles;
  for (const std::size_t axis : all_axes(header)) {
    const auto bundle = std::find_if(bundles.begin(), bundles.end(), [&](const Places& places) {
      return move_together(rows, places.front(), axis);
    });
    if (bundle == bundles.end()) {
      bundles.push_back({axis});
    } else {
      bundle->push_back(axis);
    }
  }
  return bundles;
}

bool less(const Json& a, const Json& b) {
  if (a.is_number() && b.is_number()) return a.get<double>() < b.get<double>();
  return value_text(a) < value_text(b);
}

/// A row for each value of a bundle that applies: the values, in rising order, are what counts.
std::vector<const PointRow*> values_of(const std::vector<PointRow>& rows, const Places& bundle) {
  std::vector<const PointRow*> values;
  std::set<std::string> seen;
  for (const PointRow& row : rows) {
    if (row.axes.at(bundle.front()).is_null()) continue;
    if (seen.insert(axis_key(row, bundle.front())).second) values.push_back(&row);
  }
  std::sort(values.begin(), values.end(), [&](const PointRow* a, const PointRow* b) {
    return less(a->axes[bundle.front()], b->axes[bundle.front()]);
  });
  return values;
}

const PointRow* find(const RowIndex& index, const PointRow& design, const Places& axes) {
  const auto found = index.find(row_key(design, axes));
  return found == index.end() ? nullptr : found->second;
}

bool was_simulated(const Variation& variation) {
  return variation.row != nullptr && variation.row->status == Status::ok;
}

double movement_of(const std::vector<Variation>& variations, const std::string& figure) {
  std::vector<double> values;
  for (const Variation& variation : variations) {
    if (!was_simulated(variation)) continue;
    if (const auto value = figure_of(*variation.row, figure)) values.push_back(*value);
  }
  if (values.size() < 2) return 0;
  const auto [low, high] = std::minmax_element(values.begin(), values.end());
  return *low > 0 ? *high / *low : 0;
}

AxisVariations along_axes(const StoreHeader& header, const std::vector<PointRow>& rows,
                          const RowIndex& index, const PointRow& best, const Places& bundle) {
  AxisVariations axis;
  for (const std::size_t place : bundle) {
    axis.name += (axis.name.empty() ? "" : " + ") + header.axes[place].name;
  }
  for (const PointRow* row : values_of(rows, bundle)) {
    PointRow design = best;
    std::string text;
    for (const std::size_t place : bundle) {
      design.axes[place] = row->axes[place];
      text += (text.empty() ? "" : " + ") + value_text(row->axes[place]);
    }
    axis.variations.push_back({text, find(index, design, all_axes(header))});
  }
  return axis;
}

AxisVariations along_hardware(const StoreHeader& header, const std::vector<PointRow>& rows,
                              const RowIndex& index, const PointRow& best) {
  std::set<std::string> names;
  for (const PointRow& row : rows) {
    if (row.workload == best.workload && row.technique == best.technique) {
      names.insert(row.hardware);
    }
  }
  AxisVariations axis{"hardware", {}, 0};
  for (const std::string& name : names) {
    PointRow design = best;
    design.hardware = name;
    axis.variations.push_back({name, find(index, design, all_axes(header))});
  }
  return axis;
}

std::vector<std::string> shown_figures(const std::string& figure) {
  std::vector<std::string> shown = {"latency_s", "energy_per_image_j", "edp_js", "area_mm2"};
  if (std::find(shown.begin(), shown.end(), figure) == shown.end()) shown.push_back(figure);
  return shown;
}

/// Why a variation has no figures, or that it is the best design itself.
std::string remark(const Variation& variation, const PointRow& best) {
  if (variation.row == nullptr) return "not in the store";
  if (variation.row == &best) return "the best";
  if (variation.row->status == Status::ok) return "";
  return status_name(variation.row->status) + ": " + variation.row->message;
}

Table variations_table(const std::vector<AxisVariations>& axes, const PointRow& best,
                       const std::string& figure) {
  const std::vector<std::string> shown = shown_figures(figure);
  std::vector<Column> columns = {{"axis", Align::left}, {"value"}};
  for (const std::string& name : shown) columns.push_back({figure_title(name)});
  columns.push_back({figure_title(figure) + " to the best"});
  columns.push_back({"", Align::left});
  Table table(columns);
  for (const AxisVariations& axis : axes) {
    for (const Variation& variation : axis.variations) {
      const bool first = &variation == &axis.variations.front();
      std::vector<std::string> cells = {first ? axis.name : "", variation.value};
      const bool ran = was_simulated(variation);
      for (const std::string& name : shown) {
        cells.push_back(ran ? figure_text(name, figure_of(*variation.row, name)) : "-");
      }
      cells.push_back(ran ? ratio_text(figure_of(*variation.row, figure), figure_of(best, figure))
                          : "-");
      cells.push_back(remark(variation, best));
      table.row(std::move(cells));
    }
  }
  return table;
}

/// "vector_width 3.200, buffer_bytes 1.100; of hardware there is one point only".
std::string movements_text(std::vector<AxisVariations> axes, const std::string& figure) {
  std::stable_sort(axes.begin(), axes.end(),
                   [](const auto& a, const auto& b) { return a.movement > b.movement; });
  std::vector<std::string> moved, unknown;
  for (const AxisVariations& axis : axes) {
    if (axis.movement > 0) {
      moved.push_back(fmt::format("{} {:.3f}", axis.name, axis.movement));
    } else {
      unknown.push_back(axis.name);
    }
  }
  std::string out;
  if (!moved.empty()) {
    out += fmt::format("  {} moves most by (largest over smallest): {}\n", figure_title(figure),
                       comma_list(moved));
  }
  if (!unknown.empty()) {
    out += fmt::format("  too few points to say how it moves by: {}\n", comma_list(unknown));
  }
  return out;
}

std::string group_text(const StoreHeader& header, const std::vector<PointRow>& rows,
                       const RowGroup& group, const std::string& figure) {
  const std::string title = group.workload + ", " + group.technique;
  const std::vector<const PointRow*> order = ranked(group.rows, figure);
  if (order.empty()) {
    return fmt::format("{}: none of {} has {}\n", title, points_text(group.rows.size()),
                       figure_title(figure));
  }
  const PointRow& best = *order.front();
  const std::vector<AxisVariations> axes = variations_of(header, rows, best, figure);
  const std::string axis_values = axes_text(header, best);
  std::string out = fmt::format("{}: point {} is the best by {}: {}{}{}\n", title, best.point,
                                figure_title(figure), best.hardware,
                                axis_values.empty() ? "" : ", ", axis_values);
  if (axes.empty()) return out + "  nothing else was varied\n";
  return out + variations_table(axes, best, figure).text(2) + movements_text(axes, figure);
}

}  // namespace

std::vector<AxisVariations> variations_of(const StoreHeader& header,
                                          const std::vector<PointRow>& rows, const PointRow& best,
                                          const std::string& figure) {
  RowIndex index;
  for (const PointRow& row : rows) index.emplace(row_key(row, all_axes(header)), &row);
  std::vector<AxisVariations> all;
  for (const Places& bundle : bundles_of(header, rows)) {
    if (best.axes.at(bundle.front()).is_null()) continue;
    all.push_back(along_axes(header, rows, index, best, bundle));
  }
  all.push_back(along_hardware(header, rows, index, best));
  const auto last = std::remove_if(all.begin(), all.end(), [](const AxisVariations& axis) {
    return axis.variations.size() < 2;
  });
  all.erase(last, all.end());
  for (AxisVariations& axis : all) axis.movement = movement_of(axis.variations, figure);
  return all;
}

std::string sensitivity_text(const StoreHeader& header, const std::vector<PointRow>& rows,
                             const std::string& figure) {
  std::string out =
      fmt::format("One axis at a time from the best design by {} of each workload and technique\n",
                  figure_title(figure));
  for (const RowGroup& group : groups_of(rows, GroupBy::workload_and_technique)) {
    out += '\n' + group_text(header, rows, group, figure);
  }
  return out;
}

}  // namespace saccade
