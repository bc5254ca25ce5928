// Files that the options of a command name: looked at before it works, written after.
#pragma once
#include <string>
#include <utility>
#include <vector>

#include "base/error.hpp"

namespace saccade {

class Outputs {
 public:
  /// Takes over the file of an option, "-" being standard output. Reports what could not be written
  /// after a long run, and a file that two options name.
  void add(const std::string& option, const std::string& file, Mistakes& mistakes);

  bool empty() const { return files_.empty(); }
  bool has(const std::string& option) const;
  /// The file of an option that has one; another throws std::out_of_range.
  const std::string& file(const std::string& option) const;
  /// Option and file of each, in the order of add().
  const std::vector<std::pair<std::string, std::string>>& files() const { return files_; }
  /// Whether one of them is standard output, which then carries nothing else.
  bool to_standard_output() const;
  /// Throws UserError if it fails.
  void write(const std::string& option, const std::string& text) const;

 private:
  std::vector<std::pair<std::string, std::string>> files_;
};

}  // namespace saccade
