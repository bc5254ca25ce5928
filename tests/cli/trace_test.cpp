// saccade run --trace as a user calls it; its statistics computed anew by a script.
#include <gmock/gmock.h>

#include <cstdlib>

#include "base/file.hpp"
#include "base/json.hpp"
#include "cli/run_binary.hpp"

namespace saccade {
namespace {

using testing::HasSubstr;

const std::string kRoot = SACCADE_SOURCE_DIR;

BinaryRun run_trace(const std::string& trace, const std::string& technique,
                    const std::vector<std::string>& more = {}) {
  std::vector<std::string> arguments = {"run",
                                        "--hardware",
                                        kRoot + "/configs/hardware/systolic_64x64.json",
                                        "--workload",
                                        kRoot + "/workloads/models/deit_small.json",
                                        "--technique",
                                        technique,
                                        "--trace",
                                        trace};
  arguments.insert(arguments.end(), more.begin(), more.end());
  return run_saccade(arguments);
}

/// Exit code of the script that computes the statistics anew.
int percentiles(const std::string& json) {
  return std::system(
      ("python3 '" + kRoot + "/tools/percentiles.py' '" + json + "' > /dev/null").c_str());
}

TEST(TraceOption, StatisticsOfTenThousandInputsEqualThoseOfAScript) {
  const TestFolder folder;
  const std::string json = folder.path("result.json");
  const BinaryRun run =
      run_trace(kRoot + "/workloads/traces/heatvit_deit_small.json",
                kRoot + "/configs/techniques/heatvit_deit_small_by_input.json", {"--json", json});
  ASSERT_EQ(run.code, 0) << run.err;
  EXPECT_THAT(run.out, HasSubstr("10000 inputs of trace"));
  EXPECT_THAT(run.out, HasSubstr("more paths"));
  EXPECT_EQ(percentiles(json), 0);
  // The script finds what is wrong.
  Json result = read_json(json);
  result["scenario"]["latency_s"]["p99"] = result["scenario"]["latency_s"]["p50"];
  EXPECT_NE(percentiles(folder.write("wrong.json", result.dump())), 0);
  // Far fewer paths than inputs, for counts are rounded.
  const std::size_t paths = read_json(json)["scenario"]["paths"].size();
  EXPECT_GT(paths, 10u);
  EXPECT_LT(paths, 200u);
}

TEST(TraceOption, MistakesNameTheTrace) {
  const TestFolder folder;
  const std::string cascade = kRoot + "/configs/techniques/pivot_lvvit_small_cascade.json";
  const std::string trace = folder.write("t.json", R"({"inputs": [{"entropies": [0.5]}]})");
  const BinaryRun no_thresholds = run_trace(trace, cascade);
  EXPECT_EQ(no_thresholds.code, 1);
  EXPECT_THAT(no_thresholds.err, HasSubstr("t.json: "));
  EXPECT_THAT(no_thresholds.err, HasSubstr("'thresholds'"));
  const BinaryRun unknown =
      run_trace(folder.write("u.json", R"({"inputs": [{"entropy": 1}]})"), cascade);
  EXPECT_EQ(unknown.code, 1);
  EXPECT_THAT(unknown.err, HasSubstr("/inputs/0/entropy"));
  EXPECT_THAT(unknown.err, HasSubstr("expected one of kept_tokens"));
  EXPECT_EQ(run_trace(folder.path("not_there.json"), cascade).code, 1);
}

TEST(TraceOption, TracesAreKnownToCheckAndSchema) {
  const BinaryRun check =
      run_saccade({"check", kRoot + "/workloads/traces/accepted_90_percent.json"});
  EXPECT_EQ(check.code, 0) << check.err;
  EXPECT_THAT(check.out + check.err, HasSubstr("trace"));
  const BinaryRun schema = run_saccade({"schema", "trace"});
  EXPECT_EQ(schema.code, 0);
  EXPECT_TRUE(parse_json(schema.out, "schema").contains("properties"));
}

}  // namespace
}  // namespace saccade
