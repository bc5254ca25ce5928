#include "report/result_file.hpp"

#include <gmock/gmock.h>

#include "base/error.hpp"
#include "base/file.hpp"
#include "cli/run_binary.hpp"
#include "report/example_result.hpp"
#include "result/result_json.hpp"

namespace saccade {
namespace {

using testing::ElementsAre;

/// The mistakes of a file with this text, without its name.
std::vector<std::string> mistakes_of(const std::string& text) {
  const TestFolder folder;
  const std::string file = folder.write("result.json", text);
  std::vector<std::string> messages;
  try {
    read_result(file);
  } catch (const UserError& error) {
    for (const Mistake& mistake : error.mistakes()) {
      EXPECT_EQ(mistake.file, file);
      messages.push_back(to_string({"", mistake.pointer, mistake.message}));
    }
  }
  return messages;
}

/// The mistakes of the example after a change.
std::vector<std::string> mistakes_after(const std::function<void(Json&)>& change) {
  Json json = result_json(example::result());
  change(json);
  return mistakes_of(json.dump());
}

TEST(ResultFileReader, ReadsBackWhatWasWritten) {
  PointResult expected = example::result();
  expected.energy_j = 0.1 + 0.2;
  const TestFolder folder;
  const std::string file = folder.write("result.json", json_text(expected));
  const ResultFile read = read_result(file);
  const PointResult& r = read.result;
  EXPECT_EQ(read.file, file);
  EXPECT_EQ(r.hardware, "tiny");
  EXPECT_EQ(r.workload, expected.workload);
  EXPECT_EQ(r.technique, "");
  EXPECT_EQ(r.mode, "first");
  EXPECT_EQ(r.images, 2);
  EXPECT_EQ(r.status, Status::ok);
  EXPECT_EQ(r.clock_hz, 1e9);
  EXPECT_EQ(r.cycles, 1000U);
  EXPECT_EQ(r.run_s, expected.run_s);
  EXPECT_EQ(r.latency_s, 1e-6);
  EXPECT_EQ(r.energy_j, 0.1 + 0.2);
  EXPECT_EQ(r.energy_on_chip_j, 4e-6);
  EXPECT_EQ(r.energy_dram_j, 1e-6);
  EXPECT_EQ(r.edp_js, expected.edp_js);
  EXPECT_EQ(r.area_mm2, 2.5);
  EXPECT_EQ(r.dram_bytes, 4096U);
  EXPECT_EQ(r.macs, 750000U);
  EXPECT_EQ(r.utilization, 0.125);
  ASSERT_EQ(r.ops.size(), 3U);
  EXPECT_EQ(r.ops[0].name, "b0.fc");
  EXPECT_EQ(r.ops[0].role, "ffn");
  EXPECT_EQ(r.ops[0].exclusive_cycles, 700U);
  EXPECT_EQ(r.ops[0].cycles_by_work, expected.ops[0].cycles_by_work);
  EXPECT_EQ(r.ops[0].dram_bytes, 4000U);
  EXPECT_EQ(r.ops[0].energy_j, 3.5e-6);
  EXPECT_EQ(r.ops[0].bound, "dram");
  EXPECT_EQ(r.ops[2].name, "add, \"x\"");
}

TEST(ResultFileReader, RefusesWhatIsNoResult) {
  const std::string message =
      "/: is no result, expected an object that 'saccade run --json FILE' wrote";
  for (const char* text : {"[]", "7", "null", "{}", R"({"clock_mhz": 500, "engines": []})",
                           R"({"ops": [], "tensors": []})"}) {
    EXPECT_THAT(mistakes_of(text), ElementsAre(message)) << text;
  }
  EXPECT_THAT(mistakes_of(""), ElementsAre("is empty, expected JSON"));
  EXPECT_THROW(read_result("/nowhere/result.json"), UserError);
}

TEST(ResultFileReader, RefusesRunsWithoutFigures) {
  PointResult result;
  result.status = Status::infeasible;
  result.message = "op 'x' needs 9 bytes";
  EXPECT_THAT(
      mistakes_of(json_text(result)),
      ElementsAre("/status: is \"infeasible\" (op 'x' needs 9 bytes), expected \"ok\": there "
                  "are no figures"));
  EXPECT_THAT(
      mistakes_after([](Json& json) { json["status"] = "infeasable"; }),
      ElementsAre("/status: is \"infeasable\", expected one of ok, infeasible, excluded, failed, "
                  "timeout, memory, did you mean 'infeasible'?"));
}

TEST(ResultFileReader, AnswersAllMistakesAtOnce) {
  EXPECT_THAT(mistakes_after([](Json& json) {
                json.erase("macs");
                json["latency_s"] = "1 us";
                json["technique"] = 8;
                json["cycles"] = 0;
                json["ops"][1]["cycles_by_work"]["ideal"] = -1;
                json["ops"][2].erase("bound");
              }),
              ElementsAre("/technique: is 8, expected text",
                          "/cycles: is 0, expected an integer from 1 to 9223372036854775807",
                          "/latency_s: is \"1 us\", expected a number from -1e+30 to 1e+30",
                          "/: lacks 'macs', expected an integer from 0 to 9223372036854775807",
                          "/ops/1/cycles_by_work/ideal: is -1, expected an integer from 0 to "
                          "9223372036854775807",
                          "/ops/2: lacks 'bound', expected a name"));
}

TEST(ResultFileReader, RefusesOpsThatAreNone) {
  EXPECT_THAT(mistakes_after([](Json& json) { json["ops"][1]["name"] = "b0.fc"; }),
              ElementsAre("/ops/1/name: 'b0.fc' stands twice, expected unique names"));
  EXPECT_THAT(mistakes_after([](Json& json) { json["ops"] = 3; }),
              ElementsAre("/ops: is 3, expected a list of 0 to 1048576 values, each an op of a "
                          "result"));
  EXPECT_EQ(mistakes_after([](Json& json) { json["ops"][0] = 3; }).size(), 7U);  // one a key
}

TEST(ResultFileReader, PassesOverKeysThatItDoesNotNeed) {
  EXPECT_THAT(mistakes_after([](Json& json) {
                json["new"] = 1;
                json["ops"][0]["new"] = {1, 2};
              }),
              ElementsAre());
}

}  // namespace
}  // namespace saccade
