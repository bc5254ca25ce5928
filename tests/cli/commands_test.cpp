// The commands that describe: help, version, check, show, list and schema.
#include "cli/commands.hpp"

#include <gmock/gmock.h>

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

TEST(Commands, ShowFindsShippedFiles) {
  EXPECT_THAT(output_of({"show", "configs/hardware/edge_16x16.json"}), HasSubstr("edge 16x16"));
}

TEST(Commands, GraphLinksWhatItDeclares) {
  const std::string dot = output_of({"show", hardware_folder + "systolic_64x64.json", "--dot"});
  EXPECT_THAT(dot, testing::StartsWith("digraph accelerator {\n"));
  EXPECT_THAT(dot, testing::EndsWith("}\n"));
  for (const char* link :
       {"\"dram\" -> \"interconnect\"", "\"interconnect\" -> \"dma_weights\"",
        "\"dma_weights\" -> \"weights\"", "\"weights\" -> \"array\"",
        "\"array\" -> \"accumulators\"", "\"accumulators\" -> \"vector\"",
        "\"vector\" -> \"activations\"", "\"activations\" -> \"dma_outputs\"",
        "\"dma_outputs\" -> \"interconnect\""}) {
    EXPECT_THAT(dot, HasSubstr(link));
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
