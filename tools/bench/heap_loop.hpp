// The lower bound to measure the SystemC machine against: a heap of events over the same core.
#pragma once
#include <vector>

#include "hardware/accelerator.hpp"
#include "mapping/task.hpp"
#include "sim/core.hpp"

namespace saccade {

/// A program that was expanded beforehand, so that expansion is not part of what is timed.
class RecordedProgram : public TaskSource {
 public:
  explicit RecordedProgram(TaskSource& source);

  bool next(TileTask& task) override;
  const std::vector<TileWork>& works() const override { return works_; }
  std::size_t ops() const override { return ops_; }
  std::string op_name(std::size_t op) const override { return names_[op]; }
  const std::vector<TileTask>& tasks() const { return tasks_; }
  void rewind() { position_ = 0; }

 private:
  std::vector<TileTask> tasks_;
  std::vector<TileWork> works_;
  std::vector<std::string> names_;
  std::size_t ops_;
  std::size_t position_ = 0;
};

/// Runs the program with the same needs, grants, queues, array timing and DRAM calls as the machine,
/// but transfers are never cut at a quantum. Returns the cycles of the run.
Cycle run_heap_loop(const Accelerator& accelerator, const RecordedProgram& program);

}  // namespace saccade
