// Runs the real program and captures what it prints, for tests of the command line.
#pragma once
#include <gtest/gtest.h>
#include <poll.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <filesystem>
#include <fstream>
#include <stdexcept>
#include <string>
#include <vector>

extern char** environ;

namespace saccade {

struct BinaryRun {
  int code = -1;  ///< exit code; 128 and more: ended by the signal code - 128
  std::string out;
  std::string err;
};

/// Runs saccade with these arguments, without a shell, its standard input empty; in `folder` if one
/// is given.
inline BinaryRun run_saccade(const std::vector<std::string>& arguments,
                             const std::string& folder = "") {
  std::vector<std::string> words = {SACCADE_BINARY};
  words.insert(words.end(), arguments.begin(), arguments.end());
  std::vector<char*> argv;
  for (std::string& word : words) argv.push_back(word.data());
  argv.push_back(nullptr);

  std::array<std::array<int, 2>, 2> pipes{};
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", 0, 0);
  for (int i = 0; i < 2; ++i) {
    auto& ends = pipes[static_cast<std::size_t>(i)];
    if (::pipe(ends.data()) != 0) throw std::runtime_error("pipe");
    posix_spawn_file_actions_adddup2(&actions, ends[1], i == 0 ? STDOUT_FILENO : STDERR_FILENO);
    posix_spawn_file_actions_addclose(&actions, ends[0]);
    posix_spawn_file_actions_addclose(&actions, ends[1]);
  }
  if (!folder.empty()) posix_spawn_file_actions_addchdir_np(&actions, folder.c_str());
  pid_t child = 0;
  const int failed = ::posix_spawn(&child, SACCADE_BINARY, &actions, nullptr, argv.data(), environ);
  posix_spawn_file_actions_destroy(&actions);
  for (auto& ends : pipes) ::close(ends[1]);
  if (failed != 0) throw std::runtime_error("cannot run " SACCADE_BINARY);

  BinaryRun result;
  std::array<pollfd, 2> waiting = {{{pipes[0][0], POLLIN, 0}, {pipes[1][0], POLLIN, 0}}};
  for (int open = 2; open > 0;) {
    ::poll(waiting.data(), waiting.size(), -1);
    for (std::size_t i = 0; i < waiting.size(); ++i) {
      if (waiting[i].fd < 0 || waiting[i].revents == 0) continue;
      std::array<char, 4096> chunk{};
      const ssize_t count = ::read(waiting[i].fd, chunk.data(), chunk.size());
      if (count > 0) {
        (i == 0 ? result.out : result.err).append(chunk.data(), static_cast<std::size_t>(count));
      } else {
        ::close(waiting[i].fd);
        waiting[i].fd = -1;
        --open;
      }
    }
  }
  int status = 0;
  ::waitpid(child, &status, 0);
  result.code = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
  return result;
}

/// A folder for a test's files, removed at its end.
class TestFolder {
 public:
  TestFolder() {
    std::string name = (std::filesystem::temp_directory_path() / "saccade_XXXXXX").string();
    if (::mkdtemp(name.data()) == nullptr) throw std::runtime_error("mkdtemp");
    path_ = name;
  }
  TestFolder(const TestFolder&) = delete;
  TestFolder& operator=(const TestFolder&) = delete;
  ~TestFolder() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }

  std::string path(const std::string& file) const { return path_ + '/' + file; }
  /// Writes a file of the folder and returns its path.
  std::string write(const std::string& file, const std::string& text) const {
    std::ofstream(path(file), std::ios::binary) << text;
    return path(file);
  }

 private:
  std::string path_;
};

}  // namespace saccade
