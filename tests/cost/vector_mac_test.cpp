#include "cost/vector_mac.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <random>
#include <tuple>
#include <vector>

#include "base/math.hpp"

namespace saccade {
namespace {

constexpr PeStationary kBoth[] = {PeStationary::weights, PeStationary::outputs};

VectorMac engine_of(int pes, int lanes, int width,
                    PeStationary stationary = PeStationary::weights) {
  return {pes, lanes, width, stationary, 5, true};
}

EngineTile tile_of(const VectorMac& engine, const GemmTile& size, const Split& split,
                   std::int64_t taps = 1, std::int64_t entries = 1, std::int64_t pack = 1) {
  return {size, entries, split, pack, k_vectors(engine, size.k, taps)};
}

TEST(VectorMac, VectorsOfK) {
  struct Case {
    int width;
    std::int64_t k, taps, vectors;
  };
  const std::vector<Case> cases = {
      {16, 1, 1, 1},     {16, 16, 1, 1},   {16, 17, 1, 2}, {16, 768, 1, 48},
      {1, 5, 1, 5},      {16, 147, 1, 10},  // 7 x 7 taps of 3 channels in a row: 147 / 16
      {16, 147, 49, 49},                    // each tap's 3 channels in a vector of their own
      {16, 288, 9, 18},                     // 3 x 3 taps of 32 channels: 2 vectors each
      {16, 180, 9, 18},                     // of 20 channels: still 2
      {16, 180, 1, 12},                     // folded
      {16, 9, 9, 9},                        // depthwise
  };
  for (const Case& c : cases) {
    EXPECT_EQ(k_vectors(engine_of(1, 1, c.width), c.k, c.taps), c.vectors)
        << c.k << " in " << c.taps << " taps by " << c.width;
  }
}

TEST(VectorMac, GroupsThatShareAPe) {
  struct Case {
    int lanes, width;
    std::int64_t channels, n, groups;
  };
  const std::vector<Case> cases = {
      {16, 16, 1, 1, 16},  // depthwise: one multiplier of each lane
      {16, 8, 1, 1, 8},    // the vector is full after 8 channels
      {8, 16, 1, 1, 8},    // all lanes are taken after 8
      {16, 16, 4, 4, 4},  {16, 16, 4, 2, 4}, {16, 16, 2, 4, 4},
      {16, 16, 3, 5, 3},  {16, 16, 9, 1, 1},  // no room for another 9 channels
      {16, 16, 1, 32, 1},                     // a group needs more lanes than there are
      {16, 16, 64, 1, 1},
  };
  for (const Case& c : cases) {
    EXPECT_EQ(packed_groups(engine_of(1, c.lanes, c.width), c.channels, c.n), c.groups)
        << c.channels << " to " << c.n << " on " << c.lanes << " x " << c.width;
  }
}

TEST(VectorMac, SharesOfPes) {
  // 7 rows on 4 PEs: 2 each, and 1; 5 vectors of columns on 2: 3 and 2; 3 vectors of k on 4: 1
  // each, one PE idle; 5 entries in pairs on 2: 2 passes and 1.
  const VectorMac engine = engine_of(64, 4, 8);
  const EngineTile tile = tile_of(engine, {7, 18, 24}, {2, 4, 2, 4}, 1, 5, 2);
  const PeShare share = pe_share(engine, tile);
  EXPECT_EQ(share.m, 2);
  EXPECT_EQ(share.active.m, 4);
  EXPECT_EQ(share.n_vectors, 3);
  EXPECT_EQ(share.active.n, 2);
  EXPECT_EQ(share.k_vectors, 1);
  EXPECT_EQ(share.active.k, 3);
  EXPECT_EQ(share.entries, 2);
  EXPECT_EQ(share.active.entries, 2);
  EXPECT_EQ(share.active.pes(), 2 * 4 * 2 * 3);
  // 5 rows on 4 PEs: 2, 2 and 1, and the fourth has none.
  EXPECT_EQ(pe_share(engine, tile_of(engine, {5, 4, 8}, {1, 4, 1, 1})).active.m, 3);
}

TEST(VectorMac, Timing) {
  struct Case {
    GemmTile size;
    Split split;
    std::int64_t taps, entries, pack;
    std::int64_t occupies, ideal;
    std::int64_t sums = 0;  ///< cycles in which PEs along k add them up
  };
  // 4 PEs of 4 lanes by 8: 128 multipliers.
  const VectorMac engine = engine_of(4, 4, 8);
  const std::vector<Case> cases = {
      // 16 rows x 2 column vectors x 4 vectors of k on one PE; 16 x 8 x 32 MACs / 128.
      {{16, 8, 32}, {1, 1, 1, 1}, 1, 1, 1, 128, 32},
      // The same on all four, in any way.
      {{16, 8, 32}, {1, 4, 1, 1}, 1, 1, 1, 32, 32},
      {{16, 8, 32}, {1, 2, 2, 1}, 1, 1, 1, 32, 32},
      // Along k: then 16 rows x 2 vectors of sums are added up in two rounds.
      {{16, 8, 32}, {1, 1, 1, 4}, 1, 1, 1, 32, 32, 2 * 16 * 2},
      // Two column vectors for four PEs: two idle.
      {{16, 8, 32}, {1, 1, 4, 1}, 1, 1, 1, 64, 32},
      // Ragged: 17 rows are 5 on the fullest PE, 9 columns 3 vectors, k = 33 5: 5 x 3 x 5.
      {{17, 9, 33}, {1, 4, 1, 1}, 1, 1, 1, 75, 40},  // 5049 MACs / 128 = 39.4
      // Six heads on four PEs: two on the fullest.
      {{2, 4, 8}, {4, 1, 1, 1}, 1, 6, 1, 4, 3},
      // 16 channels depthwise, 3 x 3, 4 to a PE: 9 taps of 10 pixels; 10 x 9 x 16 MACs / 128.
      {{10, 1, 9}, {4, 1, 1, 1}, 9, 16, 4, 90, 12},
      {{1, 1, 1}, {1, 1, 1, 1}, 1, 1, 1, 1, 1},
  };
  for (const Case& c : cases) {
    const EngineTile tile = tile_of(engine, c.size, c.split, c.taps, c.entries, c.pack);
    const ArrayTiming timing = vector_mac_timing(engine, tile);
    EXPECT_EQ(timing.occupies, c.occupies);
    EXPECT_EQ(timing.completes, c.occupies + 5 + c.sums);
    EXPECT_EQ(timing.ideal, c.ideal);
    EXPECT_EQ(timing.quantisation, c.occupies - c.ideal);
    EXPECT_EQ(timing.fill_drain, 5 + c.sums);
  }
}

TEST(VectorMac, Accesses) {
  struct Case {
    PeStationary stationary;
    Split split;
    bool accumulate;
    std::int64_t inputs, weights, reads, writes;
  };
  const auto held = PeStationary::weights;
  const auto sums = PeStationary::outputs;
  // 6 x 32 by 32 x 8 on PEs of 4 lanes by 8: 192 inputs, 256 weights, 48 results, 2 column vectors,
  // 4 vectors of k.
  const std::vector<Case> cases = {
      // Inputs for 2 column vectors, weights once, sums after 4 vectors, read before 3 or 4.
      {held, {1, 1, 1, 1}, false, 384, 256, 144, 192},
      {held, {1, 1, 1, 1}, true, 384, 256, 192, 192},
      // Three PEs with 2 rows each have the same weights; along n nothing changes.
      {held, {1, 3, 1, 1}, false, 384, 768, 144, 192},
      {held, {1, 1, 2, 1}, false, 384, 256, 144, 192},
      // Four rows of PEs for 6 rows: the fourth has none.
      {held, {1, 4, 1, 1}, false, 384, 768, 144, 192},
      // Two PEs along k: each has 2 vectors, the second of which finds a sum (48 x 2 reads); the
      // two sums of a result are added (48 reads to send, 48 to add, 48 writes).
      {held, {1, 1, 1, 2}, false, 384, 256, 192, 240},
      {held, {1, 1, 1, 2}, true, 384, 256, 240, 240},
      // Sums stay in registers: each weight for all 6 rows, one write.
      {sums, {1, 1, 1, 1}, false, 384, 1536, 0, 48},
      {sums, {1, 1, 1, 1}, true, 384, 1536, 48, 48},
      {sums, {1, 3, 2, 1}, false, 384, 1536, 0, 48},
      {sums, {1, 1, 1, 4}, false, 384, 1536, 288, 336},  // 3 additions of 4 sums
  };
  for (const Case& c : cases) {
    const VectorMac engine = engine_of(8, 4, 8, c.stationary);
    const EngineTile tile = tile_of(engine, {6, 8, 32}, c.split);
    const TileAccesses moved = vector_mac_accesses(engine, tile, c.accumulate);
    EXPECT_EQ(moved.input_reads, c.inputs);
    EXPECT_EQ(moved.weight_reads, c.weights);
    EXPECT_EQ(moved.partial_reads, c.reads);
    EXPECT_EQ(moved.partial_writes, c.writes);
  }
}

/// MACs over slots of a product is how well its columns fill lanes and its k fills vectors.
TEST(VectorMac, SlotsGiveTheSpatialUtilisation) {
  const VectorMac engine = engine_of(16, 16, 16);
  for (const std::int64_t n : {1, 15, 16, 17, 64, 197}) {
    for (const std::int64_t k : {1, 9, 16, 64, 147, 768}) {
      for (const Split& split : {Split{1, 1, 1, 1}, Split{1, 4, 4, 1}, Split{2, 2, 2, 2}}) {
        const EngineTile tile = tile_of(engine, {13, n, k}, split, 1, 3);
        const double macs = 3.0 * 13 * static_cast<double>(n * k);
        const double full =
            static_cast<double>(n * k) / static_cast<double>(round_up(n, 16) * round_up(k, 16));
        EXPECT_DOUBLE_EQ(macs / static_cast<double>(vector_mac_slots(engine, tile)), full);
      }
    }
  }
}

TEST(VectorMac, SlotsOfConvolutions) {
  const VectorMac engine = engine_of(4, 4, 8);  // 32 multipliers a PE
  // Depthwise, 16 channels, 4 to a PE, 9 taps, 10 pixels: 4 passes of 90 cycles.
  EXPECT_EQ(vector_mac_slots(engine, tile_of(engine, {10, 1, 9}, {4, 1, 1, 1}, 9, 16, 4)),
            4 * 90 * 32);
  // Five of them are two passes.
  EXPECT_EQ(vector_mac_slots(engine, tile_of(engine, {10, 1, 9}, {4, 1, 1, 1}, 9, 5, 4)),
            2 * 90 * 32);
  // 3 channels of 9 taps, folded into 4 vectors or padded to 9.
  EXPECT_EQ(vector_mac_slots(engine, tile_of(engine, {10, 4, 27}, {}, 1)), 10 * 4 * 32);
  EXPECT_EQ(vector_mac_slots(engine, tile_of(engine, {10, 4, 27}, {}, 9)), 10 * 9 * 32);
}

/// PEs that go through their shares of a tile vector by vector.
class Walker {
 public:
  Walker(const VectorMac& engine, const EngineTile& tile, std::int64_t taps, bool accumulate)
      : engine_(engine), tile_(tile), taps_(taps), accumulate_(accumulate) {
    const Split& split = tile.split;
    for (std::int64_t pe = 0; pe < split.pes(); ++pe) {
      walk(part(ceil_div(tile.entries, tile.pack), split.entries, pe % split.entries),
           part(tile.size.m, split.m, pe / split.entries % split.m),
           part(ceil_div(tile.size.n, engine.lanes), split.n,
                pe / split.entries / split.m % split.n),
           part(tile.k_vectors, split.k, pe / split.entries / split.m / split.n));
    }
    merge();
  }

