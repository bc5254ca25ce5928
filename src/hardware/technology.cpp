#include "hardware/technology.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "base/file.hpp"
#include "base/math.hpp"

namespace saccade {
namespace {

constexpr double kVoltageRange = 0.3;  ///< share of the nominal voltage, either way

template <class Entry>
const Entry& find(const std::map<std::string, Entry>& entries, const std::string& name,
                  const std::string& what, const std::string& file) {
  const auto found = entries.find(name);
  if (found != entries.end()) return found->second;
  std::vector<std::string> names;
  for (const auto& entry : entries) names.push_back(entry.first);
  throw UserError({{file, "",
                    fmt::format("has no {} '{}', expected one of {}{}", what, name,
                                comma_list(names), did_you_mean(name, names))}});
}

/// How a memory is composed of macros, and what each of them is.
struct Macros {
  std::int64_t together;  ///< side by side in every access
  std::int64_t row;       ///< of which one works
  double bytes, width_bits, banks;
};

/// Words wider than the table's are cut over macros that work together; what is larger or has more
/// banks is a row of macros.
Macros divide(const SramTable& table, std::int64_t bytes, int width_bits, int banks) {
  const auto most = [](const std::vector<double>& axis) {
    return static_cast<std::int64_t>(axis.back());
  };
  const std::int64_t together = ceil_div(width_bits, most(table.widths_bits()));
  const std::int64_t share = ceil_div(bytes, together);
  const std::int64_t row =
      std::max(ceil_div(share, most(table.sizes_bytes())), ceil_div(banks, most(table.banks())));
  const auto in_row = static_cast<double>(row);
  return {together, row, static_cast<double>(share) / in_row,
          width_bits / static_cast<double>(together), banks / in_row};
}

struct NodeFactors {
  double energy, leakage, area, delay;
};

/// From a node at its nominal voltage to another node and voltage.
NodeFactors from_node(const NodeScaling& scaling, double from_nm, double to_nm, double to_v) {
  const double from_v = scaling.nominal_v(from_nm);
  return {scaling.energy(to_nm, to_v) / scaling.energy(from_nm, from_v),
          scaling.leakage(to_nm, to_v) / scaling.leakage(from_nm, from_v),
          scaling.area(to_nm) / scaling.area(from_nm),
          scaling.delay(to_nm) / scaling.delay(from_nm)};
}

/// Factor within which a quantity of a memory lies, either way: errors along several axes are
/// taken to be independent, so that their logarithms add as squares.
double band_factor(const SramBands& bands, const SramValues& values, double SramBand::*quantity) {
  double squares = 0;
  for (const SramAxis axis : kAllSramAxes) {
    if (!values.between[static_cast<std::size_t>(axis)]) continue;
    const double log = std::log1p(bands.along(axis).*quantity);
    squares += log * log;
  }
  return std::exp(std::sqrt(squares));
}

/// The neighbours on an axis of the SRAM table, " between 64 and 128 KiB"; empty on a point of it.
std::string between(const std::vector<double>& axis, double value, double per_unit,
                    const std::string& unit) {
  const auto above = std::lower_bound(axis.begin(), axis.end(), value);
  if (above == axis.begin() || above == axis.end() || *above == value) return "";
  return fmt::format(" between {:g} and {:g}{},", *(above - 1) / per_unit, *above / per_unit, unit);
}

/// The same for node, bytes, width in bits and banks.
std::string between(const SramTable& table, const std::array<double, 4>& point) {
  std::string text = between(table.nodes_nm(), point[0], 1, " nm") +
                     between(table.sizes_bytes(), point[1], 1024, " KiB") +
                     between(table.widths_bits(), point[2], 1, " bits") +
                     between(table.banks(), point[3], 1, " banks");
  if (!text.empty()) text.pop_back();  // the last comma
  return text;
}

/// Of resources that all work for a cycle.
Band energy_of(const FpgaEntry& fpga, const Resources& resources) {
  Band energy;
  for (const Resource resource : kAllResources) {
    energy = energy + fpga.of(resource).energy_pj * resources[static_cast<std::size_t>(resource)];
  }
  return energy;
}

/// Of an operation of a unit; iterative ones work for as many cycles as their attributes say.
Band resource_energy(const FpgaEntry& fpga, const UnitEntry& unit) {
  const auto cycles = unit.attributes.find("cycles");
  return energy_of(fpga, unit.resources->resources()) *
         (cycles == unit.attributes.end() ? 1 : cycles->second);
}

}  // namespace

Figure operator*(Figure figure, double factor) {
  static_cast<Band&>(figure) = static_cast<const Band&>(figure) * factor;
  return figure;
}

const Record<TechnologyChoice>& technology_choice_record() {
  static const auto record = [] {
    std::vector<std::pair<std::string, CellType>> cells;
    for (std::size_t i = 0; i < kCellTypes; ++i) {
      cells.emplace_back(kCellTypeNames[i], static_cast<CellType>(i));
    }
    return Record<TechnologyChoice>("a choice of technology")
        .field("table", &TechnologyChoice::table, text("a technology table"),
               "file in configs/technology without .json, or the path of a .json file",
               std::string("cmos"))
        .field("node_nm", &TechnologyChoice::node_nm, number(1, 1000), "node")
        .field("voltage_v", &TechnologyChoice::voltage_v, number(0, 10),
               "supply voltage; 0: nominal for the node", 0.0)
        .field("cell_type", &TechnologyChoice::cell_type, choice<CellType>(cells),
               "transistors of the SRAM, by the ITRS roadmap", CellType::itrs_hp);
  }();
  return record;
}

const char* format_name(NumberFormat format) {
  return format == NumberFormat::integer ? "int" : format == NumberFormat::floating ? "fp" : "bf";
}

std::string mac_unit(const Arithmetic& arithmetic, PeStyle style) {
  const std::string prefix = style == PeStyle::plain               ? "mac_"
                             : style == PeStyle::output_stationary ? "pe_os_"
                                                                   : "pe_ws_";
  const int bits = arithmetic.bits;
  const int sum = arithmetic.accumulator_bits;
  switch (arithmetic.format) {
    case NumberFormat::integer:
      if (bits > 32) return {};
      return fmt::format("{}int{}", prefix, bits <= 4 ? 4 : bits <= 8 ? 8 : bits <= 16 ? 16 : 32);
    case NumberFormat::floating:
      if (bits == sum && (bits == 16 || bits == 32)) return fmt::format("{}fp{}", prefix, bits);
      if (bits == 16 && sum == 32) return prefix + "fp16_fp32acc";
      if (bits != 8 || (sum != 16 && sum != 32)) return {};
      return fmt::format("{}fp8e4m3_fp{}acc", prefix, sum);
    case NumberFormat::brain:
      return bits == 16 && sum == 32 ? prefix + "bf16_fp32acc" : "";
  }
  return {};
}

std::string vector_suffix(NumberFormat format, int bits) {
  switch (format) {
    case NumberFormat::integer:
      return bits <= 8 ? "int8" : bits <= 16 ? "int16" : "int32";
    case NumberFormat::floating:
      return bits == 8 ? "fp8e4m3" : bits == 16 ? "fp16" : bits == 32 ? "fp32" : "";
    case NumberFormat::brain:
      return bits == 16 ? "bf16" : "";
  }
  return {};
}

Technology::Technology(const TechnologyChoice& choice)
    : choice_(choice), table_(load_technology_table(choice.table)) {
  fpga() == nullptr ? check_silicon() : check_fpga();
}

void Technology::check_silicon() {
  const NodeScaling& scaling = table_->scaling();
  if (!(choice_.node_nm >= scaling.min_node_nm() && choice_.node_nm <= scaling.max_node_nm())) {
    throw UserError(
        {{"", "/technology/node_nm",
          fmt::format("is {:g}, expected {:g} to {:g}: the nodes that {} scales", choice_.node_nm,
                      scaling.min_node_nm(), scaling.max_node_nm(), table_->path())}});
  }
  const double nominal = scaling.nominal_v(choice_.node_nm);
  if (choice_.voltage_v == 0) choice_.voltage_v = nominal;
  const double low = nominal * (1 - kVoltageRange);
  const double high = nominal * (1 + kVoltageRange);
  if (!(choice_.voltage_v >= low && choice_.voltage_v <= high)) {
    throw UserError(
        {{"", "/technology/voltage_v",
          fmt::format("is {:g}, expected {:.3g} to {:.3g}: within {:g} % of the nominal "
                      "{:.3g} V at {:g} nm",
                      choice_.voltage_v, low, high, kVoltageRange * 100, nominal,
                      choice_.node_nm)}});
  }
}

void Technology::check_fpga() {
  const TechnologyFile& file = table_->file();
  std::vector<Mistake> mistakes;
  const auto expect = [&](const char* field, double found, double expected, const char* unit) {
    if (found == expected) return;
    mistakes.push_back({"", fmt::format("/technology/{}", field),
                        fmt::format("is {:g}, expected the {:g} {} of {}: figures of an FPGA are "
                                    "not scaled",
                                    found, expected, unit, shown_path(table_->path()))});
  };
  if (choice_.voltage_v == 0) choice_.voltage_v = file.unit_voltage_v;
  expect("node_nm", choice_.node_nm, file.unit_node_nm, "nm");
  expect("voltage_v", choice_.voltage_v, file.unit_voltage_v, "V");
  if (!mistakes.empty()) throw UserError(std::move(mistakes));
}

const FpgaEntry* Technology::fpga() const {
  const auto& fpga = table_->file().fpga;
  return fpga ? &*fpga : nullptr;
}

std::vector<std::string> Technology::units() const {
  std::vector<std::string> names;
  for (const auto& entry : table_->file().units) names.push_back(entry.first);
  return names;
}

const UnitEntry& Technology::unit(const std::string& name) const {
  return find(table_->file().units, name, "unit", table_->path());
}

Figure Technology::scaled(const Band& band, double factor, const std::string& name) const {
  const UnitEntry& entry = unit(name);
  const TechnologyFile& file = table_->file();
  std::string source =
      fmt::format("{} /units/{}: {}", shown_path(table_->path()), name, entry.source);
  if (factor != 1) {
    source += fmt::format("; scaled from {:g} nm, {:g} V to {:g} nm, {:g} V", file.unit_node_nm,
                          file.unit_voltage_v, node_nm(), voltage_v());
  }
  return Figure{band, source, entry.assumption} * factor;
}

Figure Technology::energy_pj(const std::string& name, const std::string& action) const {
  std::map<std::string, Band> actions = unit(name).energy_pj;
  if (fpga() != nullptr) actions["op"] = resource_energy(*fpga(), unit(name));
  const Band& band =
      find(actions, action, fmt::format("action of '{}' named", name), table_->path());
  const NodeScaling& scaling = table_->scaling();
  const TechnologyFile& file = table_->file();
  if (fpga() != nullptr) {
    Figure figure = scaled(band, 1, name);
    figure.source += "; energy of these resources: /fpga";
    return figure;
  }
  return scaled(band,
                scaling.energy(node_nm(), voltage_v()) /
                    scaling.energy(file.unit_node_nm, file.unit_voltage_v),
                name);
}

Figure Technology::area_um2(const std::string& name) const {
  if (fpga() != nullptr) return scaled({}, 1, name);
  const NodeScaling& scaling = table_->scaling();
  return scaled(unit(name).area_um2,
                scaling.area(node_nm()) / scaling.area(table_->file().unit_node_nm), name);
}

Figure Technology::leakage_mw(const std::string& name) const {
  if (fpga() != nullptr) return scaled({}, 1, name);
  const NodeScaling& scaling = table_->scaling();
  const TechnologyFile& file = table_->file();
  return scaled(unit(name).leakage_mw,
                scaling.leakage(node_nm(), voltage_v()) /
                    scaling.leakage(file.unit_node_nm, file.unit_voltage_v),
                name);
}

Figure Technology::resource(const std::string& name, Resource resource) const {
  const Resources resources = unit(name).resources.value().resources();
  return scaled(exactly(resources[static_cast<std::size_t>(resource)]), 1, name);
}

int Technology::memory_ports() const { return fpga() == nullptr ? 1 : fpga()->memory.ports; }

Figure Technology::parameter(const std::string& name) const {
  const ParameterEntry& entry = find(table_->file().parameters, name, "parameter", table_->path());
  return {entry,
          fmt::format("{} /parameters/{}: {}", shown_path(table_->path()), name, entry.source),
          entry.assumption};
}

Figure Technology::wire_pj_per_bit_mm() const {
  const double ratio = voltage_v() / table_->file().unit_voltage_v;
  return parameter("wire_pj_per_bit_mm") * (ratio * ratio);
}

SramFigures Technology::fpga_memory(std::int64_t bytes, int width_bits, int banks) const {
  const FpgaMemory& memory = fpga()->memory;
  const FpgaMemoryUse use = compose(memory, bytes, width_bits, banks);
  const std::string source =
      fmt::format("{} /fpga/memory: {}", shown_path(table_->path()), memory.source);
  SramFigures figures;
  figures.resources = use.all;
  figures.access_ns = {memory.cycle_ns, source, memory.assumption};
  figures.cycle_ns = figures.access_ns;
  figures.read_pj = {energy_of(*fpga(), use.working), source, true};
  figures.write_pj = figures.read_pj;
  figures.leakage_mw = figures.area_mm2 = {Band(), source, false};  // the device has both
  return figures;
}

SramFigures Technology::sram(std::int64_t bytes, int width_bits, int banks) const {
  if (fpga() != nullptr) return fpga_memory(bytes, width_bits, banks);
  const SramTable& table = table_->sram();
  const Macros macros = divide(table, bytes, width_bits, banks);
  const auto working = static_cast<double>(macros.together);
  const auto all = static_cast<double>(macros.together * macros.row);
  SramValues values =
      table.at(choice_.cell_type, node_nm(), macros.bytes, macros.width_bits, macros.banks);

  SramFigures figures;
  figures.macros = static_cast<int>(macros.together * macros.row);
  figures.table_point = values.table_point() && figures.macros == 1;
  const std::vector<double>& nodes = table.nodes_nm();
  const double table_node = std::clamp(node_nm(), nodes.front(), nodes.back());
  figures.scaled_node = table_node != node_nm();
  // What no row of CACTI's backs is no better than a size between two that it gave: several
  // macros (the wires between them are in no figure), and rows that were scaled from larger sizes.
  if (values.estimated || figures.macros > 1) {
    values.between[static_cast<std::size_t>(SramAxis::size)] = true;
  }
  const NodeFactors factors = from_node(table_->scaling(), table_node, node_nm(), voltage_v());
  const std::string source = sram_source(
      figures, values, between(table, {node_nm(), macros.bytes, macros.width_bits, macros.banks}));
  const auto figure = [&](double value, double SramBand::*quantity) {
    const double factor = band_factor(table_->file().sram.relative_band, values, quantity);
    return Figure{
        {value, value / factor, value * factor}, source, figures.scaled_node || values.estimated};
  };
  figures.read_pj = figure(values.read_pj * factors.energy * working, &SramBand::read);
  figures.write_pj = figure(values.write_pj * factors.energy * working, &SramBand::write);
  figures.leakage_mw = figure(values.leakage_mw * factors.leakage * all, &SramBand::leakage);
  figures.area_mm2 = figure(values.area_mm2 * factors.area * all, &SramBand::area);
  figures.access_ns = figure(values.access_ns * factors.delay, &SramBand::access);
  figures.cycle_ns = figure(values.cycle_ns * factors.delay, &SramBand::cycle);
  if (static_cast<double>(bytes) < table.sizes_bytes().front()) {
    use_registers(figures, bytes, width_bits);
  }
  return figures;
}

std::string Technology::sram_source(const SramFigures& figures, const SramValues& values,
                                    const std::string& neighbours) const {
  std::string source =
      fmt::format("{} /sram: {}", shown_path(table_->path()), table_->file().sram.source);
  if (figures.scaled_node) {
    const std::vector<double>& nodes = table_->sram().nodes_nm();
    source += fmt::format("; {:g} nm scaled to {:g} nm as logic scales ({})",
                          std::clamp(node_nm(), nodes.front(), nodes.back()), node_nm(),
                          table_->file().scaling.source);
  }
  if (!neighbours.empty()) source += "; interpolated" + neighbours;
  if (figures.macros > 1) source += fmt::format("; {} macros", figures.macros);
  if (values.estimated) source += "; estimated from larger sizes, which CACTI could organise";
  return source;
}

/// Below the smallest macro: flip-flops where they take less area, else that macro as it is.
void Technology::use_registers(SramFigures& figures, std::int64_t bytes, int width_bits) const {
  const std::string name = "register_32";
  const double bits =
      find(unit(name).attributes, "bits", "attribute of 'register_32' named", table_->path());
  const Figure area = area_um2(name) * (static_cast<double>(bytes) * 8 / bits * 1e-6);
  figures.registers = area.value < figures.area_mm2.value;
  if (figures.registers) {
    figures.area_mm2 = area;
    figures.leakage_mw = leakage_mw(name) * (static_cast<double>(bytes) * 8 / bits);
    figures.write_pj = energy_pj(name) * (width_bits / bits);
    figures.read_pj = figures.write_pj;
  }
  const std::string note = figures.registers
                               ? "; flip-flops, a read taken to cost as much as a write"
                               : "; smaller than the table, taken as its smallest macro";
  for (Figure* figure :
       {&figures.area_mm2, &figures.leakage_mw, &figures.write_pj, &figures.read_pj}) {
    figure->source += note;
    figure->assumption = true;
  }
}

}  // namespace saccade
