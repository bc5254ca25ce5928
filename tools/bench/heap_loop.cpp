#include "heap_loop.hpp"

#include <algorithm>
#include <cmath>
#include <deque>
#include <memory>
#include <queue>

#include "cost/dram_timing.hpp"

namespace saccade {
namespace {

struct Event {
  Cycle time;
  Core::Slot slot;
  bool frees;                                 ///< the unit takes its next task
  bool completes;                             ///< the task's results are there
  bool operator<(const Event& other) const {  // the earliest is the top of the heap
    return time > other.time || (time == other.time && slot > other.slot);
  }
};

struct HeapUnit {
  std::deque<Core::Slot> queue;
  bool busy = false;
  Stamp freed;
  TaskIndex working = kNoTask;
  ArrayState before;
};

class HeapLoop {
 public:
  HeapLoop(const Accelerator& accelerator, const RecordedProgram& program)
      : accelerator_(accelerator),
        program_(program),
        units_(unit_table(accelerator)),
        state_(units_.size()),
        core_(program.ops(), capacities(accelerator)),
        dram_(make_dram_timing(accelerator.dram)),
        clocks_per_cycle_(1e9 / accelerator.dram.device.tck_ns / accelerator.clock_hz) {}

  Cycle run() {
    step(0);
    Cycle last = 0;
    while (!heap_.empty()) {
      const Event event = heap_.top();
      heap_.pop();
      const UnitId unit = core_.task(event.slot).unit;
      if (event.frees) {
        state_[unit].busy = false;
        state_[unit].freed = {event.time, state_[unit].working, Edge::unit};
        by_ = state_[unit].working;
      }
      if (event.completes) core_.complete(event.slot, event.time);
      step(event.time);
      last = event.time;
    }
    return last;
  }

 private:
  static std::vector<std::uint64_t> capacities(const Accelerator& accelerator) {
    std::vector<std::uint64_t> bytes;
    for (const Buffer& buffer : accelerator.buffers) {
      bytes.push_back(static_cast<std::uint64_t>(buffer.bytes));
    }
    return bytes;
  }

  void step(Cycle now) {
    const auto depth = static_cast<std::size_t>(accelerator_.queue_depth);
    const auto& tasks = program_.tasks();
    for (bool changed = true; changed;) {
      changed = false;
      while (next_ < tasks.size() && state_[tasks[next_].unit].queue.size() < depth) {
        const TileTask& task = tasks[next_++];
        state_[task.unit].queue.push_back(core_.emit(task, now, by_));
        changed = true;
      }
      core_.newly_ready().clear();
      for (std::size_t i = 0; i < state_.size(); ++i) {
        HeapUnit& unit = state_[i];
        if (unit.busy || unit.queue.empty() || !core_.ready(unit.queue.front())) continue;
        start(unit, units_[i], unit.queue.front(), now);
        unit.queue.pop_front();
        changed = true;
      }
    }
  }

  void start(HeapUnit& unit, const UnitInfo& info, Core::Slot slot, Cycle now) {
    core_.start(slot, now, unit.freed);
    unit.busy = true;
    unit.working = core_.index(slot);
    const TileTask& task = core_.task(slot);
    const TileWork& work = program_.works()[task.work];
    std::int64_t ports = 0;  // each task for itself
    for (const PortUse& use : work.ports) {
      ports = std::max(ports, static_cast<std::int64_t>(std::ceil(use.cycles)));
    }
    Cycle occupies = static_cast<Cycle>(std::max(work.cycles, ports));
    Cycle completes = occupies + static_cast<Cycle>(work.latency);
    if (info.kind == UnitKind::array) {
      const auto& engine = accelerator_.engines[static_cast<std::size_t>(info.index)];
      const ArrayTiming timing =
          engine_timing(engine.kind, work.engine_tile, unit.before,
                        static_cast<std::int64_t>(now - unit.freed.time),
                        static_cast<std::int64_t>(now - core_.ready_since(slot)), &unit.before);
      occupies = static_cast<Cycle>(std::max(timing.occupies, ports));
      completes = std::max(occupies, static_cast<Cycle>(timing.completes));
    } else if (info.kind == UnitKind::dma) {
      DramStream stream;
      stream.region = task.region;
      stream.write = task.write;
      const auto clock = static_cast<DramClock>(static_cast<double>(now) * clocks_per_cycle_);
      const DramPiece piece = dram_->serve(stream, ~std::uint64_t{0}, clock);
      occupies = to_cycles(piece.occupied_until, now);
      completes = std::max(occupies, to_cycles(piece.done, now));
    }
    const bool together = completes == occupies;
    heap_.push({now + occupies, slot, true, together});
    if (!together) heap_.push({now + completes, slot, false, true});
  }

  Cycle to_cycles(DramClock clock, Cycle now) const {
    const auto at = static_cast<Cycle>(std::ceil(static_cast<double>(clock) / clocks_per_cycle_));
    return at > now ? at - now : 0;
  }

  const Accelerator& accelerator_;
  const RecordedProgram& program_;
  std::vector<UnitInfo> units_;
  std::vector<HeapUnit> state_;
  Core core_;
  std::unique_ptr<DramTiming> dram_;
  double clocks_per_cycle_;
  std::priority_queue<Event> heap_;
  std::size_t next_ = 0;
  TaskIndex by_ = kNoTask;
};

}  // namespace

RecordedProgram::RecordedProgram(TaskSource& source) : ops_(source.ops()) {
  TileTask task;
  while (source.next(task)) tasks_.push_back(task);
  works_ = source.works();
  for (std::size_t op = 0; op < ops_; ++op) names_.push_back(source.op_name(op));
}

bool RecordedProgram::next(TileTask& task) {
  if (position_ == tasks_.size()) return false;
  task = tasks_[position_++];
  return true;
}

Cycle run_heap_loop(const Accelerator& accelerator, const RecordedProgram& program) {
  return HeapLoop(accelerator, program).run();
}

}  // namespace saccade
