// What holds for the models of every family: batches, and views that miss and double nothing.
#pragma once
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "base/json.hpp"
#include "workload/workload.hpp"

namespace saccade {

std::string model_path(const std::string& name);

/// A batch of four images is four times the work of one, op by op, on the same parameters.
void expect_batch_of_four(Json model);

/// The operands (op and number of the input) read one tensor, and together every entry of it once.
void expect_read_once(const Workload& workload,
                      const std::vector<std::pair<std::string, std::size_t>>& operands);

/// The ops that write a tensor together write every entry of it once.
void expect_written_once(const Workload& workload);

/// MACs as fvcore's FlopCountAnalysis counts them, which timm publishes: with 5 operations per
/// element of a layer norm, 2 per element of a batch norm, which is folded here.
double macs_with_norms(const Workload& workload);

/// Elements that the ops of this kind (kind_name()) compute.
std::int64_t elements_of(const Workload& workload, const std::string& kind);

}  // namespace saccade
