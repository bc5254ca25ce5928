// A mapping as JSON: what runs how, and why that won. What it says can be pinned by reading it
// again.
#pragma once
#include "base/json.hpp"
#include "mapping/mapping.hpp"

namespace saccade {

Json mapping_json(const Mapping& mapping, const Accelerator& accelerator, Objective objective);

/// The same as text, a line per op.
std::string mapping_text(const Mapping& mapping, const Accelerator& accelerator,
                         Objective objective);

}  // namespace saccade
