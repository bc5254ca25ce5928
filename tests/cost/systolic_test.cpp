#include "cost/systolic.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <random>
#include <set>
#include <stdexcept>
#include <tuple>

#include "cost/systolic_registers.hpp"

namespace saccade {
namespace {

using testing_registers::Job;

constexpr std::int64_t kAlwaysReady = 1 << 30;

SystolicArray variant(const std::string& name, int rows, int columns) {
  for (const auto& [known, settings] : systolic_variants()) {
    if (known != name) continue;
    SystolicArray array = settings;
    array.rows = rows;
    array.columns = columns;
    return array;
  }
  throw std::out_of_range("no variant " + name);
}

/// Every array that can be described, of one size.
std::vector<SystolicArray> all_arrays(int rows, int columns) {
  std::vector<SystolicArray> arrays;
  for (const FoldCharge charge :
       {FoldCharge::full, FoldCharge::ragged, FoldCharge::ragged_short_exit}) {
    for (const Readout readout :
         {Readout::in_place, Readout::shifted, Readout::pipelined, Readout::back_to_back}) {
      if (charge == FoldCharge::ragged_short_exit && readout != Readout::shifted) continue;
      arrays.push_back({rows, columns, Dataflow::output_stationary, readout, true, charge});
    }
    for (const Dataflow dataflow : {Dataflow::weight_stationary, Dataflow::input_stationary}) {
      for (const bool double_buffered : {false, true}) {
        arrays.push_back({rows, columns, dataflow, Readout::pipelined, double_buffered, charge});
      }
    }
  }
  return arrays;
}

std::string describe(const SystolicArray& array, const GemmTile& tile) {
  return fmt::format("{} {}x{} readout {} double buffered {} charge {}: {}x{} by {}x{}",
                     dataflow_name(array.dataflow), array.rows, array.columns,
                     static_cast<int>(array.readout), array.double_buffered_weights,
                     static_cast<int>(array.charge), tile.m, tile.k, tile.k, tile.n);
}

class Random {
 public:
  std::int64_t between(std::int64_t low, std::int64_t high) {
    return std::uniform_int_distribution<std::int64_t>(low, high)(engine_);
  }
  /// 1 often, around an array's size often, up to `high`.
  std::int64_t size(std::int64_t high) {
    const std::int64_t kind = between(0, 5);
    return kind == 0 ? 1 : between(1, kind < 4 ? std::min<std::int64_t>(17, high) : high);
  }
  std::vector<std::int64_t> matrix(std::int64_t elements) {
    std::vector<std::int64_t> values(static_cast<std::size_t>(elements));
    for (std::int64_t& value : values) value = between(-99, 99);
    return values;
  }
  Job job(std::int64_t high) {
    const std::int64_t m = size(high), n = size(high), k = size(high);
    return {m, n, k, matrix(m * k), matrix(k * n)};
  }
  SystolicArray sized(SystolicArray array) {
    array.rows = static_cast<int>(between(1, 8));
    array.columns = static_cast<int>(between(1, 8));
    return array;
  }

