// Request streams on which DRAM simulators are compared, as transfers for one memory system.
#pragma once
#include <string>
#include <vector>

#include "cost/dram_timing.hpp"

namespace saccade {

/// Requests that a DMA would send as one: a region read or written, in order.
struct DramTransfer {
  DramClock not_before = 0;
  Region region;
  bool write = false;
};

/// The transfers of a stream, in order. G is one access (DramDevice::access_bytes); what is regular
/// and of one direction is one transfer, all else are single accesses. The streams:
///
///   seq_rd_1MB, seq_wr_1MB       1 MiB in order
///   rowconf_rd_4096              4096 reads, each of a new row of bank 0
///   bankrot_rowmiss_rd_4096      4096 reads that rotate over all banks; a new row each round
///   stride{256,1024,4096,16384}_rd_4096   4096 reads at that stride in bytes
///   rand_rd_16384                16384 reads uniform over 256 MiB; fixed seed
///   rand_rw50_16384              the same, every second one, by chance, a write
///   copy_1MB_fine                read i G, write 64 MiB + i G, in turn
///   copy_1MB_4KBchunk            the same in chunks of 4 KiB
///   tile_64x256B_pitch4096_x16   16 tiles of 64 rows of 256 bytes at a pitch of 4096 bytes
///   paced_seq_rd_every16         4096 reads in order, one every 16 clocks
///   probe_latency                single reads 1000 clocks apart: closed bank, row hit, row
///                                conflict, another closed bank
///
/// `system` must have been completed by load_dram(). Throws std::invalid_argument for an unknown
/// stream name.
std::vector<DramTransfer> dram_stream(const std::string& stream, const DramSystem& system);

}  // namespace saccade
