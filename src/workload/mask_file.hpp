// Masks of the user's: a NumPy array, or a JSON file of parts.
#pragma once
#include <string>

#include "base/json.hpp"
#include "workload/mask.hpp"

namespace saccade {

/// Reads a mask: a .npy file, true being pruned, or JSON with "parts", whose blocks follow one
/// another in the order of the model's attentions. A part is "npy" (a file beside it) or
/// "generate". Throws UserError with all mistakes.
Mask read_mask(const std::string& path);
/// The same of a JSON document that was read from `file`.
Mask read_mask_json(const Json& document, const std::string& file);

/// JSON Schema of a mask file.
Json mask_schema();

}  // namespace saccade
