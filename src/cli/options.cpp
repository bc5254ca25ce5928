#include "cli/options.hpp"

#include <fmt/format.h>

#include <iostream>

#include "base/error.hpp"
#include "base/text.hpp"

namespace saccade {
namespace {

[[noreturn]] void unknown_option(const std::string& word, const po::options_description& options) {
  const std::string wrong = word.substr(0, word.find('='));
  std::vector<std::string> names;
  for (const auto& option : options.options()) names.push_back("--" + option->long_name());
  throw UserError(fmt::format("unknown option '{}', expected one of {}{}", wrong, comma_list(names),
                              did_you_mean(wrong, names)));
}

}  // namespace

std::optional<po::variables_map> parse_options(CommandOptions command,
                                               const std::vector<std::string>& arguments) {
  command.options.add_options()("help,h", "print this help");
  po::options_description all;
  all.add(command.options).add(command.arguments);
  po::variables_map values;
  try {
    const int style = po::command_line_style::unix_style & ~po::command_line_style::allow_guessing;
    po::store(po::command_line_parser(arguments)
                  .options(all)
                  .positional(command.positions)
                  .style(style)
                  .run(),
              values);
  } catch (const po::unknown_option& error) {
    unknown_option(error.get_option_name(), command.options);
  }
  if (values.count("help") != 0) {
    std::cout << "Usage: " << command.usage << "\n\n"
              << command.description << "\n\n"
              << command.options;
    return std::nullopt;
  }
  po::notify(values);
  return values;
}

std::vector<std::pair<std::string, std::string>> parse_patches(
    const std::vector<std::string>& settings) {
  std::vector<std::pair<std::string, std::string>> patches;
  Mistakes mistakes;
  for (const std::string& setting : settings) {
    const std::size_t equals = setting.find('=');
    if (setting.empty() || setting.front() != '/' || equals == std::string::npos) {
      mistakes.add("", "",
                   fmt::format("--set '{}' is malformed, expected a JSON pointer and a value such "
                               "as '/dram/channels=4'",
                               setting));
      continue;
    }
    patches.emplace_back(setting.substr(0, equals), setting.substr(equals + 1));
  }
  mistakes.check();
  return patches;
}

std::vector<std::string> texts_of(const po::variables_map& values, const std::string& option) {
  return values.count(option) == 0 ? std::vector<std::string>()
                                   : values[option].as<std::vector<std::string>>();
}

}  // namespace saccade
