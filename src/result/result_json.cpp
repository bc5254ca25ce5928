#include "result/result_json.hpp"

namespace saccade {
namespace {

std::string dump(const Json& json) {
  return json.dump(-1, ' ', false, Json::error_handler_t::replace);
}

template <class Value>
Json object_json(const std::map<std::string, Value>& values) {
  Json json = Json::object();
  for (const auto& [name, value] : values) json[name] = value;
  return json;
}

Json op_json(const OpResult& op) {
  return {{"name", op.name},
          {"kind", op.kind},
          {"role", op.role},
          {"block", op.block},
          {"macs", op.macs},
          {"cycles", op.cycles},
          {"exclusive_cycles", op.exclusive_cycles},
          {"start_cycle", op.start_cycle},
          {"end_cycle", op.end_cycle},
          {"tasks", op.tasks},
          {"dram_bytes", op.dram_bytes},
          {"energy_j", op.energy_j},
          {"bound", op.bound},
          {"cycles_by_work", object_json(op.cycles_by_work)},
          {"cycles_by_work_and_edge", op.cycles_by_work_and_edge}};
}

/// Sums the shares of equal names; {component: {part: value}} if `parts`, else {component: value}.
Json breakdown_json(const std::vector<Share>& shares, bool parts) {
  Json json = Json::object();
  for (const Share& share : shares) {
    Json& slot = parts ? json[share.component][share.part] : json[share.component];
    slot = slot.is_null() ? share.value : slot.get<double>() + share.value;
  }
  return json;
}

Json resources_json(const Resources& resources) {
  Json json = Json::object();
  for (std::size_t i = 0; i < kResources; ++i) json[kResourceNames[i]] = resources[i];
  return json;
}

/// What a design takes of an FPGA; null of silicon.
Json fpga_json(const std::optional<FpgaUse>& use) {
  if (!use) return nullptr;
  Json components = Json::object();
  for (const ComponentResources& c : use->components) {
    components[c.component] = resources_json(c.resources);
  }
  Resources share{};
  for (std::size_t i = 0; i < kResources; ++i) share[i] = use->total[i] / use->capacity[i];
  return {{"device", use->device},
          {"total", resources_json(use->total)},
          {"share", resources_json(share)},
          {"capacity", resources_json(use->capacity)},
          {"components", components}};
}

Json optional_json(const std::optional<double>& value) {
  return value ? Json(*value) : Json(nullptr);
}

Json accuracy_json(const std::optional<Accuracy>& accuracy) {
  if (!accuracy) return nullptr;
  return {{"top1_percent", optional_json(accuracy->top1_percent)},
          {"miou_percent", optional_json(accuracy->miou_percent)},
          {"source", accuracy->source}};
}

Json distribution_json(const Distribution& of) {
  return {
      {"mean", of.mean}, {"p50", of.p50}, {"p95", of.p95}, {"p99", of.p99}, {"worst", of.worst}};
}

/// What became of the inputs of a trace; null without one.
Json scenario_json(const std::optional<ScenarioResult>& scenario) {
  if (!scenario) return nullptr;
  Json paths = Json::array();
  for (const PathResult& path : scenario->paths) {
    paths.push_back({{"name", path.name},
                     {"runs", path.runs},
                     {"images", path.images},
                     {"latency_s", path.latency_s},
                     {"energy_per_image_j", path.energy_per_image_j},
                     {"macs", path.macs}});
  }
  return {{"trace", scenario->trace},
          {"policy", scenario->policy},
          {"inputs", scenario->inputs},
          {"latency_s", distribution_json(scenario->latency_s)},
          {"energy_j", distribution_json(scenario->energy_j)},
          {"paths", paths}};
}

/// Figures of the run, each null if there was none.
void add_figures(Json& json, const PointResult& result) {
  const auto figure = [ok = result.status == Status::ok](auto value) {
    return ok ? Json(value) : Json(nullptr);
  };
  json["clock_hz"] = figure(result.clock_hz);
  json["cycles"] = figure(result.cycles);
  json["run_s"] = figure(result.run_s);
  json["latency_s"] = figure(result.latency_s);
  json["latency_p50_s"] = figure(result.latency_p50_s);
  json["latency_p95_s"] = figure(result.latency_p95_s);
  json["latency_worst_s"] = figure(result.latency_worst_s);
  json["latencies_s"] = figure(result.latencies_s);
  json["throughput_images_per_s"] = figure(result.throughput_images_per_s);
  json["seconds_per_image"] = figure(result.seconds_per_image);
  json["seconds_per_batch"] = figure(result.seconds_per_batch);
  json["energy_j"] = figure(result.energy_j);
  json["energy_low_j"] = figure(result.energy_low_j);
  json["energy_high_j"] = figure(result.energy_high_j);
  json["energy_on_chip_j"] = figure(result.energy_on_chip_j);
  json["energy_dram_j"] = figure(result.energy_dram_j);
  json["energy_per_image_j"] = figure(result.energy_per_image_j);
  json["energy_per_batch_j"] = figure(result.energy_per_batch_j);
  json["power_w"] = figure(result.power_w);
  json["power_on_chip_w"] = figure(result.power_on_chip_w);
  json["edp_js"] = figure(result.edp_js);
  const auto area = [&](double mm2) { return result.fpga ? Json(nullptr) : figure(mm2); };
  json["area_mm2"] = area(result.area_mm2);
  json["area_low_mm2"] = area(result.area_low_mm2);
  json["area_high_mm2"] = area(result.area_high_mm2);
  json["macs"] = figure(result.macs);
  json["macs_dense"] = figure(result.macs_dense);
  json["dram_bytes"] = figure(result.dram_bytes);
  json["dram_bytes_useful"] = figure(result.dram_bytes_useful);
  json["utilization"] = figure(result.utilization);
  json["spatial_utilization"] = figure(result.spatial_utilization);
  json["peak_macs_per_s"] = figure(result.peak_macs_per_s);
  json["dram_peak_bytes_per_s"] = figure(result.dram_peak_bytes_per_s);
  json["core_attention"] = {{"latency_s", figure(result.core_attention.latency_s)},
                            {"energy_j", figure(result.core_attention.energy_j)},
                            {"edp_js", figure(result.core_attention.edp_js)}};
}

}  // namespace

Json result_json(const PointResult& result) {
  Json json = {{"version", SACCADE_VERSION},  {"hardware", result.hardware},
               {"workload", result.workload}, {"technique", result.technique},
               {"mode", result.mode},         {"images", result.images},
               {"batch", result.batch},       {"stream", result.stream},
               {"window", result.window},     {"status", status_name(result.status)},
               {"message", result.message}};
  add_figures(json, result);
  json["accuracy"] = accuracy_json(result.accuracy);
  json["scenario"] = scenario_json(result.scenario);
  json["energy_breakdown_j"] = breakdown_json(result.energy_breakdown_j, true);
  json["area_breakdown_mm2"] = breakdown_json(result.area_breakdown_mm2, false);
  json["fpga_resources"] = fpga_json(result.fpga);
  json["cycles_by_work"] = object_json(result.cycles_by_work);
  json["cycles_by_edge"] = object_json(result.cycles_by_edge);
  json["unit_utilization"] = object_json(result.unit_utilization);
  json["notes"] = result.notes;
  json["ops"] = Json::array();
  for (const OpResult& op : result.ops) json["ops"].push_back(op_json(op));
  return json;
}

std::string json_text(const PointResult& result) {
  const Json json = result_json(result);
  std::string out = "{";
  const char* separator = "\n";
  for (const auto& item : json.items()) {
    out += separator + dump(item.key()) + ": ";
    separator = ",\n";
    if (item.key() != "ops" || item.value().empty()) {
      out += dump(item.value());
      continue;
    }
    const char* op_separator = "[\n";
    for (const Json& op : item.value()) {
      out += op_separator + dump(op);
      op_separator = ",\n";
    }
    out += "\n]";
  }
  return out + "\n}\n";
}

}  // namespace saccade
