#include "sim/shared_link.hpp"

#include <gtest/gtest.h>

#include <random>

namespace saccade {
namespace {

TEST(SharedLink, WhoIsAloneTakesItsOwnTime) {
  SharedLink link;
  EXPECT_EQ(link.pass(5, 5, 10, 3), 15u);
  EXPECT_EQ(link.pass(100, 100, 10, 10), 110u);
  EXPECT_EQ(link.pass(200, 200, 10, 25.5), 226u) << "the link is slower than the task";
  EXPECT_EQ(link.pass(300, 300, 7, 0), 307u);
}

TEST(SharedLink, SharesThatFitDoNotDisturbEachOther) {
  SharedLink link;
  EXPECT_EQ(link.pass(0, 0, 100, 50), 100u);
  EXPECT_EQ(link.pass(0, 0, 100, 30), 100u);
  EXPECT_EQ(link.pass(50, 50, 20, 4), 70u);
}

TEST(SharedLink, WhoComesLaterHasWhatIsLeft) {
  SharedLink link;
  EXPECT_EQ(link.pass(0, 0, 100, 75), 100u);
  // A quarter is left until 100, where 25 of 50 are done at its own rate of one half or less: 25 in
  // 100 cycles, then 25 more at one half.
  EXPECT_EQ(link.pass(0, 0, 100, 50), 150u);
}

TEST(SharedLink, AFullLinkServesOneAfterTheOther) {
  SharedLink link;
  EXPECT_EQ(link.pass(0, 0, 10, 10), 10u);
  EXPECT_EQ(link.pass(0, 0, 10, 10), 20u);
  EXPECT_EQ(link.pass(3, 3, 5, 5), 25u);
  EXPECT_EQ(link.pass(25, 25, 5, 5), 30u) << "all is past";
}

TEST(SharedLink, LateComersWaitForTheirWidthOnly) {
  SharedLink link;
  link.pass(0, 0, 100, 90);
  // 10 cycles of all the link at a tenth of it.
  EXPECT_EQ(link.pass(0, 0, 10, 10), 100u);
  EXPECT_EQ(link.pass(0, 0, 10, 10), 110u);
}

TEST(SharedLink, AStartLaterThanNowLeavesWhatIsBetweenToOthers) {
  SharedLink link;
  EXPECT_EQ(link.pass(0, 100, 10, 10), 110u);
  EXPECT_EQ(link.pass(20, 20, 50, 50), 70u);
  EXPECT_EQ(link.pass(60, 60, 40, 40), 120u) << "10 to 70, 30 to 100, the rest from 110 on";
}

TEST(SharedLink, AFirstClaimComesBeforeEarlierTransfers) {
  SharedLink link;
  EXPECT_EQ(link.pass(0, 0, 100, 100, Claim::rest), 100u);
  EXPECT_EQ(link.pass(10, 10, 40, 20), 50u) << "half of the link from 10 to 50";
  // The transfer had 80 of its 100; the next of 10 pays for the other 20.
  EXPECT_EQ(link.pass(20, 20, 10, 10, Claim::rest), 130u);
  EXPECT_EQ(link.pass(130, 130, 10, 10, Claim::rest), 140u) << "and that is that";
}

TEST(SharedLink, TransfersHaveWhatFirstClaimsLeave) {
  SharedLink link;
  EXPECT_EQ(link.pass(0, 0, 100, 60), 100u);
  EXPECT_EQ(link.pass(0, 0, 10, 10, Claim::rest), 25u) << "two fifths of the link";
  EXPECT_EQ(link.pass(0, 0, 10, 10, Claim::rest), 50u);
}

TEST(SharedLink, NeverGivesMoreThanThereIs) {
  std::mt19937 random(7);
  for (int round = 0; round < 200; ++round) {
    SharedLink link;
    Cycle now = 0;
    Cycle end = 0;
    double sum = 0;
    for (int i = 0; i < 50; ++i) {
      now += random() % 20;
      const Cycle duration = 1 + random() % 40;
      const double demand = static_cast<double>(random() % 400) / 10.0;
      const Claim claim = random() % 2 == 0 ? Claim::first : Claim::rest;
      const Cycle done = link.pass(now, now, duration, demand, claim);
      EXPECT_GE(done, now + duration);
      EXPECT_GE(static_cast<double>(done - now), demand - 1e-6);
      end = std::max(end, done);
      sum += demand;
    }
    // What first claims took from transfers that were told to be over is paid by a last one.
    end = std::max(end, link.pass(now, now, 0, 0.001, Claim::rest));
    EXPECT_GE(static_cast<double>(end), sum - 1e-3) << "more than one link's worth was given";
  }
}

TEST(SharedLink, IsNotIdleWhileSomebodyCouldUseIt) {
  // All at once, each able to use the whole link: over when the sum of what they need is.
  SharedLink link;
  Cycle end = 0;
  for (int i = 1; i <= 20; ++i) end = link.pass(0, 0, 1, i);
  EXPECT_EQ(end, 210u);
}

}  // namespace
}  // namespace saccade
