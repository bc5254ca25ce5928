// One axis at a time: how figures move when one axis of the best design takes its other values.
#pragma once
#include <string>
#include <vector>

#include "result/store.hpp"

namespace saccade {

/// A point that differs from the best design in one axis alone.
struct Variation {
  std::string value;              ///< of the axis, as text
  const PointRow* row = nullptr;  ///< nothing: the store has no such point
};

struct AxisVariations {
  std::string name;  ///< of the axis; of all axes that only ever move together; or "hardware"
  std::vector<Variation> variations;  ///< by rising value, the best design's own among them
  /// Largest over smallest of the figure; 0 if fewer than two points have it.
  double movement = 0;
};

/// Axes with more than one value in the store that apply to `best`, in their order, and "hardware"
/// last where the workload ran on several. `rows` must outlive the result.
std::vector<AxisVariations> variations_of(const StoreHeader& header,
                                          const std::vector<PointRow>& rows, const PointRow& best,
                                          const std::string& figure);

/// Tables of all of these for the best design of each workload and technique by a figure, and its
/// axes ranked by how much it moves.
std::string sensitivity_text(const StoreHeader& header, const std::vector<PointRow>& rows,
                             const std::string& figure);

}  // namespace saccade
