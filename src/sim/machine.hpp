// Builds and binds all units of an accelerator.
#pragma once
#include <memory>
#include <vector>

#include "sim/dma.hpp"
#include "sim/dram.hpp"
#include "sim/fabric.hpp"
#include "sim/filler.hpp"
#include "sim/foreign_memory.hpp"
#include "sim/pe_array.hpp"
#include "sim/sequencer.hpp"
#include "sim/simulate.hpp"
#include "sim/vector_lanes.hpp"

namespace saccade {

class Machine : public sc_core::sc_module {
 public:
  Machine(const sc_core::sc_module_name& name, const Accelerator& accelerator, TaskSource& program,
          const SimOptions& options);

  /// Whether all tasks have completed.
  bool finished() const;
  /// Throws std::logic_error naming every unit's head task unless all tasks have completed.
  void check_finished() const;
  Shared& shared() { return shared_; }
  const Core& core() const { return core_; }
  /// All that the memory did by the end of the run.
  DramCounts finish_memory();
  std::uint64_t kernel_waits() const;
  const std::vector<Unit*>& units() const { return units_; }

 private:
  void add_memory(const Accelerator& accelerator, const SimOptions& options);
  void add_unit(const UnitInfo& info, const Accelerator& accelerator, int queue_depth);

  Core core_;
  Shared shared_;
  std::unique_ptr<Dram> dram_;
  std::unique_ptr<ForeignPort> foreign_;  ///< instead of `dram_`
  Fabric fabric_;
  std::vector<std::unique_ptr<Unit>> owned_;
  std::vector<Unit*> units_;
  std::unique_ptr<Sequencer> sequencer_;
};

}  // namespace saccade
