// The script for Slurm, run by bash with an sbatch that only writes down what it is asked for.
#include "explore/slurm.hpp"

#include <gmock/gmock.h>
#include <sys/stat.h>

#include <cstdlib>
#include <sstream>

#include "base/error.hpp"
#include "base/file.hpp"
#include "cli/run_binary.hpp"
#include "explore/sweep_testing.hpp"

namespace saccade {
namespace {

using sweep_testing::axes;
using sweep_testing::kChannels;
using sweep_testing::kRows;
using sweep_testing::SweepFolder;
using testing::Contains;
using testing::HasSubstr;

/// Writes its n-th call's words to words.n, a line each, and its standard input to job.n.
constexpr const char* kSbatch = R"sh(#!/bin/bash
cd "$(dirname "$0")"
n=$(($(ls words.* 2>/dev/null | wc -l) + 1))
printf '%s\n' "$@" > words.$n
cat > job.$n
echo "$((100 + n));cluster"
)sh";

/// In the place of saccade: prints its words, a line each.
constexpr const char* kProgram = "#!/bin/bash\nprintf '%s\\n' \"$@\"\n";

class SlurmScript : public testing::Test {
 protected:
  SlurmScript() {
    program("sbatch", kSbatch);
    jobs_.program = program("pro gram", kProgram);
    jobs_.sweep = folder_.path("it's $HOME's \"sweep\".json");
    jobs_.name = "a 'name'";
    jobs_.out = folder_.path("100% `x`.db");
    jobs_.shards = 3;
    jobs_.jobs = 2;
  }

  std::string program(const std::string& name, const std::string& text) {
    const std::string path = folder_.write(name, text);
    ::chmod(path.c_str(), 0755);
    return path;
  }

  /// Runs a script with bash and returns what it prints; its exit code goes to `code_`.
  std::string run(const std::string& script, const std::string& settings = "") {
    const std::string file = folder_.write("script", script);
    const std::string printed = folder_.path("printed");
    const std::string command = "PATH=" + folder_.path("") + ":$PATH " + settings + " bash '" +
                                file + "' > '" + printed + "' 2>&1";
    code_ = WEXITSTATUS(std::system(command.c_str()));
    return read_text(printed);
  }

  std::vector<std::string> lines(const std::string& text) {
    std::vector<std::string> all;
    std::istringstream in(text);
    for (std::string line; std::getline(in, line);) all.push_back(line);
    return all;
  }

  std::vector<std::string> words(int call) {
    return lines(read_text(folder_.path("words." + std::to_string(call))));
  }

  /// What the program is called with by the job of a call.
  std::vector<std::string> job_words(int call) {
    return lines(
        run(read_text(folder_.path("job." + std::to_string(call))), "SLURM_ARRAY_TASK_ID=2"));
  }

