// The SystemC kernel of one run, and its time: a step, or so many of them, stands for one cycle.
#pragma once
#include <memory>
#include <systemc>

#include "sim/core.hpp"

namespace saccade {

/// Steps of the kernel that stand for one cycle of the accelerator's clock. Nothing of ours needs
/// more than one; a memory of somebody else, which tells time in seconds, needs cycles that last as
/// long as they do, in the kernel's picoseconds.
inline std::uint64_t kernel_steps_per_cycle = 1;

/// Whole cycles of a time.
inline Cycle cycles_of(const sc_core::sc_time& time) {
  return time.value() / kernel_steps_per_cycle;
}
inline Cycle kernel_now() { return cycles_of(sc_core::sc_time_stamp()); }
inline sc_core::sc_time kernel_cycles(Cycle cycles) {
  return sc_core::sc_time::from_value(cycles * kernel_steps_per_cycle);
}

/// A fresh kernel: the standard knows one elaboration per process, and a run needs one of its own.
class Kernel {
 public:
  explicit Kernel(std::uint64_t steps_per_cycle = 1)
      : context_(std::make_unique<sc_core::sc_simcontext>()) {
    sc_core::sc_curr_simcontext = sc_core::sc_default_global_context = context_.get();
    kernel_steps_per_cycle = steps_per_cycle;
  }
  ~Kernel() {
    context_.reset();
    sc_core::sc_curr_simcontext = sc_core::sc_default_global_context = nullptr;
    kernel_steps_per_cycle = 1;
  }
  Kernel(const Kernel&) = delete;
  Kernel& operator=(const Kernel&) = delete;

 private:
  std::unique_ptr<sc_core::sc_simcontext> context_;
};

}  // namespace saccade
