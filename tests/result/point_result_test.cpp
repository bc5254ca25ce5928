#include "result/point_result.hpp"

#include <gtest/gtest.h>

#include <stdexcept>

namespace saccade {
namespace {

TEST(PointResult, NamesItsStatus) {
  EXPECT_EQ(status_name(Status::ok), "ok");
  EXPECT_EQ(status_name(Status::infeasible), "infeasible");
  EXPECT_EQ(status_name(Status::excluded), "excluded");
  EXPECT_EQ(status_name(Status::failed), "failed");
  EXPECT_EQ(status_name(Status::timeout), "timeout");
  EXPECT_EQ(status_name(Status::memory), "memory");
  EXPECT_THROW(status_name(static_cast<Status>(99)), std::logic_error);
}

}  // namespace
}  // namespace saccade
