// DRAM as a TLM-2.0 target: one wait per transfer, cut at a quantum when another initiator arrives.
#pragma once
#include <tlm_utils/simple_target_socket.h>

#include <deque>
#include <memory>
#include <systemc>

#include "cost/dram_timing.hpp"
#include "sim/core.hpp"
#include "sim/transfer.hpp"

namespace saccade {

/// Serves transfers one piece after the other; initiators take turns at every quantum. b_transport
/// returns when the memory can take the next transfer, and its delay says when the data is there.
class Dram : public sc_core::sc_module {
 public:
  tlm_utils::simple_target_socket<Dram> socket{"socket"};

  Dram(const sc_core::sc_module_name& name, const DramSystem& system, double clock_hz);

  /// All that was done by the end of the run.
  DramCounts finish();
  std::uint64_t waits() const { return waits_; }

 private:
  void b_transport(tlm::tlm_generic_payload& payload, sc_core::sc_time& delay);
  void take_turn();
  void queue_up();
  void pass_turn();
  Cycle serve(DramStream& stream);
  Cycle to_cycles(std::int64_t clocks) const;
  std::int64_t to_clocks(Cycle cycles) const;

  std::unique_ptr<DramTiming> timing_;
  std::unique_ptr<DramTiming> before_;  ///< as it was when the last transfer began
  double clocks_per_cycle_;
  std::uint64_t quantum_bytes_;
  bool busy_ = false;
  /// Tickets of the transfers that wait for their turn; not initiators, since a plain payload names
  /// none.
  std::deque<std::uint64_t> queue_;
  std::uint64_t turn_ = 0;
  std::uint64_t tickets_ = 0;
  sc_core::sc_event arrived_;
  sc_core::sc_event passed_;
  std::uint64_t waits_ = 0;
};

}  // namespace saccade
