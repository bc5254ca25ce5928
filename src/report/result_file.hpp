// Results read back from the files that `saccade run --json` wrote.
#pragma once
#include <string>

#include "result/point_result.hpp"

namespace saccade {

/// A result and the file that it was read from.
struct ResultFile {
  std::string file;
  PointResult result;
};

/// Reads what a comparison needs: what ran, totals, and of each op name, role, exclusive cycles,
/// bytes, energy and bound; the rest keeps its defaults. Throws UserError with all mistakes of the
/// file; a status other than ok is one.
ResultFile read_result(const std::string& file);

}  // namespace saccade
