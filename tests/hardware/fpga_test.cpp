#include "hardware/fpga.hpp"

#include <gmock/gmock.h>

#include <filesystem>

#include "base/file.hpp"
#include "hardware/technology.hpp"
#include "hardware/technology_testing.hpp"

namespace saccade {
namespace {

using technology_testing::mistake_of;
using testing::AllOf;
using testing::HasSubstr;
using testing::Not;

const std::string kTable = SACCADE_SOURCE_DIR "/configs/technology/fpga_ultrascale.json";
constexpr auto kDsp = static_cast<std::size_t>(Resource::dsp);
constexpr auto kLut = static_cast<std::size_t>(Resource::lut);
constexpr auto kBram = static_cast<std::size_t>(Resource::bram36);

TechnologyChoice fpga(const std::string& table = "fpga_ultrascale") {
  return {table, 16, 0, CellType::itrs_hp};
}

std::string mistakes_in(const Json& document) {
  return mistake_of([&] { read_record(technology_file_record(), document, "t"); });
}

// ---- memories: 512 words of 72 bits a block; up to 64 words in LUTs, eight of them for 7 bits

TEST(FpgaMemory, IsHandCounted) {
  const FpgaMemory memory;
  const FpgaMemoryUse wide = compose(memory, 1 << 20, 512, 8);  // 2048 words: 8 x 4 blocks a bank
  EXPECT_EQ(wide.all[kBram], 256);
  EXPECT_EQ(wide.working[kBram], 8);
  EXPECT_EQ(wide.all[kLut], 0);
  EXPECT_EQ(compose(memory, 8192, 128, 2).all[kBram], 2 * 2);
  EXPECT_EQ(compose(memory, 65536, 2048, 1).all[kBram], 29);
  EXPECT_EQ(compose(memory, 65536, 2048, 2).all[kBram], 2 * 29);
  EXPECT_EQ(compose(memory, 4608, 72, 1).all[kBram], 1);  // a block, full
  EXPECT_EQ(compose(memory, 4609, 72, 1).all[kBram], 2);
  EXPECT_EQ(compose(memory, 4608, 73, 1).all[kBram], 2);
}

TEST(FpgaMemory, OfFewWordsIsMadeOfLuts) {
  const FpgaMemory memory;
  const FpgaMemoryUse sums = compose(memory, 8192, 384, 3);  // 57 words, 55 groups of 7 bits
  EXPECT_EQ(sums.all[kBram], 0);
  EXPECT_EQ(sums.all[kLut], 3 * 55 * 8);
  EXPECT_EQ(sums.working[kLut], 55 * 8);
  EXPECT_EQ(compose(memory, 64, 8, 1).all[kLut], 16);  // 64 words
  EXPECT_EQ(compose(memory, 65, 8, 1).all[kLut], 0);   // 65
  EXPECT_EQ(compose(memory, 65, 8, 1).all[kBram], 1);
}

TEST(FpgaMemory, AnswersWithinAClockOfItsSpeed) {
  const SramFigures memory = Technology(fpga()).sram(1 << 20, 512, 8);
  EXPECT_NEAR(memory.cycle_ns.value, 1e3 / 738, 1e-3);
  EXPECT_EQ(memory.access_ns.value, memory.cycle_ns.value);
  EXPECT_NEAR(memory.read_pj.value, 8 * 11.25, 1e-12);
  EXPECT_NEAR(memory.write_pj.high, 8 * 15, 1e-12);
  EXPECT_EQ(memory.area_mm2.high, 0);
  EXPECT_EQ(memory.leakage_mw.high, 0);
  EXPECT_TRUE(memory.read_pj.assumption);
  EXPECT_EQ(Technology(fpga()).memory_ports(), 2);
  EXPECT_EQ(Technology(TechnologyChoice()).memory_ports(), 1);
}

// ---- units

TEST(FpgaUnits, SpendWhatTheirResourcesSpend) {
  const Technology technology(fpga());
  // Half a DSP of 12.5 pJ (10 to 15) and 8 LUTs of 0.075 pJ (0.05 to 0.1).
  EXPECT_NEAR(technology.energy_pj("mac_int8").value, 6.25 + 0.6, 1e-12);
  EXPECT_NEAR(technology.energy_pj("mac_int8").low, 5 + 0.4, 1e-12);
  EXPECT_NEAR(technology.energy_pj("mac_int8").high, 7.5 + 0.8, 1e-12);
  EXPECT_NEAR(technology.energy_pj("pe_os_int8").value, 12.5, 1e-12);
  EXPECT_NEAR(technology.energy_pj("divide_int32").value, 32 * 64 * 0.075, 1e-9);  // 32 cycles
  EXPECT_EQ(technology.leakage_mw("mac_int8").high, 0);
  EXPECT_EQ(technology.area_um2("mac_int8").high, 0);
  EXPECT_THAT(technology.energy_pj("mac_int8").source,
              AllOf(HasSubstr("configs/technology/fpga_ultrascale.json /units/mac_int8: "),
                    Not(HasSubstr("scaled"))));
  EXPECT_THAT(mistake_of([&] { technology.energy_pj("mac_int8", "weight_held"); }),
              HasSubstr("expected one of op"));
  EXPECT_THAT(mistake_of([&] { technology.energy_pj("mac_fp16"); }),
              HasSubstr("no unit 'mac_fp16'"));
}

TEST(FpgaUnits, ShareDspsByTheirOperands) {
  const Technology technology(fpga());
  EXPECT_EQ(technology.resource("mac_int4", Resource::dsp).value, 0.25);
  EXPECT_EQ(technology.resource("mac_int8", Resource::dsp).value, 0.5);
  EXPECT_EQ(technology.resource("mac_int16", Resource::dsp).value, 1);
  EXPECT_EQ(technology.resource("mac_int32", Resource::dsp).value, 4);  // 2 x 27 by 2 x 18 bits
  EXPECT_EQ(technology.resource("pe_ws_int8", Resource::dsp).value, 0.5);
  EXPECT_EQ(technology.resource("pe_os_int8", Resource::dsp).value, 1);
}

TEST(FpgaUnits, AreBuiltForTheProductsThatShareWorse) {
  UnitFootprint unit;
  unit.dsp = 1;
  unit.macs_per_dsp = {2, 1};
  EXPECT_EQ(unit.resources()[kDsp], 1);
  unit.macs_per_dsp = {2, 4};
  EXPECT_EQ(unit.resources()[kDsp], 0.5);
}

TEST(FpgaUnits, AreThereForAllIntegers) {
  const Technology technology(fpga());
  for (const int bits : {4, 8, 16, 32}) {
    for (const PeStyle style :
         {PeStyle::plain, PeStyle::output_stationary, PeStyle::weight_stationary}) {
      const std::string unit = mac_unit({NumberFormat::integer, bits, 32}, style);
      EXPECT_GT(technology.resource(unit, Resource::dsp).value, 0) << unit;
      EXPECT_GT(technology.energy_pj(unit).low, 0) << unit;
      EXPECT_TRUE(technology.energy_pj(unit).assumption) << unit;
    }
  }
}

// ---- mistakes

TEST(FpgaMistakes, NothingIsScaledToAnotherNodeOrVoltage) {
  EXPECT_EQ(Technology(fpga()).voltage_v(), 0.85);
  const std::string text = mistake_of([] {
    Technology({"fpga_ultrascale", 28, 0.9, CellType::itrs_hp});
  });
  EXPECT_THAT(text, HasSubstr("/technology/node_nm: is 28, expected the 16 nm of "
                              "configs/technology/fpga_ultrascale.json"));
  EXPECT_THAT(text, HasSubstr("/technology/voltage_v: is 0.9, expected the 0.85 V"));
}

TEST(FpgaMistakes, ATableIsOfOneKind) {
  Json document = read_json(kTable);
  document["sram"] = read_json(SACCADE_SOURCE_DIR "/configs/technology/cmos.json")["sram"];
  document["units"]["mac_int8"] =
      read_json(SACCADE_SOURCE_DIR "/configs/technology/cmos.json")["units"]["mac_int8"];
  const std::string both = mistakes_in(document);
  EXPECT_THAT(both, HasSubstr("/sram: stands beside 'fpga'"));
  EXPECT_THAT(both, HasSubstr("/units/mac_int8: lacks 'resources'"));
  document.erase("fpga");
  const std::string silicon = mistakes_in(document);
  EXPECT_THAT(silicon, HasSubstr("lacks 'scaling', expected it, or 'fpga'"));
  EXPECT_THAT(silicon, HasSubstr("/units/mac_int4: has 'resources'"));
  EXPECT_THAT(silicon, Not(HasSubstr("/units/mac_int8")));
}

TEST(FpgaMistakes, AUnitIsOfOneKind) {
  Json document = read_json(kTable);
  document["units"]["mac_int8"]["area_um2"] = {{"value", 1}, {"low", 1}, {"high", 1}};
  document["units"]["mac_int4"].erase("resources");
  document["units"]["mac_int16"]["resources"]["macs_per_dsp"] = {{"weights", 0},
                                                                 {"activations", 1}};
  const std::string text = mistakes_in(document);
  EXPECT_THAT(text, HasSubstr("/units/mac_int8/area_um2: stands beside 'resources'"));
  EXPECT_THAT(text, HasSubstr("/units/mac_int4: lacks 'energy_pj'"));
  EXPECT_THAT(text, HasSubstr("/units/mac_int4: lacks 'leakage_mw'"));
  EXPECT_THAT(text, HasSubstr("/units/mac_int16/resources/macs_per_dsp/weights: is 0"));
}

TEST(FpgaMistakes, ThereIsNoSramTable) {
  EXPECT_THAT(mistake_of([] { load_technology_table("fpga_ultrascale")->sram(); }),
              HasSubstr("/fpga: stands for block RAM"));
}

TEST(FpgaMistakes, ATableOfTheUsersOwnMayShareLess) {
  Json document = read_json(kTable);
  document["units"]["mac_int8"]["resources"]["macs_per_dsp"]["activations"] = 1;
  const std::string path = testing::TempDir() + "/saccade_own_fpga.json";
  write_text(path, document.dump());
  EXPECT_EQ(Technology(fpga(path)).resource("mac_int8", Resource::dsp).value, 1);
  std::filesystem::remove(path);
}

}  // namespace
}  // namespace saccade
