#include "report/store_diff.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <set>

#include "base/text.hpp"
#include "report/sweep_rows.hpp"
#include "result/shard.hpp"

namespace saccade {
namespace {

std::string count_text(std::size_t count) { return with_thousands(static_cast<long long>(count)); }

std::size_t shown_of(std::size_t count, std::size_t top) {
  return top == 0 ? count : std::min(top, count);
}

std::string rest_text(std::size_t count, std::size_t shown) {
  if (shown == count) return "";
  return fmt::format("  {} more; --top 0 prints them, too\n", count_text(count - shown));
}

Table what_they_are(const StoreRows& a, const StoreRows& b) {
  Table table({{"", Align::left}, {"A", Align::left}, {"B", Align::left}});
  const auto row = [&](const char* title, const auto& text_of) {
    table.row({title, text_of(a), text_of(b)});
  };
  row("store", [](const StoreRows& s) { return s.path; });
  row("sweep", [](const StoreRows& s) { return s.header.name; });
  row("version", [](const StoreRows& s) { return s.header.version; });
  row("part", [](const StoreRows& s) { return shard_text(s.header.shard); });
  row("points", [](const StoreRows& s) {
    return fmt::format("{} of {}", count_text(s.rows.size()), count_text(s.header.points));
  });
  return table;
}

/// What changed of what the points rest on, a line each.
std::string provenance_text(const StoreHeader& a, const StoreHeader& b) {
  std::string out;
  if (a.version != b.version) {
    out += fmt::format("  the program: version {} -> {}\n", a.version, b.version);
  }
  if (a.sweep != b.sweep) out += "  the sweep file\n";
  std::set<std::string> paths;
  for (const auto& file : a.files) paths.insert(file.first);
  for (const auto& file : b.files) paths.insert(file.first);
  for (const std::string& path : paths) {
    const auto in_a = a.files.find(path), in_b = b.files.find(path);
    if (in_b == b.files.end()) {
      out += fmt::format("  {}: only in A\n", path);
    } else if (in_a == a.files.end()) {
      out += fmt::format("  {}: only in B\n", path);
    } else if (in_a->second != in_b->second) {
      out += fmt::format("  {}: its text\n", path);
    }
  }
  return out.empty() ? "The program, the sweep file and all other files are the same.\n"
                     : "What the points rest on changed:\n" + out;
}

std::string only_in(const char* what, const char* store, const std::vector<std::string>& names) {
  if (names.empty()) return "";
  return fmt::format("{} that only {} has, which are not compared: {}\n", what, store,
                     comma_list(names));
}

std::string left_out_text(const StoreMatch& match) {
  return only_in("Axes", "A", match.axes_a) + only_in("Axes", "B", match.axes_b) +
         only_in("Figures", "A", match.figures_a) + only_in("Figures", "B", match.figures_b);
}

bool status_changed(const RowPair& pair) { return pair.a->status != pair.b->status; }

/// Whether a figure has another value, or one of two has none.
bool differs(const RowPair& pair, std::size_t figure) {
  return figure_of(*pair.a, figure) != figure_of(*pair.b, figure);
}

bool figures_changed(const StoreMatch& match, const RowPair& pair) {
  return std::any_of(match.figures.begin(), match.figures.end(),
                     [&](std::size_t figure) { return differs(pair, figure); });
}

std::string counts_text(const StoreMatch& match) {
  std::size_t status = 0, figure = 0;
  for (const RowPair& pair : match.pairs) {
    if (status_changed(pair)) {
      ++status;
    } else if (figures_changed(match, pair)) {
      ++figure;
    }
  }
  Table table({{"points", Align::left}, {""}});
  table.row({"in both, the same", count_text(match.pairs.size() - status - figure)});
  table.row({"in both, figures changed", count_text(figure)});
  table.row({"in both, status changed", count_text(status)});
  table.row({"only in A", count_text(match.only_a.size())});
  table.row({"only in B", count_text(match.only_b.size())});
  return table.text();
}

std::string design_text(const StoreHeader& header, const PointRow& row) {
  const std::string axes = axes_text(header, row);
  return fmt::format("{}, {}, {}{}{}", row.hardware, row.workload, row.technique,
                     axes.empty() ? "" : ", ", axes);
}

std::string statuses_text(const StoreHeader& header, const StoreMatch& match, std::size_t top) {
  std::vector<RowPair> changed;
  std::copy_if(match.pairs.begin(), match.pairs.end(), std::back_inserter(changed), status_changed);
  if (changed.empty()) return "";
  Table table(
      {{"A", Align::left}, {"B", Align::left}, {"design", Align::left}, {"message", Align::left}});
  const std::size_t shown = shown_of(changed.size(), top);
  for (std::size_t i = 0; i < shown; ++i) {
    const RowPair& pair = changed[i];
    const std::string& message = pair.b->message.empty() ? pair.a->message : pair.b->message;
    table.row({status_name(pair.a->status), status_name(pair.b->status),
               design_text(header, *pair.a), message});
  }
  return "\nStatus changed\n" + table.text(2) + rest_text(changed.size(), shown);
}

/// Quotients B over A of a figure in points where both have it and A's is above 0, in rising order.
std::vector<double> quotients(const StoreMatch& match, std::size_t figure) {
  std::vector<double> all;
  for (const RowPair& pair : match.pairs) {
    const auto a = figure_of(*pair.a, figure), b = figure_of(*pair.b, figure);
    if (a && b && *a > 0) all.push_back(*b / *a);
  }
  std::sort(all.begin(), all.end());
  return all;
}

double median(const std::vector<double>& sorted) {
  const std::size_t middle = sorted.size() / 2;
  return sorted.size() % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}

std::string figures_text(const StoreMatch& match) {
  Table table({{"figure", Align::left}, {"changed"}, {"median B/A"}, {"smallest"}, {"largest"}});
  for (const std::size_t i : match.figures) {
    const auto changed = std::count_if(
        match.pairs.begin(), match.pairs.end(),
        [&](const RowPair& pair) { return !status_changed(pair) && differs(pair, i); });
    if (changed == 0) continue;
    const std::vector<double> all = quotients(match, i);
    std::vector<std::string> cells = {figures()[i].name,
                                      count_text(static_cast<std::size_t>(changed))};
    if (!all.empty()) {
      for (const double value : {median(all), all.front(), all.back()}) {
        cells.push_back(fmt::format("{:.4f}", value));
      }
    }
    table.row(std::move(cells));
  }
  if (table.rows() == 0) return "";
  return "\nFigures that changed; ratios over all points that have them in both\n" + table.text(2);
}

/// How far a figure moved, the same up or down; 0 where either has none.
double movement(const RowPair& pair, std::size_t figure) {
  const auto a = figure_of(*pair.a, figure), b = figure_of(*pair.b, figure);
  return a && b && *a > 0 && *b > 0 ? std::abs(std::log(*b / *a)) : 0;
}

std::string movers_text(const StoreHeader& header, const StoreMatch& match,
                        const std::string& figure, std::size_t top) {
  const std::size_t index = figure_index(figure).value();
  std::vector<RowPair> moved;
  std::copy_if(match.pairs.begin(), match.pairs.end(), std::back_inserter(moved),
               [&](const RowPair& pair) { return movement(pair, index) > 0; });
  if (moved.empty()) return "";
  std::stable_sort(moved.begin(), moved.end(), [&](const RowPair& x, const RowPair& y) {
    return movement(x, index) > movement(y, index);
  });
  const std::string title = figure_title(figure);
  std::vector<Column> columns = {{title + " A"}, {title + " B"}, {"B/A"}};
  std::vector<std::string> beside = {"latency_s", "energy_per_image_j", "edp_js", "area_mm2"};
  beside.erase(std::remove(beside.begin(), beside.end(), figure), beside.end());
  for (const std::string& name : beside) columns.push_back({figure_title(name) + " B/A"});
  columns.push_back({"design", Align::left});
  Table table(columns);
  const std::size_t shown = shown_of(moved.size(), top);
  for (std::size_t i = 0; i < shown; ++i) {
    const PointRow& a = *moved[i].a;
    const PointRow& b = *moved[i].b;
    std::vector<std::string> cells = {figure_text(figure, figure_of(a, index)),
                                      figure_text(figure, figure_of(b, index)),
                                      ratio_text(figure_of(b, index), figure_of(a, index))};
    for (const std::string& name : beside) {
      cells.push_back(ratio_text(figure_of(b, name), figure_of(a, name)));
    }
    cells.push_back(design_text(header, a));
    table.row(std::move(cells));
  }
  return fmt::format("\nPoints that {} moved most of\n", title) + table.text(2) +
         rest_text(moved.size(), shown);
}

}  // namespace

std::string store_diff_text(const StoreRows& a, const StoreRows& b, const std::string& figure,
                            std::size_t top) {
  const StoreMatch match = match_stores(a, b);
  return what_they_are(a, b).text() + '\n' + provenance_text(a.header, b.header) +
         left_out_text(match) + '\n' + counts_text(match) + statuses_text(a.header, match, top) +
         figures_text(match) + movers_text(a.header, match, figure, top);
}

}  // namespace saccade
