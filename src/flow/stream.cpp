#include "flow/stream.hpp"

#include <algorithm>

namespace saccade {
namespace {

void add(OpActivity& sum, const OpActivity& more) {
  if (more.tasks == 0) return;  // its start means nothing
  sum.start = sum.tasks == 0 ? more.start : std::min(sum.start, more.start);
  sum.end = std::max(sum.end, more.end);
  sum.tasks += more.tasks;
  sum.counts += more.counts;
  for (std::size_t kind = 0; kind < kWorkKinds; ++kind) {
    for (std::size_t edge = 0; edge < kEdges; ++edge) {
      sum.exclusive[kind][edge] += more.exclusive[kind][edge];
    }
  }
}

}  // namespace

std::vector<Cycle> latencies(const std::vector<OpActivity>& ops, std::size_t inferences) {
  const std::size_t each = ops.size() / inferences;
  std::vector<Cycle> cycles;
  for (std::size_t first = 0; first < ops.size(); first += each) {
    OpActivity inference;
    for (std::size_t i = first; i < first + each; ++i) add(inference, ops[i]);
    cycles.push_back(inference.end - inference.start);
  }
  return cycles;
}

std::vector<OpActivity> summed(const std::vector<OpActivity>& ops, std::size_t inferences) {
  std::vector<OpActivity> sums(ops.size() / inferences);
  for (std::size_t i = 0; i < ops.size(); ++i) add(sums[i % sums.size()], ops[i]);
  return sums;
}

}  // namespace saccade
