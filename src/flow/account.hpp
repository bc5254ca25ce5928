// From a simulation's counters to the figures of a result.
#pragma once
#include <functional>

#include "cost/energy.hpp"
#include "mapping/mapping.hpp"
#include "result/point_result.hpp"
#include "sim/simulate.hpp"

namespace saccade {

struct Accounting {
  const Accelerator& accelerator;
  const Technology& technology;
  const Mapping& mapping;
  const SimResult& first;  ///< one inference from a cold start
  const SimResult& both;   ///< `steady`: two in a row, else `first` itself
  bool steady = false;     ///< account for the second inference
  bool timeline = false;
};

/// `images` inferences of a mapped workload, one after the other; weights of the next are loaded as
/// early as buffers allow, its activations when the one before has stored its outputs.
SimResult run_stream(const Accelerator& accelerator, const Mapping& mapping, int images,
                     const std::function<void(double)>& progress = nullptr);

/// Fills in everything of `result` that follows from the run. Energy of an op: its dynamic energy,
/// and leakage, clock and the memory's background by its exclusive cycles.
void account(PointResult& result, const Accounting& from);

}  // namespace saccade
