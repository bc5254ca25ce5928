#include "explore/points.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>

#include "explore/sweep_testing.hpp"

namespace saccade {
namespace {

using namespace sweep_testing;
using testing::HasSubstr;

TEST(SweepPoints, AreAllCombinationsTheLastAxisFastest) {
  const SweepFolder folder;
  const SweepPoints points = folder.points(axes({kRows, kChannels}));
  ASSERT_EQ(points.size(), 6u);
  EXPECT_EQ(points.at(0).axes, (std::vector<Json>{8, 1}));
  EXPECT_EQ(points.at(1).axes, (std::vector<Json>{8, 2}));
  EXPECT_EQ(points.at(3).axes, (std::vector<Json>{16, 1}));
  const SweepPoint last = points.at(5);
  EXPECT_EQ(last.axes, (std::vector<Json>{16, 4}));
  EXPECT_EQ(last.inputs.hardware.json.at("/engines/0/rows"_json_pointer), 16);
  EXPECT_EQ(last.inputs.hardware.json.at("/dram/channels"_json_pointer), 4);
  EXPECT_EQ(last.hardware, "edge 16x16");
  EXPECT_EQ(last.workload, "tiny");
  EXPECT_EQ(last.technique, "none");
}

TEST(SweepPoints, TakeZippedAxesTogether) {
  const SweepFolder folder;
  const SweepPoints points = folder.points(
      axes({R"({"zip": [{"name": "rows", "pointer": "/engines/0/rows", "values": [8, 32]},
                   {"name": "columns", "pointer": "/engines/0/columns", "values": [4, 2]}]})",
            kChannels}));
  ASSERT_EQ(points.size(), 6u);
  EXPECT_EQ(points.at(0).axes, (std::vector<Json>{8, 4, 1}));
  EXPECT_EQ(points.at(3).axes, (std::vector<Json>{32, 2, 1}));
}

TEST(SweepPoints, SetAllPlacesOfAnAxis) {
  const SweepFolder folder;
  const SweepPoints points = folder.points(axes(
      {R"({"name": "side", "pointer": ["/engines/0/rows", "/engines/0/columns"], "values": [4]})"}));
  const Json hardware = points.at(0).inputs.hardware.json;
  EXPECT_EQ(hardware.at("/engines/0/rows"_json_pointer), 4);
  EXPECT_EQ(hardware.at("/engines/0/columns"_json_pointer), 4);
}

TEST(SweepPoints, LeaveAxesInATechniqueOutWithoutOne) {
  const SweepFolder folder;
  const SweepPoints points =
      folder.points(R"("techniques": ["none", "w4.json"], )" +
                    axes({R"({"name": "bits", "in": "technique", "pointer": "/passes/0/weight_bits",
               "values": [2, 4, 6]})",
                          kRows}));
  ASSERT_EQ(points.size(), 2u + 3u * 2u);
  EXPECT_EQ(points.at(1).axes, (std::vector<Json>{nullptr, 16}));
  EXPECT_FALSE(points.at(1).inputs.technique);
  EXPECT_EQ(points.at(2).axes, (std::vector<Json>{2, 8}));
  EXPECT_EQ(points.at(2).technique, "w4");
  EXPECT_EQ(points.at(7).inputs.technique->json.at("/passes/0/weight_bits"_json_pointer), 6);
}

TEST(SweepPoints, GoOverWorkloadsAndTheirFields) {
  const SweepFolder folder;
  folder.write("other.json", R"({"family": "vit", "image": 16, "patch": 16, "width": 16, "depth": 1,
                                 "heads": 1, "classes": 4})");
  folder.write("s.json", R"({"hardware": "edge.json", "workloads": ["tiny.json", "other.json"],
    "axes": [{"name": "batch", "in": "workload", "pointer": "/images", "values": [1, 2]}]})");
  const SweepPoints points(folder.path("s.json"));
  ASSERT_EQ(points.size(), 4u);
  EXPECT_EQ(points.at(1).workload, "tiny");
  EXPECT_EQ(points.at(2).workload, "other");
  EXPECT_EQ(points.at(3).inputs.workload.json.at("images"), 2);
}

