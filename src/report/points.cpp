#include "report/points.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "base/csv.hpp"
#include "result/store_schema.hpp"

namespace saccade {
namespace {

/// On one line: line breaks become "; ", other control characters blanks.
std::string one_line(const std::string& text) {
  std::string line;
  bool broken = false;
  for (const char c : text) {
    if (c == '\n' || c == '\r') {
      broken = !line.empty();
      continue;
    }
    if (broken) line += "; ";
    broken = false;
    line += static_cast<unsigned char>(c) < ' ' ? ' ' : c;
  }
  return line;
}

std::string text_cell(const std::string& text) {
  const std::string line = one_line(text);
  return line.empty() ? "none" : line;
}

std::string figure_cell(const std::optional<double>& figure) {
  return figure ? fmt::format("{}", *figure) : "nan";
}

/// `none` stands for null.
std::string axis_cell(const Json& value, const char* none) {
  if (value.is_null()) return none;
  if (value.is_string()) return text_cell(value.get<std::string>());
  if (value.is_number_float()) return fmt::format("{}", value.get<double>());
  return one_line(value.dump());
}

/// What null is in the column of an axis: "nan" among numbers and truth values, else "none".
const char* none_of_axis(const std::vector<PointRow>& rows, std::size_t axis) {
  const auto is_text = [&](const PointRow& row) {
    return row.axes[axis].is_string() || row.axes[axis].is_structured();
  };
  return std::any_of(rows.begin(), rows.end(), is_text) ? "none" : "nan";
}

/// A count is an integer, not "3.0"; JSON has no infinite numbers.
Json figure_json(const std::optional<double>& figure) {
  constexpr double max_exact = 9007199254740992;  // 2^53: all integers up to it are doubles
  if (!figure || !std::isfinite(*figure)) return nullptr;
  if (std::fabs(*figure) <= max_exact && std::trunc(*figure) == *figure) {
    return static_cast<std::int64_t>(*figure);
  }
  return *figure;
}

Json record(const std::vector<std::string>& columns, const PointRow& row) {
  const Json message = row.message.empty() ? Json(nullptr) : Json(row.message);
  std::vector<Json> values = {row.point, row.hash, row.hardware, row.workload, row.technique};
  values.insert(values.end(), row.axes.begin(), row.axes.end());
  values.insert(values.end(), {status_name(row.status), message});
  for (const auto& figure : row.figures) values.push_back(figure_json(figure));
  Json json = Json::object();
  for (std::size_t i = 0; i < columns.size(); ++i) json[columns[i]] = std::move(values[i]);
  return json;
}

}  // namespace

std::string points_csv(const StoreHeader& header, const std::vector<PointRow>& rows) {
  std::string out = csv_line(point_columns(header.axes));
  std::vector<const char*> none;
  for (std::size_t i = 0; i < header.axes.size(); ++i) none.push_back(none_of_axis(rows, i));
  for (const PointRow& row : rows) {
    std::vector<std::string> cells = {std::to_string(row.point), text_cell(row.hash),
                                      text_cell(row.hardware), text_cell(row.workload),
                                      text_cell(row.technique)};
    for (std::size_t i = 0; i < none.size(); ++i) cells.push_back(axis_cell(row.axes[i], none[i]));
    cells.push_back(status_name(row.status));
    cells.push_back(text_cell(row.message));
    for (const auto& figure : row.figures) cells.push_back(figure_cell(figure));
    out += csv_line(cells);
  }
  return out;
}

std::string points_json(const StoreHeader& header, const std::vector<PointRow>& rows) {
  const std::vector<std::string> columns = point_columns(header.axes);
  std::string out = "[";
  for (const PointRow& row : rows) {
    out += out.size() == 1 ? "\n" : ",\n";
    // Messages may quote files of the user in which not everything is Unicode.
    out += record(columns, row).dump(-1, ' ', false, Json::error_handler_t::replace);
  }
  return out + "\n]\n";
}

}  // namespace saccade
