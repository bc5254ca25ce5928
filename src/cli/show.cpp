// saccade show: how an accelerator is composed, as text or as a graph.
#include <fmt/format.h>

#include <iostream>

#include "base/file.hpp"
#include "base/overload.hpp"
#include "base/text.hpp"
#include "cli/cli.hpp"
#include "cli/commands.hpp"
#include "cli/options.hpp"
#include "cost/engine.hpp"
#include "flow/hardware.hpp"
#include "mapping/units.hpp"

namespace saccade {
namespace {

/// Data that flows from one module to another.
struct Link {
  std::string from, to, data;
};

/// The modules of the simulation and what flows between them.
class Composition {
 public:
  explicit Composition(const Accelerator& accelerator)
      : accelerator_(accelerator), units_(unit_table(accelerator)) {
    for (const UnitInfo& unit : units_) add_links(unit);
  }

  const std::vector<UnitInfo>& units() const { return units_; }
  const std::vector<Link>& links() const { return links_; }

  /// "input from activations, results to accumulators": the links of a module.
  std::string links_of(const std::string& module) const {
    std::vector<std::string> texts;
    for (const Link& link : links_) {
      if (link.to == module) texts.push_back(fmt::format("{} from {}", link.data, link.from));
      if (link.from == module) texts.push_back(fmt::format("{} to {}", link.data, link.to));
    }
    return fmt::format("{}", fmt::join(texts, "; "));
  }

 private:
  const std::string& buffer(BufferId id) const {
    return accelerator_.buffers[static_cast<std::size_t>(id)].name;
  }

  void add(const std::string& from, const std::string& to, const std::string& data) {
    for (Link& link : links_) {
      if (link.from != from || link.to != to) continue;
      if ((", " + link.data + ",").find(", " + data + ",") == std::string::npos) {
        link.data += ", " + data;
      }
      return;
    }
    links_.push_back({from, to, data});
  }

  void add_links(const UnitInfo& unit) {
    const auto index = static_cast<std::size_t>(unit.index);
    switch (unit.kind) {
      case UnitKind::dma:
        for (const std::string& moved : accelerator_.dma[index].moves) add_transfers(unit, moved);
        break;
      case UnitKind::network: {
        const EngineStorage& storage = accelerator_.engines[index].storage;
        for (const auto* way : {&storage.input, &storage.weight, &storage.dynamic_weight}) {
          for (std::size_t i = 1; i < way->size(); ++i) {
            add(buffer((*way)[i - 1]), unit.name, "operands");
            add(unit.name, buffer((*way)[i]), "operands");
          }
        }
        break;
      }
      case UnitKind::array: {
        const EngineStorage& storage = accelerator_.engines[index].storage;
        add(buffer(storage.input.back()), unit.name, "inputs");
        add(buffer(storage.weight.back()), unit.name, "weights");
        add(buffer(storage.dynamic_weight.back()), unit.name, "second operands");
        add(buffer(storage.partial_sum), unit.name, "partial sums");
        add(unit.name, buffer(storage.partial_sum), "sums");
        break;
      }
      case UnitKind::vector: {
        const std::string& output = buffer(accelerator_.vector_units[index].output);
        add(output, unit.name, "activations");
        for (const EnginePool& engine : accelerator_.engines) {
          add(buffer(engine.storage.partial_sum), unit.name, "sums");
        }
        add(unit.name, output, "results");
        break;
      }
    }
  }

  /// What one class of operands passes: from DRAM to the buffers that hold it, or back.
  void add_transfers(const UnitInfo& unit, const std::string& moved) {
    const std::string data = moved + "s";
    if (moved == "output") {
      for (const VectorUnit& vector : accelerator_.vector_units) {
        add(buffer(vector.output), unit.name, data);
      }
      add(unit.name, "interconnect", data);
      return;
    }
    add("interconnect", unit.name, data);
    for (const EnginePool& engine : accelerator_.engines) {
      if (moved == "weight") {
        add(unit.name, buffer(engine.storage.weight.front()), data);
      } else {
        add(unit.name, buffer(engine.storage.input.front()), data);
        add(unit.name, buffer(engine.storage.dynamic_weight.front()), data);
      }
    }
  }

