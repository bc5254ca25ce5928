// The command line: finds the sub-command, runs it and turns what it throws into exit codes.
#pragma once
#include <string>
#include <vector>

#include "base/error.hpp"

namespace saccade {

/// Exit codes of every sub-command.
enum ExitCode : int {
  exit_done = 0,
  exit_mistake = 1,  ///< the user can mend it
  exit_bug = 2,
};

/// Prints mistakes to standard error, one a line, with control characters made visible.
void print_mistakes(const UserError& error);

/// Runs "saccade ARGUMENTS..." and returns its exit code. Messages go to standard error.
int run_cli(const std::vector<std::string>& arguments);

}  // namespace saccade
