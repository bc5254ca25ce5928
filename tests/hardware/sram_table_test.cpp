#include "hardware/sram_table.hpp"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <cmath>
#include <cstdio>
#include <sstream>
#include <stdexcept>

#include "base/error.hpp"
#include "base/file.hpp"
#include "hardware/technology.hpp"
#include "hardware/technology_testing.hpp"

namespace saccade {
namespace {

using technology_testing::at;
using technology_testing::kFolder;
using technology_testing::mistake_of;
using testing::HasSubstr;

TEST(TechnologySram, TablePointsAreExact) {
  struct Row {
    double node_nm;
    CellType cell;
    std::int64_t bytes;
    int width_bits, banks;
    double read_pj, write_pj, leakage_mw, area_mm2, access_ns, cycle_ns;
  };
  // Rows of CACTI 7's output.
  const std::vector<Row> rows = {{45, CellType::itrs_hp, 1024, 8, 1, 0.966199, 0.880836, 0.5646208,
                                  0.00335667, 0.208247, 0.167723},
                                 {22, CellType::itrs_hp, 1024, 8, 4, 0.155341, 0.158288, 0.11288941,
                                  0.00112237, 0.0849187, 0.0530757},
                                 {22, CellType::itrs_hp, 1024, 16, 1, 0.254045, 0.273128,
                                  0.09119552, 0.000808556, 0.0902126, 0.0718933}};
  for (const Row& row : rows) {
    TechnologyChoice choice = at(row.node_nm);
    choice.cell_type = row.cell;
    const SramFigures sram = Technology(choice).sram(row.bytes, row.width_bits, row.banks);
    EXPECT_TRUE(sram.table_point);
    EXPECT_EQ(sram.macros, 1);
    EXPECT_NEAR(sram.read_pj.value, row.read_pj, 1e-9 * row.read_pj);
    EXPECT_NEAR(sram.write_pj.value, row.write_pj, 1e-9 * row.write_pj);
    EXPECT_NEAR(sram.leakage_mw.value, row.leakage_mw, 1e-9 * row.leakage_mw);
    EXPECT_NEAR(sram.area_mm2.value, row.area_mm2, 1e-9 * row.area_mm2);
    EXPECT_NEAR(sram.access_ns.value, row.access_ns, 1e-9 * row.access_ns);
    EXPECT_NEAR(sram.cycle_ns.value, row.cycle_ns, 1e-9 * row.cycle_ns);
    EXPECT_EQ(sram.read_pj.low, sram.read_pj.value);  // CACTI's own figure: no band
    EXPECT_EQ(sram.cycle_ns.high, sram.cycle_ns.value);
  }
}

TEST(TechnologySram, WideWordsAreCheapPerBit) {
  // 45 nm hp, 64 KiB, one bank: rounded figures of the same runs, pJ by width.
  const Technology technology(at(45));
  EXPECT_NEAR(technology.sram(65536, 8, 1).read_pj.value, 10.6, 0.05);
  EXPECT_NEAR(technology.sram(65536, 64, 1).read_pj.value, 29.0, 0.05);
  EXPECT_NEAR(technology.sram(65536, 256, 1).read_pj.value, 41.7, 0.05);
  EXPECT_NEAR(technology.sram(65536, 1024, 1).read_pj.value, 92.6, 0.05);
}

TEST(TechnologySram, InterpolatesLogarithms) {
  const Technology technology(at(45));
  const auto read = [&](std::int64_t bytes, int width, int banks) {
    const SramFigures sram = technology.sram(bytes, width, banks);
    return sram.read_pj.value;
  };
  const double s = std::log(1.5) / std::log(2.0);
  EXPECT_NEAR(read(98304, 64, 1),
              std::pow(read(65536, 64, 1), 1 - s) * std::pow(read(131072, 64, 1), s), 1e-9);
  // Halfway in the logarithm is the geometric mean.
  EXPECT_NEAR(read(65536, 64, 2), std::sqrt(read(65536, 64, 1) * read(65536, 64, 4)), 1e-9);
  const double t = std::log(96.0 / 64) / std::log(2.0);
  EXPECT_NEAR(read(65536, 96, 1),
              std::pow(read(65536, 64, 1), 1 - t) * std::pow(read(65536, 128, 1), t), 1e-9);
  EXPECT_FALSE(technology.sram(65536, 96, 1).table_point);
  // 28 nm lies between 22 and 32.
  const double u = std::log(28.0 / 22) / std::log(32.0 / 22);
  const double low =
      Technology(at(22)).table().sram().at(CellType::itrs_hp, 22, 65536, 64, 1).read_pj;
  const double high = Technology(at(32)).sram(65536, 64, 1).read_pj.value;
  const SramFigures between = Technology(at(28)).sram(65536, 64, 1);
  EXPECT_NEAR(between.read_pj.value, std::pow(low, 1 - u) * std::pow(high, u), 1e-9);
  EXPECT_FALSE(between.scaled_node);
}

TEST(TechnologySram, BeyondTheTable) {
  const Technology technology(at(45));
  const SramFigures one = technology.sram(4 << 20, 256, 4);
  const SramFigures four = technology.sram(16 << 20, 256, 16);  // four macros of 4 MiB and 4 banks
  EXPECT_EQ(four.macros, 4);
  EXPECT_FALSE(four.table_point);
  EXPECT_NEAR(four.read_pj.value, one.read_pj.value, 1e-9);
  EXPECT_NEAR(four.leakage_mw.value, 4 * one.leakage_mw.value, 1e-9);
  EXPECT_NEAR(four.area_mm2.value, 4 * one.area_mm2.value, 1e-9);
  const SramFigures wide = technology.sram(2 << 20, 2048, 1);  // two macros side by side
  EXPECT_EQ(wide.macros, 2);
  EXPECT_NEAR(wide.read_pj.value, 2 * technology.sram(1 << 20, 1024, 1).read_pj.value, 1e-9);

  const SramFigures scaled = Technology(at(16)).sram(65536, 64, 1);
  const double factor = Technology(at(16)).energy_pj("mac_int8").value /
                        Technology(at(22)).energy_pj("mac_int8").value;
  EXPECT_TRUE(scaled.scaled_node);
  EXPECT_TRUE(scaled.read_pj.assumption);
  EXPECT_THAT(scaled.read_pj.source, HasSubstr("22 nm scaled to 16 nm"));
  EXPECT_NEAR(scaled.read_pj.value, factor * Technology(at(22)).sram(65536, 64, 1).read_pj.value,
              1e-9);
}

TEST(TechnologySram, SmallMemoriesAreFlipFlopsWhereThoseAreSmaller) {
  const Technology technology(at(45, 0.9));
  const SramFigures tiny = technology.sram(64, 16, 1);
  EXPECT_TRUE(tiny.registers);
  EXPECT_TRUE(tiny.read_pj.assumption);
  EXPECT_NEAR(tiny.area_mm2.value, technology.area_um2("register_32").value * 16 * 1e-6, 1e-15);
  EXPECT_NEAR(tiny.write_pj.value, technology.energy_pj("register_32").value / 2, 1e-12);
  const SramFigures half = technology.sram(512, 16, 1);
  EXPECT_FALSE(half.registers);
  EXPECT_TRUE(half.read_pj.assumption);
  EXPECT_NEAR(half.read_pj.value, technology.sram(1024, 16, 1).read_pj.value, 1e-12);
}

TEST(TechnologySram, VoltageScalesEnergyAndLeakage) {
  const SramFigures nominal = Technology(at(45)).sram(65536, 64, 1);
  const SramFigures low = Technology(at(45, 0.9)).sram(65536, 64, 1);
  EXPECT_NEAR(low.read_pj.value / nominal.read_pj.value, 0.69885 / 0.8612, 1e-5);
  EXPECT_NEAR(low.leakage_mw.value / nominal.leakage_mw.value, 0.9, 1e-12);
  EXPECT_DOUBLE_EQ(low.area_mm2.value, nominal.area_mm2.value);
}

std::string without_size(const std::string& text, const std::string& size) {
  std::istringstream in(text);
  std::string kept, line;
  while (std::getline(in, line)) {
    std::istringstream cells(line);
    std::string cell;
    for (int i = 0; i < 4; ++i) std::getline(cells, cell, ',');
    if (cell != size) kept += line + '\n';
  }
  return kept;
}

TEST(TechnologySram, WithoutASizeIsTheTableThatNeverHadIt) {
  const std::string text = read_text(kFolder + "sram_cacti.csv");
  const SramTable full(text, "full");
  const SramTable rest(without_size(text, "65536"), "rest");
  const SramTable cut = full.without(SramAxis::size, 65536);
  EXPECT_EQ(cut.sizes_bytes(), rest.sizes_bytes());
  EXPECT_EQ(cut.sizes_bytes().size() + 1, full.sizes_bytes().size());
  for (const double bytes : {1024.0, 32768.0, 50000.0, 65536.0, 80000.0, 524288.0}) {
    const SramValues a = cut.at(CellType::itrs_lop, 32, bytes, 128, 4);
    const SramValues b = rest.at(CellType::itrs_lop, 32, bytes, 128, 4);
    EXPECT_EQ(a.read_pj, b.read_pj) << bytes;
    EXPECT_EQ(a.cycle_ns, b.cycle_ns) << bytes;
    EXPECT_EQ(a.table_point(), b.table_point()) << bytes;
  }
  EXPECT_NE(cut.at(CellType::itrs_hp, 45, 65536, 64, 1).read_pj,
            full.at(CellType::itrs_hp, 45, 65536, 64, 1).read_pj);
  EXPECT_EQ(full.without(SramAxis::banks, 4).banks(), (std::vector<double>{1, 8}));
  EXPECT_THROW(full.without(SramAxis::size, 1024), std::invalid_argument);    // an end
  EXPECT_THROW(full.without(SramAxis::size, 524288), std::invalid_argument);  // not there
  EXPECT_THROW(full.without(SramAxis::banks, 8), std::invalid_argument);
}

/// Tables of one node and width with the figures f(size, banks), which are equal for all cells.
template <class Figures>
SramTable table_of(const std::vector<int>& sizes, const std::vector<int>& banks, Figures f) {
  std::string text =
      "node_nm,cell_type,size_bytes,width_bits,banks,read_pJ,write_pJ,leak_mW,area_mm2,access_ns,"
      "cycle_ns,status\n";
  for (const char* cell : kCellTypeNames) {
    for (const int size : sizes) {
      for (const int bank : banks) {
        text += fmt::format("45,{0},{1},64,{2},{3},{3},{3},{3},{3},{3},{4}\n", cell, size, bank,
                            f(size, bank), size == 1024 ? "scaled_from_2048" : "cacti");
      }
    }
  }
  return SramTable(text, "t.csv");
}

TEST(TechnologySram, MissingSizesFollowTheirBanks) {
  // Without 4 KiB. Memories of one bank: pJ = KiB; of four: 10 up to 8 KiB, then 40.
  const SramTable table =
      table_of({1024, 2048, 8192, 16384, 32768}, {1, 4}, [](int size, int banks) {
        return banks == 1 ? size / 1024 : size <= 8192 ? 10 : 40;
      });
  const auto read = [&](double bytes, double banks) {
    return table.at(CellType::itrs_hp, 45, bytes, 64, banks).read_pj;
  };
  // The line says 4; four such banks (16 KiB) stand at 40 where their line from 8 to 32 KiB says
  // 20: half of that factor.
  EXPECT_NEAR(read(4096, 1), 4 * std::sqrt(2.0), 1e-12);
  // Its own sibling of one bank, 1 KiB, has no smaller neighbour: the line.
  EXPECT_NEAR(read(4096, 4), 10, 1e-12);
  EXPECT_NEAR(read(2048, 1), 2, 1e-12);
  EXPECT_NEAR(read(8192, 1), 8, 1e-12);
  // From there on it is a point as others are.
  EXPECT_NEAR(read(4096 * std::sqrt(2.0), 1), std::sqrt(8 * read(4096, 1)), 1e-12);
  const SramValues filled = table.at(CellType::itrs_hp, 45, 4096, 64, 1);
  EXPECT_FALSE(filled.table_point());
  EXPECT_TRUE(filled.between[static_cast<std::size_t>(SramAxis::size)]);
  EXPECT_FALSE(filled.estimated);
  EXPECT_TRUE(table.at(CellType::itrs_hp, 45, 1024, 64, 1).estimated);
  EXPECT_TRUE(table.at(CellType::itrs_hp, 45, 1024, 64, 1).table_point());
  EXPECT_TRUE(table.at(CellType::itrs_hp, 45, 1500, 64, 1).estimated);
  EXPECT_EQ(table.sizes_bytes().size(), 5u);  // what the table itself has
}

TEST(TechnologySram, TheMissing512KiB) {
  // Computed from the table's rows by another program; 8 banks have no sibling with both
  // neighbours.
  const Technology technology(at(45));
  EXPECT_NEAR(technology.sram(524288, 64, 1).read_pj.value, 52.266831, 1e-6);
  EXPECT_NEAR(technology.sram(524288, 64, 4).read_pj.value, 44.783193, 1e-6);
  EXPECT_NEAR(technology.sram(524288, 64, 8).read_pj.value, 46.843602, 1e-6);
}

// ---- how far off SRAM figures may be

double factor_of(const Figure& figure) {
  EXPECT_NEAR(figure.high / figure.value, figure.value / figure.low, 1e-9);
  return figure.high / figure.value;
}

TEST(TechnologySram, BandsAreThoseOfTheAxesThatAreReadOff) {
  const Technology technology(at(45));
  const SramBands& bands = technology.table().file().sram.relative_band;
  EXPECT_EQ(factor_of(technology.sram(65536, 64, 1).write_pj), 1);
  const SramFigures size = technology.sram(98304, 64, 1);
  EXPECT_NEAR(factor_of(size.read_pj), 1 + bands.size.read, 1e-12);
  EXPECT_NEAR(factor_of(size.write_pj), 1 + bands.size.write, 1e-12);
  EXPECT_NEAR(factor_of(size.leakage_mw), 1 + bands.size.leakage, 1e-12);
  EXPECT_NEAR(factor_of(size.area_mm2), 1 + bands.size.area, 1e-12);
  EXPECT_NEAR(factor_of(size.access_ns), 1 + bands.size.access, 1e-12);
  EXPECT_NEAR(factor_of(size.cycle_ns), 1 + bands.size.cycle, 1e-12);
  EXPECT_NEAR(factor_of(technology.sram(65536, 96, 1).read_pj), 1 + bands.width.read, 1e-12);
  EXPECT_NEAR(factor_of(technology.sram(65536, 64, 2).read_pj), 1 + bands.banks.read, 1e-12);
  const Figure leakage = Technology(at(28)).sram(65536, 64, 1).leakage_mw;
  EXPECT_NEAR(factor_of(leakage), 1 + bands.node.leakage, 1e-12);
  // Two axes: independent errors.
  const double both = std::hypot(std::log1p(bands.size.read), std::log1p(bands.banks.read));
  EXPECT_NEAR(factor_of(technology.sram(98304, 64, 2).read_pj), std::exp(both), 1e-12);
}

TEST(TechnologySram, WhatCactiDidNotGiveHasABand) {
  const SramBands& bands = Technology(at(45)).table().file().sram.relative_band;
  // 16 nm is scaled, 16 MiB are four macros, 1 KiB of 1024 bits and 4 banks CACTI cannot organise.
  EXPECT_NEAR(factor_of(Technology(at(16)).sram(65536, 64, 1).read_pj), 1 + bands.node.read, 1e-12);
  EXPECT_NEAR(factor_of(Technology(at(45)).sram(16 << 20, 256, 16).read_pj), 1 + bands.size.read,
              1e-12);
  const SramFigures estimated = Technology(at(45)).sram(1024, 1024, 4);
  EXPECT_TRUE(estimated.table_point);
  EXPECT_TRUE(estimated.read_pj.assumption);
  EXPECT_THAT(estimated.read_pj.source, HasSubstr("estimated from larger sizes"));
  EXPECT_NEAR(factor_of(estimated.read_pj), 1 + bands.size.read, 1e-12);
  EXPECT_FALSE(Technology(at(45)).sram(65536, 64, 1).read_pj.assumption);
}

TEST(TechnologySram, IsReadQuickly) {
  const std::string text = read_text(kFolder + "sram_cacti.csv");
  const auto begin = std::chrono::steady_clock::now();
  const SramTable table(text, "sram_cacti.csv");
  const std::chrono::duration<double, std::milli> spent = std::chrono::steady_clock::now() - begin;
  std::printf("SRAM table read in %.1f ms\n", spent.count());
  EXPECT_LT(spent.count(), 200);  // a few milliseconds; generous for a loaded machine
}

TEST(TechnologySram, MalformedTablesAreRefused) {
  const std::string header =
      "node_nm,cell_type,size_bytes,width_bits,banks,read_pJ,write_pJ,leak_mW,area_mm2,access_ns,"
      "cycle_ns\n";
  const std::vector<std::pair<std::string, std::string>> cases = {
      {"node_nm\n22\n", "lacks the column 'cell_type'"},
      {header, "has no rows"},
      {header + "22,itrs-hp,1024,8,1,1,1,1,1,1,1\n", "expected 3"},
      {header + "22,itrs-xx,1024,8,1,1,1,1,1,1,1\n", "line 2: unknown cell_type \"itrs-xx\""},
      {header + "22,itrs-hp,1024,8,1,-1,1,1,1,1,1\n", "read_pJ is \"-1\""},
      {header + "22,itrs-hp,1024,8,1,1\n", "write_pJ is \"\""}};
  for (const auto& item : cases) {
    EXPECT_THAT(mistake_of([&] { SramTable(item.first, "t.csv"); }), HasSubstr(item.second));
  }
}

}  // namespace
}  // namespace saccade
