// What --explain writes is enough for a script to recompute every total; list assumptions.
#include <gmock/gmock.h>

#include <cstdlib>

#include "base/csv.hpp"
#include "base/file.hpp"
#include "cli/run_binary.hpp"

namespace saccade {
namespace {

using testing::HasSubstr;
using testing::Not;

const std::string kRoot = SACCADE_SOURCE_DIR;

BinaryRun explain(const std::string& design, const std::string& topic,
                  const std::vector<std::string>& more = {}) {
  std::vector<std::string> arguments = {"run",
                                        "--hardware",
                                        kRoot + "/configs/hardware/" + design + ".json",
                                        "--workload",
                                        kRoot + "/workloads/models/deit_tiny.json",
                                        "--explain",
                                        topic};
  arguments.insert(arguments.end(), more.begin(), more.end());
  return run_saccade(arguments);
}

/// Exit code of the script that multiplies and adds up anew.
int recompute(const std::string& csv, const std::string& json) {
  const std::string command =
      "python3 '" + kRoot + "/tools/recompute.py' '" + csv + "' '" + json + "' > /dev/null";
  return std::system(command.c_str());
}

class Recomputed
    : public testing::TestWithParam<std::tuple<const char*, const char*, const char*>> {};

TEST_P(Recomputed, FromTheCsvAlone) {
  const auto [design, topic, mode] = GetParam();
  const TestFolder folder;
  const std::string csv = folder.path("explained.csv"), json = folder.path("result.json");
  std::vector<std::string> more = {"--csv", csv, "--json", json, "-q"};
  if (*mode != '\0') more.emplace_back(mode);
  const BinaryRun run = explain(design, topic, more);
  ASSERT_EQ(run.code, 0) << run.err;
  EXPECT_EQ(recompute(csv, json), 0);
  // A script that finds nothing wrong in anything would prove nothing.
  const std::string text = read_text(csv);
  const std::size_t line = text.find('\n') + 1;
  const std::size_t end = text.find('\n', line) + 1;
  const std::string shorter = folder.write("shorter.csv", text.substr(0, line) + text.substr(end));
  EXPECT_NE(recompute(shorter, json), 0);
}

INSTANTIATE_TEST_SUITE_P(
    Designs, Recomputed,
    testing::Combine(testing::Values("edge_16x16", "vector_mac_16pe", "zcu102_vector_mac"),
                     testing::Values("energy", "area", "timing"), testing::Values("", "--steady")));

TEST(ExplainOption, PrintsInsteadOfTheSummary) {
  const BinaryRun run = explain("edge_16x16", "energy");
  EXPECT_EQ(run.code, 0) << run.err;
  EXPECT_THAT(run.out, HasSubstr("What energy_j of"));
  EXPECT_THAT(run.out, HasSubstr("pe_os_int8"));
  EXPECT_THAT(run.out, HasSubstr("[assumption]"));
  EXPECT_THAT(run.out, Not(HasSubstr("Where the time went")));
}

TEST(ExplainOption, NamesTheFiguresThatThereAre) {
  const BinaryRun run = explain("edge_16x16", "enery");
  EXPECT_EQ(run.code, 1);
  EXPECT_THAT(run.err,
              HasSubstr("--explain is 'enery', expected one of energy, area, timing, did you mean "
                        "'energy'?"));
}

TEST(ListAssumptions, NamesThemWithTheirUsers) {
  const BinaryRun run = run_saccade({"list", "assumptions"});
  EXPECT_EQ(run.code, 0) << run.err;
  EXPECT_THAT(run.out, HasSubstr("clock_and_control_share"));
  EXPECT_THAT(run.out, HasSubstr("configs/technology/dram/ddr4_2400.json /pj_per_bit"));
  EXPECT_THAT(run.out, HasSubstr("only one: edge_16x16.json"));
}

}  // namespace
}  // namespace saccade
