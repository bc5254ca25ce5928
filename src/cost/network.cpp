#include "cost/network.hpp"

#include <algorithm>
#include <cmath>
#include <stdexcept>

#include "base/math.hpp"

namespace saccade {
namespace {

/// Levels of a binary tree with so many leaves.
std::int64_t depth_of(std::int64_t leaves) {
  std::int64_t depth = 0;
  while ((std::int64_t{1} << depth) < leaves) ++depth;
  return depth;
}

/// Hops to reach so many PEs at once.
std::int64_t multicast_hops(InterconnectKind kind, std::int64_t pes, std::int64_t reached) {
  switch (kind) {
    case InterconnectKind::bus:
      return 1;
    case InterconnectKind::crossbar:
      return reached;
    case InterconnectKind::tree:
      return depth_of(pes) - depth_of(reached) + 2 * reached - 2 + (pes == 1 ? 1 : 0);
    case InterconnectKind::mesh: {
      const auto side = static_cast<std::int64_t>(std::ceil(std::sqrt(static_cast<double>(pes))));
      return std::min(pes, side + reached - 1);
    }
  }
  throw std::logic_error("unknown topology");
}

}  // namespace

NetworkUse network_use(const PeNetwork& network, std::int64_t pes, std::int64_t bytes,
                       std::int64_t copies) {
  if (network.multicast) return {bytes, bytes * multicast_hops(network.kind, pes, copies)};
  return {bytes * copies, bytes * copies * multicast_hops(network.kind, pes, 1)};
}

NetworkUse exchange_use(const PeNetwork& network, std::int64_t bytes) {
  const bool bus = network.kind == InterconnectKind::bus;
  return {bus ? bytes : 0, network.kind == InterconnectKind::tree ? 2 * bytes : bytes};
}

std::int64_t network_cycles(const PeNetwork& network, std::int64_t link_bytes) {
  return ceil_div(link_bytes, network.width_bits / 8);
}

}  // namespace saccade
