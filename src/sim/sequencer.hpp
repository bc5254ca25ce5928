// Hands the program out, in order, to the bounded queues of the units.
#pragma once
#include <vector>

#include "sim/unit.hpp"

namespace saccade {

class Sequencer : public sc_core::sc_module {
 public:
  SC_HAS_PROCESS(Sequencer);
  Sequencer(const sc_core::sc_module_name& name, Shared& shared, TaskSource& program,
            const std::vector<Unit*>& units);

  bool finished() const { return finished_; }

 private:
  void run();
  void hand_out();

  Shared& shared_;
  TaskSource& program_;
  const std::vector<Unit*>& units_;
  TileTask task_;  ///< a member, since locals of a thread that never ends are not destroyed
  std::uint64_t handed_out_ = 0;
  bool finished_ = false;
};

}  // namespace saccade
