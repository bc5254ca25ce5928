#include "report/sweep_summary.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>

#include "base/text.hpp"
#include "report/sweep_rows.hpp"
#include "result/shard.hpp"

namespace saccade {
namespace {

/// Messages of a status that are printed; more of them are counted.
constexpr std::size_t kMessages = 5;

struct Message {
  std::string text;  ///< of the first row that has it
  std::size_t count = 0;
  bool others = false;  ///< rows have it with other numbers

  std::string shown() const { return text + (others ? " (and the like)" : ""); }
};

/// A message without its numbers, so that "needs 300 bytes" and "needs 500 bytes" are the same.
std::string without_numbers(const std::string& text) {
  std::string out;
  for (const char c : text) {
    const bool digit = c >= '0' && c <= '9';
    if (!digit) {
      out += c;
    } else if (out.empty() || out.back() != '#') {
      out += '#';
    }
  }
  return out;
}

/// By status, most frequent first.
std::map<Status, std::vector<Message>> messages_of(const std::vector<PointRow>& rows) {
  std::map<Status, std::vector<Message>> all;
  std::map<std::pair<Status, std::string>, std::size_t> places;
  for (const PointRow& row : rows) {
    std::vector<Message>& messages = all[row.status];
    const auto key = std::make_pair(row.status, without_numbers(row.message));
    const auto [place, added] = places.emplace(key, messages.size());
    if (added) messages.push_back({row.message, 0, false});
    Message& message = messages[place->second];
    ++message.count;
    message.others = message.others || message.text != row.message;
  }
  for (auto& [status, messages] : all) {
    std::stable_sort(messages.begin(), messages.end(),
                     [](const Message& a, const Message& b) { return a.count > b.count; });
  }
  return all;
}

std::string thousands(std::uint64_t value) { return with_thousands(static_cast<long long>(value)); }

Table status_table(const std::vector<PointRow>& rows) {
  Table table({{"status", Align::left}, {"points"}, {"message", Align::left}});
  for (const auto& [status, messages] : messages_of(rows)) {
    std::size_t total = 0;
    for (const Message& message : messages) total += message.count;
    const bool one = messages.size() == 1;
    table.row({status_name(status), thousands(total), one ? messages.front().shown() : ""});
    for (std::size_t i = 0; !one && i < messages.size(); ++i) {
      if (i == kMessages) {
        table.row({"", "", fmt::format("{} more messages", messages.size() - i)});
        break;
      }
      table.row(
          {"", "", fmt::format("{} x {}", thousands(messages[i].count), messages[i].shown())});
    }
  }
  return table;
}

/// "vector_width (4), buffer_bytes (7)".
std::string axes_words(const StoreHeader& header, const std::vector<PointRow>& rows) {
  std::vector<std::string> words;
  for (const std::size_t axis : all_axes(header)) {
    std::set<std::string> values;
    for (const PointRow& row : rows) {
      if (!row.axes.at(axis).is_null()) values.insert(value_key(row.axes[axis]));
    }
    words.push_back(fmt::format("{} ({})", header.axes[axis].name, values.size()));
  }
  return words.empty() ? "none" : comma_list(words);
}

std::uint64_t count_of(const std::vector<PointRow>& rows, const std::set<Status>& statuses) {
  return static_cast<std::uint64_t>(
      std::count_if(rows.begin(), rows.end(),
                    [&](const PointRow& row) { return statuses.count(row.status) != 0; }));
}

void add_best(Table& table, const RowGroup& group, const char* figure, bool first) {
  const std::vector<const PointRow*> order = ranked(group.rows, figure);
  std::vector<std::string> cells = {first ? group.workload : "", first ? group.technique : "",
                                    figure_title(figure)};
  if (order.empty()) {
    cells.emplace_back("none");
  } else {
    const PointRow& best = *order.front();
    cells.push_back(std::to_string(best.point));
    cells.push_back(best.hardware);
    add_axis_cells(cells, best);
    for (const char* shown : {"latency_s", "energy_per_image_j", "edp_js", "area_mm2"}) {
      cells.push_back(figure_text(shown, figure_of(best, shown)));
    }
  }
  table.row(std::move(cells));
}

}  // namespace

std::string sweep_summary_text(const StoreHeader& header, const std::vector<PointRow>& rows,
                               std::uint64_t stored) {
  Table table({{"", Align::left}, {"", Align::left}});
  table.row({"sweep", header.name});
  table.row({"version", header.version});
  const Shard& shard = header.shard;
  table.row({"part", shard_text(shard)});
  const std::string all = fmt::format("{} of {}{}", thousands(stored), thousands(header.points),
                                      shard.count == 1 ? "" : " of the whole sweep");
  table.row({"points", rows.size() == stored
                           ? all
                           : fmt::format("{} chosen from {}", thousands(rows.size()), all)});
  table.row({"axes", axes_words(header, rows)});
  return table.text() + '\n' + (rows.empty() ? "No points yet.\n" : status_table(rows).text());
}

std::string best_points_text(const StoreHeader& header, const std::vector<PointRow>& rows) {
  if (count_of(rows, {Status::ok}) == 0) return "No point was simulated.\n";
  std::vector<Column> columns = {{"workload", Align::left},
                                 {"technique", Align::left},
                                 {"best by", Align::left},
                                 {"point"},
                                 {"hardware", Align::left}};
  add_axis_columns(columns, header);
  for (const char* title : {"latency", "energy", "EDP", "area"}) columns.push_back({title});
  Table table(columns);
  for (const RowGroup& group : groups_of(rows, GroupBy::workload_and_technique)) {
    bool first = true;
    for (const char* figure : {"latency_s", "energy_per_image_j", "edp_js", "area_mm2"}) {
      add_best(table, group, figure, first);
      first = false;
    }
  }
  return "Best points; energy is of an image, on chip and DRAM\n" + table.text(2);
}

std::string next_steps_text(const StoreHeader& header, const std::vector<PointRow>& rows,
                            std::uint64_t stored, const std::string& path) {
  std::string out = "Next:\n";
  const Shard& shard = header.shard;
  if (shard.count > 1) {
    out += fmt::format("  'saccade merge' puts the {} shards together\n", shard.count);
  } else if (stored < header.points) {
    out += fmt::format("  {} of {} are missing: the same 'saccade sweep' again goes on with them\n",
                       thousands(header.points - stored), points_text(header.points));
  }
  if (count_of(rows, {Status::ok}) != 0) {
    out += fmt::format(
        "  saccade report {0} --html report.html    charts: Pareto front, heat map, breakdowns\n"
        "  saccade report {0} --edp --sensitivity   ranked points; one axis at a time\n"
        "  saccade report {0} --csv points.csv      every point, for scripts\n",
        path);
  }
  const std::uint64_t failed = count_of(rows, {Status::failed, Status::timeout, Status::memory});
  if (failed != 0) {
    out += fmt::format("  {} failed or met a limit: 'saccade sweep --retry' runs them again\n",
                       points_text(failed));
  }
  return out;
}

}  // namespace saccade
