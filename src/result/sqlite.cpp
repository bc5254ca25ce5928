#include "result/sqlite.hpp"

#include <fmt/format.h>
#include <sqlite3.h>

#include <new>
#include <stdexcept>

#include "base/error.hpp"

namespace saccade {
namespace {

constexpr int kBusyTimeoutMs = 5000;  ///< for what others hold for moments, such as checkpoints

/// A path as SQLite's URI; "%" and what ends a path there are escaped.
std::string file_uri(const std::string& path, const char* options) {
  std::string uri = "file:";
  for (const char c : path) {
    if (c == '%' || c == '?' || c == '#') {
      uri += fmt::format("%{:02x}", static_cast<unsigned>(c));
    } else {
      uri += c;
    }
  }
  return uri + options;
}

/// What an error means to the user; "" if it is no mistake of theirs.
std::string meaning(int code) {
  switch (code & 0xff) {
    case SQLITE_FULL:
      return "cannot be written, the disk is full; what was committed stays";
    case SQLITE_IOERR:
      return "cannot be read or written; is the disk full? What was committed stays";
    case SQLITE_READONLY:
      return "cannot be written, file or folder are read-only";
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
      return "is locked by another process that writes it";
    case SQLITE_CANTOPEN:
    case SQLITE_PERM:
    case SQLITE_AUTH:
      return "cannot be opened; file or folder may not be read, or a -wal file beside it needs a "
             "folder that can be written";
    case SQLITE_NOTADB:
      return "is no SQLite database, expected a store that 'saccade sweep' wrote";
    case SQLITE_CORRUPT:
      return "is damaged, expected a whole store that 'saccade sweep' wrote";
    case SQLITE_ERROR:
    case SQLITE_SCHEMA:
      return "is not as a store should be";
    case SQLITE_TOOBIG:
      return "cannot hold a text as large as this";
    default:
      return "";
  }
}

}  // namespace

Statement::Statement(const Database& database, const std::string& sql) : database_(&database) {
  sqlite3_stmt* statement = nullptr;
  check(sqlite3_prepare_v2(database.database_.get(), sql.c_str(), static_cast<int>(sql.size()),
                           &statement, nullptr));
  statement_.reset(statement);
}

void Statement::Finalize::operator()(sqlite3_stmt* statement) const { sqlite3_finalize(statement); }

void Statement::check(int code) const {
  if (code != SQLITE_OK) database_->fail(code);
}

Statement& Statement::bind(std::int64_t value) {
  check(sqlite3_bind_int64(statement_.get(), next_++, value));
  return *this;
}

Statement& Statement::bind(double value) {
  check(sqlite3_bind_double(statement_.get(), next_++, value));
  return *this;
}

Statement& Statement::bind(const std::string& text) {
  check(sqlite3_bind_text64(statement_.get(), next_++, text.data(), text.size(), SQLITE_TRANSIENT,
                            SQLITE_UTF8));
  return *this;
}

Statement& Statement::bind_null() {
  check(sqlite3_bind_null(statement_.get(), next_++));
  return *this;
}

Statement& Statement::bind_blob(const std::string& bytes) {
  check(
      sqlite3_bind_blob64(statement_.get(), next_++, bytes.data(), bytes.size(), SQLITE_TRANSIENT));
  return *this;
}

Statement& Statement::bind_column(const Statement& other, int column) {
  check(sqlite3_bind_value(statement_.get(), next_++,
                           sqlite3_column_value(other.statement_.get(), column)));
  return *this;
}

bool Statement::step() {
  const int code = sqlite3_step(statement_.get());
  if (code == SQLITE_ROW) return true;
  if (code == SQLITE_DONE) return false;
  database_->fail(code);
}

void Statement::run() {
  try {
    while (step()) {
    }
  } catch (...) {
    reset();
    throw;
  }
  reset();
}

void Statement::reset() {
  sqlite3_reset(statement_.get());  // gives the error of the last step once more
  next_ = 1;
}

int Statement::columns() const { return sqlite3_column_count(statement_.get()); }

bool Statement::is_null(int column) const {
  return sqlite3_column_type(statement_.get(), column) == SQLITE_NULL;
}

bool Statement::is_integer(int column) const {
  return sqlite3_column_type(statement_.get(), column) == SQLITE_INTEGER;
}

bool Statement::is_real(int column) const {
  return sqlite3_column_type(statement_.get(), column) == SQLITE_FLOAT;
}

std::int64_t Statement::integer(int column) const {
  return sqlite3_column_int64(statement_.get(), column);
}

double Statement::real(int column) const { return sqlite3_column_double(statement_.get(), column); }

std::string Statement::text(int column) const {
  const void* bytes = sqlite3_column_blob(statement_.get(), column);  // a text as it is, too
  const int size = sqlite3_column_bytes(statement_.get(), column);
  if (bytes == nullptr) return "";
  return {static_cast<const char*>(bytes), static_cast<std::size_t>(size)};
}

Database::Database(const std::string& path, Access access) : path_(path) {
  const int flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_URI | SQLITE_OPEN_EXRESCODE;
  const std::string uri =
      file_uri(path, access == Access::frozen ? "?mode=ro&immutable=1" : "?mode=rw");
  sqlite3* database = nullptr;
  const int code = sqlite3_open_v2(uri.c_str(), &database, flags, nullptr);
  database_.reset(database);
  if (code != SQLITE_OK) fail(code);
  sqlite3_busy_timeout(database, kBusyTimeoutMs);
  // A name in double quotes that is no column must not become a text, and nobody's views and
  // triggers may do more than read.
  sqlite3_db_config(database, SQLITE_DBCONFIG_DQS_DML, 0, nullptr);
  sqlite3_db_config(database, SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0, nullptr);
  if (access != Access::write) {
    run("PRAGMA query_only = ON");
  } else if (sqlite3_db_readonly(database, "main") != 0) {
    fail(SQLITE_READONLY);
  }
}

void Database::Close::operator()(sqlite3* database) const { sqlite3_close_v2(database); }

void Database::run(const std::string& sql) const {
  const int code = sqlite3_exec(database_.get(), sql.c_str(), nullptr, nullptr, nullptr);
  if (code != SQLITE_OK) fail(code);
}

std::int64_t Database::number(const std::string& sql) const {
  Statement statement(*this, sql);
  return statement.step() ? statement.integer(0) : 0;
}

void Database::roll_back() const noexcept {
  if (sqlite3_get_autocommit(database_.get()) == 0) {
    sqlite3_exec(database_.get(), "ROLLBACK", nullptr, nullptr, nullptr);
  }
}

void Database::fail(int code) const {
  const std::string detail = database_ ? sqlite3_errmsg(database_.get()) : sqlite3_errstr(code);
  if ((code & 0xff) == SQLITE_NOMEM) throw std::bad_alloc();
  const std::string what = meaning(code);
  if (what.empty()) throw std::logic_error(fmt::format("{}: {} ({})", path_, detail, code));
  throw UserError({{path_, "", fmt::format("{} ({})", what, detail)}});
}

std::string quoted(const std::string& name) {
  std::string text = "\"";
  for (const char c : name) {
    if (c == '"') text += '"';
    text += c;
  }
  return text + '"';
}

}  // namespace saccade
