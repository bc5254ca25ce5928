#include "sim/transfer.hpp"

#include <stdexcept>

#include "sim/kernel.hpp"

namespace saccade {

Region region_of(const tlm::tlm_generic_payload& payload) {
  const TransferExtension* transfer = nullptr;
  payload.get_extension(transfer);
  if (transfer != nullptr) return transfer->region;
  return {payload.get_address(), 1, payload.get_data_length(), 0};
}

TransferSender::TransferSender() {
  payload_.set_extension(&transfer_);
  payload_.set_data_ptr(nullptr);  // sizes matter here, not values
  payload_.set_byte_enable_ptr(nullptr);
}

TransferSender::~TransferSender() { payload_.clear_extension(&transfer_); }

TimedTransfer TransferSender::send(tlm::tlm_initiator_socket<>& socket, Region region, bool write) {
  transfer_.region = region;
  transfer_.held_up = 0;
  payload_.set_command(write ? tlm::TLM_WRITE_COMMAND : tlm::TLM_READ_COMMAND);
  payload_.set_address(region.address);
  const auto bytes = static_cast<unsigned>(region.useful_bytes());
  payload_.set_data_length(bytes);
  payload_.set_streaming_width(bytes);
  payload_.set_dmi_allowed(false);
  payload_.set_response_status(tlm::TLM_INCOMPLETE_RESPONSE);
  const Cycle issued = kernel_now();
  sc_core::sc_time delay = sc_core::SC_ZERO_TIME;
  socket->b_transport(payload_, delay);
  if (!payload_.is_response_ok()) {
    throw std::logic_error("the memory refused a transfer: " + payload_.get_response_string());
  }
  const Cycle accepted = kernel_now();
  return {issued, region, write, accepted, accepted + cycles_of(delay)};
}

}  // namespace saccade
