// The program of a stream of mapped workloads: expanded lazily, with loads as early as buffers
// allow.
#pragma once
#include <array>
#include <deque>
#include <memory>
#include <vector>

#include "mapping/expander.hpp"

namespace saccade {

/// Space of buffers when tasks run one after the other in program order. What fits here cannot
/// deadlock in the simulation, which grants space in the same order.
class SpaceLedger {
 public:
  explicit SpaceLedger(const Accelerator& accelerator);

  using Used = std::array<std::uint64_t, kMaxBuffers>;
  /// The task acquires; returns what is used while it runs; then it releases.
  Used run(const TileTask& task);
  std::uint64_t capacity(std::size_t buffer) const { return capacity_[buffer]; }

 private:
  struct Held {
    std::uint32_t bytes = 0;
    std::uint16_t buffer = 0;
    std::uint32_t uses = 0;
  };
  std::vector<std::uint64_t> capacity_;
  Used used_{};
  std::vector<Held> regions_;
};

class Program : public TaskSource {
 public:
  /// At most `window` (1 or more) of the workloads are in flight. They take turns, group of ops by
  /// group of ops, so that one has work for the units while another waits for its own results; the
  /// next one begins when the newest has done its share of the window. Inputs of a workload wait
  /// for all stores of the one whose place it takes, and its parameters for nothing. Mappings must
  /// be made for so many in flight; they and the accelerator must outlive the program.
  Program(const Accelerator& accelerator, std::vector<const Mapping*> stream,
          std::size_t window = 1);

  bool next(TileTask& task) override;
  const std::vector<TileWork>& works() const override { return state_.works.works(); }
  std::size_t ops() const override { return ops_; }
  double progress() const override {
    return static_cast<double>(expanded_groups_) / static_cast<double>(groups_);
  }
  std::string op_name(std::size_t op) const override;

 private:
  struct Placed {
    TileTask task;
    SpaceLedger::Used used{};  ///< while it runs, if all run one after the other
    std::size_t group = 0;     ///< that it was expanded with, counted over the stream
  };

  void expand_next();
  void expand_group();
  /// A workload in flight.
  struct Flight {
    const Mapping* mapping;
    std::size_t group = 0;  ///< that it expands next
    std::unique_ptr<Expander> expander;
  };
  bool may_begin() const;
  void begin_workload();
  void hoist_loads(std::vector<Placed>& tasks, std::size_t first);
  std::size_t behind_crowd(const std::vector<Placed>& tasks, std::size_t place,
                           std::size_t i) const;
  void check(const Placed& placed) const;

  const Accelerator& accelerator_;
  std::vector<const Mapping*> stream_;
  std::size_t window_;
  ProgramState state_;
  SpaceLedger ledger_;
  std::deque<Flight> flights_;  ///< in the order in which they began
  std::size_t turn_ = 0;        ///< of the flights
  std::size_t begun_ = 0;       ///< workloads
  std::size_t first_op_ = 0;    ///< of the next workload
  Need gate_;                   ///< for its inputs
  std::size_t ops_ = 0;
  std::size_t groups_ = 0;
  std::size_t expanded_groups_ = 0;
  std::vector<TileTask> expanded_;
  std::vector<Placed> open_;    ///< the last group expanded: loads of the next may still go before
  std::deque<TileTask> ready_;  ///< final
  bool finished_ = false;
};

}  // namespace saccade
