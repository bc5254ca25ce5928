// saccade export: a model as an explicit list of ops or layers, after any techniques.
#include <fmt/format.h>

#include <iostream>

#include "base/error.hpp"
#include "base/file.hpp"
#include "base/text.hpp"
#include "cli/cli.hpp"
#include "cli/commands.hpp"
#include "cli/options.hpp"
#include "technique/pass.hpp"
#include "workload/layer_list.hpp"
#include "workload/model.hpp"
#include "workload/op_list.hpp"

namespace saccade {
namespace {

CommandOptions export_options() {
  CommandOptions command;
  command.usage = "saccade export --workload FILE [options]";
  command.description =
      "Writes a model with every tensor and op of it, as JSON or CSV. What it writes can be "
      "edited\n"
      "and simulated: 'saccade run --workload' reads it back as the same workload.";
  const auto text = [](const char* value_name) {
    return po::value<std::string>()->value_name(value_name);
  };
  auto add = command.options.add_options();
  add("workload", text("FILE")->required(), "the model");
  add("technique", text("FILE"), "techniques to apply to it first");
  add("format", text("NAME")->default_value("json"), "json (a list of ops) or csv (of layers)");
  add("output,o", text("FILE")->default_value("-"), "where to write; '-' is standard output");
  return command;
}

}  // namespace

int export_command(const std::vector<std::string>& arguments) {
  const auto values = parse_options(export_options(), arguments);
  if (!values) return exit_done;
  const std::string format = (*values)["format"].as<std::string>();
  const std::vector<std::string> formats = {"json", "csv"};
  if (format != "json" && format != "csv") {
    throw UserError(fmt::format("--format is '{}', expected one of {}{}", format,
                                comma_list(formats), did_you_mean(format, formats)));
  }
  Workload workload = read_workload(resolve((*values)["workload"].as<std::string>(), ""));
  if (values->count("technique") != 0) {
    const std::string technique = resolve((*values)["technique"].as<std::string>(), "");
    workload = apply_technique(read_technique(technique), std::move(workload));
  }
  const std::string text = format == "json" ? export_json(workload) : export_csv(workload);
  const std::string file = (*values)["output"].as<std::string>();
  if (file == "-") {
    std::cout << text;
  } else {
    write_text(file, text);
  }
  return exit_done;
}

}  // namespace saccade
