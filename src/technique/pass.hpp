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

/// A pass with its parameters, as a technique file lists it.
struct Step {
  std::string pass;
  Rewrite rewrite;
};

/// One of several ways to run a model, between which a policy decides for each input.
struct Effort {
  std::string name;
  std::vector<Step> steps;  ///< after those of the technique
};

/// single: each input runs with one effort, which the trace chooses. cascade: it runs with the
/// first, then with the next, until one is accepted: the entropy of its prediction is at most the
/// effort's threshold, or the trace says so.
enum class Policy { single, cascade };

/// A technique file: passes in the order in which they rewrite, and how inputs choose among
/// efforts.
struct Technique {
  std::string name;
  std::vector<Step> steps;
  Policy policy = Policy::single;
  std::vector<Effort> efforts;     ///< none: the steps alone
  std::vector<double> thresholds;  ///< of a cascade's entropies, by effort but the last
  int batch = 1;                   ///< inputs of a trace that run together
  std::vector<TechniqueAccuracy> accuracies;
};

/// Reads {"passes": [{"pass": "quantise", "activation_bits": 4}, ...]}; the file's name is the
/// technique's if the document has no "name". Throws UserError with all mistakes.
Technique read_technique(const std::string& path);
/// The same of a document that was read from `file`, and perhaps patched since.
Technique read_technique_json(const Json& document, const std::string& file);
/// JSON Schema of a technique file.
Json technique_schema();

/// The workload after all passes, without those of efforts; a mistake found on the way names the
/// pass.
Workload apply_technique(const Technique& technique, Workload workload,
                         const Decisions& decisions = {});
/// The same with the passes of an effort behind them.
Workload apply_effort(const Technique& technique, const Effort& effort, Workload workload,
                      const Decisions& decisions);

}  // namespace saccade
