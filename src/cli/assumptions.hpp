// The table of everything in the shipped files that is an assumption, for `saccade list`.
#pragma once

namespace saccade {

/// Prints each assumption with its value, its place, the shipped accelerators that use it and the
/// reason, those that only one uses marked. Throws UserError if a shipped file is broken.
///
/// A figure of a technology table or a DRAM standard is used by the accelerators whose energy or
/// area has it in a price, or that name the file where it is no price; a value of a hardware file
/// by all hardware files that have the same value in the same place.
void print_assumptions();

}  // namespace saccade
