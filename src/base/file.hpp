// Files of the user: read whole, written at once, found beside the program's own data.
#pragma once
#include <map>
#include <string>

namespace saccade {

/// The text of a file; throws UserError if it is missing, a directory, unreadable or above 256 MiB.
std::string read_text(const std::string& path);

/// While one lives, read_text() gives every file as it was when it was first read since then: a
/// long job, and the processes that it forks, see none of their files change. There may be one at a
/// time.
class FileSnapshot {
 public:
  FileSnapshot();
  ~FileSnapshot();
  FileSnapshot(const FileSnapshot&) = delete;
  FileSnapshot& operator=(const FileSnapshot&) = delete;

  /// Texts of all files read so far, by path.
  const std::map<std::string, std::string>& texts() const;
};

/// Writes a file by way of a temporary one beside it, so that nobody ever sees half a file; throws
/// UserError if that fails.
void write_text(const std::string& path, const std::string& text);

/// Folder that holds configs/ and workloads/: $SACCADE_DATA, or where the program was built from.
std::string data_dir();

/// A path as messages show it: from data_dir() if it lies below, else as it is.
std::string shown_path(const std::string& path);

/// Where a file named inside `from_file` lies: beside that file, else below data_dir(). Returns the
/// path beside `from_file` if neither exists.
std::string resolve(const std::string& path, const std::string& from_file);

}  // namespace saccade
