// How many clocks an on-chip memory takes, and how many accesses a clock it sustains.
#pragma once
#include "hardware/technology.hpp"

namespace saccade {

struct SramTiming {
  int busy_clocks = 1;            ///< of a bank, from one access to its next
  int latency_clocks = 0;         ///< of an access beyond the clock that one takes at least
  double accesses_per_clock = 1;  ///< of all ports together, in the long run
};

/// Accesses that `requests` random ones to `banks` (a real number >= 1) let through in one cycle of
/// the banks: each bank serves one of those that want it, B (1 - (1 - 1/B)^P) in the mean (W. D.
/// Strecker, thesis, Carnegie Mellon University 1970; C. V. Ravi, IEEE Trans. Computers C-21(8),
/// 1972, 899-901).
double served_by_banks(double banks, int requests);

/// Timing of a memory of `banks` behind `ports`, both >= 1, at a clock > 0. Whole clocks: a bank
/// is busy for cycle_ns, the word is there after access_ns; banks are pipelined, so that an access
/// may follow another to the same bank before the first word is there. Flip-flops take a
/// clock and serve every port.
///
/// Assumptions: every port walks through the banks in order (words of a tile are interleaved) and
/// so meets no access of its own but where there are too few banks; ports are random to each other;
/// a bank that is busy for c clocks is 1/c of a bank. So one port sustains min(1, banks / busy),
/// and many sustain no more than banks / busy.
SramTiming sram_timing(const SramFigures& figures, double clock_hz, int ports, int banks);

}  // namespace saccade
