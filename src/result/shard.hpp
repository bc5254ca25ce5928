// Shards in the names of files: results.shard-2-of-4.db.
#pragma once
#include <optional>
#include <string>

#include "result/store.hpp"

namespace saccade {

/// Where a shard of the store at `path` lies: "results.db" -> "results.shard-2-of-4.db"; `path`
/// itself for 1 of 1.
std::string shard_path(const std::string& path, Shard shard);

/// The shard that the name of a file speaks of; nothing if it speaks of none.
std::optional<Shard> shard_of_path(const std::string& path);

/// "shard 2 of 4", or "the whole sweep" for 1 of 1.
std::string shard_text(Shard shard);

}  // namespace saccade
