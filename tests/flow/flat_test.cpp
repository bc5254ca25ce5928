// FLAT's cloud and edge machines against the public estimator of FLAT (Kao et al., "FLAT: An
// Optimized Dataflow for Mitigating Attention Bottlenecks", ASPLOS 2023): the attention products of
// a layer of BERT-Base, batch 64, 16 bits, QK^T and AV fused by row blocks.
#include <gtest/gtest.h>

#include <optional>

#include "flow/evaluate.hpp"

namespace saccade {
namespace {

const std::string kRoot = SACCADE_SOURCE_DIR;

struct FlatCase {
  std::int64_t tokens;
  double milliseconds;  ///< by the estimator
  double dram_bytes;    ///< by the estimator: operands come anew for every fold

  /// Q, K, V and the result, once each: 64 images of 12 heads of 64 columns of 16 bits.
  std::uint64_t compulsory() const {
    return static_cast<std::uint64_t>(4 * 64 * 12 * tokens * 64 * 2);
  }
};

void PrintTo(const FlatCase& flat, std::ostream* stream) { *stream << flat.tokens << " tokens"; }

PointResult run(const std::string& hardware, std::int64_t tokens,
                const std::optional<std::string>& mapping = std::nullopt) {
  PointFiles files;
  files.hardware = kRoot + "/configs/hardware/" + hardware + ".json";
  files.workload = kRoot + "/workloads/layers/flat_bert_" + std::to_string(tokens) + ".json";
  if (mapping) files.mapping = kRoot + "/configs/mappings/" + *mapping + ".json";
  return evaluate(files, {});
}

class Flat : public testing::TestWithParam<FlatCase> {};

TEST_P(Flat, CloudWithTheMappingOfTheEstimator) {
  const FlatCase& flat = GetParam();
  const PointResult result = run("flat_cloud", flat.tokens, "fold_by_fold");
  ASSERT_EQ(result.status, Status::ok) << result.message;
  RecordProperty("milliseconds", std::to_string(1e3 * result.latency_s));
  RecordProperty("dram_bytes", std::to_string(result.dram_bytes));
  EXPECT_NEAR(1e3 * result.latency_s / flat.milliseconds, 1.0, 0.02);
  EXPECT_NEAR(static_cast<double>(result.dram_bytes) / flat.dram_bytes, 1.0, 0.02);
}

TEST_P(Flat, CloudWithTheMapperFreeMovesEverythingOnce) {
  const FlatCase& flat = GetParam();
  const PointResult result = run("flat_cloud", flat.tokens);
  ASSERT_EQ(result.status, Status::ok) << result.message;
  RecordProperty("milliseconds", std::to_string(1e3 * result.latency_s));
  RecordProperty("dram_bytes", std::to_string(result.dram_bytes));
  EXPECT_NEAR(1e3 * result.latency_s / flat.milliseconds, 1.0, 0.02);
  EXPECT_EQ(result.dram_bytes_useful, flat.compulsory());
  EXPECT_EQ(result.dram_bytes, flat.compulsory());  // whole bursts, none of them twice
}

TEST_P(Flat, EdgeRuns) {
  const FlatCase& flat = GetParam();
  const PointResult result = run("flat_edge", flat.tokens);
  ASSERT_EQ(result.status, Status::ok) << result.message;
  RecordProperty("milliseconds", std::to_string(1e3 * result.latency_s));
  RecordProperty("dram_bytes", std::to_string(result.dram_bytes));
  EXPECT_GE(result.dram_bytes_useful, flat.compulsory());
}

INSTANTIATE_TEST_SUITE_P(Bert, Flat,
                         testing::Values(FlatCase{512, 1.05107, 352'485'376},
                                         FlatCase{1024, 4.18843, 1.3088e9}));

}  // namespace
}  // namespace saccade
