// SCALE-Sim's forms as a user gets them: shipped files, no further settings.
#include "base/json.hpp"
#include "cli/run_binary.hpp"
#include "workload/deit_gemms.hpp"
#include "workload/op_list.hpp"

namespace saccade {
namespace {

Json result_of(const std::string& dataflow, const std::string& list) {
  const std::string hardware = "configs/hardware/scale_sim_" + dataflow + "_32x32.json";
  const BinaryRun run = run_saccade({"run", "--hardware", hardware, "--workload", list, "--json"});
  EXPECT_EQ(run.code, 0) << run.err;
  return parse_json(run.out, "standard output");
}

TEST(ScaleSimCommand, DeitSmall) {
  for (const auto& [dataflow, cycles] :
       std::vector<std::pair<std::string, int>>{{"os", 5'996'920}, {"ws", 6'740'832}}) {
    const Json result = result_of(dataflow, "workloads/layers/deit_small_gemms.json");
    EXPECT_EQ(result["cycles"], cycles);
    EXPECT_EQ(result["macs"], 4'598'882'304);  // the products' sizes, multiplied and summed
    EXPECT_EQ(result["ops"].size(), 74u);
  }
}

TEST(ScaleSimCommand, DeitSmallOf198Tokens) {
  const TestFolder folder;
  const std::string list =
      folder.write("list.json", export_json(workload_testing::deit_small_gemms(198)));
  EXPECT_EQ(result_of("os", list)["cycles"], 5'997'928);
  EXPECT_EQ(result_of("ws", list)["cycles"], 6'763'584);
}

}  // namespace
}  // namespace saccade
