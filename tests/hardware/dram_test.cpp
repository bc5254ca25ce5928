#include "hardware/dram.hpp"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <string>

#include "base/file.hpp"

namespace saccade {
namespace {

std::string folder() { return data_dir() + "/configs/technology/dram/"; }

/// All mistakes of a system, one per line; nothing if it is good.
std::string mistakes_of(const std::string& json, DramSystem* out = nullptr) {
  Mistakes mistakes;
  const Json document = parse_json(json, "hw.json");
  const std::string file = "hw.json";
  const Cursor cursor(document, file, mistakes);
  auto system = dram_system_record().read(cursor);
  if (system) load_dram(*system, cursor);
  if (system && out != nullptr) *out = *system;
  std::string text;
  for (const Mistake& mistake : mistakes.list()) text += to_string(mistake) + "\n";
  return text;
}

TEST(DramDevice, EveryShippedStandardReads) {
  int files = 0;
  for (const auto& entry : std::filesystem::directory_iterator(folder())) {
    SCOPED_TRACE(entry.path().string());
    const DramDevice device = read_dram_device(entry.path().string());
    ++files;
    // The data rate on the label and the clock must tell the same bandwidth per pin: a burst moves
    // whole words, so the bus width that follows is 16, 64 or 128 bits. Clocks are rounded in
    // their sources by up to 1 %.
    const double bits = device.channel_bytes_per_s() * 8 / (device.data_rate_mtps * 1e6);
    double off = 1;
    for (const double width : {16.0, 64.0, 128.0}) off = std::min(off, std::abs(bits / width - 1));
    EXPECT_LT(off, 0.015) << bits;
    EXPECT_GT(device.pj_per_bit, 0);
    // JEDEC: tRC = tRAS + tRP, each rounded up to clocks.
    EXPECT_NEAR(device.timing.rc, device.timing.ras + device.timing.rp, 1);
    const Json document = read_json(entry.path().string());
    EXPECT_TRUE(document.contains("source")) << "every standard names its source";
    EXPECT_TRUE(document.contains("note"));
  }
  EXPECT_GE(files, 9);
}

TEST(DramDevice, Ddr4AsInItsDataSheet) {
  const DramDevice device = read_dram_device(folder() + "ddr4_2400.json");
  EXPECT_EQ(device.organisation.banks(), 16);
  EXPECT_EQ(device.organisation.row_bytes, 8192);  // 1024 columns of 64 bits
  EXPECT_EQ(device.timing.faw, 26);
  ASSERT_TRUE(device.currents);
  EXPECT_EQ(device.currents->devices_per_rank, 8);
  // 64 bytes every 4 clocks of 0.83 ns.
  EXPECT_NEAR(device.channel_bytes_per_s(), 19.277e9, 1e6);
}

TEST(DramSystem, DefaultsAndWhatTheStandardFillsIn) {
  DramSystem system;
  EXPECT_EQ(mistakes_of(R"({"standard": "hbm2_2000"})", &system), "");
  EXPECT_EQ(system.fidelity, DramFidelity::banked);
  EXPECT_EQ(system.address_map, AddressMap::row_column_bank);
  EXPECT_EQ(system.page_policy, PagePolicy::open);
  EXPECT_EQ(system.channels, 8);  // of a stack
  EXPECT_EQ(system.queue_depth, 32);
  EXPECT_EQ(system.quantum_bytes, 2048);
  EXPECT_TRUE(system.refresh);
  EXPECT_NEAR(system.peak_bytes_per_s(), 8 * 32e9, 1);  // 8 channels of 128 bits at 2 Gb/s
  // 8 channels, 16 banks, 16384 rows of 2 KiB: 4 GiB.
  EXPECT_EQ(system.capacity_bytes(), std::int64_t{4} << 30);
}

TEST(DramSystem, PseudoChannelsAreParts) {
  struct Case {
    const char* standard;
    double gb_per_s;  // 8 channels of twice 64 bits at the data rate
    std::int64_t gib;
  };
  for (const Case& c : {Case{"hbm2_2000_pc", 256, 8}, Case{"hbm2e_3200", 409.6, 16}}) {
    DramSystem system;
    EXPECT_EQ(mistakes_of(fmt::format(R"({{"standard": "{}"}})", c.standard), &system), "");
    EXPECT_EQ(system.channels, 8);
    EXPECT_EQ(system.device.organisation.banks(), 16);
    EXPECT_EQ(system.device.organisation.rank_banks(), 32);
    EXPECT_NEAR(system.peak_bytes_per_s(), c.gb_per_s * 1e9, 1);
    EXPECT_EQ(system.capacity_bytes(), c.gib << 30);
  }
}

TEST(DramSystem, BandwidthMayBeGiven) {
  DramSystem system;
  EXPECT_EQ(mistakes_of(R"({"standard": "ddr4_2400", "fidelity": "bandwidth",
                            "bandwidth_gbps": 76.8, "latency_ns": 100})",
                        &system),
            "");
  EXPECT_DOUBLE_EQ(system.peak_bytes_per_s(), 76.8e9);
}

