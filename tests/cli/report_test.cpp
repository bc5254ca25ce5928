#include <gmock/gmock.h>

#include "base/file.hpp"
#include "cli/run_binary.hpp"
#include "report/example_result.hpp"
#include "report/sweep_example.hpp"
#include "result/result_json.hpp"
#include "result/store.hpp"

namespace saccade {
namespace {

using ::testing::AllOf;
using ::testing::EndsWith;
using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::StartsWith;

/// 1024 MACs a cycle at 500 MHz.
PointRow design(std::uint64_t point, const std::string& technique, std::vector<Json> axes,
                double latency_s, double energy_j) {
  return example_row(point, technique, std::move(axes),
                     {{"latency_s", latency_s},
                      {"energy_per_image_j", energy_j},
                      {"edp_js", latency_s * energy_j},
                      {"area_mm2", 2},
                      {"clock_hz", 5e8},
                      {"peak_macs_per_s", 5.12e11}});
}

std::vector<PointRow> sweep_rows() {
  std::vector<PointRow> rows = {
      design(0, "none", {16, 1024}, 4e-3, 2e-3), design(1, "none", {16, 2048}, 3e-3, 2e-3),
      design(2, "none", {32, 1024}, 1e-3, 4e-3), design(3, "sparse", {32, 1024}, 5e-4, 2e-3),
      example_row(4, "sparse", {64, 1024}, {})};
  rows.back().status = Status::infeasible;
  rows.back().message = "no tile fits";
  return rows;
}

std::string whole_result() { return json_text(example::result()); }

/// A store of these rows; point 3 has a whole result.
void write_store(const std::string& path, const std::vector<PointRow>& rows,
                 const StoreHeader& header) {
  Store store = Store::create(path, header);
  for (const PointRow& row : rows) {
    store.add(row, {1, 10, "host", "saccade sweep", "2025-01-02T03:04:05Z"},
              row.point == 3 ? whole_result() : "");
  }
  store.commit();
}

StoreHeader sweep_header() {
  StoreHeader header = example_header();
  header.points = 6;
  return header;
}

class ReportCommand : public ::testing::Test {
 protected:
  ReportCommand() { write_store(store_, sweep_rows(), sweep_header()); }

  /// What it prints, if it ends well and says nothing else.
  std::string output_of(std::vector<std::string> arguments) const {
    const BinaryRun run = result_of(std::move(arguments));
    EXPECT_EQ(run.code, 0) << run.err;
    EXPECT_EQ(run.err, "");
    return run.out;
  }
  /// What it complains of, if it ends as after a mistake and prints nothing.
  std::string mistakes_of(std::vector<std::string> arguments) const {
    const BinaryRun run = result_of(std::move(arguments));
    EXPECT_EQ(run.code, 1);
    EXPECT_EQ(run.out, "");
    return run.err;
  }
  BinaryRun result_of(std::vector<std::string> arguments) const {
    arguments.insert(arguments.begin(), "report");
    return run_saccade(arguments, folder_.path(""));
  }

