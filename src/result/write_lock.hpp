// The right to write a file: one process has it, and loses it however it ends.
#pragma once
#include <string>

namespace saccade {

/// A POSIX lock on a byte that SQLite has no use for. Forked children do not inherit it, so that
/// they cannot keep it when their parent was killed. It must outlive the connection to the
/// database: to close a file gives up all locks of the process on it.
class WriteLock {
 public:
  enum class File { there, made };

  /// Opens the file, or makes an empty one, and locks it. Throws UserError if it cannot be opened,
  /// is there already (`made`), or another process has the lock.
  WriteLock(const std::string& path, File file);
  WriteLock(const WriteLock&) = delete;
  WriteLock& operator=(const WriteLock&) = delete;
  ~WriteLock();

 private:
  int descriptor_;
};

}  // namespace saccade
