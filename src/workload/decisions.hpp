// What was decided at run time for one input of a model: the record that traces hold and passes
// read.
#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <tuple>
#include <vector>

namespace saccade {

struct Decisions {
  std::vector<std::int64_t> kept_tokens;  ///< after each stage of token selection; empty: all
  std::vector<int> skipped_attentions;    ///< blocks whose attention is not computed
  std::vector<double> entropies;          ///< of the prediction of each effort, as far as measured
  std::optional<int> effort;              ///< that the input ends with, 0 = the first
  std::string configuration;              ///< name of the effort that was chosen, "" = none was

  /// What workloads depend on; entropies decide nothing but the effort.
  friend bool operator<(const Decisions& a, const Decisions& b) {
    return std::tie(a.kept_tokens, a.skipped_attentions, a.effort, a.configuration) <
           std::tie(b.kept_tokens, b.skipped_attentions, b.effort, b.configuration);
  }
};

}  // namespace saccade
