#include "validate/sram.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstdio>

#include "base/error.hpp"
#include "cli/run_binary.hpp"
#include "hardware/technology.hpp"
#include "validate/summary.hpp"

namespace saccade {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::Not;

const std::string kTable = SACCADE_SOURCE_DIR "/configs/technology/sram_cacti.csv";

const TechnologyTable& cmos() {
  static const auto table = load_technology_table("cmos");
  return *table;
}

const std::vector<Comparison>& sizes_left_out() {
  static const auto rows = validate_sram_left_out(cmos().sram());
  return rows;
}

std::vector<Comparison> of_cacti(std::vector<Comparison> rows) {
  rows.erase(
      std::remove_if(rows.begin(), rows.end(), [](const auto& row) { return !row.note.empty(); }),
      rows.end());
  return rows;
}

void print(const std::string& title, const std::map<std::string, ErrorSummary>& summaries) {
  for (const auto& [quantity, s] : summaries) {
    std::printf(
        "%s, %s: %zu rows, median %.2f %%, p90 %.2f %%, mean %+.2f %%, worst %.0f %%, "
        "90 %% within a factor of %.3f\n",
        title.c_str(), quantity.c_str(), s.rows, 100 * s.median, 100 * s.p90, 100 * s.mean_signed,
        100 * s.worst, s.p90_factor);
  }
}

// Between sizes, of which one is left out at a time. The cycle time misses the 20 %: it jumps where
// CACTI organises a bank differently, and where that is no other size knows.
TEST(SramLeftOut, SizesAreReadOffWellButForTheCycleTime) {
  const auto all = summarise_by_quantity(sizes_left_out());
  const auto cacti = summarise_by_quantity(of_cacti(sizes_left_out()));
  print("sizes", all);
  print("sizes, CACTI's own rows", cacti);
  ASSERT_EQ(all.size(), 6u);
  for (const auto* summaries : {&all, &cacti}) {
    for (const auto& [quantity, summary] : *summaries) {
      EXPECT_EQ(summary.rows, summaries == &all ? 3600u : 3345u);  // 10 of 12 sizes
      EXPECT_LE(summary.median, 0.07) << quantity;
      EXPECT_LE(summary.p90, quantity == "cycle_ns" ? 0.32 : 0.20) << quantity;
      EXPECT_LE(std::abs(summary.mean_signed), 0.04) << quantity;
    }
  }
  for (const auto& [quantity, summary] : all) {
    std::vector<Comparison> rows;
    for (const Comparison& row : sizes_left_out()) {
      if (row.quantity == quantity) rows.push_back(row);
    }
    for (const Comparison& row : worst_rows(rows, 3)) {
      std::printf("  worst %s: %s: %.4g instead of %.4g (%+.0f %%)\n", quantity.c_str(),
                  row.item.c_str(), row.actual, row.expected, 100 * row.error());
    }
  }
}

TEST(SramLeftOut, SummariesAreThoseOfAnotherProgram) {
  // Computed from the same table by a script that shares no code with this project.
  struct Row {
    const char* quantity;
    double median, p90, mean, factor;
  };
  const std::vector<Row> rows = {
      {"read_pJ", 5.76, 18.47, 0.17, 1.2022},  {"write_pJ", 3.86, 12.02, 0.18, 1.1288},
      {"leak_mW", 3.22, 9.03, 0.58, 1.0941},   {"area_mm2", 3.39, 12.93, 0.66, 1.1317},
      {"access_ns", 3.01, 9.53, 1.19, 1.0977}, {"cycle_ns", 4.35, 29.98, 0.99, 1.3662}};
  const auto summaries = summarise_by_quantity(sizes_left_out());
  for (const Row& row : rows) {
    const ErrorSummary& summary = summaries.at(row.quantity);
    EXPECT_NEAR(100 * summary.median, row.median, 0.02) << row.quantity;
    EXPECT_NEAR(100 * summary.p90, row.p90, 0.02) << row.quantity;
    EXPECT_NEAR(100 * summary.mean_signed, row.mean, 0.006) << row.quantity;
    EXPECT_NEAR(summary.p90_factor, row.factor, 0.0002) << row.quantity;
  }
}

// The bands of the technology file are what is measured here, rounded up.
TEST(SramLeftOut, BandsAreMeasured) {
  const SramBands& bands = cmos().file().sram.relative_band;
  for (const SramAxis axis : kAllSramAxes) {
    const SramBand& band = bands.along(axis);
    const std::map<std::string, double> stated = {
        {"read_pJ", band.read},  {"write_pJ", band.write},   {"leak_mW", band.leakage},
        {"area_mm2", band.area}, {"access_ns", band.access}, {"cycle_ns", band.cycle}};
    const auto summaries = summarise_by_quantity(validate_sram_left_out(cmos().sram(), axis));
    print("axis " + std::to_string(static_cast<int>(axis)), summaries);
    for (const auto& [quantity, value] : stated) {
      const double measured = summaries.at(quantity).p90_factor - 1;
      EXPECT_LE(measured, value) << quantity << " of axis " << static_cast<int>(axis);
      EXPECT_LT(value - measured, 0.002 + 0.005 * measured) << quantity;
    }
  }
}

TEST(ValidateSram, TheShippedTableIsExact) {
  const std::vector<Comparison> rows = validate_sram(kTable);
  EXPECT_EQ(rows.size(), 4320u * 6);
  for (const Comparison& row : rows) {
    ASSERT_EQ(row.tolerance, 1e-9) << row.item;
    ASSERT_TRUE(row.holds()) << row.item << ": " << row.quantity << " " << row.error();
  }
}

std::vector<Comparison> validated(const std::string& text) {
  const TestFolder folder;
  return validate_sram(folder.write("mine.csv", text));
}

TEST(ValidateSram, RowsOfTheUser) {
  // 45 nm, 64 KiB, 64 bits as CACTI gives it (28.98 pJ), then what lies between and beyond.
  const auto rows = validated(
      "node_nm,cell_type,size_bytes,width_bits,banks,read_pJ\n"
      "45,itrs-hp,65536,64,1,28.5\n"
      "45,itrs-hp,524288,64,1,50\n"
      "45,itrs-hp,524288,64,1,80\n"
      "16,itrs-hp,65536,64,1,3\n"
      "45,itrs-hp,8388608,64,1,121\n"
      "45,itrs-hp,512,64,1,1\n"
      "45,itrs-hp,65536,4,1,1\n");
  ASSERT_EQ(rows.size(), 7u);
  EXPECT_EQ(rows[0].item, "itrs-hp, 45 nm, 64.00 KiB, 64 bits, 1 bank");
  EXPECT_EQ(rows[0].quantity, "read_pJ");
  EXPECT_EQ(rows[0].expected, 28.5);
  EXPECT_NEAR(rows[0].actual, 28.98, 0.01);
  EXPECT_FALSE(rows[0].holds());
  EXPECT_NEAR(*rows[1].tolerance, 0.203, 1e-9);
  EXPECT_TRUE(rows[1].holds());
  EXPECT_FALSE(rows[2].holds());  // 52.3 pJ
  for (std::size_t i = 3; i < rows.size(); ++i) {
    EXPECT_FALSE(rows[i].tolerance) << i;
    EXPECT_NE(rows[i].note, "") << i;
  }
}

std::string mistakes_of(const std::string& text) {
  try {
    validated(text);
  } catch (const UserError& error) {
    return error.what();
  }
  return "none";
}

TEST(ValidateSram, AnswersEveryMistakeOfAFile) {
  const std::string header = "node_nm,cell_type,size_bytes,width_bits,banks,read_pJ,status\n";
  const std::string text = mistakes_of(header +
                                       "45,itrs-hp,65536,64,1,28.5,cacti\n"
                                       "45,itrs-ho,65536,64,1,28.5,cacti\n"
                                       "300,itrs-hp,0,64,1.5,28.5,cacti\n"
                                       "45,itrs-hp,65536,64,1,-1,cacti\n"
                                       "45,itrs-hp,65536,64,1,nan,cacti\n");
  EXPECT_THAT(
      text,
      AllOf(HasSubstr("mine.csv: line 3: column 'cell_type' is 'itrs-ho'"),
            HasSubstr("did you mean 'itrs-hp'"), HasSubstr("line 4: column 'node_nm' is '300'"),
            HasSubstr("from 7 to 180"), HasSubstr("line 4: column 'size_bytes' is '0'"),
            HasSubstr("line 4: column 'banks' is '1.5'"),
            HasSubstr("line 5: column 'read_pJ' is '-1'"),
            HasSubstr("line 6: column 'read_pJ' is 'nan'"), Not(HasSubstr("line 2"))));
  EXPECT_THAT(mistakes_of("node_nm,cell_type,size_bytes,width_bits,banks\n45,itrs-hp,1024,8,1\n"),
              HasSubstr("has no figure to compare"));
  EXPECT_THAT(mistakes_of(header), HasSubstr("has no rows"));
  EXPECT_THAT(mistakes_of("node_nm,cell_type,size,width_bits,banks\n"),
              AllOf(HasSubstr("'size' is unknown"), HasSubstr("lacks column 'size_bytes'")));
}

}  // namespace
}  // namespace saccade
