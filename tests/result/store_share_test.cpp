// Several processes at one store, and stores that cannot be written.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <array>
#include <chrono>
#include <csignal>
#include <thread>

#include "base/file.hpp"
#include "result/sqlite.hpp"
#include "result/store_example.hpp"

namespace saccade {
namespace {

using testing::AllOf;
using testing::HasSubstr;

/// A child process that holds a store to write, until it is killed.
class Writer {
 public:
  /// `before` runs in the child when it has the store.
  Writer(const std::string& path, const std::function<void(Store&)>& before) {
    if (::pipe(pipe_.data()) != 0) throw std::runtime_error("pipe");
    process_ = ::fork();
    if (process_ == 0) {
      Store store = Store::resume(path, store_header());
      before(store);
      if (::write(pipe_[1], "r", 1) != 1) ::_exit(1);
      for (;;) ::pause();
    }
    ::close(pipe_[1]);
    char ready = 0;
    if (::read(pipe_[0], &ready, 1) != 1) throw std::runtime_error("the writer failed");
  }
  Writer(const Writer&) = delete;
  Writer& operator=(const Writer&) = delete;
  ~Writer() {
    kill();
    ::close(pipe_[0]);
  }
  pid_t process() const { return process_; }
  void kill() {
    if (process_ < 0) return;
    ::kill(process_, SIGKILL);
    ::waitpid(process_, nullptr, 0);
    process_ = -1;
  }

