// One point from files to figures: read, transform, map, simulate, account.
#pragma once
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "flow/hardware.hpp"
#include "mapping/schedule.hpp"
#include "result/point_result.hpp"
#include "workload/trace.hpp"

namespace saccade {

/// What to evaluate, by files.
struct PointFiles {
  std::string hardware;
  std::string workload;
  std::optional<std::string> technique;
  Patches hardware_patches;
  Patches workload_patches;
  std::optional<std::string> mapping = std::nullopt;  ///< that fixes what the mapper would choose
  /// Images that one inference infers together; a list of ops or layers has its own.
  std::optional<int> batch = std::nullopt;
  std::optional<std::string> trace = std::nullopt;  ///< of inputs that the technique decides for
};

/// A file's JSON, perhaps patched; of a list of layers (.csv) its text.
struct Document {
  std::string path;
  Json json;
  std::vector<std::string> patched;  ///< pointers of values that are not the file's own
};

/// What to evaluate, read.
struct PointInputs {
  Document hardware;
  Document workload;
  std::optional<Document> technique;
  std::optional<Document> mapping;
  std::optional<int> batch;
  std::shared_ptr<const Trace> trace;  ///< perhaps long, and of many points; null without one
  std::string trace_file;
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
  /// Called before anything is mapped with what the design alone tells: area, clock and peaks. A
  /// text that it returns excludes the point, and says why.
  std::function<std::string(const PointResult&)> admit;
};

/// Reads a file and patches it. Throws UserError.
Document read_document(const std::string& path, const Patches& patches = {});
PointInputs read_inputs(const PointFiles& files);

/// Throws UserError for mistakes in the documents. A design on which the workload cannot run gives
/// a result of status infeasible, whose message names op, buffer, bytes needed and bytes there.
PointResult evaluate_inputs(const PointInputs& inputs, const EvaluateOptions& options);
PointResult evaluate(const PointFiles& files, const EvaluateOptions& options);

}  // namespace saccade
