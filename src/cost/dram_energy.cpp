#include "cost/dram_energy.hpp"

#include <algorithm>

namespace saccade {
namespace {

constexpr double kBitsPerByte = 8;
constexpr double kNsPerS = 1e9;

DramEnergy flat_energy(double pj_per_bit, const DramCounts& counts) {
  DramEnergy energy;
  energy.read_pj = static_cast<double>(counts.read_bytes) * kBitsPerByte * pj_per_bit;
  energy.write_pj = static_cast<double>(counts.write_bytes) * kBitsPerByte * pj_per_bit;
  return energy;
}

}  // namespace

bool has_command_energy(const DramSystem& system) {
  return system.fidelity == DramFidelity::banked && system.device.currents && !system.pj_per_bit;
}

DramEnergy dram_energy(const DramSystem& system, const DramCounts& counts, double elapsed_s) {
  const DramDevice& device = system.device;
  if (!has_command_energy(system)) {
    return flat_energy(system.pj_per_bit.value_or(device.pj_per_bit), counts);
  }
  const DramCurrents& i = *device.currents;
  const DramClocks& t = device.timing;
  // V mA ns = pJ.
  const double scale = i.vdd_v * i.devices_per_rank * device.tck_ns;
  const double open_clock = scale * i.idd3n_ma;
  const double closed_clock = scale * i.idd2n_ma;
  const auto bytes_per_burst = static_cast<double>(device.access_bytes);
  const auto activates = static_cast<double>(counts.activates);

  DramEnergy energy;
  energy.activate_pj =
      activates * scale * (i.idd0_ma * t.rc - (i.idd3n_ma * t.ras + i.idd2n_ma * t.rp));
  energy.read_pj = static_cast<double>(counts.read_bytes) / bytes_per_burst * scale *
                   (i.idd4r_ma - i.idd3n_ma) * device.burst_clocks;
  energy.write_pj = static_cast<double>(counts.write_bytes) / bytes_per_burst * scale *
                    (i.idd4w_ma - i.idd3n_ma) * device.burst_clocks;
  energy.refresh_pj = static_cast<double>(counts.refreshes) * scale * (i.idd5_ma - i.idd3n_ma) *
                      static_cast<double>(t.rfc);
  const double rank_clocks = elapsed_s * kNsPerS / device.tck_ns * device.organisation.ranks *
                             system.channels.value_or(device.organisation.channels);
  const double open_clocks = system.page_policy == PagePolicy::open
                                 ? rank_clocks
                                 : std::min(rank_clocks, activates * t.ras);
  energy.background_pj = open_clocks * open_clock + (rank_clocks - open_clocks) * closed_clock;
  return energy;
}

}  // namespace saccade
