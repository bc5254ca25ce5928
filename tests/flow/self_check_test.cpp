#include "flow/self_check.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <functional>
#include <stdexcept>

#include "flow/design.hpp"
#include "mapping/testing.hpp"

namespace saccade {
namespace {

using testing::HasSubstr;

/// DeiT-T on the edge design, once for all tests.
struct Run {
  Accelerator accelerator = mapping_testing::design("edge_16x16");
  Technology technology{accelerator.technology};
  Mapping mapping = mapping_testing::mapped(mapping_testing::model("deit_tiny"), accelerator);
  SimResult simulated = run_stream(accelerator, mapping, 1);
  PointResult result;

  Run() {
    account_design(result, accelerator, technology);
    account(result, accounting(simulated));
  }
  Accounting accounting(const SimResult& of) const {
    return {accelerator, technology, mapping, of, of};
  }
};

const Run& a_run() {
  static const Run run;
  return run;
}

/// What the check says of the run after `spoil`; "" if nothing.
std::string complaint(const std::function<void(PointResult&, SimResult&)>& spoil) {
  const Run& run = a_run();
  PointResult result = run.result;
  SimResult simulated = run.simulated;
  spoil(result, simulated);
  try {
    self_check(result, run.accounting(simulated));
  } catch (const std::logic_error& error) {
    return error.what();
  }
  return "";
}

TEST(SelfCheck, HasNothingToSayOfARun) {
  EXPECT_EQ(complaint([](PointResult&, SimResult&) {}), "");
}

TEST(SelfCheck, TrafficBelowTheCompulsoryIsABug) {
  // All parameters and the image; DeiT-T has 5.7 M of 8 bits.
  EXPECT_GT(a_run().simulated.counts.dram.useful_read_bytes, 5'700'000u);
  EXPECT_THAT(complaint([](PointResult&, SimResult& run) {
                run.counts.dram.useful_read_bytes = 5'700'000;
              }),
              HasSubstr("bytes read from DRAM 5.7e+06, at least"));
  EXPECT_THAT(complaint([](PointResult&, SimResult& run) {
                run.counts.dram.useful_write_bytes = 999;  // 1,000 logits of 8 bits
              }),
              HasSubstr("bytes written to DRAM 999, at least 1000"));
}

TEST(SelfCheck, CyclesBelowWhatAUnitNeedsAreABug) {
  const auto with_cycles = [](double share) {
    return complaint([share](PointResult&, SimResult& run) {
      run.cycles = static_cast<Cycle>(share * static_cast<double>(run.cycles));
    });
  };
  EXPECT_EQ(with_cycles(1.0), "");
  EXPECT_THAT(with_cycles(0.01), HasSubstr("cycles for what array did:"));
  EXPECT_THAT(with_cycles(0.01), HasSubstr("cycles for what the DRAM did:"));
  EXPECT_THAT(with_cycles(0.01), HasSubstr("cycles for what vector did:"));
  EXPECT_THAT(with_cycles(0.01), HasSubstr("cycles for what activations did:"));
  EXPECT_THAT(with_cycles(0.01), HasSubstr("cycles for what the interconnect did:"));
}

TEST(SelfCheck, MoreMacsThanMultipliersCouldDoAreABug) {
  EXPECT_THAT(complaint([](PointResult&, SimResult& run) { run.counts.mac_slots[0] = 1; }),
              HasSubstr("multiplier slots of array 1, at least"));
}

TEST(SelfCheck, PartsThatDoNotSumAreABug) {
  EXPECT_THAT(complaint([](PointResult& r, SimResult&) { ++r.ops[3].exclusive_cycles; }),
              HasSubstr("exclusive cycles of ops"));
  EXPECT_THAT(complaint([](PointResult& r, SimResult&) { ++r.cycles_by_work["ideal"]; }),
              HasSubstr("cycles by kind of work"));
  EXPECT_THAT(complaint([](PointResult& r, SimResult&) { --r.cycles_by_edge["dependency"]; }),
              HasSubstr("cycles by edge"));
  EXPECT_THAT(complaint([](PointResult& r, SimResult&) { r.macs -= 1'000'000; }),
              HasSubstr("MACs "));
  EXPECT_THAT(complaint([](PointResult& r, SimResult&) { r.ops[0].energy_j *= 2; }),
              HasSubstr("energy of ops"));
  EXPECT_THAT(complaint([](PointResult& r, SimResult&) { r.energy_dram_j = 0; }),
              HasSubstr("energy on chip and in DRAM"));
  EXPECT_THAT(complaint([](PointResult& r, SimResult&) { r.energy_breakdown_j.pop_back(); }),
              HasSubstr("parts of the energy"));
  EXPECT_THAT(complaint([](PointResult& r, SimResult&) { r.area_mm2 *= 1.001; }),
              HasSubstr("parts of the area"));
}

TEST(SelfCheck, NamesEverythingThatIsOffAsABugOfItsOwn) {
  const std::string text = complaint([](PointResult& r, SimResult& run) {
    r.area_mm2 = 0;
    run.counts.dram.useful_write_bytes = 0;
  });
  EXPECT_THAT(text, HasSubstr("bug of Saccade"));
  EXPECT_THAT(text, HasSubstr("parts of the area"));
  EXPECT_THAT(text, HasSubstr("bytes written"));
}

}  // namespace
}  // namespace saccade
