// The commands that describe: help, version, check, show, list and schema; and compare.
#include "cli/commands.hpp"

#include <fmt/format.h>
#include <gmock/gmock.h>

#include <map>

#include "base/csv.hpp"
#include "base/file.hpp"
#include "base/json.hpp"
#include "cli/options.hpp"
#include "cli/run_binary.hpp"

namespace saccade {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::Pair;

const std::string hardware_folder = SACCADE_SOURCE_DIR "/configs/hardware/";
const std::string model_file = SACCADE_SOURCE_DIR "/workloads/models/deit_tiny.json";

/// What the program prints; it must succeed in silence.
std::string output_of(const std::vector<std::string>& arguments) {
  const BinaryRun run = run_saccade(arguments);
  EXPECT_EQ(run.code, 0);
  EXPECT_EQ(run.err, "");
  return run.out;
}

TEST(Commands, EveryCommandHasHelp) {
  const std::string help = output_of({"--help"});
  for (const Command& command : commands()) {
    EXPECT_THAT(help, HasSubstr(std::string("  ") + command.name + " "));
    EXPECT_THAT(output_of({command.name, "--help"}),
                testing::StartsWith(std::string("Usage: saccade ") + command.name));
  }
}

TEST(Commands, Version) {
  EXPECT_THAT(output_of({"--version"}),
              testing::MatchesRegex("saccade [0-9]+\\.[0-9]+\\.[0-9]+\n"));
}

TEST(Commands, PatchesSplitAtTheFirstEqualsSign) {
  EXPECT_THAT(parse_patches({"/a/b=1", "/c=x=y", "/d="}),
              ElementsAre(Pair("/a/b", "1"), Pair("/c", "x=y"), Pair("/d", "")));
  EXPECT_THROW(parse_patches({"a=1"}), UserError);
  EXPECT_THROW(parse_patches({""}), UserError);
}

TEST(Commands, CheckAcceptsEverythingThatShips) {
  const std::string source = SACCADE_SOURCE_DIR;
  struct Case {
    const char* folder;
    const char* kind;
  };
  for (const Case& c : std::vector<Case>{{"/configs/hardware", "hardware"},
                                         {"/configs/technology", "technology"},
                                         {"/configs/technology/dram", "dram"},
                                         {"/configs/techniques", "technique"},
                                         {"/workloads/models", "workload"}}) {
    int files = 0;
    for (const auto& entry : std::filesystem::directory_iterator(source + c.folder)) {
      if (entry.path().extension() != ".json") continue;
      const std::string file = entry.path().string();
      EXPECT_EQ(output_of({"check", file}), file + ": ok (" + c.kind + ")\n");
      ++files;
    }
    EXPECT_GT(files, 0) << c.folder;
  }
}

TEST(Commands, CheckTakesAFileForWhatMostKeysSay) {
  const TestFolder folder;
  Json document = read_json(hardware_folder + "edge_16x16.json");
  document["ops"] = 1;  // a key of workloads, beside nine of hardware
  const BinaryRun run = run_saccade({"check", folder.write("a.json", document.dump())});
  EXPECT_THAT(run.err, HasSubstr("(read as hardware)"));
}

TEST(Commands, ShowComposesUnitsAndPeaks) {
  const std::string text = output_of({"show", hardware_folder + "edge_16x16.json", "--set",
                                      "/engines/0/count=2", "--set", "/clock_mhz=250"});
  EXPECT_THAT(text, HasSubstr("array_0 "));
  EXPECT_THAT(text, HasSubstr("array_1 "));
  EXPECT_THAT(text, HasSubstr("512 MAC per cycle, 128 GMAC/s"));  // 2 x 16 x 16 x 250 MHz
  EXPECT_THAT(text, HasSubstr("peak 6.40 GB/s, 25.6 bytes per cycle"));
  EXPECT_THAT(text, HasSubstr("weights from interconnect; weights to weights"));
}

TEST(Commands, ShowNamesTheVariantOfAnArray) {
  const auto shown = [](const std::string& file, const std::vector<std::string>& settings) {
    std::vector<std::string> arguments = {"show", hardware_folder + file};
    for (const std::string& setting : settings) {
      arguments.insert(arguments.end(), {"--set", setting});
    }
    return output_of(arguments);
  };
  EXPECT_THAT(shown("edge_16x16.json", {}),
              HasSubstr("systolic array 16 x 16, output_stationary (os_shift_full), 8-bit"));
  EXPECT_THAT(shown("edge_16x16.json", {"/engines/0/variant=ws_tap"}),
              HasSubstr("weight_stationary (ws_tap), 8-bit"));
  const std::string nameless =
      R"(/engines/0={"name": "array", "kind": "systolic", "rows": 4, "columns": 4,
          "dataflow": "weight_stationary", "charge": "ragged_short_exit",
          "storage": {"weight": "weights", "input": "activations",
                      "partial_sum": "accumulators"}})";
  EXPECT_THAT(shown("edge_16x16.json", {nameless}), HasSubstr("weight_stationary, 8-bit"));
  EXPECT_THAT(shown("scale_sim_ws_32x32.json", {}), HasSubstr("crossbar, ideal: transfers take"));
}

