// Drives the memory of a run with lists of transfers instead of a program; SystemC does not show.
#pragma once
#include "cost/counters.hpp"
#include "hardware/accelerator.hpp"
#include "sim/dram_trace.hpp"

namespace saccade {

struct Replay {
  TransferLists transfers;  ///< as they took place, by initiator
  DramCounts counts;        ///< until the last data beat
  std::uint64_t waits = 0;  ///< SystemC waits of the memory
};

/// Sends each list (at least one) by an initiator of its own to the memory, as DMA channels do: the
/// next transfer goes when the one before has been accepted, and not before its own `issued`, in
/// cycles of `clock_hz`. With an interconnect they share its width, and without one they meet in
/// front of the memory. `system` must have been completed by load_dram().
Replay replay(const DramSystem& system, double clock_hz, const TransferLists& lists,
              const Interconnect* interconnect = nullptr);

}  // namespace saccade
