#include "validate/sram.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <optional>

#include "base/csv.hpp"
#include "base/file.hpp"
#include "base/text.hpp"
#include "hardware/technology.hpp"

namespace saccade {
namespace {

constexpr double kExact = 1e-9;  ///< relative: figures pass through logarithms

struct Quantity {
  const char* column;
  Figure SramFigures::*figure;
  double SramValues::*value;
};

constexpr std::array<Quantity, 6> kQuantities = {
    {{"read_pJ", &SramFigures::read_pj, &SramValues::read_pj},
     {"write_pJ", &SramFigures::write_pj, &SramValues::write_pj},
     {"leak_mW", &SramFigures::leakage_mw, &SramValues::leakage_mw},
     {"area_mm2", &SramFigures::area_mm2, &SramValues::area_mm2},
     {"access_ns", &SramFigures::access_ns, &SramValues::access_ns},
     {"cycle_ns", &SramFigures::cycle_ns, &SramValues::cycle_ns}}};

/// A memory as a row of the table describes it.
struct Memory {
  CellType cell = CellType::itrs_hp;
  double node_nm = 0;
  std::int64_t bytes = 0;
  int width_bits = 0;
  int banks = 0;
};

std::string name_of(const Memory& memory) {
  return fmt::format("{}, {:g} nm, {}, {} bits, {} {}",
                     kCellTypeNames[static_cast<std::size_t>(memory.cell)], memory.node_nm,
                     with_bytes(static_cast<double>(memory.bytes)), memory.width_bits, memory.banks,
                     memory.banks == 1 ? "bank" : "banks");
}

std::optional<CellType> cell_type(const CsvTable& table, const CsvRow& row, Mistakes& mistakes) {
  const std::string& text = table.cell(row, "cell_type");
  for (std::size_t i = 0; i < kCellTypes; ++i) {
    if (text == kCellTypeNames[i]) return static_cast<CellType>(i);
  }
  const std::vector<std::string> names(kCellTypeNames.begin(), kCellTypeNames.end());
  table.fail(row, "cell_type",
             fmt::format("is '{}', expected one of {}{}", text, comma_list(names),
                         did_you_mean(text, names)),
             mistakes);
  return std::nullopt;
}

std::optional<Memory> memory_of(const CsvTable& table, const CsvRow& row,
                                const NodeScaling& scaling, Mistakes& mistakes) {
  constexpr int most = 1 << 20;
  const auto cell = cell_type(table, row, mistakes);
  const auto node =
      table.number(row, "node_nm", scaling.min_node_nm(), scaling.max_node_nm(), mistakes);
  const auto bytes = table.integer(row, "size_bytes", 1, std::int64_t{1} << 40, mistakes);
  const auto width = table.integer(row, "width_bits", 1, most, mistakes);
  const auto banks = table.integer(row, "banks", 1, most, mistakes);
  if (!cell || !node || !bytes || !width || !banks) return std::nullopt;
  return Memory{*cell, *node, *bytes, static_cast<int>(*width), static_cast<int>(*banks)};
}

/// Why a memory's figures are no interpolation of the table's; "" if they are.
std::string beyond(const SramTable& table, const Memory& memory, const SramFigures& figures) {
  if (figures.scaled_node) return "the node lies beyond the table";
  if (figures.macros > 1) return "composed of several macros";
  if (static_cast<double>(memory.bytes) < table.sizes_bytes().front()) {
    return "smaller than the table's sizes";
  }
  if (memory.width_bits < table.widths_bits().front()) return "narrower than the table's words";
  if (memory.banks < table.banks().front()) return "fewer banks than the table's";
  return "";
}

Comparison compare(const Memory& memory, const Quantity& quantity, double expected,
                   const SramFigures& figures, const std::string& beyond_table) {
  Comparison result;
  result.reference = "sram";
  result.item = name_of(memory);
  result.quantity = quantity.column;
  result.expected = expected;
  const Figure& figure = figures.*quantity.figure;
  result.actual = figure.value;
  result.note = beyond_table;
  if (beyond_table.empty()) {
    result.tolerance = figures.table_point ? kExact : figure.high / figure.value - 1;
    if (!figures.table_point) result.note = "between the table's points";
  }
  return result;
}

SramValues figures_of(const SramTable& table, const Memory& memory) {
  return table.at(memory.cell, memory.node_nm, static_cast<double>(memory.bytes), memory.width_bits,
                  memory.banks);
}

/// The table's memories that have this value on this axis.
std::vector<Memory> memories(const SramTable& table, SramAxis axis, double value) {
  std::vector<Memory> result(kCellTypes);
  for (std::size_t i = 0; i < kCellTypes; ++i) result[i].cell = static_cast<CellType>(i);
  for (const SramAxis each : kAllSramAxes) {
    std::vector<Memory> product;
    for (const Memory& memory : result) {
      for (const double x : each == axis ? std::vector<double>{value} : table.axis(each)) {
        product.push_back(memory);
        Memory& last = product.back();
        if (each == SramAxis::node) last.node_nm = x;
        if (each == SramAxis::size) last.bytes = static_cast<std::int64_t>(x);
        if (each == SramAxis::width) last.width_bits = static_cast<int>(x);
        if (each == SramAxis::banks) last.banks = static_cast<int>(x);
      }
    }
    result = std::move(product);
  }
  return result;
}

CsvTable read_rows(const std::string& path) {
  std::vector<std::string> optional = {
      "temp_K", "status", "leak_sub_mW", "leak_gate_mW", "leak_350K_mW", "leak_350K_flag",
      "Ndwl",   "Ndbl",   "Nspd",        "Ndcm",         "area_eff_pct"};
  std::vector<std::string> quantities;
  for (const Quantity& quantity : kQuantities) quantities.emplace_back(quantity.column);
  optional.insert(optional.end(), quantities.begin(), quantities.end());
  CsvTable table =
      parse_csv(read_text(path), path,
                {"cell_type", "node_nm", "size_bytes", "width_bits", "banks"}, optional);
  Mistakes mistakes;
  const auto there = [&](const std::string& column) { return table.has(column); };
  if (std::none_of(quantities.begin(), quantities.end(), there)) {
    mistakes.add(path, "line 1",
                 "has no figure to compare, expected a column of " + comma_list(quantities));
  }
  if (table.rows.empty()) mistakes.add(path, "", "has no rows");
  mistakes.check();
  return table;
}

}  // namespace

std::vector<Comparison> validate_sram(const std::string& csv_path, const std::string& technology) {
  const CsvTable table = read_rows(csv_path);
  const auto model = load_technology_table(technology);
  std::vector<Comparison> comparisons;
  Mistakes mistakes;
  for (const CsvRow& row : table.rows) {
    const auto memory = memory_of(table, row, model->scaling(), mistakes);
    std::optional<SramFigures> figures;
    std::string note;
    if (memory) {
      TechnologyChoice choice;
      choice.table = technology;
      choice.node_nm = memory->node_nm;
      choice.cell_type = memory->cell;
      figures = Technology(choice).sram(memory->bytes, memory->width_bits, memory->banks);
      note = beyond(model->sram(), *memory, *figures);
    }
    for (const Quantity& quantity : kQuantities) {
      if (!table.has(quantity.column)) continue;
      const auto expected = table.number(row, quantity.column, 1e-15, 1e15, mistakes);
      if (figures && expected) {
        comparisons.push_back(compare(*memory, quantity, *expected, *figures, note));
      }
    }
  }
  mistakes.check();
  return comparisons;
}

std::vector<Comparison> validate_sram_left_out(const SramTable& table, SramAxis axis) {
  std::vector<Comparison> comparisons;
  const std::vector<double>& values = table.axis(axis);
  for (std::size_t i = 1; i + 1 < values.size(); ++i) {
    const SramTable rest = table.without(axis, values[i]);
    for (const Memory& memory : memories(table, axis, values[i])) {
      const SramValues own = figures_of(table, memory);
      const SramValues read_off = figures_of(rest, memory);
      for (const Quantity& quantity : kQuantities) {
        Comparison result;
        result.reference = "sram, one left out";
        result.item = name_of(memory);
        result.quantity = quantity.column;
        result.expected = own.*quantity.value;
        result.actual = read_off.*quantity.value;
        if (own.estimated) result.note = "estimated";
        comparisons.push_back(std::move(result));
      }
    }
  }
  return comparisons;
}

}  // namespace saccade
