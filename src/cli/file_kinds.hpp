// The kinds of files that users write: how each is recognised, tested and described.
#pragma once
#include <string>
#include <vector>

#include "base/json.hpp"

namespace saccade {

struct FileKind {
  const char* name;  ///< "hardware"
  const char* what;  ///< "an accelerator"
  Json (*schema)();
  /// Reads a document and all that it refers to; throws UserError with its mistakes.
  void (*check)(const Json& document, const std::string& file);
};

const std::vector<FileKind>& file_kinds();

/// Throws UserError, with the nearest name, for an unknown one.
const FileKind& file_kind(const std::string& name);

/// The kind that knows most of the document's keys. Throws UserError if none knows any.
const FileKind& recognise(const Json& document, const std::string& file);

/// Files of `folder` below data_dir() with this extension (".json"), sorted; as paths from there.
std::vector<std::string> shipped_files(const std::string& folder, const std::string& extension);

}  // namespace saccade
