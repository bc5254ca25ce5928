// Tables of what other DRAM simulators say about streams of requests.
#pragma once
#include <optional>
#include <string>
#include <vector>

#include "cost/dram_energy.hpp"
#include "sim/dram_trace.hpp"

namespace saccade {

/// One row of a table, with the transfers that its stream stands for. A reference is absent where
/// the table leaves it out.
struct DramReference {
  std::string item;  ///< which row: "ddr4_2400, map A, open, refresh on, seq_rd_1MB"
  std::string stream;
  DramSystem system;
  TransferLists transfers;  ///< by initiator, in cycles of `clock_hz`
  double clock_hz = 0;      ///< the memory's own for a stream by name, as its times are clocks
  double cycles = 0;        ///< to the last data beat
  /// Allowed relative error of `cycles`, if not what the kind of stream allows.
  std::optional<double> tolerance;
  std::string unheld;  ///< why the cycles are reported only, if they are
  std::optional<double> activates;
  std::optional<DramEnergy> energy;
  std::vector<double> latencies;  ///< of each transfer, or empty
};

/// Reads a table. Columns: device (a standard, or the path of its file), map (A: row, bank, column;
/// B: row, column, bank), row_policy (open, close), refresh (on, off), stream and cycles. Optional:
/// * channels (1 if not given), interleave_bytes, queue_depth, write_queue_depth,
///   write_drain_start, write_drain_stop, bank_queue_depth: as a hardware file has them;
/// * activates; activate_pj, read_pj, write_pj, refresh_pj and background_pj, all or none;
///   latencies, separated by semicolons;
/// * tolerance, of the cycles, or why they are unheld; clock_mhz, for traces;
/// * reads, writes, precharges, refreshes, row_hits and row_misses (requests, not commands), which
///   are passed over.
/// A stream is one of dram_stream(), or the path of a trace as `saccade run --dram-trace` writes it
/// (ending in .csv, looked for beside the table). Throws UserError with all mistakes of the table
/// and of its traces.
std::vector<DramReference> read_dram_references(const std::string& path);

}  // namespace saccade
