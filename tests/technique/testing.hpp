// What tests of passes share: passes by their JSON, models of the project, sums over ops.
#pragma once
#include <functional>
#include <string>
#include <vector>

#include "technique/pass.hpp"
#include "workload/model.hpp"
#include "workload/workload_equal.hpp"

namespace saccade {

/// The workload after one pass, given as the object of a technique file.
inline Workload after_pass(const std::string& pass, const Workload& workload,
                           const Decisions& decisions = {}) {
  const Json document = parse_json("{\"passes\": [" + pass + "]}", "t.json");
  return apply_technique(read_technique_json(document, "t.json"), workload, decisions);
}

inline Workload model(const std::string& name) {
  return read_workload(SACCADE_SOURCE_DIR "/workloads/models/" + name + ".json");
}

/// A ViT of 2 x 2 patches, 12 columns and 3 heads, with 5 classes.
inline Workload tiny_vit(int depth, int images = 1, const Json& more = Json::object()) {
  Json document = {{"family", "vit"}, {"image", 8}, {"patch", 4},   {"width", 12},
                   {"depth", depth},  {"heads", 3}, {"classes", 5}, {"images", images}};
  document.update(more);
  return read_workload_json(document, "tiny.json");
}

inline std::vector<std::string> op_names(const Workload& workload) {
  std::vector<std::string> names;
  for (const Op& op : workload.ops()) names.push_back(op.name);
  return names;
}

/// MACs of the ops whose name holds `part`.
inline std::int64_t macs_of(const Workload& workload, const std::string& part) {
  std::int64_t sum = 0;
  for (const Op& op : workload.ops()) {
    if (op.name.find(part) != std::string::npos) sum += macs(op.body);
  }
  return sum;
}

template <class B>
B body_of(const Workload& workload, const std::string& op) {
  return std::get<B>(find_op(workload, op).body);
}

inline const Tensor& tensor_named(const Workload& workload, const std::string& name) {
  for (const Tensor& tensor : workload.tensors()) {
    if (tensor.name == name) return tensor;
  }
  ADD_FAILURE() << workload.name() << " has no tensor " << name;
  return workload.tensors().front();
}

/// Names of the tensors that an op reads.
inline std::vector<std::string> reads(const Workload& workload, const std::string& op) {
  std::vector<std::string> names;
  for (const View& view : find_op(workload, op).inputs) {
    names.push_back(workload.tensor(view.tensor).name);
  }
  return names;
}

}  // namespace saccade
