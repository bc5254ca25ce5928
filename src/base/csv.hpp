// Comma-separated values of the user: a header that is checked, and rows that know their line.
#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/error.hpp"

namespace saccade {

struct CsvRow {
  std::size_t line = 0;            ///< in the file, from 1
  std::vector<std::string> cells;  ///< one per column
};

struct CsvTable {
  std::string file;
  std::vector<std::string> columns;
  std::vector<CsvRow> rows;

  bool has(const std::string& column) const;
  /// The cell of a column that the table has; an unknown one throws std::out_of_range.
  const std::string& cell(const CsvRow& row, const std::string& column) const;
  /// Reports "file: line 7: column 'M' <message>".
  void fail(const CsvRow& row, const std::string& column, const std::string& message,
            Mistakes& mistakes) const;
  /// An integer within [min, max]; reports a mistake and returns nothing if it is none.
  std::optional<std::int64_t> integer(const CsvRow& row, const std::string& column,
                                      std::int64_t min, std::int64_t max, Mistakes& mistakes) const;
  /// The same with a number within [min, max].
  std::optional<double> number(const CsvRow& row, const std::string& column, double min, double max,
                               Mistakes& mistakes) const;
};

/// Parses text as RFC 4180 says, but that no cell spans lines: cells may stand in double quotes,
/// in which a comma is plain and "" is a quote. The first line names the columns: all `required`
/// ones, any `optional` ones, none twice, in any order. Empty lines are passed over. Throws
/// UserError with all mistakes, also for more than a million rows.
CsvTable parse_csv(const std::string& text, const std::string& file,
                   const std::vector<std::string>& required,
                   const std::vector<std::string>& optional = {});

/// One line with its end, cells quoted where they must be.
std::string csv_line(const std::vector<std::string>& cells);

}  // namespace saccade
