#include "report/html_details.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <map>
#include <optional>
#include <set>

#include "report/html_columns.hpp"
#include "report/sweep_rows.hpp"
#include "result/pareto.hpp"

namespace saccade {
namespace {

constexpr int kDigits = 4;               ///< of what only bars show
constexpr std::size_t kLatencies = 500;  ///< of a stream that a distribution shows

using Order = std::vector<std::size_t>;

double figure(const PointRow& row, const char* name) {
  return row.figures.at(figure_index(name).value()).value_or(INFINITY);
}

using Group = std::vector<std::string>;

/// Adds the best row of each group by a figure.
void add_best(const std::vector<PointRow>& rows, const char* name,
              const std::function<Group(const PointRow&)>& group_of, Order& order) {
  std::map<Group, std::size_t> best;
  for (std::size_t i = 0; i < rows.size(); ++i) {
    const PointRow& row = rows[i];
    if (row.status != Status::ok || !std::isfinite(figure(row, name))) continue;
    const auto [place, is_new] = best.emplace(group_of(row), i);
    if (!is_new && figure(row, name) < figure(rows[place->second], name)) place->second = i;
  }
  for (const auto& [group, i] : best) order.push_back(i);
}

Group by_technique(const PointRow& row) { return {row.workload, row.technique}; }

Group by_machine(const PointRow& row) { return {row.workload, row.technique, row.hardware}; }

/// The two axes of the page's heat map as it opens: the first one that varies, and the next that
/// does not go together with it, if there is one.
std::vector<std::size_t> opening_axes(const std::vector<PointRow>& rows) {
  std::vector<std::size_t> varying;
  for (std::size_t i = 0; !rows.empty() && i < rows[0].axes.size(); ++i) {
    const bool varies = std::any_of(rows.begin(), rows.end(), [&](const PointRow& row) {
      return row.axes[i] != rows[0].axes[i];
    });
    if (varies) varying.push_back(i);
  }
  if (varying.size() < 2) return varying;
  const auto second = std::find_if(varying.begin() + 1, varying.end(), [&](std::size_t axis) {
    return !move_together(rows, varying[0], axis);
  });
  return {varying[0], second == varying.end() ? varying[1] : *second};
}

/// Figures by `names`, those that should be large negated; nothing unless the row has them all.
std::vector<double> cost_of(const PointRow& row, const std::vector<const char*>& names) {
  std::vector<double> cost;
  for (const char* name : names) {
    cost.push_back(more_is_better(name) ? -figure(row, name) : figure(row, name));
  }
  const bool whole =
      std::all_of(cost.begin(), cost.end(), [](double v) { return std::isfinite(v); });
  return whole && row.status == Status::ok ? cost : std::vector<double>();
}

/// Of the figures that Pareto sets are of those that some member of the rows has.
std::vector<const char*> given_figures(const std::vector<PointRow>& rows, const Order& members) {
  std::vector<const char*> given;
  for (const char* name : kParetoFigures) {
    const bool any = std::any_of(members.begin(), members.end(), [&](std::size_t i) {
      return std::isfinite(figure(rows[i], name));
    });
    if (any) given.push_back(name);
  }
  return given;
}

void add_pareto(const std::vector<PointRow>& rows, Order& order) {
  std::map<std::string, Order> by_workload;
  for (std::size_t i = 0; i < rows.size(); ++i) by_workload[rows[i].workload].push_back(i);
  Order front;
  for (const auto& [workload, members] : by_workload) {
    // Workloads are classified or segmented, so that each has an accuracy of its own kind.
    const std::vector<const char*> names = given_figures(rows, members);
    std::vector<std::vector<double>> costs;
    for (const std::size_t i : members) costs.push_back(cost_of(rows[i], names));
    const std::vector<bool> chosen = pareto_set(costs);
    for (std::size_t k = 0; k < members.size(); ++k) {
      if (chosen[k]) front.push_back(members[k]);
    }
  }
  std::stable_sort(front.begin(), front.end(), [&](std::size_t a, std::size_t b) {
    return figure(rows[a], "edp_js") < figure(rows[b], "edp_js");
  });
  order.insert(order.end(), front.begin(), front.end());
}

/// A field of every op.
Json field_of(const Json& ops, const char* name) {
  Json values = Json::array();
  for (const Json& op : ops) values.push_back(op.at(name));
  return values;
}

std::string numbers_of(const Json& ops, const char* name) {
  std::vector<double> values;
  for (const Json& op : ops) values.push_back(op.at(name).get<double>());
  return number_list(values, kDigits);
}

/// {kind of work: exclusive cycles of every op}.
std::string work_json(const Json& ops) {
  std::map<std::string, std::vector<double>> by_work;
  for (std::size_t i = 0; i < ops.size(); ++i) {
    for (const auto& item : ops[i].at("cycles_by_work").items()) {
      auto& values = by_work.emplace(item.key(), std::vector<double>(ops.size())).first->second;
      values[i] = item.value().get<double>();
    }
  }
  std::string out = "{";
  for (const auto& [work, values] : by_work) {
    out += fmt::format("{}{}:{}", out.size() > 1 ? "," : "", script_json(work),
                       number_list(values, kDigits));
  }
  return out + "}";
}

/// The same with numbers of few digits.
std::string rounded_json(const Json& json) {
  if (json.is_number()) return short_number(json.get<double>(), kDigits);
  if (!json.is_object()) return script_json(json);
  std::string out = "{";
  for (const auto& item : json.items()) {
    out += fmt::format("{}{}:{}", out.size() > 1 ? "," : "", script_json(item.key()),
                       rounded_json(item.value()));
  }
  return out + "}";
}

/// Ascending; of many, values at even distances in their order, the first and the last among them.
std::string latencies_json(const Json& result) {
  auto values = result.at("latencies_s").get<std::vector<double>>();
  std::sort(values.begin(), values.end());
  std::vector<double> shown = values;
  if (values.size() > kLatencies) {
    shown.clear();
    for (std::size_t i = 0; i < kLatencies; ++i) {
      shown.push_back(values[i * (values.size() - 1) / (kLatencies - 1)]);
    }
  }
  return fmt::format(R"({{"count":{},"values":{}}})", values.size(), number_list(shown, 6));
}

std::string layout_json(const Json& ops) {
  Json layout = Json::object();
  for (const char* name : {"name", "kind", "role", "block", "macs"})
    layout[name] = field_of(ops, name);
  return script_json(layout);
}

/// What the page shows of a result: its layout, and everything else as members of an object.
struct Trimmed {
  std::string layout, members;
};

Trimmed trimmed(const Json& result) {
  const Json& ops = result.at("ops");
  return {layout_json(ops),
          fmt::format(R"("exclusive_cycles":{},"dram_bytes":{},"energy_j":{},"work":{},)"
                      R"("energy_breakdown_j":{},"area_breakdown_mm2":{},"unit_utilization":{},)"
                      R"("latencies_s":{},"mode":{},"notes":{})",
                      numbers_of(ops, "exclusive_cycles"), numbers_of(ops, "dram_bytes"),
                      numbers_of(ops, "energy_j"), work_json(ops),
                      rounded_json(result.at("energy_breakdown_j")),
                      rounded_json(result.at("area_breakdown_mm2")),
                      rounded_json(result.at("unit_utilization")), latencies_json(result),
                      script_json(result.at("mode")), script_json(result.at("notes")))};
}

/// Nothing if there is no result, or one without what the page shows: that of another version.
std::optional<Trimmed> read_details(const std::string& text, std::uint64_t point) {
  if (text.empty()) return std::nullopt;
  const Json result = parse_json(text, fmt::format("details of point {}", point));
  try {
    return trimmed(result);
  } catch (const Json::exception&) {
    return std::nullopt;
  }
}

}  // namespace

std::vector<std::size_t> points_of_interest(const std::vector<PointRow>& rows) {
  Order order;
  add_best(rows, "edp_js", by_technique, order);
  for (const char* name : {"latency_s", "energy_per_image_j", "edp_js", "area_mm2"}) {
    add_best(rows, name, by_machine, order);
  }
  const std::vector<std::size_t> axes = opening_axes(rows);
  const auto by_cell = [&](const PointRow& row) {
    Group group = {row.workload};
    for (const std::size_t axis : axes) group.push_back(value_key(row.axes.at(axis)));
    return group;
  };
  add_best(rows, "edp_js", by_cell, order);
  add_pareto(rows, order);
  Order once;
  std::set<std::size_t> seen;
  for (const std::size_t i : order) {
    if (seen.insert(i).second) once.push_back(i);
  }
  return once;
}

std::string details_json(const std::vector<PointRow>& rows,
                         const std::function<std::string(std::uint64_t point)>& details,
                         std::size_t budget) {
  std::map<std::string, std::size_t> layout_of;
  std::string layouts;
  std::string points;
  for (const std::size_t i : points_of_interest(rows)) {
    const auto found = read_details(details(rows[i].point), rows[i].point);
    if (!found) continue;
    const std::string& layout = found->layout;
    const auto place = layout_of.find(layout);
    const std::size_t number = place == layout_of.end() ? layout_of.size() : place->second;
    const std::string point =
        fmt::format(R"("{}":{{"layout":{},{}}})", rows[i].point, number, found->members);
    const std::size_t more = point.size() + (place == layout_of.end() ? layout.size() : 0) + 2;
    if (layouts.size() + points.size() + more > budget) break;
    if (place == layout_of.end()) {
      layout_of.emplace(layout, number);
      layouts += (layouts.empty() ? "" : ",") + layout;
    }
    points += (points.empty() ? "" : ",") + point;
  }
  return R"({"layouts":[)" + layouts + R"(],"points":{)" + points + "}}";
}

}  // namespace saccade
