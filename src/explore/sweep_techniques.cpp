#include "explore/sweep_techniques.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <map>
#include <set>

#include "base/digest.hpp"
#include "technique/scenario.hpp"

namespace saccade {
namespace {

/// Reads every file once, however many entries name it: its mistakes are answered once.
template <class T>
class Files {
 public:
  Files(T (*read)(const std::string&), Mistakes& mistakes) : read_(read), mistakes_(mistakes) {}

  /// Null for a file with mistakes, and for one that does not exist, which was answered.
  std::shared_ptr<const T> get(const std::string& path) {
    const auto known = files_.find(path);
    if (known != files_.end()) return known->second;
    std::shared_ptr<const T>& file = files_[path];
    if (!std::filesystem::exists(path)) return nullptr;
    mistakes_.collect([&] { file = std::make_shared<const T>(read_(path)); });
    return file;
  }

 private:
  T (*read_)(const std::string&);
  Mistakes& mistakes_;
  std::map<std::string, std::shared_ptr<const T>> files_;
};

struct TechniqueFile {
  Document document;
  Technique technique;
};

TechniqueFile read_technique_file(const std::string& path) {
  Document document = read_document(path);
  Technique technique = read_technique_json(document.json, path);
  return {std::move(document), std::move(technique)};
}

/// Of the entries in order, since those that follow each other may run together.
std::string digest_of(const Trace& trace) {
  Digest digest;
  for (const TraceEntry& entry : trace.entries) {
    const Decisions& decisions = entry.decisions;
    digest.add(fmt::format("{};{};{};{};{}", fmt::join(decisions.kept_tokens, ","),
                           fmt::join(decisions.skipped_attentions, ","),
                           fmt::join(decisions.entropies, ","), decisions.effort.value_or(-1),
                           entry.inputs));
    digest.add(decisions.configuration);
  }
  return digest.hex();
}

class TechniqueReader {
 public:
  TechniqueReader(const Sweep& sweep, Mistakes& mistakes)
      : sweep_(sweep),
        mistakes_(mistakes),
        techniques_(read_technique_file, mistakes),
        traces_(read_trace, mistakes) {
    const auto axes = sweep.axes();
    changed_ = std::any_of(axes.begin(), axes.end(),
                           [](const Axis* axis) { return axis->in == Place::technique; });
  }

  /// Nothing after a mistake.
  std::optional<TechniqueInputs> read(const SweepTechnique& entry) {
    if (entry.technique.empty()) return named({"none", {}, nullptr, "", ""}, entry);
    const auto file = techniques_.get(entry.technique);
    const auto trace = entry.trace ? traces_.get(*entry.trace) : nullptr;
    if (!file || (entry.trace && !trace)) return std::nullopt;
    const Technique& technique = file->technique;
    if (!trace) {
      check_without_trace(technique, entry);
      return named({technique.name, file->document, nullptr, "", ""}, entry);
    }
    // Axes may change what decides; points whose trace does not fit say so then.
    if (!changed_) mistakes_.collect([&] { scenario_paths(technique, *trace, *entry.trace); });
    return named({fmt::format("{} on {}", technique.name, trace->name), file->document, trace,
                  *entry.trace, digest_of(*trace)},
                 entry);
  }

 private:
  void check_without_trace(const Technique& technique, const SweepTechnique& entry) {
    if (technique.efforts.empty()) return;
    mistakes_.add(sweep_.file, entry.place,
                  fmt::format("is '{}', whose efforts leave the choice to a trace, expected "
                              "{{\"technique\": a file, \"trace\": a file}}",
                              technique.name));
  }

  TechniqueInputs named(TechniqueInputs inputs, const SweepTechnique& entry) {
    const SweepTechnique& first = *names_.emplace(inputs.name, &entry).first->second;
    const bool other = first.technique != entry.technique || first.trace != entry.trace;
    if (other) {
      mistakes_.add(sweep_.file, entry.place,
                    fmt::format("is \"{}\", as {}, expected names that tell them apart",
                                inputs.name, first.place));
    }
    return inputs;
  }

  const Sweep& sweep_;
  Mistakes& mistakes_;
  Files<TechniqueFile> techniques_;
  Files<Trace> traces_;
  bool changed_ = false;  ///< axes set values in techniques
  std::map<std::string, const SweepTechnique*> names_;
};

}  // namespace

std::vector<TechniqueInputs> read_techniques(const Sweep& sweep, Mistakes& mistakes) {
  TechniqueReader reader(sweep, mistakes);
  std::vector<TechniqueInputs> techniques;
  for (const SweepTechnique& entry : sweep.techniques) {
    if (auto inputs = reader.read(entry)) techniques.push_back(std::move(*inputs));
  }
  return techniques;
}

std::vector<Document> technique_documents(const std::vector<TechniqueInputs>& techniques) {
  std::vector<Document> documents;
  std::set<std::string> known;
  for (const TechniqueInputs& technique : techniques) {
    if (known.insert(technique.document.path).second) documents.push_back(technique.document);
  }
  return documents;
}

}  // namespace saccade
