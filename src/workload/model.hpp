// Files of workloads: a model's shape, a list of ops as JSON, or a list of layers as CSV.
#pragma once
#include <optional>
#include <string>
#include <vector>

#include "base/json.hpp"
#include "workload/family.hpp"
#include "workload/workload.hpp"

namespace saccade {

/// All families of models, in the order in which help lists them.
const std::vector<const Family*>& families();

/// Reads a workload file: .csv is a list of layers (layer_list.hpp), JSON a model ("family") or a
/// list of ops ("ops", op_list.hpp). Throws UserError with all of its mistakes.
Workload read_workload(const std::string& path);

/// The same of a JSON document that was read from `file`, and perhaps patched since.
Workload read_workload_json(const Json& document, const std::string& file);

/// The accuracy that a model's document gives; nothing of lists of ops and layers.
std::optional<Accuracy> model_accuracy(const Json& document, const std::string& file);

/// JSON Schema of a workload file.
Json workload_schema();

}  // namespace saccade
