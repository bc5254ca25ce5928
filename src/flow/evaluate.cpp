#include "flow/evaluate.hpp"

#include <algorithm>
#include <filesystem>

#include <map>

#include "base/digest.hpp"
#include "base/file.hpp"
#include "cost/dram_energy.hpp"
#include "cost/energy.hpp"
#include "flow/account.hpp"
#include "flow/design.hpp"
#include "flow/hardware.hpp"
#include "flow/scenario.hpp"
#include "flow/self_check.hpp"
#include "mapping/mapping_file.hpp"
#include "sim/simulate.hpp"
#include "technique/pass.hpp"
#include "technique/scenario.hpp"
#include "workload/layer_list.hpp"
#include "workload/model.hpp"
#include "workload/op_list.hpp"

namespace saccade {
namespace {

/// Shapes in a list of ops or layers hold for its own number of images; a model's follow from it.
[[noreturn]] void refuse_batch(const std::string& file) {
  throw UserError({Mistake{file, "",
                           "lists ops or layers, whose shapes hold for one number of images, "
                           "expected a model (with a 'family') for --batch"}});
}

bool lists_layers(const std::string& path) {
  return std::filesystem::path(path).extension() == ".csv";
}

Workload load_workload(const Document& document, const std::optional<int>& batch) {
  if (batch && !(document.json.is_object() && document.json.contains("family"))) {
    refuse_batch(document.path);
  }
  if (document.json.is_string() && lists_layers(document.path)) {
    return read_layer_list(document.json.get<std::string>(), document.path);
  }
  if (!batch) return read_workload_json(document.json, document.path);
  Json patched = document.json;
  patched["images"] = *batch;
  return read_workload_json(patched, document.path);
}

/// Whether what a file says of accuracy holds with the values that were set in it: of another
/// network it does not, unless its accuracy was set as well.
bool still_published(const Document& document) {
  const auto begins = [](const char* pointer) {
    return [pointer](const std::string& patched) { return patched.rfind(pointer, 0) == 0; };
  };
  const auto& patched = document.patched;
  return std::all_of(patched.begin(), patched.end(), begins("/images")) ||
         std::any_of(patched.begin(), patched.end(), begins("/accuracy"));
}

/// The published accuracy of a model, or of the technique on it.
std::optional<Accuracy> published_accuracy(const PointInputs& inputs, const std::string& workload,
                                           const std::optional<Technique>& technique) {
  if (!still_published(inputs.workload)) return std::nullopt;
  if (inputs.technique && !still_published(*inputs.technique)) return std::nullopt;
  if (!technique) return model_accuracy(inputs.workload.json, inputs.workload.path);
  for (const TechniqueAccuracy& accuracy : technique->accuracies) {
    if (accuracy.workload == workload) return accuracy;
  }
  return std::nullopt;
}

/// Prices of moving a byte and of a cycle, for the mapper's estimates.
MoveEnergy move_energy(const Accelerator& accelerator, const Technology& technology) {
  MoveEnergy energy;
  energy.dram_pj_per_byte =
      8 * accelerator.dram.pj_per_bit.value_or(accelerator.dram.device.pj_per_bit);
  for (const Buffer& buffer : accelerator.buffers) {
    const SramFigures sram =
        technology.sram(buffer.bytes, buffer.width_bits, sram_banks(buffer, technology));
    energy.buffer_pj_per_byte.push_back(sram.read_pj.value / (buffer.width_bits / 8.0));
  }
  constexpr double pj_per_joule = 1e12;
  const DramEnergy idle = dram_energy(accelerator.dram, {}, 1.0);  // of a second, in pJ
  const double leakage_w = EnergyModel(accelerator, technology).leakage_w();
  energy.static_pj_per_cycle =
      (leakage_w * pj_per_joule + idle.background_pj + idle.refresh_pj) / accelerator.clock_hz;
  return energy;
}

std::string trace_text(const Accelerator& accelerator, const TransferLists& transfers) {
  DramTrace trace;
  for (const DmaChannel& dma : accelerator.dma) trace.initiators.push_back(dma.name);
  trace.transfers = transfers;
  return dram_trace_text(trace);
}

/// Simulates a mapped workload and fills in what came of it.
void simulate_point(PointResult& result, const Hardware& hardware, const Mapping& mapping,
                    const EvaluateOptions& options) {
  const Accelerator& accelerator = hardware.accelerator;
  SimOptions run;
  run.progress = options.progress;
  run.dram_trace = options.dram_trace;
  const SimResult first = run_stream(accelerator, mapping, options.stream, options.window, run);
  // The second of two inferences in a row is what both do less what the first does alone.
  std::optional<SimResult> both;
  run.accounted_from_op = mapping.workload.ops().size();
  if (options.steady) both = run_stream(accelerator, mapping, 2, 1, run);
  const SimResult& last = both ? *both : first;
  if (options.dram_trace) result.dram_trace = trace_text(accelerator, last.dram_transfers);
  const Accounting accounting = {accelerator,    hardware.technology, mapping,        first, last,
                                 options.steady, options.timeline,    options.explain};
  account(result, accounting);
  self_check(result, accounting);
}

/// What a result says of its point before anything runs.
PointResult described(const Hardware& hardware, const Workload& model, const Workload& workload,
                      const EvaluateOptions& options) {
  PointResult result;
  result.hardware = hardware.accelerator.name;
  result.notes = hardware.notes;
  result.workload = workload.name();
  result.batch = workload.images();
  result.stream = options.stream;
  result.window = options.window;
  result.images = std::int64_t{result.stream} * result.batch;
  result.mode = options.steady ? "steady" : options.stream > 1 ? "stream" : "first";
  result.macs_dense = static_cast<std::uint64_t>(model.macs() * options.stream);
  account_design(result, hardware.accelerator, hardware.technology, options.explain);
  return result;
}

}  // namespace

Document read_document(const std::string& path, const Patches& patches) {
  Document document{path, lists_layers(path) ? Json(read_text(path)) : read_json(path), {}};
  for (const auto& [pointer, text] : patches) {
    patch_json(document.json, pointer, text, path);
    document.patched.push_back(pointer);
  }
  return document;
}

PointInputs read_inputs(const PointFiles& files) {
  PointInputs inputs;
  inputs.hardware = read_document(files.hardware, files.hardware_patches);
  inputs.workload = read_document(files.workload, files.workload_patches);
  if (files.technique) inputs.technique = read_document(*files.technique);
  if (files.mapping) inputs.mapping = read_document(*files.mapping);
  inputs.batch = files.batch;
  if (files.trace) {
    inputs.trace = std::make_shared<const Trace>(read_trace(*files.trace));
    inputs.trace_file = *files.trace;
  }
  return inputs;
}

namespace {

/// A point as it is run: everything read and validated.
struct Prepared {
  Hardware hardware;
  std::optional<Technique> technique;
  std::optional<Accuracy> accuracy;
  MappingPins pins;
};

Prepared prepare(const PointInputs& inputs, const std::string& model) {
  Prepared point{
      load_hardware_json(inputs.hardware.json, inputs.hardware.path, inputs.hardware.patched),
      std::nullopt,
      std::nullopt,
      {}};
  if (inputs.technique) {
    point.technique = read_technique_json(inputs.technique->json, inputs.technique->path);
  }
  point.accuracy = published_accuracy(inputs, model, point.technique);
  if (inputs.mapping) {
    point.pins = read_mapping_pins_json(inputs.mapping->json, inputs.mapping->path,
                                        point.hardware.accelerator.buffers);
  }
  return point;
}

PointResult run_point(const Prepared& point, const Workload& model, const Workload& workload,
                      const EvaluateOptions& options) {
  const Accelerator& accelerator = point.hardware.accelerator;
  PointResult result = described(point.hardware, model, workload, options);
  if (point.technique) result.technique = point.technique->name;
  result.accuracy = point.accuracy;
  if (options.admit) result.message = options.admit(result);
  if (!result.message.empty()) {
    result.status = Status::excluded;
    return result;
  }
  try {
    const Mapping mapping = map_workload(workload, accelerator, options.objective,
                                         move_energy(accelerator, point.hardware.technology),
                                         point.pins, options.window);
    if (options.mapping) result.mapping = mapping_text(mapping, accelerator, options.objective);
    simulate_point(result, point.hardware, mapping, options);
  } catch (const Infeasible& reason) {
    result.status = Status::infeasible;
    result.message = reason.what();
  }
  return result;
}

/// What a run of a trace cannot give, since each of its paths is a run of its own.
void check_scenario(const PointInputs& inputs, const EvaluateOptions& options) {
  Mistakes mistakes;
  const auto refuse = [&](bool wanted, const std::string& what) {
    if (!wanted) return;
    mistakes.add(
        inputs.trace_file, "",
        "is a trace, each of whose paths is simulated for itself, expected none with " + what);
  };
  refuse(options.steady, "--steady");
  refuse(options.stream > 1, "--stream");
  refuse(options.timeline, "--timeline");
  refuse(options.mapping, "--write-mapping");
  refuse(options.explain.has_value(), "--explain");
  refuse(options.dram_trace, "--dram-trace");
  refuse(inputs.batch.has_value(), "--batch (a technique has a 'batch')");
  if (!inputs.technique) {
    mistakes.add(inputs.trace_file, "",
                 "decides for a technique, expected one (--technique) beside a trace");
  }
  mistakes.check();
}

/// Paths that come to the same workload are run once.
PointResult evaluate_scenario(const Prepared& point, const PointInputs& inputs,
                              const EvaluateOptions& options) {
  const Technique& technique = *point.technique;
  std::vector<PathRun> runs;
  std::map<std::string, std::size_t> known;  // by digest of the workload
  std::map<int, Workload> models;            // by images that run together
  const auto paths = scenario_paths(technique, *inputs.trace, inputs.trace_file);
  for (std::size_t i = 0; i < paths.size(); ++i) {
    const Path& path = paths[i].path;
    if (models.count(path.images) == 0) {
      const auto batch = path.images > 1 ? std::optional<int>(path.images) : std::nullopt;
      models.emplace(path.images, load_workload(inputs.workload, batch));
    }
    const Workload& model = models.at(path.images);
    const Workload workload = path_workload(technique, path, model);
    const std::string digest = Digest().add(export_json(workload)).hex();
    const auto [found, added] = known.emplace(digest, runs.size());
    if (!added) {
      runs[found->second].runs += paths[i].runs;
      continue;
    }
    EvaluateOptions one = options;
    if (options.progress) {
      one.progress = [&, i](double share) {
        options.progress((static_cast<double>(i) + share) / static_cast<double>(paths.size()));
      };
    }
    runs.push_back(
        {path_name(technique, path), paths[i].runs, run_point(point, model, workload, one)});
    if (runs.back().result.status != Status::ok) return runs.back().result;
  }
  PointResult result = combined(runs);
  result.scenario->trace = inputs.trace->name;
  result.scenario->policy = technique.policy == Policy::cascade ? "cascade" : "single";
  result.batch = technique.batch;
  return result;
}

}  // namespace

PointResult evaluate_inputs(const PointInputs& inputs, const EvaluateOptions& options) {
  if (inputs.trace) check_scenario(inputs, options);
  const Workload model = load_workload(inputs.workload, inputs.batch);
  const Prepared point = prepare(inputs, model.name());
  if (inputs.trace) return evaluate_scenario(point, inputs, options);
  if (point.technique && !point.technique->efforts.empty()) {
    throw UserError({Mistake{inputs.technique->path, "/efforts",
                             "leaves the choice to a trace, expected one beside it"}});
  }
  const Workload workload = point.technique ? apply_technique(*point.technique, model) : model;
  return run_point(point, model, workload, options);
}

PointResult evaluate(const PointFiles& files, const EvaluateOptions& options) {
  return evaluate_inputs(read_inputs(files), options);
}

}  // namespace saccade
