#include "hardware/technology.hpp"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <cstdio>
#include <filesystem>

#include "base/file.hpp"
#include "hardware/technology_testing.hpp"

namespace saccade {
namespace {

using technology_testing::at;
using technology_testing::kFolder;
using technology_testing::mistake_of;
using testing::HasSubstr;

// ---- units and scaling

TEST(Technology, PublishedRowsStandAsPublished) {
  // Horowitz, ISSCC 2014, 45 nm, 0.9 V, pJ.
  const Technology technology(at(45, 0.9));
  const std::vector<std::pair<std::string, double>> rows = {
      {"add_int8", 0.03},  {"add_int16", 0.05},     {"add_int32", 0.1},     {"mult_int8", 0.2},
      {"mult_int32", 3.1}, {"add_fp16", 0.4},       {"add_fp32", 0.9},      {"mult_fp16", 1.1},
      {"mult_fp32", 3.7},  {"mac_int8", 0.2 + 0.1}, {"mac_fp32", 3.7 + 0.9}};
  for (const auto& row : rows) {
    EXPECT_NEAR(technology.energy_pj(row.first).value, row.second, 1e-9) << row.first;
  }
}

TEST(Technology, DerivedLevelIsAnchorTimesRatioOfSynthesis) {
  // Synthesised at 0.9 V, pJ: mac_int8 1.61076, mac_int16 5.04998, mul_s8 0.68961, mul_s4 0.10573.
  const Technology technology(at(45, 0.9));
  EXPECT_NEAR(technology.energy_pj("mac_int16").value, 0.3 * 5.04998 / 1.61076, 1e-4);
  EXPECT_NEAR(technology.energy_pj("mult_int4").value, 0.2 * 0.10573 / 0.68961, 1e-5);
  EXPECT_NEAR(technology.energy_pj("mac_int8").high, 1.61076, 1e-3);
  EXPECT_NEAR(technology.energy_pj("mac_int8").low, 0.23, 1e-9);
}

TEST(Technology, ScalesByTheEquationsAtTheTablesNodes) {
  // Stillmaker & Baas, e2 V^2 + e1 V + e0 by hand. HP45: 1.018, -0.3107, 0.1539;
  // HP16: 0.2958, -0.1241, 0.03024; nominal 1.0 and 0.85 V.
  const double hp45_09 = 1.018 * 0.81 - 0.3107 * 0.9 + 0.1539;    // 0.69885
  const double hp45_10 = 1.018 - 0.3107 + 0.1539;                 // 0.8612
  const double hp16 = 0.2958 * 0.7225 - 0.1241 * 0.85 + 0.03024;  // 0.13847
  EXPECT_NEAR(Technology(at(45)).energy_pj("mult_int8").value, 0.2 * hp45_10 / hp45_09, 1e-12);
  EXPECT_NEAR(Technology(at(16)).energy_pj("mult_int8").value, 0.2 * hp16 / hp45_09, 1e-12);
  EXPECT_NEAR(Technology(at(16)).energy_pj("mult_int8").high, 0.6896 * hp16 / hp45_09, 1e-12);
  EXPECT_NEAR(Technology(at(16)).area_um2("mult_int8").value, 464.4 * 0.19, 1e-9);
  EXPECT_NEAR(Technology(at(16)).leakage_mw("mult_int8").value /
                  Technology(at(45, 0.9)).leakage_mw("mult_int8").value,
              0.19 * 0.85 / 0.9, 1e-12);
}

TEST(Technology, InterpolatesLogarithmsBetweenNodes) {
  // 28 nm between HP32 and HP20, both 0.9 V: t = ln(32/28)/ln(32/20).
  const double t = std::log(32.0 / 28) / std::log(32.0 / 20);
  const double hp32 = 0.8367 * 0.81 - 0.4341 * 0.9 + 0.1701;
  const double hp20 = 0.373 * 0.81 - 0.1582 * 0.9 + 0.04104;
  const double factor = std::pow(hp32, 1 - t) * std::pow(hp20, t) / 0.69885;
  const Technology technology(at(28));
  EXPECT_DOUBLE_EQ(technology.voltage_v(), 0.9);
  EXPECT_NEAR(technology.energy_pj("mult_int8").value, 0.2 * factor, 1e-9);
  EXPECT_NEAR(technology.area_um2("mult_int8").value,
              464.4 * std::pow(0.46, 1 - t) * std::pow(0.21, t), 1e-9);
}

TEST(Technology, FactorsRiseWithTheNode) {
  double energy = 0, area = 0;
  for (const double node : {7, 10, 14, 16, 20, 22, 28, 32, 40, 45, 55, 65, 90, 130, 180}) {
    const Technology technology(at(node));
    EXPECT_GT(technology.energy_pj("mac_int8").value, energy) << node;
    EXPECT_GT(technology.area_um2("mac_int8").value, area) << node;
    energy = technology.energy_pj("mac_int8").value;
    area = technology.area_um2("mac_int8").value;
  }
}

// What else is published of an int8 MAC; the table is not tuned to it.
TEST(Technology, Int8MacLiesOnThePublishedLadder) {
  const Figure at45 = Technology(at(45, 0.9)).energy_pj("mac_int8");
  const Figure at40 = Technology(at(40, 0.9)).energy_pj("mac_int8");
  const Figure at28 = Technology(at(28)).energy_pj("mac_int8");
  const Figure pe16 = Technology(at(16)).energy_pj("pe_os_int8");
  std::printf(
      "int8 MAC, pJ [band]: 45 nm 0.9 V %.3f [%.3f, %.3f], 40 nm %.3f [%.3f, %.3f], 28 nm "
      "%.3f; 16 nm with operand registers %.4f [%.4f, %.4f]\n",
      at45.value, at45.low, at45.high, at40.value, at40.low, at40.high, at28.value, pe16.value,
      pe16.low, pe16.high);
  EXPECT_GE(at45.value, 0.23);  // Horowitz: multiply plus an 8-bit or a 32-bit add, and register
  EXPECT_LE(at45.value, 0.32);
  EXPECT_LE(at40.low, 0.56);  // Aladdin's 40 nm rows, 0.56 to 0.85
  EXPECT_GE(at40.high, 0.85);
  EXPECT_NEAR(at28.value / at45.value, 0.5, 0.1);
  EXPECT_LE(pe16.low, 0.08);  // 0.06 to 0.08 published at 16 nm
  EXPECT_GE(pe16.high, 0.06);
}

TEST(Technology, EveryUnitHasASourceAndABand) {
  const Technology technology(at(28));
  EXPECT_GT(technology.units().size(), 50u);
  for (const std::string& unit : technology.units()) {
    const Figure energy = technology.energy_pj(unit);
    EXPECT_GT(energy.low, 0) << unit;
    EXPECT_LE(energy.low, energy.value) << unit;
    EXPECT_LE(energy.value, energy.high) << unit;
    EXPECT_FALSE(energy.source.empty()) << unit;
    EXPECT_GT(technology.area_um2(unit).value, 0) << unit;
    EXPECT_GT(technology.leakage_mw(unit).value, 0) << unit;
  }
}

TEST(Technology, ActionsOfAMac) {
  const Technology technology(at(45, 0.9));
  const double full = technology.energy_pj("pe_os_int8").value;
  const double held = technology.energy_pj("pe_os_int8", "weight_held").value;
  const double zero = technology.energy_pj("pe_os_int8", "zero_operand").value;
  EXPECT_NEAR(held / full, 3.160423 / 3.516313, 1e-3);  // with glitches, synthesised
  EXPECT_NEAR(zero / full, 0.605252 / 2.65415, 1e-3);
}

TEST(Technology, SramSaysBetweenWhichPointsItLies) {
  const Technology technology(at(32));
  EXPECT_THAT(technology.sram(65536, 128, 1).read_pj.source,
              testing::Not(HasSubstr("interpolated")));
  EXPECT_THAT(technology.sram(65536 + 4096, 128, 1).read_pj.source,
              HasSubstr("; interpolated between 64 and 128 KiB"));
  EXPECT_THAT(Technology(at(28)).sram(65536, 192, 1).read_pj.source,
              HasSubstr("; interpolated between 22 and 32 nm, between 128 and 256 bits"));
}

TEST(Technology, ParametersAreMarkedAsAssumptions) {
  const Figure share = Technology(at(28)).parameter("clock_and_control_share");
  EXPECT_TRUE(share.assumption);
  EXPECT_LT(share.low, share.high);
  const Figure wire = Technology(at(28, 0.72)).wire_pj_per_bit_mm();
  EXPECT_NEAR(wire.value, Technology(at(28)).parameter("wire_pj_per_bit_mm").value * 0.64, 1e-12);
}

// ---- mistakes of the user

TEST(TechnologyMistakes, NameWhatIsWrongAndWhatIsThere) {
  TechnologyChoice unknown;
  unknown.table = "cmoss";
  EXPECT_THAT(mistake_of([&] { Technology{unknown}; }),
              AllOf(HasSubstr("/technology/table"), HasSubstr("cmoss"),
                    HasSubstr("cmos, fpga_ultrascale or")));
  EXPECT_THAT(mistake_of([] { Technology(at(5)); }),
              AllOf(HasSubstr("/technology/node_nm"), HasSubstr("expected 7 to 180")));
  EXPECT_THAT(mistake_of([] { Technology(at(28, 1.5)); }),
              AllOf(HasSubstr("/technology/voltage_v"), HasSubstr("0.63 to 1.17")));
  const Technology technology(at(28));
  EXPECT_THAT(mistake_of([&] { technology.energy_pj("mac_int9"); }),
              AllOf(HasSubstr("no unit 'mac_int9'"), HasSubstr("did you mean 'mac_int")));
  EXPECT_THAT(mistake_of([&] { technology.energy_pj("mac_int8", "gated"); }),
              HasSubstr("zero_operand"));
  EXPECT_THAT(mistake_of([&] { technology.parameter("x"); }), HasSubstr("placement_utilisation"));
}

TEST(TechnologyMistakes, ChoiceIsReadStrictly) {
  const auto read = [](const char* text) {
    return read_record(technology_choice_record(), parse_json(text, "hw.json"), "hw.json");
  };
  const TechnologyChoice choice =
      read(R"({"table": "cmos", "node_nm": 28, "cell_type": "itrs-lstp"})");
  EXPECT_EQ(choice.cell_type, CellType::itrs_lstp);
  EXPECT_EQ(choice.voltage_v, 0);
  EXPECT_THAT(mistake_of([&] { read(R"({"table": "cmos"})"); }), HasSubstr("lacks 'node_nm'"));
  EXPECT_THAT(mistake_of([&] { read(R"({"node_nm": 28, "cell_type": "itrs-hq"})"); }),
              HasSubstr("did you mean 'itrs-hp'"));
}

TEST(TechnologyMistakes, TableFilesAreReadStrictly) {
  Json document = read_json(kFolder + "cmos.json");
  document["units"]["mac_int8"]["energy_pj"]["op"]["low"] = 9;
  document["units"]["mac_int4"]["energy_pj"].erase("op");
  document["units"]["mac_int2"].erase("source");
  const std::string text =
      mistake_of([&] { read_record(technology_file_record(), document, "t"); });
  EXPECT_THAT(text, HasSubstr("/units/mac_int8/energy_pj/op: is out of order"));
  EXPECT_THAT(text, HasSubstr("/units/mac_int4/energy_pj: lacks 'op'"));
  EXPECT_THAT(text, HasSubstr("/units/mac_int2: lacks 'source'"));
}

TEST(TechnologyMistakes, ATableOfTheUsersOwnLiesAnywhere) {
  Json document = read_json(kFolder + "cmos.json");
  document["units"]["mult_int8"]["energy_pj"]["op"] = {{"value", 1}, {"low", 1}, {"high", 2}};
  document["sram"]["table"] = kFolder + "sram_cacti.csv";
  const std::string path = testing::TempDir() + "/saccade_own_technology.json";
  write_text(path, document.dump());
  TechnologyChoice choice = at(45, 0.9);
  choice.table = path;
  const Technology technology(choice);
  EXPECT_NEAR(technology.energy_pj("mult_int8").value, 1, 1e-12);
  EXPECT_NEAR(technology.energy_pj("add_int8").value, 0.03, 1e-12);
  EXPECT_GT(technology.sram(1024, 8, 1).read_pj.value, 0);
  std::filesystem::remove(path);
}

}  // namespace
}  // namespace saccade
