#include "report/row_filter.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <set>
#include <sstream>

#include "base/error.hpp"
#include "base/text.hpp"
#include "report/sweep_rows.hpp"

namespace saccade {
namespace {

/// Values that a message lists.
constexpr std::size_t kListed = 20;

/// What a column of a row holds, for people and with all digits.
struct Held {
  std::string text;
  std::string exact;

  explicit Held(const std::string& name) : text(name), exact(name) {}
  explicit Held(const Json& value) : text(value_text(value)), exact(value_key(value)) {}
  bool is(const std::string& wanted) const { return wanted == text || wanted == exact; }
};

Held held(const PointRow& row, const StoreHeader& header, const std::string& column) {
  if (column == "hardware") return Held(row.hardware);
  if (column == "workload") return Held(row.workload);
  if (column == "technique") return Held(row.technique);
  if (column == "status") return Held(status_name(row.status));
  for (const std::size_t axis : all_axes(header)) {
    if (header.axes[axis].name == column) return Held(row.axes.at(axis));
  }
  throw std::logic_error("no such column");
}

std::vector<std::string> columns_of(const StoreHeader& header) {
  std::vector<std::string> columns = {"hardware", "workload", "technique", "status"};
  for (const AxisColumn& axis : header.axes) columns.push_back(axis.name);
  return columns;
}

/// What is wrong with a part of a filter; nothing if it is right.
std::string mistake_of(const std::string& part, const StoreHeader& header,
                       const std::vector<PointRow>& rows) {
  const std::size_t equals = part.find('=');
  if (equals == std::string::npos) {
    return fmt::format("'{}' has no value, expected such as technique=none", part);
  }
  const std::string column = part.substr(0, equals), wanted = part.substr(equals + 1);
  const std::vector<std::string> columns = columns_of(header);
  if (std::find(columns.begin(), columns.end(), column) == columns.end()) {
    return fmt::format("unknown column '{}', expected one of {}{}", column, comma_list(columns),
                       did_you_mean(column, columns));
  }
  std::vector<std::string> values;
  std::set<std::string> seen;
  for (const PointRow& row : rows) {
    const Held value = held(row, header, column);
    if (value.is(wanted)) return "";
    if (seen.insert(value.text).second) values.push_back(value.text);
  }
  const std::string hint = did_you_mean(wanted, values);
  const std::size_t count = values.size();
  if (count > kListed) values.resize(kListed);
  return fmt::format("no point has {} '{}', expected one of {}{}{}", column, wanted,
                     comma_list(values), count > kListed ? ", ..." : "", hint);
}

}  // namespace

RowFilter parse_filter(const std::string& text, const StoreHeader& header,
                       const std::vector<PointRow>& rows) {
  RowFilter filter;
  Mistakes mistakes;
  if (text.empty()) mistakes.add("", "", "--where: is empty, expected such as technique=none");
  std::istringstream in(text);
  for (std::string part; std::getline(in, part, ',');) {
    const std::string mistake = mistake_of(part, header, rows);
    if (!mistake.empty()) {
      mistakes.add("", "", "--where: " + mistake);
      continue;
    }
    const std::size_t equals = part.find('=');
    filter.emplace_back(part.substr(0, equals), part.substr(equals + 1));
  }
  mistakes.check();
  return filter;
}

std::vector<PointRow> filtered(const std::vector<PointRow>& rows, const StoreHeader& header,
                               const RowFilter& filter) {
  std::vector<PointRow> kept;
  std::copy_if(rows.begin(), rows.end(), std::back_inserter(kept), [&](const PointRow& row) {
    return std::all_of(filter.begin(), filter.end(), [&](const auto& part) {
      return held(row, header, part.first).is(part.second);
    });
  });
  return kept;
}

}  // namespace saccade
