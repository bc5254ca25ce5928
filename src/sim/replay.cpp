#include "sim/replay.hpp"

#include <tlm_utils/multi_passthrough_target_socket.h>
#include <tlm_utils/simple_initiator_socket.h>

#include <algorithm>
#include <memory>

#include "sim/dram.hpp"
#include "sim/fabric.hpp"
#include "sim/kernel.hpp"

namespace saccade {
namespace {

class Initiator : public sc_core::sc_module {
 public:
  tlm_utils::simple_initiator_socket<Initiator> socket{"socket"};

  SC_HAS_PROCESS(Initiator);
  /// Fills in the times of its transfers.
  Initiator(const sc_core::sc_module_name& name, std::vector<TimedTransfer>& transfers)
      : sc_module(name), transfers_(transfers) {
    SC_THREAD(run);
  }

 private:
  void run() {
    TransferSender sender;
    Cycle done = 0;
    for (TimedTransfer& transfer : transfers_) {
      wait_until(transfer.issued);
      transfer = sender.send(socket, transfer.region, transfer.write);
      done = std::max(done, transfer.done);
    }
    wait_until(done);  // the run is over when the data is there
  }

  void wait_until(Cycle cycle) {
    if (cycle > kernel_now()) wait(kernel_cycles(cycle - kernel_now()));
  }

  std::vector<TimedTransfer>& transfers_;
};

/// Joins initiators without any time of its own.
class Joint : public sc_core::sc_module {
 public:
  tlm_utils::multi_passthrough_target_socket<Joint> targets{"targets"};
  tlm_utils::simple_initiator_socket<Joint> memory{"memory"};

  explicit Joint(const sc_core::sc_module_name& name) : sc_module(name) {
    targets.register_b_transport(this, &Joint::b_transport);
  }

 private:
  void b_transport(int, tlm::tlm_generic_payload& payload, sc_core::sc_time& delay) {
    memory->b_transport(payload, delay);
  }
};

/// Runs the lists over `between`, a Joint or a Fabric.
template <class Between>
Replay run(Dram& dram, Between& between, const TransferLists& lists) {
  Replay result;
  result.transfers = lists;
  between.memory.bind(dram.socket);
  std::vector<std::unique_ptr<Initiator>> initiators;
  for (std::vector<TimedTransfer>& list : result.transfers) {
    const std::string name = "initiator" + std::to_string(initiators.size());
    initiators.push_back(std::make_unique<Initiator>(name.c_str(), list));
    initiators.back()->socket.bind(between.targets);
  }
  sc_core::sc_start();
  result.counts = dram.finish();
  result.waits = dram.waits();
  return result;
}

}  // namespace

Replay replay(const DramSystem& system, double clock_hz, const TransferLists& lists,
              const Interconnect* interconnect) {
  Kernel kernel;
  Dram dram("dram", system, clock_hz);
  if (interconnect != nullptr) {
    Fabric fabric("interconnect", *interconnect, lists.size());
    return run(dram, fabric, lists);
  }
  Joint joint("joint");
  return run(dram, joint, lists);
}

}  // namespace saccade
