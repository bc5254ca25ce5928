// One point from files to figures: read, transform, map, simulate, account.
#pragma once
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "flow/hardware.hpp"
#include "mapping/schedule.hpp"
#include "result/point_result.hpp"

namespace saccade {

/// What to evaluate.
struct PointFiles {
  std::string hardware;
  std::string workload;
  std::optional<std::string> technique;
  Patches hardware_patches;
  Patches workload_patches;
  std::optional<std::string> mapping = std::nullopt;  ///< that fixes what the mapper would choose
  /// Images that one inference infers together; a list of ops or layers has its own.
  std::optional<int> batch = std::nullopt;
};

struct EvaluateOptions {
  Objective objective = Objective::latency;
  bool steady = false;           ///< report the second of two inferences in a row; without a stream
  int stream = 1;                ///< inferences one after the other, reported together
  int window = 1;                ///< of them in flight, 1 to `stream`
  bool timeline = false;         ///< keep one event per task
  bool mapping = false;          ///< keep the mapping
  std::optional<Topic> explain;  ///< keep what this figure was computed from
  /// Keep the transfers to and from DRAM; of both inferences if `steady`.
  bool dram_trace = false;
  /// Called now and then with the share of the simulation that is done.
  std::function<void(double)> progress;
};

/// Throws UserError for mistakes in the files. A design on which the workload cannot run gives a
/// result of status infeasible, whose message names op, buffer, bytes needed and bytes there.
PointResult evaluate(const PointFiles& files, const EvaluateOptions& options);

}  // namespace saccade
