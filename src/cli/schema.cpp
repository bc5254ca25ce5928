// saccade schema: the JSON Schema of a kind of file.
#include <iostream>

#include "cli/cli.hpp"
#include "cli/commands.hpp"
#include "cli/file_kinds.hpp"
#include "cli/options.hpp"

namespace saccade {

int schema_command(const std::vector<std::string>& arguments) {
  CommandOptions command;
  command.usage = "saccade schema KIND";
  command.description =
      "Prints the JSON Schema (draft 2020-12) of a kind of file, for editors and validators:";
  for (const FileKind& kind : file_kinds()) {
    command.description += std::string("\n  ") + kind.name + ": " + kind.what;
  }
  command.arguments.add_options()("kind", po::value<std::string>()->required());
  command.positions.add("kind", 1);
  const auto values = parse_options(command, arguments);
  if (!values) return exit_done;
  Json schema = file_kind((*values)["kind"].as<std::string>()).schema();
  schema["$schema"] = "https://json-schema.org/draft/2020-12/schema";
  std::cout << schema.dump(2) << '\n';
  return exit_done;
}

}  // namespace saccade
