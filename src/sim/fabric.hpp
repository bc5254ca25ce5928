// The interconnect between DMA channels and DRAM: its width is shared by all transfers.
#pragma once
#include <tlm_utils/multi_passthrough_target_socket.h>
#include <tlm_utils/simple_initiator_socket.h>

#include <systemc>
#include <vector>

#include "hardware/accelerator.hpp"

namespace saccade {

/// A transfer takes the bus for its bytes while the memory serves it, and ends when both are done.
/// A bus serves all channels one after the other; a crossbar, tree or mesh gives each its own path.
/// An ideal interconnect adds nothing to the memory's time.
class Fabric : public sc_core::sc_module {
 public:
  tlm_utils::multi_passthrough_target_socket<Fabric> targets{"targets"};
  tlm_utils::simple_initiator_socket<Fabric> memory{"memory"};

  Fabric(const sc_core::sc_module_name& name, const Interconnect& interconnect, std::size_t paths);

  std::uint64_t waits() const { return waits_; }

 private:
  void b_transport(int path, tlm::tlm_generic_payload& payload, sc_core::sc_time& delay);

  double bytes_per_cycle_;       ///< infinite for an ideal one
  std::vector<double> free_at_;  ///< by path, in cycles; one entry for a bus
  std::uint64_t waits_ = 0;
};

}  // namespace saccade
