// A TLM-2.0 memory model of somebody else, in the place of our own.
#pragma once
#include <tlm.h>
#include <tlm_utils/simple_initiator_socket.h>
#include <tlm_utils/simple_target_socket.h>

#include <memory>
#include <systemc>

#include "cost/counters.hpp"

namespace saccade {

/// Any module with a TLM-2.0 target socket that serves b_transport. It is built while the machine
/// is, and gets plain generic payloads: an address, a length and room for so many bytes, whose
/// values mean nothing. It may wait, annotate its time, or both, in real time.
struct ForeignMemory {
  virtual ~ForeignMemory() = default;
  /// Binds the socket from which requests come.
  virtual void bind(tlm::tlm_initiator_socket<>& requests) = 0;
  /// Activates, precharges, refreshes and row hits at the end of the run, if it counts them; bytes
  /// are counted for it.
  virtual DramCounts commands() const { return {}; }
};

/// Stands between our initiators and a foreign memory: takes transfers apart into one payload per
/// row segment, widened to whole bursts. A plain target does not say when it could take the next
/// request, so an initiator waits for the data of one before it sends the next; those of several
/// initiators are in flight together. Ends at a whole cycle.
class ForeignPort : public sc_core::sc_module {
 public:
  tlm_utils::simple_target_socket<ForeignPort> socket{"socket"};

  ForeignPort(const sc_core::sc_module_name& name, std::unique_ptr<ForeignMemory> memory,
              std::uint64_t burst_bytes);

  /// Bytes that were asked for, and the memory's own commands.
  DramCounts counts() const;

 private:
  void b_transport(tlm::tlm_generic_payload& payload, sc_core::sc_time& delay);
  tlm::tlm_response_status request(std::uint64_t address, std::uint64_t bytes,
                                   tlm::tlm_command command);

  tlm_utils::simple_initiator_socket<ForeignPort> requests_{"requests"};
  std::unique_ptr<ForeignMemory> memory_;
  std::uint64_t burst_bytes_;
  DramCounts bytes_;
};

}  // namespace saccade
