// How well vectors and lanes are filled: MACs over the slots that the engine's work takes.
#include <gtest/gtest.h>

#include <iostream>

#include "cost/counters.hpp"
#include "mapping/testing.hpp"

namespace saccade {
namespace {

using namespace mapping_testing;

struct UtilisationCase {
  const char* model;
  int width;               ///< lanes of a PE and multipliers of a lane
  double percent;          ///< spatial utilisation over the whole network
  bool folded_too = true;  ///< a second mapping; large networks take a minute for each
};

void PrintTo(const UtilisationCase& at, std::ostream* stream) {
  *stream << at.model << " " << at.width;
}

/// The 16 PEs with wider vectors, and buffers so large that everything can be mapped.
Accelerator vectors_of(int width, bool fold_taps) {
  const std::string lanes = std::to_string(width);
  const auto bits = [width](int operands) { return std::to_string(8 * operands * width); };
  return design("vector_mac_16pe", {{"/engines/0/lanes", lanes},
                                    {"/engines/0/vector_width", lanes},
                                    {"/engines/0/fold_taps", fold_taps ? "true" : "false"},
                                    {"/buffers/0/bytes", "8388608"},
                                    {"/buffers/1/bytes", "131072"},
                                    {"/buffers/1/width_bits", bits(1)},
                                    {"/buffers/2/bytes", "1048576"},
                                    {"/buffers/2/width_bits", bits(width)},
                                    {"/buffers/3/bytes", "131072"},
                                    {"/buffers/3/width_bits", bits(3)}});
}

/// In percent, of all that the mapped workload does on the engine.
double utilisation(const Workload& workload, const Accelerator& accelerator) {
  const Mapping mapping = mapped(workload, accelerator);
  Program program(accelerator, {&mapping});
  std::uint64_t macs = 0, slots = 0;
  TileTask task;
  while (program.next(task)) {
    const Counters& counts = program.works()[task.work].counts;
    macs += total_macs(counts);
    slots += counts.mac_slots[0];
  }
  EXPECT_EQ(macs, static_cast<std::uint64_t>(workload.macs()));
  return 100.0 * static_cast<double>(macs) / static_cast<double>(slots);
}

class Utilisation : public testing::TestWithParam<UtilisationCase> {};

/// Expected: per product m * ceil(n / lanes) * lanes * ceil(k / width) * width slots, summed over
/// the network, with every tap of the patch embedding in vectors of its own; derived for the sweep
/// of lanes and vector width in arXiv 2212.02687 (Sreedhar et al.), which does not print it.
TEST_P(Utilisation, OfVectorsAndLanes) {
  const UtilisationCase& at = GetParam();
  const Workload workload = model(at.model);
  const double apart = utilisation(workload, vectors_of(at.width, false));
  EXPECT_NEAR(apart, at.percent, 0.5);
  RecordProperty("percent", std::to_string(apart));
  std::cout << fmt::format("{}, {} lanes of {}: {:.2f} %\n", at.model, at.width, at.width, apart);
  if (!at.folded_too) return;
  const double folded = utilisation(workload, vectors_of(at.width, true));
  // Three channels of each tap share vectors: nothing else changes.
  EXPECT_GE(folded, apart);
  RecordProperty("percent_with_folded_taps", std::to_string(folded));
  std::cout << fmt::format("{:.2f} % with folded taps\n", folded);
}

INSTANTIATE_TEST_SUITE_P(DeiT, Utilisation,
                         testing::Values(UtilisationCase{"deit_tiny", 16, 90.3},
                                         UtilisationCase{"deit_tiny", 32, 80.5},
                                         UtilisationCase{"deit_tiny", 64, 66.2},
                                         UtilisationCase{"deit_base", 16, 97.0},
                                         UtilisationCase{"deit_base", 32, 93.5},
                                         UtilisationCase{"deit_base", 64, 87.3}));

/// Depthwise convolutions fill one multiplier of each lane.
INSTANTIATE_TEST_SUITE_P(
    Convolutional, Utilisation,
    testing::Values(UtilisationCase{"segformer_b0_ade512", 16, 85.1},
                    UtilisationCase{"segformer_b0_ade512", 32, 73.3},
                    UtilisationCase{"segformer_b0_ade512", 64, 45.6},
                    UtilisationCase{"resnet50", 16, 88.9}, UtilisationCase{"resnet50", 32, 78.2},
                    UtilisationCase{"resnet50", 64, 63.0}, UtilisationCase{"pvtv2_b0", 16, 55.8},
                    UtilisationCase{"pvtv2_b0", 32, 38.0}, UtilisationCase{"pvtv2_b0", 64, 18.7},
                    UtilisationCase{"segformer_b2_ade512", 16, 92.7, false},
                    UtilisationCase{"segformer_b2_ade512", 32, 86.1, false},
                    UtilisationCase{"segformer_b2_ade512", 64, 74.9, false}));

}  // namespace
}  // namespace saccade
