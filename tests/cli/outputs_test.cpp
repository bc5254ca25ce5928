#include "cli/outputs.hpp"

#include <gmock/gmock.h>

#include "base/file.hpp"
#include "cli/run_binary.hpp"

namespace saccade {
namespace {

using ::testing::ElementsAre;
using ::testing::StartsWith;

std::vector<std::string> messages_of(const Mistakes& mistakes) {
  std::vector<std::string> messages;
  for (const Mistake& mistake : mistakes.list()) messages.push_back(to_string(mistake));
  return messages;
}

TEST(Outputs, WritesWhatTheOptionsName) {
  const TestFolder folder;
  Outputs outputs;
  Mistakes mistakes;
  EXPECT_TRUE(outputs.empty());
  outputs.add("csv", folder.path("a.csv"), mistakes);
  outputs.add("json", "-", mistakes);
  EXPECT_TRUE(mistakes.empty());
  EXPECT_TRUE(outputs.has("csv"));
  EXPECT_FALSE(outputs.has("html"));
  EXPECT_THROW(outputs.file("html"), std::out_of_range);
  outputs.write("csv", "text\n");
  EXPECT_EQ(read_text(outputs.file("csv")), "text\n");
  ::testing::internal::CaptureStdout();
  outputs.write("json", "{}");
  std::cout.flush();
  EXPECT_EQ(::testing::internal::GetCapturedStdout(), "{}");
}

TEST(Outputs, KnowsWhetherStandardOutputIsTaken) {
  Outputs outputs;
  Mistakes mistakes;
  outputs.add("csv", "a.csv", mistakes);
  EXPECT_FALSE(outputs.to_standard_output());
  outputs.add("json", "-", mistakes);
  EXPECT_TRUE(outputs.to_standard_output());
}

TEST(Outputs, ReportsAllThatCannotBeWritten) {
  const TestFolder folder;
  const std::string taken = folder.path("a");
  Outputs outputs;
  Mistakes mistakes;
  outputs.add("csv", taken, mistakes);
  outputs.add("json", taken, mistakes);
  outputs.add("html", folder.path("none/b"), mistakes);
  outputs.add("markdown", folder.path(""), mistakes);
  outputs.add("trace", "", mistakes);
  EXPECT_THAT(messages_of(mistakes),
              ElementsAre(taken + ": is to be written twice",
                          folder.path("none/b") + ": cannot be written: there is no folder " +
                              folder.path("none"),
                          folder.path("") + ": is no file that --markdown could write",
                          StartsWith("is no file that --trace could write")));
}

}  // namespace
}  // namespace saccade
