// Stores on disks that are full.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sched.h>
#include <sys/mount.h>
#include <sys/resource.h>

#include <csignal>
#include <fstream>
#include <random>

#include "result/sqlite.hpp"
#include "result/store_example.hpp"

namespace saccade {
namespace {

using testing::HasSubstr;

/// Text that zlib cannot make much smaller.
std::string noise(std::uint64_t seed) {
  std::mt19937_64 random(seed);
  std::string text(8000, ' ');
  for (char& c : text) c = static_cast<char>(random());
  return text;
}

/// Adds rows until one cannot be written; the message, and how many rows were committed before.
struct Filled {
  std::string message;
  std::uint64_t committed = 0;
};

Filled fill(Store& store) {
  Filled filled;
  filled.message = mistake_of([&] {
    for (std::uint64_t i = 0; i < 10000; ++i) {
      store.add(store_row(i), run_entry(), noise(i));
      if (i % 5 != 4) continue;
      store.commit();
      filled.committed = i + 1;
    }
  });
  return filled;
}

/// The store has the rows that were committed, whole, and is sound.
void expect_whole(const std::string& path, std::uint64_t rows) {
  const Store store = Store::read(path);
  EXPECT_EQ(store.size(), rows);
  for (std::uint64_t i = 0; i < rows; ++i) EXPECT_EQ(store.details(i), noise(i));
  const Database database(path, Database::Access::read);
  Statement integrity(database, "PRAGMA integrity_check");
  ASSERT_TRUE(integrity.step());
  EXPECT_EQ(integrity.text(0), "ok");
}

/// A limit on the size of files, under which writing fails as on a full disk.
void limit_files(rlim_t bytes) {
  std::signal(SIGXFSZ, SIG_IGN);
  rlimit limit{};
  ::getrlimit(RLIMIT_FSIZE, &limit);
  limit.rlim_cur = bytes;
  if (::setrlimit(RLIMIT_FSIZE, &limit) != 0) throw std::runtime_error("setrlimit");
}

TEST(StoreFull, WhatWasCommittedStaysWhenWritingFails) {
  const TestFolder folder;
  const std::string path = folder.path("a.db");
  const int code = in_child([&] {
    Store store = Store::create(path, store_header());
    limit_files(500000);
    const Filled filled = fill(store);
    EXPECT_THAT(filled.message, HasSubstr(path));
    EXPECT_THAT(filled.message, HasSubstr("disk full"));
    EXPECT_GT(filled.committed, 0);
    EXPECT_EQ(store.size(), filled.committed);
    limit_files(RLIM_INFINITY);  // and there is space again
    for (std::uint64_t i = filled.committed; i < 200; ++i) {
      store.add(store_row(i), run_entry(), noise(i));
    }
    store.commit();
    return testing::Test::HasFailure() ? 1 : 0;
  });
  ASSERT_EQ(code, 0);
  expect_whole(path, 200);
}

TEST(StoreFull, AStoreThatCannotBeMadeLeavesNothing) {
  const TestFolder folder;
  const std::string path = folder.path("a.db");
  const int code = in_child([&] {
    for (const rlim_t bytes : {0, 5000, 20000}) {
      limit_files(bytes);
      EXPECT_THAT(mistake_of([&] { Store::create(path, store_header()); }), HasSubstr("disk full"));
      EXPECT_TRUE(std::filesystem::is_empty(folder.path("")));
    }
    return testing::Test::HasFailure() ? 1 : 0;
  });
  EXPECT_EQ(code, 0);
}

/// Mounts a file system of so many bytes that only this process sees; false: it may not.
bool mount_small(const std::string& folder, std::size_t bytes) {
  if (::unshare(CLONE_NEWNS) != 0 && ::unshare(CLONE_NEWUSER | CLONE_NEWNS) != 0) return false;
  if (::mount("none", "/", nullptr, MS_REC | MS_PRIVATE, nullptr) != 0) return false;
  const std::string size = "size=" + std::to_string(bytes);
  return ::mount("none", folder.c_str(), "tmpfs", 0, size.c_str()) == 0;
}

TEST(StoreFull, AFullDiskEndsWithAMessageAndAUsableStore) {
  constexpr int cannot_mount = 77;
  const TestFolder folder;
  const int code = in_child([&] {
    if (!mount_small(folder.path(""), 1 << 20)) return cannot_mount;
    const std::string path = folder.path("a.db");
    std::ofstream(folder.path("ballast")) << std::string(400000, 'x');
    Filled filled;
    {
      Store store = Store::create(path, store_header());
      filled = fill(store);
      EXPECT_THAT(filled.message, HasSubstr("the disk is full; what was committed stays"));
      EXPECT_GT(filled.committed, 0);
    }
    expect_whole(path, filled.committed);
    EXPECT_THAT(mistake_of([&] { Store::create(folder.path("b.db"), store_header()); }),
                HasSubstr("full"));
    EXPECT_FALSE(std::filesystem::exists(folder.path("b.db")));
    std::filesystem::remove(folder.path("ballast"));
    {
      Store store = Store::resume(path, store_header());
      store.add(store_row(filled.committed), run_entry(), noise(filled.committed));
    }
    expect_whole(path, filled.committed + 1);
    return testing::Test::HasFailure() ? 1 : 0;
  });
  if (code == cannot_mount) GTEST_SKIP() << "may not mount a small file system";
  EXPECT_EQ(code, 0);
}

}  // namespace
}  // namespace saccade
