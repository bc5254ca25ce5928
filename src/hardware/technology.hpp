// Energy, area and leakage of components at one node and voltage, each with its band and source.
#pragma once
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "hardware/technology_table.hpp"

namespace saccade {

/// A value with its band and where it comes from.
struct Figure : Band {
  std::string source;
  bool assumption = false;
};

/// Multiplies the value and its band.
Figure operator*(Figure figure, double factor);

/// What a hardware file says of its technology.
struct TechnologyChoice {
  std::string table = "cmos";
  double node_nm = 28;
  double voltage_v = 0;  ///< 0: the node's nominal voltage
  CellType cell_type = CellType::itrs_hp;
};

const Record<TechnologyChoice>& technology_choice_record();

/// An on-chip memory of any size, composed of the table's macros.
struct SramFigures {
  Figure read_pj;  ///< one access of width_bits
  Figure write_pj;
  Figure leakage_mw;  ///< of the whole memory, as are the area and the times
  Figure area_mm2;
  Figure access_ns;
  Figure cycle_ns;           ///< of one bank, from an access to its next
  int macros = 1;            ///< of at most the table's largest size, width and banks
  bool registers = false;    ///< so small that flip-flops take less area
  bool table_point = true;   ///< the table has this very macro, as CACTI gave it or estimated
  bool scaled_node = false;  ///< the node lies beyond the table
  Resources resources{};     ///< of an FPGA, which has no area
};

/// Whether the operands and sums of a PE stand in registers of its own.
enum class PeStyle : std::uint8_t { plain, output_stationary, weight_stationary };

enum class NumberFormat : std::uint8_t { integer, floating, brain };

/// "int", "fp" or "bf", as in JSON.
const char* format_name(NumberFormat format);

/// What a multiplier takes and what its products are added up in.
struct Arithmetic {
  NumberFormat format = NumberFormat::integer;
  int bits = 8;
  int accumulator_bits = 32;  ///< floating and brain: sums are floating
};

/// Unit that multiplies and accumulates integers of up to 4, 8, 16 or 32 bits, or floating-point
/// numbers of exactly such a width: "mac_int8", "pe_os_fp16", "pe_ws_bf16_fp32acc".
/// Input-stationary PEs are weight-stationary ones with the operands exchanged. Empty if there is
/// none.
std::string mac_unit(const Arithmetic& arithmetic, PeStyle style);

/// What names of vector units end in: "int16", "fp32"; integers beyond 32 bits count as 32. Empty
/// if there are none.
std::string vector_suffix(NumberFormat format, int bits);

/// A technology table at a node and a voltage.
class Technology {
 public:
  /// Throws UserError for an unknown table, a node outside the table's scaling, or a voltage more
  /// than 30 % off the node's nominal one (beyond which the fits of the scaling are not trusted).
  /// An FPGA's node and voltage are those of its table.
  explicit Technology(const TechnologyChoice& choice);

  double node_nm() const { return choice_.node_nm; }
  double voltage_v() const { return choice_.voltage_v; }  ///< never 0
  const TechnologyTable& table() const { return *table_; }
  /// The FPGA that the table describes; nullptr for silicon.
  const FpgaEntry* fpga() const;
  std::vector<std::string> units() const;
  /// A unit as the table has it, unscaled. Throws UserError for an unknown one.
  const UnitEntry& unit(const std::string& name) const;

  /// Energy of one action of a unit, scaled to node and voltage. Throws UserError for an unknown
  /// unit or action, as do the others. Of an FPGA: that of the resources of the unit, for each of
  /// its cycles.
  Figure energy_pj(const std::string& unit, const std::string& action = "op") const;
  Figure area_um2(const std::string& unit) const;    ///< cells before placement; 0 on an FPGA
  Figure leakage_mw(const std::string& unit) const;  ///< at 25 C
  /// How many of an FPGA's resource a unit takes; the table must be an FPGA's.
  Figure resource(const std::string& unit, Resource resource) const;
  /// Accesses that one bank of a memory serves in a cycle.
  int memory_ports() const;
  /// A parameter of the table as written, such as "clock_and_control_share".
  Figure parameter(const std::string& name) const;
  /// Energy of a bit over a millimetre of wire: the table's value at its voltage, times V^2.
  Figure wire_pj_per_bit_mm() const;

  /// A memory of `bytes` (> 0) that reads or writes `width_bits` (> 0) in one access of one of its
  /// `banks` (> 0). Beyond the table's nodes energy and area follow the scaling of logic. The bands
  /// are those of interpolation alone, nothing where the table has CACTI's own figures. On an FPGA
  /// block RAM, or LUTs where banks have few words.
  SramFigures sram(std::int64_t bytes, int width_bits, int banks) const;

 private:
  void check_silicon();
  void check_fpga();
  SramFigures fpga_memory(std::int64_t bytes, int width_bits, int banks) const;
  Figure scaled(const Band& band, double factor, const std::string& name) const;
  std::string sram_source(const SramFigures& figures, const SramValues& values,
                          const std::string& neighbours) const;
  void use_registers(SramFigures& figures, std::int64_t bytes, int width_bits) const;

  TechnologyChoice choice_;
  std::shared_ptr<const TechnologyTable> table_;
};

}  // namespace saccade
