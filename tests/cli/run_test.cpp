// saccade run and saccade export as a user calls them, on DeiT-T and the 64x64 systolic array.
#include <gmock/gmock.h>

#include <map>
#include <set>

#include "base/csv.hpp"
#include "base/file.hpp"
#include "base/json.hpp"
#include "cli/run_binary.hpp"

namespace saccade {
namespace {

using testing::HasSubstr;
using testing::MatchesRegex;
using Arguments = std::vector<std::string>;

const std::string hardware = SACCADE_SOURCE_DIR "/configs/hardware/systolic_64x64.json";
const std::string model = SACCADE_SOURCE_DIR "/workloads/models/deit_tiny.json";

Arguments run_arguments(const std::string& workload, const Arguments& more) {
  Arguments arguments = {"run", "--hardware", hardware, "--workload", workload};
  arguments.insert(arguments.end(), more.begin(), more.end());
  return arguments;
}

/// What a run prints; it must succeed.
std::string output_of(const Arguments& more, const std::string& workload = model) {
  const BinaryRun run = run_saccade(run_arguments(workload, more));
  EXPECT_EQ(run.code, 0) << run.err;
  return run.out;
}

Json result_of(const Arguments& more = {}, const std::string& workload = model) {
  Arguments arguments = more;
  arguments.emplace_back("--json");
  return parse_json(output_of(arguments, workload), "standard output");
}

/// The plain run, which most tests look at.
const Json& plain() {
  static const Json result = result_of();
  return result;
}

double number(const Json& json, const char* key) { return json.at(key).get<double>(); }

double sum_of(const Json& json) {
  if (json.is_number()) return json.get<double>();
  double sum = 0;
  for (const Json& value : json) sum += sum_of(value);
  return sum;
}

TEST(RunCommand, JsonHasFiguresThatAgree) {
  const Json& r = plain();
  EXPECT_EQ(r["status"], "ok");
  EXPECT_EQ(r["mode"], "first");
  const double latency = number(r, "latency_s");
  EXPECT_GT(latency, 0);
  EXPECT_DOUBLE_EQ(latency, number(r, "cycles") / number(r, "clock_hz"));
  EXPECT_DOUBLE_EQ(number(r, "edp_js"), number(r, "energy_j") * latency);
  EXPECT_DOUBLE_EQ(number(r, "power_w"), number(r, "energy_j") / latency);
  EXPECT_DOUBLE_EQ(number(r, "power_on_chip_w"), number(r, "energy_on_chip_j") / latency);
  EXPECT_DOUBLE_EQ(number(r, "energy_j"),
                   number(r, "energy_on_chip_j") + number(r, "energy_dram_j"));
  EXPECT_EQ(r["macs"], r["macs_dense"]) << "no technique";
  EXPECT_LE(number(r, "dram_bytes_useful"), number(r, "dram_bytes"));
  EXPECT_GT(number(r, "utilization"), 0);
  EXPECT_LE(number(r, "utilization"), 1);
  const double peak_macs = 64.0 * 64 * number(r, "cycles");
  EXPECT_NEAR(number(r, "utilization"), number(r, "macs") / peak_macs, 1e-12);
}

TEST(RunCommand, BreakdownsSumToTotals) {
  const Json& r = plain();
  EXPECT_NEAR(sum_of(r["energy_breakdown_j"]) / number(r, "energy_j"), 1, 1e-9);
  EXPECT_NEAR(sum_of(r["area_breakdown_mm2"]) / number(r, "area_mm2"), 1, 1e-9);
  double energy = 0;
  for (const Json& op : r["ops"]) energy += number(op, "energy_j");
  EXPECT_NEAR(energy / number(r, "energy_j"), 1, 1e-9);
}

TEST(RunCommand, CyclesAreSharedOutWithoutRest) {
  const Json& r = plain();
  std::uint64_t exclusive = 0, macs = 0, dram_bytes = 0, core = 0;
  for (const Json& op : r["ops"]) {
    exclusive += op["exclusive_cycles"].get<std::uint64_t>();
    macs += op["macs"].get<std::uint64_t>();
    dram_bytes += op["dram_bytes"].get<std::uint64_t>();
    if (op["role"] == "core_attention") core += op["exclusive_cycles"].get<std::uint64_t>();
    EXPECT_EQ(op["cycles"].get<std::uint64_t>(),
              op["end_cycle"].get<std::uint64_t>() - op["start_cycle"].get<std::uint64_t>());
    EXPECT_LE(op["end_cycle"], r["cycles"]);
  }
  EXPECT_EQ(exclusive, r["cycles"].get<std::uint64_t>());
  EXPECT_EQ(macs, r["macs"].get<std::uint64_t>());
  EXPECT_EQ(dram_bytes, r["dram_bytes"].get<std::uint64_t>());
  EXPECT_EQ(sum_of(r["cycles_by_work"]), number(r, "cycles"));
  EXPECT_EQ(sum_of(r["cycles_by_edge"]), number(r, "cycles"));
  EXPECT_DOUBLE_EQ(number(r["core_attention"], "latency_s"),
                   static_cast<double>(core) / number(r, "clock_hz"));
}

TEST(RunCommand, SameBytesTwice) { EXPECT_EQ(output_of({"--json"}), output_of({"--json", "-"})); }

TEST(RunCommand, SetChangesHardwareAndWorkload) {
  const Json small = result_of({"--set", "/engines/0/rows=16", "--set", "/engines/0/columns=16"});
  EXPECT_GT(small["cycles"], plain()["cycles"]);
  EXPECT_LT(small["area_mm2"], plain()["area_mm2"]);
  EXPECT_EQ(small["macs"], plain()["macs"]);
  const Json shallow = result_of({"--set-workload", "/depth=6"});
  EXPECT_LT(shallow["macs"], plain()["macs"]);
  EXPECT_LT(shallow["cycles"], plain()["cycles"]);
  EXPECT_EQ(shallow["area_mm2"], plain()["area_mm2"]);
}

TEST(RunCommand, SteadyStateDoesTheSameWorkInOtherCycles) {
  const Json steady = result_of({"--steady"});
  EXPECT_EQ(steady["mode"], "steady");
  EXPECT_NE(steady["cycles"], plain()["cycles"]);
  EXPECT_NEAR(number(steady, "cycles") / number(plain(), "cycles"), 1, 0.05);
  EXPECT_EQ(steady["macs"], plain()["macs"]);
  EXPECT_EQ(steady["dram_bytes_useful"], plain()["dram_bytes_useful"]);
  double exclusive = 0;
  for (const Json& op : steady["ops"]) exclusive += number(op, "exclusive_cycles");
  EXPECT_EQ(exclusive, number(steady, "cycles"));
}

TEST(RunCommand, AStreamIsReportedAsOneRun) {
  const Json stream = result_of({"--stream", "3", "--window", "2", "--batch", "2"});
  EXPECT_EQ(stream["mode"], "stream");
  EXPECT_EQ(stream["stream"], 3);
  EXPECT_EQ(stream["window"], 2);
  EXPECT_EQ(stream["batch"], 2);
  EXPECT_EQ(stream["images"], 6);
  EXPECT_EQ(number(stream, "macs"), 6 * number(plain(), "macs"));
  EXPECT_DOUBLE_EQ(number(stream, "throughput_images_per_s"), 6 / number(stream, "run_s"));
  EXPECT_DOUBLE_EQ(number(stream, "energy_per_image_j") * 6, number(stream, "energy_j"));
  EXPECT_LT(number(stream, "latency_worst_s"), number(stream, "run_s"));
  double exclusive = 0;
  for (const Json& op : stream["ops"]) exclusive += number(op, "exclusive_cycles");
  EXPECT_EQ(exclusive, number(stream, "cycles"));
  EXPECT_EQ(plain()["stream"], 1);
  EXPECT_EQ(plain()["latency_worst_s"], plain()["run_s"]);
}

TEST(RunCommand, BatchSetsTheImagesOfAModel) {
  EXPECT_EQ(result_of({"--batch", "2"}), result_of({"--set-workload", "/images=2"}));
  EXPECT_THAT(output_of({"--batch", "2"}), HasSubstr("2 images at once"));
}

/// What a run that must fail prints to standard error.
std::string mistakes_of(const Arguments& more, const std::string& workload = model) {
  const BinaryRun run = run_saccade(run_arguments(workload, more));
  EXPECT_EQ(run.code, 1);
  EXPECT_EQ(run.out, "");
  return run.err;
}

TEST(RunCommand, RefusesStreamsThatCannotBe) {
  EXPECT_EQ(mistakes_of({"--stream", "0"}),
            "--stream is 0, expected a number of inferences from 2 to 10000\n");
  EXPECT_THAT(mistakes_of({"--stream", "10001"}), HasSubstr("--stream is 10001"));
  EXPECT_EQ(mistakes_of({"--window", "2"}),
            "--window is of no use without --stream, expected both\n");
  EXPECT_EQ(mistakes_of({"--stream", "4", "--window", "5"}),
            "--window is 5, expected a number of inferences from 1 to the 4 of --stream\n");
  EXPECT_THAT(mistakes_of({"--stream", "4", "--window", "0"}), HasSubstr("--window is 0"));
  EXPECT_EQ(mistakes_of({"--stream", "1", "--steady"}),
            "--stream is 1, expected a number of inferences from 2 to 10000\n"
            "--steady and --stream exclude each other, expected one of them\n");
  EXPECT_THAT(mistakes_of({"--stream", "many"}), HasSubstr("many"));
}

TEST(RunCommand, RefusesBatchesOfWhatIsNoModel) {
  EXPECT_THAT(mistakes_of({"--batch", "0"}), HasSubstr("deit_tiny.json: /images: is 0, expected"));
  const TestFolder folder;
  for (const std::string format : {"json", "csv"}) {
    const std::string file = folder.path("deit_tiny." + format);
    ASSERT_EQ(run_saccade({"export", "--workload", model, "--format", format, "-o", file}).code, 0);
    EXPECT_EQ(mistakes_of({"--batch", "2"}, file),
              file +
                  ": lists ops or layers, whose shapes hold for one number of images, expected "
                  "a model (with a 'family') for --batch\n");
  }
}

TEST(RunCommand, EveryObjectiveRuns) {
  const Json energy = result_of({"--objective", "energy"});
  EXPECT_EQ(energy["macs"], plain()["macs"]);
  const BinaryRun wrong = run_saccade(run_arguments(model, {"--objective", "latencey"}));
  EXPECT_EQ(wrong.code, 1);
  EXPECT_THAT(wrong.err, HasSubstr("did you mean 'latency'?"));
}

TEST(RunCommand, PrintsSummaryAndLayers) {
  const std::string text = output_of({"--layers"});
  for (const char* part : {"latency", "EDP", "core attention", "of the cycles, most of all in",
                           "mm^2", "exclusive", "all ops"}) {
    EXPECT_THAT(text, HasSubstr(part));
  }
  EXPECT_THAT(text, HasSubstr(plain()["ops"][0]["name"].get<std::string>()));
  EXPECT_EQ(output_of({"-q"}), "");
}

TEST(RunCommand, ExportedWorkloadsGiveTheSameResult) {
  const TestFolder folder;
  Json expected = plain();
  EXPECT_EQ(expected["accuracy"]["top1_percent"], 72.2);
  expected["accuracy"] = nullptr;  // published of models, not of lists
  for (const std::string format : {"json", "csv"}) {
    const std::string file = folder.path("deit_tiny." + format);
    const BinaryRun run =
        run_saccade({"export", "--workload", model, "--format", format, "-o", file});
    ASSERT_EQ(run.code, 0) << run.err;
    EXPECT_EQ(result_of({}, file), expected) << format;
  }
  EXPECT_EQ(run_saccade({"export", "--workload", model}).out,
            read_text(folder.path("deit_tiny.json")));
  EXPECT_EQ(run_saccade({"export", "--workload", model, "--format", "cvs"}).code, 1);
}

TEST(RunCommand, WritesEveryFileOfOneRun) {
  const TestFolder folder;
  const std::string text = output_of({"--json", folder.path("r.json"), "--csv",
                                      folder.path("r.csv"), "--timeline", folder.path("t.json")});
  EXPECT_THAT(text, HasSubstr("latency"));
  EXPECT_EQ(read_json(folder.path("r.json")), plain());
  const CsvTable table =
      parse_csv(read_text(folder.path("r.csv")), "r.csv",
                {"name", "kind", "role", "block", "macs", "cycles", "exclusive_cycles",
                 "start_cycle", "end_cycle", "tasks", "dram_bytes", "energy_j", "bound",
                 "ideal_cycles", "quantisation_cycles", "fill_drain_cycles", "dram_cycles",
                 "interconnect_cycles", "nonlinear_cycles", "decision_cycles", "held_by_end_cycles",
                 "held_by_dependency_cycles", "held_by_buffer_space_cycles", "held_by_unit_cycles",
                 "held_by_queue_cycles"});
  EXPECT_EQ(table.rows.size(), plain()["ops"].size());
  EXPECT_EQ(table.cell(table.rows[0], "name"), plain()["ops"][0]["name"]);

  const Json trace = read_json(folder.path("t.json"));
  std::map<int, double> end_us;
  std::set<std::string> ops;
  double last = 0;
  for (const Json& event : trace.at("traceEvents")) {
    if (event["ph"] != "X") continue;
    ops.insert(event["name"].get<std::string>());
    const int unit = event["tid"].get<int>();
    EXPECT_GE(number(event, "ts"), end_us[unit] - 1e-6) << event;
    end_us[unit] = number(event, "ts") + number(event, "dur");
    last = std::max(last, end_us[unit]);
  }
  EXPECT_NEAR(last, number(plain(), "latency_s") * 1e6, 2e-3);
  EXPECT_EQ(end_us.size(), plain()["unit_utilization"].size());
  EXPECT_LE(ops.size(), plain()["ops"].size());
}

TEST(RunCommand, WritesItsTransfersToAndFromDram) {
  const TestFolder folder;
  const std::string file = folder.path("d.csv");
  EXPECT_THAT(output_of({"--dram-trace", file}), HasSubstr("latency"));
  const CsvTable table = parse_csv(read_text(file), file,
                                   {"dma", "not_before_cycle", "accepted_cycle", "done_cycle",
                                    "write", "address", "rows", "row_bytes", "pitch_bytes"});
  std::uint64_t bytes = 0, last = 0, done = 0;
  for (const CsvRow& row : table.rows) {
    const auto value = [&](const char* column) { return std::stoull(table.cell(row, column)); };
    bytes += value("rows") * value("row_bytes");
    EXPECT_GE(value("not_before_cycle"), last) << "in the order of issue, line " << row.line;
    last = value("not_before_cycle");
    EXPECT_GE(value("accepted_cycle"), last);
    EXPECT_GE(value("done_cycle"), value("accepted_cycle"));
    done = std::max<std::uint64_t>(done, value("done_cycle"));
  }
  EXPECT_EQ(bytes, plain()["dram_bytes_useful"].get<std::uint64_t>());
  EXPECT_EQ(done, plain()["cycles"].get<std::uint64_t>()) << "the result is stored last";
  EXPECT_EQ(output_of({"--dram-trace", "-"}), read_text(file));
  EXPECT_THAT(mistakes_of({"--dram-trace", folder.path("none/d.csv")}),
              HasSubstr("there is no folder"));
  EXPECT_THAT(mistakes_of({"--dram-trace", folder.path("")}),
              HasSubstr("is no file that --dram-trace could write"));
  EXPECT_THAT(mistakes_of({"--dram-trace", "/dev/full"}), HasSubstr("cannot be written"));
}

TEST(RunCommand, RefusesOutputsBeforeItRuns) {
  const TestFolder folder;
  const BinaryRun run = run_saccade(run_arguments(
      model, {"--json", folder.path("none/r.json"), "--csv", folder.path(""), "--timeline", "-"}));
  EXPECT_EQ(run.code, 1);
  EXPECT_EQ(run.out, "");
  EXPECT_THAT(run.err, HasSubstr("there is no folder"));
  EXPECT_THAT(run.err, HasSubstr("is no file that --csv could write"));
  const BinaryRun twice = run_saccade(run_arguments(model, {"--json", "-", "--csv", "-"}));
  EXPECT_EQ(twice.code, 1);
  EXPECT_THAT(twice.err, HasSubstr("written twice"));
}

TEST(RunCommand, InfeasibleNamesOpBufferAndBytes) {
  const BinaryRun run =
      run_saccade(run_arguments(model, {"--set", "/buffers/1/bytes=1024", "--json"}));
  EXPECT_EQ(run.code, 1);
  EXPECT_THAT(run.err, MatchesRegex("infeasible: .*patch_embed.*buffer weights: [0-9]+ bytes "
                                    "needed, 1024 there\n"));
  const Json json = parse_json(run.out, "standard output");
  EXPECT_EQ(json["status"], "infeasible");
  EXPECT_THAT(run.err, HasSubstr(json["message"].get<std::string>()));
  EXPECT_TRUE(json["latency_s"].is_null());
}

TEST(RunCommand, TechniqueIsNamedAndChangesTheResult) {
  const std::string file = SACCADE_SOURCE_DIR "/configs/techniques/w4a8.json";
  const Json narrow = result_of({"--technique", file});
  EXPECT_NE(narrow["technique"], "");
  EXPECT_LT(narrow["dram_bytes"], plain()["dram_bytes"]) << "weights of 4 bits";
  EXPECT_EQ(narrow["macs"], plain()["macs"]);
}

TEST(RunCommand, MissingOptionsAndFilesAreMistakes) {
  EXPECT_EQ(run_saccade({"run", "--hardware", hardware}).code, 1);
  const BinaryRun run = run_saccade(run_arguments("no/such.json", {}));
  EXPECT_EQ(run.code, 1);
  EXPECT_THAT(run.err, HasSubstr("no/such.json: no such file"));
}

}  // namespace
}  // namespace saccade
