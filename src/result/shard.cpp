#include "result/shard.hpp"

#include <fmt/format.h>

#include <filesystem>
#include <regex>

namespace saccade {

std::string shard_path(const std::string& path, Shard shard) {
  if (shard.count == 1) return path;
  const std::filesystem::path file(path);
  const std::string name = fmt::format("{}.shard-{}-of-{}{}", file.stem().string(), shard.index,
                                       shard.count, file.extension().string());
  return (file.parent_path() / name).string();
}

std::optional<Shard> shard_of_path(const std::string& path) {
  static const std::regex form(R"(\.shard-(\d{1,9})-of-(\d{1,9})(\.[^.]*)?$)");
  const std::string name = std::filesystem::path(path).filename().string();
  std::smatch match;
  if (!std::regex_search(name, match, form)) return std::nullopt;
  return Shard{std::stoi(match[1]), std::stoi(match[2])};
}

std::string shard_text(Shard shard) {
  if (shard.count == 1) return "the whole sweep";
  return fmt::format("shard {} of {}", shard.index, shard.count);
}

}  // namespace saccade
