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
