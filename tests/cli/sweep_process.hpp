// A sweep of small points as a process of its own, which tests stop, kill and look at from outside.
#pragma once
#include <dirent.h>
#include <fcntl.h>

#include <chrono>
#include <csignal>
#include <functional>
#include <optional>
#include <thread>

#include "explore/sweep_testing.hpp"
#include "result/sqlite.hpp"
#include "result/store_example.hpp"

namespace saccade::sweep_testing {

/// A program that runs beside the test; what it prints goes to files of the folder. Killed at the
/// end if it still runs.
class Process {
 public:
  Process(const TestFolder& folder, std::vector<std::string> words)
      : out_(folder.path("process.out")), err_(folder.path("process.err")) {
    std::vector<char*> argv;
    for (std::string& word : words) argv.push_back(word.data());
    argv.push_back(nullptr);
    pid_ = ::fork();
    if (pid_ != 0) return;
    ::dup2(::open("/dev/null", O_RDONLY), STDIN_FILENO);
    ::dup2(::open(out_.c_str(), O_WRONLY | O_CREAT | O_TRUNC, 0666), STDOUT_FILENO);
    ::dup2(::open(err_.c_str(), O_WRONLY | O_CREAT | O_TRUNC, 0666), STDERR_FILENO);
    ::execvp(argv[0], argv.data());
    ::_exit(127);
  }
  ~Process() {
    if (!ended_) signal(SIGKILL), wait();
  }
  Process(const Process&) = delete;
  Process& operator=(const Process&) = delete;

  pid_t pid() const { return pid_; }
  void signal(int number) const { ::kill(pid_, number); }

  bool running() {
    int status = 0;
    if (!ended_ && ::waitpid(pid_, &status, WNOHANG) == pid_) end(status);
    return !ended_;
  }

  /// Its end: by itself or a signal.
  BinaryRun wait() {
    int status = 0;
    if (!ended_ && ::waitpid(pid_, &status, 0) == pid_) end(status);
    return {code_, read_text(out_), read_text(err_)};
  }

  std::vector<pid_t> children() const {
    std::vector<pid_t> all;
    const std::string thread = std::to_string(pid_);
    std::ifstream list("/proc/" + thread + "/task/" + thread + "/children");
    for (pid_t child = 0; list >> child;) all.push_back(child);
    return all;
  }

 private:
  void end(int status) {
    ended_ = true;
    code_ = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
  }

  std::string out_, err_;
  pid_t pid_ = 0;
  bool ended_ = false;
  int code_ = -1;
};

/// Whether a condition came to hold; what waits for ever is a failed test.
inline bool comes_true(const std::function<bool()>& condition) {
  constexpr auto most = std::chrono::minutes(2);
  const auto begin = std::chrono::steady_clock::now();
  while (!condition()) {
    if (std::chrono::steady_clock::now() - begin > most) return false;
    std::this_thread::sleep_for(std::chrono::milliseconds(2));
  }
  return true;
}

/// 150 points of about ten milliseconds each.
inline std::string small_axes() {
  return axes({R"({"name": "rows", "pointer": "/engines/0/rows", "values": [4, 8, 12, 16, 20]})",
               R"({"name": "weight_bytes", "pointer": "/buffers/1/bytes",
                   "range": {"from": 1024, "to": 30720, "step": 1024}})"});
}
constexpr int kSmallPoints = 150;

/// Models of these depths and images on two arrays, 50 inferences each.
inline std::string model_axes(const std::string& depths, const std::string& images) {
  return axes({kRows, R"({"zip": [
      {"name": "depth", "in": "workload", "pointer": "/depth", "values": )" +
                          depths + R"(},
      {"name": "image", "in": "workload", "pointer": "/image", "values": )" +
                          images + "}]}"}) +
         R"(, "options": {"stream": 50})";
}

/// Six points, of which the third and the last would take minutes and tens of gibibytes.
inline std::string heavy_axes() { return model_axes("[1, 2, 1024]", "[32, 48, 256]"); }

/// Everything that does not depend on when and where a sweep ran: rows of `points`, and details.
inline std::vector<std::string> content(const std::string& store_file) {
  const Store store = Store::read(store_file);
  std::vector<std::string> all;
  store.for_each(
      [&](const PointRow& row) { all.push_back(row_text(row) + '\n' + store.details(row.point)); });
  return all;
}

/// Status of each point, in their order.
inline std::vector<std::string> statuses_of(const std::string& store_file) {
  std::vector<std::string> all;
  Store::read(store_file).for_each([&](const PointRow& row) {
    all.push_back(status_name(row.status));
  });
  return all;
}

/// SQLite's own check: "ok".
inline std::string integrity(const std::string& store_file) {
  const Database database(store_file, Database::Access::read);
  Statement check(database, "PRAGMA integrity_check");
  return check.step() ? check.text(0) : "no answer";
}

/// A folder with a sweep, and the stores that its runs write.
class SweepRuns : public testing::Test {
 protected:
  std::vector<std::string> words(const std::string& store,
                                 const std::vector<std::string>& more = {}) const {
    std::vector<std::string> all = {"sweep", file_, "--out", folder_.path(store), "--jobs", "2"};
    all.insert(all.end(), more.begin(), more.end());
    return all;
  }
  BinaryRun run(const std::string& store, const std::vector<std::string>& more = {}) const {
    return run_saccade(words(store, more));
  }
  std::unique_ptr<Process> start(const std::string& store,
                                 const std::vector<std::string>& more = {}) const {
    std::vector<std::string> all = words(store, more);
    all.insert(all.begin(), SACCADE_BINARY);
    return std::make_unique<Process>(folder_, all);
  }
  std::vector<std::string> content_of(const std::string& store) const {
    return content(folder_.path(store));
  }
  /// The content of an undisturbed run.
  std::vector<std::string> undisturbed() const {
    EXPECT_EQ(run("undisturbed.db").code, 0);
    return content_of("undisturbed.db");
  }

  const SweepFolder folder_;
  std::string file_ = folder_.sweep(small_axes());
};

}  // namespace saccade::sweep_testing
