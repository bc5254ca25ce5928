#include "result/store.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <cstring>
#include <filesystem>
#include <stdexcept>

#include "base/compress.hpp"
#include "base/error.hpp"
#include "result/sqlite.hpp"
#include "result/store_rows.hpp"
#include "result/store_schema.hpp"
#include "result/write_lock.hpp"

namespace fs = std::filesystem;

namespace saccade {
namespace {

using Clock = std::chrono::steady_clock;
constexpr std::chrono::milliseconds kCommitEvery(500);
constexpr std::uintmax_t kLeastBytes = 512;  ///< of SQLite's files, which takes one byte for none

/// Throws UserError unless there is a plain file that may be a store. It must not be opened: to
/// close a file gives up the locks that this process has on it by way of SQLite.
void check_file(const std::string& path) {
  const auto fail = [&](const char* message) { throw UserError({{path, "", message}}); };
  std::error_code error;
  const fs::file_status status = fs::status(path, error);
  if (!fs::exists(status)) fail("no such store");
  if (fs::is_directory(status)) fail("is a directory, expected a store");
  if (!fs::is_regular_file(status)) fail("is no regular file, expected a store");
  const auto size = fs::file_size(path, error);
  if (size > 0 && size < kLeastBytes) {
    fail("is no SQLite database, expected a store that 'saccade sweep' wrote");
  }
}

/// Makes an empty file where there is none.
void make_file(const std::string& path) {
  const int descriptor = ::open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
  if (descriptor >= 0) {
    ::close(descriptor);
    return;
  }
  const int error = errno;
  throw UserError({{path, "",
                    error == EEXIST ? "is there already, and nothing is overwritten"
                                    : fmt::format("cannot be made: {}", std::strerror(error))}});
}

/// A reader of a write-ahead log must be able to write beside the store. Where it cannot, and there
/// is no log, nobody is writing: the file is read as it lies.
Database::Access read_access(const std::string& path) {
  const std::string folder = fs::path(path).parent_path().string();
  const bool writable = ::access(path.c_str(), W_OK) == 0 &&
                        ::access(folder.empty() ? "." : folder.c_str(), W_OK) == 0;
  std::error_code error;
  const bool plain = !writable && !fs::exists(path + "-wal", error);
  return plain ? Database::Access::frozen : Database::Access::read;
}

/// Commits go to the write-ahead log without waiting for the disk (synchronous NORMAL): whatever
/// becomes of the process, they stay; a power cut may take the last ones, and the points run again.
/// Where the file system has no shared memory for such a log, SQLite keeps a rollback journal,
/// which needs FULL to be safe.
void prepare_to_write(const Database& database) {
  Statement mode(database, "PRAGMA journal_mode = WAL");
  const bool log = mode.step() && mode.text(0) == "wal";
  database.run(log ? "PRAGMA synchronous = NORMAL" : "PRAGMA synchronous = FULL");
}

}  // namespace

struct Store::Impl {
  /// To write; the lock is given up after the database is closed.
  Impl(const std::string& path, std::unique_ptr<WriteLock> taken)
      : lock(std::move(taken)), database(path, Database::Access::write) {}
  /// To read.
  explicit Impl(const std::string& path) : database(path, read_access(path)) {}

  /// Makes the tables of a new or empty store.
  void make(const StoreHeader& expected) {
    prepare_to_write(database);
    make_schema(database, expected);
    header = expected;
  }

  RowWriter& to_write() {
    if (!lock) throw std::logic_error(database.path() + " was opened to read it");
    if (!writer) writer = std::make_unique<RowWriter>(database, header);
    return *writer;
  }

  /// Runs `change` within the open transaction or a new one; takes all of it back if it fails.
  template <class Change>
  void in_transaction(Change change) {
    RowWriter& rows = to_write();
    try {
      if (!open) database.run("BEGIN IMMEDIATE");
      open = true;
      change(rows);
    } catch (...) {
      roll_back();
      throw;
    }
  }

  void roll_back() {
    database.roll_back();
    open = false;
  }