  const TestFolder folder_;
  SlurmJobs jobs_;
  int code_ = -1;
};

TEST_F(SlurmScript, SubmitsAnArrayAndAMergeThatDependsOnIt) {
  jobs_.options = {"--time=30", "--comment=it's $HOME"};
  const std::string said = run(slurm_script(jobs_));
  EXPECT_EQ(code_, 0) << said;
  EXPECT_THAT(said, HasSubstr("submitted array job 101: 3 tasks"));
  EXPECT_THAT(said, HasSubstr("submitted merge job 102: it writes " + jobs_.out));
  EXPECT_THAT(words(1),
              testing::ElementsAre("--parsable", "--job-name=a 'name'", "--array=1-3",
                                   "--cpus-per-task=2", "--signal=B:TERM@30", "--open-mode=append",
                                   "--output=" + folder_.path("100%% `x`.shard-%a-of-3.db.log"),
                                   "--time=30", "--comment=it's $HOME"));
  EXPECT_THAT(words(2),
              testing::ElementsAre("--parsable", "--job-name=a 'name'", "--dependency=afterok:101",
                                   "--kill-on-invalid-dep=yes", "--open-mode=append",
                                   "--output=" + folder_.path("100%% `x`.db.log"), "--time=30",
                                   "--comment=it's $HOME"));
}

TEST_F(SlurmScript, JobsNameTheirFilesAsTheyAre) {
  run(slurm_script(jobs_));
  EXPECT_THAT(job_words(1), testing::ElementsAre("sweep", jobs_.sweep, "--out", jobs_.out,
                                                 "--shard", "2/3", "--jobs", "2"));
  EXPECT_THAT(job_words(2), testing::ElementsAre("merge", "--out", jobs_.out,
                                                 folder_.path("100% `x`.shard-1-of-3.db"),
                                                 folder_.path("100% `x`.shard-2-of-3.db"),
                                                 folder_.path("100% `x`.shard-3-of-3.db")));
}

TEST_F(SlurmScript, NeedsNoMergeForOneShard) {
  jobs_.shards = 1;
  folder_.write("100% `x`.db", "");  // goes on with it
  EXPECT_THAT(run(slurm_script(jobs_)), testing::Not(HasSubstr("merge")));
  EXPECT_EQ(code_, 0);
  EXPECT_THAT(words(1), Contains("--output=" + folder_.path("100%% `x`.db.log")));
  EXPECT_FALSE(std::filesystem::exists(folder_.path("words.2")));
}

TEST_F(SlurmScript, SubmitsNothingWhereTheMergedStoreIs) {
  folder_.write("100% `x`.db", "mine");
  EXPECT_THAT(run(slurm_script(jobs_)), HasSubstr(jobs_.out + " is there already"));
  EXPECT_EQ(code_, 1);
  EXPECT_FALSE(std::filesystem::exists(folder_.path("words.1")));
}

TEST_F(SlurmScript, StopsWhereSbatchFails) {
  program("sbatch", "#!/bin/bash\nexit 3\n");
  EXPECT_EQ(run(slurm_script(jobs_)), "");
  EXPECT_EQ(code_, 3);
}

TEST_F(SlurmScript, RefusesNamesThatLogsCannotHave) {
  for (const char* name : {"a\\b.db", "a\nb.db"}) {
    jobs_.out = folder_.path(name);
    EXPECT_THROW(slurm_script(jobs_), UserError);
  }
}

TEST(SlurmCommand, PrintsAScriptWithAbsolutePaths) {
  const SweepFolder folder;
  folder.sweep(axes({kRows, kChannels}));
  const BinaryRun run =
      run_saccade({"slurm", "sweep.json", "--shards", "6", "--out", "r.db", "--time", "30",
                   "--partition", "long", "--option", "account=vit", "--option=-Cskylake"},
                  folder.path(""));
  EXPECT_EQ(run.code, 0) << run.err;
  EXPECT_THAT(run.out, HasSubstr("exec '" + std::filesystem::canonical(SACCADE_BINARY).string() +
                                 "' sweep '" + folder.path("sweep.json") + "'"));
  EXPECT_THAT(run.out, HasSubstr("out='" + folder.path("r.db") + "'"));
  for (const char* option :
       {"'--time=30'", "'--partition=long'", "'--account=vit'", "'-Cskylake'"}) {
    EXPECT_THAT(run.out, HasSubstr(option));
  }
}

TEST(SlurmCommand, AnswersMistakes) {
  const SweepFolder folder;
  const std::string sweep = folder.sweep(axes({kRows, kChannels}));
  BinaryRun run = run_saccade(
      {"slurm", sweep, "--shards", "7", "--jobs", "0", "--out", folder.path("missing/r.db")});
  EXPECT_EQ(run.code, 1);
  EXPECT_EQ(run.out, "");
  EXPECT_THAT(run.err, HasSubstr("--shards is 7, expected a number of tasks from 1 to 6"));
  EXPECT_THAT(run.err, HasSubstr("--jobs is 0, expected a number of processes from 1 to 4096"));
  EXPECT_THAT(run.err, HasSubstr("missing: no such directory"));
  run = run_saccade({"slurm", sweep, "--shards", "2", "--out", folder.path("")});
  EXPECT_THAT(run.err, HasSubstr("is a directory, expected a store"));
  folder.write("sweep.json", R"({"hardware": "edge.json", "workloads": "none.json"})");
  run = run_saccade({"slurm", sweep, "--shards", "1", "--out", folder.path("r.db")});
  EXPECT_EQ(run.code, 1);
  EXPECT_EQ(run.out, "");
  EXPECT_THAT(run.err, HasSubstr("/workloads: names \"none.json\""));
}

}  // namespace
}  // namespace saccade
