#include "technique/scenario.hpp"

#include <gtest/gtest.h>

#include "base/error.hpp"
#include "workload/model.hpp"

namespace saccade {
namespace {

Technique technique(const Json& extra) {
  Json document = {{"name", "t"}, {"passes", Json::array()}};
  document.update(extra);
  return read_technique_json(document, "t.json");
}

Json effort(const std::string& name, const Json& skipped) {
  return {{"name", name},
          {"passes", Json::array({{{"pass", "skip_attention"}, {"blocks", skipped}}})}};
}

Technique cascade(const Json& thresholds = Json::array({1.0})) {
  return technique({{"policy", "cascade"},
                    {"efforts", {effort("low", {0, 1}), effort("high", Json::array())}},
                    {"thresholds", thresholds}});
}

TraceEntry entropy(double value, std::int64_t count = 1) {
  TraceEntry entry;
  entry.decisions.entropies = {value};
  entry.inputs = count;
  return entry;
}

Workload model(int images = 1) {
  return read_workload_json({{"family", "vit"},
                             {"image", 32},
                             {"patch", 8},
                             {"width", 24},
                             {"depth", 3},
                             {"heads", 3},
                             {"classes", 10},
                             {"images", images}},
                            "small.json");
}

std::string mistake(const Technique& of, const Trace& trace) {
  try {
    scenario_paths(of, trace, "trace.json");
  } catch (const UserError& error) {
    return error.what();
  }
  return "";
}

TEST(ScenarioPaths, CascadesEndWhereTheEntropyIsLowEnough) {
  const Trace trace = {"trace", {entropy(0.5, 3), entropy(1.0), entropy(1.1, 2), entropy(0.0)}};
  const auto paths = scenario_paths(cascade(), trace, "trace.json");
  ASSERT_EQ(paths.size(), 2u);
  EXPECT_EQ(paths[0].path.efforts, std::vector<std::size_t>{0});
  EXPECT_EQ(paths[0].runs, 5);  // a threshold is met from below
  EXPECT_EQ(paths[1].path.efforts, (std::vector<std::size_t>{0, 1}));
  EXPECT_EQ(paths[1].runs, 2);
  EXPECT_EQ(path_name(cascade(), paths[1].path), "low + high");
}

TEST(ScenarioPaths, ATraceMayNameTheEffort) {
  Trace trace = {"trace", std::vector<TraceEntry>(3)};
  trace.entries[0].decisions.effort = 1;
  trace.entries[1].decisions.configuration = "high";
  trace.entries[2].decisions.effort = 0;
  const auto in_cascade = scenario_paths(cascade(), trace, "trace.json");
  ASSERT_EQ(in_cascade.size(), 2u);
  EXPECT_EQ(in_cascade[0].path.efforts, (std::vector<std::size_t>{0, 1}));
  EXPECT_EQ(in_cascade[0].runs, 2);
  const Technique single =
      technique({{"efforts", {effort("low", {0, 1}), effort("high", Json::array())}}});
  const auto alone = scenario_paths(single, trace, "trace.json");
  ASSERT_EQ(alone.size(), 2u);
  EXPECT_EQ(alone[0].path.efforts, std::vector<std::size_t>{1});
}

TEST(ScenarioPaths, BatchesWaitForTheLastAndKeepTheMost) {
  Technique batched = cascade();
  batched.batch = 4;
  Trace trace = {"trace", {entropy(0.5, 9), entropy(2.0), entropy(0.5, 5)}};
  trace.entries[0].decisions.kept_tokens = {10};
  trace.entries[1].decisions.kept_tokens = {12};
  trace.entries[2].decisions.kept_tokens = {10};
  // 8 inputs in two batches; one of three and the slow one; 3 of the last 5 are left over.
  const auto paths = scenario_paths(batched, trace, "trace.json");
  ASSERT_EQ(paths.size(), 3u);
  EXPECT_EQ(paths[0].runs, 2);
  EXPECT_EQ(paths[0].path.images, 4);
  EXPECT_EQ(paths[1].path.efforts, (std::vector<std::size_t>{0, 1}));
  EXPECT_EQ(paths[1].path.decisions.kept_tokens, std::vector<std::int64_t>{12});
  EXPECT_EQ(paths[2].path.images, 3);
}

TEST(ScenarioPaths, MistakesOfTraces) {
  Trace trace = {"trace", std::vector<TraceEntry>(1)};
  EXPECT_NE(mistake(cascade(), trace).find("gives 0 entropies of an input"), std::string::npos);
  EXPECT_NE(mistake(cascade(Json::array()), trace).find("'thresholds'"), std::string::npos);
  trace.entries[0].decisions.effort = 2;
  EXPECT_NE(mistake(cascade(), trace).find("names effort 2, expected 0 to 1"), std::string::npos);
  trace.entries[0].decisions.configuration = "lwo";
  EXPECT_NE(mistake(cascade(), trace).find("low"), std::string::npos);
}

TEST(ScenarioPaths, MistakesOfPolicies) {
  const auto fails = [](const Json& extra, const std::string& text) {
    try {
      technique(extra);
      ADD_FAILURE() << text;
    } catch (const UserError& error) {
      EXPECT_NE(std::string(error.what()).find(text), std::string::npos) << error.what();
    }
  };
  fails({{"policy", "cascade"}}, "'efforts' of two or more");
  fails({{"thresholds", {0.5}}}, "expected none without the policy 'cascade'");
  fails({{"efforts", {effort("a", {0}), effort("a", {1})}}}, "stands twice");
  fails({{"policy", "cascade"},
         {"efforts", {effort("a", {0}), effort("b", {1})}},
         {"thresholds", {0.5, 0.6}}},
        "has 2 values, expected 1");
}

TEST(PathWorkload, IsTheEffortsInSequenceWithGates) {
  const Technique of = cascade();
  Path low;
  low.efforts = {0};
  Path both = low;
  both.efforts = {0, 1};
  const Workload alone = path_workload(of, low, model());
  const Workload sequence = path_workload(of, both, model());
  const auto decisions = [](const Workload& workload) {
    int count = 0;
    for (const Op& op : workload.ops()) count += std::holds_alternative<Decide>(op.body) ? 1 : 0;
    return count;
  };
  EXPECT_EQ(decisions(alone), 1);     // an accepted input was decided, too
  EXPECT_EQ(decisions(sequence), 1);  // the last effort is accepted as it is
  EXPECT_EQ(sequence.macs(), alone.macs() + model().macs());
  EXPECT_EQ(sequence.parameters(), model().parameters());  // one set of weights
}

TEST(PathWorkload, WithoutEffortsItIsTheTechnique) {
  const Technique plain = technique(Json::object());
  EXPECT_EQ(path_workload(plain, {}, model()).ops().size(), model().ops().size());
  EXPECT_EQ(path_name(plain, {}), "all");
}

}  // namespace
}  // namespace saccade
