#include "hardware/accelerator.hpp"

#include <gmock/gmock.h>

#include <cmath>
#include <filesystem>

#include "cost/engine.hpp"

namespace saccade {
namespace {

using testing::Contains;
using testing::ElementsAre;

/// The smallest accelerator that is valid; everything else is default.
Json small() {
  return parse_json(R"({
    "clock_mhz": 200,
    "technology": {"node_nm": 28},
    "buffers": [{"name": "act", "bytes": 4096}, {"name": "wgt", "bytes": 2048},
                {"name": "acc", "bytes": 1024, "width_bits": 256, "ports": 2, "access": "any"}],
    "engines": [{"name": "pe", "kind": "systolic", "rows": 8, "columns": 4,
                 "dataflow": "weight_stationary",
                 "storage": {"weight": "wgt", "input": "act", "partial_sum": "acc"}}],
    "vector_units": [{"name": "vec", "lanes": 4, "output": "act",
                      "cycles_per_element": {"add": 1, "divide": 2.5, "note": "assumed"}}],
    "dma": [{"name": "in", "moves": ["weight", "input"]}, {"name": "out", "moves": ["output"]}],
    "interconnect": {"kind": "crossbar", "width_bits": 64},
    "dram": {"standard": "hbm2_2000"}})",
                    "small.json");
}

using Patches = std::vector<std::pair<const char*, const char*>>;

/// Messages about the small accelerator with these changes; none if it is valid.
std::vector<std::string> mistakes_of(const Patches& patches) {
  Json document = small();
  for (const auto& [pointer, text] : patches) patch_json(document, pointer, text, "small.json");
  std::vector<std::string> messages;
  try {
    read_accelerator_json(document, "small.json");
  } catch (const UserError& error) {
    for (const Mistake& mistake : error.mistakes()) {
      EXPECT_EQ(mistake.file, "small.json");
      messages.push_back(mistake.pointer + ": " + mistake.message);
    }
  }
  return messages;
}

TEST(Accelerator, DefaultsAndUnits) {
  const Accelerator accelerator = read_accelerator_json(small(), "small.json");
  EXPECT_EQ(accelerator.name, "small.json");
  EXPECT_DOUBLE_EQ(accelerator.clock_hz, 200e6);
  EXPECT_EQ(accelerator.queue_depth, 4);
  EXPECT_EQ(accelerator.technology.table, "cmos");
  EXPECT_EQ(accelerator.buffers[0].width_bits, 128);
  EXPECT_EQ(accelerator.buffers[0].access, BufferAccess::row);
  EXPECT_EQ(accelerator.buffers[0].instances, 1);
  EXPECT_EQ(accelerator.buffers[2].access, BufferAccess::any);
  EXPECT_EQ(accelerator.buffers[2].bytes_per_cycle(), 2 * 256 / 8);
  const EnginePool& engine = accelerator.engines.front();
  EXPECT_EQ(engine.operand_bits, 8);
  EXPECT_EQ(engine.accumulator_bits, 32);
  EXPECT_TRUE(engine.roles.empty());
  EXPECT_FALSE(engine.network);
  EXPECT_EQ(std::get<SystolicArray>(engine.kind).dataflow, Dataflow::weight_stationary);
  EXPECT_EQ(accelerator.interconnect.kind, InterconnectKind::crossbar);
  EXPECT_EQ(accelerator.interconnect.fidelity, InterconnectFidelity::bandwidth);
}

TEST(Accelerator, AnIdealInterconnectHasNoBound) {
  Interconnect interconnect;
  interconnect.width_bits = 128;
  EXPECT_EQ(interconnect.bytes_per_cycle(), 16);
  interconnect.fidelity = InterconnectFidelity::ideal;
  EXPECT_TRUE(std::isinf(interconnect.bytes_per_cycle()));
  Json document = small();
  patch_json(document, "/interconnect/fidelity", "ideal", "f");
  const Accelerator accelerator = read_accelerator_json(document, "f");
  EXPECT_EQ(accelerator.interconnect.fidelity, InterconnectFidelity::ideal);
}

TEST(Accelerator, NamesBecomeIndices) {
  Json document = small();
  const EngineStorage plain = read_accelerator_json(document, "f").engines[0].storage;
  EXPECT_THAT(plain.input, ElementsAre(0));
  EXPECT_THAT(plain.weight, ElementsAre(1));
  EXPECT_EQ(plain.partial_sum, 2);
  EXPECT_EQ(plain.dynamic_weight, plain.input);  // where K and V are if the file does not say
  patch_json(document, "/engines/0/storage/dynamic_weight", "wgt", "f");
  const Accelerator accelerator = read_accelerator_json(document, "f");
  EXPECT_THAT(accelerator.engines[0].storage.dynamic_weight, ElementsAre(1));
  EXPECT_EQ(accelerator.vector_units[0].output, 0);
}