  TileAccesses moved;
  std::int64_t longest = 0, steps = 0, macs = 0, active = 0;

 private:
  struct Part {
    std::int64_t begin, end;
  };
  using Vector = std::tuple<std::int64_t, std::int64_t, std::int64_t>;  // pass, columns, k

  static Part part(std::int64_t whole, std::int64_t pes, std::int64_t index) {
    const std::int64_t largest = (whole + pes - 1) / pes;
    return {std::min(whole, index * largest), std::min(whole, (index + 1) * largest)};
  }
  /// Entries of a pass, columns of a vector of lanes, channels of a vector of k.
  std::int64_t groups(std::int64_t pass) const {
    return std::min(tile_.pack, tile_.entries - pass * tile_.pack);
  }
  std::int64_t columns(std::int64_t vector) const {
    return std::min<std::int64_t>(engine_.lanes, tile_.size.n - vector * engine_.lanes);
  }
  std::int64_t channels(std::int64_t vector) const {
    const std::int64_t of_tap = tile_.size.k / taps_;
    const std::int64_t per_tap = tile_.k_vectors / taps_;
    return std::min<std::int64_t>(engine_.vector_width,
                                  of_tap - vector % per_tap * engine_.vector_width);
  }

  void walk(Part passes, Part rows, Part column_vectors, Part k_vectors) {
    const std::int64_t before = steps;
    Vector weights_held{-1, -1, -1};
    const auto step = [&](std::int64_t pass, std::int64_t row, std::int64_t n, std::int64_t k) {
      ++steps;
      macs += groups(pass) * columns(n) * channels(k);
      moved.input_reads += groups(pass) * channels(k);
      const Vector weights{pass, n, k};
      const bool stay = engine_.stationary == PeStationary::weights;
      if (!stay || weights != weights_held) {
        moved.weight_reads += groups(pass) * channels(k) * columns(n);
      }
      weights_held = weights;
      const std::int64_t results = groups(pass) * columns(n);
      const bool first = k == k_vectors.begin, last = k + 1 == k_vectors.end;
      // Sums of earlier chunks lie with the PE that has the first vector of k.
      if (first ? accumulate_ && k == 0 : stay) moved.partial_reads += results;
      if (stay || last) moved.partial_writes += results;
      if (last) ++sums_[{pass, row, n}];
    };
    for (std::int64_t pass = passes.begin; pass < passes.end; ++pass) {
      for (std::int64_t n = column_vectors.begin; n < column_vectors.end; ++n) {
        if (engine_.stationary == PeStationary::weights) {
          for (std::int64_t k = k_vectors.begin; k < k_vectors.end; ++k) {
            for (std::int64_t row = rows.begin; row < rows.end; ++row) step(pass, row, n, k);
          }
        } else {
          for (std::int64_t row = rows.begin; row < rows.end; ++row) {
            for (std::int64_t k = k_vectors.begin; k < k_vectors.end; ++k) step(pass, row, n, k);
          }
        }
      }
    }
    longest = std::max(longest, steps - before);
    active += steps > before ? 1 : 0;
  }

