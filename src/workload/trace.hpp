// Traces: what was decided for each of many inputs, read from files or drawn from distributions.
#pragma once
#include <cstdint>
#include <string>
#include <vector>

#include "base/json.hpp"
#include "workload/decisions.hpp"

namespace saccade {

struct TraceEntry {
  Decisions decisions;
  std::int64_t inputs = 1;  ///< in a row that were decided like this
};

struct Trace {
  std::string name;
  std::vector<TraceEntry> entries;

  std::int64_t inputs() const;
};

/// Reads a trace: JSON with one of "inputs" (a list of decisions), "csv" (a file beside it with
/// columns entropy or entropy_0..., effort, configuration, kept_0..., count) or "generate" (a
/// generator with its seed, drawn by Boost.Random, whose numbers are the same everywhere); or such
/// a CSV file itself. Throws UserError with all mistakes.
Trace read_trace(const std::string& path);
/// The same of a JSON document that was read from `file`.
Trace read_trace_json(const Json& document, const std::string& file);

/// JSON Schema of a trace file.
Json trace_schema();

}  // namespace saccade
