#include "cost/engine.hpp"

#include <gtest/gtest.h>

#include "cost/vector_mac.hpp"

namespace saccade {
namespace {

const SystolicArray kArray{
    4, 8, Dataflow::weight_stationary, Readout::pipelined, true, FoldCharge::full};
const VectorMac kPes{4, 2, 8, PeStationary::outputs, 3, true};

TEST(Engine, SizesOfBothKinds) {
  EXPECT_EQ(engine_multipliers(kArray), 4 * 8);
  EXPECT_EQ(engine_multipliers(kPes), 4 * 2 * 8);
  EXPECT_STREQ(engine_kind_name(kArray), "systolic");
  EXPECT_STREQ(engine_kind_name(kPes), "vector_mac");
  EXPECT_EQ(engine_pes(kArray), 1);
  EXPECT_EQ(engine_pes(kPes), 4);
  EnginePool pool;
  pool.kind = kPes;
  pool.count = 3;
  EXPECT_EQ(peak_macs_per_cycle(pool), 3 * 64);
}

TEST(Engine, ArraysKeepTheirOwnFormulas) {
  EngineTile tile;
  tile.size = {10, 9, 5};
  ArrayState after;
  const ArrayTiming timing = engine_timing(kArray, tile, {}, 0, 0, &after);
  EXPECT_EQ(timing.completes, gemm_cycles(kArray, tile.size));
  EXPECT_TRUE(after.valid);
  EXPECT_EQ(engine_accesses(kArray, tile, true).partial_reads,
            tile_accesses(kArray, tile.size, true).partial_reads);
  // 5 rows of weights are 2 folds of 4, 9 columns 2 of 8; 10 rows of input stream through each.
  EXPECT_EQ(engine_slots(kArray, tile), 2 * 2 * 10 * 32);
  EXPECT_EQ(active_pes(kArray, tile), 1);
  EXPECT_EQ(engine_fold(kArray).n, fold_size(kArray).n);
  EXPECT_TRUE(engine_operand_order(kArray).a_k_contiguous);
  EXPECT_FALSE(engine_operand_order(kArray).b_k_contiguous);
}

TEST(Engine, PesHaveTheirs) {
  EngineTile tile;
  tile.size = {3, 4, 16};
  tile.split = {1, 2, 2, 1};
  tile.k_vectors = 2;
  // 2 of 3 rows x 1 of 2 column vectors x 2 vectors of k, and 3 cycles of pipeline.
  const ArrayTiming timing = engine_timing(kPes, tile, {}, 0, 0, nullptr);
  EXPECT_EQ(timing.occupies, 4);
  EXPECT_EQ(timing.completes, 7);
  EXPECT_EQ(engine_accesses(kPes, tile, false).weight_reads, 3 * 4 * 16);  // for each row
  EXPECT_EQ(engine_slots(kPes, tile), 3 * 2 * 2 * 16);
  EXPECT_EQ(active_pes(kPes, tile), 4);
  tile.size.m = 1;
  EXPECT_EQ(active_pes(kPes, tile), 2);
  const FoldSize fold = engine_fold(kPes);
  EXPECT_EQ(fold.m, 1);
  EXPECT_EQ(fold.n, 2);
  EXPECT_EQ(fold.k, 8);
  EXPECT_TRUE(engine_operand_order(kPes).a_k_contiguous);
  EXPECT_TRUE(engine_operand_order(kPes).b_k_contiguous);
}

}  // namespace
}  // namespace saccade
