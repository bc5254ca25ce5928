// saccade run: one model on one accelerator, from files to figures.
#include <fmt/format.h>
#include <unistd.h>

#include <chrono>
#include <filesystem>
#include <functional>
#include <iostream>

#include "base/error.hpp"
#include "base/file.hpp"
#include "base/text.hpp"
#include "cli/cli.hpp"
#include "cli/commands.hpp"
#include "cli/options.hpp"
#include "cli/outputs.hpp"
#include "flow/evaluate.hpp"
#include "report/csv.hpp"
#include "report/explain.hpp"
#include "report/text.hpp"
#include "report/timeline.hpp"
#include "result/result_json.hpp"

namespace saccade {
namespace {

/// Options that name a file to write, "-" being standard output.
const std::vector<std::string> output_options = {"json", "csv", "timeline", "dram-trace",
                                                 "write-mapping"};

/// Inferences that one run of this program may simulate: its memory grows with each.
constexpr int kMostInferences = 10000;

void add_stream_options(CommandOptions& command) {
  const auto number = [] { return po::value<int>()->value_name("N"); };
  auto add = command.options.add_options();
  add("batch", number(), "images that a model infers together, layer by layer");
  add("stream", number(), "report N inferences one after the other, all together");
  add("window", number(),
      "how many inferences of a stream may be in flight: inputs of one wait for the outputs of the "
      "N-th before it; 1 if not given");
  add("steady", po::bool_switch(), "report the second of two inferences in a row");
}

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
  add("trace", text("FILE"),
      "inputs for which the technique decides, one by one (.json, .csv): each distinct way to run "
      "the model is simulated once, and figures are of all inputs");
  add("set", patches(),
      "change a value of the hardware file, such as /dram/channels=4; may be repeated");
  add("set-workload", patches(), "change a value of the workload file (.json); may be repeated");
  add("objective", text("NAME")->default_value("latency"),
      "what the mapper minimises: latency, energy or edp");
  add("mapping", text("FILE"),
      "a file that exists fixes the mapping, all of it or what it says; to one that does not the "
      "mapping is written, with why it won");
  add("write-mapping", text("FILE"), "write the mapping, over a file that exists as well");
  add_stream_options(command);
  add("explain", text("FIGURE"),
      "energy, area or timing: print, instead of the summary, what this figure was computed from: "
      "each constant with its unit, source and band, and the count that it was multiplied with");
  add("layers", po::bool_switch(), "print a line per op, too");
  add("json", text("FILE")->implicit_value("-"),
      "write the whole result as JSON; to standard output if no FILE is given");
  add("csv", text("FILE"),
      "write a line per op as CSV, or with --explain a line per constant and product");
  add("timeline", text("FILE"), "write every task on its unit, for ui.perfetto.dev");
  add("dram-trace", text("FILE"),
      "write every transfer to and from DRAM as CSV: which DMA channel, when, and what it moved");
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

std::optional<Topic> explained(const po::variables_map& values) {
  if (values.count("explain") == 0) return std::nullopt;
  const std::string name = values["explain"].as<std::string>();
  const std::optional<Topic> topic = topic_of(name);
  if (topic) return topic;
  throw UserError(fmt::format("--explain is '{}', expected one of {}{}", name,
                              comma_list(topic_names()), did_you_mean(name, topic_names())));
}

/// Takes over what the options say about streams; their mistakes are answered together.
void read_stream(const po::variables_map& values, EvaluateOptions& options) {
  Mistakes mistakes;
  const bool stream = values.count("stream") != 0;
  options.steady = values["steady"].as<bool>();
  if (stream) options.stream = values["stream"].as<int>();
  if (values.count("window") != 0) options.window = values["window"].as<int>();
  const bool wrong = stream && (options.stream < 2 || options.stream > kMostInferences);
  if (wrong) {
    mistakes.add("", "",
                 fmt::format("--stream is {}, expected a number of inferences from 2 to {}",
                             options.stream, kMostInferences));
  }
  if (stream && options.steady) {
    mistakes.add("", "", "--steady and --stream exclude each other, expected one of them");
  }
  if (!stream && values.count("window") != 0) {
    mistakes.add("", "", "--window is of no use without --stream, expected both");
  } else if (!wrong && (options.window < 1 || options.window > options.stream)) {
    mistakes.add("", "",
                 fmt::format("--window is {}, expected a number of inferences from 1 to the {} of "
                             "--stream",
                             options.window, options.stream));
  }
  mistakes.check();
}

/// Whether --mapping names a file that is there to be read.
bool pins_mapping(const po::variables_map& values) {
  if (values.count("mapping") == 0) return false;
  return std::filesystem::exists(resolve(values["mapping"].as<std::string>(), ""));
}

/// Finds out before a long run what could not be written after it.
Outputs outputs_of(const po::variables_map& values) {
  Outputs outputs;
  Mistakes mistakes;
  for (const std::string& option : output_options) {
    const bool new_mapping = option == "write-mapping" && values.count(option) == 0 &&
                             values.count("mapping") != 0 && !pins_mapping(values);
    const std::string given = new_mapping ? "mapping" : option;
    if (values.count(given) != 0) outputs.add(option, values[given].as<std::string>(), mistakes);
  }
  mistakes.check();
  return outputs;
}

PointFiles files_of(const po::variables_map& values) {
  PointFiles files;
  files.hardware = resolve(values["hardware"].as<std::string>(), "");
  files.workload = resolve(values["workload"].as<std::string>(), "");
  if (values.count("technique") != 0) {
    files.technique = resolve(values["technique"].as<std::string>(), "");
  }
  if (pins_mapping(values)) files.mapping = resolve(values["mapping"].as<std::string>(), "");
  files.hardware_patches = parse_patches(texts_of(values, "set"));
  files.workload_patches = parse_patches(texts_of(values, "set-workload"));
  if (values.count("trace") != 0) files.trace = resolve(values["trace"].as<std::string>(), "");
  if (values.count("batch") != 0) files.batch = values["batch"].as<int>();
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
  const Outputs outputs = outputs_of(values);
  EvaluateOptions options;
  options.objective = objective_of(values["objective"].as<std::string>());
  options.explain = explained(values);
  read_stream(values, options);
  options.timeline = outputs.has("timeline");
  options.dram_trace = outputs.has("dram-trace");
  options.mapping = outputs.has("write-mapping");

  ProgressLine line;
  const bool quiet = values["quiet"].as<bool>();
  if (!quiet && isatty(STDERR_FILENO) != 0) options.progress = std::ref(line);
  const PointResult result = evaluate(files, options);
  line.clear();
  if (outputs.has("json")) outputs.write("json", json_text(result));
  if (result.status != Status::ok) {
    std::cerr << status_name(result.status) << ": " << result.message << '\n';
    return exit_mistake;
  }
  if (outputs.has("csv")) {
    outputs.write("csv", options.explain ? explanation_csv(result) : ops_csv(result));
  }
  if (outputs.has("timeline")) outputs.write("timeline", timeline_text(result));
  if (options.dram_trace) outputs.write("dram-trace", result.dram_trace);
  if (options.mapping) outputs.write("write-mapping", result.mapping);
  if (quiet || outputs.to_standard_output()) return exit_done;
  std::cout << (options.explain ? explanation_text(result) : summary_text(result));
  if (files.mapping) std::cout << "\nThe mapping was fixed by " << *files.mapping << '\n';
  if (options.mapping) {
    std::cout << "\nThe mapping was written to " << outputs.file("write-mapping") << '\n';
  }
  if (values["layers"].as<bool>()) std::cout << '\n' << layers_text(result);
  return exit_done;
}

}  // namespace saccade
