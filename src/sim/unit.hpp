// The one loop of every unit: read a task, wait until it is ready, work, count.
#pragma once
#include <algorithm>
#include <array>
#include <deque>
#include <exception>
#include <functional>
#include <new>
#include <random>
#include <stdexcept>
#include <systemc>

#include "sim/core.hpp"
#include "sim/dram_trace.hpp"
#include "sim/kernel.hpp"
#include "sim/shared_link.hpp"

namespace saccade {

/// The network between shared buffers and those of an engine: both ways over a bus together, over
/// other topologies each way apart.
struct NetworkLinks {
  bool bus = false;
  std::array<SharedLink, 2> ways;

  SharedLink& way(bool outward) { return ways[outward && !bus ? 1 : 0]; }
};

/// What the units of one machine share.
struct Shared {
  Core& core;
  const TaskSource& program;
  std::mt19937 stalls;  ///< source of random stalls
  bool stalling = false;
  std::uint64_t waits = 0;
  std::vector<std::uint64_t> executed;  ///< completed tasks, by work
  std::function<void()> wake_ready;     ///< wakes the units whose head task became ready
  std::exception_ptr error;             ///< what stopped the run
  std::function<void(double)> progress;
  std::vector<SharedLink> ports;       ///< by buffer
  std::vector<NetworkLinks> networks;  ///< by engine
  TransferLists dram_transfers;        ///< by DMA channel; no lists unless they are asked for

  /// When a task that starts now and would take `duration` cycles alone is through the ports that
  /// it needs.
  Cycle through_ports(const TileWork& work, Cycle now, Cycle duration, Claim claim);
  /// When the bytes of a task, which come evenly in `duration` cycles from `start` on, have crossed
  /// their network; at once if they cross none.
  Cycle across_network(const TileWork& work, Cycle now, Cycle start, Cycle duration);

  /// Runs the body of a process. The kernel would wrap an exception into a report of its own. What
  /// it throws itself to end a process is none of these and passes.
  template <class Body>
  void guard(Body body) {
    try {
      body();
    } catch (const std::logic_error&) {
      stop();
    } catch (const std::runtime_error&) {
      stop();
    } catch (const std::bad_alloc&) {
      stop();
    }
  }

  /// Keeps the exception that is being handled, and ends the run.
  void stop() {
    error = std::current_exception();
    sc_core::sc_report_handler::set_actions("/OSCI/SystemC", sc_core::SC_INFO,
                                            sc_core::SC_DO_NOTHING);  // sc_stop() prints else
    sc_core::sc_stop();
  }
};

/// How long the rest of a task takes, from now.
struct Timing {
  Cycle occupies = 0;   ///< until the unit takes its next task
  Cycle completes = 0;  ///< until the task's results are there; at least `occupies`
  Cycle blocked = 0;    ///< of the task's time, what an interconnect or a port took
};

class Unit : public sc_core::sc_module {
 public:
  sc_core::sc_fifo<Core::Slot> queue;

  SC_HAS_PROCESS(Unit);
  Unit(const sc_core::sc_module_name& name, Shared& shared, int queue_depth);

  /// Wakes the unit if this is the task that it waits with.
  void wake(Core::Slot slot);
  /// The task that took the unit last, and the end of its occupancy.
  const Stamp& freed() const { return freed_; }
  Cycle busy_cycles() const { return busy_; }
  /// "idle", or the head task and what it waits for.
  std::string state() const;

 protected:
  /// Works on a ready task; may wait, after which `task` is no longer to be looked at. The task
  /// started now.
  virtual Timing work(const TileTask& task, Core::Slot slot) = 0;

  Shared& shared_;
  Stamp freed_;

 private:
  void run();
  void serve();
  void retire();
  void complete(Core::Slot slot);

  static constexpr Core::Slot kNone = ~Core::Slot{0};
  Core::Slot head_ = kNone;     ///< task that the unit waits with
  Core::Slot working_ = kNone;  ///< task that occupies the unit
  Cycle busy_ = 0;
  sc_core::sc_event wake_;
  sc_core::sc_event retire_;
  std::deque<std::pair<Cycle, Core::Slot>> late_;  ///< left the unit, results still on their way
};

}  // namespace saccade
