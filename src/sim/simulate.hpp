// Runs a program on the SystemC machine of an accelerator; SystemC does not show here.
#pragma once
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "cost/counters.hpp"
#include "hardware/accelerator.hpp"
#include "mapping/task.hpp"
#include "sim/core.hpp"
#include "sim/dram_trace.hpp"

namespace saccade {

struct ForeignMemory;  // sim/foreign_memory.hpp, which shows SystemC

struct SimOptions {
  int queue_depth = 0;  ///< tasks that wait before each unit; 0: as the accelerator says
  std::uint32_t stall_seed =
      0;  ///< not 0: units stall at random, to test that work does not change
  /// Exclusive cycles are told from the last completion of the ops before this one on.
  std::size_t accounted_from_op = 0;
  /// Called now and then with the share of the program that was handed out.
  std::function<void(double)> progress;
  bool dram_trace = false;  ///< keep every transfer to and from DRAM
  /// Makes a memory that takes the place of the accelerator's DRAM. A cycle then lasts as long as
  /// it does, to the picosecond, and DRAM counts are bytes and what that memory counts itself.
  std::function<std::unique_ptr<ForeignMemory>()> foreign_memory;
};

/// Kinds of work that cycles go to: multiplying with every PE; with what PEs stood idle because
/// the op does not fill the array; filling and draining pipelines; transfers to and from DRAM;
/// transfers inside the chip, and waiting for a port or an interconnect; vector units; outcomes of
/// decisions.
enum class WorkKind : std::uint8_t {
  ideal,
  quantisation,
  fill_drain,
  dram,
  interconnect,
  nonlinear,
  decision
};
constexpr std::size_t kWorkKinds = 7;
extern const std::array<const char*, kWorkKinds> work_kind_names;
extern const std::array<const char*, kEdges> edge_names;

struct OpActivity {
  Cycle start = 0;  ///< first task's start; meaningless if the op has no task
  Cycle end = 0;    ///< last task's completion
  std::uint64_t tasks = 0;
  Counters counts;  ///< without activates and refreshes, which belong to no op
  /// Cycles of the run in which this op was critical, by kind of work and by how it held up its
  /// successor.
  std::array<std::array<Cycle, kEdges>, kWorkKinds> exclusive{};

  Cycle exclusive_cycles() const;
};

struct SimResult {
  Cycle cycles = 0;
  Cycle accounted_from = 0;  ///< exclusive cycles of all ops sum to cycles - accounted_from
  std::vector<OpActivity> ops;
  Counters counts;                  ///< of the whole run
  std::vector<Cycle> busy_cycles;   ///< occupancy, by unit
  std::vector<TaskRecord> records;  ///< of every task, in program order
  TransferLists dram_transfers;     ///< by DMA channel, if they were asked for
  std::uint64_t kernel_waits = 0;   ///< SystemC waits, which decide the speed of the simulation
};

/// Runs the program to its end. Throws std::logic_error with the head task of every unit if it
/// cannot end (a deadlock), and if a record contradicts itself: both are bugs of the program.
SimResult simulate(const Accelerator& accelerator, TaskSource& program,
                   const SimOptions& options = {});

}  // namespace saccade
