// The figures of a point as columns of tables: name with unit, what it is, and how to get it.
#pragma once
#include <optional>
#include <string>
#include <vector>

#include "result/point_result.hpp"

namespace saccade {

struct ResultFigure {
  const char* name;  ///< with its SI unit: "latency_s"
  const char* help;
  double (*of)(const PointResult&);
  /// Whether results have it at all: there is no area on an FPGA. Null: all have.
  bool (*given)(const PointResult&);
  bool of_design = false;  ///< known before anything runs
};

/// All figures, in the order of columns.
const std::vector<ResultFigure>& figures();

/// Place of a figure in figures(); nothing if there is none of that name.
std::optional<std::size_t> figure_index(const std::string& name);

/// Figures of a result, by figures(); nothing where it has none. Of a point that was not
/// simulated there are those of its design, if it came that far.
using FigureValues = std::vector<std::optional<double>>;
FigureValues figures_of(const PointResult& result);

}  // namespace saccade
