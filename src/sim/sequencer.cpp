#include "sim/sequencer.hpp"

namespace saccade {
namespace {

constexpr std::uint64_t kTasksPerReport = 4096;  ///< a few milliseconds of work

}  // namespace

Sequencer::Sequencer(const sc_core::sc_module_name& name, Shared& shared, TaskSource& program,
                     const std::vector<Unit*>& units)
    : sc_module(name), shared_(shared), program_(program), units_(units) {
  SC_THREAD(run);
}

void Sequencer::run() {
  shared_.guard([this] { hand_out(); });
}

void Sequencer::hand_out() {
  TaskIndex by = kNoTask;
  while (program_.next(task_)) {
    Unit& unit = *units_[task_.unit];
    if (unit.queue.num_free() == 0) {
      const Cycle before = kernel_now();
      while (unit.queue.num_free() == 0) {
        ++shared_.waits;
        wait(unit.queue.data_read_event());
      }
      // The unit took its next task when the one before left it.
      if (kernel_now() > before) by = unit.freed().by;
    }
    if (shared_.executed.size() < program_.works().size()) {
      shared_.executed.resize(program_.works().size());
    }
    unit.queue.write(shared_.core.emit(task_, kernel_now(), by));
    if (++handed_out_ % kTasksPerReport == 0 && shared_.progress) {
      shared_.progress(program_.progress());
    }
    shared_.wake_ready();
  }
  finished_ = true;
}

}  // namespace saccade
