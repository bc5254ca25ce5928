#include "cost/nest.hpp"

#include <gmock/gmock.h>

#include <algorithm>
#include <array>
#include <random>
#include <set>

#include "cost/conv_band.hpp"
#include "cost/vector_mac.hpp"

namespace saccade {
namespace {

using testing::ElementsAre;
using Places = std::vector<std::size_t>;

MATCHER_P2(Moves, reads, writes, "") { return arg.reads == reads && arg.writes == writes; }

/// Passages of one product without copies.
std::vector<Passage> alone(const Nest& nest, Matrix matrix, const Places& inside) {
  return passages(nest, matrix, inside, 1, 1, false);
}

TEST(Nest, MatricesAndDimensions) {
  GemmTile tile{2, 3, 5};
  EXPECT_EQ(elements(tile, Matrix::input), 10);   // m x k
  EXPECT_EQ(elements(tile, Matrix::weight), 15);  // k x n
  EXPECT_EQ(elements(tile, Matrix::output), 6);   // m x n
  EXPECT_EQ(reuse_dim(Matrix::input), Dim::n);
  EXPECT_EQ(reuse_dim(Matrix::weight), Dim::m);
  EXPECT_EQ(reuse_dim(Matrix::output), Dim::k);
  extent(tile, Dim::k) = 7;
  EXPECT_EQ(extent(tile, Dim::m), 2);
  EXPECT_EQ(extent(tile, Dim::n), 3);
  EXPECT_EQ(tile.k, 7);
}

TEST(Nest, CopiesAreThePesThatDifferInTheDimensionThatTheMatrixLacks) {
  const Split split{2, 3, 4, 5};
  EXPECT_EQ(split.pes(), 120);
  EXPECT_EQ(copies(split, Matrix::input), 4);
  EXPECT_EQ(copies(split, Matrix::weight), 3);
  EXPECT_EQ(copies(split, Matrix::output), 5);
}

TEST(Nest, BlocksGetSmallerInwards) {
  const Nest nest{{10, 6, 4}, {{Dim::m, 4}, {Dim::n, 6}, {Dim::m, 3}}};
  EXPECT_EQ(nest.block(0).m, 10);
  EXPECT_EQ(nest.block(1).m, 4);
  EXPECT_EQ(nest.block(2).n, 6);
  EXPECT_EQ(nest.tile().m, 3);
  EXPECT_EQ(nest.tile().k, 4);
  EXPECT_EQ(nest.blocks(Dim::m, 0), 1);
  EXPECT_EQ(nest.blocks(Dim::m, 2), 3);  // 4 + 4 + 2
  EXPECT_EQ(nest.blocks(Dim::m, 3), 5);  // 3 + 1, 3 + 1, 2
  EXPECT_EQ(nest.blocks(Dim::n, 3), 1);
  EXPECT_EQ(nest.blocks(Dim::k, 3), 1);
}

TEST(Nest, ALoopInnerThanItsSizeMakesNoBlocks) {
  const Nest nest{{4, 4, 4}, {{Dim::m, 2}, {Dim::m, 9}, {Dim::m, 1}}};
  EXPECT_EQ(nest.tile().m, 1);
  EXPECT_EQ(nest.blocks(Dim::m, 2), 2);
  EXPECT_EQ(nest.blocks(Dim::m, 3), 4);
}

// The nests below: DRAM, a buffer and the engine, if nothing else is said. Each place is a number
// of loops outside of the buffer.

TEST(NestByHand, SumsStayWhileKRuns) {
  // 8 x 4 by 4 x 6 in tiles of 4 x 3 x 2, k innermost.
  const Nest nest{{8, 6, 4}, {{Dim::m, 4}, {Dim::n, 3}, {Dim::k, 2}}};
  // Input 8 x 4: once per column block: 2 x 32. Weight 4 x 6: once per row block: 2 x 24.
  EXPECT_THAT(alone(nest, Matrix::input, {3}), ElementsAre(Moves(64, 64)));
  EXPECT_THAT(alone(nest, Matrix::weight, {3}), ElementsAre(Moves(48, 48)));
  // The 4 x 3 sums wait for both chunks of k and leave once: 48.
  EXPECT_EQ(effective_place(nest, Matrix::output, 3), 2u);
  EXPECT_EQ(visits(nest, Matrix::output, 3), 1);
}

TEST(NestByHand, WeightsStayAcrossALoopOverRows) {
  // The same product, m innermost: a weight tile serves both row blocks.
  const Nest nest{{8, 6, 4}, {{Dim::k, 2}, {Dim::n, 3}, {Dim::m, 4}}};
  EXPECT_EQ(effective_place(nest, Matrix::weight, 3), 2u);
  EXPECT_THAT(alone(nest, Matrix::weight, {3}), ElementsAre(Moves(24, 24)));
  // Input 8 x 4 once per column block: 2 x 32.
  EXPECT_THAT(alone(nest, Matrix::input, {3}), ElementsAre(Moves(64, 64)));
  // A buffer for 8 x 2 of the input, next to the loop over k, has it at once.
  EXPECT_THAT(alone(nest, Matrix::input, {1}), ElementsAre(Moves(32, 32)));
}

TEST(NestByHand, TemporalSplitOfK) {
  // k outermost: 48 sums leave after each of 3 chunks (5 by 2: 2 + 2 + 1), and come back for 2.
  const Nest nest{{8, 6, 5}, {{Dim::k, 2}, {Dim::m, 4}, {Dim::n, 3}}};
  EXPECT_EQ(visits(nest, Matrix::output, 3), 3);
  EXPECT_THAT(alone(nest, Matrix::output, {3}), ElementsAre(Moves(144, 144)));
  // With room for all 8 x 6 sums outside of the loop they leave once.
  EXPECT_THAT(alone(nest, Matrix::output, {0}), ElementsAre(Moves(48, 48)));
  // Input 8 x 5 = 40: its 4 x 2 tile stays while n runs. Weight 5 x 6 = 30: 2 row blocks.
  EXPECT_THAT(alone(nest, Matrix::input, {3}), ElementsAre(Moves(40, 40)));
  EXPECT_THAT(alone(nest, Matrix::weight, {3}), ElementsAre(Moves(60, 60)));
}

TEST(NestByHand, RaggedColumnBlocks) {
  // 10 columns by 4 are 3 blocks: input 8 x 12 enters 3 x 96 times, the last time for 2 columns.
  const Nest nest{{8, 10, 12}, {{Dim::n, 4}, {Dim::m, 3}, {Dim::k, 12}}};
  EXPECT_THAT(alone(nest, Matrix::input, {2}), ElementsAre(Moves(288, 288)));
  // A 12 x 4 column block of the weights serves all rows: 120. So it does inside of the loop over
  // m.
  EXPECT_THAT(alone(nest, Matrix::weight, {1}), ElementsAre(Moves(120, 120)));
  EXPECT_THAT(alone(nest, Matrix::weight, {2}), ElementsAre(Moves(120, 120)));
}

TEST(NestByHand, RaggedInTwoLevels) {
  // 10 rows by 4 and then by 3: 3 + 1, 3 + 1, 2 are 5 blocks, so weights of 5 x 6 enter the inner
  // buffer 5 times and the outer one, which holds them inside of the outer loop, 3 times.
  const Nest nest{{10, 6, 5}, {{Dim::m, 4}, {Dim::n, 2}, {Dim::m, 3}, {Dim::k, 1}}};
  EXPECT_THAT(alone(nest, Matrix::weight, {2, 4}), ElementsAre(Moves(90, 90), Moves(150, 150)));
  // Input: 4 x 5 outside of the loop over n once: 50; inside of all loops once per n block: 150.
  EXPECT_THAT(alone(nest, Matrix::input, {1, 4}), ElementsAre(Moves(50, 50), Moves(150, 150)));
}

TEST(NestByHand, LoopsOfOneStepDoNotCount) {
  // n by 6 and k by 9 make one step each: the input's 4 x 4 stays across the loop over n, although
  // a loop over k stands inside of it.
  const Nest nest{{8, 6, 4}, {{Dim::m, 4}, {Dim::n, 3}, {Dim::k, 9}, {Dim::n, 3}}};
  EXPECT_EQ(effective_place(nest, Matrix::input, 4), 1u);
  EXPECT_THAT(alone(nest, Matrix::input, {4}), ElementsAre(Moves(32, 32)));
  // The weights' 4 x 3 changes with n, so all 24 enter for both row blocks.
  EXPECT_EQ(effective_place(nest, Matrix::weight, 4), 2u);
  EXPECT_THAT(alone(nest, Matrix::weight, {4}), ElementsAre(Moves(48, 48)));
}

TEST(NestByHand, ThreeLevels) {
  // 32 x 16 by 16 x 32. The outer buffer has blocks of 16 x 16 x 16, the inner one 8 x 4 x 8.
  const Nest nest{{32, 32, 16},
                  {{Dim::m, 16}, {Dim::n, 16}, {Dim::n, 4}, {Dim::k, 8}, {Dim::m, 8}}};
  // Input 512 elements. Outer: its 16 x 16 stays while n runs: 512. Inner: 8 x 8 anew for each of
  // 2 x 4 column blocks: 4096.
  EXPECT_THAT(alone(nest, Matrix::input, {2, 5}), ElementsAre(Moves(512, 512), Moves(4096, 4096)));
  // Weight 512. Outer: once per row block: 1024. Inner: 8 x 4 stays while the inner m runs: 1024.
  EXPECT_THAT(alone(nest, Matrix::weight, {2, 5}),
              ElementsAre(Moves(1024, 1024), Moves(1024, 1024)));
  // Output 1024. Outer: all k within: 1024. Inner: leaves after both chunks of k: 2048.
  EXPECT_THAT(alone(nest, Matrix::output, {2, 5}),
              ElementsAre(Moves(1024, 1024), Moves(2048, 2048)));
}

TEST(NestByHand, EntriesFollowOneAnother) {
  // Six heads of 4 x 2 by 2 x 4, each by itself: K (weight) 6 x 8 twice, Q (input) 6 x 8 once.
  const Nest nest{{4, 4, 2}, {{Dim::m, 2}, {Dim::n, 2}}};
  EXPECT_THAT(passages(nest, Matrix::weight, {2}, 6, 1, false), ElementsAre(Moves(96, 96)));
  EXPECT_THAT(passages(nest, Matrix::input, {2}, 6, 1, false), ElementsAre(Moves(48, 48)));
}

TEST(NestByHand, MulticastReadsOnceForAllCopies) {
  // 8 x 4 by 4 x 8 on 2 x 2 PEs: two need each element of either operand.
  const Nest nest{{8, 8, 4}, {{Dim::m, 4}, {Dim::n, 4}}};
  const Split split{1, 2, 2, 1};
  // Input 8 x 4 once (stays while n runs) through the outer buffer, 2 x 32 into the PEs. Without
  // multicast the outer buffer is read for each.
  const std::int64_t of_input = copies(split, Matrix::input);
  EXPECT_THAT(passages(nest, Matrix::input, {1, 2}, 1, of_input, false),
              ElementsAre(Moves(32, 32), Moves(64, 64)));
  EXPECT_THAT(passages(nest, Matrix::input, {1, 2}, 1, of_input, true),
              ElementsAre(Moves(32, 32), Moves(32, 64)));
  // Weight 4 x 8 for both row blocks: 64 out of the outer buffer, 128 into the PEs.
  EXPECT_THAT(passages(nest, Matrix::weight, {0, 2}, 1, 2, false),
              ElementsAre(Moves(32, 32), Moves(128, 128)));
  EXPECT_THAT(passages(nest, Matrix::weight, {0, 2}, 1, 2, true),
              ElementsAre(Moves(32, 32), Moves(64, 128)));
  // Straight from DRAM into the PEs: DRAM is read once, whatever the network can do.
  EXPECT_THAT(passages(nest, Matrix::input, {1}, 1, 2, false), ElementsAre(Moves(32, 64)));
}

/// A convolution of 8 x 8 pixels by 3 x 3, padded to 8 x 8 outputs, 2 channels to 4.
Conv2d padded_conv() {
  Conv2d conv;
  conv.in_height = conv.in_width = 8;
  conv.kernel_height = conv.kernel_width = 3;
  conv.padding = 1;
  conv.in_channels = 2;
  conv.out_channels = 4;
  return conv;
}

TEST(NestByHand, ConvolutionWithHalo) {
  const Conv2d conv = padded_conv();
  // Two output lines at a time, output channels in two blocks outside.
  const Nest nest{{conv.m(), conv.n(), conv.k()}, {{Dim::n, 2}, {Dim::m, 16}}};
  const std::int64_t passes = visits(nest, Matrix::input, 2);
  EXPECT_EQ(passes, 2);
  // One band at a time: 3, 4, 4 and 3 lines (clipped above and below) of 8 pixels are 112, times 2
  // channels and 2 passes.
  EXPECT_EQ(conv_pixels(conv, 16, 16), 112);
  EXPECT_EQ(passes * conv_pixels(conv, 16, 16) * conv.in_channels, 448);
  // What 4 output lines need: lines 0 to 4 and 3 to 7, 5 each, 80 pixels.
  EXPECT_EQ(conv_pixels(conv, 16, 32), 80);
  EXPECT_EQ(passes * conv_pixels(conv, 16, 32) * conv.in_channels, 320);
  // The whole image, loaded for both passes by a buffer inside of the loop over n, or once.
  EXPECT_EQ(conv_pixels(conv, 16, 64), 64);
  EXPECT_EQ(visits(nest, Matrix::input, 1), 1);
  // Weights of 18 x 4: an 18 x 2 block stays for all bands.
  EXPECT_THAT(alone(nest, Matrix::weight, {2}), ElementsAre(Moves(72, 72)));
}

/// Sum over the tiles of a nest that all have one size; the first chunk of k adds to nothing.
TileAccesses engine_total(const VectorMac& engine, const Nest& nest, const Split& split) {
  EngineTile tile;
  tile.size = nest.tile();
  tile.split = split;
  tile.k_vectors = k_vectors(engine, tile.size.k, 1);
  const std::size_t all = nest.loops.size();
  const std::int64_t chunks = nest.blocks(Dim::k, all);
  const std::int64_t tiles = nest.blocks(Dim::m, all) * nest.blocks(Dim::n, all);
  const TileAccesses first = vector_mac_accesses(engine, tile, false);
  const TileAccesses later = vector_mac_accesses(engine, tile, true);
  const auto sum = [&](std::int64_t TileAccesses::*part) {
    return tiles * (first.*part + (chunks - 1) * later.*part);
  };
  return {sum(&TileAccesses::input_reads), sum(&TileAccesses::weight_reads),
          sum(&TileAccesses::partial_reads), sum(&TileAccesses::partial_writes)};
}

/// 4 PEs of 2 lanes by 4 multipliers on 8 x 16 by 16 x 8, tiles of 4 x 4 x 8.
const Nest kOnPes{{8, 8, 16}, {{Dim::m, 4}, {Dim::k, 8}, {Dim::n, 4}}};

VectorMac four_pes(PeStationary stationary) { return {4, 2, 4, stationary, 0, true}; }

TEST(NestByHand, WeightStationaryPes) {
  const Split split{1, 2, 2, 1};  // each PE: 2 rows, one vector of 2 columns, 2 vectors of k
  // Input 8 x 16 = 128: DRAM to a 4 x 16 panel once; a 4 x 8 tile stays in the PEs while n runs and
  // lies in both columns of PEs.
  EXPECT_THAT(passages(kOnPes, Matrix::input, {1, 3}, 1, 2, false),
              ElementsAre(Moves(128, 128), Moves(256, 256)));
  // Weight 16 x 8 = 128: DRAM once, to the PEs for both row blocks, to both rows of PEs.
  EXPECT_THAT(passages(kOnPes, Matrix::weight, {0, 3}, 1, 2, true),
              ElementsAre(Moves(128, 128), Moves(256, 512)));
  // Output 64: a PE buffer for 4 x 8 sums keeps them over both chunks of k, one for a tile's does
  // not and gives them away twice.
  EXPECT_THAT(alone(kOnPes, Matrix::output, {0, 1}), ElementsAre(Moves(64, 64), Moves(64, 64)));
  EXPECT_THAT(alone(kOnPes, Matrix::output, {0, 3}), ElementsAre(Moves(64, 64), Moves(128, 128)));
  const TileAccesses engine = engine_total(four_pes(PeStationary::weights), kOnPes, split);
  EXPECT_EQ(engine.input_reads, 512);     // each of 128 for 8 / 2 vectors of columns
  EXPECT_EQ(engine.weight_reads, 512);    // each of 128 for 2 row blocks on 2 rows of PEs
  EXPECT_EQ(engine.partial_writes, 256);  // each of 64 after 16 / 4 vectors
  EXPECT_EQ(engine.partial_reads, 192);   // before all of them but the first
}

TEST(NestByHand, OutputStationaryPes) {
  const TileAccesses engine =
      engine_total(four_pes(PeStationary::outputs), kOnPes, Split{1, 2, 2, 1});
  EXPECT_EQ(engine.input_reads, 512);     // as weight-stationary
  EXPECT_EQ(engine.weight_reads, 1024);   // each of 128 for 8 rows
  EXPECT_EQ(engine.partial_writes, 128);  // each of 64 after both chunks of k
  EXPECT_EQ(engine.partial_reads, 64);    // before the second
}

TEST(NestByHand, SpatialSplitOfK) {
  // 2 x 2 PEs along n and k: each has half of a tile's 8 channels, one vector.
  const Split split{1, 1, 2, 2};
  // Input: two PEs along n need the same; weight: none do; sums: two PEs along k have parts of
  // each.
  EXPECT_THAT(passages(kOnPes, Matrix::input, {1, 3}, 1, copies(split, Matrix::input), true),
              ElementsAre(Moves(128, 128), Moves(128, 256)));
  EXPECT_THAT(passages(kOnPes, Matrix::weight, {0, 3}, 1, copies(split, Matrix::weight), true),
              ElementsAre(Moves(128, 128), Moves(256, 256)));
  EXPECT_EQ(copies(split, Matrix::output), 2);
  const TileAccesses weights = engine_total(four_pes(PeStationary::weights), kOnPes, split);
  EXPECT_EQ(weights.weight_reads, 256);    // each of 128 for 2 row blocks
  EXPECT_EQ(weights.partial_writes, 384);  // 64 x (4 vectors + 2 chunks, whose halves are added)
  EXPECT_EQ(weights.partial_reads, 320);   // 64 x (2 x 2 for these additions + 1 for chunk 2)
  const TileAccesses outputs = engine_total(four_pes(PeStationary::outputs), kOnPes, split);
  EXPECT_EQ(outputs.partial_writes, 384);  // 64 x 2 chunks x (2 halves + their sum)
  EXPECT_EQ(outputs.partial_reads, 320);   // as weight-stationary
}

/// Walks through the loops outside of a buffer one by one, remembers which block of a matrix lies
/// in it, and counts the elements that enter.
class Walker {
 public:
  Walker(const Nest& nest, Matrix matrix, std::size_t inside)
      : nest_(nest), unused_(reuse_dim(matrix)), inside_(inside) {}

