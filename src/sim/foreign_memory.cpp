#include "sim/foreign_memory.hpp"

#include <limits>
#include <vector>

#include "cost/dram_timing.hpp"
#include "sim/kernel.hpp"
#include "sim/transfer.hpp"

namespace saccade {

ForeignPort::ForeignPort(const sc_core::sc_module_name& name, std::unique_ptr<ForeignMemory> memory,
                         std::uint64_t burst_bytes)
    : sc_module(name), memory_(std::move(memory)), burst_bytes_(burst_bytes) {
  socket.register_b_transport(this, &ForeignPort::b_transport);
  memory_->bind(requests_);
}

DramCounts ForeignPort::counts() const {
  DramCounts counts = memory_->commands();
  counts.read_bytes = bytes_.read_bytes;
  counts.write_bytes = bytes_.write_bytes;
  counts.useful_read_bytes = bytes_.useful_read_bytes;
  counts.useful_write_bytes = bytes_.useful_write_bytes;
  return counts;
}

tlm::tlm_response_status ForeignPort::request(std::uint64_t address, std::uint64_t bytes,
                                              tlm::tlm_command command) {
  std::vector<unsigned char> data(bytes);  // of this call: others may be in flight
  const auto length = static_cast<unsigned>(bytes);
  tlm::tlm_generic_payload payload;
  payload.set_command(command);
  payload.set_address(address);
  payload.set_data_ptr(data.data());
  payload.set_data_length(length);
  payload.set_streaming_width(length);
  payload.set_byte_enable_ptr(nullptr);
  payload.set_dmi_allowed(false);
  payload.set_response_status(tlm::TLM_INCOMPLETE_RESPONSE);
  sc_core::sc_time delay = sc_core::SC_ZERO_TIME;
  requests_->b_transport(payload, delay);
  if (delay > sc_core::SC_ZERO_TIME) wait(delay);
  return payload.get_response_status();
}

void ForeignPort::b_transport(tlm::tlm_generic_payload& payload, sc_core::sc_time&) {
  DramStream stream;
  stream.region = region_of(payload);
  stream.write = payload.is_write();
  payload.set_response_status(tlm::TLM_OK_RESPONSE);
  while (!stream.finished() && payload.is_response_ok()) {
    // Not wider than a payload's 32 bits of length.
    const DramRange range =
        take_range(stream, std::numeric_limits<std::uint32_t>::max(), burst_bytes_);
    count_range(bytes_, range, stream.write);
    payload.set_response_status(request(range.begin, range.bytes(), payload.get_command()));
  }
  const sc_core::sc_time now = sc_core::sc_time_stamp();
  const sc_core::sc_time cycle = kernel_cycles(kernel_now());
  if (now > cycle) wait(cycle + kernel_cycles(1) - now);
}

}  // namespace saccade
