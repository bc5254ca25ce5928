#include "cost/dram_energy.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace saccade {
namespace {

constexpr double kBitsPerByte = 8;
constexpr double kNsPerS = 1e9;
constexpr double kJoulesPerPj = 1e-12;

DramEnergy flat_energy(double pj_per_bit, const DramCounts& counts) {
  DramEnergy energy;
  energy.read_pj = static_cast<double>(counts.read_bytes) * kBitsPerByte * pj_per_bit;
  energy.write_pj = static_cast<double>(counts.write_bytes) * kBitsPerByte * pj_per_bit;
  return energy;
}

/// The system's own energy per bit, or its standard's.
PricePtr bit_price(const DramSystem& system, const Origins& hardware) {
  const double pj = system.pj_per_bit.value_or(system.device.pj_per_bit);
  const Origin origin =
      system.pj_per_bit ? hardware.of("/dram/pj_per_bit") : system.device.origins.of("/pj_per_bit");
  return make_price("pj_per_bit", {exactly(pj), origin.source, origin.assumption}, "pJ", "bit",
                    kJoulesPerPj);
}

/// A price that follows from the data-sheet currents by `formula`.
PricePtr current_price(const DramSystem& system, const std::string& name, double value,
                       const std::string& unit, const std::string& per, double factor,
                       const std::string& formula) {
  const Origin origin = system.device.origins.of("/currents");
  return make_price(
      name, {exactly(value), fmt::format("{}; {}", formula, origin.source), origin.assumption},
      unit, per, factor);
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
                             device.organisation.pseudo_channels *
                             system.channels.value_or(device.organisation.channels);
  const double closed_clocks = std::min(rank_clocks, static_cast<double>(counts.closed_clocks));
  energy.background_pj = (rank_clocks - closed_clocks) * open_clock + closed_clocks * closed_clock;
  return energy;
}

DramPrices::DramPrices(const DramSystem& system, const Origins& hardware) : system_(system) {
  if (!has_command_energy(system)) {
    bit_ = bit_price(system, hardware);
    return;
  }
  const auto command = [&](const char* name, double pj, const char* formula) {
    return current_price(system, name, pj, "pJ", name, kJoulesPerPj,
                         fmt::format("VDD tCK devices_per_rank {}", formula));
  };
  DramCounts one;  // of each command
  one.activates = one.refreshes = 1;
  one.read_bytes = one.write_bytes = static_cast<std::uint64_t>(system.device.access_bytes);
  const DramEnergy each = dram_energy(system, one, 0);
  activate_ =
      command("activate and precharge", each.activate_pj, "(IDD0 tRC - (IDD3N tRAS + IDD2N tRP))");
  read_ = command("read burst", each.read_pj, "(IDD4R - IDD3N) burst_clocks");
  write_ = command("write burst", each.write_pj, "(IDD4W - IDD3N) burst_clocks");
  refresh_ = command("refresh", each.refresh_pj, "(IDD5 - IDD3N) tRFC");
}

std::vector<PricePtr> DramPrices::prices() const {
  if (bit_ != nullptr) return {bit_};
  return {activate_, read_, write_, refresh_};
}

void DramPrices::add_items(const DramCounts& counts, double elapsed_s,
                           std::vector<CostItem>& items) const {
  const auto add = [&](const char* part, double amount, const PricePtr& price) {
    add_item(items, kDramComponent, part, exactly(amount), price);
  };
  const auto read = static_cast<double>(counts.read_bytes);
  const auto written = static_cast<double>(counts.write_bytes);
  if (bit_ != nullptr) {
    add("read", read * kBitsPerByte, bit_);
    add("write", written * kBitsPerByte, bit_);
    return;
  }
  const auto burst_bytes = static_cast<double>(system_.device.access_bytes);
  add("activate and precharge", static_cast<double>(counts.activates), activate_);
  add("read", read / burst_bytes, read_);
  add("write", written / burst_bytes, write_);
  add("refresh", static_cast<double>(counts.refreshes), refresh_);
  if (elapsed_s == 0) return;
  const double watts =
      dram_energy(system_, counts, elapsed_s).background_pj * kJoulesPerPj / elapsed_s;
  add("background", elapsed_s,
      current_price(system_, "mean background power of the run", watts, "W", "second", 1,
                    "VDD devices_per_rank ranks pseudo_channels channels (IDD3N while rows are "
                    "open, IDD2N while all are closed)"));
}

}  // namespace saccade
