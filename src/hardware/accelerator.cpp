#include "hardware/accelerator.hpp"

#include <algorithm>
#include <limits>
#include <map>
#include <set>

#include "base/text.hpp"
#include "hardware/accelerator_file.hpp"

namespace saccade {
namespace {

using NameList = std::vector<std::string>;

/// Calls `each` with every element of an array that may be missing or of another type.
template <class Each>
void for_elements(const Cursor& root, const std::string& key, Each each) {
  if (!root.value().is_object() || !root.value().contains(key)) return;
  const Cursor array = root.at(key);
  if (!array.value().is_array()) return;
  for (std::size_t i = 0; i < array.value().size(); ++i) {
    if (array.at(i).value().is_object()) each(array.at(i));
  }
}

/// Names of an array's components; reports those that stand twice in the file, "pe_1" of the second
/// of two arrays "pe" included.
NameList names_of(const Cursor& root, const std::string& key, std::set<std::string>& seen) {
  NameList names;
  for_elements(root, key, [&](const Cursor& element) {
    if (!element.value().contains("name") || !element.value().at("name").is_string()) return;
    const auto name = element.value().at("name").get<std::string>();
    names.push_back(name);
    const Json count = element.value().value("count", Json(1));
    const long long copies =
        count.is_number_integer() ? std::clamp(count.get<long long>(), 1LL, 256LL) : 1;
    NameList taken = {name};
    if (element.value().contains("network")) taken.push_back(name + "_network");
    for (int i = 0; copies > 1 && i < copies; ++i) taken.push_back(fmt::format("{}_{}", name, i));
    for (const std::string& item : taken) {
      if (seen.insert(item).second) continue;
      element.at("name").fail(
          fmt::format("\"{}\" names two components, expected a name of its own for each", item));
    }
  });
  return names;
}

/// The buffer that a text names, as it stands in the file; nothing, and a mistake, if it is none.
const Json* named_buffer(const Cursor& root, const Cursor& name, const NameList& buffers) {
  if (!name.value().is_string()) return nullptr;
  const auto text = name.value().get<std::string>();
  const Json* found = nullptr;
  for_elements(root, "buffers", [&](const Cursor& buffer) {
    if (buffer.value().value("name", Json()) == Json(text)) found = &buffer.value();
  });
  if (found == nullptr) {
    name.fail(fmt::format("\"{}\" is no buffer of this file, expected one of {}{}", text,
                          comma_list(buffers), did_you_mean(text, buffers)));
  }
  return found;
}

long long integer_at(const Json& object, const std::string& key, long long fallback) {
  const Json value = object.value(key, Json(fallback));
  return value.is_number_integer() ? value.get<long long>() : fallback;
}

/// The ways of an engine's operands: shared buffers, and last one that is shared or has an instance
/// per PE; a network where there is more to it than one shared buffer.
class StorageCheck {
 public:
  StorageCheck(const Cursor& root, const Cursor& engine, const NameList& buffers)
      : root_(root), engine_(engine), buffers_(buffers) {
    if (engine.value().value("kind", Json()) == Json("vector_mac")) {
      pes_ = integer_at(engine.value(), "pes", 1);
    }
  }

  void run() {
    if (!engine_.value().contains("storage") || !engine_.value().at("storage").is_object()) return;
    const Cursor storage = engine_.at("storage");
    for (const char* key : {"weight", "dynamic_weight", "input", "partial_sum"}) {
      if (!storage.value().contains(key)) continue;
      const Cursor way = storage.at(key);
      if (!way.value().is_array()) {
        buffer(way, true);
        continue;
      }
      for (std::size_t i = 0; i < way.value().size(); ++i) {
        const bool twice = std::count(way.value().begin(), way.value().end(), way.value()[i]) > 1;
        if (twice) way.at(i).fail("stands twice on this way, expected each buffer once");
        buffer(way.at(i), i + 1 == way.value().size());
      }
      needs_network_ = needs_network_ || way.value().size() > 1;
    }
    const bool has_network = engine_.value().contains("network");
    if (needs_network_ && !has_network) {
      engine_.fail("lacks 'network', expected one between its shared buffers and its own");
    } else if (!needs_network_ && has_network && all_known_) {
      engine_.at("network").fail(
          "leads nowhere, expected none where every operand has one shared buffer");
    }
  }

