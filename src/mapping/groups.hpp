// Fusion: which ops run interleaved, tile by tile or row block by row block.
#pragma once
#include <set>
#include <vector>

#include "workload/workload.hpp"

namespace saccade {

/// An op with tiles of its own, and elementwise ops that take each of its output tiles on.
struct Anchor {
  std::size_t op = 0;
  std::vector<std::size_t> followers;

  std::size_t last() const { return followers.empty() ? op : followers.back(); }
  /// The op and its followers, in order.
  std::vector<std::size_t> chain() const {
    std::vector<std::size_t> ops = {op};
    ops.insert(ops.end(), followers.begin(), followers.end());
    return ops;
  }
};

/// Ops that run together. Several anchors (QK^T, softmax, AV) advance by row blocks of one size.
struct Group {
  std::vector<Anchor> anchors;
};

/// Ops that read each tensor, in order.
std::vector<std::vector<std::size_t>> readers_of(const Workload& workload);

/// Ops that write each tensor, in order; none where it comes with the model or the input.
std::vector<std::vector<std::size_t>> writers_of(const Workload& workload);

/// Groups in an order in which each finds its inputs. QK^T, softmax and AV of the same rows become
/// one group where nobody else reads the scores and `apart` does not name QK^T.
std::vector<Group> make_groups(const Workload& workload, const std::set<std::size_t>& apart);

}  // namespace saccade
