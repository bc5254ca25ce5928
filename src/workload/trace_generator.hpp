// Decisions drawn from distributions, the same for the same seed.
#pragma once
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "base/schema.hpp"
#include "workload/trace.hpp"

namespace saccade {

/// Patches that a stage of token selection keeps: a normal share of `patches`, at least `least` of
/// them and never more than the stage before.
struct KeptTokens {
  std::int64_t patches = 196;
  double mean = 1.0;
  double deviation = 0.0;
  std::int64_t least = 1;
};

/// A beta distribution, stretched over [0, highest].
struct EntropyDistribution {
  double alpha = 1.0;
  double beta = 1.0;
  double highest = 1.0;
};

struct TraceGenerator {
  std::int64_t inputs = 1000;
  std::uint32_t seed = 1;
  std::vector<KeptTokens> kept_tokens;         ///< by stage
  std::vector<EntropyDistribution> entropies;  ///< by effort but the last
  /// Share of all inputs that end with each effort but the last; exact but for rounding, in random
  /// order.
  std::vector<double> ends;
  std::map<std::string, double> configurations;  ///< share of each, likewise
};

const Record<TraceGenerator>& trace_generator_record();

std::vector<TraceEntry> generated_trace(const TraceGenerator& generator);

}  // namespace saccade