TEST(Accelerator, SpeedsOfVectorOperations) {
  const VectorUnit unit = read_accelerator_json(small(), "f").vector_units.front();
  const auto speed = [&](VectorOp op) {
    return unit.cycles_per_element[static_cast<std::size_t>(op)];
  };
  EXPECT_EQ(speed(VectorOp::add), 1.0);
  EXPECT_EQ(speed(VectorOp::divide), 2.5);
  EXPECT_EQ(speed(VectorOp::gelu), 0.0);  // the unit lacks it
}

TEST(Accelerator, OneDmaChannelPerClass) {
  const Accelerator accelerator = read_accelerator_json(small(), "f");
  EXPECT_EQ(accelerator.dma_for("weight"), 0);
  EXPECT_EQ(accelerator.dma_for("input"), 0);
  EXPECT_EQ(accelerator.dma_for("output"), 1);
  EXPECT_EQ(accelerator.dma_for("mask"), -1);
}

TEST(Accelerator, PeakCountsAllCopies) {
  Json document = small();
  patch_json(document, "/engines/0/count", "3", "f");
  EXPECT_EQ(peak_macs_per_cycle(read_accelerator_json(document, "f").engines[0]), 3 * 8 * 4);
}

TEST(Accelerator, DramIsCompletedFromItsStandard) {
  const DramSystem dram = read_accelerator_json(small(), "f").dram;
  EXPECT_EQ(dram.channels, 8);  // of an HBM2 stack
  // HBM2-2000: 128 bits at 2 GT/s are 32 GB/s a channel (JESD235).
  EXPECT_NEAR(dram.peak_bytes_per_s(), 8 * 32e9, 1e6);
}

TEST(Accelerator, RulesBetweenComponents) {
  struct Case {
    Patches patches;
    const char* message;
  };
  const std::vector<Case> cases = {
      {{{"/buffers/1/name", "act"}},
       "/buffers/1/name: \"act\" names two components, expected a name of its own for each"},
      {{{"/dma/0/name", "pe"}},
       "/dma/0/name: \"pe\" names two components, expected a name of its own for each"},
      {{{"/engines/0/count", "2"}, {"/dma/0/name", "pe_1"}},
       "/dma/0/name: \"pe_1\" names two components, expected a name of its own for each"},
      {{{"/dma/0/name", "interconnect"}},
       "/dma/0/name: \"interconnect\" names two components, expected a name of its own for each"},
      {{{"/engines/0/storage/weight", "wg"}},
       "/engines/0/storage/weight: \"wg\" is no buffer of this file, expected one of act, wgt, "
       "acc, did you mean 'wgt'?"},
      {{{"/dma/1/moves", R"(["output", "input"])"}},
       "/dma: 2 channels move 'input', expected exactly one"},
      {{{"/dma/0/moves", R"(["input"])"}}, "/dma: 0 channels move 'weight', expected exactly one"},
      {{{"/buffers/0/width_bits", "12"}}, "/buffers/0/width_bits: is 12, expected a multiple of 8"},
      {{{"/interconnect/width_bits", "12"}},
       "/interconnect/width_bits: is 12, expected a multiple of 8"},
      {{{"/engines/0/accumulator_bits", "7"}},
       "/engines/0: has accumulators of 7 bits, expected at least operand_bits = 8"},
      {{{"/engines/0/format", "bf"}},
       "/engines/0: multiplies bf of 8 bits into sums of 32, expected int of at most 32, fp 8 or "
       "16 into 16 or 32, fp 32 into 32, or bf 16 into 32"},
      {{{"/vector_units/0/format", "fp"}, {"/vector_units/0/bits", "24"}},
       "/vector_units/0: has lanes of fp of 24 bits, expected int, fp of 8, 16 or 32, or bf of 16"},
      {{{"/assumptions", R"({"/engines/0/row": "why"})"}},
       "/assumptions: names \"/engines/0/row\", expected JSON pointers of values of this file"},
      {{{"/buffers/0/name", "a.b"}},
       "/buffers/0/name: is \"a.b\", expected a name of up to 64 letters, digits, '_' and '-'"},
      {{{"/technology/node_nm", "500"}},
       "/technology/node_nm: is 500, expected 7 to 180: the nodes that " SACCADE_SOURCE_DIR
       "/configs/technology/cmos.json scales"},
  };
  for (const Case& c : cases) {
    EXPECT_THAT(mistakes_of(c.patches), Contains(c.message)) << c.patches.back().first;
  }
  EXPECT_THAT(mistakes_of({}), ElementsAre());
  EXPECT_THAT(mistakes_of({{"/engines/0/count", "2"}}), ElementsAre());
}

TEST(Accelerator, PatchesTakeTheirAssumptionsWithThem) {
  Json document = small();
  document["assumptions"] = {{"/dram", "a guess"}, {"/clock_mhz", "another"}};
  const Accelerator plain = read_accelerator_json(document, "small.json");
  EXPECT_EQ(plain.origins.of("/clock_mhz").source, "small.json /clock_mhz: assumption: another");
  EXPECT_TRUE(plain.origins.of("/dram/standard").assumption);
  document["clock_mhz"] = 5;
  const Accelerator patched = read_accelerator_json(document, "small.json", {"/clock_mhz"});
  EXPECT_EQ(patched.origins.of("/clock_mhz").source, "command line");
  EXPECT_TRUE(patched.origins.of("/dram/standard").assumption);
}

