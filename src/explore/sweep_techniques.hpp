// The techniques of a sweep as its points take them: documents, traces and names.
#pragma once
#include <memory>
#include <string>
#include <vector>

#include "explore/sweep.hpp"

namespace saccade {

struct TechniqueInputs {
  std::string name;                    ///< "none", "<technique>" or "<technique> on <trace>"
  Document document;                   ///< path "" is none
  std::shared_ptr<const Trace> trace;  ///< null without one
  std::string trace_file;
  std::string trace_digest;  ///< of all that the trace decides; "" without one
};

/// Reads the files of a sweep's techniques that exist. Reports their mistakes, those that need a
/// trace and have none, traces from which a technique cannot tell what to run, and names that two
/// have, since their rows could not be told apart.
std::vector<TechniqueInputs> read_techniques(const Sweep& sweep, Mistakes& mistakes);

/// The documents of techniques, each file once.
std::vector<Document> technique_documents(const std::vector<TechniqueInputs>& techniques);

}  // namespace saccade
