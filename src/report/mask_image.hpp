// Maps of attention as a PNG image.
#pragma once
#include <string>
#include <vector>

#include "report/mask_report.hpp"

namespace saccade {

/// A pixel per entry: white if it is pruned, blue if it is kept, orange if it is kept in a global
/// column (more than `threshold` entries). Heads stand side by side, blocks below one another, with
/// grey between. `reorder` draws global columns before all others.
struct MaskImageOptions {
  std::int64_t threshold = 50;
  bool reorder = false;
};

/// The bytes of the file. Throws UserError if the image is too large.
std::string mask_png(const std::vector<ChosenHeads>& blocks, const MaskImageOptions& options);

}  // namespace saccade
