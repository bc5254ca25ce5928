// Energy of a DRAM system: by command from data-sheet currents, or flat per bit.
#pragma once
#include <vector>

#include "cost/counters.hpp"
#include "cost/price.hpp"
#include "hardware/dram.hpp"

namespace saccade {

/// In pJ. I/O drivers and termination are not in data-sheet currents and hence not in the energy by
/// command; vendors' currents for one standard differ by 1.5x. A flat energy includes everything
/// and stands under read and write.
struct DramEnergy {
  double activate_pj = 0;  ///< with the precharge that follows
  double read_pj = 0;
  double write_pj = 0;
  double refresh_pj = 0;
  double background_pj = 0;

  double total_pj() const { return activate_pj + read_pj + write_pj + refresh_pj + background_pj; }
};

/// Whether energy is counted by command: banked fidelity, a device with currents, and no flat
/// energy asked for.
bool has_command_energy(const DramSystem& system);

/// Energy of what was counted in `elapsed_s` seconds, over all channels.
///
/// By command, after DRAMsim3's configuration.cc (Li et al., IEEE CAL 2020), each times tCK and the
/// devices of a rank:
///   activate and precharge  VDD (IDD0 tRC - (IDD3N tRAS + IDD2N tRP))
///   read, write             VDD (IDD4R or IDD4W - IDD3N) burst
///   refresh                 VDD (IDD5 - IDD3N) tRFC
///   background              VDD IDD3N, or VDD IDD2N while a rank has no bank open
/// Power-down is not modelled.
DramEnergy dram_energy(const DramSystem& system, const DramCounts& counts, double elapsed_s);

/// Component of all items of DRAM energy; no component of a hardware file may have this name.
constexpr const char* kDramComponent = "dram";

/// What each command of a memory system costs, or a bit moved where energy is flat; the background
/// at its mean power. `hardware`: origins of the hardware file that describes the system.
class DramPrices {
 public:
  DramPrices(const DramSystem& system, const Origins& hardware);

  /// All but that of the background.
  std::vector<PricePtr> prices() const;

  /// Appends what `counts` in `elapsed_s` seconds cost; together dram_energy() of them.
  void add_items(const DramCounts& counts, double elapsed_s, std::vector<CostItem>& items) const;

 private:
  DramSystem system_;
  PricePtr bit_;  ///< where energy is flat; otherwise those by command
  PricePtr activate_, read_, write_, refresh_;
};

}  // namespace saccade
