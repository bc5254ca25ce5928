// Passes: pure rewritings of a workload, the table of them, and technique files, which list them.
#pragma once
#include <array>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "base/schema.hpp"
#include "workload/accuracy.hpp"
#include "workload/decisions.hpp"
#include "workload/workload.hpp"

namespace saccade {

/// A pass with its parameters.
using Rewrite = std::function<Workload(const Workload&, const Decisions&)>;

struct Pass {
  const char* name;
  const char* help;
  /// Reads the parameters from the pass's object in a technique file; nothing after a mistake.
  std::optional<Rewrite> (*read)(const Cursor& cursor);
  Json (*schema)();
  /// Name, what is expected and help of every parameter.
  std::vector<std::array<std::string, 3>> (*documentation)();
};

/// A line of the table: `fields` describes the parameters P, `apply` is the pass. A pass that
/// selects nothing returns the workload as it was.
template <class P, const Record<P>& (*fields)(),
          Workload (*apply)(const Workload&, const Decisions&, const P&)>
constexpr Pass make_pass(const char* name, const char* help) {
  return {name, help,
          [](const Cursor& cursor) -> std::optional<Rewrite> {
            static const Record<P> record = Record<P>(fields()).ignored("pass");
            auto parameters = record.read(cursor);
            if (!parameters) return std::nullopt;
            return [parameters = std::move(*parameters)](const Workload& workload,
                                                         const Decisions& decisions) {
              return apply(workload, decisions, parameters);
            };
          },
          [] { return fields().schema(); }, [] { return fields().documentation(); }};
}

/// All passes, in the order in which help lists them.
const std::vector<Pass>& passes();

/// Published for a workload with the technique.
struct TechniqueAccuracy : Accuracy {
  std::string workload;  ///< by its name
};

/// A technique file: passes in the order in which they rewrite.
struct Technique {
  struct Step {
    std::string pass;
    Rewrite rewrite;
  };
  std::string name;
  std::vector<Step> steps;
  std::vector<TechniqueAccuracy> accuracies;
};

/// Reads {"passes": [{"pass": "quantise", "activation_bits": 4}, ...]}; the file's name is the
/// technique's if the document has no "name". Throws UserError with all mistakes.
Technique read_technique(const std::string& path);
/// The same of a document that was read from `file`, and perhaps patched since.
Technique read_technique_json(const Json& document, const std::string& file);
/// JSON Schema of a technique file.
Json technique_schema();

/// The workload after all passes; a mistake found on the way names the pass.
Workload apply_technique(const Technique& technique, Workload workload,
                         const Decisions& decisions = {});

}  // namespace saccade
