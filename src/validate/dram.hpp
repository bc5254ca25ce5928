// The memory of a run beside other DRAM simulators, and beside itself on the requests of a run.
#pragma once
#include <string>
#include <vector>

#include "hardware/accelerator.hpp"
#include "validate/comparison.hpp"

namespace saccade {

/// Runs the stream of every row of a table (see dram_table.hpp) through the SystemC memory that
/// runs use, and compares:
/// * cycles to the last data beat, within 5 %; 10 % where reads and writes mix, 15 % where they
///   alternate access by access; or what the row's `tolerance` says;
/// * activates, within 5 %, where the stream has one direction;
/// * energy in total, within 10 %, and its parts, which are reported;
/// * latencies, within 2 clocks: a controller's own pipeline.
/// Reported only: activates of mixed streams, which follow from when a controller drains its
/// writes, and rows for which the table says why. Throws UserError with all mistakes of the table
/// before anything runs.
std::vector<Comparison> validate_dram(const std::string& csv_path);

/// Sends the transfers of a trace (`saccade run --dram-trace`) to the memory of the accelerator
/// again, each not before its own time and through the same interconnect. Compares the cycles in
/// which the memory was busy (busy_cycles()) and the end of the last transfer, within 1 %. Throws
/// UserError for mistakes of the trace, and if its DMA channels are not the accelerator's.
std::vector<Comparison> validate_dram_trace(const std::string& trace_path,
                                            const Accelerator& accelerator);

}  // namespace saccade
