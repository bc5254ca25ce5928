#include "hardware/references.hpp"

#include "base/file.hpp"
#include "hardware/dram.hpp"
#include "hardware/technology_table.hpp"

namespace saccade {
namespace {

/// The text at a pointer; "" if there is none.
std::string text_at(const Json& document, const char* pointer) {
  const Json::json_pointer path(pointer);
  if (!document.contains(path) || !document.at(path).is_string()) return "";
  return document.at(path).get<std::string>();
}

}  // namespace

std::vector<std::string> referenced_files(const Json& document, const std::string& file) {
  std::vector<std::string> files;
  const std::string dram = dram_path(text_at(document, "/dram/standard"), file);
  if (!dram.empty()) files.push_back(dram);
  const std::string table = text_at(document, "/technology/table");
  if (table.empty()) return files;
  try {
    const auto technology = load_technology_table(table);
    files.push_back(technology->path());
    if (!technology->file().fpga) {
      files.push_back(resolve(technology->file().sram.table, technology->path()));
    }
  } catch (const UserError&) {
    // no such table, or a broken one
  }
  return files;
}

}  // namespace saccade
