#include "base/file.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <array>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <memory>
#include <stdexcept>

#include "base/error.hpp"

namespace fs = std::filesystem;

namespace saccade {
namespace {

using Texts = std::map<std::string, std::string>;

/// What the FileSnapshot that lives has read; null without one.
std::unique_ptr<Texts>& snapshot() {
  static std::unique_ptr<Texts> texts;
  return texts;
}

std::string read_file(const std::string& path) {
  constexpr std::size_t max_bytes = std::size_t{256} << 20;
  std::error_code error;
  const fs::file_status status = fs::status(path, error);
  if (!fs::exists(status)) throw UserError({{path, "", "no such file"}});
  if (fs::is_directory(status)) throw UserError({{path, "", "is a directory, expected a file"}});
  std::ifstream in(path, std::ios::binary);
  std::string text;
  std::array<char, 1 << 16> chunk{};
  while (in && text.size() <= max_bytes) {  // /dev/zero has no size, and no end
    in.read(chunk.data(), chunk.size());
    text.append(chunk.data(), static_cast<std::size_t>(in.gcount()));
  }
  if (text.size() > max_bytes) throw UserError({{path, "", "is larger than 256 MiB"}});
  if (!in.eof()) throw UserError({{path, "", "cannot be read"}});
  return text;
}

}  // namespace

std::string read_text(const std::string& path) {
  if (!snapshot()) return read_file(path);
  const auto known = snapshot()->find(path);
  if (known != snapshot()->end()) return known->second;
  return snapshot()->emplace(path, read_file(path)).first->second;
}

FileSnapshot::FileSnapshot() {
  if (snapshot()) throw std::logic_error("two snapshots of files at a time");
  snapshot() = std::make_unique<Texts>();
}

FileSnapshot::~FileSnapshot() { snapshot().reset(); }

const std::map<std::string, std::string>& FileSnapshot::texts() const { return *snapshot(); }

void write_text(const std::string& path, const std::string& text) {
  std::error_code error;
  if (fs::exists(path, error) && !fs::is_regular_file(path, error)) {  // such as /dev/stdout
    std::ofstream out(path, std::ios::binary);
    out << text;
    if (!out.flush()) throw UserError({{path, "", "cannot be written"}});
    return;
  }
  const std::string temporary = fmt::format("{}.{}.part", path, ::getpid());
  std::ofstream out(temporary, std::ios::binary);
  out << text;
  out.close();
  if (out) fs::rename(temporary, path, error);
  if (!out || error) {
    std::error_code ignored;
    fs::remove(temporary, ignored);
    throw UserError({{path, "", "cannot be written"}});
  }
}

std::string data_dir() {
  const char* dir = std::getenv("SACCADE_DATA");
  return dir != nullptr ? dir : SACCADE_DATA_DIR;
}

std::string shown_path(const std::string& path) {
  const std::string folder = data_dir() + '/';
  return path.compare(0, folder.size(), folder) == 0 ? path.substr(folder.size()) : path;
}

std::string resolve(const std::string& path, const std::string& from_file) {
  if (fs::path(path).is_absolute()) return path;
  const fs::path beside = fs::path(from_file).parent_path() / path;
  std::error_code error;
  if (fs::exists(beside, error)) return beside.string();
  const fs::path shipped = fs::path(data_dir()) / path;
  return fs::exists(shipped, error) ? shipped.string() : beside.string();
}

}  // namespace saccade
