#include "cost/buffer_timing.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace saccade {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

/// 45 nm, high performance, where CACTI has (access and cycle time in ns): 64 KiB x 64 bits 0.505 and
/// 0.795 in one bank, 0.525 and 0.275 in 8; 1 MiB x 256 bits in 8 banks 1.495 and 2.072.
struct Design {
  Accelerator accelerator;

  explicit Design(double clock_ghz) {
    accelerator.file = "hw.json";
    accelerator.clock_hz = clock_ghz * 1e9;
    accelerator.technology = {"cmos", 45, 0, CellType::itrs_hp};
  }
  Buffer& add(const char* name, std::int64_t bytes, int width_bits, int banks, int ports) {
    Buffer buffer;
    buffer.name = name;
    buffer.bytes = bytes;
    buffer.width_bits = width_bits;
    buffer.banks = banks;
    buffer.ports = ports;
    accelerator.buffers.push_back(buffer);
    return accelerator.buffers.back();
  }
  std::vector<std::string> apply() {
    return apply_sram_timing(accelerator, Technology(accelerator.technology));
  }
};

TEST(BufferTiming, AMemoryThatAnswersWithinTheClockIsAsFastAsItsPort) {
  Design design(1.0);
  design.add("a", 65536, 64, 1, 1);
  EXPECT_THAT(design.apply(), IsEmpty());
  EXPECT_EQ(design.accelerator.buffers[0].accesses_per_cycle, 1.0);
  EXPECT_EQ(design.accelerator.buffers[0].latency_cycles, 0);
  EXPECT_EQ(design.accelerator.buffers[0].bytes_per_cycle(), 8);
}

TEST(BufferTiming, AReadLongerThanAClockIsPipelined) {
  Design design(2.0);
  design.add("a", 65536, 64, 8, 1);
  EXPECT_THAT(design.apply(), ElementsAre("buffer a: a read is pipelined over 2 clocks"));
  EXPECT_EQ(design.accelerator.buffers[0].accesses_per_cycle, 1.0);
  EXPECT_EQ(design.accelerator.buffers[0].latency_cycles, 1);
}

TEST(BufferTiming, BusyBanksAndConflictsTakeFromThePorts) {
  // 8 banks busy for 3 clocks are 2.667 banks: 2.667 (1 - (1 - 1/2.667)^2) = 1.625.
  Design design(1.0);
  design.add("a", 1 << 20, 256, 8, 2);
  EXPECT_THAT(design.apply(),
              ElementsAre("buffer a: a read is pipelined over 2 clocks; 8 banks, each busy for 3 "
                          "clocks an access, sustain 1.62 accesses a clock of the 2 that its ports "
                          "could take"));
  EXPECT_NEAR(*design.accelerator.buffers[0].accesses_per_cycle, 1.625, 1e-9);
  EXPECT_NEAR(design.accelerator.buffers[0].bytes_per_cycle(), 52, 1e-6);
}

TEST(BufferTiming, PortsWithBanksOfTheirOwnDoNotConflict) {
  Design design(1.0);
  design.add("a", 1 << 20, 256, 8, 2).bank_conflicts = false;
  design.add("b", 1 << 20, 256, 8, 4).bank_conflicts = false;
  design.apply();
  EXPECT_EQ(design.accelerator.buffers[0].accesses_per_cycle, 2.0);
  EXPECT_NEAR(*design.accelerator.buffers[1].accesses_per_cycle, 8.0 / 3, 1e-12);
}

TEST(BufferTiming, RefusesEveryBufferThatCannotServeAnAccessAClock) {
  Design design(2.0);
  design.add("good", 65536, 64, 8, 1);
  design.add("slow", 65536, 64, 1, 1);
  design.add("slower", 1 << 20, 256, 2, 2);
  try {
    design.apply();
    FAIL() << "expected a UserError";
  } catch (const UserError& error) {
    ASSERT_EQ(error.mistakes().size(), 2u);
    EXPECT_EQ(error.mistakes()[0].file, "hw.json");
    EXPECT_EQ(error.mistakes()[0].pointer, "/buffers/1/banks");
    EXPECT_THAT(error.mistakes()[0].message,
                HasSubstr("gives buffer 'slow' a single bank of 64 bits that are busy for 0.795 ns"));
    EXPECT_THAT(error.mistakes()[0].message, HasSubstr("expected 2 banks or a slower clock"));
    EXPECT_EQ(error.mistakes()[1].pointer, "/buffers/2/banks");
  }
}

}  // namespace
}  // namespace saccade
