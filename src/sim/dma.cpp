#include "sim/dma.hpp"

#include <algorithm>
#include <stdexcept>

namespace saccade {

Dma::Dma(const sc_core::sc_module_name& name, Shared& shared, int queue_depth,
         const Accelerator& accelerator)
    : Unit(name, shared, queue_depth),
      bytes_per_cycle_(accelerator.dram.fidelity == DramFidelity::ideal
                           ? 0
                           : accelerator.dram.peak_bytes_per_s() / accelerator.clock_hz) {
  payload_.set_extension(&transfer_);
  payload_.set_data_ptr(nullptr);  // sizes matter here, not values
  payload_.set_byte_enable_ptr(nullptr);
}

Dma::~Dma() { payload_.clear_extension(&transfer_); }

Timing Dma::work(const TileTask& task, Core::Slot) {
  const TileWork& work = shared_.program.works()[task.work];
  transfer_.region = task.region;
  transfer_.held_up = 0;
  payload_.set_command(task.write ? tlm::TLM_WRITE_COMMAND : tlm::TLM_READ_COMMAND);
  payload_.set_address(task.region.address);
  const auto bytes = static_cast<unsigned>(task.region.useful_bytes());
  payload_.set_data_length(bytes);
  payload_.set_streaming_width(bytes);
  payload_.set_dmi_allowed(false);
  payload_.set_response_status(tlm::TLM_INCOMPLETE_RESPONSE);
  sc_core::sc_time delay = sc_core::SC_ZERO_TIME;
  // Data pass through the ports of their buffer, and over the network of an engine, as they come:
  // at the peak of the DRAM at best.
  const Cycle start = kernel_now();
  const Cycle fastest =
      bytes_per_cycle_ > 0 ? static_cast<Cycle>(bytes / bytes_per_cycle_) : Cycle{0};
  const Cycle crossed = std::max(shared_.through_ports(work, start, fastest),
                                 shared_.across_network(work, start, start, fastest));
  socket->b_transport(payload_, delay);
  if (!payload_.is_response_ok()) {
    throw std::logic_error("the memory refused a transfer: " + payload_.get_response_string());
  }
  const Cycle now = kernel_now();
  const Cycle late = crossed > now ? crossed - now : 0;
  const Cycle completes = std::max<Cycle>(late, delay.value());
  return {late, completes, transfer_.held_up + completes - delay.value()};
}

}  // namespace saccade
