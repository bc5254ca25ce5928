// Runs the points of a sweep that its store does not have, each in a process of its own.
#pragma once
#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <vector>

#include "explore/run_point.hpp"
#include "result/store.hpp"

namespace saccade {

/// Where a sweep stands.
struct SweepProgress {
  std::uint64_t total = 0;    ///< points of the sweep, or of this shard of it
  std::uint64_t done = 0;     ///< of them in the store
  std::uint64_t earlier = 0;  ///< of them there before this run
  std::map<Status, std::uint64_t> by_status;
  double seconds = 0;  ///< since this run began
  /// Points that ran, and not those that their axes excluded, in a second of this run.
  double points_per_s = 0;
  double seconds_left = 0;  ///< at that rate; 0 before there is one
};

struct SweepRun {
  int jobs = 1;
  Shard shard;
  PointLimits limits;
  std::string command;  ///< for the log
  /// Called when something changed, and every half second.
  std::function<void(const SweepProgress&)> progress = [](const SweepProgress&) {};
  /// How often the user asked to stop: once, no more points start and the running ones have
  /// `seconds_to_stop`; twice, they are dropped.
  std::function<int()> stops = [] { return 0; };
  double seconds_to_stop = 5;
  /// What a point is run by; tests put something else here.
  std::function<PointAnswer(const SweepPoints&, const SweepPoint&)> run = run_point;
};

struct SweepEnd {
  SweepProgress progress;
  bool stopped = false;
  /// Points that somebody killed three times, which have no row and run again next time.
  std::vector<std::uint64_t> killed;
};

/// What a store of these points, or of a shard of them, is of. `files` are texts by path.
StoreHeader store_header(const SweepPoints& points, const std::vector<std::string>& hashes,
                         Shard shard, const std::map<std::string, std::string>& files);

/// Whether a point belongs to a shard, by its hash.
bool in_shard(const std::string& hash, Shard shard);

/// Runs what the store lacks, writing rows as they come. `hashes` are those of all points. Throws
/// UserError if the store cannot be written; what was committed stays.
SweepEnd run_sweep(const SweepPoints& points, const std::vector<std::string>& hashes, Store& store,
                   const SweepRun& run);

}  // namespace saccade
