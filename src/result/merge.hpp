// The shards of a sweep put together to the store that one run would have made.
#pragma once
#include <string>
#include <vector>

#include "result/store.hpp"

namespace saccade {

/// Merges the stores of all shards of a sweep into a new one at `out`, and opens that to read it.
/// The stores are left as they are. Throws UserError, with all mistakes and before `out` is there,
/// unless they are of one sweep and version, each shard once, and together have all points; if
/// `partial`, shards and points may be missing.
Store merge_stores(const std::vector<std::string>& paths, const std::string& out, bool partial);

}  // namespace saccade
