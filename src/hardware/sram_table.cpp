#include "hardware/sram_table.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <optional>
#include <stdexcept>
#include <string_view>

#include "base/error.hpp"

namespace saccade {
namespace {

constexpr std::array<std::string_view, 12> kColumns = {
    "cell_type", "node_nm", "size_bytes", "width_bits", "banks",    "read_pJ",
    "write_pJ",  "leak_mW", "area_mm2",   "access_ns",  "cycle_ns", "status"};
constexpr std::size_t kCellTypeColumn = 0;
constexpr std::size_t kStatusColumn = kColumns.size() - 1;  ///< the only one that may be absent

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
  for (std::size_t i = 0; i < kStatusColumn; ++i) {
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

CellType cell_type(std::string_view text, const std::string& file, std::size_t line) {
  const auto name = std::find(kCellTypeNames.begin(), kCellTypeNames.end(), text);
  if (name == kCellTypeNames.end()) fail(file, line, fmt::format("unknown cell_type \"{}\"", text));
  return static_cast<CellType>(name - kCellTypeNames.begin());
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

std::optional<std::size_t> place_of(const std::vector<double>& axis, double value) {
  const auto found = std::lower_bound(axis.begin(), axis.end(), value);
  if (found == axis.end() || *found != value) return std::nullopt;
  return static_cast<std::size_t>(found - axis.begin());
}

constexpr std::size_t place(SramAxis axis) { return static_cast<std::size_t>(axis); }
constexpr std::size_t kSize = place(SramAxis::size);
constexpr std::size_t kBanks = place(SramAxis::banks);

}  // namespace

struct SramTable::Row {
  std::size_t line = 0;
  CellType cell = CellType::itrs_hp;
  std::array<double, kSramAxes> axes{};
  Point point;
};

std::size_t SramTable::Grid::index(CellType cell, const Position& position) const {
  auto result = static_cast<std::size_t>(cell);
  for (std::size_t axis = 0; axis < kSramAxes; ++axis) {
    result = result * axes[axis].size() + position[axis];
  }
  return result;
}

std::size_t SramTable::Grid::count() const {
  std::size_t result = kCellTypes;
  for (const std::vector<double>& axis : axes) result *= axis.size();
  return result;
}

template <class Visit>
void SramTable::Grid::each(const Visit& visit) const {
  for (std::size_t point = 0; point < count(); ++point) {
    Position position{};
    std::size_t rest = point;
    for (std::size_t axis = kSramAxes; axis-- > 0; rest /= axes[axis].size()) {
      position[axis] = rest % axes[axis].size();
    }
    visit(static_cast<CellType>(rest), position);
  }
}

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
      if (column == kCellTypeColumn) {
        row.cell = cell_type(cell, file, line);
      } else if (column == kStatusColumn) {
        row.point.estimated = cell != "cacti";
      } else if (column <= kSramAxes) {
        row.axes[column - 1] = positive(cell, kColumns[column], file, line);
      } else {
        row.point.logs[column - 1 - kSramAxes] =
            std::log(positive(cell, kColumns[column], file, line));
      }
    }
    rows.push_back(row);
  }
  return rows;
}

SramTable::Grid SramTable::read_grid(const std::string& text, const std::string& file) {
  const std::vector<Row> rows = read_rows(text, file);
  if (rows.empty()) fail(file, 1, "has no rows");
  Grid grid;
  for (std::size_t axis = 0; axis < kSramAxes; ++axis) {
    std::vector<double>& values = grid.axes[axis];
    for (const Row& row : rows) {
      // Rows come sorted or nearly so: comparing with the neighbour keeps the list short.
      if (values.empty() || values.back() != row.axes[axis]) values.push_back(row.axes[axis]);
    }
    std::sort(values.begin(), values.end());
    values.erase(std::unique(values.begin(), values.end()), values.end());
  }
  if (grid.count() != rows.size()) {
    throw UserError({{file, "",
                      fmt::format("has {} rows, expected {}: one for each combination of "
                                  "cell type, node, size, width and banks",
                                  rows.size(), grid.count())}});
  }
  grid.points.resize(rows.size());
  std::vector<bool> seen(rows.size());
  for (const Row& row : rows) {
    Position position{};
    for (std::size_t axis = 0; axis < kSramAxes; ++axis) {
      position[axis] = locate(grid.axes[axis], row.axes[axis]).below;
    }
    const std::size_t point = grid.index(row.cell, position);
    if (seen[point]) fail(file, row.line, "repeats an earlier row");
    seen[point] = true;
    grid.points[point] = row.point;
  }
  return grid;
}

SramTable::SramTable(const std::string& text, const std::string& file)
    : SramTable(read_grid(text, file)) {}

SramTable::SramTable(Grid given) : given_(std::move(given)), filled_(filled(given_)) {}

