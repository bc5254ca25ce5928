#include "result/shard.hpp"

#include <gtest/gtest.h>

namespace saccade {
namespace {

TEST(Shard, StandsInTheNameOfItsFile) {
  EXPECT_EQ(shard_path("results.db", {2, 4}), "results.shard-2-of-4.db");
  EXPECT_EQ(shard_path("a.b/results.v1.db", {12, 16}), "a.b/results.v1.shard-12-of-16.db");
  EXPECT_EQ(shard_path("/data/a.b/results", {1, 2}), "/data/a.b/results.shard-1-of-2");
  EXPECT_EQ(shard_path("results.db", {1, 1}), "results.db");
}

TEST(Shard, IsReadFromTheNameOfItsFile) {
  for (const char* path : {"results.db", "x.y/results", "a.b/.db"}) {
    EXPECT_EQ(shard_of_path(shard_path(path, {3, 7})).value(), (Shard{3, 7})) << path;
    EXPECT_FALSE(shard_of_path(path)) << path;
  }
  EXPECT_FALSE(shard_of_path("x.shard-1-of-2/results.db"));
  EXPECT_FALSE(shard_of_path("x.shard-1-of-.db"));
  EXPECT_FALSE(shard_of_path("x.shard-12345678901-of-2.db"));
}

TEST(Shard, HasAText) {
  EXPECT_EQ(shard_text({2, 4}), "shard 2 of 4");
  EXPECT_EQ(shard_text({}), "the whole sweep");
}

}  // namespace
}  // namespace saccade