  TestFolder folder_;
  std::string store_ = folder_.path("r.db");
};

TEST_F(ReportCommand, WithoutOptionsSaysWhatThereIsAndWhatIsBest) {
  const std::string out = output_of({"r.db"});
  EXPECT_THAT(out, StartsWith("sweep    example\n"));
  EXPECT_THAT(out, HasSubstr("points   5 of 6\n"));
  EXPECT_THAT(out, HasSubstr("infeasible       1  no tile fits\n"));
  EXPECT_THAT(out, HasSubstr("  model     none       latency      2  machine "));
  EXPECT_THAT(out, HasSubstr("  1 of 6 points are missing: "));
}

TEST_F(ReportCommand, PrintsTheTablesThatAreAskedForInsteadOfTheSummary) {
  const std::string out = output_of({"r.db", "--edp", "--area", "--sensitivity", "--top", "1"});
  EXPECT_THAT(out, StartsWith("Best points by EDP of each hardware, workload and technique\n"));
  EXPECT_THAT(out, HasSubstr("\nmachine, model, none: 1 of 3 points by EDP; * 2 in the Pareto "
                             "set (latency, energy, area)\n"));
  EXPECT_THAT(out, HasSubstr("\n\nBest points by area of each hardware"));
  EXPECT_THAT(out, HasSubstr("\n\nOne axis at a time from the best design by EDP"));
  EXPECT_THAT(out, HasSubstr("infeasible: no tile fits\n"));
  EXPECT_THAT(out, Not(HasSubstr("Next:")));
  EXPECT_EQ(output_of({"r.db", "--edp", "--area", "--sensitivity", "--top", "1"}), out);
}

TEST_F(ReportCommand, SensitivityGoesByTheFigureOfTheOption) {
  EXPECT_THAT(output_of({"r.db", "--sensitivity", "--figure", "latency_s"}),
              HasSubstr("none: point 2 is the best by latency: machine, vector_width 32"));
}

TEST_F(ReportCommand, MarkdownGoesToStandardOutputAloneOrToAFile) {
  const std::string out = output_of({"r.db", "--markdown"});
  EXPECT_THAT(out, StartsWith("Sweep example, saccade 0.1.0: the best point by edp\\_js of each "
                              "workload and technique. Figures are not normalised.\n"));
  EXPECT_THAT(out, HasSubstr("| model | sparse | machine | 32 | 1024 | 500 us | 2.00 mJ | 1.00 "
                             "uJ\\*s | 2 mm^2 | 2.000 | 4.000 |"));
  EXPECT_THAT(out, EndsWith(" |\n"));
  EXPECT_EQ(output_of({"r.db", "--markdown", "-"}), out);
  EXPECT_THAT(output_of({"r.db", "--markdown", "t.md"}),
              AllOf(StartsWith("sweep "), EndsWith("\nWritten: t.md\n")));
  EXPECT_EQ(read_text(folder_.path("t.md")), out);
}

TEST_F(ReportCommand, WritesAPageAndFilesForScripts) {
  const std::string out =
      output_of({"r.db", "--html", "p.html", "--csv", "p.csv", "--json", "p.json"});
  EXPECT_THAT(out, AllOf(StartsWith("sweep "), Not(HasSubstr("Next:")),
                         EndsWith("\nWritten: p.html, p.csv, p.json\n")));
  const std::string csv = read_text(folder_.path("p.csv"));
  EXPECT_THAT(csv, StartsWith("point,hash,hardware,workload,technique,vector_width,buffer_bytes,"
                              "status,message,latency_s,energy_per_image_j,edp_js,area_mm2,"));
  EXPECT_THAT(csv, HasSubstr("\n0,hash0,machine,model,none,16,1024,ok,none,0.004,0.002,8e-06,2,"));
  EXPECT_THAT(csv,
              HasSubstr("\n4,hash4,machine,model,sparse,64,1024,infeasible,no tile fits,nan,"));
  EXPECT_EQ(output_of({"r.db", "--csv", "-"}), csv);
  const Json json = Json::parse(read_text(folder_.path("p.json")));
  ASSERT_EQ(json.size(), 5U);
  EXPECT_EQ(json[3]["latency_s"], 5e-4);
  const std::string page = read_text(folder_.path("p.html"));  // too long for a matcher's message
  EXPECT_EQ(page.substr(0, 15), "<!DOCTYPE html>");
  EXPECT_NE(page.find("no tile fits"), std::string::npos);
}

TEST_F(ReportCommand, FilesHaveTheChosenPointsNormalised) {
  const std::string where = "technique=none,vector_width=16";
  output_of({"r.db", "--normalise", "macs=128,clock_mhz=1000", "--where", where, "--html", "p.html",
             "--csv", "p.csv", "--json", "p.json"});
  const std::string csv = read_text(folder_.path("p.csv"));
  EXPECT_EQ(std::count(csv.begin(), csv.end(), '\n'), 3) << "a header and two points";
  EXPECT_THAT(csv,
              HasSubstr("\n0,hash0,machine,model,none,16,1024,ok,none,0.016,0.002,3.2e-05,2,"));
  const Json json = Json::parse(read_text(folder_.path("p.json")));
  ASSERT_EQ(json.size(), 2U);
  EXPECT_DOUBLE_EQ(json[1]["latency_s"].get<double>(), 12e-3);
  EXPECT_DOUBLE_EQ(json[1]["clock_hz"].get<double>(), 1e9);
  const std::string title =
      "example, normalised to 128 MACs per cycle at 1000 MHz (ops as simulated)";
  EXPECT_NE(read_text(folder_.path("p.html")).find(title), std::string::npos);
}

TEST_F(ReportCommand, WhereTakesPointsByTheirColumns) {
  const std::string out = output_of({"r.db", "--where", "technique=none,vector_width=16"});
  EXPECT_THAT(out, HasSubstr("points   2 chosen from 5 of 6\n"));
  EXPECT_THAT(out, HasSubstr("ok           2\n"));
  EXPECT_THAT(out, Not(HasSubstr("sparse")));
}

TEST_F(ReportCommand, NormaliseScalesTimesAndSaysSo) {
  const std::string option = "macs=128,clock_mhz=1000";  // times 8, over 2
  const std::string out = output_of({"r.db", "--edp", "--normalise", option});
  EXPECT_THAT(out, StartsWith("Figures are normalised to 128 MACs per cycle at 1000 MHz:\n"));
  EXPECT_THAT(out, HasSubstr("16.0 uJ*s        1.000  4.00 ms  4.00 mJ  2 mm^2\n"));
  EXPECT_THAT(output_of({"r.db", "--normalise", option}), HasSubstr("  4.00 ms"));
  EXPECT_THAT(output_of({"r.db", "--sensitivity", "--normalise", option}), HasSubstr("  4.00 ms"));
  EXPECT_THAT(output_of({"r.db", "--normalise", option, "--markdown", "t.md"}),
              StartsWith("Figures are normalised"));
  EXPECT_THAT(read_text(folder_.path("t.md")),
              AllOf(HasSubstr("Figures are normalised to 128 MACs"), HasSubstr("| 4.00 ms |")));
}

TEST_F(ReportCommand, NormalisedDataOnStandardOutputLeavesTheNoteToStandardError) {
  const BinaryRun run = result_of({"r.db", "--normalise", "macs=128", "--markdown"});
  EXPECT_EQ(run.code, 0);
  EXPECT_THAT(run.out, StartsWith("Sweep example"));
  EXPECT_THAT(run.err, StartsWith("Figures are normalised to 128 MACs per cycle:\n"));
}

TEST_F(ReportCommand, PointWritesTheWholeResult) {
  EXPECT_EQ(output_of({"r.db", "--point", "3", "--json", "-"}), whole_result());
  EXPECT_EQ(output_of({"r.db", "--point", "3", "--json", "p.json"}), "");
  EXPECT_EQ(read_text(folder_.path("p.json")), whole_result());
  EXPECT_EQ(mistakes_of({"r.db", "--point", "4", "--json", "p.json"}),
            "r.db: point 4 has no result: infeasible: no tile fits\n");
  EXPECT_EQ(mistakes_of({"r.db", "--point", "2", "--json", "p.json"}),
            "r.db: point 2 was stored without its whole result\n");
  EXPECT_EQ(mistakes_of({"r.db", "--point", "9", "--json", "p.json"}),
            "r.db: point 9 is not in the store, which has 5 of the points 0 to 5\n");
}

TEST_F(ReportCommand, DiffSaysWhatMoved) {
  std::vector<PointRow> rows = sweep_rows();
  rows[0] = design(0, "none", {16, 1024}, 8e-3, 2e-3);
  for (PointRow& row : rows) row.hash += "b";
  StoreHeader header = sweep_header();
  header.digest = "other";
  write_store(folder_.path("b.db"), rows, header);
  const std::string out = output_of({"--diff", "r.db", "b.db"});
  EXPECT_THAT(out, HasSubstr("\nin both, the same         4\nin both, figures changed  1\n"));
  EXPECT_THAT(out, HasSubstr("\n  8.00 uJ*s  16.0 uJ*s  2.000        2.000       1.000 "));
  EXPECT_EQ(output_of({"r.db", "b.db", "--diff"}), out);
  EXPECT_THAT(output_of({"--diff", "r.db", "b.db", "--where", "vector_width=32"}),
              HasSubstr("\nin both, the same         2\nin both, figures changed  0\n"));
  EXPECT_THAT(output_of({"--diff", "r.db", "b.db", "--normalise", "macs=512"}),
              HasSubstr("\n  16.0 uJ*s  32.0 uJ*s  2.000 "));
}

TEST_F(ReportCommand, StoresThatCannotBeMatchedAreAMistake) {
  StoreHeader header = sweep_header();
  header.axes[1].name = "bandwidth";
  write_store(folder_.path("b.db"), sweep_rows(), header);
  EXPECT_THAT(mistakes_of({"--diff", "r.db", "b.db"}),
              AllOf(StartsWith("r.db: points 0 and 1 differ in nothing that both stores have"),
                    HasSubstr("\nb.db: points 0 and 1 differ in nothing")));
}

TEST_F(ReportCommand, AnswersAllMistakesAtOnce) {
  EXPECT_EQ(
      mistakes_of({"r.db", "--sensitivity", "--figure", "edp", "--top", "-1", "--where", "width=2",
                   "--normalise", "mac=0", "--markdown", "none/t.md"}),
      "--top is of no use without --edp, --area or --diff\n"
      "none/t.md: cannot be written: there is no folder " +
          folder_.path("none") +
          "\n"
          "--figure is 'edp', expected one of " +
          [] {
            std::string names;
            for (const ResultFigure& figure : figures()) {
              names += (names.empty() ? "" : ", ") + std::string(figure.name);
            }
            return names;
          }() +
          "\n"
          "--top is -1, expected 0 (all) or more\n"
          "--normalise: unknown key 'mac', expected one of macs, clock_mhz, did you mean "
          "'macs'?\n"
          "--where: unknown column 'width', expected one of hardware, workload, technique, "
          "status, vector_width, buffer_bytes\n");
}

TEST_F(ReportCommand, SaysWhatExcludesOrNeedsWhat) {
  const std::string one = " exclude each other, expected one of them\n";
  EXPECT_EQ(mistakes_of({"--diff", "r.db", "r.db", "--edp", "--markdown", "m.md"}),
            "--diff and --markdown" + one + "--diff and --edp" + one);
  EXPECT_EQ(mistakes_of({"r.db", "--point", "1", "--json", "x", "--sensitivity", "--top", "3"}),
            "--point and --sensitivity" + one + "--point and --top" + one);
  EXPECT_EQ(mistakes_of({"r.db", "--csv", "x", "--html", "x"}), "x: is to be written twice\n");
  EXPECT_EQ(mistakes_of({"r.db", "--point", "1"}), "--point is of no use without --json\n");
  EXPECT_EQ(mistakes_of({"r.db", "--figure", "latency_s"}),
            "--figure is of no use without --sensitivity, --markdown or --diff\n");
  EXPECT_EQ(mistakes_of({"r.db", "--markdown", "-", "--edp"}),
            "--markdown and --edp both print to standard output, expected a FILE for --markdown\n");
  EXPECT_EQ(mistakes_of({"r.db", "--point", "-1", "--json", "x"}),
            "--point is -1, expected the number of a point, from 0\n");
}

TEST_F(ReportCommand, WantsAsManyStoresAsItReads) {
  EXPECT_EQ(mistakes_of({}),
            "0 stores are given, expected one, before options: saccade report STORE [options]\n");
  EXPECT_THAT(mistakes_of({"r.db", "r.db"}), StartsWith("2 stores are given, expected one"));
  EXPECT_EQ(mistakes_of({"--diff", "r.db"}),
            "1 stores are given, expected two: saccade report --diff A B\n");
  EXPECT_THAT(mistakes_of({"--markdown", "r.db"}), HasSubstr("expected one, before options"));
}

TEST_F(ReportCommand, NeverWritesOverTheStore) {
  const std::string before = read_text(store_);
  EXPECT_EQ(mistakes_of({"r.db", "--markdown", "./r.db"}),
            "./r.db: is the store itself, which --markdown must not write over\n");
  EXPECT_EQ(read_text(store_), before);
}

TEST_F(ReportCommand, WhatIsNoStoreIsAMistakeWithItsPath) {
  folder_.write("text.db", "not a database, but long enough to look like one\n");
  EXPECT_THAT(mistakes_of({"text.db"}), StartsWith("text.db: "));
  EXPECT_THAT(mistakes_of({"none.db"}), StartsWith("none.db: "));
  EXPECT_THAT(mistakes_of({"."}), StartsWith(".: "));
  EXPECT_THAT(mistakes_of({"--diff", "none.db", "text.db"}),
              AllOf(StartsWith("none.db: "), HasSubstr("\ntext.db: ")));
}

TEST_F(ReportCommand, NothingChosenIsAMistake) {
  EXPECT_EQ(mistakes_of({"r.db", "--where", "technique=sparse,vector_width=16"}),
            "r.db: no point has all of --where technique=sparse,vector_width=16\n");
  EXPECT_EQ(mistakes_of({"r.db", "--where", "technique=spars"}),
            "--where: no point has technique 'spars', expected one of none, sparse, did you mean "
            "'sparse'?\n");
}

TEST_F(ReportCommand, AnEmptyStoreIsReportedAsSuch) {
  write_store(folder_.path("e.db"), {}, sweep_header());
  for (const std::string option : {"--edp", "--area", "--sensitivity", "--markdown"}) {
    EXPECT_EQ(result_of({"e.db", option}).code, 0) << option;
  }
  EXPECT_THAT(output_of({"e.db"}), HasSubstr("No points yet.\n"));
}

TEST_F(ReportCommand, HelpListsItsOptions) {
  EXPECT_THAT(output_of({"--help"}),
              AllOf(StartsWith("Usage: saccade report STORE [options]"), HasSubstr("--normalise")));
  EXPECT_THAT(run_saccade({"--help"}).out, HasSubstr("  report   "));
}

}  // namespace
}  // namespace saccade
