#include "hardware/accelerator_file.hpp"

#include <algorithm>

namespace saccade {
namespace {

/// The name of a component: it names columns of reports and modules of the simulation as well.
Type<std::string> component_name() {
  const std::string expected = "a name of up to 64 letters, digits, '_' and '-'";
  const auto read = [=](const Cursor& cursor) -> std::optional<std::string> {
    if (cursor.value().is_string()) {
      const auto& name = cursor.value().get_ref<const std::string&>();
      const bool good = std::all_of(name.begin(), name.end(), [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
               c == '_' || c == '-';
      });
      if (good && !name.empty() && name.size() <= 64) return name;
    }
    cursor.fail_expected(expected);
    return std::nullopt;
  };
  return {read, {{"type", "string"}, {"pattern", "^[A-Za-z0-9_-]{1,64}$"}}, expected};
}

std::vector<std::pair<std::string, InterconnectKind>> topologies() {
  return {{"bus", InterconnectKind::bus},
          {"crossbar", InterconnectKind::crossbar},
          {"tree", InterconnectKind::tree},
          {"mesh", InterconnectKind::mesh}};
}

Type<NumberFormat> number_format() {
  return choice<NumberFormat>({{"int", NumberFormat::integer},
                               {"fp", NumberFormat::floating},
                               {"bf", NumberFormat::brain}});
}

/// Rule for a width in bits that must be whole bytes.
template <class T>
void whole_bytes(const T& component, const Cursor& cursor) {
  if (component.width_bits % 8 != 0) cursor.at("width_bits").fail_expected("a multiple of 8");
}

const Record<Buffer>& buffer_record() {
  static const auto record =
      Record<Buffer>("an on-chip buffer")
          .field("name", &Buffer::name, component_name(), "unique among all components")
          .field("bytes", &Buffer::bytes, integer<std::int64_t>(64, 1ll << 32), "capacity")
          .field("width_bits", &Buffer::width_bits, integer<int>(8, 1 << 16),
                 "bits that a port moves in a cycle", 128)
          .field("banks", &Buffer::banks, integer<int>(1, 1024), "banks", 1)
          .field("ports", &Buffer::ports, integer<int>(1, 64), "accesses in a cycle", 1)
          .field(
              "bank_conflicts", &Buffer::bank_conflicts, boolean(),
              "whether accesses of several ports may meet in a bank; if not, each port has banks "
              "of its own",
              true)
          .field("access", &Buffer::access,
                 choice<BufferAccess>({{"row", BufferAccess::row}, {"any", BufferAccess::any}}),
                 "whether matrices are read by rows only, or by columns as well", BufferAccess::row)
          .field("instances", &Buffer::instances, integer<int>(1, 65536),
                 "equal memories, one for each PE of an engine; bytes, width, banks and ports are "
                 "of one of them",
                 1)
          .rule(whole_bytes<Buffer>);
  return record;
}

const Record<StorageNames>& storage_record() {
  static const auto way = one_or_list(text("a buffer"), 1, 4);
  static const auto record =
      Record<StorageNames>("the buffers of an engine's operands")
          .field("weight", &StorageNames::weight, way,
                 "parameters; of several buffers the first takes them from DRAM and the last feeds "
                 "the engine")
          .field("input", &StorageNames::input, way, "activations, likewise")
          .field("partial_sum", &StorageNames::partial_sum, text("a buffer"),
                 "sums at accumulator width, until they are post-processed")
          .field("dynamic_weight", &StorageNames::dynamic_weight, way,
                 "second operands that are activations (K, V); the way of the input if left out",
                 std::vector<std::string>());
  return record;
}

const Record<PeNetwork>& network_record() {
  static const auto record =
      Record<PeNetwork>("the network between shared buffers and those of an engine")
          .field("kind", &PeNetwork::kind, choice(topologies()), "topology")
          .field("width_bits", &PeNetwork::width_bits, integer<int>(8, 1 << 20),
                 "bits in a cycle: of a bus both ways together, of the others each way")
          .field("pj_per_bit_hop", &PeNetwork::pj_per_bit_hop, number(0, 1000),
                 "energy of a bit over one hop", 0.0)
          .field("multicast", &PeNetwork::multicast, boolean(),
                 "whether one transfer reaches all PEs that need the same data", false)
          .rule(whole_bytes<PeNetwork>);
  return record;
}

Record<EngineCommon> common_record() {
  static const std::vector<std::string> roles = {"stem", "projection", "core_attention",
                                                 "ffn",  "head",       "decision"};
  std::vector<std::pair<std::string, std::string>> role_choices;
  for (const std::string& role : roles) role_choices.emplace_back(role, role);
  Record<EngineCommon> common("an engine");
  common.field("name", &EngineCommon::name, component_name(), "unique among all components")
      .field("count", &EngineCommon::count, integer<int>(1, 256),
             "equal arrays side by side; they take tiles in turn", 1)
      .field("slots", &EngineCommon::slots, integer<int>(1, 64),
             "parts that co-scheduled ops may divide an array into", 1)
      .field("operand_bits", &EngineCommon::operand_bits, integer<int>(1, 64),
             "width of the multipliers", 8)
      .field("accumulator_bits", &EngineCommon::accumulator_bits, integer<int>(1, 128),
             "width of the accumulators", 32)
      .field("format", &EngineCommon::format, number_format(),
             "format of the operands: int up to 32 bits, fp of 8 (e4m3), 16 or 32, bf of 16; sums "
             "of fp and bf are fp of accumulator_bits; default int",
             NumberFormat::integer)
      .field("roles", &EngineCommon::roles, list(choice<std::string>(role_choices), 0, 16),
             "roles of the ops that run here; any if left out", std::vector<std::string>())
      .field("network", &EngineCommon::network, optional(object(network_record())),
             "between shared buffers and the engine's own; needed where an operand passes more "
             "than one buffer or a buffer has an instance per PE",
             std::optional<PeNetwork>())
      .rule([](const EngineCommon& engine, const Cursor& cursor) {
        if (engine.accumulator_bits < engine.operand_bits) {
          cursor.fail(
              fmt::format("has accumulators of {} bits, expected at least operand_bits = {}",
                          engine.accumulator_bits, engine.operand_bits));
        } else if (mac_unit(engine.arithmetic(), PeStyle::plain).empty()) {
          cursor.fail(fmt::format(
              "multiplies {} of {} bits into sums of {}, expected int of at most 32, "
              "fp 8 or 16 into 16 or 32, fp 32 into 32, or bf 16 into 32",
              format_name(engine.format), engine.operand_bits, engine.accumulator_bits));
        }
      });
  return common;
}

template <class Kind>
Record<EngineFile<Kind>> engine_record(const std::string& title, const Record<Kind>& kind) {
  using File = EngineFile<Kind>;
  return Record<File>(title)
      .include(common_record())
      .include(kind)
      .field("storage", &File::storage_names, object(storage_record()), "buffers of the operands");
}

const Type<AnyEngine>& engine_type() {
  static const auto type =
      Tagged<AnyEngine>("kind")
          .add("systolic", engine_record("a systolic engine", systolic_record()))
          .add("vector_mac", engine_record("a vector MAC engine", vector_mac_record()))
          .type();
  return type;
}

/// Kinds of ops that vector units may be kept to.
const std::vector<std::pair<std::string, std::string>>& vector_kinds() {
  static const std::vector<std::pair<std::string, std::string>> kinds = [] {
    std::vector<std::pair<std::string, std::string>> names;
    for (const char* kind :
         {"post",   "softmax", "layernorm", "batchnorm", "add",     "multiply",   "scale",
          "relu",   "gelu",    "silu",      "hardswish", "sigmoid", "requantise", "mask",
          "reduce", "maxpool", "avgpool",   "resize",    "gather",  "layout",     "decide"}) {
      names.emplace_back(kind, kind);
    }
    return names;
  }();
  return kinds;
}

std::vector<std::string> vector_op_names() {
  return {kVectorOpNames.begin(), kVectorOpNames.end()};
}

const Record<VectorUnitFile>& vector_unit_record() {
  using File = VectorUnitFile;
  static const auto record =
      Record<File>("a vector unit")
          .field("name", static_cast<std::string File::*>(&File::name), component_name(),
                 "unique among all components")
          .field("kinds", static_cast<std::vector<std::string> File::*>(&File::kinds),
                 list(choice<std::string>(vector_kinds()), 0, 32),
                 "kinds of ops that run here, 'post' for bias and requantisation of products; any "
                 "if left out",
                 std::vector<std::string>())
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
                 "buffer that results are written to")
          .field("handover_cycles", static_cast<int File::*>(&File::handover_cycles),
                 integer<int>(0, 1000000000),
                 "to hand an op over to the unit, and again to say that it is done: what "
                 "synchronising with a host processor takes",
                 0)
          .field("format", static_cast<NumberFormat File::*>(&File::format), number_format(),
                 "format of a lane's numbers: int, fp of 8 (e4m3), 16 or 32 bits, bf of 16; "
                 "default int",
                 NumberFormat::integer)
          .rule([](const File& unit, const Cursor& cursor) {
            if (!vector_suffix(unit.format, unit.bits).empty()) return;
            cursor.fail(
                fmt::format("has lanes of {} of {} bits, expected int, fp of 8, 16 or 32, or bf "
                            "of 16",
                            format_name(unit.format), unit.bits));
          });
  return record;
}

const Record<ControllerFile>& controller_record() {
  using File = ControllerFile;
  static const std::vector<std::pair<std::string, std::string>> decisions = {
      {"threshold", "threshold"}, {"entropy", "entropy"}, {"top_k", "top_k"}, {"sort", "sort"}};
  static const auto record =
      Record<File>("a skip controller, which makes run-time decisions")
          .field("name", &File::name, component_name(), "unique among all components")
          .field("comparators", &File::comparators, integer<int>(1, 1 << 16),
                 "values that are compared in a cycle")
          .field("decides", static_cast<std::vector<std::string> File::*>(&File::decides),
                 list(choice<std::string>(decisions), 1, 4), "what it decides by; all if left out",
                 std::vector<std::string>{"threshold", "entropy", "top_k", "sort"})
          .field("bits", &File::bits, integer<int>(1, 128), "width of a value", 16)
          .field("latency_cycles", &File::latency_cycles, integer<int>(0, 100000),
                 "from the last value to the outcome", 0)
          .field("pass_overhead_cycles",
                 static_cast<int File::*>(&SkipController::pass_overhead_cycles),
                 integer<int>(0, 100000), "beside the values of each pass of a quick-select", 3)
          .field("entropy_cycles", static_cast<double File::*>(&SkipController::entropy_cycles),
                 number(1e-3, 1e6),
                 "per value and comparator: exponential and sum, then the sum of p log p", 2.0)
          .field("output", &File::output_name, text("a buffer"), "buffer of the outcomes");
  return record;
}

const Record<DmaChannel>& dma_record() {
  static const auto record =
      Record<DmaChannel>("a DMA channel")
          .field("name", &DmaChannel::name, component_name(), "unique among all components")
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
          .field("kind", &Interconnect::kind, choice(topologies()), "topology")
          .field("width_bits", &Interconnect::width_bits, integer<int>(8, 1 << 20),
                 "bits in a cycle: of the bus in all, of a crossbar per DMA channel")
          .field("fidelity", &Interconnect::fidelity,
                 choice<InterconnectFidelity>({{"ideal", InterconnectFidelity::ideal},
                                               {"bandwidth", InterconnectFidelity::bandwidth}}),
                 "ideal: transfers take no time beside that of the memory; bandwidth: bytes over "
                 "the width; default bandwidth",
                 InterconnectFidelity::bandwidth)
          .field("pj_per_bit_hop", &Interconnect::pj_per_bit_hop, number(0, 1000),
                 "energy of a bit over one hop", 0.0)
          .field("hops", &Interconnect::hops, integer<int>(1, 1024), "mean hops of a transfer", 1)
          .rule(whole_bytes<Interconnect>);
  return record;
}

}  // namespace

