// saccade run --mapping and --write-mapping, and check of mapping files, as a user calls them.
#include <gmock/gmock.h>

#include "base/file.hpp"
#include "base/json.hpp"
#include "cli/run_binary.hpp"

namespace saccade {
namespace {

using testing::HasSubstr;
using Arguments = std::vector<std::string>;

const std::string fold_by_fold = SACCADE_SOURCE_DIR "/configs/mappings/fold_by_fold.json";

/// Runs one block of DeiT-T on the 32x32 array.
BinaryRun run_block(const Arguments& more) {
  Arguments arguments = {"run",
                         "--hardware",
                         SACCADE_SOURCE_DIR "/configs/hardware/systolic_32x32.json",
                         "--workload",
                         SACCADE_SOURCE_DIR "/workloads/models/deit_tiny.json",
                         "--set-workload",
                         "/depth=1"};
  arguments.insert(arguments.end(), more.begin(), more.end());
  return run_saccade(arguments);
}

/// What a run that must succeed prints.
std::string output_of(const Arguments& more) {
  const BinaryRun run = run_block(more);
  EXPECT_EQ(run.code, 0) << run.err;
  EXPECT_EQ(run.err, "");
  return run.out;
}

/// The same of one that must fail.
std::string mistakes_of(const Arguments& more) {
  const BinaryRun run = run_block(more);
  EXPECT_EQ(run.code, 1);
  EXPECT_EQ(run.out, "");
  return run.err;
}

/// The figures of a summary, before it says what became of the mapping.
std::string figures(const std::string& summary) {
  return summary.substr(0, summary.find("\nThe mapping was"));
}

TEST(MappingOption, WritesToANewFileAndPinsAnOldOne) {
  const TestFolder folder;
  const std::string file = folder.path("m.json");
  const std::string plain = output_of({});
  EXPECT_EQ(figures(plain), plain) << "nothing is said of mappings";
  const std::string first = output_of({"--mapping", file});
  EXPECT_EQ(figures(first), plain);
  EXPECT_THAT(first, HasSubstr("\nThe mapping was written to " + file + "\n"));
  const std::string written = read_text(file);
  const std::string second = output_of({"--mapping", file});
  EXPECT_EQ(figures(second), plain);
  EXPECT_THAT(second, HasSubstr("\nThe mapping was fixed by " + file + "\n"));
  EXPECT_EQ(read_text(file), written) << "left as it is";
}

TEST(MappingOption, WritesWhatARunWasPinnedTo) {
  const TestFolder folder;
  const std::string pins =
      folder.write("pins.json", R"({"description": "one op", "note": "of a block",
                                    "ops": {"b0.fc1": {"tile": {"m": 64, "n": 96}}}})");
  const std::string file = folder.write("all.json", "overwritten");
  const std::string summary = output_of({"--mapping", pins, "--write-mapping", file});
  EXPECT_THAT(summary, HasSubstr("The mapping was fixed by " + pins));
  EXPECT_THAT(summary, HasSubstr("The mapping was written to " + file));
  const Json json = read_json(file);
  EXPECT_EQ(json["hardware"], "systolic 32x32");
  EXPECT_EQ(json["workload"], "deit_tiny");
  EXPECT_EQ(json["objective"], "latency");
  EXPECT_EQ(json["ops"]["b0.fc1"]["tile"]["m"], 64);
  EXPECT_EQ(json["ops"]["b0.fc1"]["tile"]["n"], 96);
  EXPECT_GT(json["ops"]["b0.fc1"]["why"]["candidates"], 0);
  EXPECT_EQ(figures(output_of({"--mapping", file})), figures(summary));
}

TEST(MappingOption, WritesToStandardOutputAlone) {
  const std::string text = output_of({"--write-mapping", "-"});
  EXPECT_TRUE(parse_json(text, "standard output")["ops"].contains("b0.fc1"));
  const TestFolder folder;
  EXPECT_EQ(output_of({"--write-mapping", folder.path("m.json"), "-q"}), "");
  EXPECT_EQ(read_text(folder.path("m.json")), text);
}

TEST(MappingOption, RefusesFilesThatItCannotWrite) {
  const TestFolder folder;
  const std::string nowhere = folder.path("none/m.json");
  for (const char* option : {"--mapping", "--write-mapping"}) {
    EXPECT_EQ(mistakes_of({option, nowhere}),
              nowhere + ": cannot be written: there is no folder " + folder.path("none") + "\n");
  }
  EXPECT_THAT(mistakes_of({"--write-mapping", folder.path("")}),
              HasSubstr("is no file that --write-mapping could write"));
  const std::string file = folder.path("m.json");
  EXPECT_EQ(mistakes_of({"--write-mapping", file, "--json", file}),
            file + ": is to be written twice\n");
}

TEST(MappingOption, SaysWhatIsWrongWithAMapping) {
  const TestFolder folder;
  const auto mistakes = [&](const std::string& text) {
    return mistakes_of({"--mapping", folder.write("m.json", text)});
  };
  const std::string file = folder.path("m.json") + ": ";
  EXPECT_THAT(mistakes("{\"ops\": "), testing::StartsWith(file));
  EXPECT_EQ(mistakes(R"({"ops": {"b0.fc3": {"tile": {"m": 8}}}})"),
            file + "/ops/b0.fc3: is no op of deit_tiny, did you mean 'b0.fc1'?\n");
  EXPECT_EQ(mistakes(R"({"ops": {"b0.fc1": {"loops": [{"over": "m", "step": 8}],
                                            "weight": [{"buffer": "weigths", "inside": 0}]}}})"),
            file + R"(/ops/b0.fc1/weight/0/buffer: "weigths" is no buffer of the hardware, )" +
                "expected one of activations, weights, accumulators, did you mean 'weights'?\n");
  EXPECT_EQ(mistakes(R"({"ops": {"b0.fc1": {"loops": [{"over": "m", "step": 8}],
                                            "weight": [{"buffer": "activations", "inside": 0}]}},
                         "tensors": {"b0.x": "dram"}})"),
            file + "/tensors/b0.x: is no tensor of deit_tiny\n" + file +
                "/ops/b0.fc1/weight: expected the way of this operand: weights\n");
}