TEST(Commands, ShowFindsShippedFiles) {
  EXPECT_THAT(output_of({"show", "configs/hardware/edge_16x16.json"}), HasSubstr("edge 16x16"));
}

TEST(Commands, GraphLinksWhatItDeclares) {
  const std::string dot = output_of({"show", hardware_folder + "systolic_64x64.json", "--dot"});
  EXPECT_THAT(dot, testing::StartsWith("digraph accelerator {\n"));
  EXPECT_THAT(dot, testing::EndsWith("}\n"));
  for (const char* link : {"\"dram\" -> \"interconnect\"", "\"interconnect\" -> \"dma_weights\"",
                           "\"dma_weights\" -> \"weights\"", "\"weights\" -> \"array\"",
                           "\"array\" -> \"accumulators\"", "\"accumulators\" -> \"vector\"",
                           "\"vector\" -> \"activations\"", "\"activations\" -> \"dma_outputs\"",
                           "\"dma_outputs\" -> \"interconnect\""}) {
    EXPECT_THAT(dot, HasSubstr(link));
  }
}

/// Runs DeiT-T on the 64x64 array with these options and returns the file of the result.
std::string result_file(const TestFolder& folder, const std::string& name,
                        const std::vector<std::string>& more = {}) {
  std::vector<std::string> arguments = {
      "run",        "--hardware",     hardware_folder + "systolic_64x64.json",
      "--workload", model_file,       "--quiet",
      "--json",     folder.path(name)};
  arguments.insert(arguments.end(), more.begin(), more.end());
  EXPECT_EQ(output_of(arguments), "");
  return folder.path(name);
}

TEST(CompareCommand, SaysWhatASmallerArrayCosts) {
  const TestFolder folder;
  const std::string a = result_file(folder, "a.json");
  const std::string b = result_file(folder, "b.json", {"--set", "/engines/0/rows=32"});
  const Json before = read_json(a);
  const Json after = read_json(b);
  const std::string text =
      output_of({"compare", a, b, "--top", "3", "--csv", folder.path("c.csv")});
  EXPECT_THAT(text, HasSubstr("hardware   systolic 64x64"));
  EXPECT_THAT(
      text, HasSubstr(fmt::format(" {} more with a difference of ", before.at("ops").size() - 3)));
  EXPECT_THAT(text, HasSubstr(" % more cycles ("));
  EXPECT_THAT(text, testing::EndsWith(" ops.\n"));

  const CsvTable table =
      parse_csv(read_text(folder.path("c.csv")), "c.csv", {"name", "difference_cycles"},
                {"role", "present", "exclusive_cycles_a", "exclusive_cycles_b", "cycles_ratio",
                 "energy_j_a", "energy_j_b", "energy_ratio", "dram_bytes_a", "dram_bytes_b",
                 "bound_a", "bound_b", "cause", "cause_cycles"});
  EXPECT_EQ(table.rows.size(), before.at("ops").size());
  long long difference = 0;
  for (const CsvRow& row : table.rows) {
    difference += std::stoll(table.cell(row, "difference_cycles"));
    for (const std::string& cell : row.cells) EXPECT_NE(cell, "");
  }
  EXPECT_EQ(difference, after.at("cycles").get<long long>() - before.at("cycles").get<long long>());
}

