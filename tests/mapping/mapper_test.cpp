#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <random>

#include "mapping/product_search.hpp"
#include "mapping/testing.hpp"
#include "mapping/way.hpp"

namespace saccade {
namespace {

using namespace mapping_testing;

// Buffers of the shipped designs, in their order.
constexpr std::size_t kActivations = 0, kWeights = 1, kAccumulators = 2;

ProductFacts facts_of(const Accelerator& accelerator, const Workload& workload,
                      std::size_t op = 0) {
  ProductFacts facts;
  facts.product = *as_product(workload, workload.ops()[op]);
  facts.engine = &accelerator.engines[0];
  facts.buffers = &accelerator.buffers;
  facts.may_be_taken[kActivations] = true;
  facts.vector_unit = &accelerator.vector_units[0];
  facts.post = post_work(facts.product.bias, facts.product.requantise);
  facts.input_bits = workload.tensor(facts.product.input.tensor).bits;
  facts.weight_bits = workload.tensor(facts.product.weight.tensor).bits;
  facts.output_bits = workload.tensor(facts.product.output.tensor).bits;
  return facts;
}

/// Loops over the dimensions named, outermost first, and after how many of them the operands lie.
OpSchedule schedule_of(const ProductFacts& facts, const std::string& order, const GemmTile& tile,
                       std::size_t input, std::size_t weight, bool double_buffered) {
  OpSchedule schedule;
  schedule.nest.size = {facts.product.m, facts.product.n, facts.product.k};
  for (const char name : order) {
    const Dim dim = name == 'm' ? Dim::m : name == 'n' ? Dim::n : Dim::k;
    schedule.nest.loops.push_back({dim, extent(tile, dim)});
  }
  schedule.input = {{facts.way(Matrix::input)[0], input}};
  schedule.weight = {{facts.way(Matrix::weight)[0], weight}};
  schedule.double_buffered = double_buffered;
  return schedule;
}

void expect_demand(const Demand& demand, std::int64_t activations, std::int64_t weights,
                   std::int64_t accumulators) {
  EXPECT_EQ(demand[kActivations], activations);
  EXPECT_EQ(demand[kWeights], weights);
  EXPECT_EQ(demand[kAccumulators], accumulators);
}

TEST(Demand, OfALinearLayerRowsOutside) {
  const Accelerator edge = design("edge_16x16");
  const ProductFacts facts = facts_of(edge, one_linear(100, 64, 48));
  // Input: this row block of 32 x 48 and the next; weights: two tiles of 48 x 16, each with 16
  // biases of 4 bytes; sums and results: two tiles of 32 x 16, of 4 bytes and 1.
  expect_demand(product_demand(facts, schedule_of(facts, "mnk", {32, 16, 48}, 1, 3, true)),
                2 * 32 * 48 + 2 * 32 * 16, 2 * (48 * 16 + 16 * 4), 2 * 32 * 16 * 4);
}

TEST(Demand, OfKChunksAndAFollower) {
  const Accelerator edge = design("edge_16x16");
  ProductFacts facts = facts_of(edge, one_linear(100, 64, 48));
  FollowerFacts follower;
  follower.bits = 16;
  follower.dram_input_bits = {8};
  facts.followers = {follower};
  // Input whole: ceil(100 / 32) * 3 chunks of 32 x 16; weights: 3 chunks of a column block, the
  // first with its bias; tile of the product, the follower's other input, its result of 16 bits.
  expect_demand(product_demand(facts, schedule_of(facts, "nmk", {32, 16, 16}, 0, 1, false)),
                4 * 3 * 512 + 512 + 512 + 1024, 3 * 16 * 16 + 16 * 4, 32 * 16 * 4);
}

TEST(Demand, OfScoresOnChip) {
  const Accelerator edge = design("edge_16x16");
  const Workload deit = model("deit_small");
  ProductFacts facts = facts_of(edge, deit, op_index(deit, "b0.qk"));
  facts.weight_is_parameter = false;
  facts.input_on_chip = facts.weight_on_chip = facts.output_streamed = true;
  // A streamed row block has room for all ceil(197 / 64) tiles of 16 x 64.
  expect_demand(product_demand(facts, schedule_of(facts, "mnk", {16, 64, 64}, 3, 3, true)),
                2 * 16 * 4 * 64, 0, 2 * 16 * 64 * 4);
  facts.weight_on_chip = false;  // K as stored: 64 rows of keys, 64 bytes each
  expect_demand(product_demand(facts, schedule_of(facts, "mnk", {16, 64, 64}, 3, 3, false)),
                16 * 4 * 64 + 64 * 64, 0, 16 * 64 * 4);
}

TEST(Demand, OfAConvolution) {
  const Accelerator edge = design("edge_16x16");
  Conv2d conv;
  conv.in_channels = 3;
  conv.out_channels = 8;
  conv.in_height = conv.in_width = 16;
  conv.kernel_height = conv.kernel_width = 3;
  conv.padding = 1;
  const ProductFacts facts = facts_of(edge, one_conv(conv));
  // Two output lines read 4 of 16 pixels, 3 bytes each; twice. 27 weights for each of 8 channels.
  expect_demand(product_demand(facts, schedule_of(facts, "mnk", {32, 8, 27}, 1, 0, true)),
                2 * 4 * 16 * 3 + 2 * 32 * 8, 27 * 8 + 8 * 4, 2 * 32 * 8 * 4);
  // 8 pixels of a line read 3 lines of 8 + 2 pixels.
  expect_demand(product_demand(facts, schedule_of(facts, "mnk", {8, 8, 27}, 3, 3, false)),
                3 * 10 * 3 + 8 * 8, 27 * 8 + 8 * 4, 8 * 8 * 4);
}

TEST(Demand, OddBitsEndOnWholeBytesPerRow) {
  const Accelerator edge = design("edge_16x16");
  BitWidths bits;
  bits.activation = 4;
  bits.weight = 4;
  const ProductFacts facts = facts_of(edge, one_linear(5, 3, 7, Bias::none, bits));
  const OpSchedule schedule = schedule_of(facts, "mnk", {5, 3, 7}, 3, 3, false);
  const Granule tile = {{0, 5}, 3, 7, true, 1};
  const auto bytes = [&](Matrix matrix) {
    const WayLevel level = way_of(facts, schedule, matrix)[0];
    return granule_bytes(facts, schedule, matrix, level, tile).useful;
  };
  EXPECT_EQ(bytes(Matrix::input), 5 * 4);  // 28 bits
  EXPECT_EQ(bytes(Matrix::weight), 11);    // parameters lie packed: 84 bits
}

MachineRates rates_of(const Accelerator& accelerator) { return {32, 64, move_energy(accelerator)}; }

/// Every schedule of every tile, whatever it costs.
std::vector<Candidate> all_candidates(const ProductFacts& facts, const MachineRates& rates) {
  std::vector<Candidate> all;
  for (const TileChoice& choice : tile_choices(facts, {}, 0)) {
    for_schedules(facts, {}, choice, [&](const OpSchedule& schedule) {
      all.push_back(estimate_product(facts, rates, tile_figures(facts, schedule), schedule));
    });
  }
  return all;
}

TEST(ProductSearch, TheBestFitsAndNoFeasibleOneIsBetter) {
  std::mt19937 random(7);
  const auto any = [&](std::int64_t low, std::int64_t high) {
    return std::uniform_int_distribution<std::int64_t>(low, high)(random);
  };
  int feasible = 0;
  for (int i = 0; i < 40; ++i) {
    const char* flows[] = {"output_stationary", "weight_stationary", "input_stationary"};
    Patches patches = dataflow(flows[i % 3]);
    for (const char* buffer : {"0", "1", "2"}) {
      patches.emplace_back(fmt::format("/buffers/{}/bytes", buffer),
                           std::to_string(any(512, 40000)));
    }
    const Accelerator edge = design("edge_16x16", patches);
    const ProductFacts facts =
        facts_of(edge, one_linear(any(1, 300), any(1, 300), any(1, 800), Bias::vector));
    const Objective objective = static_cast<Objective>(any(0, 2));
    Demand free_bytes{};
    for (std::size_t b = 0; b < 3; ++b) free_bytes[b] = edge.buffers[b].bytes;
    free_bytes[kActivations] -= any(0, free_bytes[kActivations] / 2);  // tensors stay there
    const auto value = [&](const Candidate& candidate) {
      return objective_value(objective, candidate.schedule.cycles, candidate.schedule.energy_pj);
    };
    const Frontier frontier = product_frontier(facts, rates_of(edge), {}, objective, 0, false);
    try {
      const Candidate best = best_product(frontier, objective, free_bytes, edge.buffers, "op");
      ++feasible;
      EXPECT_EQ(excess(best.demand, free_bytes), 0);
      for (const Candidate& other : all_candidates(facts, rates_of(edge))) {
        // Within the indifference the other quantity decides.
        if (excess(other.demand, free_bytes) > 0) continue;
        EXPECT_LE(value(best), kIndifference * value(other));
      }
    } catch (const Infeasible&) {
      for (const Candidate& other : all_candidates(facts, rates_of(edge))) {
        EXPECT_GT(excess(other.demand, free_bytes), 0);
      }
    }
  }
  EXPECT_GT(feasible, 20);
}

TEST(ProductSearch, NearEqualsAreChosenByTheOtherQuantity) {
  const std::vector<Estimate> estimates = {{1000, 50, 1}, {1005, 40, 1}, {1020, 1, 1}};
  EXPECT_EQ(best_estimate(Objective::latency, estimates), 1u);  // within 1 %: the frugal one
  EXPECT_EQ(best_estimate(Objective::energy, estimates), 2u);
  EXPECT_EQ(best_estimate(Objective::edp, estimates), 2u);
  EXPECT_EQ(best_estimate(Objective::latency, {{10, 5, 8}, {10, 5, 2}}), 1u);  // fewer tiles
}

TEST(ProductSearch, CandidatesCountTheirTiles) {
  const Accelerator edge = design("edge_16x16");
  const ProductFacts facts = facts_of(edge, one_linear(100, 64, 48));
  for (const Candidate& candidate : all_candidates(facts, rates_of(edge))) {
    const GemmTile tile = candidate.schedule.tile();
    EXPECT_EQ(candidate.tiles, ceil_div(100, tile.m) * ceil_div(64, tile.n) * ceil_div(48, tile.k));
  }
}

std::string reason(const Workload& workload, const Accelerator& accelerator) {
  try {
    mapped(workload, accelerator);
  } catch (const Infeasible& infeasible) {
    return infeasible.what();
  }
  return "feasible";
}

TEST(Mapper, SaysWhatDoesNotFit) {
  // The smallest tile has 16 x 16 weights and 16 biases of 4 bytes: 320 bytes.
  EXPECT_EQ(reason(one_linear(64, 64, 64), design("edge_16x16", {{"/buffers/1/bytes", "256"}})),
            "fc: not even one fold per tile fits: buffer weights: 320 bytes needed, 256 there");
  // One fold of sums: 16 x 16 of 4 bytes.
  EXPECT_EQ(reason(one_linear(64, 64, 64), design("edge_16x16", {{"/buffers/2/bytes", "512"}})),
            "fc: not even one fold per tile fits: buffer accumulators: 1024 bytes needed, 512 "
            "there");
  EXPECT_EQ(reason(one_linear(64, 64, 64), design("edge_16x16", {{"/buffers/1/bytes", "320"},
                                                                 {"/buffers/2/bytes", "1024"}})),
            "feasible");
  // The patches of LV-ViT-S: one of them reads 8 x 8 pixels, 64 channels of 16 bits; its results
  // are 16 of 16 bits.
  EXPECT_EQ(
      reason(
          model("lvvit_s", {{"/depth", "1"}, {"/bits/activation", "16"}}),
          design("edge_16x16", {{"/engines/0/operand_bits", "16"}, {"/buffers/0/bytes", "8192"}})),
      "proj: not even one fold per tile fits: buffer activations: 8224 bytes needed, 8192 there");
  WorkloadBuilder builder("norm", 1, {});
  builder.mark_output(builder.layernorm("ln", builder.input("x", 4, 4096)));
  // Parameters 2 * 4096 of 2 bytes; a row and the next of the input, a row of the output.
  EXPECT_EQ(
      reason(std::move(builder).build(), design("edge_16x16", {{"/buffers/0/bytes", "16384"}})),
      "ln: not even one row fits: buffer activations: 28672 bytes needed, 16384 there");
}

/// With PEs that share the rows of a tile out, the least that any mapping needs.
TEST(Mapper, SaysWhatDoesNotFitIntoThePes) {
  const Accelerator pes =
      design("vector_mac_16pe", {{"/buffers/3/bytes", "64"}, {"/engines/0/lanes", "32"}});
  // A row of 32 sums of 24 bits.
  EXPECT_EQ(reason(one_linear(64, 64, 64), pes),
            "fc: not even one fold per tile fits: buffer pe_sums: 96 bytes needed, 64 there");
}

TEST(Mapper, SaysWhatNoVectorUnitCanDo) {
  const std::string path = SACCADE_SOURCE_DIR "/configs/hardware/edge_16x16.json";
  Json document = read_json(path);
  document.erase("assumptions");  // one speaks of what is erased next
  document["vector_units"][0]["cycles_per_element"].erase("gelu");
  EXPECT_EQ(reason(model("deit_tiny", {{"/depth", "1"}}), read_accelerator_json(document, path)),
            "b0.act: no vector unit can do it: vector lacks 'gelu'");
}

TEST(Mapper, ASmallWeightBufferSplitsTheInnerDimension) {
  // A column block of FC2 is 16 * 1536 weights: 24 KiB for a buffer of 16.
  const Mapping mapping = mapped(model("deit_small", {{"/depth", "1"}}), design("edge_16x16"));
  const OpSchedule& fc2 = mapping.schedules[op_index(mapping.workload, "b0.fc2")];
  EXPECT_EQ(fc2.nest.size.k, 1536);
  EXPECT_LT(fc2.tile().k, 1536);
  EXPECT_LE(fc2.tile().k * fc2.tile().n, 16384);
}

/// Bytes that have to be moved whatever the design: parameters that some op reads, image, logits.
std::uint64_t compulsory_bytes(const Workload& workload) {
  std::int64_t sum = 0;
  const auto readers = readers_of(workload);
  for (std::size_t id = 0; id < readers.size(); ++id) {
    const Tensor& tensor = workload.tensors()[id];
    const bool given = tensor.kind != TensorKind::activation && !readers[id].empty();
    if (given || tensor.kind == TensorKind::network_output) sum += tensor.bytes();
  }
  return static_cast<std::uint64_t>(sum);
}

std::size_t activations_in_dram(const Mapping& mapping) {
  std::size_t count = 0;
  for (std::size_t id = 0; id < mapping.homes.size(); ++id) {
    const bool activation = mapping.workload.tensors()[id].kind == TensorKind::activation;
    count += activation && mapping.homes[id].home == Home::dram;
  }
  return count;
}

TEST(Mapper, WithRoomEverythingStaysOnChip) {
  const Workload deit = model("deit_tiny", {{"/depth", "2"}});
  const Accelerator roomy = design("edge_16x16", {{"/buffers/0/bytes", "67108864"},
                                                  {"/buffers/1/bytes", "16777216"},
                                                  {"/buffers/2/bytes", "16777216"}});
  for (const Objective objective : {Objective::latency, Objective::energy}) {
    const Mapping mapping = mapped(deit, roomy, objective);
    EXPECT_EQ(activations_in_dram(mapping), 0u);
    const Drained program(roomy, {&mapping});
    EXPECT_THAT(program.problems, testing::IsEmpty());
    if (objective != Objective::energy) continue;
    // Each row block of the embeddings reads one row of 192 more than it has: the class token's.
    const std::size_t embeddings = op_index(mapping.workload, "cls+pos");
    const std::int64_t blocks = ceil_div(197, mapping.schedules[embeddings].tile().m);
    EXPECT_EQ(program.dram_bytes(),
              compulsory_bytes(mapping.workload) + static_cast<std::uint64_t>((blocks - 1) * 192));
  }
}

TEST(Mapper, WithoutRoomActivationsGoToDram) {
  const Workload deit = model("deit_tiny", {{"/depth", "2"}});
  const Accelerator tight = design("edge_16x16", {{"/buffers/0/bytes", "32768"}});
  const Mapping mapping = mapped(deit, tight, Objective::energy);
  // A qkv of 197 x 576 is three times the buffer.
  const auto qkv = static_cast<std::size_t>(tensor_id(mapping.workload, "b0.qkv"));
  EXPECT_EQ(mapping.homes[qkv].home, Home::dram);
  EXPECT_GT(activations_in_dram(mapping), 0u);
  EXPECT_GT(Drained(tight, {&mapping}).dram_bytes(), 2 * compulsory_bytes(mapping.workload));
}

TEST(Mapper, TensorsHaveTheirOwnPlacesInDram) {
  const Mapping mapping = mapped(model("lvvit_s", {{"/depth", "1"}}), design("systolic_32x32"));
  for (std::size_t id = 0; id + 1 < mapping.homes.size(); ++id) {
    const auto end = mapping.homes[id].address +
                     static_cast<std::uint64_t>(mapping.workload.tensors()[id].bytes());
    EXPECT_LE(end, mapping.homes[id + 1].address) << mapping.workload.tensors()[id].name;
    EXPECT_EQ(mapping.homes[id].address % 4096, 0u);
  }
}

TEST(Mapper, UnfusesAttentionWhoseRowBlocksDoNotFit) {
  WorkloadBuilder builder("attention", 1, {});
  View q, k, v;
  q.tensor = builder.input("q", 64, 16);
  k.tensor = builder.input("k", 2048, 16);
  v.tensor = builder.input("v", 2048, 16);
  builder.mark_output(builder.attention("a", {1, 1, 64, 2048, 16, 16}, q, k, v));
  const Workload attention = std::move(builder).build();
  // A row block of 16 x 2048 scores takes 32 KiB, and its probabilities as much.
  for (const auto& [bytes, anchors] : {std::pair{"262144", 3u}, {"32768", 1u}}) {
    const Accelerator edge = design("edge_16x16", {{"/buffers/0/bytes", bytes}});
    const Mapping mapping = mapped(attention, edge, Objective::energy);
    EXPECT_EQ(mapping.groups[0].anchors.size(), anchors) << bytes;
    EXPECT_THAT(Drained(edge, {&mapping}).problems, testing::IsEmpty()) << bytes;
  }
}

/// From too small to roomy; what is called feasible must really fit.
TEST(Mapper, EverySizeOfTheActivationBuffer) {
  const Workload deit = model("deit_tiny", {{"/depth", "1"}});
  std::size_t feasible = 0;
  for (int bytes = 8192; bytes <= 65536; bytes += 2048) {
    const Accelerator edge = design("edge_16x16", {{"/buffers/0/bytes", std::to_string(bytes)}});
    try {
      const Mapping mapping = mapped(deit, edge);
      EXPECT_THAT(Drained(edge, {&mapping}).problems, testing::IsEmpty()) << bytes;
      ++feasible;
    } catch (const Infeasible& infeasible) {
      EXPECT_THAT(infeasible.what(), testing::HasSubstr("buffer activations"));
    }
  }
  EXPECT_GE(feasible, 20u);
}

TEST(Mapper, TensorsThatTheDramCannotHoldAreInfeasible) {
  // One channel of LPDDR4: 8 banks of 65,536 rows of 2 KiB are 1 GiB; the results are 16 GiB.
  const Accelerator edge = design("edge_16x16");
  const Workload fits = one_linear(1024, 1024, 1024);
  EXPECT_NO_THROW(mapped(fits, edge));
  const Workload huge = one_linear(1 << 20, 1 << 14, 16);
  try {
    mapped(huge, edge);
    ADD_FAILURE() << "16 GiB of results fit into " << edge.dram.capacity_bytes() << " bytes";
  } catch (const Infeasible& infeasible) {
    EXPECT_THAT(infeasible.what(), testing::HasSubstr("linear: its tensors take"));
    EXPECT_THAT(infeasible.what(),
                testing::HasSubstr(fmt::format("{} there", edge.dram.capacity_bytes())));
  }
}

}  // namespace
}  // namespace saccade
