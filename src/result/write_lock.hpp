// The right to write a file: one process has it, and loses it however it ends.
#pragma once
#include <string>

namespace saccade {

/// A POSIX lock on a file "PATH-lock", which is there as long as the lock. A file of its own, since
/// SQLite gives up all locks on its files whenever it gives up its own; a POSIX lock, since forked
/// children do not inherit it and cannot keep it when their parent was killed.
class WriteLock {
 public:
  /// Throws UserError if another process has the lock, or the file cannot be made.
  explicit WriteLock(const std::string& path);
  WriteLock(const WriteLock&) = delete;
  WriteLock& operator=(const WriteLock&) = delete;
  ~WriteLock();

 private:
  std::string file_;
  int descriptor_ = -1;
};

}  // namespace saccade
