// Ways of operands through several buffers, buffers of PEs, and the network between them.
#include <gmock/gmock.h>

#include "hardware/accelerator.hpp"

namespace saccade {
namespace {

using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

/// Four PEs with buffers of their own for weights, inputs and sums, behind one shared buffer.
Json with_pes() {
  return parse_json(R"({
    "clock_mhz": 500,
    "technology": {"node_nm": 28},
    "buffers": [{"name": "global", "bytes": 65536},
                {"name": "pe_weight", "bytes": 8192, "instances": 4},
                {"name": "pe_input", "bytes": 4096, "instances": 4},
                {"name": "pe_sum", "bytes": 2048, "instances": 4}],
    "engines": [{"name": "pes", "kind": "vector_mac", "pes": 4, "lanes": 8, "vector_width": 16,
                 "network": {"kind": "mesh", "width_bits": 128, "pj_per_bit_hop": 0.1,
                             "multicast": true},
                 "storage": {"weight": ["global", "pe_weight"], "input": ["global", "pe_input"],
                             "partial_sum": "pe_sum"}}],
    "vector_units": [{"name": "vec", "lanes": 4, "output": "global",
                      "cycles_per_element": {"add": 1}}],
    "dma": [{"name": "dma", "moves": ["weight", "input", "output"]}],
    "interconnect": {"kind": "bus", "width_bits": 64},
    "dram": {"standard": "hbm2_2000"}})",
                    "pes.json");
}

/// The same with all operands in the shared buffer, and no network.
Json shared_only() {
  Json document = with_pes();
  Json& engine = document["engines"][0];
  engine.erase("network");
  engine["storage"] = {{"weight", "global"}, {"input", "global"}, {"partial_sum", "global"}};
  return document;
}

using Patches = std::vector<std::pair<const char*, const char*>>;

/// Messages about this accelerator with these changes; none if it is valid.
std::vector<std::string> mistakes_of(Json document, const Patches& patches) {
  for (const auto& [pointer, text] : patches) patch_json(document, pointer, text, "pes.json");
  std::vector<std::string> messages;
  try {
    read_accelerator_json(document, "pes.json");
  } catch (const UserError& error) {
    for (const Mistake& mistake : error.mistakes()) {
      messages.push_back(mistake.pointer + ": " + mistake.message);
    }
  }
  return messages;
}

TEST(Storage, WaysOfSeveralBuffers) {
  const Accelerator accelerator = read_accelerator_json(with_pes(), "pes.json");
  const EnginePool& engine = accelerator.engines.front();
  EXPECT_THAT(engine.storage.weight, ElementsAre(0, 1));
  EXPECT_THAT(engine.storage.input, ElementsAre(0, 2));
  EXPECT_THAT(engine.storage.dynamic_weight, ElementsAre(0, 2));  // the input's if left out
  EXPECT_EQ(engine.storage.partial_sum, 3);
  EXPECT_EQ(accelerator.buffers[0].instances, 1);
  EXPECT_EQ(accelerator.buffers[1].instances, 4);
  EXPECT_EQ(accelerator.buffers[1].bytes, 8192);  // of one of them
  ASSERT_TRUE(engine.network);
  EXPECT_EQ(engine.network->kind, InterconnectKind::mesh);
  EXPECT_EQ(engine.network->width_bits, 128);
  EXPECT_DOUBLE_EQ(engine.network->pj_per_bit_hop, 0.1);
  EXPECT_TRUE(engine.network->multicast);
}

TEST(Storage, DynamicWeightsMayGoTheirOwnWay) {
  Json document = with_pes();
  patch_json(document, "/engines/0/storage/dynamic_weight", R"(["global", "pe_weight"])", "f");
  const EngineStorage storage = read_accelerator_json(document, "f").engines[0].storage;
  EXPECT_THAT(storage.dynamic_weight, ElementsAre(0, 1));
}

TEST(Storage, VectorMacEngine) {
  Json document = with_pes();
  const Accelerator plain = read_accelerator_json(document, "f");
  const auto& defaults = std::get<VectorMac>(plain.engines[0].kind);
  EXPECT_EQ(defaults.pes, 4);
  EXPECT_EQ(defaults.lanes, 8);
  EXPECT_EQ(defaults.vector_width, 16);
  EXPECT_EQ(defaults.stationary, PeStationary::weights);
  EXPECT_EQ(defaults.pipeline_cycles, 0);
  EXPECT_TRUE(defaults.fold_taps);
  patch_json(document, "/engines/0/dataflow", "output_stationary", "f");
  patch_json(document, "/engines/0/pipeline_cycles", "6", "f");
  patch_json(document, "/engines/0/fold_taps", "false", "f");
  const Accelerator accelerator = read_accelerator_json(document, "f");
  const auto& engine = std::get<VectorMac>(accelerator.engines[0].kind);
  EXPECT_EQ(engine.stationary, PeStationary::outputs);
  EXPECT_EQ(engine.pipeline_cycles, 6);
  EXPECT_FALSE(engine.fold_taps);
  EXPECT_EQ(stationary_name(engine.stationary), "output_stationary");
  EXPECT_EQ(stationary_name(defaults.stationary), "weight_stationary");
}

