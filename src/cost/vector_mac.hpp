// Cycles and operand traffic of products on an engine of vector MACs.
//
// A PE takes one vector of C0 input channels a cycle and multiplies it by one vector of weights per
// lane, K0 of them. An m x k by k x n product so takes m * ceil(n / K0) * kv cycles on one PE, with
// kv = ceil(k / C0), or, where kernel taps are not folded, taps * ceil(channels / C0): what is
// padded is the granularity loss of Sreedhar et al., arXiv 2212.02687. Of a convolution in groups,
// `pack` groups share a vector and the lanes: a depthwise one fills one multiplier of each lane.
#pragma once
#include "cost/engine.hpp"

namespace saccade {

/// Vectors that a chunk of k is padded to. `taps`: of a convolution's kernel, if they are not
/// folded (the chunk has some channels of every tap); 1: folded, or no convolution.
std::int64_t k_vectors(const VectorMac& engine, std::int64_t k, std::int64_t taps);

/// Groups of a convolution with so many input and output channels each that a PE works on at once.
std::int64_t packed_groups(const VectorMac& engine, std::int64_t channels, std::int64_t n);

ArrayTiming vector_mac_timing(const VectorMac& engine, const EngineTile& tile);
TileAccesses vector_mac_accesses(const VectorMac& engine, const EngineTile& tile, bool accumulate);
/// Sums that PEs which share k send to one another.
std::int64_t vector_mac_exchanged(const VectorMac& engine, const EngineTile& tile);
std::int64_t vector_mac_slots(const VectorMac& engine, const EngineTile& tile);

/// What one PE has of a tile, if it has most; and on how many PEs the tile lies: fewer than the
/// split says where there is too little of a dimension.
struct PeShare {
  std::int64_t entries = 1;  ///< passes of `pack` entries
  std::int64_t m = 1;
  std::int64_t n_vectors = 1;  ///< of K0
  std::int64_t k_vectors = 1;  ///< of C0
  Split active;
};
PeShare pe_share(const VectorMac& engine, const EngineTile& tile);

}  // namespace saccade