TEST(Accelerator, MistakesOfAllPartsComeTogether) {
  const auto messages = mistakes_of({{"/clock_mhz", "0"},
                                     {"/buffers/2/bytes", "1"},
                                     {"/engines/0/storage/input", "none"},
                                     {"/dram/standard", "none"},
                                     {"/technology/voltage_v", "9"}});
  EXPECT_EQ(messages.size(), 5u) << testing::PrintToString(messages);
}

TEST(Accelerator, WrongTypesDoNotConfuseTheRules) {
  for (const char* key :
       {"/buffers", "/engines", "/vector_units", "/dma", "/interconnect", "/dram", "/technology"}) {
    for (const char* text : {"3", "null", "[3]", "[[]]", "{}", "[{}]", "\"x\""}) {
      EXPECT_FALSE(mistakes_of({{key, text}}).empty()) << key << " = " << text;
    }
  }
  for (const char* text : {"3", "[]", "null", "\"x\"", "{}"}) {
    EXPECT_THROW(read_accelerator_json(parse_json(text, "f"), "f"), UserError) << text;
  }
  EXPECT_THAT(mistakes_of({{"/dma", "3"}}), testing::SizeIs(1));
  EXPECT_FALSE(mistakes_of({{"/engines/0/count", "18446744073709551615"}}).empty());
}

TEST(Accelerator, ShippedFilesAreValid) {
  namespace fs = std::filesystem;
  int files = 0;
  for (const auto& entry : fs::directory_iterator(SACCADE_SOURCE_DIR "/configs/hardware")) {
    EXPECT_NO_THROW(read_accelerator(entry.path())) << entry.path();
    ++files;
  }
  EXPECT_GE(files, 3);
}

TEST(Accelerator, ShippedPeaks) {
  struct Case {
    const char* file;
    double macs_per_s;
    double dram_bytes_per_s;  // channels x width in bytes x clock x 2
    std::int64_t buffer_bytes;
  };
  // DDR4-2400 ticks every 0.83 ns (JESD79-4), which is 2409.6 MT/s.
  for (const Case& c :
       std::vector<Case>{{"systolic_64x64", 64 * 64 * 500e6, 2 * 8 * 2 / 0.83e-9, 1216 << 10},
                         {"systolic_32x32", 32 * 32 * 500e6, 8 * 2 / 0.83e-9, 448 << 10},
                         {"edge_16x16", 16 * 16 * 200e6, 2 * 2 / 0.625e-9, 96 << 10}}) {
    const Accelerator accelerator =
        read_accelerator(std::string(SACCADE_SOURCE_DIR "/configs/hardware/") + c.file + ".json");
    const auto macs = static_cast<double>(peak_macs_per_cycle(accelerator.engines.at(0)));
    EXPECT_DOUBLE_EQ(macs * accelerator.clock_hz, c.macs_per_s) << c.file;
    EXPECT_NEAR(accelerator.dram.peak_bytes_per_s(), c.dram_bytes_per_s, 1e-6 * c.dram_bytes_per_s)
        << c.file;
    std::int64_t bytes = 0;
    for (const Buffer& buffer : accelerator.buffers) bytes += buffer.bytes;
    EXPECT_EQ(bytes, c.buffer_bytes) << c.file;
  }
}

/// Ports feed the array at its full rate: an operand for each row and column, and a row of sums.
TEST(Accelerator, ShippedBuffersFeedTheirArrays) {
  for (const char* file : {"systolic_64x64", "systolic_32x32", "edge_16x16"}) {
    const Accelerator accelerator =
        read_accelerator(std::string(SACCADE_SOURCE_DIR "/configs/hardware/") + file + ".json");
    const EnginePool& engine = accelerator.engines.at(0);
    const auto& array = std::get<SystolicArray>(engine.kind);
    const auto width = [&](BufferId id) {
      return accelerator.buffers[static_cast<std::size_t>(id)].width_bits;
    };
    EXPECT_GE(width(engine.storage.input.back()), array.rows * engine.operand_bits) << file;
    EXPECT_GE(width(engine.storage.dynamic_weight.back()), array.columns * engine.operand_bits)
        << file;
    EXPECT_GE(width(engine.storage.weight.back()), array.columns * engine.operand_bits) << file;
    EXPECT_GE(width(engine.storage.partial_sum), array.columns * engine.accumulator_bits) << file;
  }
}

TEST(Accelerator, SchemaKnowsEveryKeyOfTheSmallFile) {
  const Json schema = accelerator_schema();
  EXPECT_EQ(schema.at("$schema"), "https://json-schema.org/draft/2020-12/schema");
  const Json document = small();
  for (const auto& item : document.items()) {
    EXPECT_TRUE(schema.at("properties").contains(item.key())) << item.key();
  }
}

}  // namespace
}  // namespace saccade
