// An engine as a unit: cycles by cost/engine, overlap with the tile before.
#pragma once
#include "cost/engine.hpp"
#include "sim/unit.hpp"

namespace saccade {

class PeArray : public Unit {
 public:
  PeArray(const sc_core::sc_module_name& name, Shared& shared, int queue_depth,
          const EngineKind& engine)
      : Unit(name, shared, queue_depth), engine_(engine) {}

 private:
  Timing work(const TileTask& task, Core::Slot slot) override;

  const EngineKind& engine_;
  ArrayState before_;
};

}  // namespace saccade
