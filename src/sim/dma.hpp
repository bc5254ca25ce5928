// A DMA channel: one TLM-2.0 transaction per tile.
#pragma once
#include <tlm_utils/simple_initiator_socket.h>

#include "sim/transfer.hpp"
#include "sim/unit.hpp"

namespace saccade {

class Dma : public Unit {
 public:
  tlm_utils::simple_initiator_socket<Dma> socket{"socket"};

  Dma(const sc_core::sc_module_name& name, Shared& shared, int queue_depth,
      const Accelerator& accelerator);

 private:
  Timing work(const TileTask& task, Core::Slot slot) override;
  Cycle crossing(const TileWork& work, double bytes);

  double bytes_per_cycle_;  ///< of the DRAM at most; 0: it takes no time
  TransferSender sender_;
};

}  // namespace saccade
