#include "validate/dram_streams.hpp"

#include <gtest/gtest.h>

#include <stdexcept>

namespace saccade {
namespace {

/// 4 banks of rows of 1 KiB, accesses of 32 bytes.
DramSystem small(AddressMap map) {
  DramSystem system;
  system.device.access_bytes = 32;
  system.device.organisation = {1, 1, 2, 2, 1 << 20, 1024};
  system.channels = 1;
  system.address_map = map;
  return system;
}

void expect_region(const DramTransfer& transfer, std::uint64_t address, std::uint32_t rows,
                   std::uint32_t row_bytes, std::uint64_t pitch) {
  EXPECT_EQ(transfer.region.address, address);
  EXPECT_EQ(transfer.region.rows, rows);
  EXPECT_EQ(transfer.region.row_bytes, row_bytes);
  EXPECT_EQ(transfer.region.pitch, pitch);
}

TEST(DramStreams, RegularReadsAreOneTransfer) {
  const DramSystem a = small(AddressMap::row_bank_column);
  const DramSystem b = small(AddressMap::row_column_bank);
  for (const DramSystem& system : {a, b}) {
    ASSERT_EQ(dram_stream("seq_rd_1MB", system).size(), 1u);
    expect_region(dram_stream("seq_rd_1MB", system)[0], 0, 1, 1 << 20, 1 << 20);
    EXPECT_TRUE(dram_stream("seq_wr_1MB", system)[0].write);
    expect_region(dram_stream("rowconf_rd_4096", system)[0], 0, 4096, 32, 4096);
    expect_region(dram_stream("stride256_rd_4096", system)[0], 0, 4096, 32, 256);
    expect_region(dram_stream("stride16384_rd_4096", system)[0], 0, 4096, 32, 16384);
  }
  expect_region(dram_stream("bankrot_rowmiss_rd_4096", a)[0], 0, 4096, 32, 1024);
  expect_region(dram_stream("bankrot_rowmiss_rd_4096", b)[0], 0, 1024, 4 * 32, 4096);
}

TEST(DramStreams, BanksThatDoNotDivideTheReadsLeaveARest) {
  DramSystem system = small(AddressMap::row_column_bank);
  system.device.organisation.banks_per_group = 3;
  const auto transfers = dram_stream("bankrot_rowmiss_rd_4096", system);
  ASSERT_EQ(transfers.size(), 2u);
  expect_region(transfers[0], 0, 682, 6 * 32, 6144);  // 4092 reads
  expect_region(transfers[1], 682 * 6144, 1, 4 * 32, 4 * 32);
}

TEST(DramStreams, PseudoChannelsAreBanksToo) {
  DramSystem a = small(AddressMap::row_bank_column);
  a.device.organisation.pseudo_channels = 2;
  DramSystem b = a;
  b.address_map = AddressMap::row_column_bank;
  expect_region(dram_stream("rowconf_rd_4096", a)[0], 0, 4096, 32, 8192);
  expect_region(dram_stream("bankrot_rowmiss_rd_4096", a)[0], 0, 4096, 32, 1024);
  expect_region(dram_stream("bankrot_rowmiss_rd_4096", b)[0], 0, 512, 8 * 32, 8192);
}

TEST(DramStreams, CopiesReadAndWriteInTurn) {
  const DramSystem system = small(AddressMap::row_bank_column);
  for (const auto& [stream, chunk] :
       {std::pair<const char*, std::uint32_t>{"copy_1MB_fine", 32}, {"copy_1MB_4KBchunk", 4096}}) {
    const auto transfers = dram_stream(stream, system);
    ASSERT_EQ(transfers.size(), 2 * (1 << 20) / chunk);
    EXPECT_FALSE(transfers[2].write);
    expect_region(transfers[2], chunk, 1, chunk, chunk);
    EXPECT_TRUE(transfers[3].write);
    expect_region(transfers[3], (64 << 20) + chunk, 1, chunk, chunk);
  }
}

TEST(DramStreams, TilesAreTransfersOfTheirRows) {
  const auto transfers =
      dram_stream("tile_64x256B_pitch4096_x16", small(AddressMap::row_bank_column));
  ASSERT_EQ(transfers.size(), 16u);
  expect_region(transfers[15], 15 * 64 * 4096, 64, 256, 4096);
}

TEST(DramStreams, RandomAccessesAreSingleAndAlwaysTheSame) {
  const DramSystem system = small(AddressMap::row_bank_column);
  const auto reads = dram_stream("rand_rd_16384", system);
  const auto mixed = dram_stream("rand_rw50_16384", system);
  ASSERT_EQ(reads.size(), 16384u);
  ASSERT_EQ(mixed.size(), 16384u);
  int writes = 0;
  double sum = 0;
  for (std::size_t i = 0; i < reads.size(); ++i) {
    EXPECT_FALSE(reads[i].write);
    EXPECT_EQ(reads[i].region.useful_bytes(), 32u);
    EXPECT_EQ(reads[i].region.address % 32, 0u);
    EXPECT_LT(reads[i].region.address, 256u << 20);
    sum += static_cast<double>(reads[i].region.address);
    writes += mixed[i].write;
  }
  EXPECT_NEAR(sum / 16384, 128 << 20, 2 << 20);  // uniform: 0.6 MiB off at one standard deviation
  EXPECT_NEAR(writes, 8192, 256);                // four standard deviations
  EXPECT_EQ(dram_stream("rand_rd_16384", system)[7].region.address, reads[7].region.address);
}

TEST(DramStreams, PacedReadsAndProbesHaveTheirTimes) {
  for (const AddressMap map : {AddressMap::row_bank_column, AddressMap::row_column_bank}) {
    const DramSystem system = small(map);
    const auto paced = dram_stream("paced_seq_rd_every16", system);
    ASSERT_EQ(paced.size(), 4096u);
    EXPECT_EQ(paced[4095].not_before, 4095 * 16);
    EXPECT_EQ(paced[4095].region.address, 4095u * 32);
    const auto probes = dram_stream("probe_latency", system);
    ASSERT_EQ(probes.size(), 4u);
    EXPECT_EQ(probes[3].not_before - probes[0].not_before, 3000);
    const bool striped = map == AddressMap::row_column_bank;
    EXPECT_EQ(probes[1].region.address, striped ? 4u * 32 : 32u);  // the same row
    EXPECT_EQ(probes[2].region.address, 4096u);                    // the next of that bank
    EXPECT_EQ(probes[3].region.address, 4096u + 3 * (striped ? 32 : 1024));
  }
}

TEST(DramStreams, AnUnknownNameIsRefused) {
  EXPECT_THROW(dram_stream("seq_rd_2MB", small(AddressMap::row_bank_column)),
               std::invalid_argument);
}

}  // namespace
}  // namespace saccade
