#include "workload/trace.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>

#include "base/error.hpp"
#include "workload/trace_generator.hpp"

namespace saccade {
namespace {

class TraceFiles : public testing::Test {
 protected:
  void SetUp() override {
    folder_ = std::filesystem::temp_directory_path() /
              ("trace_" + std::to_string(testing::UnitTest::GetInstance()->random_seed()) +
               testing::UnitTest::GetInstance()->current_test_info()->name());
    std::filesystem::create_directories(folder_);
  }
  void TearDown() override { std::filesystem::remove_all(folder_); }

  std::string file(const std::string& name, const std::string& text) {
    const std::string path = (folder_ / name).string();
    std::ofstream(path) << text;
    return path;
  }
  std::string mistake(const std::string& path) {
    try {
      read_trace(path);
    } catch (const UserError& error) {
      return error.what();
    }
    return "";
  }

  std::filesystem::path folder_;
};

TEST_F(TraceFiles, ListsOfDecisions) {
  const Trace trace = read_trace(file("t.json", R"({"inputs": [
      {"entropies": [0.5], "count": 3},
      {"kept_tokens": [136, 84, 39], "skipped_attentions": [1, 3], "effort": 1},
      {"configuration": "small"}]})"));
  EXPECT_EQ(trace.name, "t");
  EXPECT_EQ(trace.inputs(), 5);
  ASSERT_EQ(trace.entries.size(), 3u);
  EXPECT_EQ(trace.entries[0].decisions.entropies, std::vector<double>{0.5});
  EXPECT_EQ(trace.entries[1].decisions.kept_tokens, (std::vector<std::int64_t>{136, 84, 39}));
  EXPECT_EQ(trace.entries[1].decisions.skipped_attentions, (std::vector<int>{1, 3}));
  EXPECT_EQ(trace.entries[1].decisions.effort, 1);
  EXPECT_EQ(trace.entries[2].decisions.configuration, "small");
}

TEST_F(TraceFiles, TablesOfEntropiesAndKeptCounts) {
  const std::string csv =
      file("t.csv", "entropy,kept_0,kept_1,count\n0.25,136,84,1\n1.5,120,60,2\n");
  for (const std::string& path : {csv, file("t.json", R"({"csv": "t.csv"})")}) {
    const Trace trace = read_trace(path);
    EXPECT_EQ(trace.inputs(), 3);
    EXPECT_EQ(trace.entries[0].decisions.entropies, std::vector<double>{0.25});
    EXPECT_EQ(trace.entries[1].decisions.kept_tokens, (std::vector<std::int64_t>{120, 60}));
    EXPECT_FALSE(trace.entries[0].decisions.effort);
  }
}

TEST_F(TraceFiles, MistakesAreAnsweredTogether) {
  EXPECT_NE(mistake(file("none.json", "{}")).find("has 0 of 'inputs', 'csv' and 'generate'"),
            std::string::npos);
  const std::string two = mistake(file("bad.csv", "entropy,effort\n-1,0\n0.5,nine\n"));
  EXPECT_NE(two.find("line 2"), std::string::npos) << two;
  EXPECT_NE(two.find("line 3"), std::string::npos) << two;
  EXPECT_NE(mistake(file("empty.csv", "entropy\n")).find("has no rows"), std::string::npos);
  EXPECT_NE(
      mistake(file("sum.json", R"({"generate": {"inputs": 9, "seed": 1, "ends": [0.7, 0.6]}})"))
          .find("sums to 1.3"),
      std::string::npos);
  EXPECT_NE(mistake(file("lost.json", R"({"csv": "not_there.csv"})")).find("not_there.csv"),
            std::string::npos);
}

TEST(TraceGenerator, SharesAreExactAndOrdersFollowTheSeed) {
  TraceGenerator generator;
  generator.inputs = 1000;
  generator.ends = {0.6, 0.25};
  const auto count = [](const std::vector<TraceEntry>& entries, int effort) {
    return std::count_if(entries.begin(), entries.end(), [effort](const TraceEntry& entry) {
      return entry.decisions.effort == effort;
    });
  };
  const auto first = generated_trace(generator);
  EXPECT_EQ(count(first, 0), 600);
  EXPECT_EQ(count(first, 1), 250);
  EXPECT_EQ(count(first, 2), 150);
  const auto order = [](const std::vector<TraceEntry>& entries) {
    std::vector<int> efforts;
    for (const TraceEntry& entry : entries) efforts.push_back(*entry.decisions.effort);
    return efforts;
  };
  EXPECT_EQ(order(first), order(generated_trace(generator)));
  generator.seed = 2;
  EXPECT_NE(order(first), order(generated_trace(generator)));
}

TEST(TraceGenerator, KeptTokensFollowTheirDistributionAndNeverGrow) {
  TraceGenerator generator;
  generator.inputs = 4000;
  generator.kept_tokens = {{196, 0.695, 0.05, 1}, {196, 0.43, 0.05, 1}, {196, 0.199, 0.0, 1}};
  double sum = 0;
  for (const TraceEntry& entry : generated_trace(generator)) {
    const auto& kept = entry.decisions.kept_tokens;
    ASSERT_EQ(kept.size(), 3u);
    EXPECT_GE(kept[0], kept[1]);
    EXPECT_GE(kept[1], kept[2]);
    EXPECT_LE(kept[2], 39);  // 0.199 * 196
    sum += static_cast<double>(kept[0]);
  }
  // The mean of 4000 draws of deviation 9.8 lies within 0.155 of 136.2 in two of three cases.
  EXPECT_NEAR(sum / 4000, 0.695 * 196, 0.7);
}

TEST(TraceGenerator, EntropiesLieInTheirRange) {
  TraceGenerator generator;
  generator.inputs = 2000;
  generator.entropies = {{2.0, 6.0, 6.9}};
  double sum = 0;
  for (const TraceEntry& entry : generated_trace(generator)) {
    const double entropy = entry.decisions.entropies.at(0);
    EXPECT_GE(entropy, 0.0);
    EXPECT_LE(entropy, 6.9);
    sum += entropy;
  }
  EXPECT_NEAR(sum / 2000, 6.9 * 2 / (2 + 6), 0.1);  // the mean of a beta distribution
}

}  // namespace
}  // namespace saccade
