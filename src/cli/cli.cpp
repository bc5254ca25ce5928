#include "cli/cli.hpp"

#include <fmt/format.h>
#include <poll.h>
#include <unistd.h>

#include <boost/program_options/errors.hpp>
#include <csignal>
#include <iostream>

#include "base/text.hpp"
#include "cli/commands.hpp"

namespace saccade {
namespace {

void print_help() {
  std::cout << "Usage: saccade COMMAND [arguments]\n\n"
               "Simulates vision-transformer accelerators: latency, energy and area of a model\n"
               "on hardware that is described in a file.\n\nCommands:\n";
  for (const Command& command : commands()) {
    std::cout << fmt::format("  {:<8} {}\n", command.name, command.help);
  }
  std::cout << "\n'saccade COMMAND --help' says what a command takes; 'saccade --version' the "
               "version.\n"
               "Exit codes: 0 done, 1 a mistake that you can mend, 2 a bug of saccade.\n";
}

const Command& find_command(const std::string& name) {
  std::vector<std::string> names;
  for (const Command& command : commands()) {
    if (command.name == name) return command;
    names.emplace_back(command.name);
  }
  throw UserError(fmt::format("unknown command '{}', expected one of {}{}", name, comma_list(names),
                              did_you_mean(name, names)));
}

int dispatch(const std::vector<std::string>& arguments) {
  if (arguments.empty()) throw UserError("no command given; 'saccade --help' lists them");
  const std::string& first = arguments.front();
  if (first == "--help" || first == "-h" || first == "help") {
    print_help();
    return exit_done;
  }
  if (first == "--version") {
    std::cout << "saccade " << SACCADE_VERSION << '\n';
    return exit_done;
  }
  return find_command(first).run({arguments.begin() + 1, arguments.end()});
}

/// Whether standard output is a pipe whose reader has left, as `saccade list | head -1` does.
bool reader_has_left() {
  pollfd out{STDOUT_FILENO, POLLOUT, 0};
  return ::poll(&out, 1, 0) == 1 && (out.revents & POLLERR) != 0;
}

/// What was printed has arrived, or the reader did not want more of it.
int finish(int code) {
  if (!std::cout.flush() && !reader_has_left()) {
    std::cerr << "standard output: cannot be written\n";
    return code == exit_done ? exit_mistake : code;
  }
  return code;
}

}  // namespace

void print_mistakes(const UserError& error) {
  for (const Mistake& mistake : error.mistakes()) {
    for (const char c : to_string(mistake)) {
      const auto byte = static_cast<unsigned char>(c);
      if (byte < 0x20 || byte == 0x7f) {
        std::cerr << fmt::format("\\x{:02x}", byte);
      } else {
        std::cerr << c;
      }
    }
    std::cerr << '\n';
  }
}

int run_cli(const std::vector<std::string>& arguments) {
  // A reader that leaves early must not cost the files that a command still has to write.
  std::signal(SIGPIPE, SIG_IGN);
  try {
    return finish(dispatch(arguments));
  } catch (const UserError& error) {
    print_mistakes(error);
    return finish(exit_mistake);
  } catch (const boost::program_options::error& error) {
    std::cerr << error.what() << '\n';
    return finish(exit_mistake);
  } catch (const std::exception& error) {
    std::cerr << "this is a bug of saccade: " << error.what() << '\n';
    return finish(exit_bug);
  }
}

}  // namespace saccade