  std::int64_t entered() {
    entered_ = 0;
    held_ = {};
    walk(0, {Range{0, nest_.size.m}, Range{0, nest_.size.n}, Range{0, nest_.size.k}});
    return entered_;
  }

 private:
  using Block = std::array<Range, 3>;  // by Dim

  void walk(std::size_t loop, const Block& block) {
    if (loop == inside_) return enter(block);
    const auto dim = static_cast<std::size_t>(nest_.loops[loop].dim);
    const std::int64_t tile = nest_.loops[loop].tile;
    for (std::int64_t begin = block[dim].begin; begin < block[dim].end; begin += tile) {
      Block part = block;
      part[dim] = {begin, std::min(begin + tile, block[dim].end)};
      walk(loop + 1, part);
    }
  }

  void enter(const Block& block) {
    std::vector<std::int64_t> ranges;
    std::int64_t elements = 1;
    for (const Dim dim : {Dim::m, Dim::n, Dim::k}) {
      if (dim == unused_) continue;
      const Range range = block[static_cast<std::size_t>(dim)];
      ranges.insert(ranges.end(), {range.begin, range.end});
      elements *= range.size();
    }
    if (ranges == held_) return;
    held_ = ranges;
    entered_ += elements;
  }

  const Nest& nest_;
  Dim unused_;
  std::size_t inside_;
  std::vector<std::int64_t> held_;
  std::int64_t entered_ = 0;
};

class RandomNest {
 public:
  /// Up to six loops; tiles divide the blocks around them, or else are of any size.
  Nest nest(bool divides) {
    Nest nest{{between(1, 12), between(1, 12), between(1, 12)}, {}};
    const std::int64_t loops = between(0, 6);
    for (std::int64_t i = 0; i < loops; ++i) {
      const Dim dim = static_cast<Dim>(between(0, 2));
      const std::int64_t block = extent(nest.tile(), dim);
      std::int64_t tile = between(1, block);
      while (divides && block % tile != 0) --tile;
      nest.loops.push_back({dim, tile});
    }
    return nest;
  }
  std::int64_t between(std::int64_t low, std::int64_t high) {
    return std::uniform_int_distribution<std::int64_t>(low, high)(engine_);
  }

