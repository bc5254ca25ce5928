// saccade validate, as a user runs it.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/csv.hpp"
#include "base/file.hpp"
#include "cli/run_binary.hpp"

namespace saccade {
namespace {

using testing::HasSubstr;
using testing::Not;

const char* const kArrayHeader = "variant,R,C,M,N,K,folds,cycles\n";

TEST(ValidateCommand, AFileOfOnesOwnIsHeldToTheModel) {
  const TestFolder folder;
  folder.write("rtl.csv", std::string(kArrayHeader) + "os_inplace_full,4,4,1,1,1,1,7\n");
  const BinaryRun outcome = run_saccade({"validate", "--array", folder.path("rtl.csv")});
  EXPECT_EQ(outcome.code, 0) << outcome.err;
  EXPECT_THAT(outcome.out, HasSubstr("1 of 1 exactly"));
  EXPECT_THAT(outcome.out, Not(HasSubstr("off by more")));
}

TEST(ValidateCommand, ARowThatIsOffIsNamedAndEndsWithOne) {
  const TestFolder folder;
  folder.write("rtl.csv", std::string(kArrayHeader) + "os_inplace_full,4,4,1,1,1,1,8\n");
  const BinaryRun outcome = run_saccade({"validate", "--array", folder.path("rtl.csv")});
  EXPECT_EQ(outcome.code, 1);
  EXPECT_THAT(outcome.out, HasSubstr("Rows that are off by more than they may be"));
  EXPECT_THAT(outcome.out, HasSubstr("-12.5 %"));
}

TEST(ValidateCommand, TheMistakesOfAllFilesAreAnsweredAtOnce) {
  const TestFolder folder;
  folder.write("rtl.csv", std::string(kArrayHeader) + "os_sideways,4,4,1,1,1,1,8\n");
  folder.write("sram.csv", "node_nm,size_bytes\n45,x\n");
  const BinaryRun outcome =
      run_saccade({"validate", "--array", folder.path("rtl.csv"), "--sram", folder.path("sram.csv"),
                   "--dram", folder.path("none.csv")});
  EXPECT_EQ(outcome.code, 1);
  EXPECT_THAT(outcome.err, HasSubstr("rtl.csv"));
  EXPECT_THAT(outcome.err, HasSubstr("sram.csv"));
  EXPECT_THAT(outcome.err, HasSubstr("none.csv"));
}

TEST(ValidateCommand, ATraceNeedsItsHardware) {
  const BinaryRun outcome = run_saccade({"validate", "--dram-trace", "trace.csv"});
  EXPECT_EQ(outcome.code, 1);
  EXPECT_THAT(outcome.err, HasSubstr("--dram-trace and --hardware go together"));
}

TEST(ValidateCommand, ATraceOfARunIsReplayed) {
  const TestFolder folder;
  const std::string hardware = SACCADE_SOURCE_DIR "/configs/hardware/systolic_32x32.json";
  const BinaryRun ran = run_saccade({"run", "--hardware", hardware, "--workload",
                                     SACCADE_SOURCE_DIR "/workloads/models/deit_tiny.json",
                                     "--dram-trace", folder.path("trace.csv")});
  ASSERT_EQ(ran.code, 0) << ran.err;
  const BinaryRun outcome = run_saccade(
      {"validate", "--dram-trace", folder.path("trace.csv"), "--hardware", hardware, "--rows"});
  EXPECT_EQ(outcome.code, 0) << outcome.out << outcome.err;
  EXPECT_THAT(outcome.out, HasSubstr("busy"));
}

TEST(ValidateCommand, HoldsEverythingThatShips) {
  const TestFolder folder;
  const BinaryRun outcome = run_saccade({"validate", "--csv", folder.path("rows.csv")});
  EXPECT_EQ(outcome.code, 0) << outcome.out << outcome.err;
  for (const char* reference : {"dram_dramsim3", "dram_ramulator2", "array_rtl", "sram, one left out"}) {
    EXPECT_THAT(outcome.out, HasSubstr(reference));
  }
  const CsvTable table =
      parse_csv(read_text(folder.path("rows.csv")), "rows.csv",
                {"reference", "row", "quantity", "expected", "actual", "error", "holds"},
                {"tolerance", "slack", "note"});
  EXPECT_GT(table.rows.size(), 6860u) << "the arrays alone";
  for (const CsvRow& row : table.rows) EXPECT_EQ(table.cell(row, "holds"), "1");
}

}  // namespace
}  // namespace saccade