const Record<AcceleratorFile>& accelerator_record() {
  using File = AcceleratorFile;
  static const auto record =
      Record<File>("an accelerator")
          .include(assumed_record())
          .field("clock_mhz", &File::clock_mhz, number(0.001, 1e5), "clock of the whole design")
          .field("queue_depth", &File::queue_depth, integer<int>(1, 1024),
                 "tasks that wait before each unit", 4)
          .field("barrier", &File::barrier,
                 choice<Barrier>({{"none", Barrier::none}, {"op", Barrier::op}}),
                 "none: ops overlap tile by tile; op: an op begins when the one before has "
                 "finished, weights alone are loaded ahead; default none",
                 Barrier::none)
          .field("technology", &File::technology, object(technology_choice_record()),
                 "table and node of energies and areas")
          .field("buffers", &File::buffers, list(object(buffer_record()), 1, 16),
                 "on-chip memories")
          .field("engines", &File::engines, list(engine_type(), 1, 8), "matrix engines")
          .field("vector_units", &File::vector_units, list(object(vector_unit_record()), 1, 6),
                 "units for everything that is not a product")
          .field("controllers", &File::controllers, list(object(controller_record()), 0, 2),
                 "units for run-time decisions; vector units make them if there are none",
                 std::vector<ControllerFile>())
          .field("dma", &File::dma, list(object(dma_record()), 1, 16), "DMA channels")
          .field("interconnect", &File::interconnect, object(interconnect_record()),
                 "between DRAM and buffers")
          .field("dram", &File::dram, object(dram_system_record()), "off-chip memory");
  return record;
}

Json accelerator_schema() {
  Json schema = accelerator_record().schema();
  schema["$schema"] = "https://json-schema.org/draft/2020-12/schema";
  return schema;
}

}  // namespace saccade
