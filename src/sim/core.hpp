// Tasks in flight without a kernel: finished tiles, space in program order, and who released whom.
#pragma once
#include <deque>
#include <utility>
#include <vector>

#include "mapping/task.hpp"

namespace saccade {

using Cycle = std::uint64_t;
using TaskIndex = std::uint32_t;  ///< position in the program
constexpr TaskIndex kNoTask = ~TaskIndex{0};

/// Why a task could start when it did, in the order that ties are told.
enum class Edge : std::uint8_t { start, need, space, unit, queue };
constexpr std::size_t kEdges = 5;

/// When something was released, by which task and how.
struct Stamp {
  Cycle time = 0;
  TaskIndex by = kNoTask;
  Edge edge = Edge::start;
};

/// What is kept of a task after its completion, to walk back from the end of the run.
struct TaskRecord {
  Cycle start = 0;
  Cycle end = 0;
  std::uint32_t work = 0;
  TaskIndex by = kNoTask;
  std::uint32_t op = 0;
  UnitId unit = 0;
  Edge edge = Edge::start;
  Stage stage = Stage::compute;
  std::uint32_t blocked = 0;  ///< of its cycles those that an interconnect or a port took
};
static_assert(sizeof(TaskRecord) == 40);

/// The rules of the program, for any event loop around them: a task may start when its needs are
/// met and its space is granted; space is granted in program order, as soon as it fits.
class Core {
 public:
  using Slot = std::uint32_t;  ///< place of a task in flight

  Core(std::size_t ops, std::vector<std::uint64_t> capacities);

  /// Files a task; `by` is the task whose pop of a queue let it in. Call in program order.
  Slot emit(const TileTask& task, Cycle now, TaskIndex by);
  const TileTask& task(Slot slot) const { return slots_[slot].task; }
  TaskIndex index(Slot slot) const { return slots_[slot].index; }
  bool ready(Slot slot) const { return slots_[slot].missing == 0; }
  /// When the last need and space came.
  Cycle ready_since(Slot slot) const { return slots_[slot].ready_since; }
  /// The task starts now; `unit_free` is when and by whom its unit was freed. Throws
  /// std::logic_error if nothing released it at this time.
  void start(Slot slot, Cycle now, const Stamp& unit_free);
  /// So many of the task's cycles were lost to an interconnect or to the ports of buffers.
  void blocked(Slot slot, Cycle cycles) {
    records_[slots_[slot].index].blocked = static_cast<std::uint32_t>(cycles);
  }
  /// The task's results are there: tiles are counted and space is let go.
  void complete(Slot slot, Cycle now);

  /// Slots that became ready since the list was last cleared.
  std::vector<Slot>& newly_ready() { return newly_ready_; }
  const std::vector<TaskRecord>& records() const { return records_; }
  std::uint64_t completed() const { return completed_; }
  std::uint64_t used_bytes(std::size_t buffer) const { return buffers_[buffer].used; }
  /// What a task still waits for, for the report of a deadlock.
  std::string missing(Slot slot) const;

 private:
  struct InFlight {
    TileTask task;
    TaskIndex index = 0;
    std::uint8_t missing = 0;
    Stamp last;
    Cycle ready_since = 0;
  };
  struct Counter {
    std::uint32_t prefix = 0;                                    ///< finished without a gap
    std::vector<std::pair<std::uint32_t, std::uint32_t>> early;  ///< finished beyond: first, count
    std::vector<std::pair<std::uint32_t, Slot>> waiting;         ///< count needed, task
  };
  struct Region {
    std::uint32_t bytes = 0;
    std::uint16_t buffer = 0;
    std::uint32_t uses = 0;
  };
  struct Buffer {
    std::uint64_t capacity = 0;
    std::uint64_t used = 0;
    std::deque<std::pair<Slot, std::uint32_t>> queue;  ///< task and its acquire, in program order
  };

  void satisfy(Slot slot, Cycle now, TaskIndex by, Edge edge);
  void pump(Buffer& buffer, Cycle now, TaskIndex by, Edge edge);
  void advance(Counter& counter, const InFlight& done, Cycle now);
  void release(RegionId region, Cycle now, TaskIndex by);

  std::vector<InFlight> slots_;
  std::vector<Slot> free_slots_;
  std::vector<Counter> counters_;
  std::vector<Region> regions_;
  std::vector<Buffer> buffers_;
  std::vector<Slot> newly_ready_;
  std::vector<TaskRecord> records_;
  std::uint64_t completed_ = 0;
};

}  // namespace saccade
