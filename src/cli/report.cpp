// saccade report: what a store holds as tables, a page or files for scripts; what moved since.
#include <fmt/format.h>

#include <iostream>
#include <optional>

#include "base/error.hpp"
#include "base/text.hpp"
#include "cli/cli.hpp"
#include "cli/commands.hpp"
#include "cli/report_request.hpp"
#include "report/html.hpp"
#include "report/paper_table.hpp"
#include "report/points.hpp"
#include "report/ranking.hpp"
#include "report/row_filter.hpp"
#include "report/sensitivity.hpp"
#include "report/store_diff.hpp"
#include "report/sweep_summary.hpp"
#include "result/store.hpp"

namespace saccade {
namespace {

/// Opens all stores, so that the mistakes of all are answered together.
std::vector<Store> open_stores(const std::vector<std::string>& paths, Mistakes& mistakes) {
  std::vector<Store> stores;
  for (const std::string& path : paths) {
    mistakes.collect([&] { stores.push_back(Store::read(path)); });
  }
  return stores;
}

/// Its rows, as far as they are asked for, and normalised.
StoreRows rows_of(const Store& store, const ReportRequest& request, Mistakes& mistakes) {
  StoreRows taken{store.path(), store.header(), store.rows()};
  if (request.where) {
    mistakes.collect([&] {
      const RowFilter filter = parse_filter(*request.where, taken.header, taken.rows);
      taken.rows = filtered(taken.rows, taken.header, filter);
      if (taken.rows.empty()) {
        throw UserError({{store.path(), "", "no point has all of --where " + *request.where}});
      }
    });
  }
  if (request.normalises()) taken.rows = normalised(std::move(taken.rows), request.normalise);
  return taken;
}

void write_point(const Store& store, const ReportRequest& request) {
  const std::uint64_t point = *request.point;
  const std::string details = store.details(point);
  if (!details.empty()) return request.outputs.write("json", details);
  std::optional<PointRow> found;
  store.for_each([&](const PointRow& row) {
    if (row.point == point) found = row;
  });
  const std::string why =
      !found ? fmt::format("point {} is not in the store, which has {} of the points 0 to {}",
                           point, store.size(), store.header().points - 1)
      : found->status == Status::ok
          ? fmt::format("point {} was stored without its whole result", point)
          : fmt::format("point {} has no result: {}: {}", point, status_name(found->status),
                        found->message);
  throw UserError({{store.path(), "", why}});
}

/// `store` is where the rows come from.
void write_files(const StoreRows& taken, const Store& store, const ReportRequest& request) {
  const Outputs& outputs = request.outputs;
  if (outputs.has("html")) {
    StoreHeader titled = taken.header;
    if (request.normalises()) {
      titled.name += fmt::format(", {} (ops as simulated)", normalise_words(request.normalise));
    }
    outputs.write("html", html_text(titled, taken.rows,
                                    [&](std::uint64_t point) { return store.details(point); }));
  }
  if (outputs.has("csv")) outputs.write("csv", points_csv(taken.header, taken.rows));
  if (outputs.has("json")) outputs.write("json", points_json(taken.header, taken.rows));
  if (outputs.has("markdown")) {
    const std::string note =
        request.normalises() ? normalise_note(request.normalise) : "Figures are not normalised.";
    outputs.write("markdown", markdown_text(taken.header, taken.rows, request.figure, note));
  }
}

void print(const StoreRows& taken, const ReportRequest& request, std::uint64_t stored) {
  const auto& [path, header, rows] = taken;
  if (request.normalises()) std::cout << normalise_note(request.normalise) << '\n';
  std::string text;
  const auto add = [&](const std::string& part) { text += (text.empty() ? "" : "\n") + part; };
  if (!request.tables()) {
    add(sweep_summary_text(header, rows, stored));
    add(best_points_text(header, rows));
    if (request.outputs.empty()) add(next_steps_text(header, rows, stored, path));
  }
  if (request.edp) {
    add(ranking_text(header, rows, {"edp_js", "latency_s", "energy_per_image_j", "area_mm2"},
                     request.top));
  }
  if (request.area) {
    add(ranking_text(header, rows, {"area_mm2", "edp_js", "latency_s", "energy_per_image_j"},
                     request.top));
  }
  if (request.sensitivity) add(sensitivity_text(header, rows, request.figure));
  std::cout << text;
  std::vector<std::string> files;
  for (const auto& [option, file] : request.outputs.files()) files.push_back(file);
  if (!files.empty()) std::cout << "\nWritten: " << comma_list(files) << '\n';
}

void print_diff(const std::vector<StoreRows>& stores, const ReportRequest& request) {
  const std::string text = store_diff_text(stores[0], stores[1], request.figure, request.top);
  if (request.normalises()) std::cout << normalise_note(request.normalise) << '\n';
  std::cout << text;
}

}  // namespace

int report_command(const std::vector<std::string>& arguments) {
  const auto values = parse_options(report_options(), arguments);
  if (!values) return exit_done;
  Mistakes mistakes;
  const ReportRequest request = report_request(*values, mistakes);
  const std::vector<Store> stores = open_stores(request.stores, mistakes);
  if (request.point) {
    mistakes.check();
    write_point(stores.front(), request);
    return exit_done;
  }
  std::vector<StoreRows> taken;
  for (const Store& store : stores) taken.push_back(rows_of(store, request, mistakes));
  mistakes.check();
  if (request.diff) {
    print_diff(taken, request);
    return exit_done;
  }
  write_files(taken.front(), stores.front(), request);
  if (!request.outputs.to_standard_output()) {
    print(taken.front(), request, stores.front().size());
  } else if (request.normalises()) {
    std::cerr << normalise_note(request.normalise);
  }
  return exit_done;
}

}  // namespace saccade
