// Description of off-chip memory: a DRAM standard as data, and the memory system built of it.
#pragma once
#include <cstdint>
#include <optional>
#include <string>

#include "base/schema.hpp"
#include "hardware/origins.hpp"

namespace saccade {

/// Bounds on which the timing model sizes its state.
constexpr int kMaxDramChannels = 64;
constexpr int kMaxDramBanks = 64;  ///< per channel, over all ranks and pseudo-channels
constexpr int kMaxPseudoChannels = 4;

/// How one device, or one rank of devices in lockstep, is laid out.
struct DramOrganisation {
  int channels = 1;  ///< channels of a stack or module; what a system has unless it says otherwise
  int ranks = 1;     ///< per channel
  int bank_groups = 1;
  int banks_per_group = 8;
  std::int64_t rows = 0;       ///< per bank
  std::int64_t row_bytes = 0;  ///< per row and pseudo-channel, over all devices of a rank
  int pseudo_channels = 1;     ///< of a channel: banks and data bus of their own, commands shared
  int activate_clocks = 1;     ///< of the row bus that pseudo-channels share, per activate

  int banks() const { return bank_groups * banks_per_group; }  ///< of one rank and pseudo-channel
  int rank_banks() const { return banks() * pseudo_channels; }
};

/// Timing parameters by their JEDEC names, in memory clocks. S and L: to another bank group, and
/// within one.
struct DramClocks {
  int cl, cwl, al;                  ///< read, write and additive latency
  int rcd, rcd_write, rp, ras, rc;  ///< a bank's row cycle
  int rrd_s, rrd_l, faw;            ///< between activates; window of four activates
  int ccd_s, ccd_l;                 ///< between column commands
  int wr, wtr_s, wtr_l, rtp, rtrs;  ///< recovery and turnaround
  std::int64_t rfc, refi;           ///< all-bank refresh: its duration and interval
};

/// Data-sheet currents of one device, in mA.
struct DramCurrents {
  double vdd_v = 0;
  int devices_per_rank = 1;
  double idd0_ma = 0;   ///< activate and precharge, one bank, every tRC
  double idd2n_ma = 0;  ///< standby, all banks closed
  double idd3n_ma = 0;  ///< standby, a bank open
  double idd4r_ma = 0;  ///< read bursts back to back
  double idd4w_ma = 0;  ///< write bursts back to back
  double idd5_ma = 0;   ///< refresh
};

/// One standard at one speed.
struct DramDevice : Assumed {
  int data_rate_mtps = 0;  ///< for the report; times follow from the clock
  double tck_ns = 0;
  int burst_clocks = 0;           ///< clocks for which one access holds the data bus
  std::int64_t access_bytes = 0;  ///< bytes of one burst on one pseudo-channel
  DramOrganisation organisation;
  DramClocks timing{};
  std::optional<DramCurrents> currents;  ///< absent: energy is flat per bit
  double pj_per_bit = 0;                 ///< flat energy of a bit moved, everything included
  Origins origins;                       ///< of these values

  /// Peak of one channel, in bytes per second.
  double channel_bytes_per_s() const {
    return static_cast<double>(organisation.pseudo_channels * access_bytes) /
           (burst_clocks * tck_ns * 1e-9);
  }
};

/// Reads and checks configs/technology/dram/*.json.
const Record<DramDevice>& dram_device_record();
DramDevice read_dram_device(const std::string& path);

/// ideal: transfers take no time. bandwidth: bytes over a pipe, then a latency. banked: bank state,
/// command timing and refresh.
enum class DramFidelity { ideal, bandwidth, banked };

/// Order of address bits from the top: row, rank, bank, bank group, pseudo-channel, column (a row's
/// bytes follow each other), or row, rank, column, bank, bank group, pseudo-channel (bursts rotate
/// over the banks).
enum class AddressMap { row_bank_column, row_column_bank };

/// open: rows stay open until another is wanted. closed: every access precharges its row
/// (auto-precharge).
enum class PagePolicy { open, closed };

/// The memory system of an accelerator.
struct DramSystem {
  std::string standard;
  DramDevice device;  ///< filled by load_dram()
  DramFidelity fidelity = DramFidelity::banked;
  std::optional<int> channels;  ///< load_dram() fills in the device's where absent
  double latency_ns = 0;        ///< ideal: none; bandwidth: of every transfer; banked: added
  std::int64_t interleave_bytes = 256;  ///< consecutive bytes on one channel
  AddressMap address_map = AddressMap::row_column_bank;
  PagePolicy page_policy = PagePolicy::open;
  int queue_depth = 32;               ///< reads (bursts) per channel that wait for their bank
  int write_queue_depth = 32;         ///< writes per channel that wait while reads go first
  int write_drain_start = 32;         ///< so many waiting writes stop the reads
  int write_drain_stop = 0;           ///< so few let them go on
  int bank_queue_depth = 8;           ///< commands per bank that have left these queues
  std::int64_t quantum_bytes = 2048;  ///< after so much another initiator gets its turn
  bool refresh = true;
  std::optional<double> bandwidth_gbps;  ///< GB/s over all channels; fidelity bandwidth only
  std::optional<double> pj_per_bit;      ///< flat energy instead of energy by command

  /// Peak over all channels, in bytes per second.
  double peak_bytes_per_s() const;
  std::int64_t capacity_bytes() const;
};

const Record<DramSystem>& dram_system_record();

/// The file of a standard: a path that ends in .json, looked for from `from_file`, or the name of
/// one that ships; "" if there is none of that name.
std::string dram_path(const std::string& standard, const std::string& from_file);

/// Reads the standard that `system` names (a file of configs/technology/dram/, or a path ending in
/// .json, looked for beside the file that names it) and completes the system. `cursor` stands at
/// the system's object; mistakes go to it.
void load_dram(DramSystem& system, const Cursor& cursor);

}  // namespace saccade
