// A systolic array as a unit: cycles by cost/systolic, overlap with the tile before.
#pragma once
#include "cost/systolic.hpp"
#include "sim/unit.hpp"

namespace saccade {

class PeArray : public Unit {
 public:
  PeArray(const sc_core::sc_module_name& name, Shared& shared, int queue_depth,
          const SystolicArray& array)
      : Unit(name, shared, queue_depth), array_(array) {}

 private:
  Timing work(const TileTask& task, Core::Slot slot) override;

  const SystolicArray& array_;
  ArrayState before_;
};

}  // namespace saccade
