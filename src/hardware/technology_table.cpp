#include "hardware/technology_table.hpp"

#include <algorithm>
#include <array>
#include <filesystem>

#include "base/file.hpp"

namespace fs = std::filesystem;

namespace saccade {
namespace {

/// Of silicon a unit has all of these, of an FPGA none.
constexpr std::array<const char*, 3> kSiliconFields = {"energy_pj", "area_um2", "leakage_mw"};

void check_unit(const UnitEntry& unit, const Cursor& cursor) {
  for (const char* field : kSiliconFields) {
    const bool there = cursor.value().contains(field);
    if (unit.resources && there) {
      cursor.at(field).fail("stands beside 'resources', from which it follows, expected none");
    } else if (!unit.resources && !there) {
      cursor.fail(fmt::format("lacks '{}', expected it, or 'resources' of an FPGA", field));
    }
  }
  if (cursor.value().contains("energy_pj") && unit.energy_pj.count("op") == 0) {
    cursor.at("energy_pj").fail("lacks 'op'");
  }
}

const Record<UnitEntry>& unit_record() {
  static const auto record =
      Record<UnitEntry>("a unit")
          .field("class", &UnitEntry::component_class, text("a component class"),
                 "kind of component")
          .field("attributes", &UnitEntry::attributes, dictionary(number(0, 1e9)),
                 "what tells units of a class apart")
          .field("energy_pj", &UnitEntry::energy_pj, dictionary(object(band_record())),
                 "energy by action; every unit has 'op'", std::map<std::string, Band>())
          .field("area_um2", &UnitEntry::area_um2, object(band_record()), "cell area", Band())
          .field("leakage_mw", &UnitEntry::leakage_mw, object(band_record()), "leakage", Band())
          .field("resources", &UnitEntry::resources, optional(object(unit_footprint_record())),
                 "of an FPGA, instead of energy, area and leakage", std::optional<UnitFootprint>())
          .field("source", &UnitEntry::source, text("a source"), "where the figures come from")
          .field("assumption", &UnitEntry::assumption, boolean(), "whether nobody measured them")
          .rule(check_unit);
  return record;
}

const Record<SramBand>& sram_band_record() {
  static const auto share = number(0, 99);
  static const auto record =
      Record<SramBand>("the band of interpolated SRAM figures, as a factor less one")
          .field("read", &SramBand::read, share, "of the energy of a read")
          .field("write", &SramBand::write, share, "of the energy of a write")
          .field("leakage", &SramBand::leakage, share, "of the leakage")
          .field("area", &SramBand::area, share, "of the area")
          .field("access", &SramBand::access, share, "of the access time")
          .field("cycle", &SramBand::cycle, share, "of the cycle time");
  return record;
}

const Record<SramBands>& sram_bands_record() {
  static const auto record =
      Record<SramBands>("the bands of interpolated SRAM figures")
          .field("node", &SramBands::node, object(sram_band_record()), "between two nodes")
          .field("size", &SramBands::size, object(sram_band_record()), "between two sizes")
          .field("width", &SramBands::width, object(sram_band_record()), "between two widths")
          .field("banks", &SramBands::banks, object(sram_band_record()),
                 "between two numbers of banks");
  return record;
}

const Record<SramEntry>& sram_record() {
  static const auto record =
      Record<SramEntry>("the SRAM table")
          .field("table", &SramEntry::table, text("a CSV file"), "table, beside this file")
          .field("source", &SramEntry::source, text("a source"), "where the figures come from")
          .field("relative_band", &SramEntry::relative_band, object(sram_bands_record()),
                 "how far off what lies between the table's points may be");
  return record;
}

const Record<ScalingEntry>& scaling_record() {
  static const auto record =
      Record<ScalingEntry>("the scaling between nodes")
          .field("source", &ScalingEntry::source, text("a source"), "where the factors come from")
          .field("nodes", &ScalingEntry::nodes, list(object(scaling_node_record()), 2, 64),
                 "nodes");
  return record;
}

/// A table is of silicon or of an FPGA, and so are its units.
void check_kind(const TechnologyFile& table, const Cursor& cursor) {
  for (const char* field : {"scaling", "sram"}) {
    const bool there = cursor.value().contains(field);
    if (table.fpga && there) {
      cursor.at(field).fail("stands beside 'fpga', expected either silicon or an FPGA");
    } else if (!table.fpga && !there) {
      cursor.fail(fmt::format("lacks '{}', expected it, or 'fpga'", field));
    }
  }
  for (const auto& [name, unit] : table.units) {
    if (unit.resources.has_value() == table.fpga.has_value()) continue;
    cursor.at("units").at(name).fail(
        table.fpga ? "lacks 'resources', expected what it takes of the FPGA"
                   : "has 'resources', expected energy, area and leakage: the table has no 'fpga'");
  }
}

std::string known_tables() {
  std::vector<std::string> names;
  std::error_code error;
  for (const auto& entry : fs::directory_iterator(data_dir() + "/configs/technology", error)) {
    if (entry.path().extension() == ".json") names.push_back(entry.path().stem().string());
  }
  std::sort(names.begin(), names.end());
  return comma_list(names);
}

std::string table_path(const std::string& name) {
  if (fs::path(name).extension() == ".json") return resolve(name, "");
  const std::string path = data_dir() + "/configs/technology/" + name + ".json";
  if (!fs::exists(path)) {
    throw UserError(
        {{"", "/technology/table",
          fmt::format("\"{}\" is no technology table, expected one of {} or the path of "
                      "a .json file",
                      name, known_tables())}});
  }
  return path;
}

}  // namespace

const Record<TechnologyFile>& technology_file_record() {
  static const auto record =
      Record<TechnologyFile>("a technology table")
          .include(assumed_record())
          .field("sources", &TechnologyFile::sources, dictionary(text("a reference")),
                 "references in full, by the names that 'source' uses")
          .field("unit_node_nm", &TechnologyFile::unit_node_nm, number(1, 1000),
                 "node of the units' figures")
          .field("unit_voltage_v", &TechnologyFile::unit_voltage_v, number(0.1, 10),
                 "supply of the units' figures")
          .field("scaling", &TechnologyFile::scaling, object(scaling_record()),
                 "of silicon: factors between nodes", ScalingEntry())
          .field("sram", &TechnologyFile::sram, object(sram_record()), "of silicon: SRAM macros",
                 SramEntry())
          .field("fpga", &TechnologyFile::fpga, optional(object(fpga_record())),
                 "instead of both: the device, its memories and power", std::optional<FpgaEntry>())
          .field("parameters", &TechnologyFile::parameters, dictionary(object(parameter_record())),
                 "figures that belong to no unit")
          .field("units", &TechnologyFile::units, dictionary(object(unit_record())),
                 "datapath units by name")
          .rule(check_kind);
  return record;
}

const SramBand& SramBands::along(SramAxis axis) const {
  const SramBand* const by_axis[kSramAxes] = {&node, &size, &width, &banks};
  return *by_axis[static_cast<std::size_t>(axis)];
}

TechnologyTable::TechnologyTable(const std::string& path)
    : path_(path),
      file_(read_record(technology_file_record(), read_json(path), path)),
      scaling_(file_.scaling.nodes) {}

const SramTable& TechnologyTable::sram() const {
  if (file_.fpga) {
    throw UserError({{path_, "/fpga", "stands for block RAM, expected a table with 'sram'"}});
  }
  std::call_once(sram_read_, [this] {
    const std::string path = resolve(file_.sram.table, path_);
    sram_.emplace(read_text(path), path);
  });
  return *sram_;
}

std::shared_ptr<const TechnologyTable> load_technology_table(const std::string& name) {
  static std::mutex mutex;
  static std::map<std::string, std::shared_ptr<const TechnologyTable>> tables;
  const std::string path = table_path(name);
  const std::lock_guard<std::mutex> lock(mutex);
  auto& table = tables[path];
  if (!table) table = std::make_shared<const TechnologyTable>(path);
  return table;
}

}  // namespace saccade
