// What a transfer between shared buffers and those of PEs costs on the network between them.
#pragma once
#include <cstdint>

#include "hardware/accelerator.hpp"

namespace saccade {

struct NetworkUse {
  std::int64_t link_bytes = 0;  ///< over the link that all data of one direction pass
  std::int64_t hop_bytes = 0;   ///< bytes times hops, which take energy
};

/// `bytes` that are needed by `copies` of `pes` PEs (or come from them). With multicast the shared
/// link carries them once, else once per copy. Hops, an estimate from the topology alone:
/// * bus: one, which reaches every PE;
/// * crossbar: one to each PE;
/// * tree (binary): its depth to each PE; a multicast runs down to the subtree of its PEs once and
///   then over every edge of it;
/// * mesh: fed at a corner, as many as the side of the square on average; a multicast runs there
///   once and then on from PE to PE.
NetworkUse network_use(const PeNetwork& network, std::int64_t pes, std::int64_t bytes,
                       std::int64_t copies);

/// `bytes` from PE to PE next to it: over the link of a bus, past that of the others; up and down
/// again in a tree.
NetworkUse exchange_use(const PeNetwork& network, std::int64_t bytes);

/// Cycles that they take.
std::int64_t network_cycles(const PeNetwork& network, std::int64_t link_bytes);

}  // namespace saccade
