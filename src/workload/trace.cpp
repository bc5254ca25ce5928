#include "workload/trace.hpp"

#include <filesystem>
#include <numeric>

#include "base/csv.hpp"
#include "base/file.hpp"
#include "base/schema.hpp"
#include "workload/trace_generator.hpp"

namespace saccade {
namespace {

constexpr std::int64_t kMostInputs = 1'000'000;
constexpr int kMostStages = 8;  ///< of token selection, and efforts
constexpr std::int64_t kMostTokens = 1'000'000'000;

struct FlatEntry : Decisions {
  std::int64_t count = 1;
};

const Record<FlatEntry>& entry_record() {
  using Kept = std::vector<std::int64_t> FlatEntry::*;
  static const auto record =
      Record<FlatEntry>("an input of a trace")
          .field("kept_tokens", static_cast<Kept>(&Decisions::kept_tokens),
                 list(integer<std::int64_t>(0, kMostTokens), 0, kMostStages),
                 "patches kept after each stage of token selection", std::vector<std::int64_t>())
          .field("skipped_attentions",
                 static_cast<std::vector<int> FlatEntry::*>(&Decisions::skipped_attentions),
                 list(integer<int>(0, 1 << 20)), "blocks whose attention is not computed",
                 std::vector<int>())
          .field("entropies", static_cast<std::vector<double> FlatEntry::*>(&Decisions::entropies),
                 list(number(0, 1e6), 0, kMostStages),
                 "of the prediction after each effort, as far as measured", std::vector<double>())
          .field("effort", static_cast<std::optional<int> FlatEntry::*>(&Decisions::effort),
                 optional(integer<int>(0, kMostStages - 1)),
                 "index of the effort that the input ends with", std::optional<int>())
          .field("configuration", static_cast<std::string FlatEntry::*>(&Decisions::configuration),
                 text("the name of an effort"), "effort that was chosen, by its name",
                 std::string())
          .field("count", &FlatEntry::count, integer<std::int64_t>(1, kMostInputs),
                 "inputs in a row that were decided like this", std::int64_t{1});
  return record;
}

struct TraceFile {
  std::string name;
  std::optional<std::vector<FlatEntry>> inputs;
  std::optional<std::string> csv;
  std::optional<TraceGenerator> generate;
};

const Record<TraceFile>& trace_record() {
  static const auto record =
      Record<TraceFile>("a trace")
          .field("name", &TraceFile::name, text(), "name in reports; the file's name if left out",
                 std::string())
          .field("inputs", &TraceFile::inputs,
                 optional(list(object(entry_record()), 1, kMostInputs)), "all inputs, in order",
                 std::optional<std::vector<FlatEntry>>())
          .field("csv", &TraceFile::csv, optional(text("a file beside this one")),
                 "a table with a row per input", std::optional<std::string>())
          .field("generate", &TraceFile::generate, optional(object(trace_generator_record())),
                 "inputs drawn from distributions", std::optional<TraceGenerator>())
          .rule([](const TraceFile& file, const Cursor& cursor) {
            const int given = (file.inputs ? 1 : 0) + (file.csv ? 1 : 0) + (file.generate ? 1 : 0);
            if (given == 1) return;
            cursor.fail(
                fmt::format("has {} of 'inputs', 'csv' and 'generate', expected one", given));
          });
  return record;
}

/// Columns <prefix>_0, <prefix>_1, ... that the table has, without a gap.
std::vector<std::string> numbered(const CsvTable& table, const std::string& prefix) {
  std::vector<std::string> columns;
  for (int i = 0; i < kMostStages; ++i) {
    const std::string name = fmt::format("{}_{}", prefix, i);
    if (!table.has(name)) break;
    columns.push_back(name);
  }
  return columns;
}

std::vector<std::string> possible_columns() {
  std::vector<std::string> columns = {"entropy", "effort", "configuration", "count"};
  for (int i = 0; i < kMostStages; ++i) {
    columns.push_back(fmt::format("entropy_{}", i));
    columns.push_back(fmt::format("kept_{}", i));
  }
  return columns;
}

std::vector<TraceEntry> read_csv_entries(const std::string& path) {
  const CsvTable table = parse_csv(read_text(path), path, {}, possible_columns());
  Mistakes mistakes;
  const auto kept = numbered(table, "kept");
  auto entropies = numbered(table, "entropy");
  if (table.has("entropy")) entropies.insert(entropies.begin(), "entropy");
  std::vector<TraceEntry> entries;
  for (const CsvRow& row : table.rows) {
    TraceEntry entry;
    for (const std::string& column : kept) {
      const auto count = table.integer(row, column, 0, kMostTokens, mistakes);
      entry.decisions.kept_tokens.push_back(count.value_or(0));
    }
    for (const std::string& column : entropies) {
      entry.decisions.entropies.push_back(table.number(row, column, 0, 1e6, mistakes).value_or(0));
    }
    if (table.has("effort")) {
      const auto effort = table.integer(row, "effort", 0, kMostStages - 1, mistakes);
      entry.decisions.effort = static_cast<int>(effort.value_or(0));
    }
    if (table.has("configuration")) {
      entry.decisions.configuration = table.cell(row, "configuration");
    }
    if (table.has("count")) {
      entry.inputs = table.integer(row, "count", 1, kMostInputs, mistakes).value_or(1);
    }
    entries.push_back(std::move(entry));
  }
  if (table.rows.empty()) mistakes.add(path, "", "has no rows, expected one per input");
  mistakes.check();
  return entries;
}

Trace within_bounds(Trace trace, const std::string& file) {
  if (trace.inputs() <= kMostInputs) return trace;
  throw UserError({Mistake{
      file, "", fmt::format("has {} inputs, expected at most {}", trace.inputs(), kMostInputs)}});
}

}  // namespace

std::int64_t Trace::inputs() const {
  return std::accumulate(
      entries.begin(), entries.end(), std::int64_t{0},
      [](std::int64_t sum, const TraceEntry& entry) { return sum + entry.inputs; });
}

Trace read_trace_json(const Json& document, const std::string& file) {
  const std::filesystem::path path(file);
  TraceFile read = read_record(trace_record(), document, file);
  Trace trace{read.name.empty() ? path.stem().string() : read.name, {}};
  if (read.csv) trace.entries = read_csv_entries(path.parent_path() / *read.csv);
  for (const FlatEntry& entry : read.inputs.value_or(std::vector<FlatEntry>())) {
    trace.entries.push_back({entry, entry.count});
  }
  if (read.generate) trace.entries = generated_trace(*read.generate);
  return within_bounds(std::move(trace), file);
}

Trace read_trace(const std::string& path) {
  if (std::filesystem::path(path).extension() != ".csv") {
    return read_trace_json(read_json(path), path);
  }
  return within_bounds({std::filesystem::path(path).stem().string(), read_csv_entries(path)}, path);
}

Json trace_schema() {
  Json schema = trace_record().schema();
  schema["$schema"] = "https://json-schema.org/draft/2020-12/schema";
  return schema;
}

}  // namespace saccade