TEST(SweepPoints, OfATechniqueOnTracesAreCalledByBoth) {
  const SweepFolder folder;
  folder.write("rare.json", R"({"name": "rarely low", "inputs": [{"effort": 1, "count": 9}]})");
  folder.write("named.csv", "effort\n1\n0\n");
  const SweepPoints points = folder.points(
      R"("techniques": ["none", "w4.json", )" + on_trace("by_input.json", "inputs.json") + ", " +
      on_trace("by_input.json", "rare.json") + ", " + on_trace("by_input.json", "named.csv") +
      "], " + axes({kRows}));
  ASSERT_EQ(points.size(), 10u);
  std::vector<std::string> names;
  for (std::uint64_t i = 0; i < points.size(); i += 2) names.push_back(points.at(i).technique);
  EXPECT_EQ(names, (std::vector<std::string>{"none", "w4", "by_input on inputs",
                                             "by_input on rarely low", "by_input on named"}));
  EXPECT_FALSE(points.at(2).inputs.trace);
  const SweepPoint traced = points.at(7);
  EXPECT_EQ(traced.axes, std::vector<Json>{16});
  EXPECT_EQ(traced.inputs.technique->path, folder.path("by_input.json"));
  EXPECT_EQ(traced.inputs.trace_file, folder.path("rare.json"));
  EXPECT_EQ(traced.inputs.trace->inputs(), 9);
  EXPECT_EQ(points.hashes().size(), 10u);
}

TEST(SweepPoints, TakeAxesInATechniqueOnItsTraces) {
  const SweepFolder folder;
  folder.write("other.json", R"({"inputs": [{"effort": 1}]})");
  const std::string techniques = R"("techniques": ["none", )" +
                                 on_trace("by_input.json", "inputs.json") + ", " +
                                 on_trace("by_input.json", "other.json") + "], ";
  const SweepPoints points = folder.points(techniques + axes({R"({"name": "bits", "in": "technique",
        "pointer": "/efforts/0/passes/0/weight_bits", "values": [2, 4, 6]})"}));
  ASSERT_EQ(points.size(), 1u + 3u + 3u);
  EXPECT_EQ(points.at(0).axes, std::vector<Json>{nullptr});
  EXPECT_EQ(points.at(6).axes, std::vector<Json>{6});
  EXPECT_EQ(points.at(6).inputs.technique->json.at("/efforts/0/passes/0/weight_bits"_json_pointer),
            6);
  // A mistake of an axis in a file that has two traces is one.
  const std::string said = folder.mistakes(
      techniques +
      axes({R"({"name": "a", "in": "technique", "pointer": "/pass", "values": [1]})"}));
  EXPECT_EQ(std::count(said.begin(), said.end(), '\n'), 1) << said;
}

TEST(SweepPoints, TellTracesOfOneNameApart) {
  const SweepFolder folder;
  folder.write("other.json", R"({"name": "inputs", "inputs": [{"effort": 1}]})");
  EXPECT_EQ(folder.mistakes(R"("techniques": [)" + on_trace("by_input.json", "inputs.json") + ", " +
                            on_trace("by_input.json", "other.json") + "]"),
            "/techniques/1: is \"by_input on inputs\", as /techniques/0, expected names that tell "
            "them apart\n");
}

TEST(SweepPoints, TellFilesOfOneNameApart) {
  const SweepFolder folder;
  folder.write("again.json", read_text(folder.path("edge.json")));
  folder.write("s.json", R"({"hardware": ["edge.json", "again.json"], "workloads": "tiny.json"})");
  try {
    SweepPoints{folder.path("s.json")};
    FAIL() << "took two files of one name";
  } catch (const UserError& error) {
    EXPECT_THAT(error.mistakes().at(0).message, HasSubstr("is \"edge 16x16\", as in "));
  }
}

TEST(PointHash, FollowsEverythingThatDecidesThePoint) {
  const SweepFolder folder;
  std::set<std::string> hashes;
  const auto add = [&](const std::string& fields) {
    for (const std::string& hash : folder.points(fields).hashes()) hashes.insert(hash);
  };
  add(axes({kRows, kChannels}));
  EXPECT_EQ(hashes.size(), 6u);
  add(axes({kChannels, kRows}));  // the same designs in another order
  EXPECT_EQ(hashes.size(), 6u);
  add(R"("options": {"objective": "energy"}, )" + axes({kRows, kChannels}));
  EXPECT_EQ(hashes.size(), 12u);
  add(R"("techniques": "w4.json", )" + axes({kRows, kChannels}));
  EXPECT_EQ(hashes.size(), 18u);
  folder.write("tiny.json", std::string(kTinyModel) + "\n\n");  // blanks decide nothing
  add(axes({kRows, kChannels}));
  EXPECT_EQ(hashes.size(), 18u);
}

/// The hash of the point of by_input.json on a trace of this text.
std::string hash_on(const SweepFolder& folder, const std::string& trace,
                    const std::string& file = "inputs.json") {
  folder.write(file, trace);
  return folder.points("\"techniques\": " + on_trace("by_input.json", file)).hashes().at(0);
}

TEST(PointHash, FollowsWhatATraceDecides) {
  const SweepFolder folder;
  std::set<std::string> hashes;
  const std::vector<std::string> traces = {
      R"({"effort": 0}, {"effort": 1})",
      R"({"effort": 1}, {"effort": 0})",
      R"({"effort": 0, "count": 2}, {"effort": 1})",
      R"({"effort": 0}, {"effort": 1}, {"effort": 1})",
      R"({"configuration": "low"}, {"effort": 1})",
      R"({"configuration": "high"}, {"effort": 1})",
      R"({"effort": 0, "entropies": [0.25]}, {"effort": 1})",
      R"({"effort": 0, "entropies": [0.2500000001]}, {"effort": 1})",
      R"({"effort": 0, "kept_tokens": [1]}, {"effort": 1})",
      R"({"effort": 0, "kept_tokens": [1, 1]}, {"effort": 1})",
      R"({"effort": 0, "skipped_attentions": [1]}, {"effort": 1})",
      R"({}, {"effort": 1})"};
  for (const std::string& inputs : traces) {
    hashes.insert(hash_on(folder, "{\"inputs\": [" + inputs + "]}"));
  }
  EXPECT_EQ(hashes.size(), traces.size());
  // How the same decisions are written decides nothing.
  hashes.insert(hash_on(folder, R"({"note": "the first one", "inputs": [
    {"effort": 0, "count": 1}, {"effort": 1}]})"));
  hashes.insert(hash_on(folder, "effort\n0\n1\n", "inputs.csv"));
  EXPECT_EQ(hashes.size(), traces.size());
}

