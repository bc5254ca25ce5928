// A tile's transfer as a TLM-2.0 payload, and the one way in which initiators send it.
#pragma once
#include <tlm.h>

#include "cost/region.hpp"
#include "sim/dram_trace.hpp"

namespace saccade {

/// Rides on a generic payload: the row segments of a tile's transfer, which one address and length
/// cannot say.
struct TransferExtension : tlm::tlm_extension<TransferExtension> {
  Region region;
  Cycle held_up = 0;  ///< by the interconnect, beyond the memory's own time

  tlm_extension_base* clone() const override { return new TransferExtension(*this); }
  void copy_from(const tlm_extension_base& other) override {
    *this = static_cast<const TransferExtension&>(other);
  }
};

/// What a payload wants to move: by its extension, or else by its address and length.
Region region_of(const tlm::tlm_generic_payload& payload);

/// Sends transfers one after the other.
class TransferSender {
 public:
  TransferSender();
  ~TransferSender();
  TransferSender(const TransferSender&) = delete;
  TransferSender& operator=(const TransferSender&) = delete;

  /// Waits until the memory has accepted the transfer. Throws std::logic_error if it refuses.
  TimedTransfer send(tlm::tlm_initiator_socket<>& socket, Region region, bool write);
  /// Cycles for which an interconnect held up the last one.
  Cycle held_up() const { return transfer_.held_up; }

 private:
  tlm::tlm_generic_payload payload_;
  TransferExtension transfer_;
};

}  // namespace saccade
