#include "hardware/accelerator.hpp"

#include <algorithm>
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
    for (int i = 0; copies > 1 && i < copies; ++i) taken.push_back(fmt::format("{}_{}", name, i));
    for (const std::string& item : taken) {
      if (seen.insert(item).second) continue;
      element.at("name").fail(
          fmt::format("\"{}\" names two components, expected a name of its own for each", item));
    }
  });
  return names;
}

void check_buffer_name(const Cursor& owner, const std::string& key, const NameList& buffers) {
  if (!owner.value().contains(key) || !owner.value().at(key).is_string()) return;
  const auto name = owner.value().at(key).get<std::string>();
  for (const std::string& buffer : buffers) {
    if (buffer == name) return;
  }
  owner.at(key).fail(fmt::format("\"{}\" is no buffer of this file, expected one of {}{}", name,
                                 comma_list(buffers), did_you_mean(name, buffers)));
}

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
  for (const char* key : {"engines", "vector_units", "dma"}) names_of(root, key, seen);
  for_elements(root, "engines", [&](const Cursor& engine) {
    if (!engine.value().contains("storage") || !engine.value().at("storage").is_object()) return;
    for (const char* key : {"weight", "dynamic_weight", "input", "partial_sum"}) {
      check_buffer_name(engine.at("storage"), key, buffers);
    }
  });
  for_elements(root, "vector_units",
               [&](const Cursor& unit) { check_buffer_name(unit, "output", buffers); });
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
  const std::string& dynamic = names.dynamic_weight.empty() ? names.input : names.dynamic_weight;
  engine.storage = {find_buffer(buffers, names.weight), find_buffer(buffers, dynamic),
                    find_buffer(buffers, names.input), find_buffer(buffers, names.partial_sum)};
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

}  // namespace

int Accelerator::dma_for(const std::string& operand) const {
  for (std::size_t i = 0; i < dma.size(); ++i) {
    for (const std::string& moved : dma[i].moves) {
      if (moved == operand) return static_cast<int>(i);
    }
  }
  return -1;
}

std::int64_t peak_macs_per_cycle(const EnginePool& engine) {
  const auto& array = std::get<SystolicArray>(engine.kind);
  return std::int64_t{array.rows} * array.columns * engine.count;
}

Accelerator read_accelerator_json(const Json& document, const std::string& file) {
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
  accelerator.technology = parsed->technology;
  accelerator.buffers = parsed->buffers;
  for (const AnyEngine& engine : parsed->engines) {
    accelerator.engines.push_back(resolved(engine, parsed->buffers));
  }
  for (const VectorUnitFile& unit : parsed->vector_units) {
    accelerator.vector_units.push_back(resolved(unit, parsed->buffers));
  }
  accelerator.dma = parsed->dma;
  accelerator.interconnect = parsed->interconnect;
  accelerator.dram = dram;
  return accelerator;
}

Accelerator read_accelerator(const std::string& path) {
  return read_accelerator_json(read_json(path), path);
}

}  // namespace saccade
