// Sweeps over small workloads, for tests.
#pragma once
#include <string>

#include "base/file.hpp"
#include "cli/run_binary.hpp"
#include "explore/points.hpp"

namespace saccade::sweep_testing {

/// A transformer of one block, which runs in some ten milliseconds.
constexpr const char* kTinyModel = R"({
  "family": "vit", "name": "tiny", "image": 32, "patch": 16, "width": 32, "depth": 1, "heads": 2,
  "classes": 10})";

/// Efforts of a technique, of 4-bit and of 8-bit weights.
constexpr const char* kByInput = R"({"passes": [], "efforts": [
  {"name": "low", "passes": [{"pass": "quantise", "weight_bits": 4}]},
  {"name": "high", "passes": []}]})";

/// Four inputs, of which three run with the first effort.
constexpr const char* kInputs = R"({"inputs": [{"effort": 0, "count": 3}, {"effort": 1}]})";

/// The folder of a sweep with a copy of the edge accelerator (edge.json), tiny.json, a technique
/// w4.json, and one with efforts (by_input.json), between which a trace decides (inputs.json).
class SweepFolder : public TestFolder {
 public:
  SweepFolder() {
    const std::string configs = std::string(SACCADE_SOURCE_DIR) + "/configs/";
    write("edge.json", read_text(configs + "hardware/edge_16x16.json"));
    write("tiny.json", kTinyModel);
    write("w4.json", R"({"passes": [{"pass": "quantise", "weight_bits": 4}]})");
    write("by_input.json", kByInput);
    write("inputs.json", kInputs);
  }

  /// A sweep file of the accelerator and the model with these further fields, as JSON without
  /// braces.
  std::string sweep(const std::string& fields, const std::string& file = "sweep.json") const {
    return write(file, R"({"hardware": "edge.json", "workloads": "tiny.json")" +
                           (fields.empty() ? "" : ", " + fields) + "}");
  }

  SweepPoints points(const std::string& fields) const { return SweepPoints(sweep(fields)); }

  /// All that is said of a sweep with these fields; "" if it is good.
  std::string mistakes(const std::string& fields) const {
    try {
      points(fields).hashes();
    } catch (const UserError& error) {
      std::string all;
      for (const Mistake& mistake : error.mistakes()) {
        all += mistake.pointer + ": " + mistake.message + '\n';
      }
      return all;
    }
    return "";
  }
};

/// An entry of techniques.
inline std::string on_trace(const std::string& technique, const std::string& trace) {
  return R"({"technique": ")" + technique + R"(", "trace": ")" + trace + "\"}";
}

/// An axis over the array's rows.
constexpr const char* kRows =
    R"({"name": "rows", "pointer": "/engines/0/rows", "values": [8, 16]})";
/// An axis over channels of DRAM.
constexpr const char* kChannels =
    R"({"name": "channels", "pointer": "/dram/channels", "values": [1, 2, 4]})";

inline std::string axes(const std::vector<std::string>& list) {
  std::string text = R"("axes": [)";
  for (const std::string& axis : list) text += (&axis == list.data() ? "" : ", ") + axis;
  return text + "]";
}

}  // namespace saccade::sweep_testing
