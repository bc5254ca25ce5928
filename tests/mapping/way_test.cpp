// What buffers hold and what passes them, against figures worked out by hand.
#include "mapping/way.hpp"

#include <gtest/gtest.h>

#include "mapping/testing.hpp"

namespace saccade {
namespace {

using mapping_testing::design;
using mapping_testing::one_conv;
using mapping_testing::one_linear;

/// The only product of a workload on the first engine of a shipped design.
struct Bench {
  Accelerator accelerator;
  ProductFacts facts;
  OpSchedule schedule;

  Bench(const std::string& name, const Workload& workload) : accelerator(design(name)) {
    facts.product = *as_product(workload, workload.ops()[0]);
    facts.engine = &accelerator.engines[0];
    facts.buffers = &accelerator.buffers;
  }
  Bench(const Bench&) = delete;
  Bench& operator=(const Bench&) = delete;

  /// A nest of the product, each buffer of both ways inside of all loops.
  void loops(const std::vector<Loop>& list) {
    const Product& product = facts.product;
    schedule.nest = {{product.m, product.n, product.k}, list};
    schedule.input.clear();
    schedule.weight.clear();
    for (const BufferId buffer : facts.way(Matrix::input)) {
      schedule.input.push_back({buffer, list.size()});
    }
    for (const BufferId buffer : facts.way(Matrix::weight)) {
      schedule.weight.push_back({buffer, list.size()});
    }
  }
  std::vector<Hold>& holds(Matrix matrix) {
    return matrix == Matrix::input ? schedule.input : schedule.weight;
  }
  WayLevel level(Matrix matrix, std::size_t index = 0) const {
    return way_of(facts, schedule, matrix)[index];
  }
  std::int64_t held(Matrix matrix, bool twice, std::size_t index = 0) {
    schedule.double_buffered = twice;
    return held_bytes(facts, schedule, matrix, level(matrix, index));
  }
  std::int64_t entering(Matrix matrix, std::size_t index = 0) const {
    return entering_bytes(facts, schedule, matrix, level(matrix, index));
  }
  GranuleBytes granule(Matrix matrix, const Granule& part, std::size_t index = 0) const {
    return granule_bytes(facts, schedule, matrix, level(matrix, index), part);
  }
};

/// What one hold gives.
struct Row {
  std::size_t inside, place;
  std::int64_t once, twice, entering;
};

void expect_rows(Bench& bench, Matrix matrix, const std::vector<Row>& rows, std::size_t index = 0) {
  for (const Row& row : rows) {
    bench.holds(matrix)[index].inside = row.inside;
    EXPECT_EQ(bench.level(matrix, index).place, row.place) << "inside " << row.inside;
    EXPECT_EQ(bench.held(matrix, false, index), row.once) << "inside " << row.inside;
    EXPECT_EQ(bench.held(matrix, true, index), row.twice) << "inside " << row.inside;
    EXPECT_EQ(bench.entering(matrix, index), row.entering) << "inside " << row.inside;
  }
}

constexpr Dim m = Dim::m, n = Dim::n, k = Dim::k;

/// 200 x 192 by 192 x 768 with a bias of 32 bits; tiles of 64 x 128, chunks of 96, in blocks of 256
/// columns.
void set_linear(Bench& bench) { bench.loops({{n, 256}, {m, 64}, {n, 128}, {k, 96}}); }

TEST(OperandWay, InputOfALinearLayer) {
  Bench bench("systolic_64x64", one_linear(200, 768, 192));
  set_linear(bench);
  const WayLevel level = bench.level(Matrix::input);
  EXPECT_EQ(bench.accelerator.buffers[static_cast<std::size_t>(level.buffer)].name, "activations");
  EXPECT_FALSE(level.per_pe);
  EXPECT_FALSE(level.bands);
  EXPECT_EQ(level.copies, 1);
  const std::int64_t tile = 64 * 96;      // a granule
  const std::int64_t matrix = 200 * 192;  // 8 granules, of which the last row is cut short
  expect_rows(bench, Matrix::input,
              {{4, 4, tile, 2 * tile, 6 * matrix},      // anew for each of 768 / 128 columns
               {3, 2, 2 * tile, 3 * tile, 3 * matrix},  // all k: anew for each block of columns
               {2, 2, 2 * tile, 3 * tile, 3 * matrix},
               {1, 0, 8 * tile, 8 * tile, matrix},  // loops over columns do not touch the input
               {0, 0, 8 * tile, 8 * tile, matrix}});
}

TEST(OperandWay, WeightsOfALinearLayer) {
  Bench bench("systolic_64x64", one_linear(200, 768, 192));
  set_linear(bench);
  const std::int64_t half = 128 * 96;        // the second chunk of a tile's columns
  const std::int64_t tile = half + 128 * 4;  // the first, with its bias
  const std::int64_t both = tile + half;
  const std::int64_t matrix = 768 * 192 + 768 * 4;  // 12 granules
  expect_rows(bench, Matrix::weight,
              {{4, 4, tile, both, 4 * matrix},             // anew for each of 200 / 64 rows
               {3, 3, both, both + tile, 4 * matrix},      // both chunks
               {2, 1, 2 * both, 2 * both + tile, matrix},  // the block of 256 columns
               {1, 1, 2 * both, 2 * both + tile, matrix},
               {0, 0, matrix, matrix, matrix}});
}

TEST(OperandWay, GranulesOfALinearLayer) {
  Bench bench("systolic_64x64", one_linear(200, 768, 192));
  set_linear(bench);
  const Granule ragged = {{192, 200}, 128, 96, false, 1};
  EXPECT_EQ(bench.granule(Matrix::input, ragged).useful, 8 * 96);
  EXPECT_EQ(bench.granule(Matrix::input, ragged).instance, 8 * 96);
  EXPECT_EQ(bench.granule(Matrix::weight, ragged).useful, 128 * 96) << "the bias came before";
  bench.facts.weight_bits = 4;
  bench.facts.input_bits = 4;
  EXPECT_EQ(bench.granule(Matrix::weight, {{0, 64}, 128, 96, true, 1}).useful, 128 * 48 + 128 * 4);
  EXPECT_EQ(bench.granule(Matrix::input, {{0, 64}, 128, 95, true, 1}).useful, 64 * 48)
      << "a row ends on a whole byte";
}

TEST(OperandWay, BiasOfABatchNormHasTwoRows) {
  Bench bench("systolic_64x64", one_linear(200, 768, 192, Bias::batch_norm));
  bench.loops({});
  EXPECT_EQ(bench.entering(Matrix::weight), 768 * 192 + 2 * 768 * 4);
  Bench plain("systolic_64x64", one_linear(200, 768, 192, Bias::none));
  plain.loops({});
  EXPECT_EQ(plain.entering(Matrix::weight), 768 * 192);
}

TEST(OperandWay, ImagesShareWeightsThatStay) {
  Bench bench("systolic_64x64", one_linear(200, 768, 192));
  bench.facts.product.images = 3;
  ASSERT_TRUE(bench.facts.weight_shared());
  set_linear(bench);
  const std::int64_t half = 128 * 96, tile = half + 128 * 4, both = tile + half;
  const std::int64_t matrix = 768 * 192 + 768 * 4;
  expect_rows(bench, Matrix::weight,
              {{4, 4, tile, both, 3 * 4 * matrix},
               {1, 1, 2 * both, 2 * both + tile, 3 * matrix},
               {0, 0, matrix, matrix, matrix}});
  bench.holds(Matrix::input)[0].inside = 0;
  EXPECT_EQ(bench.entering(Matrix::input), 3 * 200 * 192);
}

TEST(OperandWay, RoomForTheNextImageUnlessAllThereEverIsLiesThere) {
  Bench bench("systolic_64x64", one_linear(64, 128, 96));
  bench.loops({});
  const std::int64_t input = 64 * 96, weight = 128 * 96 + 128 * 4;
  EXPECT_EQ(bench.held(Matrix::input, true), input);
  EXPECT_EQ(bench.held(Matrix::weight, true), weight);
  bench.facts.product.images = 2;
  EXPECT_EQ(bench.held(Matrix::input, true), 2 * input);
  EXPECT_EQ(bench.held(Matrix::input, false), input);
  EXPECT_EQ(bench.held(Matrix::weight, true), weight) << "the next image needs the same";
  bench.facts.weight_is_parameter = false;
  bench.facts.product.weight.image_rows = 96;
  bench.loops({});
  EXPECT_EQ(bench.held(Matrix::weight, true), 2 * weight);
}

TEST(OperandWay, KeepNothingBringsEveryTileAnew) {
  Bench bench("systolic_64x64", one_linear(200, 768, 192));
  bench.loops({{m, 64}, {n, 128}});
  const std::int64_t tile = 64 * 192, matrix = 200 * 192;
  expect_rows(bench, Matrix::input, {{2, 1, tile, 2 * tile, matrix}});
  bench.schedule.keep_nothing = true;
  expect_rows(bench, Matrix::input, {{2, 2, tile, 2 * tile, 6 * matrix}});
  const std::int64_t weights = 128 * 192 + 128 * 4;
  expect_rows(bench, Matrix::weight, {{2, 2, weights, 2 * weights, 4 * (768 * 192 + 768 * 4)}});
}

TEST(OperandWay, StoredActivationsAsWeightsHaveWholeBytesPerRow) {
  Bench bench("systolic_64x64", one_linear(64, 7, 5, Bias::none));
  bench.facts.weight_is_parameter = false;
  bench.facts.weight_bits = 4;
  bench.facts.product.heads = 3;
  bench.loops({});
  EXPECT_EQ(
      bench.accelerator.buffers[static_cast<std::size_t>(bench.level(Matrix::weight).buffer)].name,
      "activations");
  const Granule all = {{0, 64}, 7, 5, true, 1};
  EXPECT_EQ(bench.granule(Matrix::weight, all).useful, 5 * 4) << "five rows of seven nibbles";
  EXPECT_EQ(bench.entering(Matrix::weight), 3 * 5 * 4);
  bench.facts.product.weight.transposed = true;
  EXPECT_EQ(bench.granule(Matrix::weight, all).useful, 7 * 3) << "seven rows of five nibbles";
  EXPECT_EQ(bench.entering(Matrix::weight), 3 * 7 * 3);
  bench.schedule.at_once = 2;
  EXPECT_EQ(bench.held(Matrix::weight, false), 2 * 7 * 3);
  EXPECT_EQ(bench.held(Matrix::weight, true), 4 * 7 * 3);
}

/// 3 x 3 on 16 x 16 pixels of 8 channels, padded by one, to 32 channels: lines of 16 outputs.
Conv2d small_conv(std::int64_t groups = 1) {
  Conv2d conv;
  conv.in_height = conv.in_width = 16;
  conv.in_channels = 8;
  conv.out_channels = groups == 1 ? 32 : 8;
  conv.kernel_height = conv.kernel_width = 3;
  conv.stride = 1;
  conv.padding = 1;
  conv.groups = groups;
  return conv;
}
constexpr std::int64_t kLine = 16 * 8;  ///< bytes of a line of that image

TEST(OperandWay, OneBandOfAConvolution) {
  Bench bench("systolic_64x64", one_conv(small_conv()));
  bench.loops({{m, 32}, {n, 16}, {k, 24}});
  const WayLevel level = bench.level(Matrix::input);
  EXPECT_TRUE(level.bands);
  EXPECT_FALSE(level.blocks);
  EXPECT_EQ(bench.granule(Matrix::input, {{0, 32}, 16, 24, true, 1}).useful, 3 * kLine)
      << "the first line of the window is padding";
  EXPECT_EQ(bench.granule(Matrix::input, {{32, 64}, 16, 24, true, 1}).useful, 4 * kLine);
  // Two lines of output read four; at both ends of the image three. Chunks of k change nothing.
  const std::int64_t bands = (3 + 6 * 4 + 3) * kLine;
  for (const std::size_t inside : {3, 2, 1}) {
    expect_rows(bench, Matrix::input, {{inside, 1, 4 * kLine, 8 * kLine, bands}});
  }
}

TEST(OperandWay, BandsOfPartOfALine) {
  Bench bench("systolic_64x64", one_conv(small_conv()));
  bench.loops({{m, 8}});
  // 8 outputs read 10 columns, and 9 at either side; 3 lines, and 2 above and below.
  EXPECT_EQ(bench.granule(Matrix::input, {{24, 32}, 32, 72, true, 1}).useful, 3 * 9 * 8);
  expect_rows(bench, Matrix::input,
              {{1, 1, 3 * 10 * 8, 2 * 3 * 10 * 8, (2 + 14 * 3 + 2) * (9 + 9) * 8}});
}

TEST(OperandWay, WeightsComeForEveryPartOfALine) {
  Bench bench("systolic_64x64", one_conv(small_conv()));
  bench.loops({{m, 12}, {n, 16}});
  // 16 lines of 12 + 4 pixels are 32 tiles, more than 256 / 12.
  const std::int64_t weights = 32 * 72 + 32 * 4;
  bench.holds(Matrix::weight)[0].inside = 2;
  EXPECT_EQ(bench.entering(Matrix::weight), 32 * weights);
  bench.holds(Matrix::weight)[0].inside = 0;
  EXPECT_EQ(bench.entering(Matrix::weight), weights);
}

TEST(OperandWay, SeveralBandsOfAConvolutionShareLines) {
  Bench bench("systolic_64x64", one_conv(small_conv()));
  bench.loops({{m, 128}, {n, 16}, {m, 32}});
  const std::int64_t bands = (3 + 6 * 4 + 3) * kLine;
  expect_rows(bench, Matrix::input,
              {{3, 3, 4 * kLine, 8 * kLine, 2 * bands},       // anew for both halves of n
               {2, 1, 10 * kLine, 10 * kLine, 18 * kLine},    // 8 lines of output: 9 at the edges
               {1, 1, 10 * kLine, 10 * kLine, 18 * kLine},    //
               {0, 0, 16 * kLine, 16 * kLine, 16 * kLine}});  // the image
  bench.holds(Matrix::input)[0].inside = 1;
  EXPECT_TRUE(bench.level(Matrix::input).blocks);
  bench.facts.product.images = 3;
  EXPECT_EQ(bench.entering(Matrix::input), 3 * 18 * kLine);
}

TEST(OperandWay, EachPeHasItsShare) {
  Bench bench("vector_mac_16pe", one_linear(64, 128, 64));
  bench.loops({{m, 16}, {n, 32}});
  bench.schedule.split = {1, 4, 4, 1};
  EXPECT_FALSE(bench.level(Matrix::input, 0).per_pe);
  EXPECT_EQ(bench.level(Matrix::input, 0).copies, 1);
  EXPECT_TRUE(bench.level(Matrix::input, 1).per_pe);
  EXPECT_EQ(bench.level(Matrix::input, 1).copies, 4) << "PEs of other columns";
  EXPECT_TRUE(bench.level(Matrix::weight).per_pe);
  EXPECT_EQ(bench.level(Matrix::weight).copies, 4) << "PEs of other rows";
  const Granule tile = {{0, 16}, 32, 64, true, 1};
  EXPECT_EQ(bench.granule(Matrix::input, tile, 0).instance, 16 * 64);
  EXPECT_EQ(bench.granule(Matrix::input, tile, 1).useful, 16 * 64);
  EXPECT_EQ(bench.granule(Matrix::input, tile, 1).instance, 4 * 64);
  EXPECT_EQ(bench.granule(Matrix::weight, tile).useful, 32 * 64 + 32 * 4);
  EXPECT_EQ(bench.granule(Matrix::weight, tile).instance, 8 * 64 + 8 * 4);
  expect_rows(bench, Matrix::input,
              {{2, 1, 4 * 64, 2 * 4 * 64, 64 * 64}, {0, 0, 4 * 4 * 64, 4 * 4 * 64, 64 * 64}}, 1);
  const std::int64_t weights = 8 * 64 + 8 * 4;
  expect_rows(bench, Matrix::weight,
              {{2, 2, weights, 2 * weights, 4 * (128 * 64 + 128 * 4)},
               {0, 0, 4 * weights, 4 * weights, 128 * 64 + 128 * 4}});
}

TEST(OperandWay, PesAlongKHavePartOfIt) {
  Bench bench("vector_mac_16pe", one_linear(64, 128, 64));
  bench.loops({{m, 16}, {n, 32}});
  bench.schedule.split = {1, 2, 2, 4};
  const Granule tile = {{0, 16}, 32, 64, true, 1};
  EXPECT_EQ(bench.granule(Matrix::input, tile, 1).instance, 8 * 16);
  EXPECT_EQ(bench.granule(Matrix::weight, tile).instance, 16 * 16 + 16 * 4);
  EXPECT_EQ(bench.level(Matrix::input, 1).copies, 2);
}

TEST(OperandWay, TheFullestPeOfAnUnevenSplit) {
  Bench bench("vector_mac_16pe", one_linear(64, 128, 64));
  bench.loops({});
  bench.schedule.split = {3, 4, 1, 1};
  std::int64_t entries = 4;
  const GemmTile share = instance_tile(bench.facts, bench.schedule, {6, 20, 60}, &entries);
  EXPECT_EQ(share.m, 2) << "6 rows on 4 PEs";
  EXPECT_EQ(share.n, 20) << "3 vectors of 8, of which 20 are there";
  EXPECT_EQ(share.k, 60);
  EXPECT_EQ(entries, 2) << "4 heads on 3 PEs";
  Bench array("systolic_64x64", one_linear(64, 128, 64));
  array.schedule.split = {3, 4, 1, 1};
  entries = 4;
  EXPECT_EQ(instance_tile(array.facts, array.schedule, {6, 20, 60}, &entries).m, 6);
  EXPECT_EQ(entries, 4) << "an array is one";
}

TEST(OperandWay, EachPeHasItsBandOfAConvolution) {
  Bench bench("vector_mac_16pe", one_conv(small_conv()));
  bench.loops({{m, 32}});
  bench.schedule.split = {1, 2, 4, 1};
  EXPECT_TRUE(bench.level(Matrix::input, 0).bands);
  EXPECT_FALSE(bench.level(Matrix::input, 1).bands);
  const Granule tile = {{32, 64}, 32, 72, true, 1};
  EXPECT_EQ(bench.granule(Matrix::input, tile, 0).useful, 4 * kLine);
  EXPECT_EQ(bench.granule(Matrix::input, tile, 1).useful, 2 * 3 * kLine) << "a halo per PE";
  EXPECT_EQ(bench.granule(Matrix::input, tile, 1).instance, 3 * kLine);
  EXPECT_EQ(bench.granule(Matrix::input, {{0, 32}, 32, 72, true, 1}, 1).useful, (2 + 3) * kLine);
  EXPECT_EQ(bench.granule(Matrix::input, {{32, 64}, 32, 36, true, 1}, 1).useful, 2 * 3 * kLine / 2)
      << "four of eight channels";
  // Every line of output reads three, two at the edges of the image.
  expect_rows(bench, Matrix::input, {{1, 1, 3 * kLine, 6 * kLine, (2 + 14 * 3 + 2) * kLine}}, 1);
}

TEST(OperandWay, ChannelGroupsAtOnceShareABand) {
  Bench bench("vector_mac_16pe", one_conv(small_conv(8)));
  bench.loops({{m, 32}});
  bench.schedule.at_once = 8;
  EXPECT_EQ(bench.granule(Matrix::input, {{32, 64}, 1, 9, true, 8}, 0).useful, 4 * kLine);
  EXPECT_EQ(bench.granule(Matrix::input, {{32, 64}, 1, 9, true, 2}, 0).useful, 4 * 16 * 2);
  expect_rows(bench, Matrix::input, {{1, 1, 4 * kLine, 8 * kLine, (3 + 6 * 4 + 3) * kLine}});
  EXPECT_EQ(engine_tile(bench.facts, bench.schedule, {32, 1, 9}, 8).pack, 8)
      << "one output channel and one input channel a group, of 8 lanes and vectors of 8";
  EXPECT_EQ(engine_tile(bench.facts, bench.schedule, {32, 1, 9}, 8).k_vectors, 9) << "tap by tap";
}

}  // namespace
}  // namespace saccade
