#include "flow/evaluate.hpp"

#include "base/json.hpp"
#include "cost/area.hpp"
#include "cost/dram_energy.hpp"
#include "cost/energy.hpp"
#include "flow/account.hpp"
#include "mapping/mapping.hpp"
#include "mapping/program.hpp"
#include "sim/simulate.hpp"
#include "technique/pass.hpp"
#include "workload/model.hpp"

namespace saccade {
namespace {

Json patched(const std::string& path,
             const std::vector<std::pair<std::string, std::string>>& patches) {
  Json document = read_json(path);
  for (const auto& [pointer, text] : patches) patch_json(document, pointer, text, path);
  return document;
}

Workload load_workload(const PointFiles& files) {
  if (files.workload_patches.empty()) return read_workload(files.workload);
  return read_workload_json(patched(files.workload, files.workload_patches), files.workload);
}

/// Prices of moving a byte, for the mapper's estimates.
MoveEnergy move_energy(const Accelerator& accelerator, const Technology& technology) {
  MoveEnergy energy;
  energy.dram_pj_per_byte =
      8 * accelerator.dram.pj_per_bit.value_or(accelerator.dram.device.pj_per_bit);
  for (const Buffer& buffer : accelerator.buffers) {
    const SramFigures sram = technology.sram(buffer.bytes, buffer.width_bits, sram_banks(buffer));
    energy.buffer_pj_per_byte.push_back(sram.read_pj.value / (buffer.width_bits / 8.0));
  }
  return energy;
}

}  // namespace

PointResult evaluate(const PointFiles& files, const EvaluateOptions& options) {
  const Accelerator accelerator =
      read_accelerator_json(patched(files.hardware, files.hardware_patches), files.hardware);
  const Technology technology(accelerator.technology);
  const Workload model = load_workload(files);
  Workload workload = model;
  PointResult result;
  if (files.technique) {
    const Technique technique = read_technique(*files.technique);
    result.technique = technique.name;
    workload = apply_technique(technique, workload);
  }
  result.hardware = accelerator.name;
  result.workload = workload.name();
  result.images = workload.images();
  result.mode = options.steady ? "steady" : "first";
  result.macs_dense = static_cast<std::uint64_t>(model.macs());
  try {
    const Mapping mapping = map_workload(workload, accelerator, options.objective,
                                         move_energy(accelerator, technology));
    const SimResult first = run_stream(accelerator, mapping, 1, options.progress);
    // The second of two inferences in a row is what both do less what the first does alone.
    std::optional<SimResult> both;
    if (options.steady) both = run_stream(accelerator, mapping, 2, options.progress);
    account(result, {accelerator, technology, mapping, first, both ? *both : first, options.steady,
                     options.timeline});
  } catch (const Infeasible& reason) {
    result.status = Status::infeasible;
    result.message = reason.what();
  }
  return result;
}

}  // namespace saccade
