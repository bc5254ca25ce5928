// What must hold of every run, whatever the model: bounds and sums that a wrong figure breaks.
#pragma once
#include "flow/account.hpp"

namespace saccade {

/// Holds a run against what it cannot be below and what it must sum to. Cheap: linear in the ops.
///
/// Of the simulation from a cold start: DRAM traffic is at least compulsory (each parameter once,
/// each input and output once per inference); cycles are at least those that each engine, vector
/// unit, buffer, bus and the DRAM needs for what was counted, at its peak; no unit is busy for
/// longer. Of the result: exclusive cycles of ops, kinds of work and edges sum to the run; MACs of
/// ops sum to the total, which is the workload's; energy and area are the sums of their parts, and
/// ops share out all of the energy.
///
/// Throws std::logic_error with every figure that is off: that is a bug of the simulator, not a
/// figure to use.
void self_check(const PointResult& result, const Accounting& from);

}  // namespace saccade
