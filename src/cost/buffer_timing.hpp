// What the memories that buffers are built of leave of a buffer's ports at the accelerator's clock.
#pragma once
#include <string>
#include <vector>

#include "hardware/accelerator.hpp"
#include "hardware/technology.hpp"

namespace saccade {

/// Gives each buffer the accesses a clock that its banks sustain and the clocks beyond the first
/// that one takes, by cost/sram_timing: a bank may be busy for several clocks, and several ports
/// may meet in a bank unless `bank_conflicts` is false. Returns a sentence for each buffer that
/// this slows down, for the notes of a result.
///
/// Throws UserError with every buffer that does not sustain one access a clock, and how many banks
/// would.
std::vector<std::string> apply_sram_timing(Accelerator& accelerator, const Technology& technology);

}  // namespace saccade
