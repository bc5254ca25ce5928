// Runs whose cycles are SCALE-Sim's forms (Samajdar et al., ISPASS 2020, section III) exactly: the
// products of DeiT-S on 32 x 32 PEs, one after the other, with memory that takes no time.
#include <gtest/gtest.h>

#include <map>

#include "base/file.hpp"
#include "cli/run_binary.hpp"
#include "flow/evaluate.hpp"
#include "workload/deit_gemms.hpp"
#include "workload/model.hpp"
#include "workload/op_list.hpp"

namespace saccade {
namespace {

const std::string kRoot = SACCADE_SOURCE_DIR;
const std::string kList = kRoot + "/workloads/layers/deit_small_gemms.json";

PointResult run(const std::string& dataflow, const std::string& workload,
                const std::string& variant = "") {
  PointFiles files;
  files.hardware = kRoot + "/configs/hardware/scale_sim_" + dataflow + "_32x32.json";
  files.workload = workload;
  if (!variant.empty()) files.hardware_patches = {{"/engines/0/variant", variant}};
  return evaluate(files, {});
}

PointResult run(const std::string& dataflow, const Workload& workload,
                const std::string& variant = "") {
  const TestFolder folder;
  return run(dataflow, folder.write("list.json", export_json(workload)), variant);
}

TEST(ScaleSim, TheListIsWhatTheGeneratorOfTheTestsGives) {
  EXPECT_EQ(export_json(read_workload(kList)),
            export_json(workload_testing::deit_small_gemms(197)));
}

// SCALE-Sim v3 prints one less for each of the 194 products: 5,996,726 and 6,740,638.
TEST(ScaleSim, DeitSmall) {
  EXPECT_EQ(run("os", kList).cycles, 5'996'726u + 194);
  EXPECT_EQ(run("ws", kList).cycles, 6'740'638u + 194);
}

// The forms summed over the same products, with 198 for 197, by a script of its own.
TEST(ScaleSim, DeitSmallOf198Tokens) {
  const Workload list = workload_testing::deit_small_gemms(198);
  EXPECT_EQ(run("os", list).cycles, 5'997'928u);
  EXPECT_EQ(run("ws", list).cycles, 6'763'584u);
}

// Every cycle belongs to an op, which has those of its form.
TEST(ScaleSim, EveryProductTakesTheCyclesOfItsForm) {
  const std::map<std::string, std::map<std::string, std::uint64_t>> expected = {
      {"os",
       {{"patch_embedding", 69'720},  // 7 * 12 * (62 + 768)
        {"b0.qkv", 112'392},          // 7 * 36 * (62 + 384)
        {"b0.qk", 6 * 6'174},         // 7 * 7 * (62 + 64)
        {"b0.av", 6 * 3'626},         // 7 * 2 * (62 + 197)
        {"b11.fc2", 134'232},         // 7 * 12 * (62 + 1536)
        {"head", 14'272}}},           // 1 * 32 * (62 + 384)
      {"ws",
       {{"patch_embedding", 83'520},  // 24 * 12 * (94 + 196)
        {"b0.qkv", 125'712},          // 12 * 36 * (94 + 197)
        {"b0.qk", 6 * 4'074},         // 2 * 7 * (94 + 197)
        {"b0.av", 6 * 4'074},         // 7 * 2 * (94 + 197)
        {"b11.fc2", 167'616},         // 48 * 12 * (94 + 197)
        {"head", 36'480}}}};          // 12 * 32 * (94 + 1)
  for (const auto& [dataflow, cycles] : expected) {
    std::size_t found = 0;
    for (const OpResult& op : run(dataflow, kList).ops) {
      const auto of_form = cycles.find(op.name);
      if (of_form == cycles.end()) continue;
      EXPECT_EQ(op.exclusive_cycles, of_form->second) << dataflow << " " << op.name;
      ++found;
    }
    EXPECT_EQ(found, cycles.size());
  }
}

// A QKV projection of DeiT-S, 197 x 384 by 384 x 1152, on every kind of array: 7 * 36 = 252
// output-stationary folds, e.g. pipelined 251 * 384 + 384 + 94; 12 * 36 = 432 weight-stationary
// ones, e.g. double-buffered 32 + 431 * 197 + 197 + 62.
TEST(ScaleSim, OtherVariantsOfAProjection) {
  const Workload whole = workload_testing::deit_small_gemms(197);
  std::vector<Tensor> tensors;
  Op qkv = whole.ops()[1];
  for (View* view : {&qkv.inputs[0], &qkv.inputs[1], &qkv.outputs[0]}) {
    tensors.push_back(whole.tensor(view->tensor));
    view->tensor = static_cast<TensorId>(tensors.size() - 1);
  }
  const Workload projection("projection", 1, tensors, {qkv});
  const std::map<std::string, std::uint64_t> expected = {
      {"os_inplace_full", 112'392}, {"os_shift_full", 120'456}, {"os_pipe_full", 96'862},
      {"os_bb_full", 96'830},       {"ws_full", 125'712},       {"ws_db_full", 85'198}};
  for (const auto& [variant, cycles] : expected) {
    EXPECT_EQ(run("os", projection, variant).cycles, cycles) << variant;
  }
}

}  // namespace
}  // namespace saccade