 private:
  std::mt19937 engine_{20240611};
};

/// Whether no dimension has two loops.
bool one_loop_per_dimension(const Nest& nest) {
  std::set<Dim> seen;
  return std::all_of(nest.loops.begin(), nest.loops.end(),
                     [&](const Loop& loop) { return seen.insert(loop.dim).second; });
}

constexpr Matrix kMatrices[] = {Matrix::input, Matrix::weight, Matrix::output};

TEST(NestWalked, VisitsAreCountedBlockByBlock) {
  RandomNest random;
  int ragged = 0;
  for (int i = 0; i < 900; ++i) {
    const Nest nest = random.nest(i % 2 == 0);
    if (i % 2 == 1 && !one_loop_per_dimension(nest)) continue;
    ragged += i % 2;
    for (const Matrix matrix : kMatrices) {
      for (std::size_t inside = 0; inside <= nest.loops.size(); ++inside) {
        EXPECT_EQ(visits(nest, matrix, inside) * elements(nest.size, matrix),
                  Walker(nest, matrix, inside).entered())
            << i << " matrix " << static_cast<int>(matrix) << " inside " << inside;
      }
    }
  }
  EXPECT_GE(ragged, 100);
}

/// Where the last, short block of one loop is a single step of an inner one of the same dimension,
/// it stays across what is between them; visits() counts it as all others, and so never too little.
TEST(NestWalked, ShortLastBlocksAreCountedAsFullOnes) {
  // 5 rows by 4, 2 columns, rows by 2: rows 0-1, 2-3, both again for the second column, and row 4,
  // which stays for it.
  const Nest nest{{5, 2, 1}, {{Dim::m, 4}, {Dim::n, 1}, {Dim::m, 2}}};
  EXPECT_EQ(Walker(nest, Matrix::input, 3).entered(), 4 + 4 + 1);
  EXPECT_EQ(visits(nest, Matrix::input, 3) * elements(nest.size, Matrix::input), 2 * 5);
  RandomNest random;
  for (int i = 0; i < 300; ++i) {
    const Nest any = random.nest(false);
    for (const Matrix matrix : kMatrices) {
      const std::size_t inside = any.loops.size();
      EXPECT_GE(visits(any, matrix, inside) * elements(any.size, matrix),
                Walker(any, matrix, inside).entered());
    }
  }
}

}  // namespace
}  // namespace saccade
