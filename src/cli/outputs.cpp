#include "cli/outputs.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <iostream>
#include <stdexcept>

#include "base/file.hpp"

namespace fs = std::filesystem;

namespace saccade {

void Outputs::add(const std::string& option, const std::string& file, Mistakes& mistakes) {
  const bool twice = std::any_of(files_.begin(), files_.end(),
                                 [&](const auto& known) { return known.second == file; });
  files_.emplace_back(option, file);
  if (twice) mistakes.add(file, "", "is to be written twice");
  if (file == "-") return;
  std::error_code error;
  const fs::path folder = fs::absolute(file, error).parent_path();
  if (file.empty() || fs::is_directory(file, error)) {
    mistakes.add(file, "", fmt::format("is no file that --{} could write", option));
  } else if (!fs::is_directory(folder, error)) {
    mistakes.add(file, "",
                 fmt::format("cannot be written: there is no folder {}", folder.string()));
  } else if (::access(folder.c_str(), W_OK) != 0) {
    mistakes.add(file, "", fmt::format("cannot be written: may not write to {}", folder.string()));
  }
}

bool Outputs::has(const std::string& option) const {
  return std::any_of(files_.begin(), files_.end(),
                     [&](const auto& known) { return known.first == option; });
}

const std::string& Outputs::file(const std::string& option) const {
  for (const auto& [name, file] : files_) {
    if (name == option) return file;
  }
  throw std::out_of_range("no file for --" + option);
}

bool Outputs::to_standard_output() const {
  return std::any_of(files_.begin(), files_.end(),
                     [](const auto& known) { return known.second == "-"; });
}

void Outputs::write(const std::string& option, const std::string& text) const {
  if (file(option) == "-") {
    std::cout << text;
  } else {
    write_text(file(option), text);
  }
}

}  // namespace saccade
