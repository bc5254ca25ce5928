#include "cli/report_request.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>

#include "base/text.hpp"
#include "report/sweep_rows.hpp"

namespace saccade {
namespace {

using Names = std::vector<std::string>;

/// Options that name a file to write, "-" being standard output.
const Names output_options = {"html", "csv", "json", "markdown"};
const Names table_options = {"edp", "area", "sensitivity"};

bool given(const po::variables_map& values, const std::string& option) {
  const auto found = values.find(option);
  if (found == values.end() || found->second.defaulted()) return false;
  const bool* on = boost::any_cast<bool>(&found->second.value());
  return on == nullptr || *on;
}

bool any_given(const po::variables_map& values, const Names& options) {
  return std::any_of(options.begin(), options.end(),
                     [&](const std::string& option) { return given(values, option); });
}

/// "--a, --b or --c".
std::string or_list(const Names& options) {
  std::string out;
  for (std::size_t i = 0; i < options.size(); ++i) {
    out += i == 0 ? "" : i + 1 == options.size() ? " or " : ", ";
    out += "--" + options[i];
  }
  return out;
}

void excludes(const po::variables_map& values, const std::string& option, const Names& others,
              Mistakes& mistakes) {
  if (!given(values, option)) return;
  for (const std::string& other : others) {
    if (!given(values, other)) continue;
    mistakes.add(
        "", "",
        fmt::format("--{} and --{} exclude each other, expected one of them", option, other));
  }
}

void needs(const po::variables_map& values, const std::string& option, const Names& others,
           Mistakes& mistakes) {
  if (!given(values, option) || any_given(values, others)) return;
  mistakes.add("", "", fmt::format("--{} is of no use without {}", option, or_list(others)));
}

void check_together(const po::variables_map& values, Mistakes& mistakes) {
  excludes(values, "diff", {"html", "csv", "json", "markdown", "edp", "area", "sensitivity"},
           mistakes);
  excludes(values, "point",
           {"diff", "html", "csv", "markdown", "edp", "area", "sensitivity", "where", "normalise",
            "figure", "top"},
           mistakes);
  needs(values, "point", {"json"}, mistakes);
  if (given(values, "point")) return;  // which excludes the others anyway
  needs(values, "top", {"edp", "area", "diff"}, mistakes);
  needs(values, "figure", {"sensitivity", "markdown", "diff"}, mistakes);
}

void read_stores(const po::variables_map& values, ReportRequest& request, Mistakes& mistakes) {
  request.stores = texts_of(values, "STORE");
  const std::size_t expected = request.diff ? 2 : 1;
  if (request.stores.size() == expected) return;
  const char* form = request.diff ? "two: saccade report --diff A B"
                                  : "one, before options: saccade report STORE [options]";
  mistakes.add("", "",
               fmt::format("{} stores are given, expected {}", request.stores.size(), form));
}

void read_outputs(const po::variables_map& values, ReportRequest& request, Mistakes& mistakes) {
  for (const std::string& option : output_options) {
    if (!given(values, option)) continue;
    const std::string file = values[option].as<std::string>();
    request.outputs.add(option, file, mistakes);
    for (const std::string& store : request.stores) {
      std::error_code ignored;
      if (std::filesystem::equivalent(file, store, ignored)) {
        mistakes.add(file, "",
                     fmt::format("is the store itself, which --{} must not write over", option));
      }
    }
    for (const std::string& table : table_options) {
      if (file != "-" || !given(values, table)) continue;
      mistakes.add("", "",
                   fmt::format("--{} and --{} both print to standard output, expected a FILE for "
                               "--{}",
                               option, table, option));
    }
  }
}

void read_figure(const po::variables_map& values, ReportRequest& request, Mistakes& mistakes) {
  request.figure = values["figure"].as<std::string>();
  if (figure_index(request.figure)) return;
  const Names names = figure_names();
  mistakes.add("", "",
               fmt::format("--figure is '{}', expected one of {}{}", request.figure,
                           comma_list(names), did_you_mean(request.figure, names)));
}

/// A number from 0; reports another.
std::uint64_t read_count(const po::variables_map& values, const std::string& option,
                         const char* expected, Mistakes& mistakes) {
  const auto number = values[option].as<std::int64_t>();
  if (number >= 0) return static_cast<std::uint64_t>(number);
  mistakes.add("", "", fmt::format("--{} is {}, expected {}", option, number, expected));
  return 0;
}

}  // namespace

CommandOptions report_options() {
  CommandOptions command;
  command.usage = "saccade report STORE [options], saccade report --diff A B [options]";
  command.description =
      "Prints what a store of 'saccade sweep' holds: how far the sweep is, what failed and why,\n"
      "and the best points; or writes or prints what the options ask for. A FILE to write may be\n"
      "'-' for standard output, which then carries nothing else.";
  const auto text = [](const char* name) { return po::value<std::string>()->value_name(name); };
  const auto count = [] { return po::value<std::int64_t>()->value_name("N"); };
  auto add = command.options.add_options();
  add("html", text("FILE"),
      "write one page with charts and all points, which needs no network and nothing beside it");
  add("csv", text("FILE"), "write a line per point, for scripts and spreadsheets");
  add("json", text("FILE"),
      "write an object per point; with --point, the whole result of that one");
  add("markdown", text("FILE")->implicit_value("-"),
      "write a table for a paper: the best point of each workload and technique by --figure, with "
      "its gain over the baseline; to standard output if no FILE is given");
  add("edp", po::bool_switch(),
      "print the best points by EDP of each hardware, workload and technique, the Pareto set "
      "marked");
  add("area", po::bool_switch(), "the same by area");
  add("sensitivity", po::bool_switch(),
      "print how figures move when one axis alone changes from the best design by --figure");
  add("figure", text("NAME")->default_value("edp_js"),
      "figure that --sensitivity, --markdown and --diff go by");
  add("top", count()->default_value(10), "lines of a ranked table; 0: all");
  add("where", text("COLUMN=VALUE,..."),
      "take only points with these values of hardware, workload, technique, status or an axis");
  add("normalise", text("macs=N,clock_mhz=N"),
      "scale times as if every design had so many MACs per cycle, at this clock");
  add("point", count(), "take one point: --json writes its whole result, as 'saccade run' does");
  add("diff", po::bool_switch(), "say what moved from a store A to a store B");
  command.arguments.add_options()("STORE", po::value<std::vector<std::string>>());
  command.positions.add("STORE", -1);
  return command;
}

ReportRequest report_request(const po::variables_map& values, Mistakes& mistakes) {
  ReportRequest request;
  request.diff = values["diff"].as<bool>();
  request.edp = values["edp"].as<bool>();
  request.area = values["area"].as<bool>();
  request.sensitivity = values["sensitivity"].as<bool>();
  read_stores(values, request, mistakes);
  check_together(values, mistakes);
  read_outputs(values, request, mistakes);
  read_figure(values, request, mistakes);
  request.top = static_cast<std::size_t>(read_count(values, "top", "0 (all) or more", mistakes));
  if (given(values, "point")) {
    request.point = read_count(values, "point", "the number of a point, from 0", mistakes);
  }
  if (given(values, "where")) request.where = values["where"].as<std::string>();
  if (given(values, "normalise")) {
    mistakes.collect(
        [&] { request.normalise = parse_normalise(values["normalise"].as<std::string>()); });
  }
  return request;
}

}  // namespace saccade