  /// Sums of one result from several PEs are added to the first one's.
  void merge() {
    for (const auto& [where, parts] : sums_) {
      const std::int64_t results = groups(std::get<0>(where)) * columns(std::get<2>(where));
      moved.partial_reads += 2 * results * (parts - 1);  // one to send, one to add
      moved.partial_writes += results * (parts - 1);
    }
  }

  const VectorMac& engine_;
  const EngineTile& tile_;
  std::int64_t taps_;
  bool accumulate_;
  std::map<Vector, std::int64_t> sums_;  // pass, row, columns: PEs that have a sum
};

class RandomTile {
 public:
  std::int64_t between(std::int64_t low, std::int64_t high) {
    return std::uniform_int_distribution<std::int64_t>(low, high)(engine_);
  }
  VectorMac engine() {
    return engine_of(256, static_cast<int>(between(1, 8)), static_cast<int>(between(1, 8)),
                     kBoth[between(0, 1)]);
  }
  EngineTile tile(const VectorMac& engine, std::int64_t taps) {
    const GemmTile size{between(1, 12), between(1, 24), taps * between(1, 24)};
    const Split split{between(1, 3), between(1, 4), between(1, 4), between(1, 4)};
    return tile_of(engine, size, split, taps, between(1, 5));
  }
  /// A few channels of each of many groups.
  EngineTile grouped(const VectorMac& engine, std::int64_t taps) {
    EngineTile tile = this->tile(engine, taps);
    tile.size.n = between(1, 3);
    const std::int64_t channels = between(1, 3);
    tile.size.k = taps * channels;
    tile.k_vectors = k_vectors(engine, tile.size.k, taps);
    tile.pack = packed_groups(engine, channels, tile.size.n);
    tile.entries = between(1, 40);
    return tile;
  }

