#include "report/csv.hpp"

#include <gtest/gtest.h>

#include "base/csv.hpp"
#include "report/example_result.hpp"

namespace saccade {
namespace {

TEST(OpsCsv, IsOneLineAnOpWithUnitsInTheHeader) {
  EXPECT_EQ(
      ops_csv(example::result()),
      "name,kind,role,block,macs,cycles,exclusive_cycles,start_cycle,end_cycle,tasks,"
      "dram_bytes,energy_j,bound,ideal_cycles,quantisation_cycles,fill_drain_cycles,"
      "dram_cycles,interconnect_cycles,nonlinear_cycles,decision_cycles,held_by_end_cycles,"
      "held_by_dependency_cycles,held_by_buffer_space_cycles,held_by_unit_cycles,"
      "held_by_queue_cycles\n"
      "b0.fc,matmul,ffn,0,700000,800,700,0,800,3,4000,3.5e-06,dram,100,0,0,600,0,0,0,0,600,0,"
      "100,0\n"
      "b0.qk,matmul,core_attention,0,50000,300,100,600,900,2,0,5e-07,ideal,100,0,0,0,0,0,0,100,"
      "0,0,0,0\n"
      "\"add, \"\"x\"\"\",add,norm,-1,0,200,200,800,1000,1,96,1e-06,nonlinear,0,0,0,0,0,200,"
      "0,0,200,0,0,0\n");
}

TEST(OpsCsv, ReadsBack) {
  PointResult result = example::result();
  result.ops[0].energy_j = 0.1 + 0.2;
  const CsvTable table = parse_csv(ops_csv(result), "ops.csv", {"name", "energy_j", "macs"},
                                   {"kind",
                                    "role",
                                    "block",
                                    "cycles",
                                    "exclusive_cycles",
                                    "start_cycle",
                                    "end_cycle",
                                    "tasks",
                                    "dram_bytes",
                                    "bound",
                                    "ideal_cycles",
                                    "quantisation_cycles",
                                    "fill_drain_cycles",
                                    "dram_cycles",
                                    "interconnect_cycles",
                                    "nonlinear_cycles",
                                    "decision_cycles",
                                    "held_by_end_cycles",
                                    "held_by_dependency_cycles",
                                    "held_by_buffer_space_cycles",
                                    "held_by_unit_cycles",
                                    "held_by_queue_cycles"});
  ASSERT_EQ(table.rows.size(), 3U);
  EXPECT_EQ(table.cell(table.rows[2], "name"), "add, \"x\"");
  EXPECT_EQ(std::stod(table.cell(table.rows[0], "energy_j")), 0.1 + 0.2);
}

TEST(OpsCsv, IsAHeaderWithoutOps) {
  const std::string text = ops_csv(PointResult{});
  EXPECT_EQ(text.find('\n'), text.size() - 1);
}

}  // namespace
}  // namespace saccade
