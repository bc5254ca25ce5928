// Figures of single-port SRAM macros from a CSV table, interpolated in logarithms.
#pragma once
#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

namespace saccade {

/// Transistors of the ITRS roadmap: high performance, low operating power, low standby power.
enum class CellType : std::uint8_t { itrs_hp, itrs_lop, itrs_lstp };
constexpr std::size_t kCellTypes = 3;
constexpr std::array<const char*, kCellTypes> kCellTypeNames = {"itrs-hp", "itrs-lop", "itrs-lstp"};

struct SramValues {
  double read_pj = 0;  ///< one access of the whole word
  double write_pj = 0;
  double leakage_mw = 0;
  double area_mm2 = 0;
  double access_ns = 0;
  double cycle_ns = 0;
  bool table_point = true;  ///< else interpolated
};

/// A complete grid over node, size, word width and banks for each cell type.
class SramTable {
 public:
  /// Reads CSV text with the columns node_nm, cell_type, size_bytes, width_bits, banks, read_pJ,
  /// write_pJ, leak_mW, area_mm2, access_ns and cycle_ns, among others. Throws UserError naming
  /// `file` and line for what is missing, malformed, repeated or not positive.
  SramTable(const std::string& text, const std::string& file);

  /// Multilinear in the logarithms of node, size, width and banks; arguments beyond an axis count
  /// as its end.
  SramValues at(CellType cell, double node_nm, double bytes, double width_bits, double banks) const;

  const std::vector<double>& nodes_nm() const { return axes_[0]; }
  const std::vector<double>& sizes_bytes() const { return axes_[1]; }
  const std::vector<double>& widths_bits() const { return axes_[2]; }
  const std::vector<double>& banks() const { return axes_[3]; }

 private:
  static constexpr std::size_t kAxes = 4;
  static constexpr std::size_t kValues = 6;
  using Logs = std::array<double, kValues>;
  struct Row;

  static std::vector<Row> read_rows(const std::string& text, const std::string& file);
  std::size_t index(CellType cell, const std::array<std::size_t, kAxes>& position) const;

  std::array<std::vector<double>, kAxes> axes_;
  std::vector<Logs> logs_;  ///< of the values, by index()
};

}  // namespace saccade
