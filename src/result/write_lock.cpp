#include "result/write_lock.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

#include "base/error.hpp"

namespace saccade {
namespace {

struct flock whole_file() {
  struct flock lock {};
  lock.l_type = F_WRLCK;
  lock.l_whence = SEEK_SET;
  return lock;
}

/// What keeps the lock, to be called when it could not be had.
std::string holder(int descriptor) {
  struct flock lock = whole_file();
  const bool known = ::fcntl(descriptor, F_GETLK, &lock) == 0 && lock.l_type != F_UNLCK;
  return known && lock.l_pid > 0 ? fmt::format("process {}", lock.l_pid) : "another process";
}

/// Whether the file is still there under its name: whoever had the lock removes it at the end.
bool is_there(int descriptor, const std::string& file) {
  struct stat opened {};
  struct stat named {};
  return ::fstat(descriptor, &opened) == 0 && ::stat(file.c_str(), &named) == 0 &&
         opened.st_dev == named.st_dev && opened.st_ino == named.st_ino;
}

}  // namespace

WriteLock::WriteLock(const std::string& path) : file_(path + "-lock") {
  const auto fail = [&](const std::string& message) {
    if (descriptor_ >= 0) ::close(descriptor_);
    throw UserError({{path, "", message}});
  };
  for (;;) {
    descriptor_ = ::open(file_.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0666);
    if (descriptor_ < 0) fail(fmt::format("cannot be written: {}", std::strerror(errno)));
    struct flock lock = whole_file();
    if (::fcntl(descriptor_, F_SETLK, &lock) != 0) {
      if (errno != EACCES && errno != EAGAIN) {
        fail(fmt::format("cannot be locked: {}", std::strerror(errno)));
      }
      fail(fmt::format("is being written by {}; wait for its end, or end it", holder(descriptor_)));
    }
    if (is_there(descriptor_, file_)) return;
    ::close(descriptor_);
  }
}

WriteLock::~WriteLock() {
  ::unlink(file_.c_str());  // before the lock is given up, so that it is not another's
  ::close(descriptor_);
}

}  // namespace saccade