  const Accelerator& accelerator_;
  std::vector<UnitInfo> units_;
  std::vector<Link> links_;
};

const char* interconnect_name(InterconnectKind kind) {
  switch (kind) {
    case InterconnectKind::bus:
      return "bus";
    case InterconnectKind::crossbar:
      return "crossbar";
    case InterconnectKind::tree:
      return "tree";
    case InterconnectKind::mesh:
      return "mesh";
  }
  return "";
}

/// "output_stationary (os_pipe_full)".
std::string micro_architecture(const SystolicArray& array) {
  const std::string variant = variant_name(array);
  return dataflow_name(array.dataflow) + (variant.empty() ? "" : " (" + variant + ")");
}

std::string engine_text(const EnginePool& engine) {
  const std::string bits =
      fmt::format("{}-bit operands, {}-bit sums", engine.operand_bits, engine.accumulator_bits);
  return std::visit(Overload{[&](const SystolicArray& array) {
                               return fmt::format("systolic array {} x {}, {}, {}", array.rows,
                                                  array.columns, micro_architecture(array), bits);
                             },
                             [&](const VectorMac& mac) {
                               return fmt::format("{} PEs of {} lanes of {}-wide vectors, {}, {}",
                                                  mac.pes, mac.lanes, mac.vector_width,
                                                  stationary_name(mac.stationary), bits);
                             }},
                    engine.kind);
}

std::string unit_text(const Accelerator& accelerator, const UnitInfo& unit) {
  const auto index = static_cast<std::size_t>(unit.index);
  switch (unit.kind) {
    case UnitKind::dma:
      return "DMA channel";
    case UnitKind::network: {
      const PeNetwork& network = *accelerator.engines[index].network;
      return fmt::format("{} of {} bits to the PEs{}", interconnect_name(network.kind),
                         network.width_bits, network.multicast ? ", multicast" : "");
    }
    case UnitKind::array:
      return engine_text(accelerator.engines[index]);
    case UnitKind::vector: {
      const VectorUnit& vector = accelerator.vector_units[index];
      return fmt::format("vector unit of {} lanes of {} bits", vector.lanes, vector.bits);
    }
  }
  return "";
}

std::string buffer_text(const Buffer& buffer) {
  const std::string copies = buffer.instances == 1 ? "" : fmt::format("{} of ", buffer.instances);
  return fmt::format("{}{}, {} port{} of {} bits, {} bank{}, read by {}", copies,
                     with_bytes(static_cast<double>(buffer.bytes)), buffer.ports,
                     buffer.ports == 1 ? "" : "s", buffer.width_bits, buffer.banks,
                     buffer.banks == 1 ? "" : "s",
                     buffer.access == BufferAccess::row ? "rows" : "rows and columns");
}

std::string interconnect_text(const Accelerator& accelerator) {
  const Interconnect& interconnect = accelerator.interconnect;
  if (interconnect.fidelity == InterconnectFidelity::ideal) {
    return fmt::format("{}, ideal: transfers take no time in it",
                       interconnect_name(interconnect.kind));
  }
  return fmt::format("{} of {} bits: {}", interconnect_name(interconnect.kind),
                     interconnect.width_bits,
                     with_prefix(interconnect.width_bits / 8.0 * accelerator.clock_hz, "B/s"));
}

std::string dram_text(const Accelerator& accelerator) {
  const DramSystem& dram = accelerator.dram;
  const int channels = dram.channels.value_or(1);
  const double peak = dram.peak_bytes_per_s();
  return fmt::format("{}, {} channel{}, {}; peak {}, {:.1f} bytes per cycle", dram.standard,
                     channels, channels == 1 ? "" : "s",
                     with_bytes(static_cast<double>(dram.capacity_bytes())),
                     with_prefix(peak, "B/s"), peak / accelerator.clock_hz);
}

std::int64_t peak_macs_per_cycle(const Accelerator& accelerator) {
  std::int64_t sum = 0;
  for (const EnginePool& engine : accelerator.engines) sum += peak_macs_per_cycle(engine);
  return sum;
}

void print_text(const Accelerator& accelerator) {
  const Composition composition(accelerator);
  const auto line = [&](const std::string& name, const std::string& text, bool links) {
    std::cout << fmt::format("  {:<18} {}\n", name, text);
    if (links) std::cout << fmt::format("  {:<18}   {}\n", "", composition.links_of(name));
  };
  const TechnologyChoice& technology = accelerator.technology;
  const auto macs = static_cast<double>(peak_macs_per_cycle(accelerator));
  const double peak = macs * accelerator.clock_hz;
  std::cout << fmt::format("{} ({})\n", accelerator.name, accelerator.file);
  line("clock", with_prefix(accelerator.clock_hz, "Hz"), false);
  line("technology",
       fmt::format("{}, {:g} nm, {}", technology.table, technology.node_nm,
                   technology.voltage_v == 0 ? "nominal voltage"
                                             : fmt::format("{:g} V", technology.voltage_v)),
       false);
  line("peak",
       fmt::format("{:.0f} MAC per cycle, {}; {:.1f} MAC per byte of DRAM", macs,
                   with_prefix(peak, "MAC/s"), peak / accelerator.dram.peak_bytes_per_s()),
       false);
  std::cout << "Memory\n";
  line("dram", dram_text(accelerator), false);
  line("interconnect", interconnect_text(accelerator), true);
  std::cout << "Buffers\n";
  for (const Buffer& buffer : accelerator.buffers) line(buffer.name, buffer_text(buffer), true);
  std::cout << fmt::format("Units, each behind a queue of {} tasks\n", accelerator.queue_depth);
  for (const UnitInfo& unit : composition.units()) {
    line(unit.name, unit_text(accelerator, unit), true);
  }
}

void print_graph(const Accelerator& accelerator) {
  const Composition composition(accelerator);
  const auto node = [](const std::string& name, const std::string& shape, const std::string& text) {
    std::cout << fmt::format("  \"{0}\" [shape={1}, label=\"{0}\\n{2}\"];\n", name, shape, text);
  };
  // The names of components need no escaping: the reader admits letters, digits, '_' and '-'.
  std::cout << "digraph accelerator {\n  rankdir=LR;\n";
  node("dram", "cylinder", dram_text(accelerator));
  node("interconnect", "box", interconnect_text(accelerator));
  for (const Buffer& buffer : accelerator.buffers) {
    node(buffer.name, "folder", buffer_text(buffer));
  }
  for (const UnitInfo& unit : composition.units()) {
    node(unit.name, "component", unit_text(accelerator, unit));
  }
  std::cout << "  \"dram\" -> \"interconnect\" [dir=both];\n";
  for (const Link& link : composition.links()) {
    std::cout << fmt::format("  \"{}\" -> \"{}\" [label=\"{}\"];\n", link.from, link.to, link.data);
  }
  std::cout << "}\n";
}

}  // namespace

int show_command(const std::vector<std::string>& arguments) {
  CommandOptions command;
  command.usage = "saccade show HARDWARE [--set POINTER=VALUE]... [--dot]";
  command.description =
      "Prints the modules of an accelerator, what flows between them and its peak figures. A file\n"
      "that does not exist here is looked for among those that ship with saccade.";
  command.options.add_options()(
      "set", po::value<std::vector<std::string>>()->value_name("POINTER=VALUE"),
      "change a value of the file, such as /dram/channels=4; may be repeated")(
      "dot", po::bool_switch(), "print a graph for Graphviz instead");
  command.arguments.add_options()("hardware", po::value<std::string>()->required());
  command.positions.add("hardware", 1);
  const auto values = parse_options(command, arguments);
  if (!values) return exit_done;
  const std::string file = resolve((*values)["hardware"].as<std::string>(), "");
  const Hardware hardware = load_hardware(file, parse_patches(texts_of(*values, "set")));
  if ((*values)["dot"].as<bool>()) {
    print_graph(hardware.accelerator);
  } else {
    print_text(hardware.accelerator);
    for (const std::string& note : hardware.notes) std::cout << note << '\n';
  }
  return exit_done;
}

}  // namespace saccade
