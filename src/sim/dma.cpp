#include "sim/dma.hpp"

#include <algorithm>
#include <stdexcept>

namespace saccade {

Dma::Dma(const sc_core::sc_module_name& name, Shared& shared, int queue_depth)
    : Unit(name, shared, queue_depth) {
  payload_.set_extension(&transfer_);
  payload_.set_data_ptr(nullptr);  // sizes matter here, not values
  payload_.set_byte_enable_ptr(nullptr);
}

Dma::~Dma() { payload_.clear_extension(&transfer_); }

Timing Dma::work(const TileTask& task, Core::Slot) {
  transfer_.region = task.region;
  payload_.set_command(task.write ? tlm::TLM_WRITE_COMMAND : tlm::TLM_READ_COMMAND);
  payload_.set_address(task.region.address);
  const auto bytes = static_cast<unsigned>(task.region.useful_bytes());
  payload_.set_data_length(bytes);
  payload_.set_streaming_width(bytes);
  payload_.set_dmi_allowed(false);
  payload_.set_response_status(tlm::TLM_INCOMPLETE_RESPONSE);
  sc_core::sc_time delay = sc_core::SC_ZERO_TIME;
  // Data for the buffers of PEs pass on over their network as they come.
  const Cycle crossed = shared_.cross(shared_.program.works()[task.work], kernel_now());
  socket->b_transport(payload_, delay);
  if (!payload_.is_response_ok()) {
    throw std::logic_error("the memory refused a transfer: " + payload_.get_response_string());
  }
  const Cycle now = kernel_now();
  const Cycle late = crossed > now ? crossed - now : 0;
  return {late, std::max<Cycle>(late, delay.value())};
}

}  // namespace saccade