 private:
  void buffer(const Cursor& name, bool innermost) {
    const Json* found = named_buffer(root_, name, buffers_);
    if (found == nullptr) {
      all_known_ = false;
      return;
    }
    const long long instances = integer_at(*found, "instances", 1);
    if (instances == 1) return;
    needs_network_ = true;
    if (!innermost) {
      name.fail(fmt::format("has {} instances, expected 1 of a buffer that feeds another one",
                            instances));
    } else if (instances != pes_) {
      name.fail(fmt::format("has {} instances, expected 1{}", instances,
                            pes_ > 1 ? fmt::format(" or one for each of the {} PEs", pes_) : ""));
    } else if (integer_at(engine_.value(), "count", 1) > 1) {
      name.fail(
          "has an instance for each PE, expected that of an engine of count 1: copies share "
          "their buffers");
    }
  }

  const Cursor& root_;
  const Cursor& engine_;
  const NameList& buffers_;
  long long pes_ = 1;
  bool needs_network_ = false;
  bool all_known_ = true;  ///< whether the file has all buffers that the ways name
};

/// Every class of operands has one DMA channel.
void check_movers(const Cursor& root) {
  if (!root.value().is_object() || !root.value().contains("dma")) return;
  if (!root.value().at("dma").is_array()) return;
  std::map<std::string, int> movers;
  for_elements(root, "dma", [&](const Cursor& channel) {
    if (!channel.value().contains("moves") || !channel.value().at("moves").is_array()) return;
    for (const Json& operand : channel.value().at("moves")) {
      if (operand.is_string()) ++movers[operand.get<std::string>()];
    }
  });
  for (const char* operand : {"weight", "input", "output"}) {
    if (movers[operand] != 1) {
      root.at("dma").fail(
          fmt::format("{} channels move '{}', expected exactly one", movers[operand], operand));
    }
  }
}

/// Rules between components; works on the document, so that they are answered together with the
/// mistakes inside components.
void check_references(const Cursor& root) {
  std::set<std::string> seen = {"dram", "interconnect", "sequencer"};  // modules that all have
  const NameList buffers = names_of(root, "buffers", seen);
  for (const char* key : {"engines", "vector_units", "controllers", "dma"})
    names_of(root, key, seen);
  for_elements(root, "engines",
               [&](const Cursor& engine) { StorageCheck(root, engine, buffers).run(); });
  for (const char* key : {"vector_units", "controllers"}) {
    for_elements(root, key, [&](const Cursor& unit) {
      if (!unit.value().contains("output")) return;
      const Json* output = named_buffer(root, unit.at("output"), buffers);
      if (output == nullptr || integer_at(*output, "instances", 1) == 1) return;
      unit.at("output").fail("has several instances, expected a shared buffer for results");
    });
  }
  check_movers(root);
}

/// The DRAM system of a document, completed from its standard. Works on the document too, so that
/// mistakes in the standard are answered together with those elsewhere.
DramSystem completed_dram(const Cursor& root) {
  if (!root.value().is_object() || !root.value().contains("dram")) return {};
  Mistakes reported_already;
  const Json& document = root.value().at("dram");
  auto dram = dram_system_record().read(Cursor(document, root.file(), reported_already));
  if (dram) load_dram(*dram, root.at("dram"));
  return dram.value_or(DramSystem{});
}

/// Node and voltage that the technology table does not have.
void check_technology(const Cursor& root) {
  if (!root.value().is_object() || !root.value().contains("technology")) return;
  Mistakes reported_already;
  const Json& document = root.value().at("technology");
  const auto choice =
      technology_choice_record().read(Cursor(document, root.file(), reported_already));
  if (!choice) return;
  try {
    const Technology technology(*choice);
  } catch (const UserError& error) {
    for (const Mistake& m : error.mistakes()) {
      root.mistakes().add(m.file.empty() ? root.file() : m.file, m.pointer, m.message);
    }
  }
}

BufferId find_buffer(const std::vector<Buffer>& buffers, const std::string& name) {
  for (std::size_t i = 0; i < buffers.size(); ++i) {
    if (buffers[i].name == name) return static_cast<BufferId>(i);
  }
  return -1;
}

EnginePool resolved(const AnyEngine& file, const std::vector<Buffer>& buffers) {
  EnginePool engine = file;
  const StorageNames& names = file.storage_names;
  const auto path = [&](const std::vector<std::string>& way) {
    std::vector<BufferId> ids;
    for (const std::string& name : way) ids.push_back(find_buffer(buffers, name));
    return ids;
  };
  const auto& dynamic = names.dynamic_weight.empty() ? names.input : names.dynamic_weight;
  engine.storage = {path(names.weight), path(dynamic), path(names.input),
                    find_buffer(buffers, names.partial_sum)};
  return engine;
}

VectorUnit resolved(const VectorUnitFile& file, const std::vector<Buffer>& buffers) {
  VectorUnit unit = file;
  for (std::size_t op = 0; op < kVectorOps; ++op) {
    const auto found = file.speeds.find(kVectorOpNames[op]);
    unit.cycles_per_element[op] = found == file.speeds.end() ? 0.0 : found->second;
  }
  unit.output = find_buffer(buffers, file.output_name);
  return unit;
}

/// A vector unit that compares, and takes exponentials where entropies are asked for.
VectorUnit resolved(const ControllerFile& file, const std::vector<Buffer>& buffers) {
  VectorUnit unit;
  unit.name = file.name;
  unit.kinds = {"decide"};
  unit.lanes = file.comparators;
  unit.bits = file.bits;
  unit.latency_cycles = file.latency_cycles;
  std::vector<VectorOp> operations = {VectorOp::maximum};
  if (std::find(file.decides.begin(), file.decides.end(), "entropy") != file.decides.end()) {
    operations.insert(operations.end(), {VectorOp::add, VectorOp::exponential, VectorOp::multiply});
  }
  for (const VectorOp op : operations) unit.cycles_per_element[static_cast<std::size_t>(op)] = 1;
  unit.output = find_buffer(buffers, file.output_name);
  unit.controller = file;
  return unit;
}

}  // namespace

double Interconnect::bytes_per_cycle() const {
  return fidelity == InterconnectFidelity::ideal ? std::numeric_limits<double>::infinity()
                                                 : width_bits / 8.0;
}

int Accelerator::dma_for(const std::string& operand) const {
  for (std::size_t i = 0; i < dma.size(); ++i) {
    for (const std::string& moved : dma[i].moves) {
      if (moved == operand) return static_cast<int>(i);
    }
  }
  return -1;
}

Accelerator read_accelerator_json(const Json& given, const std::string& file,
                                  const std::vector<std::string>& patched) {
  const Json document = without_patched(given, patched);
  Mistakes mistakes;
  const Cursor root(document, file, mistakes);
  std::optional<AcceleratorFile> parsed = accelerator_record().read(root);
  check_references(root);
  check_technology(root);
  const DramSystem dram = completed_dram(root);
  mistakes.check();
  Accelerator accelerator;
  accelerator.name = document.value("name", file);
  accelerator.file = file;
  accelerator.clock_hz = parsed->clock_mhz * 1e6;
  accelerator.queue_depth = parsed->queue_depth;
  accelerator.barrier = parsed->barrier;
  accelerator.technology = parsed->technology;
  accelerator.buffers = parsed->buffers;
  for (const AnyEngine& engine : parsed->engines) {
    accelerator.engines.push_back(resolved(engine, parsed->buffers));
  }
  for (const VectorUnitFile& unit : parsed->vector_units) {
    accelerator.vector_units.push_back(resolved(unit, parsed->buffers));
  }
  for (const ControllerFile& controller : parsed->controllers) {
    accelerator.vector_units.push_back(resolved(controller, parsed->buffers));
  }
  accelerator.dma = parsed->dma;
  accelerator.interconnect = parsed->interconnect;
  accelerator.dram = dram;
  accelerator.origins = Origins(document, file, patched);
  return accelerator;
}

Accelerator read_accelerator(const std::string& path) {
  return read_accelerator_json(read_json(path), path);
}

}  // namespace saccade