/// The point of a size that the grid lacks; of `position` the place on the axis of sizes is unused.
SramTable::Point SramTable::between_sizes(const Grid& given, CellType cell, Position position,
                                          double bytes) {
  const std::vector<double>& sizes = given.axes[kSize];
  const std::vector<double>& banks = given.axes[kBanks];
  const Place at = locate(sizes, bytes);
  const auto point = [&](std::size_t size) -> const Point& {
    position[kSize] = size;
    return given.points[given.index(cell, position)];
  };
  const auto line = [&](const Point& below, const Point& above, std::size_t i) {
    return (1 - at.share) * below.logs[i] + at.share * above.logs[i];
  };
  const Point& below = point(at.below);
  const Point& above = point(at.below + 1);
  Point result;
  result.estimated = below.estimated || above.estimated;
  for (std::size_t i = 0; i < kValues; ++i) result.logs[i] = line(below, above, i);
  if (banks.size() < 2) return result;

  // Memories of the same banks, of another number.
  const std::size_t own = position[kBanks];
  position[kBanks] = own > 0 ? own - 1 : own + 1;
  const double ratio = banks[position[kBanks]] / banks[own];
  const auto middle = place_of(sizes, bytes * ratio);
  const auto lower = place_of(sizes, sizes[at.below] * ratio);
  const auto upper = place_of(sizes, sizes[at.below + 1] * ratio);
  if (!middle || !lower || !upper) return result;
  constexpr double mean = 0.5;  // of the line and of what the sibling says
  for (std::size_t i = 0; i < kValues; ++i) {
    result.logs[i] += mean * (point(*middle).logs[i] - line(point(*lower), point(*upper), i));
  }
  return result;
}

SramTable::Grid SramTable::filled(const Grid& given) {
  Grid grid;
  grid.axes = given.axes;
  std::vector<double>& sizes = grid.axes[kSize];
  for (double size = given.axes[kSize].front(); size < given.axes[kSize].back(); size *= 2) {
    if (!place_of(given.axes[kSize], size)) sizes.push_back(size);
  }
  std::sort(sizes.begin(), sizes.end());
  grid.points.reserve(grid.count());
  grid.each([&](CellType cell, Position position) {
    const double bytes = sizes[position[kSize]];
    if (const auto size = place_of(given.axes[kSize], bytes)) {
      position[kSize] = *size;
      grid.points.push_back(given.points[given.index(cell, position)]);
    } else {
      grid.points.push_back(between_sizes(given, cell, position, bytes));
    }
  });
  return grid;
}

SramTable SramTable::without(SramAxis axis, double value) const {
  const std::size_t cut = place(axis);
  const auto gap = place_of(given_.axes[cut], value);
  if (!gap || *gap == 0 || *gap + 1 == given_.axes[cut].size()) {
    throw std::invalid_argument("SramTable::without: no value between others");
  }
  Grid rest;
  rest.axes = given_.axes;
  rest.axes[cut].erase(rest.axes[cut].begin() + static_cast<std::ptrdiff_t>(*gap));
  given_.each([&](CellType cell, const Position& position) {
    if (position[cut] != *gap) rest.points.push_back(given_.points[given_.index(cell, position)]);
  });
  return SramTable(std::move(rest));
}

const std::vector<double>& SramTable::axis(SramAxis axis) const { return given_.axes[place(axis)]; }

SramValues SramTable::at(CellType cell, double node_nm, double bytes, double width_bits,
                         double banks) const {
  const std::array<double, kSramAxes> wanted = {node_nm, bytes, width_bits, banks};
  std::array<Place, kSramAxes> places;
  SramValues values;
  for (std::size_t axis = 0; axis < kSramAxes; ++axis) {
    places[axis] = locate(filled_.axes[axis], wanted[axis]);
    values.between[axis] = !place_of(given_.axes[axis], wanted[axis]);
  }
  std::array<double, kValues> sum{};
  for (unsigned corner = 0; corner < 1u << kSramAxes; ++corner) {
    double weight = 1;
    Position position{};
    for (std::size_t axis = 0; axis < kSramAxes; ++axis) {
      const bool upper = (corner >> axis & 1u) != 0;
      weight *= upper ? places[axis].share : 1 - places[axis].share;
      position[axis] = places[axis].below + (upper ? 1 : 0);
    }
    if (weight == 0) continue;  // also skips what lies beyond the end of an axis
    const Point& point = filled_.points[filled_.index(cell, position)];
    values.estimated = values.estimated || point.estimated;
    for (std::size_t i = 0; i < kValues; ++i) sum[i] += weight * point.logs[i];
  }
  values.read_pj = std::exp(sum[0]);
  values.write_pj = std::exp(sum[1]);
  values.leakage_mw = std::exp(sum[2]);
  values.area_mm2 = std::exp(sum[3]);
  values.access_ns = std::exp(sum[4]);
  values.cycle_ns = std::exp(sum[5]);
  return values;
}

}  // namespace saccade
