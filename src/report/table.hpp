// Text tables with aligned columns.
#pragma once
#include <string>
#include <vector>

namespace saccade {

/// A number for a cell: four significant digits, but all of an integer's (0.12345 -> "0.1235",
/// 65536 -> "65536").
std::string with_digits(double value);

enum class Align { left, right };

struct Column {
  std::string title;
  Align align = Align::right;
};

/// Rows of text, printed with every column as wide as its widest cell and two spaces between. A
/// table whose titles are all empty has no header.
class Table {
 public:
  explicit Table(std::vector<Column> columns) : columns_(std::move(columns)) {}

  /// One cell per column; missing ones are empty, more of them throw std::logic_error.
  void row(std::vector<std::string> cells);
  std::size_t rows() const { return rows_.size(); }
  /// All lines, each with `indent` spaces before it and none at its end.
  std::string text(std::size_t indent = 0) const;

 private:
  std::vector<Column> columns_;
  std::vector<std::vector<std::string>> rows_;
};

}  // namespace saccade
