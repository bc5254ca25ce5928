#include "explore/sweep.hpp"

#include <algorithm>
#include <filesystem>
#include <set>

#include "base/file.hpp"
#include "base/schema.hpp"
#include "explore/axis_file.hpp"
#include "result/store.hpp"

namespace saccade {
namespace {

/// Inferences that one point may simulate: its memory grows with each.
constexpr int kMostInferences = 10000;

struct SweepFile {
  std::string name;
  std::vector<std::string> hardware, workloads;
  std::vector<SweepTechnique> techniques;
  std::optional<std::string> mapping;
  std::vector<std::vector<Axis>> groups;
  std::vector<Constraint> constraints;
  SweepOptions options;
  PointLimits limits;
};

const Record<SweepOptions>& options_record() {
  using T = SweepOptions;
  static const auto record =
      Record<T>("options of every point")
          .field("objective", &T::objective,
                 choice<Objective>({{"latency", Objective::latency},
                                    {"energy", Objective::energy},
                                    {"edp", Objective::edp}}),
                 "what the mapper minimises", Objective::latency)
          .field("steady", &T::steady, boolean(), "report the second of two inferences in a row",
                 false)
          .field("stream", &T::stream, integer<int>(1, kMostInferences),
                 "inferences one after the other, reported together", 1)
          .field("window", &T::window, integer<int>(1, kMostInferences), "of them in flight", 1)
          .field("batch", &T::batch, optional(integer<int>(1, 4096)),
                 "images that a model infers together", std::optional<int>())
          .rule([](const T& options, const Cursor& cursor) {
            if (options.window > options.stream) {
              cursor.at("window").fail("is above 'stream', expected at most as many");
            }
            if (options.steady && options.stream > 1) {
              cursor.at("steady").fail("excludes 'stream', expected one of them");
            }
          });
  return record;
}

const Record<PointLimits>& limits_record() {
  using T = PointLimits;
  static const auto record =
      Record<T>("limits of one point")
          .field("seconds", &T::seconds, number(0.001, 1e7),
                 "time that it may take; beyond, its row has the status timeout", T().seconds)
          .field("memory_mib", &T::memory_mib, integer<int>(16, 1 << 24),
                 "memory that it may take; beyond, its row has the status memory", T().memory_mib);
  return record;
}

Type<Constraint> constraint_type() {
  const std::string expected = "an expression such as \"area_mm2 <= 10\"";
  const auto read = [expected](const Cursor& cursor) -> std::optional<Constraint> {
    if (!cursor.value().is_string()) {
      cursor.fail_expected(expected);
      return std::nullopt;
    }
    try {
      return Constraint(cursor.value().get<std::string>());
    } catch (const UserError& error) {
      for (const Mistake& mistake : error.mistakes()) cursor.fail(mistake.message);
      return std::nullopt;
    }
  };
  return {read, {{"type", "string"}}, expected};
}

/// A file, "none", or a file with a trace.
Type<SweepTechnique> technique_type() {
  using T = SweepTechnique;
  static const auto traced =
      Record<T>("a technique on the inputs of a trace")
          .field("technique", &T::technique, text("a file"), "technique that decides for them")
          .field("trace", &T::trace, optional(text("a file")), "what is decided for each")
          .rule([](const T& entry, const Cursor& cursor) {
            if (entry.technique == "none") {
              cursor.at("technique").fail("is \"none\", expected a file: a trace decides for one");
            }
          });
  const std::string expected = "a file, \"none\" or {\"technique\": a file, \"trace\": a file}";
  const auto read = [expected](const Cursor& cursor) -> std::optional<T> {
    std::optional<T> entry;
    if (cursor.value().is_object()) {
      entry = traced.read(cursor);
    } else if (const auto name = text(expected).read(cursor)) {
      entry = T{*name == "none" ? "" : *name, std::nullopt, ""};
    }
    if (entry) entry->place = cursor.pointer();
    return entry;
  };
  return {read, {{"oneOf", {text().schema, traced.schema()}}}, expected};
}

const Record<SweepFile>& sweep_record() {
  using T = SweepFile;
  const auto files = [] { return one_or_list(text("a file"), 1, 1000); };
  static const auto record =
      Record<T>("a sweep")
          .field("name", &T::name, text(), "name in reports; the file's name if left out",
                 std::string())
          .field("hardware", &T::hardware, files(), "accelerators: a file or a list of files")
          .field("workloads", &T::workloads, files(), "workloads: a file or a list of files")
          .field("techniques", &T::techniques, one_or_list(technique_type(), 1, 1000),
                 "techniques: files, alone or with traces of the inputs that they decide for, and "
                 "\"none\" for the workload as it is",
                 std::vector<SweepTechnique>{{"", std::nullopt, ""}})
          .field("mapping", &T::mapping, optional(text("a file")),
                 "mapping file that every point follows", std::optional<std::string>())
          .field("axes", &T::groups, list(axis_group_type(), 0, 32),
                 "what varies: every combination of all axes is a point",
                 std::vector<std::vector<Axis>>())
          .field("constraints", &T::constraints, list(constraint_type(), 0, 100),
                 "what must hold of axes and figures; other points are excluded",
                 std::vector<Constraint>())
          .field("options", &T::options, object(options_record()), "how points are evaluated",
                 SweepOptions())
          .field("limits", &T::limits, object(limits_record()), "what one point may take",
                 PointLimits());
  return record;
}

/// Path of a file that `at` names; reports one that does not exist.
std::string path_of(const std::string& name, const Cursor& at) {
  std::string path = resolve(name, at.file());
  if (!std::filesystem::exists(path)) {
    at.fail(fmt::format("names \"{}\", but there is no such file", name));
  }
  return path;
}

/// The i-th value of a list, or the one that stands in its place.
Cursor entry_of(const Cursor& list, std::size_t i) {
  return list.value().is_array() ? list.at(i) : list;
}

/// Paths of files named at `key`; reports those that do not exist and those that stand twice.
std::vector<std::string> paths_of(const std::vector<std::string>& names, const Cursor& cursor,
                                  const std::string& key) {
  std::vector<std::string> paths;
  std::set<std::string> seen;
  for (std::size_t i = 0; i < names.size(); ++i) {
    const Cursor at = entry_of(cursor.at(key), i);
    paths.push_back(path_of(names[i], at));
    if (!seen.insert(paths.back()).second) at.fail("stands twice in the list");
  }
  return paths;
}

/// The same of techniques and their traces, of which a pair may not stand twice.
std::vector<SweepTechnique> technique_paths(std::vector<SweepTechnique> techniques,
                                            const Cursor& cursor) {
  std::set<std::pair<std::string, std::optional<std::string>>> seen;
  for (std::size_t i = 0; i < techniques.size() && cursor.value().contains("techniques"); ++i) {
    SweepTechnique& entry = techniques[i];
    const Cursor at = entry_of(cursor.at("techniques"), i);
    if (entry.trace) {
      entry.technique = path_of(entry.technique, at.at("technique"));
      entry.trace = path_of(*entry.trace, at.at("trace"));
    } else if (!entry.technique.empty()) {
      entry.technique = path_of(entry.technique, at);
    }
    if (!seen.emplace(entry.technique, entry.trace).second) at.fail("stands twice in the list");
  }
  return techniques;
}

/// What a run of a trace cannot give, since each of its paths is a run of its own.
void check_options(const Sweep& sweep, const Cursor& cursor) {
  const auto traced =
      std::find_if(sweep.techniques.begin(), sweep.techniques.end(),
                   [](const SweepTechnique& entry) { return entry.trace.has_value(); });
  if (traced == sweep.techniques.end()) return;
  const auto refuse = [&](bool wanted, const char* option, const char* hint) {
    if (!wanted) return;
    cursor.at("options").at(option).fail(
        fmt::format("excludes traces, each of whose paths is simulated for itself, expected none "
                    "beside that of {}{}",
                    traced->place, hint));
  };
  refuse(sweep.options.steady, "steady", "");
  refuse(sweep.options.stream > 1, "stream", "");
  refuse(sweep.options.batch.has_value(), "batch", " (a technique has a 'batch')");
}

void check_axes(const Sweep& sweep, const Cursor& cursor) {
  std::map<std::string, std::string> columns;  // where each name is taken, in small letters
  const auto small = [](std::string name) {
    std::transform(name.begin(), name.end(), name.begin(),
                   [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
    return name;
  };
  for (const std::string& column : store_columns()) columns[small(column)] = "a column of results";
  const bool any_technique =
      std::any_of(sweep.techniques.begin(), sweep.techniques.end(),
                  [](const SweepTechnique& entry) { return !entry.technique.empty(); });
  for (const Axis* axis : sweep.axes()) {
    const auto taken = columns.emplace(small(axis->name), "another axis");
    if (!taken.second) {
      cursor.mistakes().add(cursor.file(), axis->place + "/name",
                            fmt::format("is \"{}\", which is {}, too, expected another name",
                                        axis->name, taken.first->second));
    }
    if (axis->in == Place::mapping && !sweep.mapping) {
      cursor.mistakes().add(cursor.file(), axis->place + "/in",
                            "is \"mapping\", but the sweep has no 'mapping'");
    }
    if (axis->in == Place::technique && !any_technique) {
      cursor.mistakes().add(cursor.file(), axis->place + "/in",
                            "is \"technique\", but the sweep has no technique");
    }
  }
}

void check_constraints(const Sweep& sweep, const Cursor& cursor) {
  std::vector<std::string> names;
  for (const Axis* axis : sweep.axes()) names.push_back(axis->name);
  for (const ResultFigure& figure : figures()) names.push_back(figure.name);
  for (std::size_t i = 0; i < sweep.constraints.size(); ++i) {
    for (const std::string& name : sweep.constraints[i].names()) {
      if (std::count(names.begin(), names.end(), name) > 0) continue;
      cursor.at("constraints")
          .at(i)
          .fail(
              fmt::format("names '{}', which is neither an axis nor a figure, expected one of {}{}",
                          name, comma_list(names), did_you_mean(name, names)));
    }
  }
  find_contradictions(sweep.constraints, cursor.file(), "/constraints", cursor.mistakes());
}

}  // namespace

const char* place_name(Place place) {
  constexpr const char* names[] = {"hardware", "workload", "technique", "mapping"};
  return names[static_cast<int>(place)];
}

std::vector<const Axis*> Sweep::axes() const {
  std::vector<const Axis*> all;
  for (const auto& group : groups) {
    for (const Axis& axis : group) all.push_back(&axis);
  }
  return all;
}

Sweep read_sweep_json(const Json& document, const std::string& file, Mistakes& mistakes) {
  const Cursor cursor(document, file, mistakes);
  auto parsed = sweep_record().read(cursor);
  mistakes.check();
  Sweep sweep{parsed->name,
              file,
              document,
              {},
              {},
              {},
              std::nullopt,
              parsed->groups,
              parsed->constraints,
              parsed->options,
              parsed->limits};
  if (sweep.name.empty()) sweep.name = std::filesystem::path(file).stem().string();
  sweep.hardware = paths_of(parsed->hardware, cursor, "hardware");
  sweep.workloads = paths_of(parsed->workloads, cursor, "workloads");
  sweep.techniques = technique_paths(parsed->techniques, cursor);
  if (parsed->mapping) sweep.mapping = paths_of({*parsed->mapping}, cursor, "mapping").at(0);
  check_options(sweep, cursor);
  check_axes(sweep, cursor);
  check_constraints(sweep, cursor);
  return sweep;
}

Json sweep_schema() {
  Json schema = sweep_record().schema();
  schema["$schema"] = "https://json-schema.org/draft/2020-12/schema";
  return schema;
}

}  // namespace saccade
