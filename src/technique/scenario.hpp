// From a trace to the distinct runs that a technique's policy makes of it.
#pragma once
#include <cstdint>
#include <string>
#include <vector>

#include "technique/pass.hpp"
#include "workload/trace.hpp"

namespace saccade {

/// One way to run a model: efforts one after the other, for inputs that were decided alike.
struct Path {
  std::vector<std::size_t> efforts;  ///< none: the technique's own passes
  Decisions decisions;
  int images = 1;  ///< inputs that run together

  friend bool operator<(const Path& a, const Path& b) {
    return std::tie(a.efforts, a.images, a.decisions) < std::tie(b.efforts, b.images, b.decisions);
  }
};

struct PathCount {
  Path path;
  std::int64_t runs = 0;  ///< of so many batches of the trace
};

/// The distinct paths, in the order in which the trace meets them first. Inputs of a batch go
/// together: it keeps the most tokens that one of them keeps, skips what all skip, and runs on
/// until the last of them is accepted. Throws UserError for inputs that name no effort, or from
/// which the policy cannot tell one.
std::vector<PathCount> scenario_paths(const Technique& technique, const Trace& trace,
                                      const std::string& trace_file);

/// The runs of a path as one workload: the efforts in sequence, each but the technique's last
/// followed by its entropy gate, which the next one waits for. `model` infers the path's images.
Workload path_workload(const Technique& technique, const Path& path, const Workload& model);

/// "low + high", "138/87/43 tokens", ...
std::string path_name(const Technique& technique, const Path& path);

}  // namespace saccade
