// What moved from one store to another: points, statuses, figures and what they rest on.
#pragma once
#include <string>

#include "report/store_match.hpp"

namespace saccade {

/// Both stores beside each other, points that only one has or whose status changed, how far each
/// figure moved, and the `top` points (0: all) that a figure moved most of. Throws UserError if the
/// points cannot be matched.
std::string store_diff_text(const StoreRows& a, const StoreRows& b, const std::string& figure,
                            std::size_t top);

}  // namespace saccade
