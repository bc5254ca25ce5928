#include "base/csv.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <stdexcept>

#include "base/text.hpp"

namespace saccade {
namespace {

constexpr std::size_t kMaxRows = 1'000'000;

bool contains(const std::vector<std::string>& names, const std::string& name) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

/// Cells of one line, or nothing if a quote is not closed or not at the border of its cell.
/// (boost's escaped_list_separator drops doubled quotes, so that cells with JSON would come out
/// broken.)
std::optional<std::vector<std::string>> split(const std::string& line) {
  std::vector<std::string> cells(1);
  std::size_t i = 0;
  while (true) {
    if (i < line.size() && line[i] == '"') {
      for (++i;; ++i) {
        if (i == line.size()) return std::nullopt;
        if (line[i] == '"' && (++i == line.size() || line[i] != '"')) break;  // else a doubled one
        cells.back() += line[i];
      }
    } else {
      for (; i < line.size() && line[i] != ','; ++i) {
        if (line[i] == '"') return std::nullopt;
        cells.back() += line[i];
      }
    }
    if (i == line.size()) return cells;
    if (line[i++] != ',') return std::nullopt;
    cells.emplace_back();
  }
}

/// All of the text as a value within [min, max].
template <class T>
std::optional<T> parsed(const std::string& text, T min, T max) {
  T value{};
  const char* end = text.data() + text.size();
  const auto result = std::from_chars(text.data(), end, value);
  if (result.ec == std::errc() && result.ptr == end && value >= min && value <= max) return value;
  return std::nullopt;
}

void check_header(const CsvTable& table, const std::string& at,
                  const std::vector<std::string>& required,
                  const std::vector<std::string>& optional, Mistakes& mistakes) {
  std::vector<std::string> known = required;
  known.insert(known.end(), optional.begin(), optional.end());
  for (std::size_t i = 0; i < table.columns.size(); ++i) {
    const std::string& name = table.columns[i];
    const auto here = table.columns.begin() + static_cast<std::ptrdiff_t>(i);
    if (!contains(known, name)) {
      mistakes.add(table.file, at,
                   fmt::format("column '{}' is unknown, expected {}{}", name, comma_list(known),
                               did_you_mean(name, known)));
    } else if (std::find(table.columns.begin(), here, name) != here) {
      mistakes.add(table.file, at, fmt::format("column '{}' stands twice, expected once", name));
    }
  }
  for (const std::string& name : required) {
    if (!table.has(name)) {
      mistakes.add(table.file, at, fmt::format("lacks column '{}'", name));
    }
  }
}

}  // namespace

bool CsvTable::has(const std::string& column) const { return contains(columns, column); }

const std::string& CsvTable::cell(const CsvRow& row, const std::string& column) const {
  const auto found = std::find(columns.begin(), columns.end(), column);
  if (found == columns.end()) throw std::out_of_range("CsvTable has no column " + column);
  return row.cells[static_cast<std::size_t>(found - columns.begin())];
}

void CsvTable::fail(const CsvRow& row, const std::string& column, const std::string& message,
                    Mistakes& mistakes) const {
  mistakes.add(file, fmt::format("line {}", row.line),
               fmt::format("column '{}' {}", column, message));
}

std::optional<std::int64_t> CsvTable::integer(const CsvRow& row, const std::string& column,
                                              std::int64_t min, std::int64_t max,
                                              Mistakes& mistakes) const {
  const auto value = parsed<std::int64_t>(cell(row, column), min, max);
  if (!value) {
    fail(row, column,
         fmt::format("is '{}', expected an integer from {} to {}", cell(row, column), min, max),
         mistakes);
  }
  return value;
}

std::optional<double> CsvTable::number(const CsvRow& row, const std::string& column, double min,
                                       double max, Mistakes& mistakes) const {
  const auto value = parsed<double>(cell(row, column), min, max);
  if (!value) {
    fail(row, column,
         fmt::format("is '{}', expected a number from {} to {}", cell(row, column), min, max),
         mistakes);
  }
  return value;
}

CsvTable parse_csv(const std::string& text, const std::string& file,
                   const std::vector<std::string>& required,
                   const std::vector<std::string>& optional) {
  CsvTable table;
  table.file = file;
  Mistakes mistakes;
  std::size_t number = 0;
  for (std::size_t begin = 0; begin < text.size() && mistakes.size() < 100;) {
    const std::size_t end = std::min(text.find('\n', begin), text.size());
    std::string line = text.substr(begin, end - begin);
    begin = end + 1;
    ++number;
    if (!line.empty() && line.back() == '\r') line.pop_back();
    if (line.empty()) continue;
    const std::string at = fmt::format("line {}", number);
    auto cells = split(line);
    if (!cells) {
      mistakes.add(file, at, "has a quote that is not closed or not at the border of its cell");
    } else if (table.columns.empty()) {
      table.columns = std::move(*cells);
      check_header(table, at, required, optional, mistakes);
    } else if (cells->size() != table.columns.size()) {
      mistakes.add(file, at,
                   fmt::format("has {} cells, expected {} as in the header", cells->size(),
                               table.columns.size()));
    } else {
      table.rows.push_back({number, std::move(*cells)});
      if (table.rows.size() > kMaxRows) {
        mistakes.add(file, at, fmt::format("is beyond the {} rows that are read", kMaxRows));
        break;
      }
    }
  }
  if (table.columns.empty() && mistakes.empty()) {
    mistakes.add(file, "", "is empty, expected a header of " + comma_list(required));
  }
  mistakes.check();
  return table;
}

std::string csv_line(const std::vector<std::string>& cells) {
  std::string line;
  for (std::size_t i = 0; i < cells.size(); ++i) {
    if (i > 0) line += ',';
    if (cells[i].find_first_of(",\"\r\n") == std::string::npos) {
      line += cells[i];
      continue;
    }
    line += '"';
    for (const char c : cells[i]) {
      if (c == '"') line += '"';
      line += c;
    }
    line += '"';
  }
  return line + '\n';
}

}  // namespace saccade
