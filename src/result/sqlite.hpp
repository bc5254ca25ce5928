// SQLite without its C: a database, its statements, and errors that say what the user can do.
#pragma once
#include <cstdint>
#include <memory>
#include <string>

struct sqlite3;
struct sqlite3_stmt;

namespace saccade {

class Database;

/// A statement with its place in the rows that it gives. Columns count from 0, parameters from 1.
class Statement {
 public:
  /// The database must outlive the statement.
  Statement(const Database& database, const std::string& sql);

  /// Set the next parameter, from the first one on after each reset().
  Statement& bind(std::int64_t value);
  Statement& bind(double value);
  Statement& bind(const std::string& text);
  Statement& bind_null();
  Statement& bind_blob(const std::string& bytes);
  /// The value in a column of another statement's row, whatever its type.
  Statement& bind_column(const Statement& other, int column);

  /// Goes to the next row; false: there is none.
  bool step();
  /// Runs it to its end, so that it can be bound anew.
  void run();
  void reset();

  int columns() const;
  bool is_null(int column) const;
  bool is_integer(int column) const;
  bool is_real(int column) const;
  std::int64_t integer(int column) const;
  double real(int column) const;
  /// Of texts and blobs.
  std::string text(int column) const;

 private:
  struct Finalize {
    void operator()(sqlite3_stmt* statement) const;
  };
  void check(int code) const;

  const Database* database_;
  std::unique_ptr<sqlite3_stmt, Finalize> statement_;
  int next_ = 1;
};

/// A connection. A mistake, from a full disk to a damaged file, is a UserError that names the file;
/// a constraint that does not hold is a std::logic_error.
class Database {
 public:
  enum class Access { write, read, frozen };  ///< frozen: nobody writes it meanwhile

  /// Opens a file that exists.
  Database(const std::string& path, Access access);

  const std::string& path() const { return path_; }
  void run(const std::string& sql) const;
  /// The first column of the first row, as a number; 0 without a row.
  std::int64_t number(const std::string& sql) const;
  /// Takes back an open transaction; without one it does nothing. Never throws.
  void roll_back() const noexcept;
  /// Throws what SQLite's last error means to the user; `code` is its result code.
  [[noreturn]] void fail(int code) const;

 private:
  friend class Statement;
  struct Close {
    void operator()(sqlite3* database) const;
  };

  std::string path_;
  std::unique_ptr<sqlite3, Close> database_;
};

/// A name as SQL takes it, whatever is in it: "na""me".
std::string quoted(const std::string& name);

}  // namespace saccade
