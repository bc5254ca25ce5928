#include "report/paper_table.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "report/sweep_rows.hpp"

namespace saccade {
namespace {

/// Text as Markdown shows it as it is, in a cell of a table, too; blanks and line breaks in a row
/// are one blank.
std::string escaped(const std::string& text) {
  std::string out;
  for (const char c : text) {
    const bool blank = c == ' ' || c == '\n' || c == '\r' || c == '\t';
    if (blank && (out.empty() || out.back() == ' ')) continue;
    if (std::string("\\`*_{}[]<>#|~&").find(c) != std::string::npos) out += '\\';
    out += blank ? ' ' : c;
  }
  if (!out.empty() && out.back() == ' ') out.pop_back();
  return out;
}

std::string line(const std::vector<std::string>& cells) {
  std::string out = "|";
  for (const std::string& cell : cells) out += ' ' + escaped(cell) + " |";
  return out + '\n';
}

/// How many times better a row is than its baseline, where smaller figures are.
std::string gain(const PointRow* baseline, const PointRow& row, const std::string& figure) {
  if (baseline == nullptr) return "-";
  const auto value = figure_of(row, figure);
  return ratio_text(figure_of(*baseline, figure), value);
}

std::vector<std::string> titles(const StoreHeader& header) {
  std::vector<std::string> cells = {"workload", "technique", "hardware"};
  for (const AxisColumn& axis : header.axes) cells.push_back(axis.name);
  const std::vector<std::string> rest = {"latency",
                                         "energy per image",
                                         "EDP",
                                         "area",
                                         "speed-up",
                                         "EDP gain",
                                         "core attention latency",
                                         "core attention EDP",
                                         "core attention speed-up",
                                         "core attention EDP gain"};
  cells.insert(cells.end(), rest.begin(), rest.end());
  return cells;
}

std::vector<std::string> cells_of(const PointRow& row, const PointRow* baseline) {
  std::vector<std::string> cells = {row.workload, row.technique, row.hardware};
  for (const Json& value : row.axes) cells.push_back(value_text(value));
  const auto figure = [&](const char* name) {
    cells.push_back(figure_text(name, figure_of(row, name)));
  };
  for (const char* name : {"latency_s", "energy_per_image_j", "edp_js", "area_mm2"}) figure(name);
  for (const char* name : {"latency_s", "edp_js"}) cells.push_back(gain(baseline, row, name));
  for (const char* name : {"core_attention_latency_s", "core_attention_edp_js"}) figure(name);
  for (const char* name : {"core_attention_latency_s", "core_attention_edp_js"}) {
    cells.push_back(gain(baseline, row, name));
  }
  return cells;
}

}  // namespace

const PointRow* baseline_of(const StoreHeader& header, const std::vector<PointRow>& rows,
                            const PointRow& row) {
  if (row.technique == "none") return nullptr;
  std::vector<std::size_t> axes = all_axes(header);
  const auto last = std::remove_if(axes.begin(), axes.end(), [&](std::size_t axis) {
    return header.axes[axis].in == "technique";
  });
  axes.erase(last, axes.end());
  PointRow wanted = row;
  wanted.technique = "none";
  const std::string key = row_key(wanted, axes);
  const auto found = std::find_if(rows.begin(), rows.end(), [&](const PointRow& other) {
    return other.technique == "none" && row_key(other, axes) == key;
  });
  return found == rows.end() ? nullptr : &*found;
}

std::string markdown_text(const StoreHeader& header, const std::vector<PointRow>& rows,
                          const std::string& figure, const std::string& normalisation) {
  std::string out = fmt::format(
      "Sweep {}, saccade {}: the best point by {} of each workload and technique. {}\n"
      "Speed-up and EDP gain: of the technique \"none\" at the same hardware and axis values over "
      "the technique, above 1 is better.\n\n",
      escaped(header.name), escaped(header.version), escaped(figure), escaped(normalisation));
  const std::vector<std::string> columns = titles(header);
  std::vector<std::string> rule(columns.size(), "---:");
  std::fill_n(rule.begin(), 3, ":---");
  out += line(columns) + line(rule);
  std::vector<std::string> without;
  for (const RowGroup& group : groups_of(rows, GroupBy::workload_and_technique)) {
    const auto order = ranked(group.rows, figure);
    if (order.empty()) {
      without.push_back(fmt::format("{}, {}", group.workload, group.technique));
    } else {
      out += line(cells_of(*order.front(), baseline_of(header, rows, *order.front())));
    }
  }
  for (const std::string& group : without) {
    out += fmt::format("\nNo point of {} has {}.\n", escaped(group), escaped(figure));
  }
  return out;
}

}  // namespace saccade
