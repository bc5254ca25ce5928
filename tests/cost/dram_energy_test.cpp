#include "cost/dram_energy.hpp"

#include <gtest/gtest.h>

#include <optional>
#include <string>

#include "base/file.hpp"

namespace saccade {
namespace {

DramSystem make_energy_system(const std::string& standard) {
  DramSystem system;
  system.device = read_dram_device(data_dir() + "/configs/technology/dram/" + standard + ".json");
  system.channels = 1;
  return system;
}

// Against the energies that DRAMsim3 reports: DramReference.EnergyOfTheSameCommands.
TEST(DramEnergy, ByCommand) {
  DramSystem system = make_energy_system("ddr4_2400");
  DramCounts counts;
  counts.activates = 1;
  counts.read_bytes = 64;
  counts.write_bytes = 128;
  counts.refreshes = 1;
  const DramEnergy energy = dram_energy(system, counts, 1e-6);
  // 1.2 V, 8 devices, 0.83 ns: 7.968 pJ per mA and clock.
  EXPECT_NEAR(energy.activate_pj, 7.968 * (48 * 56 - (43 * 39 + 34 * 17)), 0.01);  // 3450.1
  EXPECT_NEAR(energy.read_pj, 7.968 * (135 - 43) * 4, 0.01);                       // 2932.2
  EXPECT_NEAR(energy.write_pj, 2 * 7.968 * (123 - 43) * 4, 0.01);                  // 2 x 2549.8
  EXPECT_NEAR(energy.refresh_pj, 7.968 * (250 - 43) * 420, 0.1);                   // 692737.9
  EXPECT_NEAR(energy.background_pj, 412.8e9 * 1e-6, 1);                            // 412.8 mW
  EXPECT_NEAR(energy.total_pj(),
              energy.activate_pj + energy.read_pj + energy.write_pj + energy.refresh_pj +
                  energy.background_pj,
              1e-6);
  system.channels = 4;
  EXPECT_NEAR(dram_energy(system, counts, 1e-6).background_pj, 4 * 412.8e3, 4);
  system.channels = 2;
  system.device.organisation.pseudo_channels = 2;
  EXPECT_NEAR(dram_energy(system, counts, 1e-6).background_pj, 4 * 412.8e3, 4);
  counts.closed_clocks = 100;  // at 34 mA instead of 43
  EXPECT_NEAR(dram_energy(system, counts, 1e-6).background_pj, 4 * 412.8e3 - 100 * 7.968 * 9, 4);
}

TEST(DramEnergy, FlatWhereCommandsHaveNoPrice) {
  DramCounts counts;
  counts.read_bytes = 1000;
  counts.write_bytes = 500;
  counts.activates = 3;
  struct Case {
    const char* name;
    DramFidelity fidelity;
    std::optional<double> given;
    double pj_per_bit;
  };
  const Case cases[] = {{"lpddr5_6400", DramFidelity::banked, {}, 8},  // no currents
                        {"hbm2_2000", DramFidelity::bandwidth, {}, 3.9},
                        {"hbm2_2000", DramFidelity::ideal, {}, 3.9},
                        {"hbm2_2000", DramFidelity::banked, 5.0, 5}};
  for (const Case& c : cases) {
    DramSystem system = make_energy_system(c.name);
    system.fidelity = c.fidelity;
    system.pj_per_bit = c.given;
    const DramEnergy energy = dram_energy(system, counts, 1);
    EXPECT_DOUBLE_EQ(energy.read_pj, 8000 * c.pj_per_bit);
    EXPECT_DOUBLE_EQ(energy.write_pj, 4000 * c.pj_per_bit);
    EXPECT_DOUBLE_EQ(energy.total_pj(), 12000 * c.pj_per_bit);
  }
}

TEST(DramPrices, ItemsAreTheEnergyOfTheirCommands) {
  DramCounts counts;
  counts.activates = 7;
  counts.read_bytes = 640;
  counts.write_bytes = 64;
  counts.refreshes = 2;
  for (const char* standard : {"ddr4_2400", "lpddr4_3200", "lpddr5_6400"}) {
    for (const PagePolicy policy : {PagePolicy::open, PagePolicy::closed}) {
      DramSystem system = make_energy_system(standard);
      system.page_policy = policy;
      const DramEnergy expected = dram_energy(system, counts, 1e-5);
      std::vector<CostItem> items;
      DramPrices(system, Origins()).add_items(counts, 1e-5, items);
      EXPECT_EQ(items.size(), has_command_energy(system) ? 5u : 2u);
      EXPECT_NEAR(total(items).value, expected.total_pj() * 1e-12, 1e-9 * total(items).value);
      for (const CostItem& item : items) EXPECT_EQ(item.component, kDramComponent);
    }
  }
}

TEST(DramPrices, AreOfTheStandardOrTheHardwareFile) {
  DramSystem system = make_energy_system("ddr4_2400");
  DramCounts counts;
  counts.activates = counts.refreshes = 1;
  counts.read_bytes = 128;
  std::vector<CostItem> items;
  DramPrices(system, Origins()).add_items(counts, 0, items);
  ASSERT_EQ(items.size(), 3u);  // no time, no background
  EXPECT_EQ(items[1].amount.value, 2);
  EXPECT_NEAR(items[1].price->figure.value, 7.968 * (135 - 43) * 4, 0.01);
  EXPECT_EQ(items[1].price->figure.source.substr(0, 51),
            "VDD tCK devices_per_rank (IDD4R - IDD3N) burst_cloc");
  EXPECT_NE(items[1].price->figure.source.find("DRAMsim3"), std::string::npos);

  system.fidelity = DramFidelity::bandwidth;
  items.clear();
  DramPrices(system, Origins()).add_items(counts, 1, items);
  ASSERT_EQ(items.size(), 1u);
  EXPECT_EQ(items[0].amount.value, 1024);
  EXPECT_EQ(items[0].price->per, "bit");
  EXPECT_TRUE(items[0].price->figure.assumption);  // no figure for DDR4 itself
  EXPECT_NE(items[0].price->figure.source.find("ddr4_2400.json /pj_per_bit"), std::string::npos);

  system.pj_per_bit = 4;
  const Json document = {{"dram", {{"pj_per_bit", 4}, {"note", "measured"}}}};
  items.clear();
  DramPrices(system, Origins(document, "h.json")).add_items(counts, 1, items);
  EXPECT_EQ(items[0].price->figure.source, "h.json /dram/pj_per_bit: measured");
  EXPECT_EQ(items[0].price->figure.value, 4);
}

}  // namespace
}  // namespace saccade
