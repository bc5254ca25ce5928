// Where the values of a file come from: the command line, what the file admits to assume, its
// notes.
#pragma once
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "base/schema.hpp"

namespace saccade {

/// The key `assumptions` of a file: JSON pointer of a value, or of all within it, to the reason.
struct Assumed {
  std::map<std::string, std::string> assumptions;
};

/// To be included in the record of a whole document; a pointer that names nothing is a mistake.
const Record<Assumed>& assumed_record();

/// The document without the reasons for what the command line has set since.
Json without_patched(const Json& document, const std::vector<std::string>& patched);

struct Origin {
  std::string source;
  bool assumption = false;
};

class Origins {
 public:
  /// Of something that no file describes.
  Origins() = default;
  /// `patched`: pointers that the command line has set.
  Origins(const Json& document, const std::string& file, std::vector<std::string> patched = {});

  /// "command line", or file and pointer with the reason of an assumption, the text of the nearest
  /// `source` and `note` around the value, or that it was left out. Nearest is innermost.
  Origin of(const std::string& pointer) const;

  const Json& document() const { return *document_; }
  const std::string& file() const { return file_; }  ///< below data_dir() as a path from there

 private:
  std::shared_ptr<const Json> document_ = std::make_shared<const Json>();
  std::string file_;
  std::vector<std::string> patched_;
};

}  // namespace saccade
