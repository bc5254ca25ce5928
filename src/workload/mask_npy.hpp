// Masks that NumPy wrote.
#pragma once
#include <string>
#include <vector>

#include "workload/mask.hpp"

namespace saccade {

/// Reads an array of bool, uint8 or int8 (blocks, heads, queries, keys) whose entries are 0 or 1;
/// entries that equal `kept` are kept. Throws UserError for any other file.
std::vector<HeadMaps> read_npy_maps(const std::string& path, bool kept);

}  // namespace saccade
