#include "report/ranking.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "base/text.hpp"
#include "report/sweep_rows.hpp"
#include "result/pareto.hpp"

namespace saccade {
namespace {

struct Front {
  std::set<const PointRow*> points;
  std::vector<std::string> figures;  ///< that it is of
};

/// The Pareto set of rows that were simulated, by the figures that all of them have.
Front front_of(const std::vector<const PointRow*>& rows) {
  Front front;
  for (const char* figure : kParetoFigures) {
    const bool all = std::all_of(rows.begin(), rows.end(), [&](const PointRow* row) {
      return figure_of(*row, figure).has_value();
    });
    if (all) front.figures.emplace_back(figure);
  }
  std::vector<std::vector<double>> points;
  for (const PointRow* row : rows) {
    points.emplace_back();
    for (const std::string& figure : front.figures) {
      const double value = *figure_of(*row, figure);
      points.back().push_back(more_is_better(figure) ? -value : value);
    }
  }
  const std::vector<bool> chosen = pareto_set(points);
  for (std::size_t i = 0; i < rows.size(); ++i) {
    if (chosen[i]) front.points.insert(rows[i]);
  }
  return front;
}

std::vector<const PointRow*> simulated(const std::vector<const PointRow*>& rows) {
  std::vector<const PointRow*> kept;
  std::copy_if(rows.begin(), rows.end(), std::back_inserter(kept),
               [](const PointRow* row) { return row->status == Status::ok; });
  return kept;
}

Table ranked_table(const StoreHeader& header, const std::vector<const PointRow*>& order,
                   const std::vector<std::string>& shown, std::size_t count, const Front& front) {
  std::vector<Column> columns = {{""}, {"", Align::left}, {"point"}};
  add_axis_columns(columns, header);
  for (const std::string& figure : shown) {
    columns.push_back({figure_title(figure)});
    if (figure == shown.front()) columns.push_back({"to the best"});
  }
  Table table(columns);
  for (std::size_t i = 0; i < count; ++i) {
    const PointRow& row = *order[i];
    std::vector<std::string> cells = {std::to_string(i + 1), front.points.count(&row) ? "*" : "",
                                      std::to_string(row.point)};
    add_axis_cells(cells, row);
    for (const std::string& figure : shown) {
      cells.push_back(figure_text(figure, figure_of(row, figure)));
      if (figure == shown.front()) {
        cells.push_back(ratio_text(figure_of(row, figure), figure_of(*order.front(), figure)));
      }
    }
    table.row(std::move(cells));
  }
  return table;
}

std::string group_text(const StoreHeader& header, const RowGroup& group,
                       const std::vector<std::string>& shown, std::size_t top) {
  const std::string title =
      fmt::format("{}, {}, {}", group.hardware, group.workload, group.technique);
  const std::vector<const PointRow*> ran = simulated(group.rows);
  const std::vector<const PointRow*> order = ranked(ran, shown.front());
  if (ran.empty()) {
    return fmt::format("{}: none of {} was simulated\n", title, points_text(group.rows.size()));
  }
  const std::string name = figure_title(shown.front());
  const bool area = shown.front() == "area_mm2";
  if (order.empty()) {
    return fmt::format("{}: {} without {}{}\n", title, points_text(ran.size()), name,
                       area ? ", as on an FPGA" : "");
  }
  const Front front = front_of(ran);
  const std::size_t count = top == 0 ? order.size() : std::min(top, order.size());
  std::vector<std::string> titles;
  for (const std::string& figure : front.figures) titles.push_back(figure_title(figure));
  std::string out =
      fmt::format("{}: {} of {} by {}; * {} in the Pareto set ({})\n", title, count,
                  points_text(ran.size()), name, front.points.size(), comma_list(titles));
  out += ranked_table(header, order, shown, count, front).text(2);
  if (order.size() < ran.size()) {
    out += fmt::format("  {} without {}\n", points_text(ran.size() - order.size()), name);
  }
  return out;
}

}  // namespace

std::string ranking_text(const StoreHeader& header, const std::vector<PointRow>& rows,
                         const std::vector<std::string>& shown, std::size_t top) {
  const std::string name = figure_title(shown.front());
  std::string out =
      fmt::format("Best points by {} of each hardware, workload and technique\n", name);
  for (const RowGroup& group : groups_of(rows, GroupBy::hardware_too)) {
    out += '\n' + group_text(header, group, shown, top);
  }
  return out;
}

}  // namespace saccade