TEST(PointHash, FollowsTheFileAndTheSeedThatATraceRestsOn) {
  const SweepFolder folder;
  const std::string beside = R"({"csv": "table.csv"})";
  folder.write("table.csv", "effort,count\n0,3\n1,1\n");
  const std::string before = hash_on(folder, beside);
  EXPECT_EQ(hash_on(folder, beside), before);
  folder.write("table.csv", "effort,count\n0,3\n1,2\n");
  EXPECT_NE(hash_on(folder, beside), before);
  const auto drawn = [&](int seed) {
    return hash_on(folder, R"({"generate": {"inputs": 100, "kept_tokens": [
      {"patches": 4, "mean": 0.5, "deviation": 0.2}], "seed": )" +
                               std::to_string(seed) + "}}");
  };
  EXPECT_EQ(drawn(1), drawn(1));
  EXPECT_NE(drawn(1), drawn(2));
}

TEST(PointHash, FollowsTheFilesThatHardwareRestsOn) {
  const SweepFolder folder;
  const std::string shipped =
      read_text(std::string(SACCADE_SOURCE_DIR) + "/configs/technology/dram/lpddr4_3200.json");
  folder.write("mine.json", shipped);
  const std::string axis =
      axes({R"({"name": "memory", "pointer": "/dram/standard", "values": ["mine.json"]})"});
  const std::string before = folder.points(axis).hashes().at(0);
  EXPECT_EQ(folder.points(axis).hashes().at(0), before);
  folder.write("mine.json", shipped + "\n");
  EXPECT_NE(folder.points(axis).hashes().at(0), before);
}

TEST(PointConstraints, OnAxesExcludeBeforeAnythingRuns) {
  const SweepFolder folder;
  const SweepPoints points = folder.points(
      axes({kRows, kChannels}) + R"(, "constraints": ["rows * channels <= 16", "area_mm2 < 1"])");
  EXPECT_EQ(points.excluded(points.at(0)), "");
  EXPECT_EQ(points.excluded(points.at(2)),
            "'rows * channels <= 16' does not hold: channels is 4, rows is 8");
}

TEST(PointConstraints, OnFiguresWaitForThem) {
  const SweepFolder folder;
  const SweepPoints points = folder.points(R"("constraints": ["area_mm2 < 1"])");
  FigureValues figure_values(figures().size());
  EXPECT_EQ(points.excluded({}, figure_values), "");
  figure_values[*figure_index("area_mm2")] = 0.5;
  EXPECT_EQ(points.excluded({}, figure_values), "");
  figure_values[*figure_index("area_mm2")] = 1.5;
  EXPECT_EQ(points.excluded({}, figure_values), "'area_mm2 < 1' does not hold: area_mm2 is 1.5");
}

}  // namespace
}  // namespace saccade
