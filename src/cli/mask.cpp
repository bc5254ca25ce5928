// saccade mask: what the attention maps of a mask ask of an accelerator, as text, CSV or image.
#include <fmt/format.h>

#include <algorithm>
#include <iostream>
#include <numeric>
#include <regex>

#include "base/error.hpp"
#include "base/file.hpp"
#include "cli/cli.hpp"
#include "cli/commands.hpp"
#include "cli/options.hpp"
#include "cli/outputs.hpp"
#include "report/mask_engines.hpp"
#include "report/mask_image.hpp"
#include "report/mask_report.hpp"
#include "workload/mask_file.hpp"

namespace saccade {
namespace {

using Numbers = std::vector<std::int64_t>;

CommandOptions mask_options() {
  CommandOptions command;
  command.usage = "saccade mask FILE [options]";
  command.description =
      "Prints what is kept in the attention maps of a mask (.npy or JSON): entries, global "
      "columns,\n"
      "the rest, and the load of row tiles. A file that does not exist here is looked for among\n"
      "those that ship with saccade.";
  auto add = command.options.add_options();
  const auto numbers = [] { return po::value<Numbers>()->composing()->value_name("N"); };
  add("block", numbers(), "only this block, from 0; may be repeated");
  add("head", numbers(), "only this head of each block, from 0; may be repeated");
  add("threshold", po::value<std::int64_t>()->value_name("N")->default_value(50),
      "columns with more entries are global");
  add("tile", po::value<std::int64_t>()->value_name("N")->default_value(64),
      "queries of a row tile");
  add("lines", po::value<std::string>()->value_name("LxM"),
      "print cycles on L lines of M multipliers that a denser and a sparser engine share, such as "
      "64x8");
  add("score-array", po::value<std::string>()->value_name("RxP"),
      "print how full an array of R rows with P scores each is packed, such as 64x16");
  add("depth", po::value<std::int64_t>()->value_name("N")->default_value(64),
      "width of a head, for --lines");
  add("csv", po::value<std::string>()->value_name("FILE"),
      "write a line per head as CSV; '-' is standard output, which then carries nothing else");
  add("png", po::value<std::string>()->value_name("FILE"),
      "draw the maps, a pixel per entry, heads side by side, blocks below one another");
  add("reorder", po::bool_switch(), "draw global columns before all others");
  command.arguments.add_options()("FILE", po::value<std::string>()->required());
  command.positions.add("FILE", 1);
  return command;
}

/// The numbers that an option names, sorted, or all of them; each must be below `end`.
Numbers chosen_numbers(const po::variables_map& values, const std::string& option, std::size_t end,
                       Mistakes& mistakes) {
  Numbers numbers(end);
  std::iota(numbers.begin(), numbers.end(), 0);
  if (values.count(option) == 0) return numbers;
  numbers = values[option].as<Numbers>();
  for (const std::int64_t number : numbers) {
    if (number >= 0 && static_cast<std::size_t>(number) < end) continue;
    mistakes.add(
        "", "", fmt::format("--{} is {}, expected a number from 0 to {}", option, number, end - 1));
  }
  std::sort(numbers.begin(), numbers.end());
  numbers.erase(std::unique(numbers.begin(), numbers.end()), numbers.end());
  return numbers;
}

/// Blocks without any of the heads are left out.
std::vector<ChosenHeads> choose(const Mask& mask, const po::variables_map& values) {
  std::size_t most_heads = 0;
  for (const HeadMaps& heads : mask.blocks) most_heads = std::max(most_heads, heads.size());
  Mistakes mistakes;
  const Numbers blocks = chosen_numbers(values, "block", mask.blocks.size(), mistakes);
  const Numbers heads = chosen_numbers(values, "head", most_heads, mistakes);
  mistakes.check();
  std::vector<ChosenHeads> chosen;
  for (const std::int64_t block : blocks) {
    const HeadMaps& maps = mask.blocks[static_cast<std::size_t>(block)];
    ChosenHeads of_block{block, {}, {}};
    for (const std::int64_t head : heads) {
      const auto index = static_cast<std::size_t>(head);
      if (index >= maps.size()) continue;
      of_block.heads.push_back(head);
      of_block.maps.push_back(maps[index]);
    }
    if (!of_block.heads.empty()) chosen.push_back(std::move(of_block));
  }
  if (chosen.empty()) throw UserError("none of the blocks of --block has a head of --head");
  return chosen;
}

MaskSplitOptions split_options(const po::variables_map& values) {
  const MaskSplitOptions options = {values["threshold"].as<std::int64_t>(),
                                    values["tile"].as<std::int64_t>()};
  Mistakes mistakes;
  const auto expect = [&](const char* option, std::int64_t value, std::int64_t least) {
    if (value >= least) return;
    mistakes.add("", "", fmt::format("--{} is {}, expected {} or more", option, value, least));
  };
  expect("threshold", options.threshold, 0);
  expect("tile", options.queries_per_tile, 1);
  if (values["reorder"].as<bool>() && values.count("png") == 0) {
    mistakes.add("", "", "--reorder changes what --png draws, expected both");
  }
  mistakes.check();
  return options;
}

/// "64x8" as {64, 8}; nothing if the option is not there.
std::optional<std::pair<std::int64_t, std::int64_t>> size_of(const po::variables_map& values,
                                                             const std::string& option) {
  if (values.count(option) == 0) return std::nullopt;
  const auto& text = values[option].as<std::string>();
  static const std::regex form("([1-9][0-9]{0,5})x([1-9][0-9]{0,5})");
  std::smatch parts;
  if (!std::regex_match(text, parts, form)) {
    throw UserError(fmt::format("--{} is '{}', expected two numbers from 1 to 999999, such as 64x8",
                                option, text));
  }
  return std::pair(std::stoll(parts[1]), std::stoll(parts[2]));
}

/// What engines make of the maps, as far as options ask for it.
std::string engines_text(const po::variables_map& values, const std::vector<ChosenHeads>& blocks,
                         std::int64_t threshold) {
  const auto depth = values["depth"].as<std::int64_t>();
  if (depth < 1) throw UserError(fmt::format("--depth is {}, expected 1 or more", depth));
  std::string text;
  if (const auto lines = size_of(values, "lines")) {
    text += "\n" + lines_text(blocks, threshold, {lines->first, lines->second}, depth);
  }
  if (const auto array = size_of(values, "score-array")) {
    text += "\n" + packing_text(blocks, {array->first, array->second});
  }
  return text;
}

Outputs output_files(const po::variables_map& values) {
  Outputs outputs;
  Mistakes mistakes;
  for (const char* option : {"csv", "png"}) {
    if (values.count(option) != 0) outputs.add(option, values[option].as<std::string>(), mistakes);
  }
  mistakes.check();
  return outputs;
}

}  // namespace

int mask_command(const std::vector<std::string>& arguments) {
  const auto parsed = parse_options(mask_options(), arguments);
  if (!parsed) return exit_done;
  const po::variables_map& values = *parsed;
  const MaskSplitOptions options = split_options(values);
  const Outputs outputs = output_files(values);
  const Mask mask = read_mask(resolve(values["FILE"].as<std::string>(), ""));
  const std::vector<ChosenHeads> blocks = choose(mask, values);
  const std::string engines = engines_text(values, blocks, options.threshold);
  if (outputs.has("csv")) outputs.write("csv", mask_csv(blocks, options));
  if (outputs.has("png")) {
    outputs.write("png", mask_png(blocks, {options.threshold, values["reorder"].as<bool>()}));
  }
  if (!outputs.to_standard_output()) std::cout << mask_text(mask.name, blocks, options) << engines;
  return exit_done;
}

}  // namespace saccade
