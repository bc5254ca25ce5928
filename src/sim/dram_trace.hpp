// Transfers between DMA channels and DRAM with their times, and the file that a run writes of them.
#pragma once
#include <string>
#include <vector>

#include "cost/region.hpp"
#include "sim/core.hpp"

namespace saccade {

/// One transfer and when it took place, in cycles of the accelerator's clock.
struct TimedTransfer {
  Cycle issued = 0;  ///< when it was sent; in a list that is to be replayed, the earliest time
  Region region;
  bool write = false;
  Cycle accepted = 0;  ///< when its initiator might send the next one
  Cycle done = 0;      ///< when its last data beat was over
};

/// By initiator, in the order in which it sends them.
using TransferLists = std::vector<std::vector<TimedTransfer>>;

struct DramTrace {
  std::vector<std::string> initiators;
  TransferLists transfers;
};

/// When the last data beat was over.
Cycle last_done(const TransferLists& transfers);

/// Cycles in which at least one transfer was on its way: what the spans from `issued` to `done`
/// cover together. A transfer that waits for the memory's turn counts, as the memory is busy then.
Cycle busy_cycles(const TransferLists& transfers);

/// As CSV, one line per transfer, in the order in which they were issued.
std::string dram_trace_text(const DramTrace& trace);

/// Reads what dram_trace_text() wrote; initiators stand in the order of their first transfers.
/// Throws UserError with all mistakes; a trace without transfers is one.
DramTrace read_dram_trace(const std::string& path);

}  // namespace saccade
