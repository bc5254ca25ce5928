// The sub-commands of saccade, as a plain table.
#pragma once
#include <string>
#include <vector>

namespace saccade {

/// A sub-command. `run` gets the arguments after the command's name and returns the exit code; it
/// throws UserError or boost::program_options::error for mistakes of the user.
struct Command {
  const char* name;
  const char* help;  ///< one line
  int (*run)(const std::vector<std::string>& arguments);
};

int run_command(const std::vector<std::string>& arguments);
int sweep_command(const std::vector<std::string>& arguments);
int slurm_command(const std::vector<std::string>& arguments);
int compare_command(const std::vector<std::string>& arguments);
int report_command(const std::vector<std::string>& arguments);
int merge_command(const std::vector<std::string>& arguments);
int validate_command(const std::vector<std::string>& arguments);
int export_command(const std::vector<std::string>& arguments);
int check_command(const std::vector<std::string>& arguments);
int show_command(const std::vector<std::string>& arguments);
int mask_command(const std::vector<std::string>& arguments);
int list_command(const std::vector<std::string>& arguments);
int schema_command(const std::vector<std::string>& arguments);

/// All of them, in the order in which help lists them.
const std::vector<Command>& commands();

}  // namespace saccade
