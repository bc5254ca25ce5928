#include "cost/sram_timing.hpp"

#include <algorithm>
#include <cmath>

namespace saccade {
namespace {

/// Whole clocks, one at least, that a time takes; rounding of the last digits makes none of its
/// own.
int whole_clocks(double time_ns, double clock_hz) {
  constexpr double rounding = 1e-9;
  return std::max(1, static_cast<int>(std::ceil(time_ns * 1e-9 * clock_hz * (1 - rounding))));
}

}  // namespace

double served_by_banks(double banks, int requests) {
  return banks * (1 - std::pow(1 - 1 / banks, requests));
}

SramTiming sram_timing(const SramFigures& figures, double clock_hz, int ports, int banks) {
  if (figures.registers) return {1, 0, static_cast<double>(ports)};
  SramTiming timing;
  timing.busy_clocks = whole_clocks(figures.cycle_ns.value, clock_hz);
  timing.latency_clocks = whole_clocks(figures.access_ns.value, clock_hz) - 1;
  const double free_banks = static_cast<double>(banks) / timing.busy_clocks;
  timing.accesses_per_clock = free_banks <= 1 ? free_banks : served_by_banks(free_banks, ports);
  return timing;
}

}  // namespace saccade
