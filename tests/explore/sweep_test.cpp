#include "explore/sweep.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "explore/sweep_testing.hpp"

namespace saccade {
namespace {

using namespace sweep_testing;
using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;

Sweep read_sweep(const std::string& file) {
  Mistakes mistakes;
  const Sweep sweep = read_sweep_json(read_json(file), file, mistakes);
  mistakes.check();
  return sweep;
}

std::vector<Json> values(const std::string& how) {
  const SweepFolder folder;
  const Sweep sweep =
      read_sweep(folder.sweep(axes({R"({"name": "a", "pointer": "/clock_mhz", )" + how + "}"})));
  return sweep.groups.at(0).at(0).values;
}

TEST(Axis, HasTheValuesOfItsList) {
  EXPECT_THAT(values(R"("values": [1, 2.5, "x", true, null, [1]])"),
              ElementsAre(Json(1), Json(2.5), Json("x"), Json(true), Json(nullptr), Json{1}));
}

TEST(Axis, HasTheValuesOfARange) {
  EXPECT_THAT(values(R"("range": {"from": 1, "to": 7, "step": 2})"), ElementsAre(1, 3, 5, 7));
  EXPECT_THAT(values(R"("range": {"from": 0.1, "to": 0.5, "step": 0.1})"),
              ElementsAre(0.1, 0.2, 0.3, 0.4, 0.5));
  EXPECT_THAT(values(R"("range": {"from": 3, "to": 3, "step": 1})"), ElementsAre(3));
  EXPECT_TRUE(values(R"("range": {"from": 1, "to": 2, "step": 1})")[0].is_number_integer());
}

TEST(Axis, HasTheValuesOfAGeometricRange) {
  EXPECT_THAT(values(R"("geometric": {"from": 16, "to": 128, "factor": 2})"),
              ElementsAre(16, 32, 64, 128));
  EXPECT_THAT(values(R"("geometric": {"from": 1, "to": 99, "factor": 10})"), ElementsAre(1, 10));
  EXPECT_THAT(values(R"("geometric": {"from": 0.5, "to": 2, "factor": 2})"),
              ElementsAre(0.5, 1, 2));
}

TEST(Sweep, HasDefaults) {
  const SweepFolder folder;
  const Sweep sweep = read_sweep(folder.sweep(""));
  EXPECT_EQ(sweep.name, "sweep");
  ASSERT_EQ(sweep.techniques.size(), 1u);
  EXPECT_EQ(sweep.techniques[0].technique, "");
  EXPECT_FALSE(sweep.techniques[0].trace);
  EXPECT_TRUE(sweep.groups.empty());
  EXPECT_EQ(sweep.options.stream, 1);
  EXPECT_EQ(sweep.limits.seconds, 600);
}

TEST(Sweep, TechniquesMayHaveTraces) {
  const SweepFolder folder;
  const std::string traced = on_trace("by_input.json", "inputs.json");
  const Sweep sweep =
      read_sweep(folder.sweep(R"("techniques": ["w4.json", "none", )" + traced + "]"));
  ASSERT_EQ(sweep.techniques.size(), 3u);
  EXPECT_EQ(sweep.techniques[0].technique, folder.path("w4.json"));
  EXPECT_FALSE(sweep.techniques[0].trace);
  EXPECT_EQ(sweep.techniques[1].technique, "");
  EXPECT_EQ(sweep.techniques[2].technique, folder.path("by_input.json"));
  EXPECT_EQ(sweep.techniques[2].trace, folder.path("inputs.json"));
  EXPECT_EQ(sweep.techniques[2].place, "/techniques/2");
  const Sweep alone = read_sweep(folder.sweep("\"techniques\": " + traced));
  ASSERT_EQ(alone.techniques.size(), 1u);
  EXPECT_EQ(alone.techniques[0].trace, folder.path("inputs.json"));
  EXPECT_EQ(alone.techniques[0].place, "/techniques");
}

TEST(Sweep, AnswersMistakesOfTracesWithTheOthersOnce) {
  const SweepFolder folder;
  folder.write("bad.json", R"({"inputs": [{"effort": -1}, {"kept_tokens": 3}]})");
  const std::string said =
      folder.mistakes(R"("techniques": [)" + on_trace("by_input.json", "bad.json") + ", " +
                      on_trace("w4.json", "bad.json") + ", " + on_trace("w4.json", "gone.json") +
                      ", " + on_trace("w5.json", "inputs.json") + ", \"by_input.json\"], " +
                      axes({R"({"name": "a", "pointer": "/engine/0/rows", "values": [8]})"}));
  EXPECT_EQ(said,
            "/techniques/2/trace: names \"gone.json\", but there is no such file\n"
            "/techniques/3/technique: names \"w5.json\", but there is no such file\n"
            "/inputs/0/effort: is -1, expected an integer from 0 to 7\n"
            "/inputs/1/kept_tokens: is 3, expected a list of 0 to 8 values, each an integer from 0 "
            "to 1000000000\n"
            "/techniques/4: is 'by_input', whose efforts leave the choice to a trace, expected "
            "{\"technique\": a file, \"trace\": a file}\n"
            "/axes/0/pointer: is /engine/0/rows, which points nowhere in this file, did you mean "
            "'engines'?: " +
                folder.path("edge.json") + "\n");
}

TEST(Sweep, AnswersTracesThatDoNotFit) {
  const SweepFolder folder;
  folder.write("third.json", R"({"inputs": [{"effort": 2}]})");
  const std::string fields = R"("techniques": )" + on_trace("by_input.json", "third.json");
  EXPECT_EQ(folder.mistakes(fields), ": names effort 2, expected 0 to 1\n");
  // With an axis over efforts it depends on the point, which then fails for itself.
  EXPECT_EQ(folder.mistakes(fields + ", " + axes({R"({"name": "efforts", "in": "technique",
      "pointer": "/efforts", "values": [[]]})"})),
            "");
}

TEST(Sweep, AnswersAllOptionsThatExcludeTraces) {
  const SweepFolder folder;
  const std::string said =
      folder.mistakes(R"("options": {"stream": 2, "batch": 4}, "techniques": ["none", )" +
                      on_trace("by_input.json", "inputs.json") + "]");
  EXPECT_THAT(said, AllOf(HasSubstr("/options/stream: excludes traces"),
                          HasSubstr("/options/batch: excludes traces"),
                          HasSubstr("expected none beside that of /techniques/1")));
}

TEST(Sweep, AnswersAllMistakesOfItsFields) {
  const SweepFolder folder;
  const std::string said = folder.mistakes(
      R"("techniques": ["none", "w5.json", "w4.json", "w4.json"], "constraint": [],
         "options": {"stream": 2, "window": 3}, "limits": {"seconds": 0})");
  EXPECT_THAT(said, AllOf(HasSubstr("/constraint: is unknown in a sweep"),
                          HasSubstr("did you mean 'constraints'?"),
                          HasSubstr("/options/window: is above 'stream'"),
                          HasSubstr("/limits/seconds: is 0")));
  EXPECT_THAT(folder.mistakes(R"("techniques": ["none", "w5.json", "w4.json", "w4.json"])"),
              AllOf(HasSubstr("/techniques/1: names \"w5.json\", but there is no such file"),
                    HasSubstr("/techniques/3: stands twice")));
}

TEST(Sweep, AnswersMistakesOfAllKindsTogether) {
  const SweepFolder folder;
  const std::string said = folder.mistakes(
      axes({R"({"name": "a", "pointer": ["/engines/0/rows", "/engine/0/rows"], "values": [8]})",
            R"({"name": "b", "pointer": "/dram/channels", "values": [1, "x", 0]})"}) +
      R"(, "techniques": ["w5.json"], "constraints": ["b < 1", "b > 2"])");
  EXPECT_THAT(said, AllOf(HasSubstr("/axes/0/pointer: is /engine/0/rows, which points nowhere"),
                          HasSubstr("/axes/1: value 1 of axis 'b'"),
                          HasSubstr("/axes/1: value 2 of axis 'b'"),
                          HasSubstr("/techniques/0: names \"w5.json\", but there is no such file"),
                          HasSubstr("/constraints/1: 'b > 2' contradicts 'b < 1'")));
}

struct Wrong {
  const char* what;
  std::string fields;
  const char* said;
};

class WrongSweep : public testing::TestWithParam<Wrong> {};

TEST_P(WrongSweep, IsAnsweredWithItsPlace) {
  const SweepFolder folder;
  EXPECT_THAT(folder.mistakes(GetParam().fields), HasSubstr(GetParam().said));
}

std::string axis(const std::string& fields) { return axes({"{" + fields + "}"}); }

INSTANTIATE_TEST_SUITE_P(
    Sweeps, WrongSweep,
    testing::Values(
        Wrong{"empty list", axis(R"("name": "a", "pointer": "/clock_mhz", "values": [])"),
              "/axes/0/values: "},
        Wrong{"empty range", axis(R"("name": "a", "pointer": "/clock_mhz",
                      "range": {"from": 2, "to": 1, "step": 1})"),
              "/axes/0/range/to: is below 'from': the axis is empty"},
        Wrong{"geometric from zero", axis(R"("name": "a", "pointer": "/clock_mhz",
                      "geometric": {"from": 0, "to": 1, "factor": 2})"),
              "/axes/0/geometric/from: is 0, expected a number above 0"},
        Wrong{"no values", axis(R"("name": "a", "pointer": "/clock_mhz")"),
              "/axes/0: has none of 'values', 'range' and 'geometric'"},
        Wrong{"two kinds of values", axis(R"("name": "a", "pointer": "/clock_mhz", "values": [1],
                      "range": {"from": 1, "to": 1, "step": 1})"),
              "/axes/0: has several of"},
        Wrong{"a value twice", axis(R"("name": "a", "pointer": "/clock_mhz", "values": [1, 2, 1])"),
              "/axes/0/values/2: stands twice"},
        Wrong{"name of a figure",
              axis(R"("name": "Latency_s", "pointer": "/clock_mhz", "values": [1])"),
              "/axes/0/name: is \"Latency_s\", which is a column of results, too"},
        Wrong{"name with a blank",
              axis(R"("name": "my axis", "pointer": "/clock_mhz", "values": [1])"),
              "/axes/0/name: is \"my axis\", expected a name of letters"},
        Wrong{"a name twice", axes({kRows, kRows}), "/axes/1/name: is \"rows\", which is another"},
        Wrong{"pointing nowhere",
              axis(R"("name": "a", "pointer": "/enginees/0/rows", "values": [1])"),
              "/axes/0/pointer: is /enginees/0/rows, which points nowhere in this file, did you "
              "mean 'engines'?"},
        Wrong{"an unknown key", axis(R"("name": "a", "pointer": "/engines/0/rowz", "values": [1])"),
              "did you mean 'rows'?"},
        Wrong{"a value that no row takes",
              axis(R"("name": "a", "pointer": "/engines/0/rows", "values": [8, "many"])"),
              "/axes/0: value 1 of axis 'a': /engines/0/rows"},
        Wrong{"no pointer", axis(R"("name": "a", "pointer": "clock_mhz", "values": [1])"),
              "/axes/0/pointer: is clock_mhz, which is not a JSON pointer"},
        Wrong{"an axis in no technique",
              axis(R"("name": "a", "in": "technique", "pointer": "/passes/0/weight_bits",
                      "values": [4])"),
              "/axes/0/in: is \"technique\", but the sweep has no technique"},
        Wrong{"efforts without a trace", R"("techniques": ["none", "by_input.json"])",
              "/techniques/1: is 'by_input', whose efforts leave the choice to a trace"},
        Wrong{"a trace for no technique", "\"techniques\": " + on_trace("none", "inputs.json"),
              "/techniques/technique: is \"none\", expected a file"},
        Wrong{"a technique on nothing", R"("techniques": [{"technique": "by_input.json"}])",
              "/techniques/0: lacks 'trace', expected a file"},
        Wrong{"a technique with a pass",
              R"("techniques": [{"technique": "w4.json", "trace": "inputs.json", "seed": 1}])",
              "/techniques/0/seed: is unknown in a technique on the inputs of a trace"},
        Wrong{"a number as technique", R"("techniques": ["none", 4])",
              "/techniques/1: is 4, expected a file, \"none\" or {\"technique\": a file"},
        Wrong{"a technique twice on a trace",
              R"("techniques": [)" + on_trace("by_input.json", "inputs.json") + ", " +
                  on_trace("by_input.json", "inputs.json") + "]",
              "/techniques/1: stands twice in the list"},
        Wrong{"a steady trace",
              R"("options": {"steady": true}, "techniques": )" +
                  on_trace("by_input.json", "inputs.json"),
              "/options/steady: excludes traces"},
        Wrong{"an axis in no mapping",
              axis(R"("name": "a", "in": "mapping", "pointer": "/ops", "values": [4])"),
              "/axes/0/in: is \"mapping\", but the sweep has no 'mapping'"},
        Wrong{"zipped axes of different lengths",
              axes({std::string(R"({"zip": [)") + kRows + ", " + kChannels + "]}"}),
              "/axes/0/zip: joins 'rows' of 2 values and 'channels' of 3"},
        Wrong{"unknown name in a constraint", R"("constraints": ["aera_mm2 < 1"])",
              "did you mean 'area_mm2'?"},
        Wrong{"no expression", R"("constraints": ["area_mm2 < "])", "/constraints/0: is no expr"},
        Wrong{"contradiction", R"("constraints": ["area_mm2 < 1", "area_mm2 > 2"])",
              "/constraints/1: 'area_mm2 > 2' contradicts 'area_mm2 < 1'"},
        Wrong{"nothing left", axes({kRows}) + R"(, "constraints": ["rows * rows == 5"])",
              "/constraints: exclude all 2 points"},
        Wrong{"constraint on text",
              axis(R"("name": "a", "pointer": "/name", "values": ["x", "y"])") +
                  R"(, "constraints": ["a < 5"])",
              "/constraints/0: is on axis 'a', expected one whose values are numbers"},
        Wrong{"the same design twice",
              axes({kRows, R"({"name": "again", "pointer": "/engines/0/rows", "values": [4, 8]})"}),
              "points 0 and 2 are the same design"}),
    [](const testing::TestParamInfo<Wrong>& wrong) {
      std::string name = wrong.param.what;
      std::replace(name.begin(), name.end(), ' ', '_');
      return name;
    });

TEST(SweepSchema, KnowsWhatSweepFilesHave) {
  const Json schema = sweep_schema();
  for (const char* key : {"hardware", "workloads", "techniques", "mapping", "axes", "constraints",
                          "options", "limits"}) {
    EXPECT_TRUE(schema.at("properties").contains(key)) << key;
  }
  const Json traced = schema.at("/properties/techniques/oneOf/0/oneOf/1"_json_pointer);
  EXPECT_EQ(traced.at("required"), Json({"technique", "trace"}));
}

TEST(ShippedSweeps, AreGood) {
  for (const auto& entry :
       std::filesystem::directory_iterator(std::string(SACCADE_SOURCE_DIR) + "/configs/sweeps")) {
    const SweepPoints points(entry.path().string());
    EXPECT_EQ(points.hashes().size(), points.size()) << entry.path();
  }
}

}  // namespace
}  // namespace saccade
