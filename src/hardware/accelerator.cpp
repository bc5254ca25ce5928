#include "hardware/accelerator.hpp"

#include <set>

#include "base/text.hpp"

namespace saccade {
namespace {

/// Buffers of an engine by name, as the file has them.
struct StorageNames {
  std::string weight, dynamic_weight, input, partial_sum;
};

template <class Kind>
struct EngineFile : EngineCommon, Kind {
  StorageNames storage_names;
};

struct VectorUnitFile : VectorUnit {
  std::map<std::string, double> speeds;
  std::string output_name;
};

/// An engine of any kind with its buffers still by name.
struct AnyEngine : EnginePool {
  StorageNames storage_names;
  template <class Kind>
  explicit AnyEngine(EngineFile<Kind> file) : storage_names(std::move(file.storage_names)) {
    static_cast<EngineCommon&>(*this) = file;
    kind = static_cast<Kind&>(file);
  }
};

struct AcceleratorFile {
  double clock_mhz = 0;
  int queue_depth = 4;
  TechnologyChoice technology;
  std::vector<Buffer> buffers;
  std::vector<AnyEngine> engines;
  std::vector<VectorUnitFile> vector_units;
  std::vector<DmaChannel> dma;
  Interconnect interconnect;
  DramSystem dram;
};

const Record<Buffer>& buffer_record() {
  static const auto record =
      Record<Buffer>("an on-chip buffer")
          .field("name", &Buffer::name, text(), "unique among all components")
          .field("bytes", &Buffer::bytes, integer<std::int64_t>(64, 1ll << 32), "capacity")
          .field("width_bits", &Buffer::width_bits, integer<int>(8, 1 << 16),
                 "bits that a port moves in a cycle", 128)
          .field("banks", &Buffer::banks, integer<int>(1, 1024), "banks", 1)
          .field("ports", &Buffer::ports, integer<int>(1, 64), "accesses in a cycle", 1)
          .field("access", &Buffer::access,
                 choice<BufferAccess>({{"row", BufferAccess::row}, {"any", BufferAccess::any}}),
                 "whether matrices are read by rows only, or by columns as well", BufferAccess::row)
          .rule([](const Buffer& buffer, const Cursor& cursor) {
            if (buffer.width_bits % 8 != 0) {
              cursor.at("width_bits").fail_expected("a multiple of 8");
            }
          });
  return record;
}

const Record<StorageNames>& storage_record() {
  static const auto record =
      Record<StorageNames>("the buffers of an engine's operands")
          .field("weight", &StorageNames::weight, text("a buffer"), "parameters")
          .field("input", &StorageNames::input, text("a buffer"), "activations")
          .field("partial_sum", &StorageNames::partial_sum, text("a buffer"),
                 "sums at accumulator width, until they are post-processed")
          .field("dynamic_weight", &StorageNames::dynamic_weight, text("a buffer"),
                 "second operands that are activations (K, V); the input buffer if left out",
                 std::string());
  return record;
}

template <class Kind>
Record<EngineFile<Kind>> engine_record(const std::string& title, const Record<Kind>& kind) {
  using File = EngineFile<Kind>;
  static const std::vector<std::string> roles = {"stem", "projection", "core_attention",
                                                 "ffn",  "head",       "decision"};
  std::vector<std::pair<std::string, std::string>> role_choices;
  for (const std::string& role : roles) role_choices.emplace_back(role, role);
  Record<EngineCommon> common("an engine");
  common.field("name", &EngineCommon::name, text(), "unique among all components")
      .field("count", &EngineCommon::count, integer<int>(1, 256),
             "equal arrays side by side; they take tiles in turn", 1)
      .field("slots", &EngineCommon::slots, integer<int>(1, 64),
             "parts that co-scheduled ops may divide an array into", 1)
      .field("operand_bits", &EngineCommon::operand_bits, integer<int>(1, 64),
             "width of the multipliers", 8)
      .field("accumulator_bits", &EngineCommon::accumulator_bits, integer<int>(1, 128),
             "width of the accumulators", 32)
      .field("roles", &EngineCommon::roles, list(choice<std::string>(role_choices), 0, 16),
             "roles of the ops that run here; any if left out", std::vector<std::string>());
  return Record<File>(title).include(common).include(kind).field(
      "storage", &File::storage_names, object(storage_record()), "buffers of the operands");
}

const Type<AnyEngine>& engine_type() {
  static const auto type =
      Tagged<AnyEngine>("kind").add("systolic", engine_record("a systolic engine", systolic_record()))
          .type();
  return type;
}

std::vector<std::string> vector_op_names() {
  return {kVectorOpNames.begin(), kVectorOpNames.end()};
}

const Record<VectorUnitFile>& vector_unit_record() {
  using File = VectorUnitFile;
  static const auto record =
      Record<File>("a vector unit")
          .field("name", static_cast<std::string File::*>(&File::name), text(),
                 "unique among all components")
          .field("count", static_cast<int File::*>(&File::count), integer<int>(1, 256),
                 "equal units side by side; they take tiles in turn", 1)
          .field("lanes", static_cast<int File::*>(&File::lanes), integer<int>(1, 1 << 16),
                 "elements in flight side by side")
          .field("bits", static_cast<int File::*>(&File::bits), integer<int>(1, 128),
                 "width of a lane", 32)
          .field("latency_cycles", static_cast<int File::*>(&File::latency_cycles),
                 integer<int>(0, 100000), "depth of a sweep's pipeline", 0)
          .field("softmax_sweeps", static_cast<int File::*>(&File::softmax_sweeps),
                 integer<int>(2, 3), "3: maximum; exponentials and their sum; division. 2: online",
                 3)
          .field("layernorm_sweeps", static_cast<int File::*>(&File::layernorm_sweeps),
                 integer<int>(2, 3), "2: sums; application. 3: mean; variance; application", 2)
          .field("cycles_per_element", &File::speeds,
                 dictionary(number(1e-3, 1e6), vector_op_names()),
                 "cycles per element and lane of each operation; what is left out cannot be done")
          .field("output", &File::output_name, text("a buffer"),
                 "buffer that results are written to");
  return record;
}

const Record<DmaChannel>& dma_record() {
  static const auto record =
      Record<DmaChannel>("a DMA channel")
          .field("name", &DmaChannel::name, text(), "unique among all components")
          .field("moves", &DmaChannel::moves,
                 list(choice<std::string>(
                          {{"weight", "weight"}, {"input", "input"}, {"output", "output"}}),
                      1, 3),
                 "classes of operands that it moves");
  return record;
}

const Record<Interconnect>& interconnect_record() {
  static const auto record =
      Record<Interconnect>("the interconnect between DRAM and buffers")
          .field("kind", &Interconnect::kind,
                 choice<InterconnectKind>({{"bus", InterconnectKind::bus},
                                           {"crossbar", InterconnectKind::crossbar},
                                           {"tree", InterconnectKind::tree},
                                           {"mesh", InterconnectKind::mesh}}),
                 "topology")
          .field("width_bits", &Interconnect::width_bits, integer<int>(8, 1 << 20),
                 "bits in a cycle: of the bus in all, of a crossbar per DMA channel")
          .field("pj_per_bit_hop", &Interconnect::pj_per_bit_hop, number(0, 1000),
                 "energy of a bit over one hop", 0.0)
          .field("hops", &Interconnect::hops, integer<int>(1, 1024), "mean hops of a transfer", 1)
          .field("multicast", &Interconnect::multicast, boolean(),
                 "whether one transfer may reach several buffers", false);
  return record;
}

const Record<AcceleratorFile>& accelerator_record() {
  using File = AcceleratorFile;
  static const auto record =
      Record<File>("an accelerator")
          .field("clock_mhz", &File::clock_mhz, number(0.001, 1e5), "clock of the whole design")
          .field("queue_depth", &File::queue_depth, integer<int>(1, 1024),
                 "tasks that wait before each unit", 4)
          .field("technology", &File::technology, object(technology_choice_record()),
                 "table and node of energies and areas")
          .field("buffers", &File::buffers, list(object(buffer_record()), 1, 16),
                 "on-chip memories")
          .field("engines", &File::engines, list(engine_type(), 1, 8), "matrix engines")
          .field("vector_units", &File::vector_units, list(object(vector_unit_record()), 1, 8),
                 "units for everything that is not a product")
          .field("dma", &File::dma, list(object(dma_record()), 1, 16), "DMA channels")
          .field("interconnect", &File::interconnect, object(interconnect_record()),
                 "between DRAM and buffers")
          .field("dram", &File::dram, object(dram_system_record()), "off-chip memory");
  return record;
}

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

/// Names of an array's components; reports those that stand twice in the file.
NameList names_of(const Cursor& root, const std::string& key, std::set<std::string>& seen) {
  NameList names;
  for_elements(root, key, [&](const Cursor& element) {
    if (!element.value().contains("name") || !element.value().at("name").is_string()) return;
    names.push_back(element.value().at("name").get<std::string>());
    if (!seen.insert(names.back()).second) {
      element.at("name").fail(fmt::format(
          "\"{}\" names two components, expected a name of its own for each", names.back()));
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

/// Rules between components; works on the document, so that they are answered together with the
/// mistakes inside components.
void check_references(const Cursor& root) {
  std::set<std::string> seen;
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
  std::map<std::string, int> movers;
  for_elements(root, "dma", [&](const Cursor& channel) {
    if (!channel.value().contains("moves") || !channel.value().at("moves").is_array()) return;
    for (const Json& operand : channel.value().at("moves")) {
      if (operand.is_string()) ++movers[operand.get<std::string>()];
    }
  });
  for (const char* operand : {"weight", "input", "output"}) {
    if (root.value().contains("dma") && movers[operand] != 1) {
      root.at("dma").fail(fmt::format("{} channels move '{}', expected exactly one",
                                      movers[operand], operand));
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
  if (parsed) load_dram(parsed->dram, root.at("dram"));
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
  accelerator.dram = parsed->dram;
  return accelerator;
}

Accelerator read_accelerator(const std::string& path) {
  return read_accelerator_json(read_json(path), path);
}

Json accelerator_schema() {
  Json schema = accelerator_record().schema();
  schema["$schema"] = "https://json-schema.org/draft/2020-12/schema";
  return schema;
}

}  // namespace saccade