 private:
  std::mt19937 engine_{20240607};
};

std::vector<std::int64_t> multiply(const Job& job) {
  std::vector<std::int64_t> product;
  for (std::int64_t i = 0; i < job.m; ++i) {
    for (std::int64_t j = 0; j < job.n; ++j) {
      std::int64_t sum = 0;
      for (std::int64_t l = 0; l < job.k; ++l) {
        sum += job.a[static_cast<std::size_t>(i * job.k + l)] *
               job.b[static_cast<std::size_t>(l * job.n + j)];
      }
      product.push_back(sum);
    }
  }
  return product;
}

// A projection of DeiT-S, 197 x 384 by 384 x 1152 on 32 x 32: 7 x 36 = 252 output-stationary folds,
// e.g. in place 252 * (384 + 62) = 112392; 12 * 36 = 432 weight-stationary ones, e.g.
// double-buffered 32 + 431 * 197 + 197 + 62 = 85198.
TEST(SystolicCycles, OfAProjection) {
  const std::map<std::string, std::int64_t> expected = {
      {"os_inplace_full", 112392}, {"os_shift_full", 120456}, {"os_pipe_full", 96862},
      {"os_bb_full", 96830},       {"ws_full", 125712},       {"ws_db_full", 85198}};
  for (const auto& item : expected) {
    EXPECT_EQ(gemm_cycles(variant(item.first, 32, 32), {197, 1152, 384}), item.second)
        << item.first;
  }
  EXPECT_EQ(fold_count(variant("os_inplace_full", 32, 32), {197, 1152, 384}), 252);
  EXPECT_EQ(fold_count(variant("ws_full", 32, 32), {197, 1152, 384}), 432);
  EXPECT_EQ(fold_count(variant("is_full", 32, 32), {197, 1152, 384}), 84);  // 12 * 7
}

// One row of activations: every fold waits for its R rows of weights. 12 * 12 folds on 32 x 32:
// 32 + 143 * 32 + 1 + 62 = 4671 cycles. And one step of K: every fold waits for R rows to drain:
// 2 * 2 folds, 3 * 32 + 1 + 94 = 191.
TEST(SystolicCycles, OfOneRowAndOfOneStep) {
  EXPECT_EQ(gemm_cycles(variant("ws_db_full", 32, 32), {1, 384, 384}), 4671);
  EXPECT_EQ(gemm_cycles(variant("os_pipe_full", 32, 32), {64, 64, 1}), 191);
}

TEST(SystolicCycles, EqualRegisterModel) {
  Random random;
  std::map<Dataflow, int> runs;
  for (const SystolicArray& shape : all_arrays(1, 1)) {
    for (int i = 0; i < 60; ++i) {
      const SystolicArray array = random.sized(shape);
      const Job job = random.job(60);
      const auto result = testing_registers::run(array, job.m, job.n, job.k, job.a, job.b);
      const GemmTile tile{job.m, job.n, job.k};
      ASSERT_EQ(result.product, multiply(job)) << describe(array, tile);
      ASSERT_EQ(result.cycles, gemm_cycles(array, tile)) << describe(array, tile);
      ++runs[array.dataflow];
    }
  }
  for (const auto& item : runs) EXPECT_GE(item.second, 100) << dataflow_name(item.first);
}

// Tiles of any sizes, which come as the array and their operands allow, or later.
TEST(SystolicSequence, EqualsRegisterModel) {
  Random random;
  for (const SystolicArray& shape : all_arrays(1, 1)) {
    for (int i = 0; i < 40; ++i) {
      const SystolicArray array = random.sized(shape);
      std::vector<Job> jobs;
      ArrayState state;
      std::int64_t now = 0;
      std::int64_t end = 0;
      std::string text;
      for (int tile_index = 0; tile_index < 5; ++tile_index) {
        Job job = random.job(24);
        const std::int64_t idle =
            tile_index == 0 || random.between(0, 1) == 0 ? 0 : random.between(0, 12);
        now += idle;
        const std::int64_t ready = std::min(now, random.size(30) - 1);
        job.start_at = now;
        job.ready_at = now - ready;
        const GemmTile tile{job.m, job.n, job.k};
        text += describe(array, tile) + fmt::format(" idle {} ready {}\n", idle, ready);
        const ArrayTiming timing = tile_timing(array, tile, state, idle, ready, &state);
        end = std::max(end, now + timing.completes);
        now += timing.occupies;
        jobs.push_back(std::move(job));
      }
      const auto result = testing_registers::run_sequence(array, jobs);
      for (std::size_t j = 0; j < jobs.size(); ++j) {
        ASSERT_EQ(result.products[j], multiply(jobs[j])) << text;
      }
      ASSERT_EQ(result.cycles, end) << text;
    }
  }
}

// A product cut into tiles of whole folds, run back to back with ready operands, takes as long as
// uncut where streams keep their length.
TEST(SystolicSequence, OfAProductsTilesEqualsTheProduct) {
  for (const SystolicArray& array : all_arrays(4, 6)) {
    for (const std::int64_t stream : {1, 3, 4, 5, 40}) {
      // Four tiles along the outer loop of folds, the last of them ragged.
      GemmTile whole{29, 31, stream};
      GemmTile tile{8, 31, stream};
      std::int64_t GemmTile::*cut = &GemmTile::m;
      if (array.dataflow == Dataflow::weight_stationary) {
        whole = {stream, 43, 31};
        tile = {stream, 12, 31};
        cut = &GemmTile::n;
      } else if (array.dataflow == Dataflow::input_stationary) {
        whole = {43, stream, 31};
        tile = {12, stream, 31};
      }
      ArrayState state;
      std::int64_t now = 0;
      std::int64_t end = 0;
      for (std::int64_t left = whole.*cut; left > 0; left -= tile.*cut) {
        tile.*cut = std::min(tile.*cut, left);
        const ArrayTiming timing = tile_timing(array, tile, state, 0, kAlwaysReady, &state);
        end = std::max(end, now + timing.completes);
        now += timing.occupies;
      }
      EXPECT_EQ(end, gemm_cycles(array, whole)) << describe(array, whole);
    }
  }
}

// Hand-computed on 4 x 4, 8 x 8 by 8 x 8 (four folds, eight steps): ideal 512 / 16 = 32.
TEST(SystolicSequence, OccupancyAndCompletion) {
  const GemmTile tile{8, 8, 8};
  const auto timing = [&](const std::string& name, const ArrayState& before, std::int64_t idle = 0,
                          std::int64_t ready = kAlwaysReady) {
    const ArrayTiming t = tile_timing(variant(name, 4, 4), tile, before, idle, ready, nullptr);
    EXPECT_EQ(t.ideal, 32);
    EXPECT_EQ(t.quantisation, 0);
    EXPECT_EQ(t.fill_drain, t.completes - 32);
    return std::make_tuple(t.occupies, t.completes);
  };
  const auto cycles = [](std::int64_t occupies, std::int64_t completes) {
    return std::make_tuple(occupies, completes);
  };
  const ArrayState none;
  EXPECT_EQ(timing("os_inplace_full", none), cycles(56, 56));  // 4 * (8 + 6)
  EXPECT_EQ(timing("os_shift_full", none), cycles(72, 72));    // 4 * (8 + 4 + 6)
  EXPECT_EQ(timing("os_bb_full", none), cycles(32, 38));
  EXPECT_EQ(timing("os_pipe_full", none), cycles(32, 42));
  EXPECT_EQ(timing("ws_full", none), cycles(72, 72));
  EXPECT_EQ(timing("ws_db_full", none), cycles(36, 42));                // first weights in sight
  EXPECT_EQ(timing("ws_db_full", {true, 8, 4}), cycles(32, 38));        // and hidden
  EXPECT_EQ(timing("ws_db_full", {true, 1, 4}), cycles(35, 41));        // hidden for one cycle
  EXPECT_EQ(timing("ws_db_full", {true, 1, 4}, 2), cycles(33, 39));     // and two idle ones
  EXPECT_EQ(timing("ws_db_full", {true, 8, 4}, 0, 3), cycles(33, 39));  // three cycles ahead
  EXPECT_EQ(timing("ws_db_full", {true, 8, 4}, 9, 0), cycles(36, 42));  // just arrived
}

// 1 x 1 by 1 x 1 on 4 x 4 after a fold of four rows: pipelined, its result waits until these have
// left the shadow registers.
TEST(SystolicSequence, ShadowRegistersHoldBackAShortTile) {
  const SystolicArray array = variant("os_pipe_full", 4, 4);
  const auto occupies = [&](const ArrayState& before, std::int64_t idle) {
    return tile_timing(array, {1, 1, 1}, before, idle, 0, nullptr).occupies;
  };
  EXPECT_EQ(occupies({}, 0), 1);
  EXPECT_EQ(occupies({true, 9, 4}, 0), 4);
  EXPECT_EQ(occupies({true, 9, 4}, 2), 2);
  EXPECT_EQ(occupies({true, 9, 4}, 20), 1);
}

TEST(SystolicTiming, PartsAddUpAndAreNotNegative) {
  Random random;
  for (int i = 0; i < 2000; ++i) {
    for (const SystolicArray& shape : all_arrays(1, 1)) {
      const SystolicArray array = random.sized(shape);
      const GemmTile tile{random.size(300), random.size(300), random.size(300)};
      const ArrayState before{random.between(0, 1) == 1, random.size(99), random.size(array.rows)};
      ArrayState after;
      const ArrayTiming t =
          tile_timing(array, tile, before, random.between(0, 9), random.between(0, 9), &after);
      ASSERT_GE(t.completes, t.occupies) << describe(array, tile);
      ASSERT_GE(t.occupies, t.ideal) << describe(array, tile);
      ASSERT_GE(t.quantisation, 0) << describe(array, tile);
      ASSERT_GE(t.fill_drain, 0) << describe(array, tile);
      ASSERT_EQ(t.ideal + t.quantisation + t.fill_drain, t.completes);
      ASSERT_TRUE(after.valid && after.stream > 0 && after.rows > 0);
    }
  }
}

// 5 x 3 by 3 x 5 on 4 x 4: four folds of three steps for 75 MACs, of which 5 cycles' worth.
TEST(SystolicTiming, QuantisationIsStreamingBeyondIdeal) {
  const ArrayTiming t = tile_timing(variant("os_bb_full", 4, 4), {5, 5, 3}, {}, 0, 0, nullptr);
  EXPECT_EQ(t.ideal, 5);
  EXPECT_EQ(t.quantisation, 7);
  EXPECT_EQ(t.fill_drain, 6);
  EXPECT_EQ(t.completes, 18);
}

/// Counts element by element what the folds of a tile read and write.
TileAccesses count_accesses(const SystolicArray& array, const GemmTile& tile, bool accumulate) {
  const FoldSize size = fold_size(array);
  const auto step = [](std::int64_t part, std::int64_t whole) { return part == 0 ? whole : part; };
  const bool os = array.dataflow == Dataflow::output_stationary;
  TileAccesses count;
  std::set<std::pair<std::int64_t, std::int64_t>> written;
  for (std::int64_t m = 0; m < tile.m; m += step(size.m, tile.m)) {
    for (std::int64_t n = 0; n < tile.n; n += step(size.n, tile.n)) {
      for (std::int64_t k = 0; k < tile.k; k += step(size.k, tile.k)) {
        const std::int64_t m_end = std::min(tile.m, m + step(size.m, tile.m));
        const std::int64_t n_end = std::min(tile.n, n + step(size.n, tile.n));
        const std::int64_t k_end = std::min(tile.k, k + step(size.k, tile.k));
        for (std::int64_t i = m; i < m_end; ++i) {
          for (std::int64_t l = k; l < k_end; ++l) ++count.input_reads;
          for (std::int64_t j = n; j < n_end; ++j) {
            const bool first = written.insert({i, j}).second;
            EXPECT_TRUE(first || !os);
            if (!first || accumulate) ++count.partial_reads;
            ++count.partial_writes;
          }
        }
        for (std::int64_t l = k; l < k_end; ++l) {
          for (std::int64_t j = n; j < n_end; ++j) ++count.weight_reads;
        }
      }
    }
  }
  return count;
}

TEST(SystolicAccesses, EqualACountOverFolds) {
  Random random;
  for (const Dataflow dataflow :
       {Dataflow::output_stationary, Dataflow::weight_stationary, Dataflow::input_stationary}) {
    for (int i = 0; i < 100; ++i) {
      SystolicArray array;
      array.dataflow = dataflow;
      array = random.sized(array);
      const GemmTile tile{random.size(30), random.size(30), random.size(30)};
      const bool accumulate = random.between(0, 1) == 1;
      const TileAccesses expected = count_accesses(array, tile, accumulate);
      const TileAccesses got = tile_accesses(array, tile, accumulate);
      ASSERT_EQ(got.input_reads, expected.input_reads) << describe(array, tile);
      ASSERT_EQ(got.weight_reads, expected.weight_reads) << describe(array, tile);
      ASSERT_EQ(got.partial_reads, expected.partial_reads) << describe(array, tile);
      ASSERT_EQ(got.partial_writes, expected.partial_writes) << describe(array, tile);
    }
  }
}

TEST(SystolicOperands, OrderInMemory) {
  const auto order = [](Dataflow dataflow) {
    const OperandOrder o = operand_order(dataflow);
    return std::make_pair(o.a_k_contiguous, o.b_k_contiguous);
  };
  EXPECT_EQ(order(Dataflow::output_stationary), std::make_pair(true, true));
  EXPECT_EQ(order(Dataflow::weight_stationary), std::make_pair(true, false));
  EXPECT_EQ(order(Dataflow::input_stationary), std::make_pair(false, true));
}

}  // namespace
}  // namespace saccade
