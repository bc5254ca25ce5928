#include <gtest/gtest.h>

#include "workload/model.hpp"
#include "workload/model_checks.hpp"
#include "workload/workload_equal.hpp"

namespace saccade {
namespace {

// 55.83 M in the README of its code; 12.7 GFLOPs, of which a MAC is one.
TEST(LvVit, PublishedTotalsOfM) {
  const Workload workload = read_workload(model_path("lvvit_m"));
  EXPECT_NEAR(static_cast<double>(workload.macs()) / 1e9 / 12.7, 1.0, 0.01);
  EXPECT_NEAR(static_cast<double>(workload.parameters()) / 1e6, 55.83, 0.005);
}

// Its stem is that of LV-ViT-S but for the last convolution, which makes the embedding.
TEST(LvVit, StemOfMIsThatOfS) {
  const Workload s = read_workload(model_path("lvvit_s"));
  const Workload m = read_workload(model_path("lvvit_m"));
  for (const char* name : {"stem1", "stem2", "stem3"}) {
    EXPECT_TRUE(same(find_op(s, name).body, find_op(m, name).body)) << name;
  }
  const auto proj = std::get<Conv2d>(find_op(m, "proj").body);
  EXPECT_EQ(proj.out_channels, 512);
  EXPECT_EQ(proj.stride, 8);
}

}  // namespace
}  // namespace saccade
