#include "workload/trace_generator.hpp"

#include <algorithm>
#include <boost/random/beta_distribution.hpp>
#include <boost/random/mersenne_twister.hpp>
#include <boost/random/normal_distribution.hpp>
#include <boost/random/uniform_int_distribution.hpp>
#include <cmath>
#include <numeric>

namespace saccade {
namespace {

using Random = boost::random::mt19937;

const Record<KeptTokens>& kept_record() {
  static const auto record =
      Record<KeptTokens>("what a stage of token selection keeps")
          .field("patches", &KeptTokens::patches, integer<std::int64_t>(1, 1'000'000'000),
                 "patches of the model", std::int64_t{196})
          .field("mean", &KeptTokens::mean, number(0, 1), "mean share of all patches")
          .field("deviation", &KeptTokens::deviation, number(0, 1), "standard deviation", 0.0)
          .field("least", &KeptTokens::least, integer<std::int64_t>(0, 1'000'000'000),
                 "patches that are always kept", std::int64_t{1});
  return record;
}

const Record<EntropyDistribution>& entropy_record() {
  static const auto record =
      Record<EntropyDistribution>("a beta distribution of entropies")
          .field("alpha", &EntropyDistribution::alpha, number(1e-3, 1e6), "first parameter", 1.0)
          .field("beta", &EntropyDistribution::beta, number(1e-3, 1e6), "second parameter", 1.0)
          .field("highest", &EntropyDistribution::highest, number(0, 1e6),
                 "end of the range, which begins at 0");
  return record;
}

/// Shares that sum to at most 1.
template <class Shares, class Value>
void check_shares(const Shares& shares, const char* key, const Cursor& cursor, Value value) {
  double sum = 0;
  for (const auto& share : shares) sum += value(share);
  constexpr double rounding = 1e-9;
  if (sum > 1 + rounding) {
    cursor.at(key).fail(fmt::format("sums to {:g}, expected at most 1", sum));
  }
}

/// Numbers 0, 1, ... of which each stands as often as its share says, the rest one higher than the
/// last; in random order.
std::vector<int> shuffled(const std::vector<double>& shares, std::size_t inputs, Random& random) {
  std::vector<int> values(inputs, static_cast<int>(shares.size()));
  double sum = 0;
  std::size_t begin = 0;
  for (std::size_t i = 0; i < shares.size(); ++i) {
    sum += shares[i];
    const auto rounded = static_cast<std::size_t>(std::llround(sum * static_cast<double>(inputs)));
    const std::size_t end = std::min(rounded, inputs);
    for (; begin < end; ++begin) values[begin] = static_cast<int>(i);
  }
  for (std::size_t i = inputs; i > 1; --i) {
    boost::random::uniform_int_distribution<std::size_t> place(0, i - 1);
    std::swap(values[i - 1], values[place(random)]);
  }
  return values;
}

std::vector<std::int64_t> draw_kept(const std::vector<KeptTokens>& stages, Random& random) {
  std::vector<std::int64_t> kept;
  for (const KeptTokens& stage : stages) {
    boost::random::normal_distribution<double> share(stage.mean, stage.deviation);
    const double drawn = stage.deviation > 0 ? share(random) : stage.mean;
    const std::int64_t count = std::llround(drawn * static_cast<double>(stage.patches));
    const std::int64_t before = kept.empty() ? stage.patches : kept.back();
    kept.push_back(std::min(std::max(count, stage.least), before));
  }
  return kept;
}

}  // namespace

const Record<TraceGenerator>& trace_generator_record() {
  using G = TraceGenerator;
  static const auto record =
      Record<G>("a generator of decisions")
          .field("inputs", &G::inputs, integer<std::int64_t>(1, 1'000'000), "inputs")
          .field("seed", &G::seed, integer<std::uint32_t>(0, 0xffffffffll), "of the random numbers")
          .field("kept_tokens", &G::kept_tokens, list(object(kept_record()), 0, 8),
                 "patches kept, by stage of token selection", std::vector<KeptTokens>())
          .field("entropies", &G::entropies, list(object(entropy_record()), 0, 8),
                 "of predictions, by effort", std::vector<EntropyDistribution>())
          .field("ends", &G::ends, list(number(0, 1), 0, 8),
                 "share of inputs that end with each effort but the last", std::vector<double>())
          .field("configurations", &G::configurations, dictionary(number(0, 1)),
                 "share of inputs for which each effort is chosen, by name",
                 std::map<std::string, double>())
          .rule([](const G& generator, const Cursor& cursor) {
            check_shares(generator.ends, "ends", cursor, [](double share) { return share; });
            check_shares(generator.configurations, "configurations", cursor,
                         [](const auto& item) { return item.second; });
          });
  return record;
}

std::vector<TraceEntry> generated_trace(const TraceGenerator& generator) {
  Random random(generator.seed);
  const auto inputs = static_cast<std::size_t>(generator.inputs);
  std::vector<TraceEntry> entries(inputs);
  const std::vector<int> efforts = shuffled(generator.ends, inputs, random);
  std::vector<std::string> names;
  std::vector<double> shares;
  for (const auto& [name, share] : generator.configurations) {
    names.push_back(name);
    shares.push_back(share);
  }
  const std::vector<int> chosen = shuffled(shares, inputs, random);
  for (std::size_t i = 0; i < inputs; ++i) {
    Decisions& decisions = entries[i].decisions;
    decisions.kept_tokens = draw_kept(generator.kept_tokens, random);
    for (const EntropyDistribution& entropy : generator.entropies) {
      boost::random::beta_distribution<double> beta(entropy.alpha, entropy.beta);
      decisions.entropies.push_back(entropy.highest * beta(random));
    }
    if (!generator.ends.empty()) decisions.effort = efforts[i];
    const auto name = static_cast<std::size_t>(chosen[i]);
    if (name < names.size()) decisions.configuration = names[name];
  }
  return entries;
}

}  // namespace saccade
