#include "flow/explain.hpp"

#include <algorithm>
#include <functional>

#include "hardware/file_constants.hpp"

namespace saccade {
namespace {

bool starts_with(const std::string& text, const std::string& start) {
  return text.compare(0, start.size(), start) == 0;
}

bool has_energy_unit(const FileConstant& constant) {
  return constant.unit == "pJ" || constant.unit == "mA" || constant.unit == "V";
}

using Wanted = std::function<bool(const FileConstant&)>;

/// Appends the values of a file that are `wanted`, without amounts.
void add_file(std::vector<Constant>& constants, const std::string& component,
              const Origins& origins, const Json& schema, const Wanted& wanted) {
  for (const FileConstant& value : file_constants(origins.document(), schema)) {
    if (!wanted(value)) continue;
    const Origin origin = origins.of(value.pointer);
    Constant constant;
    constant.component = component;
    constant.part = value.help;
    constant.name = value.name;
    constant.value = exactly(value.number.value_or(0));
    constant.choice = value.choice;
    constant.unit = value.unit;
    constant.source = origin.source;
    constant.assumption = origin.assumption;
    constants.push_back(std::move(constant));
  }
}

void add_hardware(std::vector<Constant>& constants, const Accelerator& accelerator,
                  const Wanted& wanted) {
  add_file(constants, "hardware file", accelerator.origins, accelerator_schema(), wanted);
}

void add_standard(std::vector<Constant>& constants, const Accelerator& accelerator,
                  const Wanted& wanted) {
  add_file(constants, "DRAM standard", accelerator.dram.device.origins,
           dram_device_record().schema(), wanted);
}

/// What currents become energy by.
bool prices_commands(const FileConstant& constant) {
  static const std::vector<std::string> timing = {"/timing/tRC", "/timing/tRAS", "/timing/tRP",
                                                  "/timing/tRFC"};
  static const std::vector<std::string> rest = {"/tck_ns", "/burst_clocks", "/access_bytes",
                                                "/organisation/ranks", "/organisation/channels"};
  const auto is = [&](const std::string& pointer) { return pointer == constant.pointer; };
  return starts_with(constant.pointer, "/currents") ||
         std::any_of(timing.begin(), timing.end(), is) || std::any_of(rest.begin(), rest.end(), is);
}

std::vector<Constant> products(const std::vector<CostItem>& items) {
  std::vector<Constant> constants;
  for (const CostItem& item : items) {
    const Price& price = *item.price;
    const Figure& figure = price.figure;
    constants.push_back({item.component, item.part, price.name, figure, "", price.unit,
                         figure.source, figure.assumption, item.amount, price.per, price.factor});
  }
  return constants;
}

void add_makeup(std::vector<Constant>& constants, const Accelerator& accelerator) {
  add_hardware(constants, accelerator, [](const FileConstant& constant) {
    return starts_with(constant.pointer, "/technology") ||
           starts_with(constant.pointer, "/buffers") || starts_with(constant.pointer, "/engines") ||
           starts_with(constant.pointer, "/vector_units");
  });
}

}  // namespace

Explanation explain_energy(const EnergyBreakdown& energy, const Accelerator& accelerator) {
  Explanation explanation{Topic::energy, "energy_j", "J", products(energy.items)};
  add_hardware(explanation.constants, accelerator, [](const FileConstant& constant) {
    return !has_energy_unit(constant) && !starts_with(constant.pointer, "/dma") &&
           constant.pointer != "/queue_depth";
  });
  if (has_command_energy(accelerator.dram)) {
    add_standard(explanation.constants, accelerator, prices_commands);
  }
  return explanation;
}

Explanation explain_area(const AreaBreakdown& area, const Accelerator& accelerator) {
  Explanation explanation{Topic::area, "area_mm2", "mm2", products(area.items)};
  add_makeup(explanation.constants, accelerator);
  return explanation;
}

Explanation explain_resources(const ResourceItems& items, const Accelerator& accelerator) {
  Explanation explanation{Topic::area, "fpga_resources", "", {}};
  for (std::size_t i = 0; i < kResources; ++i) {
    for (Constant& constant : products(items[i])) {
      constant.share_unit = kResourceNames[i];
      explanation.constants.push_back(std::move(constant));
    }
  }
  add_makeup(explanation.constants, accelerator);
  return explanation;
}

Explanation explain_timing(const PointResult& result, const std::vector<OpActivity>& activities,
                           const Accelerator& accelerator) {
  Explanation explanation{Topic::timing, "cycles", "cycles", {}};
  for (std::size_t op = 0; op < activities.size(); ++op) {
    for (std::size_t kind = 0; kind < kWorkKinds; ++kind) {
      for (std::size_t edge = 0; edge < kEdges; ++edge) {
        const Cycle cycles = activities[op].exclusive[kind][edge];
        if (cycles == 0) continue;
        explanation.constants.push_back(
            {result.ops[op].name, fmt::format("{}, {}", work_kind_names[kind], edge_names[edge]),
             "exclusive cycles", exactly(1), "", "cycles", "counted by the simulation", false,
             exactly(static_cast<double>(cycles)), "cycles", 1});
      }
    }
  }
  add_hardware(explanation.constants, accelerator, [](const FileConstant& constant) {
    return !has_energy_unit(constant) && !starts_with(constant.pointer, "/technology");
  });
  if (accelerator.dram.fidelity != DramFidelity::ideal) {
    add_standard(explanation.constants, accelerator,
                 [](const FileConstant& constant) { return !has_energy_unit(constant); });
  }
  return explanation;
}

}  // namespace saccade