TEST(CompareCommand, OpsOfAResultShareOutTheirExclusiveCycles) {
  const TestFolder folder;
  const Json result = read_json(result_file(folder, "a.json"));
  std::map<std::string, std::uint64_t> by_work;
  for (const Json& op : result.at("ops")) {
    std::uint64_t sum = 0;
    for (const auto& item : op.at("cycles_by_work").items()) {
      EXPECT_GT(item.value(), 0) << op;
      by_work[item.key()] += item.value().get<std::uint64_t>();
      sum += item.value().get<std::uint64_t>();
    }
    EXPECT_EQ(sum, op.at("exclusive_cycles")) << op;
  }
  EXPECT_EQ(Json(by_work), result.at("cycles_by_work"));
}

TEST(CompareCommand, CsvMayGoToStandardOutput) {
  const TestFolder folder;
  const std::string a = result_file(folder, "a.json");
  EXPECT_THAT(output_of({"compare", a, a, "--csv", "-"}),
              testing::StartsWith("name,role,present,"));
}

TEST(CompareCommand, AnswersTheMistakesOfBothFiles) {
  const TestFolder folder;
  const std::string a = hardware_folder + "systolic_64x64.json";
  const std::string b = folder.write("b.json", R"({"status": "infeasible", "ops": []})");
  const BinaryRun run = run_saccade({"compare", a, b});
  EXPECT_EQ(run.code, 1);
  EXPECT_EQ(run.out, "");
  EXPECT_THAT(run.err, HasSubstr(a + ": /: is no result, expected an object that 'saccade run"));
  EXPECT_THAT(run.err, HasSubstr(b + ": /: lacks 'message', expected text\n"));
  EXPECT_THAT(run.err, HasSubstr(b + ": /status: is \"infeasible\""));
}

TEST(CompareCommand, AnswersWrongArguments) {
  struct Case {
    std::vector<std::string> arguments;
    const char* expected;
  };
  for (const Case& c : std::vector<Case>{
           {{"compare", "a.json"}, "'--B' is required"},
           {{"compare", "a.json", "b.json", "c.json"}, "too many positional options"},
           {{"compare", "a.json", "b.json", "--top=-1"}, "--top is -1, expected 0 (all ops) or"},
           {{"compare", "a.json", "b.json", "--tip=1"}, "did you mean '--top'?"}}) {
    const BinaryRun run = run_saccade(c.arguments);
    EXPECT_EQ(run.code, 1);
    EXPECT_THAT(run.err, HasSubstr(c.expected));
  }
}

TEST(Commands, ListTellsWhatShips) {
  struct Case {
    const char* topic;
    const char* expected;
  };
  for (const Case& c : std::vector<Case>{{"models", "workloads/models/deit_small.json"},
                                         {"models", "heads: attention heads (integer 1..1024)"},
                                         {"hardware", "configs/hardware/systolic_64x64.json"},
                                         {"hardware", "clock_mhz: "},
                                         {"engines", "output_stationary | weight_stationary"},
                                         {"vector-operations", "  exponential\n"},
                                         {"technologies", "configs/technology/cmos.json"},
                                         {"dram", "configs/technology/dram/ddr4_2400.json"},
                                         {"dram", "tRCD: activate to column read"},
                                         {"techniques", "  quantise: "},
                                         {"commands", "  schema "}}) {
    const std::string text = output_of({"list", c.topic});
    EXPECT_THAT(text, HasSubstr(c.expected));
    EXPECT_THAT(output_of({"list"}), HasSubstr(text)) << c.topic;
  }
}

TEST(Commands, SchemasAreJson) {
  for (const char* kind : {"hardware", "workload", "technique", "technology", "dram"}) {
    const Json schema = parse_json(output_of({"schema", kind}), kind);
    EXPECT_EQ(schema.at("$schema"), "https://json-schema.org/draft/2020-12/schema") << kind;
    EXPECT_TRUE(schema.contains("properties") || schema.contains("oneOf")) << kind;
  }
}

}  // namespace
}  // namespace saccade
