// The explicit form of a workload: every tensor and op with all attributes, as JSON.
#pragma once
#include <map>
#include <string>

#include "base/schema.hpp"
#include "workload/workload.hpp"

namespace saccade {

/// Reads {"name", "images", "tensors": [...], "ops": [...]}; ops name tensors by their names, and a
/// view that starts at row and column 0 and has no steps may be the name alone. Throws UserError.
Workload read_op_list(const Json& document, const std::string& file);
Json op_list_schema();

/// The whole workload in that form, one tensor or op a line; reading it gives the same workload.
std::string export_json(const Workload& workload);

/// Its parts, which lists of layers carry too.
using TensorIds = std::map<std::string, TensorId>;
Type<Tensor> tensor_type();
Type<Op> op_type(const TensorIds& ids);
Json tensor_json(const Tensor& tensor);
Json op_json(const Workload& workload, const Op& op);

}  // namespace saccade
