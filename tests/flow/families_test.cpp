// Every family of models runs: all of its products are computed, and its parameters read.
#include <gtest/gtest.h>

#include "flow/evaluate.hpp"
#include "workload/model.hpp"

namespace saccade {
namespace {

const std::string kRoot = SACCADE_SOURCE_DIR;

class FamilyRuns : public testing::TestWithParam<const char*> {};

TEST_P(FamilyRuns, OnASystolicArray) {
  PointFiles files;
  files.hardware = kRoot + "/configs/hardware/systolic_64x64.json";
  files.workload = kRoot + "/workloads/models/" + GetParam() + ".json";
  const PointResult result = evaluate(files, {});
  ASSERT_EQ(result.status, Status::ok) << result.message;
  const Workload workload = read_workload(files.workload);
  EXPECT_EQ(result.macs, static_cast<std::uint64_t>(workload.macs()));
  EXPECT_GE(result.dram_bytes_useful, static_cast<std::uint64_t>(workload.parameters()));
  // Not faster than its products on all multipliers.
  EXPECT_GE(static_cast<double>(result.cycles) * result.peak_macs_per_s / result.clock_hz,
            static_cast<double>(result.macs));
}

INSTANTIATE_TEST_SUITE_P(Models, FamilyRuns,
                         testing::Values("levit_128s", "levit_384", "mobilevit_xxs",
                                         "mobilevit_xxs_224", "swin_t", "pvtv2_b0", "resnet50",
                                         "ofa_r50_min", "segformer_b0_ade512",
                                         "swin_t_upernet_ade512", "lvvit_m"),
                         [](const auto& param) { return std::string(param.param); });

/// A tile whose rows lie across lines of the image in a last part alone was given too little room.
TEST(SmallBuffers, HoldTheLinesOfOnceForAllOnVectorMacs) {
  PointFiles files;
  files.hardware = kRoot + "/configs/hardware/vector_mac_16pe.json";
  files.workload = kRoot + "/workloads/models/ofa_r50_min.json";
  const PointResult result = evaluate(files, {});
  EXPECT_EQ(result.status, Status::ok) << result.message;
}

}  // namespace
}  // namespace saccade