TEST(Storage, GoodFiles) {
  EXPECT_THAT(mistakes_of(with_pes(), {}), IsEmpty());
  EXPECT_THAT(mistakes_of(shared_only(), {}), IsEmpty());
  // A list of one buffer is that buffer.
  EXPECT_THAT(mistakes_of(shared_only(), {{"/engines/0/storage/input", R"(["global"])"}}),
              IsEmpty());
  // Some operands in the PEs, others shared; a buffer of PEs straight behind DRAM.
  EXPECT_THAT(mistakes_of(with_pes(), {{"/engines/0/storage/input", "global"},
                                       {"/engines/0/storage/partial_sum", "global"}}),
              IsEmpty());
  EXPECT_THAT(mistakes_of(with_pes(), {{"/engines/0/storage/weight", "pe_weight"}}), IsEmpty());
  // Two shared levels and a network, even on a systolic array.
  Json document = shared_only();
  document["buffers"].push_back(Json::parse(R"({"name": "near", "bytes": 1024})"));
  EXPECT_THAT(
      mistakes_of(document, {{"/engines/0/storage/weight", R"(["global", "near"])"},
                             {"/engines/0/network", R"({"kind": "bus", "width_bits": 64})"}}),
      IsEmpty());
  EXPECT_THAT(
      mistakes_of(document,
                  {{"/engines/0", R"({"name": "array", "kind": "systolic", "rows": 8, "columns": 8,
                       "dataflow": "weight_stationary",
                       "network": {"kind": "tree", "width_bits": 64},
                       "storage": {"weight": ["global", "near"], "input": "global",
                                   "partial_sum": "global"}})"}}),
      IsEmpty());
}

TEST(Storage, MistakesOfWays) {
  struct Case {
    Patches patches;
    const char* message;
  };
  const std::vector<Case> cases = {
      {{{"/engines/0/storage/weight", R"(["global", "pe_wieght"])"}},
       "/engines/0/storage/weight/1: \"pe_wieght\" is no buffer of this file, expected one of "
       "global, pe_weight, pe_input, pe_sum, did you mean 'pe_weight'?"},
      {{{"/engines/0/storage/weight", R"(["global", "pe_weight", "global"])"}},
       "/engines/0/storage/weight/2: stands twice on this way, expected each buffer once"},
      {{{"/engines/0/storage/weight", R"(["pe_weight", "global"])"}},
       "/engines/0/storage/weight/0: has 4 instances, expected 1 of a buffer that feeds another "
       "one"},
      {{{"/buffers/2/instances", "3"}},
       "/engines/0/storage/input/1: has 3 instances, expected 1 or one for each of the 4 PEs"},
      {{{"/engines/0/pes", "8"}},
       "/engines/0/storage/partial_sum: has 4 instances, expected 1 or one for each of the 8 PEs"},
      {{{"/buffers/0/instances", "4"}},
       "/engines/0/storage/input/0: has 4 instances, expected 1 of a buffer that feeds another "
       "one"},
      {{{"/buffers/0/instances", "4"}},
       "/vector_units/0/output: has several instances, expected a shared buffer for results"},
      {{{"/engines/0/network", "null"}},
       "/engines/0/network: is null, expected an object: the "
       "network between shared buffers and those of an engine"},
      {{{"/engines/0/network/width_bits", "12"}},
       "/engines/0/network/width_bits: is 12, expected a multiple of 8"},
      {{{"/engines/0/network/kind", "star"}},
       "/engines/0/network/kind: is \"star\", expected one of bus, crossbar, tree, mesh"},
      {{{"/engines/0/network/multicast", "1"}},
       "/engines/0/network/multicast: is 1, expected true or false"},
      {{{"/buffers/1/instances", "0"}},
       "/buffers/1/instances: is 0, expected an integer from 1 to 65536"},
  };
  for (const Case& c : cases) {
    EXPECT_THAT(mistakes_of(with_pes(), c.patches), Contains(c.message)) << c.message;
  }
}

TEST(Storage, FormsOfAWay) {
  for (const char* text : {"[]", "3", "{}", R"(["global", 3])", R"(["global", ["pe_weight"]])",
                           R"(["a", "b", "c", "d", "e"])"}) {
    EXPECT_THAT(mistakes_of(with_pes(), {{"/engines/0/storage/weight", text}}),
                Contains(HasSubstr("/engines/0/storage/weight")))
        << text;
  }
  // Sums have one buffer.
  EXPECT_THAT(
      mistakes_of(with_pes(), {{"/engines/0/storage/partial_sum", R"(["pe_sum"])"}}),
      Contains("/engines/0/storage/partial_sum: is [\"pe_sum\"], expected a buffer (text)"));
}

TEST(Storage, NetworkWhereItLeadsSomewhere) {
  Json document = with_pes();
  document["engines"][0].erase("network");
  EXPECT_THAT(mistakes_of(document, {}),
              ElementsAre("/engines/0: lacks 'network', expected one between its shared buffers "
                          "and its own"));
  // Even if it is for the sums alone.
  document["engines"][0]["storage"]["weight"] = document["engines"][0]["storage"]["input"] =
      "global";
  EXPECT_THAT(mistakes_of(document, {}), ElementsAre(HasSubstr("lacks 'network'")));
  EXPECT_THAT(
      mistakes_of(shared_only(), {{"/engines/0/network", R"({"kind": "bus", "width_bits": 64})"}}),
      ElementsAre("/engines/0/network: leads nowhere, expected none where every operand "
                  "has one shared buffer"));
  // What a misspelt buffer is, and whether it needs the network, nobody knows.
  document = shared_only();
  document["engines"][0]["network"] = with_pes()["engines"][0]["network"];
  EXPECT_THAT(mistakes_of(document, {{"/engines/0/storage/weight", "pe_wieght"}}),
              ElementsAre(HasSubstr("/engines/0/storage/weight: \"pe_wieght\" is no buffer")));
  EXPECT_THAT(mistakes_of(document, {{"/engines/0/storage/weight", "pe_weight"}}), IsEmpty());
}

/// The array of an engine without PEs has no instances of a buffer.
TEST(Storage, ArraysHaveSharedBuffersOnly) {
  EXPECT_THAT(
      mistakes_of(with_pes(),
                  {{"/engines/0", R"({"name": "array", "kind": "systolic", "rows": 8, "columns": 8,
                       "dataflow": "weight_stationary",
                       "network": {"kind": "bus", "width_bits": 64},
                       "storage": {"weight": ["global", "pe_weight"], "input": "global",
                                   "partial_sum": "global"}})"}}),
      ElementsAre("/engines/0/storage/weight/1: has 4 instances, expected 1"));
}

TEST(Storage, MistakesOfAVectorMac) {
  const Patches patches = {{"/engines/0/dataflow", "input_stationary"},
                           {"/engines/0/lanes", "0"},
                           {"/engines/0/fold_taps", "yes"},
                           {"/engines/0/rows", "4"}};
  EXPECT_THAT(mistakes_of(with_pes(), patches),
              testing::UnorderedElementsAre(
                  HasSubstr("/engines/0/dataflow: is \"input_stationary\", expected one of "
                            "weight_stationary, output_stationary"),
                  "/engines/0/lanes: is 0, expected an integer from 1 to 4096",
                  "/engines/0/fold_taps: is \"yes\", expected true or false",
                  HasSubstr("/engines/0/rows: is unknown in a vector MAC engine")));
}

TEST(Storage, WrongTypesDoNotConfuseTheRules) {
  for (const char* key : {"/engines/0/storage", "/engines/0/storage/input", "/engines/0/network",
                          "/engines/0/pes", "/buffers/1/instances", "/vector_units/0/output"}) {
    for (const char* text : {"null", "[[]]", "{}", "[{}]", "\"x\"", "-1"}) {
      EXPECT_FALSE(mistakes_of(with_pes(), {{key, text}}).empty()) << key << " = " << text;
    }
  }
}

/// A transfer to several PEs is the network's matter, not that of the link to DRAM.
TEST(Storage, TheInterconnectHasNoMulticast) {
  EXPECT_THAT(mistakes_of(with_pes(), {{"/interconnect/multicast", "true"}}),
              ElementsAre(HasSubstr("/interconnect/multicast: is unknown")));
}

TEST(Storage, CopiesOfAnEngineShareNoBuffersOfPes) {
  const std::vector<std::string> mistakes = mistakes_of(with_pes(), {{"/engines/0/count", "2"}});
  EXPECT_THAT(mistakes, testing::SizeIs(3));
  EXPECT_THAT(mistakes, testing::Each(HasSubstr("expected that of an engine of count 1")));
  EXPECT_THAT(mistakes_of(shared_only(), {{"/engines/0/count", "2"}}), IsEmpty());
}

}  // namespace
}  // namespace saccade
