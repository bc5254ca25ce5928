// Options that sub-commands share: parsing with --help, near misses and `--set pointer=value`.
#pragma once
#include <boost/program_options.hpp>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace saccade {

namespace po = boost::program_options;

/// What a sub-command takes.
struct CommandOptions {
  std::string usage;        ///< "saccade show HARDWARE [options]"
  std::string description;  ///< a sentence or two for --help
  po::options_description options{"Options", 100};
  po::options_description arguments{"Arguments"};  ///< positional ones, by their option names
  po::positional_options_description positions;
};

/// Parses the arguments of a sub-command; prints the help and returns nothing if they ask for it
/// (--help, -h). Throws UserError for what the command does not know, with the nearest option, and
/// boost::program_options::error for what is missing or malformed.
std::optional<po::variables_map> parse_options(CommandOptions command,
                                               const std::vector<std::string>& arguments);

/// Splits "/dram/channels=4" at its first '=' into JSON pointer and text. Throws UserError for
/// whatever has another form, all of them at once.
std::vector<std::pair<std::string, std::string>> parse_patches(
    const std::vector<std::string>& settings);

/// The texts of an option that may be repeated; none if it was not given.
std::vector<std::string> texts_of(const po::variables_map& values, const std::string& option);

}  // namespace saccade
