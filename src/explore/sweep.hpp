// Sweep files: hardware, workloads and techniques, the axes over them, and constraints.
#pragma once
#include <optional>
#include <string>
#include <vector>

#include "explore/constraint.hpp"
#include "flow/evaluate.hpp"

namespace saccade {

/// The file of a point that an axis sets values in.
enum class Place { hardware, workload, technique, mapping };
const char* place_name(Place place);

struct Axis {
  std::string name;
  Place in = Place::hardware;
  std::vector<std::string> pointers;  ///< JSON pointers, all of which are set to the value
  std::vector<Json> values;
  std::string place;  ///< its own JSON pointer in the sweep file, for messages
};

/// How each point is evaluated.
struct SweepOptions {
  Objective objective = Objective::latency;
  bool steady = false;
  int stream = 1;
  int window = 1;
  std::optional<int> batch;
};

/// Limits of one point; a point that exceeds them becomes a row that says so.
struct PointLimits {
  double seconds = 600;
  int memory_mib = 4096;
};

/// An entry of a sweep's techniques.
struct SweepTechnique {
  std::string technique;             ///< path; "" is none
  std::optional<std::string> trace;  ///< path, of inputs that the technique decides for
  std::string place;                 ///< its own JSON pointer in the sweep file, for messages
};

struct Sweep {
  std::string name;
  std::string file;
  Json document;                       ///< the file itself
  std::vector<std::string> hardware;   ///< paths
  std::vector<std::string> workloads;  ///< paths
  std::vector<SweepTechnique> techniques;
  std::optional<std::string> mapping;  ///< path
  /// Each point takes one index per group: the axes of a group go together ("zip").
  std::vector<std::vector<Axis>> groups;
  std::vector<Constraint> constraints;
  SweepOptions options;
  PointLimits limits;

  /// All axes, in the order of the file.
  std::vector<const Axis*> axes() const;
};

/// Reads a sweep file; paths in it are looked for beside it and among what ships. Throws UserError
/// for fields that cannot be read, and reports what else is wrong: files that do not exist, names
/// that stand twice, options that exclude a trace, constraints that contradict each other or name
/// what is neither axis nor figure.
Sweep read_sweep_json(const Json& document, const std::string& file, Mistakes& mistakes);

/// JSON Schema of a sweep file.
Json sweep_schema();

}  // namespace saccade
