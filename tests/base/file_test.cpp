#include "base/file.hpp"

#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <stdexcept>

#include "base/error.hpp"
#include "cli/run_binary.hpp"

namespace saccade {
namespace {

namespace fs = std::filesystem;

std::string message_of(const std::string& path) {
  try {
    read_text(path);
  } catch (const UserError& error) {
    return error.what();
  }
  return "";
}

TEST(File, WrittenTextIsReadBack) {
  const TestFolder folder;
  const std::string text("a\0b\r\n\xff", 6);
  write_text(folder.path("a"), text);
  EXPECT_EQ(read_text(folder.path("a")), text);
  write_text(folder.path("a"), "");
  EXPECT_EQ(read_text(folder.path("a")), "");
}

TEST(File, ReadsMoreThanAChunk) {
  const TestFolder folder;
  const std::string text(200'001, 'x');
  EXPECT_EQ(read_text(folder.write("a", text)), text);
}

TEST(File, WhatCannotBeReadIsNamed) {
  const TestFolder folder;
  EXPECT_EQ(message_of(folder.path("none")), folder.path("none") + ": no such file");
  EXPECT_EQ(message_of(folder.path("")), folder.path("") + ": is a directory, expected a file");
  EXPECT_EQ(message_of("/dev/zero"), "/dev/zero: is larger than 256 MiB");
  EXPECT_EQ(message_of("/proc/self/mem"), "/proc/self/mem: cannot be read");
}

TEST(File, FailedWriteLeavesNothingBehind) {
  const TestFolder folder;
  EXPECT_THROW(write_text(folder.path("no/such/folder"), "x"), UserError);
  EXPECT_THROW(write_text(folder.path(""), "x"), UserError);  // a directory
  EXPECT_TRUE(fs::is_empty(folder.path("")));
  EXPECT_THROW(write_text("/dev/full", "x"), UserError);
}

TEST(File, WritesToDevices) { EXPECT_NO_THROW(write_text("/dev/null", "x")); }

TEST(File, ResolvesBesideTheFileBeforeTheShippedData) {
  const TestFolder folder;
  const std::string from = folder.path("hardware.json");
  const std::string shipped = "configs/technology/cmos.json";
  EXPECT_EQ(resolve("/absolute.json", from), "/absolute.json");
  EXPECT_EQ(resolve("none.json", from), folder.path("none.json"));
  EXPECT_EQ(resolve(shipped, from), data_dir() + "/" + shipped);
  folder.write("own.json", "{}");
  EXPECT_EQ(resolve("own.json", from), folder.path("own.json"));
  EXPECT_NO_THROW(resolve(std::string(5000, 'x'), from));
}

TEST(File, EnvironmentNamesTheDataFolder) {
  const char* before = std::getenv("SACCADE_DATA");
  const std::string saved = before == nullptr ? "" : before;
  ::setenv("SACCADE_DATA", "/elsewhere", 1);
  EXPECT_EQ(data_dir(), "/elsewhere");
  before == nullptr ? ::unsetenv("SACCADE_DATA") : ::setenv("SACCADE_DATA", saved.c_str(), 1);
}

TEST(FileSnapshot, KeepsFilesAsTheyWereFirstRead) {
  const TestFolder folder;
  folder.write("a", "old");
  folder.write("b", "old");
  {
    const FileSnapshot snapshot;
    EXPECT_EQ(read_text(folder.path("a")), "old");
    folder.write("a", "new");
    folder.write("b", "new");
    EXPECT_EQ(read_text(folder.path("a")), "old");
    EXPECT_EQ(read_text(folder.path("b")), "new");  // nobody had read it
    EXPECT_THROW(read_text(folder.path("c")), UserError);
    const std::map<std::string, std::string> expected = {{folder.path("a"), "old"},
                                                         {folder.path("b"), "new"}};
    EXPECT_EQ(snapshot.texts(), expected);
    EXPECT_THROW(FileSnapshot(), std::logic_error);
  }
  EXPECT_EQ(read_text(folder.path("a")), "new");
}

}  // namespace
}  // namespace saccade