 private:
  std::mt19937 engine_{20240613};
};

TEST(VectorMacWalked, EveryStepOfEveryPe) {
  RandomTile random;
  for (int i = 0; i < 600; ++i) {
    const VectorMac engine = random.engine();
    const std::int64_t taps = i % 2 == 0 ? 1 : random.between(1, 9);
    const bool accumulate = random.between(0, 1) == 1;
    const EngineTile tile = i % 4 == 1 ? random.grouped(engine, taps) : random.tile(engine, taps);
    const Walker walker(engine, tile, taps, accumulate);
    ASSERT_EQ(walker.macs, tile.entries * tile.size.m * tile.size.n * tile.size.k) << i;
    const TileAccesses moved = vector_mac_accesses(engine, tile, accumulate);
    EXPECT_EQ(moved.input_reads, walker.moved.input_reads) << i;
    EXPECT_EQ(moved.weight_reads, walker.moved.weight_reads) << i;
    EXPECT_EQ(moved.partial_reads, walker.moved.partial_reads) << i;
    EXPECT_EQ(moved.partial_writes, walker.moved.partial_writes) << i;
    EXPECT_EQ(vector_mac_timing(engine, tile).occupies, walker.longest) << i;
    EXPECT_EQ(vector_mac_slots(engine, tile), walker.steps * engine.lanes * engine.vector_width);
    EXPECT_EQ(pe_share(engine, tile).active.pes(), walker.active) << i;
  }
}

}  // namespace
}  // namespace saccade