  std::unique_ptr<WriteLock> lock;  ///< none for readers
  Database database;
  StoreHeader header;
  std::unique_ptr<RowWriter> writer;
  bool open = false;  ///< something was added since the last commit
  Clock::time_point committed = Clock::now();
};

Store::Store(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
Store::Store(Store&&) noexcept = default;

Store& Store::operator=(Store&& other) noexcept {
  std::swap(impl_, other.impl_);
  return *this;
}

Store::~Store() {
  if (!impl_) return;
  try {
    commit();
  } catch (const std::exception&) {  // who must know calls commit()
  }
}

Store Store::create(const std::string& path, const StoreHeader& header) {
  check_axes(path, header.axes);
  auto lock = std::make_unique<WriteLock>(path);
  make_file(path);
  std::unique_ptr<Impl> impl;
  try {
    impl = std::make_unique<Impl>(path, std::move(lock));
    impl->make(header);
  } catch (...) {
    ::unlink(path.c_str());  // first, while nobody else can have begun to write it
    impl.reset();
    for (const char* part : {"-wal", "-shm", "-journal"}) ::unlink((path + part).c_str());
    throw;
  }
  return Store(std::move(impl));
}

Store Store::resume(const std::string& path, const StoreHeader& header) {
  check_file(path);
  check_axes(path, header.axes);
  auto impl = std::make_unique<Impl>(path, std::make_unique<WriteLock>(path));
  if (is_empty(impl->database)) {
    impl->make(header);
    return Store(std::move(impl));
  }
  impl->header = read_header(impl->database);
  check_same(path, impl->header, header);
  prepare_to_write(impl->database);
  return Store(std::move(impl));
}

Store Store::read(const std::string& path) {
  check_file(path);
  auto impl = std::make_unique<Impl>(path);
  impl->header = read_header(impl->database);
  return Store(std::move(impl));
}

const std::string& Store::path() const { return impl_->database.path(); }
const StoreHeader& Store::header() const { return impl_->header; }

void Store::add(const PointRow& row, const RunEntry& entry, const std::string& details) {
  impl_->in_transaction([&](RowWriter& writer) { writer.add(row, entry, details); });
  commit_if_due();
}

void Store::commit() {
  if (!impl_->open) return;
  try {
    impl_->database.run("COMMIT");
  } catch (...) {
    impl_->roll_back();
    throw;
  }
  impl_->open = false;
  impl_->committed = Clock::now();
}

void Store::commit_if_due() {
  if (impl_->open && Clock::now() - impl_->committed >= kCommitEvery) commit();
}

std::uint64_t Store::drop(Status status) {
  std::uint64_t rows = 0;
  impl_->in_transaction([&](RowWriter&) {
    const Database& database = impl_->database;
    const std::string which = fmt::format("FROM points WHERE status = '{}'", status_name(status));
    rows = static_cast<std::uint64_t>(database.number("SELECT count(*) " + which));
    for (const char* table : {"axis_json", "details"}) {
      database.run(fmt::format("DELETE FROM {} WHERE point IN (SELECT point {})", table, which));
    }
    database.run("DELETE " + which);
  });
  commit();
  return rows;
}

std::uint64_t Store::size() const {
  return static_cast<std::uint64_t>(impl_->database.number("SELECT count(*) FROM points"));
}

std::vector<std::string> Store::hashes() const {
  std::vector<std::string> hashes;
  for (Statement rows(impl_->database, "SELECT hash FROM points ORDER BY point"); rows.step();) {
    hashes.push_back(rows.text(0));
  }
  return hashes;
}

std::map<Status, std::uint64_t> Store::count_by_status() const {
  std::map<Status, std::uint64_t> counts;
  for (Statement rows(impl_->database, "SELECT status, count(*) FROM points GROUP BY status");
       rows.step();) {
    const auto status = status_of(rows.text(0));
    if (status) counts[*status] = static_cast<std::uint64_t>(rows.integer(1));
  }
  return counts;
}

std::vector<PointRow> Store::rows() const {
  std::vector<PointRow> rows;
  for_each([&](const PointRow& row) { rows.push_back(row); });
  return rows;
}

void Store::for_each(const std::function<void(const PointRow&)>& use) const {
  read_rows(impl_->database, impl_->header, use);
}

std::string Store::details(std::uint64_t point) const {
  Statement rows(impl_->database, "SELECT result FROM details WHERE point = ?");
  rows.bind(static_cast<std::int64_t>(point));
  if (!rows.step()) return "";
  try {
    return decompressed(rows.text(0));
  } catch (const std::runtime_error& error) {
    throw UserError({{path(), "", fmt::format("the details of point {} are damaged", point)}});
  }
}

void Store::add_all(const Store& other) {
  try {
    impl_->in_transaction(
        [&](RowWriter&) { copy_rows(other.impl_->database, impl_->database, impl_->header); });
  } catch (const std::logic_error& error) {  // of a constraint
    throw UserError(
        {{other.path(), "",
          fmt::format("holds a point that another store holds, too ({})", error.what())}});
  }
  commit();
}

}  // namespace saccade
