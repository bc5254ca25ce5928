// From a simulation's counters to the figures of a result.
#pragma once
#include "cost/energy.hpp"
#include "mapping/mapping.hpp"
#include "result/point_result.hpp"
#include "sim/simulate.hpp"

namespace saccade {

struct Accounting {
  const Accelerator& accelerator;
  const Technology& technology;
  const Mapping& mapping;
  const SimResult& first;  ///< from a cold start: one inference, or all of a stream
  const SimResult& both;   ///< `steady`: two in a row, else `first` itself
  bool steady = false;     ///< account for the second inference
  bool timeline = false;
  std::optional<Topic> explain = std::nullopt;
};

/// Inferences of a mapped workload, one after the other; weights of the next are loaded as early as
/// buffers allow, its input when the `window`-th before it has stored its outputs.
SimResult run_stream(const Accelerator& accelerator, const Mapping& mapping, int inferences,
                     int window = 1, const SimOptions& options = {});

/// Fills in everything of `result` that follows from the run; its `images`, `stream` and what the
/// design tells (flow/design.hpp) must be there. Energy of an op: its dynamic energy, and leakage,
/// clock and the memory's background by its exclusive cycles. Ops of a stream are summed over its
/// inferences.
void account(PointResult& result, const Accounting& from);

}  // namespace saccade
