// What becomes of stores when the process that writes them is killed.
#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/mman.h>

#include <array>
#include <atomic>
#include <chrono>
#include <csignal>
#include <random>
#include <thread>

#include "result/sqlite.hpp"
#include "result/store_example.hpp"

namespace saccade {
namespace {

using Clock = std::chrono::steady_clock;
using std::chrono::milliseconds;
using testing::HasSubstr;

constexpr std::size_t kRows = 100000;

/// What the writing process tells of itself; it outlives that process.
struct Journal {
  std::atomic<std::size_t> added{0};    ///< calls of add() that returned, of all processes
  std::atomic<std::int64_t> called{0};  ///< when the last of them was called, in ns
  std::array<std::atomic<std::int64_t>, kRows> done;  ///< when each returned
};

class SharedJournal {
 public:
  SharedJournal() {
    void* memory =
        ::mmap(nullptr, sizeof(Journal), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    if (memory == MAP_FAILED) throw std::runtime_error("mmap");
    journal_ = new (memory) Journal;
  }
  SharedJournal(const SharedJournal&) = delete;
  SharedJournal& operator=(const SharedJournal&) = delete;
  ~SharedJournal() { ::munmap(journal_, sizeof(Journal)); }
  Journal* operator->() const { return journal_; }

 private:
  Journal* journal_;
};

std::int64_t now_ns() {
  return std::chrono::duration_cast<std::chrono::nanoseconds>(Clock::now().time_since_epoch())
      .count();
}

std::string details_of(std::size_t point) {
  std::mt19937 random(static_cast<unsigned>(point));
  std::string text(200 + random() % 3000, ' ');
  for (char& c : text) c = static_cast<char>('0' + random() % 60);
  return text;
}

/// Adds rows from `first` on until somebody kills the process.
[[noreturn]] void write_rows(const std::string& path, std::size_t first,
                             const SharedJournal& journal) {
  Store store = Store::resume(path, store_header());
  for (std::size_t i = first; i < kRows; ++i) {
    const std::int64_t called = now_ns();
    store.add(store_row(i), run_entry(), details_of(i));
    journal->called = called;
    journal->done[i] = now_ns();
    journal->added = i + 1;
    std::this_thread::sleep_for(std::chrono::microseconds(500));
  }
  ::_exit(1);
}

/// Runs a writer from row `first` on and kills it so long after its first row.
void write_and_kill(const std::string& path, std::size_t first, milliseconds after,
                    const SharedJournal& journal) {
  journal->added = first;
  const pid_t writer = ::fork();
  if (writer == 0) write_rows(path, first, journal);
  while (journal->added == first && ::waitpid(writer, nullptr, WNOHANG) == 0) {
    std::this_thread::sleep_for(milliseconds(1));
  }
  std::this_thread::sleep_for(after);
  ::kill(writer, SIGKILL);
  ::waitpid(writer, nullptr, 0);
}

/// Rows that were added half a second before the writer last called add(), which had to commit.
std::size_t promised_rows(std::size_t first, const SharedJournal& journal) {
  std::size_t promised = first;
  while (promised < journal->added && journal->done[promised] + 500'000'000 <= journal->called) {
    ++promised;
  }
  return promised;
}

/// Holds the store against its first so many rows, whole and without gaps; returns their count.
std::size_t check_rows(const std::string& path) {
  const Store store = Store::read(path);
  std::size_t count = 0;
  store.for_each([&](const PointRow& row) {
    EXPECT_EQ(row_text(row), row_text(store_row(count)));
    ++count;
  });
  for (std::size_t i = 0; i < count; ++i) EXPECT_EQ(store.details(i), details_of(i)) << i;
  const Database database(path, Database::Access::read);
  Statement integrity(database, "PRAGMA integrity_check");
  EXPECT_TRUE(integrity.step());
  EXPECT_EQ(integrity.text(0), "ok");
  EXPECT_EQ(database.number("SELECT count(*) FROM run_log"), count);
  return count;
}

TEST(StoreCrash, AKilledWriterLosesNoMoreThanHalfASecond) {
  const TestFolder folder;
  const std::string path = folder.path("a.db");
  { const Store made = Store::create(path, store_header()); }
  const SharedJournal journal;
  std::mt19937 random(5);
  std::size_t kept = 0;
  std::size_t promised_in_all = 0;
  for (int i = 0; i < 20; ++i) {
    const std::size_t first = kept;
    const milliseconds after(i == 0 ? 1100 : static_cast<int>(random() % 700));
    write_and_kill(path, first, after, journal);
    const std::size_t promised = promised_rows(first, journal);
    promised_in_all += promised - first;
    kept = check_rows(path);
    EXPECT_GE(kept, promised);
    EXPECT_LE(kept, journal->added + 1);  // one may be in the store before add() returned
  }
  EXPECT_GT(promised_in_all, 0);
}

TEST(StoreCrash, AStoreWhoseMakingWasKilledIsAbsentOrCanBeGoneOnWith) {
  const TestFolder folder;
  std::mt19937 random(6);
  for (int i = 0; i < 30; ++i) {
    const std::string path = folder.path(std::to_string(i));
    const pid_t writer = ::fork();
    if (writer == 0) {
      const Store store = Store::create(path, store_header());
      ::pause();
      ::_exit(0);
    }
    std::this_thread::sleep_for(std::chrono::microseconds(random() % 12000));
    ::kill(writer, SIGKILL);
    ::waitpid(writer, nullptr, 0);
    if (!std::filesystem::exists(path)) continue;
    Store store = Store::resume(path, store_header());
    EXPECT_EQ(store.header().files, store_header().files);
    store.add(store_row(0), run_entry(), "");
    EXPECT_EQ(store.size(), 1);
  }
}

TEST(StoreCrash, AnEmptyFileIsCompleted) {
  const TestFolder folder;
  const std::string path = folder.write("a.db", "");
  EXPECT_THAT(mistake_of([&] { Store::read(path); }), HasSubstr("is an empty store"));
  { Store::resume(path, store_header()).add(store_row(0), run_entry(), ""); }
  EXPECT_EQ(Store::read(path).size(), 1);
  const std::string begun = folder.write("b.db", "");  // killed before the tables were made
  Database(begun, Database::Access::write).run("PRAGMA journal_mode = WAL");
  EXPECT_GT(std::filesystem::file_size(begun), 0);
  EXPECT_THAT(mistake_of([&] { Store::read(begun); }), HasSubstr("is an empty store"));
  EXPECT_EQ(Store::resume(begun, store_header()).size(), 0);
}

}  // namespace
}  // namespace saccade
