// One point of a sweep, from its inputs to its row.
#pragma once
#include <string>

#include "explore/points.hpp"

namespace saccade {

struct PointAnswer {
  PointRow row;
  std::string details;  ///< the whole result as JSON; "" if nothing was simulated
};

/// Row of a point that has no figures: its place, names and axis values. The hash is left empty.
PointRow bare_row(const SweepPoint& point, Status status, const std::string& message);

/// Evaluates a point and holds it against the sweep's constraints, those that the design alone
/// decides before anything is simulated. Mistakes of the user give a row of status failed.
PointAnswer run_point(const SweepPoints& points, const SweepPoint& point);

/// An answer as bytes and back, for the pipe between processes.
std::string answer_bytes(const PointAnswer& answer);
PointAnswer answer_of(const std::string& bytes);

}  // namespace saccade
