// What was decided at run time for one input of a model: the record that traces hold and passes
// read.
#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace saccade {

struct Decisions {
  std::vector<std::int64_t> kept_tokens;  ///< after each stage of token selection; empty: all
  std::vector<int> skipped_attentions;    ///< blocks whose attention is not computed
  std::optional<double> entropy;          ///< of the prediction, in nats; nothing if not measured
  int effort = 0;                         ///< index of the policy's effort, 0 = its first
  std::string configuration;  ///< name of the configuration chosen, "" = the model's own
};

}  // namespace saccade
