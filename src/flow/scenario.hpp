// The runs of a trace's paths as one result, and statistics over its inputs.
#pragma once
#include <vector>

#include "result/point_result.hpp"

namespace saccade {

/// A path's own result, and how many batches of the trace took it.
struct PathRun {
  std::string name;
  std::int64_t runs = 1;
  PointResult result;
};

/// Mean, nearest-rank percentiles and worst of values of which each stands `weight` times; there
/// must be one.
struct WeightedValue {
  double value = 0;
  std::int64_t weight = 1;
};
Distribution distribution(std::vector<WeightedValue> values);

/// All batches of the trace one after the other, each as long as its path takes alone: times,
/// energies and counts are sums over the runs, ops of one name are summed, utilisations are over
/// all of the time. All paths must be `ok` and of one design.
PointResult combined(const std::vector<PathRun>& paths);

}  // namespace saccade