TEST(MappingOption, AMappingThatDoesNotFitIsInfeasible) {
  const TestFolder folder;
  const std::string file =
      folder.write("m.json", R"({"ops": {"b0.fc1": {"tile": {"m": 197, "n": 768}}}})");
  // Sums of 32 bits.
  EXPECT_THAT(mistakes_of({"--mapping", file}),
              testing::MatchesRegex("infeasible: b0.fc1: .*buffer accumulators: 605184 bytes "
                                    "needed, 65536 there.*\n"));
}

TEST(MappingOption, TheMappingThatShipsSuitsItsHardware) {
  const BinaryRun run = run_saccade({"check", fold_by_fold});
  EXPECT_EQ(run.code, 0) << run.err;
  EXPECT_EQ(run.out, fold_by_fold + ": ok (mapping)\n");
}

TEST(MappingOption, CheckKnowsMappingsFromListsOfOps) {
  const TestFolder folder;
  const auto check = [&](const std::string& text) {
    return run_saccade({"check", folder.write("f.json", text)});
  };
  const std::string file = folder.path("f.json");
  EXPECT_EQ(check(R"({"tensors": {"x": "dram"}})").out, file + ": ok (mapping)\n");
  EXPECT_EQ(check(R"({"ops": {}, "note": "nothing is fixed"})").out, file + ": ok (mapping)\n");
  EXPECT_THAT(check(R"({"ops": {"fc": {"tile": {"m": 0}}}})").err,
              HasSubstr("1 mistake (read as mapping)"));
  EXPECT_THAT(check(R"({"ops": [], "tensors": []})").err, HasSubstr("(read as workload)"));
  EXPECT_THAT(check(R"({"family": 3, "ops": {}})").err, HasSubstr("read as"));
  const BinaryRun exported =
      run_saccade({"export", "--workload", SACCADE_SOURCE_DIR "/workloads/models/deit_tiny.json",
                   "--format", "json", "-o", file});
  ASSERT_EQ(exported.code, 0) << exported.err;
  EXPECT_EQ(run_saccade({"check", file}).out, file + ": ok (workload)\n");
}

TEST(MappingOption, CheckAcceptsWhatRunWrites) {
  const TestFolder folder;
  const std::string file = folder.path("m.json");
  output_of({"--mapping", file});
  EXPECT_EQ(run_saccade({"check", file}).out, file + ": ok (mapping)\n");
}

/// Whatever a run writes, its schema must know.
TEST(MappingOption, SchemaHasEveryKeyThatRunWrites) {
  const BinaryRun run = run_saccade({"schema", "mapping"});
  EXPECT_EQ(run.code, 0);
  const Json schema = parse_json(run.out, "standard output");
  const Json written = parse_json(output_of({"--write-mapping", "-"}), "standard output");
  for (const auto& item : written.items()) {
    EXPECT_TRUE(schema["properties"].contains(item.key())) << item.key();
  }
  const Json& op = schema["properties"]["ops"]["additionalProperties"]["properties"];
  for (const auto& item : written["ops"]["b0.fc1"].items()) {
    EXPECT_TRUE(op.contains(item.key())) << item.key();
  }
}

}  // namespace
}  // namespace saccade
