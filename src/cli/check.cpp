// saccade check: every mistake in files of any kind.
#include <fmt/format.h>

#include <filesystem>
#include <iostream>

#include "base/error.hpp"
#include "cli/cli.hpp"
#include "cli/commands.hpp"
#include "cli/file_kinds.hpp"
#include "cli/options.hpp"
#include "workload/mask_file.hpp"
#include "workload/model.hpp"

namespace saccade {
namespace {

CommandOptions check_options() {
  CommandOptions command;
  command.usage = "saccade check FILE... [--kind KIND] [--set POINTER=VALUE]...";
  command.description =
      "Tests files: hardware, workload (a model, a list of ops or, as .csv, of layers), mapping,\n"
      "technique, trace, mask (JSON or .npy), sweep, technology and dram. The kind is recognised "
      "by the keys in the file.\n"
      "Prints every mistake.";
  command.options.add_options()("kind", po::value<std::string>()->value_name("KIND"),
                                "take the files for this kind")(
      "set", po::value<std::vector<std::string>>()->value_name("POINTER=VALUE"),
      "change a value of every file before it is tested; may be repeated");
  command.arguments.add_options()("file", po::value<std::vector<std::string>>()->required());
  command.positions.add("file", -1);
  return command;
}

using Patches = std::vector<std::pair<std::string, std::string>>;

/// Tests one file; `kind` is what it was to be, and becomes what it was taken for.
void check_file(const std::string& file, const Patches& patches, std::string& kind) {
  const auto extension = std::filesystem::path(file).extension();
  if (extension == ".csv" || extension == ".npy") {
    kind = extension == ".csv" ? "workload" : "mask";
    if (!patches.empty()) throw UserError({{file, "", "is no JSON, so --set cannot change it"}});
    if (extension == ".csv") {
      read_workload(file);
    } else {
      read_mask(file);
    }
    return;
  }
  Json document = read_json(file);
  for (const auto& [pointer, text] : patches) patch_json(document, pointer, text, file);
  const FileKind& known = kind.empty() ? recognise(document, file) : file_kind(kind);
  kind = known.name;
  known.check(document, file);
}

}  // namespace

int check_command(const std::vector<std::string>& arguments) {
  const auto values = parse_options(check_options(), arguments);
  if (!values) return exit_done;
  const Patches patches = parse_patches(texts_of(*values, "set"));
  const std::string wanted = values->count("kind") == 0 ? "" : (*values)["kind"].as<std::string>();
  if (!wanted.empty()) file_kind(wanted);
  int code = exit_done;
  for (const std::string& file : (*values)["file"].as<std::vector<std::string>>()) {
    std::string kind = wanted;
    try {
      check_file(file, patches, kind);
      std::cout << fmt::format("{}: ok ({})\n", file, kind);
    } catch (const UserError& error) {
      print_mistakes(error);
      const std::size_t count = error.mistakes().size();
      std::cerr << fmt::format("{}: {} mistake{}{}\n", file, count, count == 1 ? "" : "s",
                               kind.empty() ? "" : fmt::format(" (read as {})", kind));
      code = exit_mistake;
    }
  }
  return code;
}

}  // namespace saccade
