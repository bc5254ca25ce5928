// Axes as sweep files write them: lists, ranges and geometric ranges of values, alone or zipped.
#pragma once
#include <vector>

#include "base/schema.hpp"
#include "explore/sweep.hpp"

namespace saccade {

/// An element of "axes": one axis, or several that go together; every axis has its values, and its
/// place is that in the file.
const Type<std::vector<Axis>>& axis_group_type();

}  // namespace saccade
