#include "cost/network.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <vector>

namespace saccade {
namespace {

PeNetwork network_of(InterconnectKind kind, bool multicast, int width_bits = 64) {
  return {kind, width_bits, 0.1, multicast};
}

struct Case {
  InterconnectKind kind;
  std::int64_t pes, copies;
  std::int64_t hops;            ///< of a byte, without multicast: copies times the way to one PE
  std::int64_t multicast_hops;  ///< of a byte for all of them
};

const auto kBus = InterconnectKind::bus;
const auto kCrossbar = InterconnectKind::crossbar;
const auto kTree = InterconnectKind::tree;
const auto kMesh = InterconnectKind::mesh;

const std::vector<Case> kCases = {
    // A bus reaches all in one hop.
    {kBus, 16, 1, 1, 1},
    {kBus, 16, 4, 4, 1},
    {kBus, 16, 16, 16, 1},
    // A crossbar has one to each.
    {kCrossbar, 16, 1, 1, 1},
    {kCrossbar, 16, 4, 4, 4},
    {kCrossbar, 16, 16, 16, 16},
    // Binary tree of 16 leaves, 4 deep. To 4 of them: 2 down to their subtree, its 2 + 4 edges. To
    // all: 2 + 4 + 8 + 16.
    {kTree, 16, 1, 4, 4},
    {kTree, 16, 2, 8, 3 + 2},
    {kTree, 16, 4, 16, 2 + 6},
    {kTree, 16, 16, 64, 30},
    // 12 leaves need 4 levels, too; a binary tree with 12 leaves has 22 edges.
    {kTree, 12, 1, 4, 4},
    {kTree, 12, 12, 48, 22},
    {kTree, 2, 2, 2, 2},
    {kTree, 1, 1, 1, 1},
    // Mesh of 4 x 4, one hop into the corner and i + j on from there: 4 on average. To 4 PEs: 4 to
    // the first, 3 on. To all: each is passed once.
    {kMesh, 16, 1, 4, 4},
    {kMesh, 16, 4, 16, 7},
    {kMesh, 16, 13, 52, 16},
    {kMesh, 16, 16, 64, 16},
    // 12 PEs lie in a square of side 4; 2 PEs are 2 hops away at most.
    {kMesh, 12, 1, 4, 4},
    {kMesh, 2, 1, 2, 2},
    {kMesh, 1, 1, 1, 1},
};

TEST(Network, HopsOfEveryTopology) {
  for (const Case& c : kCases) {
    const auto name = [&] {
      return testing::Message() << "topology " << static_cast<int>(c.kind) << ", " << c.copies
                                << " of " << c.pes;
    };
    const NetworkUse each = network_use(network_of(c.kind, false), c.pes, 10, c.copies);
    EXPECT_EQ(each.hop_bytes, 10 * c.hops) << name();
    EXPECT_EQ(each.link_bytes, 10 * c.copies) << name();
    const NetworkUse all = network_use(network_of(c.kind, true), c.pes, 10, c.copies);
    EXPECT_EQ(all.hop_bytes, 10 * c.multicast_hops) << name();
    EXPECT_EQ(all.link_bytes, 10) << name();
  }
}

/// Whatever the topology: multicast never costs more, one copy costs the same, nothing is free.
TEST(Network, MulticastSaves) {
  for (const InterconnectKind kind : {kBus, kCrossbar, kTree, kMesh}) {
    for (std::int64_t pes = 1; pes <= 64; ++pes) {
      std::int64_t before = 0;
      for (std::int64_t copies = 1; copies <= pes; ++copies) {
        const auto each = network_use(network_of(kind, false), pes, 1, copies);
        const auto all = network_use(network_of(kind, true), pes, 1, copies);
        EXPECT_LE(all.hop_bytes, each.hop_bytes) << pes << " " << copies;
        EXPECT_GE(all.hop_bytes, std::max<std::int64_t>(1, before)) << pes << " " << copies;
        EXPECT_TRUE(copies > 1 || all.hop_bytes == each.hop_bytes) << pes;
        before = all.hop_bytes;
      }
    }
  }
}

TEST(Network, CyclesAreBytesOverWidth) {
  struct Cycles {
    int width_bits;
    std::int64_t bytes, cycles;
  };
  for (const Cycles& c : std::vector<Cycles>{
           {64, 0, 0}, {64, 1, 1}, {64, 8, 1}, {64, 9, 2}, {8, 9, 9}, {1024, 1000, 8}}) {
    EXPECT_EQ(network_cycles(network_of(kBus, false, c.width_bits), c.bytes), c.cycles) << c.bytes;
  }
}

}  // namespace
}  // namespace saccade
