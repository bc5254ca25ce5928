#include "result/write_lock.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

#include "base/error.hpp"

namespace saccade {
namespace {

constexpr off_t kByte = 0x40000000 + 1024;  ///< SQLite locks the 512 bytes from 0x40000000

[[noreturn]] void fail(const std::string& path, const std::string& message) {
  throw UserError({{path, "", message}});
}

int opened(const std::string& path, WriteLock::File file) {
  const int making = file == WriteLock::File::made ? O_CREAT | O_EXCL : 0;
  const int descriptor = ::open(path.c_str(), O_RDWR | O_CLOEXEC | making, 0666);
  if (descriptor >= 0) return descriptor;
  if (errno == EEXIST) fail(path, "is there already, and nothing is overwritten");
  fail(path,
       fmt::format("cannot be {}: {}", making != 0 ? "made" : "written", std::strerror(errno)));
}

struct flock one_byte() {
  struct flock lock {};
  lock.l_type = F_WRLCK;
  lock.l_whence = SEEK_SET;
  lock.l_start = kByte;
  lock.l_len = 1;
  return lock;
}

}  // namespace

WriteLock::WriteLock(const std::string& path, File file) : descriptor_(opened(path, file)) {
  struct flock lock = one_byte();
  if (::fcntl(descriptor_, F_SETLK, &lock) == 0) return;
  const int error = errno;
  const bool taken = error == EACCES || error == EAGAIN;
  lock = one_byte();
  const bool known = taken && ::fcntl(descriptor_, F_GETLK, &lock) == 0 && lock.l_type != F_UNLCK;
  ::close(descriptor_);
  if (!taken) fail(path, fmt::format("cannot be locked: {}", std::strerror(error)));
  fail(path, fmt::format("is being written by {}; wait for its end, or end it",
                         known ? fmt::format("process {}", lock.l_pid) : "another process"));
}

WriteLock::~WriteLock() { ::close(descriptor_); }

}  // namespace saccade
