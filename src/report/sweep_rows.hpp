// Rows of a store as reports take them: groups, the best of them, and their values as text.
#pragma once
#include <optional>
#include <string>
#include <vector>

#include "report/table.hpp"
#include "result/store.hpp"

namespace saccade {

/// Rows that a report sets beside each other.
struct RowGroup {
  std::string hardware;  ///< "" unless grouped by it, too
  std::string workload;
  std::string technique;
  std::vector<const PointRow*> rows;  ///< in the order of the sweep
};

enum class GroupBy { workload_and_technique, hardware_too };

/// Groups in the order in which the rows first name them; `rows` must outlive them.
std::vector<RowGroup> groups_of(const std::vector<PointRow>& rows, GroupBy by);

/// A figure of a row; nothing if it has none. `index` is its place in figures().
std::optional<double> figure_of(const PointRow& row, std::size_t index);
/// The same by name; an unknown one throws std::bad_optional_access.
std::optional<double> figure_of(const PointRow& row, const std::string& figure);

std::vector<std::string> figure_names();

/// What Pareto sets are of, as far as points have it.
constexpr const char* kParetoFigures[] = {"latency_s", "energy_per_image_j", "area_mm2",
                                          "accuracy_top1_percent", "accuracy_miou_percent"};

/// Whether a figure should be large: throughput, accuracy and utilisation; all others should be
/// small.
bool more_is_better(const std::string& figure);

/// Rows that were simulated and have a figure, the best first, equal ones in their order. Others
/// may have figures of their design, such as area.
std::vector<const PointRow*> ranked(const std::vector<const PointRow*>& rows,
                                    const std::string& figure);

/// What rows are the same by: hardware, workload, technique and these axes. A number is the same
/// however it is written (16 and 16.0).
std::string row_key(const PointRow& row, const std::vector<std::size_t>& axes);
/// An axis' value in such a key.
std::string value_key(const Json& value);

/// Places of all axes: 0, 1, ...
std::vector<std::size_t> all_axes(const StoreHeader& header);

/// "EDP" of "edp_js"; the name itself of a figure that has no shorter title.
std::string figure_title(const std::string& figure);
/// With the unit that its name ends in and a readable prefix; "none" if there is none.
std::string figure_text(const std::string& figure, const std::optional<double>& value);
/// "1.25" times as much as `base`; "-" if either is none or `base` is 0.
std::string ratio_text(const std::optional<double>& value, const std::optional<double>& base);

/// A value of an axis for people: text without quotes, fractions with six digits, "-" for null.
std::string value_text(const Json& value);
/// "vector_width 32, buffer_bytes 65536": without axes that do not apply.
std::string axes_text(const StoreHeader& header, const PointRow& row);
/// A column per axis, and the cells of a row in them.
void add_axis_columns(std::vector<Column>& columns, const StoreHeader& header);
void add_axis_cells(std::vector<std::string>& cells, const PointRow& row);

/// "1 point", "1,234 points".
std::string points_text(std::size_t count);

/// Whether each value of one axis comes with one value of the other only, and the other way round,
/// as those of zipped axes do.
bool move_together(const std::vector<PointRow>& rows, std::size_t a, std::size_t b);

}  // namespace saccade
