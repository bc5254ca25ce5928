#include "cost/score_packing.hpp"

#include <gtest/gtest.h>

#include <deque>
#include <iostream>
#include <random>

namespace saccade {
namespace {

AttentionMap random_map(std::int64_t queries, std::int64_t keys, double density,
                        std::uint32_t seed) {
  AttentionMap map(queries, keys);
  std::mt19937 numbers(seed);
  for (std::int64_t q = 0; q < queries; ++q) {
    for (std::int64_t k = 0; k < keys; ++k) {
      if (static_cast<double>(numbers()) < density * 4294967296.0) map.set(q, k);
    }
  }
  return map;
}

AttentionMap band(std::int64_t size, std::int64_t radius, std::int64_t globals) {
  AttentionMap map(size, size);
  for (std::int64_t q = 0; q < size; ++q) {
    for (std::int64_t k = 0; k < size; ++k) {
      if (std::abs(q - k) <= radius || k < globals) map.set(q, k);
    }
  }
  return map;
}

/// The packing module register by register: a column of mask bits enters each cycle; every row has
/// a shift register of `pes` places for the numbers of its keys, and all are emptied when one of
/// them would overflow. Returns the blocks that left it.
std::vector<std::vector<std::deque<std::int64_t>>> packed_blocks(const AttentionMap& map,
                                                                 std::int64_t first,
                                                                 const ScoreArray& array) {
  std::vector<std::vector<std::deque<std::int64_t>>> blocks;
  std::vector<std::deque<std::int64_t>> rows(static_cast<std::size_t>(array.rows));
  const auto emit = [&] {
    bool any = false;
    for (const auto& row : rows) any = any || !row.empty();
    if (any) blocks.push_back(rows);
    for (auto& row : rows) row.clear();
  };
  for (std::int64_t key = 0; key < map.keys(); ++key) {
    bool full = false;
    for (std::int64_t r = 0; r < array.rows && first + r < map.queries(); ++r) {
      const auto& row = rows[static_cast<std::size_t>(r)];
      full =
          full || (map.kept(first + r, key) && static_cast<std::int64_t>(row.size()) == array.pes);
    }
    if (full) emit();
    for (std::int64_t r = 0; r < array.rows && first + r < map.queries(); ++r) {
      if (map.kept(first + r, key)) rows[static_cast<std::size_t>(r)].push_back(key);
    }
  }
  emit();
  return blocks;
}

TEST(PackByColumns, EqualsItsRegisters) {
  const ScoreArray array{64, 16};
  const AttentionMap maps[] = {random_map(192, 192, 0.08, 1), random_map(192, 192, 0.27, 2),
                               random_map(197, 197, 0.5, 3), band(192, 5, 4),
                               random_map(49, 196, 0.15, 4)};
  for (const AttentionMap& map : maps) {
    std::int64_t blocks = 0, kept = 0;
    for (std::int64_t first = 0; first < map.queries(); first += array.rows) {
      for (const auto& block : packed_blocks(map, first, array)) {
        ++blocks;
        for (const auto& row : block) kept += static_cast<std::int64_t>(row.size());
      }
    }
    const Packing packing = pack_by_columns(map, array);
    EXPECT_EQ(kept, map.kept());
    EXPECT_EQ(packing.blocks, blocks);
    EXPECT_DOUBLE_EQ(packing.utilisation(),
                     static_cast<double>(kept) / static_cast<double>(blocks * 64 * 16));
  }
}

// By hand: 2 rows of 2 PEs. Keys 0 and 1 fill row 0, so that key 3 opens a second block; key 2 is
// kept by nobody.
TEST(PackByColumns, ClosesABlockWhereARowOverflows) {
  AttentionMap map(2, 5);
  for (const auto& [q, k] :
       std::vector<std::pair<int, int>>{{0, 0}, {0, 1}, {1, 1}, {0, 3}, {1, 4}})
    map.set(q, k);
  const Packing packing = pack_by_columns(map, {2, 2});
  EXPECT_EQ(packing.blocks, 2);
  EXPECT_EQ(packing.slots, 8);
  EXPECT_EQ(packing.kept, 5);
}

// Ranges of a Monte-Carlo over uniform masks with 64 rows of 16, N = 192 and 512, by another
// program.
TEST(PackByColumns, OfUniformMasks) {
  const struct {
    double density, low, high;
  } cases[] = {{0.08, 0.46, 0.51}, {0.27, 0.45, 0.60}, {0.5, 0.61, 0.71}};
  for (const auto& item : cases) {
    for (const std::int64_t size : {192, 512}) {
      const double share =
          pack_by_columns(random_map(size, size, item.density, 5), {64, 16}).utilisation();
      std::cout << item.density << ", " << size << ": " << share << "\n";
      EXPECT_NEAR(share, (item.low + item.high) / 2, (item.high - item.low) / 2 + 0.02);
    }
  }
}

// Uniform masks of density 0.08 fill segments of 64 keys to 0.32, as the same Monte-Carlo says.
TEST(PackBySegments, OfUniformMasks) {
  EXPECT_NEAR(pack_by_segments(random_map(192, 192, 0.08, 6), {64, 16}, 64).utilisation(), 0.32,
              0.01);
  EXPECT_NEAR(pack_by_segments(random_map(512, 512, 0.27, 6), {64, 16}, 64).utilisation(), 0.72,
              0.04);
}

// A query with 3 keys in one segment of 4 and 1 in the next, pieces of 2: 2 + 1 pieces.
TEST(PackBySegments, CountsPieces) {
  AttentionMap map(1, 8);
  for (const std::int64_t key : {0, 1, 3, 6}) map.set(0, key);
  const Packing packing = pack_by_segments(map, {2, 2}, 4);
  EXPECT_EQ(packing.slots, 6);
  EXPECT_EQ(packing.blocks, 2);
}

// 16 queries with 8 keys each, or one query with 128: the same entries, but one row holds them all.
TEST(Packing, SkewOverQueriesTakesMoreBlocks) {
  AttentionMap even(16, 128), skewed(16, 128);
  for (std::int64_t i = 0; i < 128; ++i) {
    even.set(i / 8, i);
    skewed.set(0, i);
  }
  EXPECT_EQ(pack_by_columns(even, {16, 8}).blocks, 1);
  EXPECT_EQ(pack_by_columns(skewed, {16, 8}).blocks, 16);
  EXPECT_EQ(pack_by_segments(even, {16, 8}, 64).blocks, 1);
  EXPECT_EQ(pack_by_segments(skewed, {16, 8}, 64).blocks, 1);  // any row takes any piece
}

TEST(Packing, OfNothingTakesNothing) {
  EXPECT_EQ(pack_by_columns(AttentionMap(70, 10), {64, 16}).blocks, 0);
  EXPECT_EQ(pack_by_segments(AttentionMap(70, 10), {64, 16}, 64).slots, 0);
  EXPECT_EQ(pack_by_columns(AttentionMap(70, 10), {64, 16}).utilisation(), 1.0);
}

}  // namespace
}  // namespace saccade
