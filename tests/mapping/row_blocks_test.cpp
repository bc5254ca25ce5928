// Blocks of ops without a product: how many rows, and of pooling and resizing how many columns.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "mapping/pins_testing.hpp"

namespace saccade {
namespace {

using namespace mapping_testing;
using testing::IsEmpty;

/// 16 x 16 pixels of 768 channels to one pixel, and that to 4 x 4, as UPerNet pools.
Workload pooled() {
  WorkloadBuilder builder("pool", 1, {});
  const TensorId x = builder.input("x", 16 * 16, 768);
  const TensorId one =
      builder.resample("down", Role::head, x, {ResampleFunction::mean, 1, 1, 16, 16, 1, 1, 16, 16});
  builder.mark_output(builder.resample("up", Role::head, one,
                                       {ResampleFunction::bilinear, 1, 1, 1, 1, 4, 4, 2, 2}));
  return std::move(builder).build();
}

/// The vector unit of vector_mac_16pe works from its global buffer.
Accelerator with_global(std::int64_t bytes) {
  return design("vector_mac_16pe", {{"/buffers/0/bytes", std::to_string(bytes)}});
}

// The pixel takes 256 rows, 197,376 bytes with itself; 384 columns take 98,688, 192 take 49,344.
TEST(RowBlocks, ColumnsAreCutWhereRowsDoNotFit) {
  const std::pair<std::int64_t, std::int64_t> cases[] = {
      {400 * 1024, 768}, {196608 + 768, 768}, {196608 + 767, 384}, {98688 + 768, 384},
      {98687, 192},      {49343, 96},         {16384, 48}};
  for (const auto& [bytes, columns] : cases) {
    const Accelerator accelerator = with_global(bytes);
    const Mapping mapping = mapped(pooled(), accelerator);
    EXPECT_EQ(mapping.schedules[0].tile().n, columns) << bytes;
    const Drained drained(accelerator, {&mapping});
    EXPECT_THAT(drained.problems, IsEmpty()) << bytes;
    EXPECT_EQ(drained.moved_bytes(0, tensor_id(mapping.workload, "x"), false), 256u * 768) << bytes;
    EXPECT_LE(drained.peak(0), bytes);
  }
}

TEST(RowBlocks, AreInfeasibleWithoutRoomForTheFewestColumns) {
  try {
    mapped(pooled(), with_global(4096));
    FAIL();
  } catch (const Infeasible& error) {  // 256 rows and the result, of 16 columns
    EXPECT_STREQ(error.what(),
                 "down: not even one row fits: buffer global: 4112 bytes needed, 4096 there");
  }
}

TEST(RowBlocks, ColumnsAreCutAsPinned) {
  const Accelerator accelerator = with_global(400 * 1024);
  for (const std::string pins :
       {R"({"tile": {"n": 100}})",
        R"({"loops": [{"over": "n", "step": 100}, {"over": "m", "step": 3}]})"}) {
    const Mapping mapping = mapped(pooled(), accelerator, R"({"ops": {"up": )" + pins + "}}");
    EXPECT_EQ(mapping.schedules[1].tile().n, 100) << pins;
    const Drained drained(accelerator, {&mapping});
    EXPECT_THAT(drained.problems, IsEmpty()) << pins;
  }
}

// Whoever reads the first columns need not wait for the last: the order of the grid says so.
TEST(RowBlocks, ColumnsAreFinishedOneBlockAfterTheOther) {
  const Mapping mapping = mapped(
      pooled(), with_global(400 * 1024),
      R"({"ops": {"up": {"loops": [{"over": "n", "step": 256}, {"over": "m", "step": 4}]}}})");
  const TileGrid& grid = mapping.grids[1];
  EXPECT_EQ(grid.count(), 12);
  EXPECT_EQ(grid.tiles_for({0, 4}, {0, 256}), 1);
  EXPECT_EQ(grid.tiles_for({0, 16}, {0, 256}), 4);
  EXPECT_EQ(grid.tiles_for({0, 4}, {256, 512}), 5);
  EXPECT_EQ(grid.tiles_for({0, 16}, {0, 768}), 12);
}

// 8 x 8 pixels of 64 channels make one, and a line of 16 of them takes 64 KiB: less than a line.
TEST(RowBlocks, BandsOfALineThatIsTooWideHaveFewerPixels) {
  Conv2d conv;
  conv.in_channels = conv.out_channels = 64;
  conv.in_height = conv.in_width = 128;
  conv.kernel_height = conv.kernel_width = conv.stride = 8;
  const Accelerator accelerator = design("vector_mac_16pe");
  const Mapping mapping = mapped(one_conv(conv), accelerator);
  EXPECT_LT(mapping.schedules[0].tile().m, 16);
  const Drained drained(accelerator, {&mapping});
  EXPECT_THAT(drained.problems, IsEmpty());
  EXPECT_EQ(drained.moved_bytes(0, tensor_id(mapping.workload, "x"), false), 128u * 128 * 64);
}

// All 64 taps of 64 channels and 64 columns are 256 KiB and their biases; in 32 KiB lie 7 columns
// with all of their taps, so that 4 of a PE's 64 lanes work.
TEST(RowBlocks, LanesStayIdleWhereTheirWeightsDoNotFit) {
  Conv2d conv;
  conv.in_channels = conv.out_channels = 64;
  conv.in_height = conv.in_width = 128;
  conv.kernel_height = conv.kernel_width = conv.stride = 8;
  const Accelerator accelerator =
      design("vector_mac_16pe", {{"/engines/0/lanes", "64"}, {"/engines/0/vector_width", "64"}});
  const Mapping mapping = mapped(one_conv(conv), accelerator);
  EXPECT_EQ(mapping.schedules[0].tile().n % 4, 0);
  EXPECT_LT(ceil_div(mapping.schedules[0].tile().n, mapping.schedules[0].split.n), 8);
  const Drained drained(accelerator, {&mapping});
  EXPECT_THAT(drained.problems, IsEmpty());
}

}  // namespace
}  // namespace saccade
