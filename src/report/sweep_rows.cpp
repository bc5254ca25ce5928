#include "report/sweep_rows.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <map>
#include <numeric>
#include <tuple>

#include "base/text.hpp"

namespace saccade {
namespace {

bool ends_with(const std::string& text, const std::string& end) {
  return text.size() >= end.size() && text.compare(text.size() - end.size(), end.size(), end) == 0;
}

/// What names of figures end in, the longer first, and the unit that they are printed in.
constexpr std::array<std::pair<const char*, const char*>, 8> kUnits = {{
    {"images_per_s", "images/s"},
    {"macs_per_s", "MAC/s"},
    {"bytes_per_s", "B/s"},
    {"_js", "J*s"},
    {"_j", "J"},
    {"_hz", "Hz"},
    {"_w", "W"},
    {"_s", "s"},
}};

}  // namespace

std::vector<RowGroup> groups_of(const std::vector<PointRow>& rows, GroupBy by) {
  std::vector<RowGroup> groups;
  std::map<std::tuple<std::string, std::string, std::string>, std::size_t> places;
  for (const PointRow& row : rows) {
    const std::string hardware = by == GroupBy::hardware_too ? row.hardware : "";
    const auto key = std::make_tuple(hardware, row.workload, row.technique);
    const auto [place, added] = places.emplace(key, groups.size());
    if (added) groups.push_back({hardware, row.workload, row.technique, {}});
    groups[place->second].rows.push_back(&row);
  }
  return groups;
}

std::optional<double> figure_of(const PointRow& row, std::size_t index) {
  return index < row.figures.size() ? row.figures[index] : std::nullopt;
}

std::optional<double> figure_of(const PointRow& row, const std::string& figure) {
  return figure_of(row, figure_index(figure).value());
}

std::vector<std::string> figure_names() {
  std::vector<std::string> names;
  for (const ResultFigure& figure : figures()) names.emplace_back(figure.name);
  return names;
}

bool more_is_better(const std::string& figure) {
  return figure == "throughput_images_per_s" || figure.rfind("accuracy_", 0) == 0 ||
         ends_with(figure, "utilization");
}

std::vector<const PointRow*> ranked(const std::vector<const PointRow*>& rows,
                                    const std::string& figure) {
  const std::size_t index = figure_index(figure).value();
  const double sign = more_is_better(figure) ? -1 : 1;
  std::vector<const PointRow*> order;
  for (const PointRow* row : rows) {
    if (row->status == Status::ok && figure_of(*row, index)) order.push_back(row);
  }
  std::stable_sort(order.begin(), order.end(), [&](const PointRow* a, const PointRow* b) {
    return sign * *figure_of(*a, index) < sign * *figure_of(*b, index);
  });
  return order;
}

std::string value_key(const Json& value) {
  if (!value.is_number_float()) return value.dump();
  const auto number = value.get<double>();
  const bool whole = number == std::floor(number) && std::abs(number) < 1e15;
  return whole ? fmt::format("{:.0f}", number) : value.dump();
}

std::string row_key(const PointRow& row, const std::vector<std::size_t>& axes) {
  std::string key = row.hardware + '\0' + row.workload + '\0' + row.technique;
  for (const std::size_t axis : axes) key += '\0' + value_key(row.axes.at(axis));
  return key;
}

std::vector<std::size_t> all_axes(const StoreHeader& header) {
  std::vector<std::size_t> axes(header.axes.size());
  std::iota(axes.begin(), axes.end(), std::size_t{0});
  return axes;
}

std::string figure_title(const std::string& figure) {
  static const std::map<std::string, std::string> titles = {{"latency_s", "latency"},
                                                            {"energy_per_image_j", "energy"},
                                                            {"edp_js", "EDP"},
                                                            {"area_mm2", "area"},
                                                            {"accuracy_top1_percent", "accuracy"},
                                                            {"accuracy_miou_percent", "mIoU"}};
  const auto found = titles.find(figure);
  return found == titles.end() ? figure : found->second;
}

std::string figure_text(const std::string& figure, const std::optional<double>& value) {
  if (!value) return "none";
  for (const auto& [end, unit] : kUnits) {
    if (ends_with(figure, end)) return with_prefix(*value, unit);
  }
  if (ends_with(figure, "_mm2")) return fmt::format("{:.4g} mm^2", *value);
  if (ends_with(figure, "_percent")) return fmt::format("{:.4g} %", *value);
  if (ends_with(figure, "utilization")) return fmt::format("{:.1f} %", 100 * *value);
  if (figure.find("_bytes") != std::string::npos) return with_bytes(*value);
  return with_digits(*value);
}

std::string ratio_text(const std::optional<double>& value, const std::optional<double>& base) {
  return value && base && *base != 0 ? fmt::format("{:.3f}", *value / *base) : "-";
}

std::string value_text(const Json& value) {
  if (value.is_null()) return "-";
  if (value.is_string()) return value.get<std::string>();
  const std::string text = value_key(value);
  const bool fraction = value.is_number_float() && text.find('.') != std::string::npos;
  return fraction ? fmt::format("{:.6g}", value.get<double>()) : text;
}

std::string axes_text(const StoreHeader& header, const PointRow& row) {
  std::vector<std::string> parts;
  for (std::size_t i = 0; i < header.axes.size(); ++i) {
    if (!row.axes.at(i).is_null()) {
      parts.push_back(header.axes[i].name + ' ' + value_text(row.axes[i]));
    }
  }
  return comma_list(parts);
}

void add_axis_columns(std::vector<Column>& columns, const StoreHeader& header) {
  for (const AxisColumn& axis : header.axes) columns.push_back({axis.name});
}

void add_axis_cells(std::vector<std::string>& cells, const PointRow& row) {
  for (const Json& value : row.axes) cells.push_back(value_text(value));
}

std::string points_text(std::size_t count) {
  const std::string number = with_thousands(static_cast<long long>(count));
  return number + (count == 1 ? " point" : " points");
}

bool move_together(const std::vector<PointRow>& rows, std::size_t a, std::size_t b) {
  std::map<std::string, std::string> to_b, to_a;
  for (const PointRow& row : rows) {
    const std::string at_a = value_key(row.axes.at(a)), at_b = value_key(row.axes.at(b));
    if (to_b.emplace(at_a, at_b).first->second != at_b) return false;
    if (to_a.emplace(at_b, at_a).first->second != at_a) return false;
  }
  return to_b.size() > 1;
}

}  // namespace saccade
