#include "hardware/sram_table.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <string_view>

#include "base/error.hpp"

namespace saccade {
namespace {

constexpr std::array<std::string_view, 11> kColumns = {
    "cell_type", "node_nm", "size_bytes", "width_bits", "banks",   "read_pJ",
    "write_pJ",  "leak_mW", "area_mm2",   "access_ns",  "cycle_ns"};

/// Cuts the text up to the next `separator` off the front of `rest`.
std::string_view next(std::string_view& rest, char separator) {
  const std::size_t end = std::min(rest.find(separator), rest.size());
  std::string_view head = rest.substr(0, end);
  rest.remove_prefix(std::min(end + 1, rest.size()));
  if (!head.empty() && head.back() == '\r') head.remove_suffix(1);
  return head;
}

[[noreturn]] void fail(const std::string& file, std::size_t line, const std::string& message) {
  throw UserError({{file, fmt::format("line {}", line), message}});
}

/// For every column of the file, its place in kColumns or -1.
std::vector<int> column_places(std::string_view header, const std::string& file) {
  std::vector<int> places;
  std::array<bool, kColumns.size()> seen{};
  while (!header.empty()) {
    const auto found = std::find(kColumns.begin(), kColumns.end(), next(header, ','));
    const auto place = static_cast<std::size_t>(found - kColumns.begin());
    if (found != kColumns.end()) seen[place] = true;
    places.push_back(found == kColumns.end() ? -1 : static_cast<int>(place));
  }
  for (std::size_t i = 0; i < seen.size(); ++i) {
    if (!seen[i]) fail(file, 1, fmt::format("lacks the column '{}'", kColumns[i]));
  }
  return places;
}

double positive(std::string_view text, std::string_view column, const std::string& file,
                std::size_t line) {
  double value = 0;
  const auto result = std::from_chars(text.data(), text.data() + text.size(), value);
  if (result.ec != std::errc() || result.ptr != text.data() + text.size() ||
      !std::isfinite(value) || value <= 0) {
    fail(file, line, fmt::format("{} is \"{}\", expected a positive number", column, text));
  }
  return value;
}

/// Lower neighbour on an axis and the share of the upper one.
struct Place {
  std::size_t below = 0;
  double share = 0;
};

Place locate(const std::vector<double>& axis, double value) {
  if (value <= axis.front()) return {0, 0.0};
  if (value >= axis.back()) return {axis.size() - 1, 0.0};
  const auto above = std::upper_bound(axis.begin(), axis.end(), value);
  const double lower = *(above - 1);
  return {static_cast<std::size_t>(above - axis.begin()) - 1,
          std::log(value / lower) / std::log(*above / lower)};
}

}  // namespace

struct SramTable::Row {
  std::size_t line = 0;
  CellType cell = CellType::itrs_hp;
  std::array<double, kAxes> axes{};
  Logs logs{};
};

std::vector<SramTable::Row> SramTable::read_rows(const std::string& text, const std::string& file) {
  std::string_view rest = text;
  const std::vector<int> places = column_places(next(rest, '\n'), file);
  std::vector<Row> rows;
  for (std::size_t line = 2; !rest.empty(); ++line) {
    std::string_view cells = next(rest, '\n');
    if (cells.empty()) continue;
    Row row;
    row.line = line;
    for (const int place : places) {
      const std::string_view cell = next(cells, ',');
      if (place < 0) continue;
      const auto column = static_cast<std::size_t>(place);
      if (column == 0) {
        const auto name = std::find(kCellTypeNames.begin(), kCellTypeNames.end(), cell);
        if (name == kCellTypeNames.end())
          fail(file, line, fmt::format("unknown cell_type \"{}\"", cell));
        row.cell = static_cast<CellType>(name - kCellTypeNames.begin());
        continue;
      }
      const double value = positive(cell, kColumns[column], file, line);
      if (column <= kAxes) {
        row.axes[column - 1] = value;
      } else {
        row.logs[column - 1 - kAxes] = std::log(value);
      }
    }
    rows.push_back(row);
  }
  return rows;
}

SramTable::SramTable(const std::string& text, const std::string& file) {
  const std::vector<Row> rows = read_rows(text, file);
  if (rows.empty()) fail(file, 1, "has no rows");
  std::size_t cells = kCellTypes;
  for (std::size_t axis = 0; axis < kAxes; ++axis) {
    std::vector<double>& values = axes_[axis];
    for (const Row& row : rows) {
      // Rows come sorted or nearly so: comparing with the neighbour keeps the list short.
      if (values.empty() || values.back() != row.axes[axis]) values.push_back(row.axes[axis]);
    }
    std::sort(values.begin(), values.end());
    values.erase(std::unique(values.begin(), values.end()), values.end());
    cells *= values.size();
  }
  if (cells != rows.size()) {
    throw UserError({{file, "",
                      fmt::format("has {} rows, expected {}: one for each combination of "
                                  "cell type, node, size, width and banks",
                                  rows.size(), cells)}});
  }
  logs_.resize(cells);
  std::vector<bool> filled(cells);
  for (const Row& row : rows) {
    std::array<std::size_t, kAxes> position{};
    for (std::size_t axis = 0; axis < kAxes; ++axis) {
      position[axis] = locate(axes_[axis], row.axes[axis]).below;
    }
    const std::size_t cell = index(row.cell, position);
    if (filled[cell]) fail(file, row.line, "repeats an earlier row");
    filled[cell] = true;
    logs_[cell] = row.logs;
  }
}

std::size_t SramTable::index(CellType cell, const std::array<std::size_t, kAxes>& position) const {
  auto result = static_cast<std::size_t>(cell);
  for (std::size_t axis = 0; axis < kAxes; ++axis) {
    result = result * axes_[axis].size() + position[axis];
  }
  return result;
}

SramValues SramTable::at(CellType cell, double node_nm, double bytes, double width_bits,
                         double banks) const {
  const std::array<double, kAxes> wanted = {node_nm, bytes, width_bits, banks};
  std::array<Place, kAxes> places;
  for (std::size_t axis = 0; axis < kAxes; ++axis) places[axis] = locate(axes_[axis], wanted[axis]);
  Logs sum{};
  bool table_point = true;
  for (unsigned corner = 0; corner < 1u << kAxes; ++corner) {
    double weight = 1;
    std::array<std::size_t, kAxes> position{};
    for (std::size_t axis = 0; axis < kAxes; ++axis) {
      const bool upper = (corner >> axis & 1u) != 0;
      weight *= upper ? places[axis].share : 1 - places[axis].share;
      position[axis] = places[axis].below + (upper ? 1 : 0);
    }
    if (weight == 0) continue;  // also skips what lies beyond the end of an axis
    if (weight != 1) table_point = false;
    const Logs& logs = logs_[index(cell, position)];
    for (std::size_t i = 0; i < kValues; ++i) sum[i] += weight * logs[i];
  }
  return {std::exp(sum[0]), std::exp(sum[1]), std::exp(sum[2]), std::exp(sum[3]),
          std::exp(sum[4]), std::exp(sum[5]), table_point};
}

}  // namespace saccade
