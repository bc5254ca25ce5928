// A technology file: units, parameters, node scaling and SRAM, as written, each with its source.
#pragma once
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "hardware/fpga.hpp"
#include "hardware/origins.hpp"
#include "hardware/parameter.hpp"
#include "hardware/scaling.hpp"
#include "hardware/sram_table.hpp"

namespace saccade {

/// A component at the table's node and voltage, keyed as Accelergy keys them: class, attributes,
/// action. Of silicon with energy, area and leakage, of an FPGA with the resources that it takes.
struct UnitEntry {
  std::string component_class;
  std::map<std::string, double> attributes;
  std::map<std::string, Band> energy_pj;  ///< by action
  Band area_um2;
  Band leakage_mw;
  std::optional<UnitFootprint> resources;
  std::string source;
  bool assumption = false;
};

/// How far off interpolated figures may be, by quantity: 0.2 is a factor of 1.2, either way.
struct SramBand {
  double read = 0;
  double write = 0;
  double leakage = 0;
  double area = 0;
  double access = 0;
  double cycle = 0;
};

/// A band for each axis along which a figure may be interpolated.
struct SramBands {
  SramBand node;
  SramBand size;
  SramBand width;
  SramBand banks;

  const SramBand& along(SramAxis axis) const;
};

struct SramEntry {
  std::string table;  ///< CSV file, beside the technology file
  std::string source;
  SramBands relative_band;
};

struct ScalingEntry {
  std::string source;
  std::vector<ScalingNode> nodes;
};

/// Either of silicon, with scaling and SRAM, or of an FPGA.
struct TechnologyFile : Assumed {
  std::map<std::string, std::string> sources;  ///< full references of the names in `source` fields
  double unit_node_nm = 0;
  double unit_voltage_v = 0;
  ScalingEntry scaling;
  SramEntry sram;
  std::optional<FpgaEntry> fpga;
  std::map<std::string, ParameterEntry> parameters;
  std::map<std::string, UnitEntry> units;
};

const Record<TechnologyFile>& technology_file_record();

/// A technology file that was read, with its SRAM table read at first use.
class TechnologyTable {
 public:
  /// Throws UserError with all mistakes of the file.
  explicit TechnologyTable(const std::string& path);

  const std::string& path() const { return path_; }
  const TechnologyFile& file() const { return file_; }
  const NodeScaling& scaling() const { return scaling_; }  ///< without nodes for an FPGA
  /// Throws UserError if the CSV file is missing or malformed, or if the table is of an FPGA.
  const SramTable& sram() const;

 private:
  std::string path_;
  TechnologyFile file_;
  NodeScaling scaling_;
  mutable std::once_flag sram_read_;
  mutable std::optional<SramTable> sram_;
};

/// The table of that name: configs/technology/<name>.json, or a path that ends in .json. Each file
/// is read once in a process. Throws UserError, for an unknown name with the names that there are.
std::shared_ptr<const TechnologyTable> load_technology_table(const std::string& name);

}  // namespace saccade
