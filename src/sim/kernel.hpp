// Time in the kernel: its smallest step stands for one cycle of the accelerator's clock.
#pragma once
#include <systemc>

#include "sim/core.hpp"

namespace saccade {

inline Cycle kernel_now() { return sc_core::sc_time_stamp().value(); }
inline sc_core::sc_time kernel_cycles(Cycle cycles) { return sc_core::sc_time::from_value(cycles); }

}  // namespace saccade