 private:
  std::array<int, 2> pipe_{};
  pid_t process_ = -1;
};

std::string made(const std::string& path) {
  const Store store = Store::create(path, store_header());
  return path;
}

TEST(StoreShare, ASecondWriterIsRefusedWhileTheFirstLives) {
  const TestFolder folder;
  const std::string path = made(folder.path("a.db"));
  Writer writer(path, [&](Store& store) {
    store.add(store_row(0), run_entry(), "");
    store.commit();
    EXPECT_EQ(Store::read(path).size(), 1);  // which must not cost the lock when it is closed
  });
  EXPECT_THAT(mistake_of([&] { Store::resume(path, store_header()); }),
              AllOf(HasSubstr(path),
                    HasSubstr("is being written by process " + std::to_string(writer.process()))));
  EXPECT_EQ(Store::read(path).size(), 1);
  writer.kill();
  EXPECT_EQ(Store::resume(path, store_header()).size(), 1);
}

TEST(StoreShare, TheMakerOfAStoreHasItToItself) {
  const TestFolder folder;
  const Store store = Store::create(folder.path("a.db"), store_header());
  const int code = in_child([&] {
    const std::string mistake =
        mistake_of([&] { Store::resume(folder.path("a.db"), store_header()); });
    return mistake.find("is being written by process") == std::string::npos ? 1 : 0;
  });
  EXPECT_EQ(code, 0);
}

TEST(StoreShare, ChildrenOfAKilledWriterDoNotKeepTheStore) {
  const TestFolder folder;
  const std::string path = made(folder.path("a.db"));
  std::array<int, 2> pipe{};
  ASSERT_EQ(::pipe(pipe.data()), 0);
  Writer writer(path, [&](Store&) {
    const pid_t child = ::fork();
    if (child == 0) {
      for (;;) ::pause();
    }
    EXPECT_EQ(::write(pipe[1], &child, sizeof(child)), sizeof(child));
  });
  pid_t child = 0;
  ASSERT_EQ(::read(pipe[0], &child, sizeof(child)), sizeof(child));
  writer.kill();
  EXPECT_EQ(::kill(child, 0), 0);  // it lives
  EXPECT_EQ(mistake_of([&] { Store::resume(path, store_header()); }), "");
  ::kill(child, SIGKILL);
}

TEST(StoreShare, AReaderSeesWholeRowsWhileAnotherProcessWrites) {
  const TestFolder folder;
  const std::string path = made(folder.path("a.db"));
  constexpr std::uint64_t rows = 2000;
  const pid_t writer = ::fork();
  if (writer == 0) {
    Store store = Store::resume(path, store_header());
    for (std::uint64_t i = 0; i < rows; ++i) {
      PointRow row = store_row(i);
      row.axes[1] = true;  // stands in two tables
      store.add(row, run_entry(), "details");
      if (i % 10 == 0) store.commit();
    }
    store.commit();
    ::_exit(0);
  }
  std::uint64_t seen = 0;
  while (seen < rows) {
    const Store store = Store::read(path);
    std::uint64_t count = 0;
    store.for_each([&](const PointRow& row) {
      EXPECT_EQ(row.point, count);
      EXPECT_EQ(row.axes[1], true);
      EXPECT_EQ(row.figures, store_row(count).figures);
      ++count;
    });
    ASSERT_GE(count, seen);
    seen = count;
    int status = 0;
    if (seen < rows && ::waitpid(writer, &status, WNOHANG) == writer) {
      ASSERT_EQ(status, 0);
      ASSERT_EQ(Store::read(path).size(), rows);
      return;
    }
  }
  ::waitpid(writer, nullptr, 0);
}

TEST(StoreShare, RowsAreCommittedEveryHalfSecond) {
  const TestFolder folder;
  Store store = Store::create(folder.path("a.db"), store_header());
  store.add(store_row(0), run_entry(), "");
  std::this_thread::sleep_for(std::chrono::milliseconds(510));
  store.commit_if_due();
  EXPECT_EQ(Store::read(store.path()).size(), 1);
  store.add(store_row(1), run_entry(), "");
  std::this_thread::sleep_for(std::chrono::milliseconds(510));
  EXPECT_EQ(Store::read(store.path()).size(), 1);
  store.add(store_row(2), run_entry(), "");
  EXPECT_EQ(Store::read(store.path()).size(), 3);
}

TEST(StoreShare, ReadersOfAnIdleStoreLeaveNothingBeside) {
  const TestFolder folder;
  const std::string path = folder.path("a.db");
  { Store::create(path, store_header()).add(store_row(0), run_entry(), ""); }
  const std::string bytes = read_text(path);
  { EXPECT_EQ(Store::read(path).rows().size(), 1); }
  EXPECT_EQ(read_text(path), bytes);
  EXPECT_FALSE(std::filesystem::exists(path + "-wal"));
  EXPECT_FALSE(std::filesystem::exists(path + "-shm"));
  EXPECT_FALSE(std::filesystem::exists(path + "-lock"));
}

TEST(StoreShare, AnotherProgramThatWritesIsWaitedForAndThenNamed) {
  const TestFolder folder;
  const std::string path = made(folder.path("a.db"));
  Store store = Store::resume(path, store_header());
  const Database other(path, Database::Access::write);
  other.run("BEGIN IMMEDIATE");
  EXPECT_THAT(mistake_of([&] { store.add(store_row(0), run_entry(), ""); }),
              HasSubstr("is locked by another process"));
  other.run("COMMIT");
  store.add(store_row(0), run_entry(), "");
  EXPECT_EQ(store.size(), 1);
}

TEST(StoreShare, ALockFileWithoutAProcessIsInNobodysWay) {
  const TestFolder folder;
  const std::string path = made(folder.path("a.db"));
  folder.write("a.db-lock", "");
  EXPECT_EQ(mistake_of([&] { Store::resume(path, store_header()); }), "");
  EXPECT_FALSE(std::filesystem::exists(path + "-lock"));
}

/// Runs `call` as a user who may only read the folder and its file.
int as_reader(const TestFolder& folder, const std::string& file, const std::function<int()>& call) {
  ::chmod(folder.path(file).c_str(), 0444);
  ::chmod(folder.path("").c_str(), 0555);
  const int code = in_child([&] {
    constexpr unsigned nobody = 65534;
    if (::geteuid() == 0 && (::setgid(nobody) != 0 || ::setuid(nobody) != 0)) return 98;
    return call();
  });
  ::chmod(folder.path("").c_str(), 0755);
  return code;
}

TEST(StoreShare, AStoreIsReadWhereNothingCanBeWritten) {
  const TestFolder folder;
  const std::string path = folder.path("a ?#%.db");
  { Store::create(path, store_header()).add(store_row(0), run_entry(), "details"); }
  const int code = as_reader(folder, "a ?#%.db", [&] {
    const Store store = Store::read(path);
    if (row_text(store.rows().at(0)) != row_text(store_row(0))) return 1;
    if (store.details(0) != "details") return 2;
    const std::string mistake = mistake_of([&] { Store::resume(path, store_header()); });
    return mistake.find("cannot be written: Permission denied") == std::string::npos ? 3 : 0;
  });
  EXPECT_EQ(code, 0);
}

TEST(StoreShare, AStoreThatMayNotBeWrittenCannotBeGoneOnWith) {
  const TestFolder folder;
  const std::string path = made(folder.path("a.db"));
  ::chmod(path.c_str(), 0444);
  ::chmod(folder.path("").c_str(), 0777);
  const int refused = in_child([&] {
    if (::geteuid() == 0 && ::setuid(65534) != 0) return 98;
    const std::string mistake = mistake_of([&] { Store::resume(path, store_header()); });
    return mistake.find("cannot be written, file or folder are read-only") == std::string::npos ? 1
                                                                                                : 0;
  });
  EXPECT_EQ(refused, 0);
}

TEST(StoreShare, ALogThatCannotBeReadIsNotPassedOver) {
  const TestFolder folder;
  const std::string path = made(folder.path("a.db"));
  Writer writer(path, [](Store& store) {
    store.add(store_row(0), run_entry(), "");
    store.commit();
  });
  writer.kill();  // its row stands in a.db-wal
  std::filesystem::remove(path + "-shm");
  const int code = as_reader(folder, "a.db", [&] {
    const std::string mistake = mistake_of([&] { Store::read(path); });
    return mistake.find("-wal file beside it needs a folder that can be written") ==
                   std::string::npos
               ? 1
               : 0;
  });
  EXPECT_EQ(code, 0);
  ::chmod(path.c_str(), 0644);
  EXPECT_EQ(Store::read(path).size(), 1);
}

}  // namespace
}  // namespace saccade
