#include "explore/points.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <numeric>

#include "base/digest.hpp"
#include "base/file.hpp"
#include "explore/axis_check.hpp"
#include "hardware/references.hpp"

namespace saccade {
namespace {

/// The name that reports call a document by.
std::string name_of(const Document& document) {
  const Json& json = document.json;
  if (json.is_object() && json.contains("name") && json["name"].is_string()) {
    const auto name = json["name"].get<std::string>();
    if (!name.empty()) return name;
  }
  return std::filesystem::path(document.path).stem().string();
}

/// Names of documents; reports those that two have, since their rows could not be told apart.
std::vector<std::string> names_of(const std::vector<Document>& documents, Mistakes& mistakes) {
  std::vector<std::string> names;
  for (const Document& document : documents) {
    names.push_back(name_of(document));
    const auto same = std::find(names.begin(), names.end() - 1, names.back());
    if (same == names.end() - 1) continue;
    const Document& other = documents[static_cast<std::size_t>(same - names.begin())];
    mistakes.add(document.path, "/name",
                 fmt::format("is \"{}\", as in {}, expected names that tell them apart",
                             names.back(), other.path));
  }
  return names;
}

/// Document of a pointer's place in a point.
Document* document_of(PointInputs& inputs, Place place) {
  switch (place) {
    case Place::hardware:
      return &inputs.hardware;
    case Place::workload:
      return &inputs.workload;
    case Place::technique:
      return inputs.technique ? &*inputs.technique : nullptr;
    case Place::mapping:
      return inputs.mapping ? &*inputs.mapping : nullptr;
  }
  return nullptr;
}

/// Reads the technology tables of hardware that is good by itself, which forked children then have.
void warm_up(const std::vector<Document>& hardware) {
  for (const Document& document : hardware) {
    try {
      load_hardware_json(document.json, document.path);
    } catch (const UserError&) {
      // axes may mend it; a point that they do not mend says so
    }
  }
}

void add_document(Digest& digest, const Document& document) {
  digest.add(document.json.is_string() ? document.json.get_ref<const std::string&>()
                                       : document.json.dump());
}

std::string options_text(const SweepOptions& options) {
  return fmt::format("{} {} {} {} {}", static_cast<int>(options.objective), options.steady,
                     options.stream, options.window, options.batch.value_or(0));
}

}  // namespace

SweepPoints::SweepPoints(const std::string& sweep_file)
    : SweepPoints(read_json(sweep_file), sweep_file) {}

SweepPoints::SweepPoints(const Json& document, const std::string& file)
    : SweepPoints(document, file, Mistakes()) {}

SweepPoints::SweepPoints(const Json& document, const std::string& file, Mistakes mistakes)
    : sweep_(read_sweep_json(document, file, mistakes)) {
  read_documents(mistakes);
  check_axes(sweep_,
             {hardware_, workloads_, technique_documents(techniques_),
              mapping_ ? std::vector<Document>{*mapping_} : std::vector<Document>{}},
             mistakes);
  mistakes.check();
  combine();
  check_constraints();
}

void SweepPoints::read_documents(Mistakes& mistakes) {
  // What does not exist, or has mistakes by itself, was or is answered here; axes are held against
  // the rest.
  const auto read = [&](const std::string& path, Place place, std::vector<Document>& documents) {
    if (!std::filesystem::exists(path)) return;
    mistakes.collect([&] {
      Document document = read_document(path);
      validate_document(document, place);
      documents.push_back(std::move(document));
    });
  };
  for (const std::string& path : sweep_.hardware) read(path, Place::hardware, hardware_);
  for (const std::string& path : sweep_.workloads) read(path, Place::workload, workloads_);
  techniques_ = read_techniques(sweep_, mistakes);
  std::vector<Document> mappings;
  if (sweep_.mapping) read(*sweep_.mapping, Place::mapping, mappings);
  if (!mappings.empty()) mapping_ = mappings.front();
  warm_up(hardware_);
  hardware_names_ = names_of(hardware_, mistakes);
  workload_names_ = names_of(workloads_, mistakes);
}

bool SweepPoints::applies(const Axis& axis, const Combination& combination) const {
  return axis.in != Place::technique || !techniques_[combination.technique].document.path.empty();
}

void SweepPoints::combine() {
  for (std::size_t h = 0; h < hardware_.size(); ++h) {
    for (std::size_t w = 0; w < workloads_.size(); ++w) {
      for (std::size_t t = 0; t < techniques_.size(); ++t) {
        Combination combination{h, w, t, size_, {}};
        std::uint64_t points = 1;
        for (const auto& group : sweep_.groups) {
          const bool any = std::any_of(group.begin(), group.end(), [&](const Axis& axis) {
            return applies(axis, combination);
          });
          combination.sizes.push_back(any ? group[0].values.size() : 1);
          points *= combination.sizes.back();
          if (points > kMostPoints - size_) {
            throw UserError(
                {{sweep_.file, "/axes", fmt::format("make more than {} points", kMostPoints)}});
          }
        }
        size_ += points;
        combinations_.push_back(std::move(combination));
      }
    }
  }
}

SweepPoint SweepPoints::unpatched(const Combination& combination) const {
  SweepPoint point;
  point.inputs.hardware = hardware_[combination.hardware];
  point.inputs.workload = workloads_[combination.workload];
  const TechniqueInputs& technique = techniques_[combination.technique];
  if (!technique.document.path.empty()) point.inputs.technique = technique.document;
  point.inputs.trace = technique.trace;
  point.inputs.trace_file = technique.trace_file;
  point.inputs.mapping = mapping_;
  point.inputs.batch = sweep_.options.batch;
  point.hardware = hardware_names_[combination.hardware];
  point.workload = workload_names_[combination.workload];
  point.technique = technique.name;
  point.trace_digest = technique.trace_digest;
  return point;
}

SweepPoint SweepPoints::at(std::uint64_t index) const {
  const auto after = std::upper_bound(
      combinations_.begin(), combinations_.end(), index,
      [](std::uint64_t i, const Combination& combination) { return i < combination.first; });
  const Combination& combination = *(after - 1);
  SweepPoint point = unpatched(combination);
  point.index = index;
  std::vector<std::uint64_t> choice(combination.sizes.size());
  std::uint64_t rest = index - combination.first;
  for (std::size_t g = choice.size(); g-- > 0;) {
    choice[g] = rest % combination.sizes[g];
    rest /= combination.sizes[g];
  }
  for (std::size_t g = 0; g < choice.size(); ++g) {
    for (const Axis& axis : sweep_.groups[g]) {
      if (!applies(axis, combination)) {
        point.axes.emplace_back(nullptr);
        continue;
      }
      set(point, axis, axis.values[choice[g]]);
      point.axes.push_back(axis.values[choice[g]]);
    }
  }
  return point;
}

void SweepPoints::set(SweepPoint& point, const Axis& axis, const Json& value) const {
  Document& document = *document_of(point.inputs, axis.in);
  for (const std::string& pointer : axis.pointers) {
    set_json(document.json, pointer, value, document.path);
    document.patched.push_back(pointer);
  }
}

const std::string& SweepPoints::file_digest(const std::string& path) const {
  const auto known = file_digests_.find(path);
  if (known != file_digests_.end()) return known->second;
  std::string digest;
  try {
    digest = Digest().add(read_text(path)).hex();
  } catch (const UserError&) {
    digest = "none";  // reading the hardware answers it
  }
  return file_digests_.emplace(path, digest).first->second;
}

std::string SweepPoints::hash(const SweepPoint& point) const {
  Digest digest;
  add_document(digest, point.inputs.hardware);
  for (const std::string& path :
       referenced_files(point.inputs.hardware.json, point.inputs.hardware.path)) {
    digest.add(file_digest(path));
  }
  add_document(digest, point.inputs.workload);
  digest.add(point.inputs.technique ? point.inputs.technique->json.dump() : "none");
  digest.add(point.inputs.mapping ? point.inputs.mapping->json.dump() : "none");
  if (point.inputs.trace) digest.add(point.trace_digest);
  return digest.add(options_text(sweep_.options)).hex();
}

std::vector<std::string> SweepPoints::hashes() const {
  std::vector<std::string> all;
  std::map<std::string_view, std::uint64_t> first;
  all.reserve(size_);
  for (std::uint64_t i = 0; i < size_; ++i) {
    all.push_back(hash(at(i)));
    const auto known = first.emplace(all.back(), i);
    if (known.second) continue;
    throw UserError({{sweep_.file, "/axes",
                      fmt::format("points {} and {} are the same design, expected axes that differ",
                                  known.first->second, i)}});
  }
  return all;
}

std::string SweepPoints::excluded(const SweepPoint& point) const {
  return excluded(point.axes, FigureValues(figures().size()));
}

std::string SweepPoints::excluded(const std::vector<Json>& axes,
                                  const FigureValues& figure_values) const {
  std::map<std::string, double> known;
  const std::vector<const Axis*> columns = sweep_.axes();
  for (std::size_t i = 0; i < columns.size(); ++i) {
    if (axes[i].is_number()) known[columns[i]->name] = axes[i].get<double>();
    if (axes[i].is_boolean()) known[columns[i]->name] = axes[i].get<bool>() ? 1 : 0;
  }
  for (std::size_t i = 0; i < figure_values.size(); ++i) {
    if (figure_values[i]) known[figures()[i].name] = *figure_values[i];
  }
  for (const Constraint& constraint : sweep_.constraints) {
    const auto& names = constraint.names();
    const bool all = std::all_of(names.begin(), names.end(),
                                 [&](const std::string& name) { return known.count(name) != 0; });
    if (!all || constraint.holds(known)) continue;
    std::string values;
    for (const std::string& name : names) {
      values += fmt::format("{}{} is {}", values.empty() ? "" : ", ", name, known.at(name));
    }
    return fmt::format("'{}' does not hold: {}", constraint.text(), values);
  }
  return "";
}

void SweepPoints::check_constraints() const {
  const auto mentions_axes_alone = [&](const Constraint& constraint) {
    const auto& names = constraint.names();
    return std::none_of(names.begin(), names.end(),
                        [](const std::string& name) { return figure_index(name).has_value(); });
  };
  const auto& constraints = sweep_.constraints;
  if (std::none_of(constraints.begin(), constraints.end(), mentions_axes_alone)) return;
  for (std::uint64_t i = 0; i < size_; ++i) {
    if (excluded(at(i)).empty()) return;
  }
  throw UserError({{sweep_.file, "/constraints",
                    fmt::format("exclude all {} points, expected some that meet them", size_)}});
}

std::vector<AxisColumn> SweepPoints::columns() const {
  std::vector<AxisColumn> columns;
  for (const Axis* axis : sweep_.axes()) {
    columns.push_back({axis->name, place_name(axis->in), axis->pointers});
  }
  return columns;
}

}  // namespace saccade
