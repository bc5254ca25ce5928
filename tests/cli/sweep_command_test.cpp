// What 'saccade sweep' refuses to write on, and what it prints.
#include <gmock/gmock.h>
#include <pty.h>

#include "cli/sweep_process.hpp"

namespace saccade::sweep_testing {
namespace {

using testing::HasSubstr;
using testing::Not;

/// Sweeps of four points.
class SweepOut : public SweepRuns {
 protected:
  SweepOut() { file_ = folder_.sweep(axes({kRows, kFewChannels})); }

  /// The mistakes of a sweep that must not touch its store.
  std::string refusal(const std::string& store, const std::vector<std::string>& more = {}) const {
    const std::string path = folder_.path(store);
    const std::string before = read_text(path);
    const BinaryRun sweep = run(store, more);
    EXPECT_EQ(sweep.code, 1);
    EXPECT_EQ(sweep.out, "");
    EXPECT_EQ(read_text(path), before) << "written";
    for (const char* part : {"-wal", "-shm", "-journal"}) {
      EXPECT_FALSE(std::filesystem::exists(path + part)) << part;
    }
    return sweep.err;
  }

  static constexpr const char* kFewChannels =
      R"({"name": "channels", "pointer": "/dram/channels", "values": [1, 2]})";
};

TEST_F(SweepOut, KeepsFilesThatAreNoStores) {
  folder_.write("notes.txt", "much work\n");
  EXPECT_THAT(refusal("notes.txt"), HasSubstr("notes.txt: is no SQLite database"));
  folder_.write("other.db", "");
  Database(folder_.path("other.db"), Database::Access::write).run("CREATE TABLE mine (x)");
  EXPECT_THAT(refusal("other.db"), HasSubstr("other.db: is a database of another program"));
}

TEST_F(SweepOut, KeepsStoresOfOtherSweeps) {
  ASSERT_EQ(run("r.db").code, 0);
  file_ = folder_.sweep(axes({kRows, kChannels}));
  const std::string said = refusal("r.db");
  EXPECT_THAT(said, HasSubstr("r.db: "));
  EXPECT_THAT(said, HasSubstr("these differ: the sweep file"));
}

TEST_F(SweepOut, KeepsStoresOfOtherFiles) {
  ASSERT_EQ(run("r.db").code, 0);
  Json hardware = read_json(folder_.path("edge.json"));
  hardware["clock_mhz"] = 123;
  folder_.write("edge.json", hardware.dump());
  EXPECT_THAT(refusal("r.db"), HasSubstr("these differ: " + folder_.path("edge.json")));
}

TEST_F(SweepOut, KeepsStoresOfOtherShards) {
  ASSERT_EQ(run("r.db", {"--shard", "1/2"}).code, 0);
  std::filesystem::copy_file(folder_.path("r.shard-1-of-2.db"), folder_.path("r.db"));
  EXPECT_THAT(refusal("r.db"), HasSubstr("shard 1 of 2"));
  std::filesystem::rename(folder_.path("r.db"), folder_.path("r.shard-2-of-2.db"));
  const std::string before = read_text(folder_.path("r.shard-2-of-2.db"));
  const BinaryRun sweep = run("r.db", {"--shard", "2/2"});
  EXPECT_EQ(sweep.code, 1);
  EXPECT_THAT(sweep.err, HasSubstr("shard 1 of 2"));
  EXPECT_EQ(read_text(folder_.path("r.shard-2-of-2.db")), before);
}

TEST_F(SweepOut, KeepsStoresOfOtherVersions) {
  ASSERT_EQ(run("r.db").code, 0);
  Database(folder_.path("r.db"), Database::Access::write)
      .run("UPDATE meta SET value = '0.0.7' WHERE key = 'version'");
  EXPECT_THAT(refusal("r.db"), HasSubstr("was written by version 0.0.7"));
}

TEST_F(SweepOut, AnswersPlacesThatCannotBeWritten) {
  std::filesystem::create_directory(folder_.path("folder"));
  EXPECT_THAT(run("folder").err, HasSubstr("folder: is a directory, expected a store"));
  EXPECT_EQ(run("folder").code, 1);
  EXPECT_TRUE(std::filesystem::is_empty(folder_.path("folder")));
  EXPECT_THAT(run("missing/r.db").err, HasSubstr("missing/r.db: cannot be written: "));
  const BinaryRun sweep = run_saccade({"sweep", file_, "--out", "/proc/r.db"});
  EXPECT_EQ(sweep.code, 1);
  EXPECT_THAT(sweep.err, HasSubstr("/proc/r.db: cannot be written: "));
}

TEST_F(SweepOut, LeavesAStoreToTheSweepThatWritesIt) {
  file_ = folder_.sweep(heavy_axes());
  const auto first = start("r.db");
  ASSERT_TRUE(comes_true([&] { return !first->children().empty(); }));
  const BinaryRun second = run("r.db");
  EXPECT_EQ(second.code, 1);
  EXPECT_EQ(second.out, "");
  EXPECT_THAT(second.err,
              HasSubstr("r.db: is being written by process " + std::to_string(first->pid())));
  EXPECT_TRUE(first->running());
}

TEST_F(SweepOut, IsPlainInAPipe) {
  const BinaryRun sweep = run("r.db");
  EXPECT_EQ(sweep.code, 0);
  EXPECT_THAT(sweep.out, HasSubstr("4 of 4 points in " + folder_.path("r.db") + ": 4 ok\n"));
  for (const char* control : {"\r", "\033"}) {
    EXPECT_THAT(sweep.out + sweep.err, Not(HasSubstr(control)));
  }
}

TEST_F(SweepOut, IsNothingWhenQuiet) {
  const BinaryRun sweep = run("r.db", {"-q"});
  EXPECT_EQ(sweep.code, 0);
  EXPECT_EQ(sweep.out + sweep.err, "");
}

/// Points as CSV.
std::string table_of(const std::string& store) {
  const BinaryRun report = run_saccade({"report", store, "--csv", "-"});
  EXPECT_EQ(report.code, 0) << report.err;
  return report.out;
}

TEST_F(SweepOut, OfTechniquesOnTracesIsThatOfItsShards) {
  folder_.write("rare.json", R"({"csv": "rare.csv"})");
  folder_.write("rare.csv", "effort,count\n0,1\n1,9\n");
  file_ = folder_.sweep(R"("techniques": ["none", )" + on_trace("by_input.json", "inputs.json") +
                        ", " + on_trace("by_input.json", "rare.json") + "], " + axes({kRows}));
  const BinaryRun check = run_saccade({"check", file_});
  EXPECT_EQ(check.code, 0) << check.err;
  const BinaryRun sweep = run("r.db");
  EXPECT_EQ(sweep.code, 0) << sweep.err;
  EXPECT_THAT(sweep.out, HasSubstr("6 of 6 points in " + folder_.path("r.db") + ": 6 ok\n"));
  const std::string table = table_of(folder_.path("r.db"));
  EXPECT_THAT(table, HasSubstr(",edge 16x16,tiny,by_input on rare,16,ok,"));
  for (const char* shard : {"1/2", "2/2"}) EXPECT_EQ(run("s.db", {"--shard", shard}).code, 0);
  const BinaryRun merge =
      run_saccade({"merge", folder_.path("s.shard-1-of-2.db"), folder_.path("s.shard-2-of-2.db"),
                   "--out", folder_.path("s.db")});
  EXPECT_EQ(merge.code, 0) << merge.err;
  EXPECT_EQ(table_of(folder_.path("s.db")), table);
  folder_.write("rare.csv", "effort,count\n0,1\n1,8\n");
  EXPECT_THAT(refusal("r.db"), HasSubstr("these differ: " + folder_.path("rare.csv")));
}

TEST_F(SweepOut, IsNothingIfATechniqueLacksItsTrace) {
  file_ = folder_.sweep(R"("techniques": ["none", "by_input.json"])");
  for (const BinaryRun& outcome : {run("r.db"), run_saccade({"check", file_})}) {
    EXPECT_EQ(outcome.code, 1);
    EXPECT_THAT(outcome.err, HasSubstr(file_ + ": /techniques/1: is 'by_input', whose efforts"));
  }
  EXPECT_FALSE(std::filesystem::exists(folder_.path("r.db")));
}

/// What a terminal gets from the sweep.
std::string on_terminal(std::vector<std::string> words) {
  words.insert(words.begin(), SACCADE_BINARY);
  std::vector<char*> argv;
  for (std::string& word : words) argv.push_back(word.data());
  argv.push_back(nullptr);
  int terminal = -1;
  const pid_t child = ::forkpty(&terminal, nullptr, nullptr, nullptr);
  if (child == 0) {
    ::execv(argv[0], argv.data());
    ::_exit(127);
  }
  std::string text;
  std::array<char, 4096> chunk{};
  for (ssize_t got = 0; (got = ::read(terminal, chunk.data(), chunk.size())) > 0;) {
    text.append(chunk.data(), static_cast<std::size_t>(got));
  }
  ::close(terminal);
  ::waitpid(child, nullptr, 0);
  return text;
}

TEST_F(SweepOut, IsALineThatChangesOnATerminal) {
  const std::string text = on_terminal(words("r.db"));
  EXPECT_THAT(text, HasSubstr("\r\033[K0 of 4 points"));
  EXPECT_THAT(text, HasSubstr("\r\033[K4 of 4 points"));
  const std::string summary = text.substr(text.rfind("\r\033[K"));  // the line is gone before it
  EXPECT_THAT(summary, testing::StartsWith("\r\033[K4 of 4 points in " + folder_.path("r.db")));
  EXPECT_THAT(on_terminal(words("quiet.db", {"--quiet"})), "");
}

}  // namespace
}  // namespace saccade::sweep_testing
