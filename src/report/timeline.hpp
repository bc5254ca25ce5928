// A run as a timeline: every task on its unit, for ui.perfetto.dev or chrome://tracing.
#pragma once
#include <string>

#include "result/point_result.hpp"

namespace saccade {

/// The result's timeline in the Trace Event Format (Google, "Trace Event Format", 2016), JSON with
/// one event a line: one thread per unit; per task a complete event ("X") named after its op, of
/// category load_input, load_weight, compute, post or store, in microseconds of simulated time
/// rounded to nanoseconds. Spans of one unit follow each other: where a unit took its next task
/// before the one before was complete (a pipeline), the earlier span ends there; `args` give the
/// cycles of the whole task. Throws std::logic_error if an event's unit, op or stage does not
/// exist.
std::string timeline_text(const PointResult& result);

}  // namespace saccade
