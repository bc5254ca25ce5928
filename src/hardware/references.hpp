// Files that a hardware file rests on.
#pragma once
#include <string>
#include <vector>

#include "base/json.hpp"

namespace saccade {

/// Paths of the DRAM standard, the technology table and its SRAM table of a hardware document that
/// was read from `file`. What it names wrongly is left out: reading the document answers it.
std::vector<std::string> referenced_files(const Json& document, const std::string& file);

}  // namespace saccade
