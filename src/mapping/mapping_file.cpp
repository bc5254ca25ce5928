#include "mapping/mapping_file.hpp"

namespace saccade {
namespace {

const char* dim_name(Dim dim) { return dim == Dim::m ? "m" : dim == Dim::n ? "n" : "k"; }

const char* objective_name(Objective objective) {
  return objective == Objective::latency  ? "latency"
         : objective == Objective::energy ? "energy"
                                          : "edp";
}

Json loops_json(const Nest& nest) {
  Json loops = Json::array();
  for (const Loop& loop : nest.loops) {
    loops.push_back({{"over", dim_name(loop.dim)}, {"step", loop.tile}});
  }
  return loops;
}

class Writer {
 public:
  Writer(const Mapping& mapping, const Accelerator& accelerator)
      : mapping_(mapping), accelerator_(accelerator) {}

  Json op(std::size_t index) const {
    const OpSchedule& schedule = mapping_.schedules[index];
    const GemmTile tile = schedule.tile();
    Json json = Json::object();
    if (schedule.engine >= 0) {
      json["engine"] = accelerator_.engines[static_cast<std::size_t>(schedule.engine)].name;
    }
    if (schedule.vector_unit >= 0) {
      const auto unit = static_cast<std::size_t>(schedule.vector_unit);
      json["vector_unit"] = accelerator_.vector_units[unit].name;
    }
    json["tile"] = {{"m", tile.m}, {"n", tile.n}, {"k", tile.k}};
    json["loops"] = loops_json(schedule.nest);
    json["double_buffered"] = schedule.double_buffered;
    json["estimate"] = {{"cycles", schedule.cycles},
                        {"dram_bytes", schedule.dram_bytes},
                        {"energy_pj", schedule.energy_pj}};
    if (mapping_.facts[index]) add_product(json, schedule, *mapping_.facts[index]);
    return json;
  }

  Json fused_with(std::size_t index) const {
    for (const Group& group : mapping_.groups) {
      if (group.anchors.size() > 1 && group.anchors[0].op == index) return true;
    }
    return false;
  }

  /// Activations between ops.
  Json tensors() const {
    Json json = Json::object();
    for (std::size_t i = 0; i < mapping_.homes.size(); ++i) {
      const TensorHome& home = mapping_.homes[i];
      const Tensor& tensor = mapping_.workload.tensors()[i];
      if (home.writers.empty() || home.home == Home::streamed) continue;
      if (tensor.kind != TensorKind::activation) continue;
      json[tensor.name] = home.home == Home::on_chip ? "on_chip" : "dram";
    }
    return json;
  }

 private:
  void add_product(Json& json, const OpSchedule& schedule, const ProductFacts& facts) const {
    const Split& split = schedule.split;
    json["fused"] = fused_with(schedule.op);
    json["entries_at_once"] = schedule.at_once;
    json["split"] = {{"entries", split.entries}, {"m", split.m}, {"n", split.n}, {"k", split.k}};
    json["fold_taps"] = schedule.fold_taps;
    json["keep_nothing"] = schedule.keep_nothing;
    json["input"] = holds(schedule.input);
    json["weight"] = holds(schedule.weight);
    const Promise promise = product_promise(facts, schedule, tile_figures(facts, schedule));
    json["promised"] = {{"dram_input_bytes", promise.dram_input},
                        {"dram_weight_bytes", promise.dram_weight},
                        {"dram_output_bytes", promise.dram_output}};
    const Choice& why = schedule.choice;
    json["why"] = {{"candidates", why.candidates},
                   {"skipped_by_bound", why.skipped},
                   {"bound_cycles", why.bound_cycles},
                   {"cycles", why.cycles},
                   {"energy_pj", why.energy_pj}};
    if (why.next_cycles > 0) {
      json["why"]["runner_up"] = {{"cycles", why.next_cycles}, {"energy_pj", why.next_energy_pj}};
    }
  }

  Json holds(const std::vector<Hold>& holds) const {
    Json json = Json::array();
    for (const Hold& hold : holds) {
      json.push_back({{"buffer", accelerator_.buffers[static_cast<std::size_t>(hold.buffer)].name},
                      {"inside", hold.inside}});
    }
    return json;
  }

  const Mapping& mapping_;
  const Accelerator& accelerator_;
};

/// Ops that follow on the tiles of a product have no mapping of their own.
std::vector<std::size_t> anchors_of(const Mapping& mapping) {
  std::vector<std::size_t> ops;
  for (const Group& group : mapping.groups) {
    for (const Anchor& anchor : group.anchors) ops.push_back(anchor.op);
  }
  return ops;
}

}  // namespace

Json mapping_json(const Mapping& mapping, const Accelerator& accelerator, Objective objective) {
  const Writer writer(mapping, accelerator);
  Json json = {{"hardware", accelerator.name},
               {"workload", mapping.workload.name()},
               {"objective", objective_name(objective)},
               {"tensors", writer.tensors()},
               {"ops", Json::object()}};
  for (const std::size_t op : anchors_of(mapping)) {
    json["ops"][mapping.workload.ops()[op].name] = writer.op(op);
  }
  return json;
}

std::string mapping_text(const Mapping& mapping, const Accelerator& accelerator,
                         Objective objective) {
  const Json json = mapping_json(mapping, accelerator, objective);
  const auto dump = [](const Json& value) {
    return value.dump(-1, ' ', false, Json::error_handler_t::replace);
  };
  std::string text = "{";
  const char* separator = "\n";
  for (const auto& item : json.items()) {
    text += separator + dump(item.key()) + ": ";
    separator = ",\n";
    if (item.key() != "ops" || item.value().empty()) {
      text += dump(item.value());
      continue;
    }
    const char* op_separator = "{\n";
    for (const auto& op : item.value().items()) {
      text += op_separator + dump(op.key()) + ": " + dump(op.value());
      op_separator = ",\n";
    }
    text += "\n}";
  }
  return text + "\n}\n";
}

}  // namespace saccade
