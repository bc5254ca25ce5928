// Designs on an FPGA: counts of its resources, by hand, and its power.
#include <gmock/gmock.h>

#include "cost/area.hpp"
#include "cost/energy.hpp"
#include "flow/evaluate.hpp"
#include "flow/hardware.hpp"

namespace saccade {
namespace {

using testing::HasSubstr;
using testing::Not;

const std::string kZcu102 = SACCADE_SOURCE_DIR "/configs/hardware/zcu102_vector_mac.json";

double count(const ResourceItems& items, Resource resource, const std::string& component = "") {
  double sum = 0;
  for (const CostItem& item : items[static_cast<std::size_t>(resource)]) {
    if (component.empty() || item.component == component) sum += item.value();
  }
  return sum;
}

std::string mistake_of(const Patches& patches) {
  try {
    load_hardware(kZcu102, patches);
  } catch (const UserError& error) {
    return error.what();
  }
  return "no mistake";
}

TEST(FpgaResources, OfTheZcu102AreHandCounted) {
  const Hardware hardware = load_hardware(kZcu102, {});
  const ResourceItems items = fpga_resources(hardware.accelerator, hardware.technology);
  // 16 PEs of 16 lanes of 16 MACs, two in a DSP; per vector lane 4 for a product of 32 bits, 2 each
  // for reciprocal and requantisation, 1 each for GELU and sigmoid.
  EXPECT_EQ(count(items, Resource::dsp, "pes"), 2048);
  EXPECT_EQ(count(items, Resource::dsp, "vector"), 32 * 10);
  EXPECT_EQ(count(items, Resource::dsp), 2368);
  // 880 as long as the sums, 16 x 6, stood in block RAM.
  EXPECT_EQ(count(items, Resource::bram36, "global"), 8 * 8 * 4);
  EXPECT_EQ(count(items, Resource::bram36, "pe_inputs"), 16 * 2 * 2);
  EXPECT_EQ(count(items, Resource::bram36, "pe_weights"), 16 * 29);
  EXPECT_EQ(count(items, Resource::bram36), 880 - 16 * 6);
  EXPECT_EQ(count(items, Resource::lut, "pe_sums"), 16 * 3 * 55 * 8);
  // Add, multiply, maximum, exponential, reciprocal, root, GELU, sigmoid, requantise, move.
  const int lane = 32 + 64 + 48 + 64 + 64 + 64 + 48 + 48 + 56 + 16;
  EXPECT_EQ(count(items, Resource::lut, "pes"), 4096 * 8);
  EXPECT_EQ(count(items, Resource::lut, "vector"), 32 * lane);
  EXPECT_NEAR(count(items, Resource::lut, "control, DMA and interconnect"),
              0.15 * (4096 * 8 + 32 * lane), 1e-9);
  EXPECT_EQ(count(items, Resource::ff, "pes"), 4096 * 16);
  EXPECT_NEAR(count(items, Resource::ff, "control, DMA and interconnect"),
              0.15 * (count(items, Resource::ff, "pes") + count(items, Resource::ff, "vector")),
              1e-9);
}

TEST(FpgaResources, PortsBeyondThoseOfABankAreBanks) {
  // 64 KiB of 72 bits: 7282 words are 15 blocks; in two banks 3641 words, 8 blocks each.
  const auto blocks = [](const char* ports) {
    const Hardware hardware = load_hardware(kZcu102, {{"/buffers/0/bytes", "65536"},
                                                      {"/buffers/0/width_bits", "72"},
                                                      {"/buffers/0/banks", "1"},
                                                      {"/buffers/0/bank_conflicts", "false"},
                                                      {"/buffers/0/ports", ports}});
    EXPECT_EQ(hardware.accelerator.buffers[0].accesses_per_cycle, std::stod(ports));
    return count(fpga_resources(hardware.accelerator, hardware.technology), Resource::bram36,
                 "global");
  };
  EXPECT_EQ(blocks("1"), 15);
  EXPECT_EQ(blocks("2"), 15);
  EXPECT_EQ(blocks("3"), 16);
}

TEST(FpgaFit, NamesEveryResourceThatThereIsTooLittleOf) {
  EXPECT_EQ(mistake_of({}), "no mistake");
  const std::string text = mistake_of(
      {{"/vector_units/0/lanes", "64"}, {"/buffers/2/bytes", "131072"}, {"/buffers/2/banks", "2"}});
  EXPECT_THAT(text, HasSubstr("zcu102_vector_mac.json: /engines/0: takes 2048 of the 2688 DSP that "
                              "the design needs, expected 2520 in all at most: those of XCZU9EG"));
  EXPECT_THAT(text, HasSubstr("/buffers/2: takes 928 of the 1248 BRAM36"));
  EXPECT_THAT(text, Not(HasSubstr("LUT")));
}

TEST(FpgaFit, EndsAtTheClockOfBlockRam) {
  EXPECT_EQ(mistake_of({{"/clock_mhz", "738"}}), "no mistake");
  const std::string text = mistake_of({{"/clock_mhz", "800"}, {"/vector_units/0/lanes", "64"}});
  EXPECT_THAT(text, HasSubstr("/clock_mhz: is 800, expected at most 738"));
  EXPECT_THAT(text, HasSubstr("2688 DSP"));
}

TEST(FpgaFit, IsAnsweredWithBuffersThatAreTooSlow) {
  const std::string text = mistake_of({{"/clock_mhz", "1600"}, {"/vector_units/0/lanes", "64"}});
  EXPECT_THAT(text, HasSubstr("/buffers/2/banks: gives buffer 'pe_weights' a single bank"));
  EXPECT_THAT(text, HasSubstr("/clock_mhz: is 1600"));
  EXPECT_THAT(text, HasSubstr("2688 DSP"));
}

TEST(FpgaFit, SiliconHasRoom) {
  Accelerator accelerator = load_hardware(kZcu102, {}).accelerator;
  for (Buffer& buffer : accelerator.buffers) buffer.bytes *= 16;
  EXPECT_THROW(check_fit(accelerator, Technology(accelerator.technology)), UserError);
  EXPECT_NO_THROW(check_fit(accelerator, Technology(TechnologyChoice())));
}

TEST(FpgaPower, IsOfTheDeviceForAsLongAsItRuns) {
  const Hardware hardware = load_hardware(kZcu102, {});
  Counters counters;
  const EnergyBreakdown idle = energy(counters, hardware.accelerator, hardware.technology, 2);
  Band device;
  for (const CostItem& item : idle.items) {
    if (item.component == "FPGA") device = device + item.total();
  }
  EXPECT_NEAR(device.value, 2 * (0.8 + 0.55 + 2.5), 1e-12);
  EXPECT_NEAR(device.low, 2 * (0.6 + 0.3 + 2), 1e-12);
  EXPECT_NEAR(device.high, 2 * (1 + 0.8 + 3), 1e-12);
  EXPECT_NEAR(idle.on_chip_j(), device.value, 1e-12);
  counters.macs[0][mac_width_index(8)] = 1'000'000;
  const double work =
      energy(counters, hardware.accelerator, hardware.technology, 2).on_chip_j() - device.value;
  EXPECT_NEAR(work, 1e6 * 6.85e-12 * 1.15, 1e-13);
}

TEST(FpgaResult, HasResourcesInsteadOfAnArea) {
  EvaluateOptions options;
  options.explain = Topic::area;
  const PointResult result = evaluate(
      {kZcu102, SACCADE_SOURCE_DIR "/workloads/models/deit_tiny.json", {}, {}, {}}, options);
  EXPECT_EQ(result.area_mm2, 0);
  EXPECT_TRUE(result.area_breakdown_mm2.empty());
  ASSERT_TRUE(result.fpga);
  EXPECT_EQ(result.fpga->device, "XCZU9EG");
  EXPECT_EQ(result.fpga->total[0], 2368);
  EXPECT_EQ(result.fpga->total[3], 784);
  EXPECT_EQ(result.fpga->capacity, (Resources{2520, 274080, 548160, 912}));
  const auto totals = result.explanation->totals();
  ASSERT_EQ(totals.size(), kResources);
  for (std::size_t i = 0; i < kResources; ++i) {
    EXPECT_EQ(totals[i].first, kResourceNames[i]);
    EXPECT_NEAR(totals[i].second.value, result.fpga->total[i], 1e-9 * result.fpga->total[i]);
    double components = 0;
    for (const ComponentResources& c : result.fpga->components) components += c.resources[i];
    EXPECT_NEAR(components, result.fpga->total[i], 1e-9 * result.fpga->total[i]);
  }
}

}  // namespace
}  // namespace saccade