TEST(DramSystem, AnswersAllMistakesWithTheirPlace) {
  const std::string text = mistakes_of(
      R"({"standard": "ddr4_2400", "fidelity": "bankd", "queue_depth": 0, "chanels": 2})");
  EXPECT_NE(text.find("hw.json: /fidelity: is \"bankd\""), std::string::npos) << text;
  EXPECT_NE(text.find("did you mean 'banked'?"), std::string::npos) << text;
  EXPECT_NE(text.find("/queue_depth: is 0, expected an integer from 1 to 256"), std::string::npos)
      << text;
  EXPECT_NE(text.find("did you mean 'channels'?"), std::string::npos) << text;
}

TEST(DramSystem, UnknownStandardListsWhatThereIs) {
  const std::string text = mistakes_of(R"({"standard": "ddr4_2401"})");
  EXPECT_NE(text.find("hw.json: /standard: names the unknown standard \"ddr4_2401\""),
            std::string::npos)
      << text;
  EXPECT_NE(text.find("ddr3_1600, ddr4_2400"), std::string::npos) << text;
  EXPECT_NE(text.find("did you mean 'ddr4_2400'?"), std::string::npos) << text;
}

TEST(DramSystem, RefusesWhatWouldHaveNoEffectOrNoMeaning) {
  EXPECT_NE(mistakes_of(R"({"standard": "ddr4_2400", "bandwidth_gbps": 10})").find("fidelity"),
            std::string::npos);
  EXPECT_NE(mistakes_of(R"({"standard": "ddr4_2400", "interleave_bytes": 100})")
                .find("a multiple of the access of 64"),
            std::string::npos);
  EXPECT_NE(mistakes_of(R"({"standard": "missing.json"})").find("missing.json"), std::string::npos);
}

TEST(DramDevice, RefusesTimingThatCannotBe) {
  const std::string path = folder() + "ddr4_2400.json";
  const auto refused = [&](const char* pointer, const char* value) {
    Json document = read_json(path);
    patch_json(document, pointer, value, path);
    try {
      read_record(dram_device_record(), document, path);
    } catch (const UserError& error) {
      return std::string(error.what()).find(pointer) != std::string::npos;
    }
    return false;
  };
  EXPECT_TRUE(refused("/timing/tRC", "20"));
  EXPECT_TRUE(refused("/timing/tCCD_L", "2"));
  EXPECT_TRUE(refused("/timing/tREFI", "800"));
  EXPECT_TRUE(refused("/timing/tFAW", "1e9"));
  EXPECT_TRUE(refused("/access_bytes", "48"));
  EXPECT_TRUE(refused("/organisation", R"({"bank_groups": 16, "banks_per_group": 32, "rows": 1,
                                           "row_bytes": 8192})"));
  EXPECT_TRUE(refused("/organisation/pseudo_channels", "5"));
  EXPECT_TRUE(refused("/organisation", R"({"bank_groups": 8, "banks_per_group": 4, "rows": 1,
                                           "row_bytes": 8192, "pseudo_channels": 3})"));
  EXPECT_TRUE(refused("/organisation/activate_clocks", "2"));  // no bus is shared
  EXPECT_TRUE(refused("/currents/idd4r_ma", "1"));
  EXPECT_TRUE(refused("/currents/idd0_ma", "1"));
}

TEST(DramSystem, WriteQueueHasWatermarksInOrder) {
  DramSystem system;
  EXPECT_EQ(mistakes_of(R"({"standard": "ddr4_2400", "write_queue_depth": 40,
                            "write_drain_start": 40, "write_drain_stop": 39,
                            "bank_queue_depth": 4})",
                        &system),
            "");
  EXPECT_EQ(system.write_drain_start, 40);
  EXPECT_EQ(system.bank_queue_depth, 4);
  EXPECT_NE(mistakes_of(R"({"standard": "ddr4_2400", "write_drain_start": 33})")
                .find("/write_drain_start: is above write_queue_depth"),
            std::string::npos);
  EXPECT_NE(mistakes_of(R"({"standard": "ddr4_2400", "write_drain_stop": 32})")
                .find("/write_drain_stop: must be below write_drain_start"),
            std::string::npos);
  EXPECT_NE(
      mistakes_of(R"({"standard": "ddr4_2400", "bank_queue_depth": 0})").find("/bank_queue_depth"),
      std::string::npos);
}

}  // namespace
}  // namespace saccade
