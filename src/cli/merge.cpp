// saccade merge: the stores of shards put together.
#include "result/merge.hpp"

#include <fmt/format.h>

#include <iostream>

#include "base/error.hpp"
#include "base/text.hpp"
#include "cli/cli.hpp"
#include "cli/commands.hpp"
#include "cli/options.hpp"

namespace saccade {
namespace {

CommandOptions merge_options() {
  CommandOptions command;
  command.usage = "saccade merge STORE... --out FILE [options]";
  command.description =
      "Puts the stores of all shards of a sweep together to the one that an undivided run would\n"
      "have made, row for row. The stores stay as they are, and nothing is overwritten.";
  auto add = command.options.add_options();
  add("out", po::value<std::string>()->value_name("FILE")->required(), "the store to make");
  add("partial", "also if shards or points are missing; 'saccade sweep' can go on with the rest");
  command.arguments.add_options()("STORE", po::value<std::vector<std::string>>()->required());
  command.positions.add("STORE", -1);
  return command;
}

/// "1,990 ok, 10 infeasible".
std::string counts_text(const Store& store) {
  std::vector<std::string> counts;
  for (const auto& [status, count] : store.count_by_status()) {
    counts.push_back(
        fmt::format("{} {}", with_thousands(static_cast<long long>(count)), status_name(status)));
  }
  return counts.empty() ? "none" : comma_list(counts);
}

}  // namespace

int merge_command(const std::vector<std::string>& arguments) {
  const auto parsed = parse_options(merge_options(), arguments);
  if (!parsed) return exit_done;
  const auto paths = texts_of(*parsed, "STORE");
  const Store merged =
      merge_stores(paths, (*parsed)["out"].as<std::string>(), parsed->count("partial") != 0);
  std::cout << fmt::format("{}: {} of {} points of {} {} ({})\n", merged.path(),
                           with_thousands(static_cast<long long>(merged.size())),
                           with_thousands(static_cast<long long>(merged.header().points)),
                           paths.size(), paths.size() == 1 ? "store" : "stores",
                           counts_text(merged));
  return exit_done;
}

}  // namespace saccade
