// saccade compare: what changed from one result to another, and why.
#include <fmt/format.h>

#include <iostream>

#include "base/error.hpp"
#include "base/file.hpp"
#include "cli/cli.hpp"
#include "cli/commands.hpp"
#include "cli/options.hpp"
#include "report/compare.hpp"

namespace saccade {
namespace {

CommandOptions compare_options() {
  CommandOptions command;
  command.usage = "saccade compare A B [options]";
  command.description =
      "Prints what changed from A to B, files that 'saccade run --json FILE' wrote: totals, ops,\n"
      "kinds of work and roles, and what contributes most to the difference.";
  auto add = command.options.add_options();
  add("top", po::value<int>()->value_name("N")->default_value(20),
      "ops to print, those with the largest differences; 0: all of them");
  add("csv", po::value<std::string>()->value_name("FILE"),
      "write a line per op as CSV; '-' is standard output, which then carries nothing else");
  command.arguments.add_options()("A", po::value<std::string>()->required())(
      "B", po::value<std::string>()->required());
  command.positions.add("A", 1).add("B", 1);
  return command;
}

/// Reads both files, so that the mistakes of both are answered together.
std::vector<ResultFile> read_results(const std::vector<std::string>& files) {
  std::vector<ResultFile> results;
  std::vector<Mistake> mistakes;
  for (const std::string& file : files) {
    try {
      results.push_back(read_result(file));
    } catch (const UserError& error) {
      mistakes.insert(mistakes.end(), error.mistakes().begin(), error.mistakes().end());
    }
  }
  if (!mistakes.empty()) throw UserError(std::move(mistakes));
  return results;
}

}  // namespace

int compare_command(const std::vector<std::string>& arguments) {
  const auto parsed = parse_options(compare_options(), arguments);
  if (!parsed) return exit_done;
  const po::variables_map& values = *parsed;
  const int top = values["top"].as<int>();
  if (top < 0) throw UserError(fmt::format("--top is {}, expected 0 (all ops) or more", top));
  const auto results = read_results({values["A"].as<std::string>(), values["B"].as<std::string>()});
  const std::string csv = values.count("csv") == 0 ? "" : values["csv"].as<std::string>();
  if (csv == "-") {
    std::cout << comparison_csv(results[0].result, results[1].result);
    return exit_done;
  }
  if (values.count("csv") != 0) {
    write_text(csv, comparison_csv(results[0].result, results[1].result));
  }
  std::cout << comparison_text(results[0], results[1], static_cast<std::size_t>(top));
  return exit_done;
}

}  // namespace saccade
