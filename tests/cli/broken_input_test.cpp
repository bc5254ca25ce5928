// Broken files and arguments through the real program: the right message at the right place, exit
// code 1, and no word of success.
#include <gmock/gmock.h>

#include <ostream>

#include "base/file.hpp"
#include "base/json.hpp"
#include "cli/run_binary.hpp"

namespace saccade {
namespace {

using testing::HasSubstr;
using testing::Not;

const std::string shipped = SACCADE_SOURCE_DIR;
const std::string hardware_file = shipped + "/configs/hardware/systolic_32x32.json";
const std::string model_file = shipped + "/workloads/models/deit_tiny.json";
const std::string dram_file = shipped + "/configs/technology/dram/ddr4_2400.json";
const std::string technology_file = shipped + "/configs/technology/cmos.json";

/// The tested program said what is wrong and did not claim success.
void expect_refused(const BinaryRun& run, const std::vector<std::string>& expected) {
  EXPECT_EQ(run.code, 1) << run.out << run.err;
  EXPECT_EQ(run.out, "");
  EXPECT_THAT(run.err, Not(HasSubstr("bug")));
  for (const std::string& text : expected) EXPECT_THAT(run.err, HasSubstr(text));
}

// ---- good files with one value changed -------------------------------------------------------

struct BadValue {
  const char* name;
  std::string file;
  std::vector<std::string> settings;
  std::vector<std::string> expected;
};

void PrintTo(const BadValue& bad, std::ostream* out) { *out << bad.name; }

class BrokenValue : public testing::TestWithParam<BadValue> {};

TEST_P(BrokenValue, IsRefusedAtItsPlace) {
  std::vector<std::string> arguments = {"check", GetParam().file};
  for (const std::string& setting : GetParam().settings) {
    arguments.insert(arguments.end(), {"--set", setting});
  }
  expect_refused(run_saccade(arguments), GetParam().expected);
}

const std::vector<BadValue> bad_hardware = {
    {"misspelt_key",
     hardware_file,
     {"/clok_mhz=500"},
     {"/clok_mhz: is unknown", "did you mean 'clock_mhz'?", "(read as hardware)"}},
    {"misspelt_inner_key",
     hardware_file,
     {"/engines/0/colums=8"},
     {"/engines/0/colums: is unknown", "did you mean 'columns'?"}},
    {"text_for_number", hardware_file, {"/clock_mhz=fast"}, {"/clock_mhz: is \"fast\""}},
    {"number_in_quotes", hardware_file, {"/engines/0/rows=\"32\""}, {"/engines/0/rows: is \"32\""}},
    {"boolean_for_number", hardware_file, {"/queue_depth=true"}, {"/queue_depth: is true"}},
    {"null", hardware_file, {"/queue_depth=null"}, {"/queue_depth: is null, expected an integer"}},
    {"list_for_object", hardware_file, {"/dram=[]"}, {"/dram: is [], expected an object"}},
    {"object_for_list",
     hardware_file,
     {"/buffers={}"},
     {"/buffers: is {}", "/engines/0/storage/weight: \"weights\" is no buffer"}},
    {"negative", hardware_file, {"/buffers/0/bytes=-1"}, {"/buffers/0/bytes: is -1, expected"}},
    {"zero",
     hardware_file,
     {"/engines/0/rows=0"},
     {"/engines/0/rows: is 0, expected an integer from 1"}},
    {"zero_clock", hardware_file, {"/clock_mhz=0"}, {"/clock_mhz: is 0, expected a number from"}},
    {"fraction",
     hardware_file,
     {"/engines/0/rows=3.7"},
     {"/engines/0/rows: is 3.7, expected an integer"}},
    {"not_a_number",
     hardware_file,
     {"/clock_mhz=NaN"},
     {"/clock_mhz: is \"NaN\", expected a number"}},
    {"infinite",
     hardware_file,
     {"/clock_mhz=1e999"},
     {"/clock_mhz: is \"1e999\", expected a number"}},
    {"huge", hardware_file, {"/buffers/1/bytes=1e18"}, {"/buffers/1/bytes: is 1e+18, expected"}},
    {"beyond_64_bits",
     hardware_file,
     {"/buffers/1/bytes=18446744073709551615"},
     {"/buffers/1/bytes: is 18446744073709551615"}},
    {"unknown_dataflow",
     hardware_file,
     {"/engines/0/dataflow=output_stationery"},
     {"/engines/0/dataflow: is \"output_stationery\"", "did you mean 'output_stationary'?"}},
    {"unknown_engine",
     hardware_file,
     {"/engines/0/kind=systolik"},
     {"/engines/0/kind: is \"systolik\"", "did you mean 'systolic'?"}},
    {"unknown_operation",
     hardware_file,
     {"/vector_units/0/cycles_per_element/exponentiel=1"},
     {"/vector_units/0/cycles_per_element/exponentiel: is unknown", "'exponential'"}},
    {"unknown_role",
     hardware_file,
     {"/engines/0/roles=[\"atention\"]"},
     {"/engines/0/roles/0: is \"atention\""}},
    {"missing_buffer",
     hardware_file,
     {"/engines/0/storage/input=activation"},
     {"/engines/0/storage/input: \"activation\" is no buffer", "did you mean 'activations'?"}},
    {"missing_output",
     hardware_file,
     {"/vector_units/0/output=nowhere"},
     {"/vector_units/0/output: \"nowhere\" is no buffer"}},
    {"two_of_one_name",
     hardware_file,
     {"/buffers/1/name=activations"},
     {"/buffers/1/name: \"activations\" names two components",
      "/engines/0/storage/weight: \"weights\" is no buffer"}},
    {"name_of_a_copy",
     hardware_file,
     {"/engines/0/count=2", "/vector_units/0/name=array_1"},
     {"/vector_units/0/name: \"array_1\" names two components"}},
    {"reserved_name", hardware_file, {"/dma/0/name=dram"}, {"/dma/0/name: \"dram\" names two"}},
    {"name_with_blanks", hardware_file, {"/dma/0/name=a b"}, {"/dma/0/name: is \"a b\", expected"}},
    {"empty_name",
     hardware_file,
     {"/buffers/0/name="},
     {"/buffers/0/name: is \"\", expected a name"}},
    {"nobody_moves_outputs",
     hardware_file,
     {"/dma/2/moves=[\"input\"]"},
     {"/dma: 0 channels move 'output', expected exactly one"}},
    {"two_move_weights",
     hardware_file,
     {"/dma/1/moves=[\"weight\",\"input\",\"output\"]"},
     {"/dma: 2 channels move 'weight'"}},
    {"no_engine", hardware_file, {"/engines=[]"}, {"/engines: is [], expected a list of 1"}},
    {"odd_width", hardware_file, {"/buffers/0/width_bits=100"}, {"/buffers/0/width_bits: is 100"}},
    {"odd_bus",
     hardware_file,
     {"/interconnect/width_bits=12"},
     {"/interconnect/width_bits: is 12"}},
    {"narrow_sums",
     hardware_file,
     {"/engines/0/accumulator_bits=4"},
     {"/engines/0: has accumulators of 4 bits, expected at least operand_bits = 8"}},
    {"impossible_readout",
     hardware_file,
     {"/engines/0/charge=ragged_short_exit"},
     {"/engines/0/charge: is ragged_short_exit, but variant os_pipe_full has full"}},
    {"unknown_dram",
     hardware_file,
     {"/dram/standard=ddr4_2401"},
     {"/dram/standard: names the unknown standard", "did you mean 'ddr4_2400'?"}},
    {"missing_dram_file", hardware_file, {"/dram/standard=none.json"}, {"none.json: no such file"}},
    {"interleaving",
     hardware_file,
     {"/dram/interleave_bytes=100"},
     {"/dram: interleaves channels by 100 bytes"}},
    {"bandwidth_of_banks",
     hardware_file,
     {"/dram/bandwidth_gbps=10"},
     {"/dram/bandwidth_gbps: needs \"fidelity\": \"bandwidth\""}},
    {"unknown_technology",
     hardware_file,
     {"/technology/table=finfet"},
     {"/technology/table: \"finfet\" is no technology table, expected one of cmos"}},
    {"node_without_data",
     hardware_file,
     {"/technology/node_nm=3"},
     {"/technology/node_nm: is 3, expected 7 to 180"}},
    {"voltage",
     hardware_file,
     {"/technology/voltage_v=2.5"},
     {"/technology/voltage_v: is 2.5, expected"}},
    {"free_text_as_number", hardware_file, {"/dram/note=7"}, {"/dram/note: is 7, expected text"}},
    {"four_mistakes_at_once",
     hardware_file,
     {"/clock_mhz=-1", "/engines/0/rows=1.5", "/dram/standard=ddr9", "/technology/node_nm=1000"},
     {"/clock_mhz: is -1", "/engines/0/rows: is 1.5", "/dram/standard: names the unknown standard",
      "/technology/node_nm: is 1000", "4 mistakes (read as hardware)"}},
    {"control_characters",
     hardware_file,
     {"/clock_mhz=\x1b[31mred"},
     {"/clock_mhz: is \"\\u001b[31mred\""}},
};

const std::vector<BadValue> bad_others = {
    {"width_not_in_heads", model_file, {"/width=200"}, {"/width: is 200, expected a multiple"}},
    {"unknown_family",
     model_file,
     {"/family=vitt"},
     {"/family: is \"vitt\"", "did you mean 'vit'"}},
    {"no_depth", model_file, {"/depth=0"}, {"/depth: is 0, expected an integer from 1 to 1024"}},
    {"patch_larger_than_image",
     model_file,
     {"/patch=448"},
     {"/image: is 224, expected a multiple"}},
    {"memory_clocks", dram_file, {"/timing/tRC=1"}, {"/timing/tRC: is below tRAS"}},
    {"memory_key", dram_file, {"/timing/tRCDX=1"}, {"/timing/tRCDX: is unknown", "(read as dram)"}},
    {"memory_row", dram_file, {"/access_bytes=100"}, {"/access_bytes: does not divide the row"}},
    {"band_out_of_order",
     technology_file,
     {"/parameters/wire_pj_per_bit_mm/low=1"},
     {"/parameters/wire_pj_per_bit_mm: is out of order", "(read as technology)"}},
    {"missing_sram_table", technology_file, {"/sram/table=none.csv"}, {"none.csv: no such file"}},
    {"set_nowhere",
     hardware_file,
     {"/dramm/channels=2"},
     {"/dramm/channels: points nowhere in this file, did you mean 'dram'?"}},
    {"set_beyond_list", hardware_file, {"/engines/7/rows=2"}, {"/engines/7/rows: points nowhere"}},
    {"set_below_number", hardware_file, {"/clock_mhz/x=2"}, {"/clock_mhz/x: points nowhere"}},
    {"set_bad_escape", hardware_file, {"/a~5=2"}, {"/a~5: is not a JSON pointer"}},
    {"set_without_pointer", hardware_file, {"clock=2"}, {"--set 'clock=2' is malformed"}},
    {"set_without_value", hardware_file, {"/clock_mhz"}, {"--set '/clock_mhz' is malformed"}},
    {"set_deep_value",
     hardware_file,
     {"/dram=" + std::string(30000, '[') + std::string(30000, ']')},
     {"is nested deeper than 64 levels"}},
};

std::string value_name(const testing::TestParamInfo<BadValue>& info) { return info.param.name; }
INSTANTIATE_TEST_SUITE_P(Hardware, BrokenValue, testing::ValuesIn(bad_hardware), value_name);
INSTANTIATE_TEST_SUITE_P(Others, BrokenValue, testing::ValuesIn(bad_others), value_name);

// ---- broken text -----------------------------------------------------------------------------

struct BadText {
  const char* name;
  std::string file;  ///< its name
  std::string text;
  std::vector<std::string> expected;
};

void PrintTo(const BadText& bad, std::ostream* out) { *out << bad.name; }

class BrokenText : public testing::TestWithParam<BadText> {};

TEST_P(BrokenText, IsRefusedAtItsPlace) {
  const TestFolder folder;
  const std::string path = folder.write(GetParam().file, GetParam().text);
  const BinaryRun run = run_saccade({"check", path});
  expect_refused(run, GetParam().expected);
  EXPECT_THAT(run.err, HasSubstr(path + ": "));
}

std::string good_hardware() { return read_text(hardware_file); }

/// A list of two ops on 4 x 4 tensors; %s is replaced.
std::string op_list(const std::string& first_input, const std::string& second_output,
                    const std::string& sizes = R"("m": 4, "n": 4, "k": 4)") {
  return R"({"name": "ops", "images": 1,
    "tensors": [{"name": "in", "shape": [4, 4], "kind": "network_input"},
                {"name": "w", "shape": [4, 4], "kind": "parameter"},
                {"name": "mid", "shape": [4, 4]},
                {"name": "out", "shape": [4, 4], "kind": "network_output"}],
    "ops": [{"name": "first", "role": "ffn", "inputs": [")" +
         first_input + R"(", "w"], "outputs": ["mid"], "body": {"kind": "matmul", )" + sizes +
         R"(}},
            {"name": "second", "role": "ffn", "inputs": ["mid", "w"], "outputs": [")" +
         second_output + R"("], "body": {"kind": "matmul", "m": 4, "n": 4, "k": 4}}]})";
}

const std::string csv_header =
    "name,op,batch,M,N,K,Ci,Co,kh,kw,stride,groups,Hi,Wi,Ho,Wo,macs,params\n";

const std::vector<BadText> bad_texts = {
    {"empty", "a.json", "", {"is empty, expected JSON"}},
    {"blank", "a.json", " \n\t\n", {"is empty, expected JSON"}},
    {"cut", "a.json", good_hardware().substr(0, 500), {"is not valid JSON"}},
    {"trailing_garbage", "a.json", good_hardware() + "x", {"is not valid JSON"}},
    {"two_documents", "a.json", good_hardware() + "{}", {"is not valid JSON"}},
    {"trailing_comma", "a.json", R"({"family": "vit",})", {"is not valid JSON", "line 1"}},
    {"comment", "a.json", "// hello\n{}", {"is not valid JSON"}},
    {"nan_literal", "a.json", R"({"family": "vit", "width": NaN})", {"is not valid JSON"}},
    {"beyond_a_double", "a.json", R"({"family": "vit", "width": 1e999})", {"is not valid JSON"}},
    {"invalid_utf8", "a.json", "{\"family\": \"\xff\xfe\"}", {"is not valid JSON"}},
    {"nul_byte", "a.json", std::string("{\"family\": \"v\0it\"}", 18), {"is not valid JSON"}},
    {"binary",
     "a.json",
     std::string("\x7f"
                 "ELF\0\0\1",
                 7),
     {"is not valid JSON"}},
    {"duplicate_key",
     "a.json",
     R"({"family": "vit", "width": 192, "heads": 3, "depth": 2, "width": 384})",
     {"/width: this key stands twice"}},
    {"inner_duplicate_key",
     "a.json",
     R"({"family": "vit", "bits": {"weight": 8, "weight": 4}})",
     {"/bits/weight: this key stands twice"}},
    {"deep_nesting", "a.json", std::string(100000, '['), {"is nested deeper than 64 levels"}},
    {"top_level_list", "a.json", "[1, 2]", {"is of no known kind"}},
    {"top_level_text", "a.json", "\"hardware\"", {"is of no known kind"}},
    {"no_known_key", "a.json", R"({"hello": 1})", {"is of no known kind", "hardware, workload"}},
    {"free_text_elsewhere",
     "a.json",
     R"({"family": "vit", "width": 192, "heads": 3, "depth": 1, "remark": "mine"})",
     {"/remark: is unknown"}},
    {"missing_keys",
     "a.json",
     R"({"family": "vit"})",
     {"lacks 'width'", "lacks 'depth'", "lacks 'heads'"}},
    {"escape_sequence_in_key",
     "a.json",
     R"({"family": "vit", "\u001b[2J": 1, "width": 192, "heads": 3, "depth": 1})",
     {"\\x1b[2J: is unknown"}},

    {"cyclic_ops", "a.json", op_list("out", "out"), {"/ops/0", "reads tensor 'out' before any op"}},
    {"missing_tensor",
     "a.json",
     op_list("inn", "out"),
     {"/ops/0/inputs/0: is \"inn\"", "did you mean 'in'?"}},
    {"op_overwrites_input", "a.json", op_list("in", "in"), {"/ops/1", "writes tensor 'in'"}},
    {"shapes_do_not_fit",
     "a.json",
     op_list("in", "out", R"("m": 4, "n": 4, "k": 8)"),
     {"/ops/0", "reaches to row 4 and column 8 of tensor 'in', which is 4 x 4"}},
    {"size_of_an_op",
     "a.json",
     op_list("in", "out", R"("m": 4, "n": 4, "k": 0)"),
     {"/ops/0/body/k: is 0"}},
    {"both_ops_wrong",
     "a.json",
     op_list("out", "w"),
     {"/ops/0", "before any op", "/ops/1", "which is a parameter"}},

    {"empty_csv", "a.csv", "", {"is empty, expected a header"}},
    {"csv_header",
     "a.csv",
     "name,op,kolor\nx,gemm,1\n",
     {"line 1: column 'kolor' is unknown", "lacks column 'M'"}},
    {"csv_cells", "a.csv", csv_header + "fc,gemm,1,4,4\n", {"line 2: has 5 cells, expected 18"}},
    {"csv_quote", "a.csv", csv_header + "\"fc,gemm\n", {"line 2: has a quote that is not closed"}},
    {"csv_number",
     "a.csv",
     csv_header + "fc,gemm,1,four,4,4,,,,,,,,,,,64,16\n",
     {"line 2: column 'M' is 'four', expected an integer"}},
    {"csv_kind", "a.csv", csv_header + "fc,gem,1,4,4,4,,,,,,,,,,,64,16\n", {"line 2: column 'op'"}},

    {"unknown_pass",
     "a.json",
     R"({"passes": [{"pass": "quantize", "weight_bits": 4}]})",
     {"/passes/0/pass: is \"quantize\"", "did you mean 'quantise'?", "(read as technique)"}},
    {"wrong_parameter",
     "a.json",
     R"({"passes": [{"pass": "quantise", "weight_bits": 4.5}, {"pass": "quantise", "weight": 4}]})",
     {"/passes/0/weight_bits: is 4.5", "/passes/1/weight: is unknown"}},
    {"passes_no_list", "a.json", R"({"passes": {"pass": "quantise"}})", {"/passes: is {"}},
};

std::string text_name(const testing::TestParamInfo<BadText>& info) { return info.param.name; }
INSTANTIATE_TEST_SUITE_P(Files, BrokenText, testing::ValuesIn(bad_texts), text_name);

// ---- files that are none, and arguments ------------------------------------------------------

struct BadArguments {
  const char* name;
  std::vector<std::string> arguments;
  std::vector<std::string> expected;
};

void PrintTo(const BadArguments& bad, std::ostream* out) { *out << bad.name; }

class BrokenArguments : public testing::TestWithParam<BadArguments> {};

TEST_P(BrokenArguments, AreRefused) {
  expect_refused(run_saccade(GetParam().arguments), GetParam().expected);
}

const std::vector<BadArguments> bad_arguments = {
    {"missing_file", {"check", "/nonexistent/a.json"}, {"/nonexistent/a.json: no such file"}},
    {"directory", {"check", shipped + "/configs"}, {"/configs: is a directory, expected a file"}},
    {"endless_file", {"check", "/dev/zero"}, {"/dev/zero: is larger than 256 MiB"}},
    {"unreadable_file", {"check", "/proc/self/mem"}, {"/proc/self/mem: cannot be read"}},
    {"empty_device", {"check", "/dev/null"}, {"/dev/null: is empty"}},
    {"overlong_name", {"show", std::string(5000, 'x')}, {": no such file"}},
    {"no_command", {}, {"no command given"}},
    {"unknown_command", {"chek"}, {"unknown command 'chek'", "did you mean 'check'?"}},
    {"unknown_option", {"check", "--knd=dram", "x"}, {"unknown option '--knd'", "'--kind'"}},
    {"no_file", {"check"}, {"file"}},
    {"unknown_kind",
     {"check", "--kind", "hardwar", "x"},
     {"'hardwar'", "did you mean 'hardware'?"}},
    {"wrong_kind",
     {"check", "--kind", "dram", model_file},
     {"/family: is unknown", "(read as dram)"}},
    {"unknown_schema", {"schema", "hardwear"}, {"did you mean 'hardware'?"}},
    {"unknown_topic", {"list", "modles"}, {"unknown topic 'modles'", "did you mean 'models'?"}},
    {"set_on_csv", {"check", "x.csv", "--set", "/a=1"}, {"x.csv: is no JSON"}},
    {"show_broken", {"show", hardware_file, "--set", "/clock_mhz=0"}, {"/clock_mhz: is 0"}},
    {"show_model", {"show", model_file}, {"/family: is unknown in an accelerator"}},
    {"two_files", {"show", hardware_file, hardware_file}, {"option"}},
};

std::string arguments_name(const testing::TestParamInfo<BadArguments>& info) {
  return info.param.name;
}
INSTANTIATE_TEST_SUITE_P(Arguments, BrokenArguments, testing::ValuesIn(bad_arguments),
                         arguments_name);

TEST(BrokenInput, OneBadFileDoesNotHideTheOthers) {
  const TestFolder folder;
  const std::string bad = folder.write("bad.json", "{}");
  const BinaryRun run = run_saccade({"check", bad, model_file, bad});
  EXPECT_EQ(run.code, 1);
  EXPECT_EQ(run.out, model_file + ": ok (workload)\n");
  const std::size_t first = run.err.find("bad.json: is of no known kind");
  EXPECT_NE(first, std::string::npos);
  EXPECT_NE(run.err.find("bad.json: is of no known kind", first + 1), std::string::npos);
}

}  // namespace
}  // namespace saccade
