// saccade run: one model on one accelerator, from files to figures.
#include <fmt/format.h>
#include <unistd.h>

#include <chrono>
#include <filesystem>
#include <functional>
#include <iostream>
#include <set>

#include "base/error.hpp"
#include "base/file.hpp"
#include "base/text.hpp"
#include "cli/cli.hpp"
#include "cli/commands.hpp"
#include "cli/options.hpp"
#include "flow/evaluate.hpp"
#include "report/csv.hpp"
#include "report/json.hpp"
#include "report/text.hpp"
#include "report/timeline.hpp"

namespace saccade {
namespace {

/// Options that name a file to write, "-" being standard output.
const std::vector<std::string> output_options = {"json", "csv", "timeline"};

CommandOptions run_options() {
  CommandOptions command;
  command.usage = "saccade run --hardware FILE --workload FILE [options]";
  command.description =
      "Simulates a model on an accelerator and reports latency, energy, EDP and area, and what\n"
      "bounds them. Files that do not exist here are looked for among those that ship with "
      "saccade.\n"
      "A FILE to write may be '-' for standard output, which then carries nothing else.";
  const auto text = [](const char* value_name) {
    return po::value<std::string>()->value_name(value_name);
  };
  const auto patches = [] {
    return po::value<std::vector<std::string>>()->value_name("POINTER=VALUE");
  };
  auto add = command.options.add_options();
  add("hardware", text("FILE")->required(), "the accelerator");
  add("workload", text("FILE")->required(),
      "the model: its shape (.json), a list of ops (.json) or of layers (.csv)");
  add("technique", text("FILE"), "techniques to apply to it");
  add("set", patches(),
      "change a value of the hardware file, such as /dram/channels=4; may be repeated");
  add("set-workload", patches(), "change a value of the workload file (.json); may be repeated");
  add("objective", text("NAME")->default_value("latency"),
      "what the mapper minimises: latency, energy or edp");
  add("steady", po::bool_switch(), "report the second of two inferences in a row");
  add("layers", po::bool_switch(), "print a line per op, too");
  add("json", text("FILE")->implicit_value("-"),
      "write the whole result as JSON; to standard output if no FILE is given");
  add("csv", text("FILE"), "write a line per op as CSV");
  add("timeline", text("FILE"), "write every task on its unit, for ui.perfetto.dev");
  add("quiet,q", po::bool_switch(), "print no summary");
  return command;
}

Objective objective_of(const std::string& name) {
  if (name == "latency") return Objective::latency;
  if (name == "energy") return Objective::energy;
  if (name == "edp") return Objective::edp;
  const std::vector<std::string> names = {"latency", "energy", "edp"};
  throw UserError(fmt::format("--objective is '{}', expected one of {}{}", name, comma_list(names),
                              did_you_mean(name, names)));
}

/// Files to write by option. Finds out before a long run what could not be written after it.
std::map<std::string, std::string> outputs_of(const po::variables_map& values) {
  namespace fs = std::filesystem;
  std::map<std::string, std::string> outputs;
  std::set<std::string> files;
  Mistakes mistakes;
  for (const std::string& option : output_options) {
    if (values.count(option) == 0) continue;
    const std::string file = values[option].as<std::string>();
    outputs[option] = file;
    if (!files.insert(file).second) mistakes.add(file, "", "is to be written twice");
    if (file == "-") continue;
    std::error_code error;
    const fs::path folder = fs::absolute(file, error).parent_path();
    if (file.empty() || fs::is_directory(file, error)) {
      mistakes.add(file, "", fmt::format("is no file that --{} could write", option));
    } else if (!fs::is_directory(folder, error)) {
      mistakes.add(file, "",
                   fmt::format("cannot be written: there is no folder {}", folder.string()));
    } else if (::access(folder.c_str(), W_OK) != 0) {
      mistakes.add(file, "",
                   fmt::format("cannot be written: may not write to {}", folder.string()));
    }
  }
  mistakes.check();
  return outputs;
}

void write(const std::string& file, const std::string& text) {
  if (file == "-") {
    std::cout << text;
  } else {
    write_text(file, text);
  }
}

PointFiles files_of(const po::variables_map& values) {
  PointFiles files;
  files.hardware = resolve(values["hardware"].as<std::string>(), "");
  files.workload = resolve(values["workload"].as<std::string>(), "");
  if (values.count("technique") != 0) {
    files.technique = resolve(values["technique"].as<std::string>(), "");
  }
  files.hardware_patches = parse_patches(texts_of(values, "set"));
  files.workload_patches = parse_patches(texts_of(values, "set-workload"));
  return files;
}

/// "simulating: 42 %" on a terminal, once a run takes longer than a moment; gone at its end.
class ProgressLine {
 public:
  void operator()(double share) {
    const int percent = static_cast<int>(share * 100);
    const auto elapsed = std::chrono::steady_clock::now() - begin_;
    if (percent == shown_ || elapsed < std::chrono::seconds(1)) return;
    shown_ = percent;
    std::cerr << fmt::format("\rsimulating: {} %", percent) << std::flush;
  }
  void clear() const {
    if (shown_ >= 0) std::cerr << "\r\033[K" << std::flush;
  }

 private:
  std::chrono::steady_clock::time_point begin_ = std::chrono::steady_clock::now();
  int shown_ = -1;
};

}  // namespace

int run_command(const std::vector<std::string>& arguments) {
  const auto parsed = parse_options(run_options(), arguments);
  if (!parsed) return exit_done;
  const po::variables_map& values = *parsed;
  const PointFiles files = files_of(values);
  const auto outputs = outputs_of(values);
  EvaluateOptions options;
  options.objective = objective_of(values["objective"].as<std::string>());
  options.steady = values["steady"].as<bool>();
  options.timeline = outputs.count("timeline") != 0;

  ProgressLine line;
  const bool quiet = values["quiet"].as<bool>();
  if (!quiet && isatty(STDERR_FILENO) != 0) options.progress = std::ref(line);
  const PointResult result = evaluate(files, options);
  line.clear();
  if (outputs.count("json") != 0) write(outputs.at("json"), json_text(result));
  if (result.status != Status::ok) {
    std::cerr << status_name(result.status) << ": " << result.message << '\n';
    return exit_mistake;
  }
  if (outputs.count("csv") != 0) write(outputs.at("csv"), ops_csv(result));
  if (outputs.count("timeline") != 0) write(outputs.at("timeline"), timeline_text(result));
  bool silent = quiet;
  for (const auto& [option, file] : outputs) silent = silent || file == "-";
  if (silent) return exit_done;
  std::cout << summary_text(result);
  if (values["layers"].as<bool>()) std::cout << '\n' << layers_text(result);
  return exit_done;
}

}  // namespace saccade
