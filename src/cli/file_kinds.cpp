#include "cli/file_kinds.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>

#include "base/file.hpp"
#include "base/schema.hpp"
#include "base/text.hpp"
#include "explore/points.hpp"
#include "flow/hardware.hpp"
#include "mapping/pins.hpp"
#include "technique/pass.hpp"
#include "workload/mask_file.hpp"
#include "workload/model.hpp"
#include "workload/trace.hpp"

namespace fs = std::filesystem;

namespace saccade {
namespace {

void check_hardware(const Json& document, const std::string& file) {
  load_hardware_json(document, file);
}

void check_workload(const Json& document, const std::string& file) {
  read_workload_json(document, file);
}

void check_technique(const Json& document, const std::string& file) {
  read_technique_json(document, file);
}

void check_trace(const Json& document, const std::string& file) { read_trace_json(document, file); }

void check_mask(const Json& document, const std::string& file) { read_mask_json(document, file); }

void check_technology(const Json& document, const std::string& file) {
  const TechnologyFile table = read_record(technology_file_record(), document, file);
  if (table.fpga) return;
  const NodeScaling scaling(table.scaling.nodes);
  const std::string sram = resolve(table.sram.table, file);
  SramTable(read_text(sram), sram);
}

void check_dram(const Json& document, const std::string& file) {
  read_record(dram_device_record(), document, file);
}

/// Buffers are those of whatever hardware the mapping is used with.
void check_mapping(const Json& document, const std::string& file) {
  read_mapping_pins_json(document, file, std::nullopt);
}

/// With the files that it names, and its axes in them.
void check_sweep(const Json& document, const std::string& file) {
  SweepPoints points(document, file);
}

Json technology_schema() { return technology_file_record().schema(); }
Json dram_schema() { return dram_device_record().schema(); }

/// How many of a document's keys stand at the top of a kind's files. Those that hold what the kind
/// has there, a list or an object, count double: lists of ops and mappings share their keys.
std::size_t likeness(const Json& document, const FileKind& kind) {
  const Json schema = kind.schema();
  const Json alternatives = schema.contains("oneOf") ? schema.at("oneOf") : Json::array({schema});
  std::size_t best = 0;
  for (const Json& alternative : alternatives) {
    std::size_t score = 0;
    for (const auto& item : alternative.at("properties").items()) {
      if (is_free_text_key(item.key()) || !document.contains(item.key())) continue;
      const Json type = item.value().value("type", Json());
      const Json& value = document.at(item.key());
      const bool fits = type == "array" ? value.is_array() : type != "object" || value.is_object();
      score += fits ? 2 : 1;
    }
    best = std::max(best, score);
  }
  return best;
}

std::vector<std::string> kind_names() {
  std::vector<std::string> names;
  for (const FileKind& kind : file_kinds()) names.emplace_back(kind.name);
  return names;
}

}  // namespace

const std::vector<FileKind>& file_kinds() {
  static const std::vector<FileKind> kinds = {
      {"hardware", "an accelerator", accelerator_schema, check_hardware},
      {"workload", "a model's shape or a list of ops", workload_schema, check_workload},
      {"technique", "a list of passes", technique_schema, check_technique},
      {"trace", "what was decided for each of many inputs", trace_schema, check_trace},
      {"mask", "which pairs of query and key attentions compute", mask_schema, check_mask},
      {"mapping", "what of a mapping is fixed", mapping_pins_schema, check_mapping},
      {"sweep", "files and axes whose combinations are points", sweep_schema, check_sweep},
      {"technology", "energies and areas of components", technology_schema, check_technology},
      {"dram", "a DRAM standard", dram_schema, check_dram},
  };
  return kinds;
}

const FileKind& file_kind(const std::string& name) {
  for (const FileKind& kind : file_kinds()) {
    if (name == kind.name) return kind;
  }
  throw UserError(fmt::format("unknown kind of file '{}', expected one of {}{}", name,
                              comma_list(kind_names()), did_you_mean(name, kind_names())));
}

const FileKind& recognise(const Json& document, const std::string& file) {
  const FileKind* best = nullptr;
  std::size_t best_score = 0;
  for (const FileKind& kind : file_kinds()) {
    const std::size_t score = likeness(document, kind);
    if (score > best_score) {
      best = &kind;
      best_score = score;
    }
  }
  if (best != nullptr) return *best;
  throw UserError({{file, "",
                    fmt::format("is of no known kind, expected an object with the keys of one of "
                                "{}; 'saccade schema KIND' describes them",
                                comma_list(kind_names()))}});
}

std::vector<std::string> shipped_files(const std::string& folder, const std::string& extension) {
  std::vector<std::string> files;
  std::error_code error;
  for (const auto& entry : fs::directory_iterator(fs::path(data_dir()) / folder, error)) {
    if (entry.path().extension() == extension) {
      files.push_back(folder + '/' + entry.path().filename().string());
    }
  }
  std::sort(files.begin(), files.end());
  return files;
}

}  // namespace saccade
