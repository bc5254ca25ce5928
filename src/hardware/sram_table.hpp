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

/// What the table's figures depend on besides the cell type; values are in nm, bytes and bits.
enum class SramAxis : std::uint8_t { node, size, width, banks };
constexpr std::size_t kSramAxes = 4;
constexpr std::array<SramAxis, kSramAxes> kAllSramAxes = {SramAxis::node, SramAxis::size,
                                                          SramAxis::width, SramAxis::banks};

struct SramValues {
  double read_pj = 0;  ///< one access of the whole word
  double write_pj = 0;
  double leakage_mw = 0;
  double area_mm2 = 0;
  double access_ns = 0;
  double cycle_ns = 0;
  std::array<bool, kSramAxes> between{};  ///< by axis: the table lacks the value
  bool estimated = false;  ///< rests on a row whose status is not "cacti" (such as "scaled_from_N")

  bool table_point() const { return between == std::array<bool, kSramAxes>{}; }
};

/// A complete grid over node, size, word width and banks for each cell type.
class SramTable {
 public:
  /// Reads CSV text with the columns node_nm, cell_type, size_bytes, width_bits, banks, read_pJ,
  /// write_pJ, leak_mW, area_mm2, access_ns and cycle_ns, and perhaps status, among others. Throws
  /// UserError naming `file` and line for what is missing, malformed, repeated or not positive.
  SramTable(const std::string& text, const std::string& file);

  /// Exact at the table's points, multilinear in the logarithms of node, size, width and banks
  /// between them; arguments beyond an axis count as its end.
  ///
  /// Sizes that the table lacks among the doublings of its smallest one (shipped: 512 KiB) are
  /// filled in first. The line between the neighbouring sizes knows nothing of the steps that
  /// figures take where CACTI organises a bank differently; but the same bank also stands in
  /// memories of other banks, and how far these are off their line says how far this one is. Its
  /// sibling is the memory of equal banks of the next fewer number (of the fewest: the next more),
  /// because fewer banks leave the least routing between banks in a figure. The size gets the mean
  /// of both estimates: the line, and the line plus its sibling's distance from its own line. They
  /// know different things and neither is known to be the better one.
  SramValues at(CellType cell, double node_nm, double bytes, double width_bits, double banks) const;

  /// The table as it would be without the rows of one value of an axis, to see what it then says of
  /// them. Throws std::invalid_argument unless the axis has the value between others.
  SramTable without(SramAxis axis, double value) const;

  /// The values of an axis that the table has, ascending.
  const std::vector<double>& axis(SramAxis axis) const;
  const std::vector<double>& nodes_nm() const { return axis(SramAxis::node); }
  const std::vector<double>& sizes_bytes() const { return axis(SramAxis::size); }
  const std::vector<double>& widths_bits() const { return axis(SramAxis::width); }
  const std::vector<double>& banks() const { return axis(SramAxis::banks); }

 private:
  static constexpr std::size_t kValues = 6;
  using Position = std::array<std::size_t, kSramAxes>;
  struct Point {
    std::array<double, kValues> logs{};
    bool estimated = false;
  };
  struct Row;
  struct Grid {
    std::array<std::vector<double>, kSramAxes> axes;
    std::vector<Point> points;

    std::size_t index(CellType cell, const Position& position) const;
    std::size_t count() const;
    /// Calls visit(cell, position) for every point, in the order of index().
    template <class Visit>
    void each(const Visit& visit) const;
  };

  explicit SramTable(Grid given);
  static std::vector<Row> read_rows(const std::string& text, const std::string& file);
  static Grid read_grid(const std::string& text, const std::string& file);
  static Grid filled(const Grid& given);
  static Point between_sizes(const Grid& given, CellType cell, Position position, double bytes);

  Grid given_;   ///< as read
  Grid filled_;  ///< with the sizes that it lacks
};

}  // namespace saccade
