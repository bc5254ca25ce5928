#include "technique/scenario.hpp"

#include <algorithm>
#include <map>

#include "base/error.hpp"
#include "technique/sequence.hpp"

namespace saccade {
namespace {

class Policies {
 public:
  Policies(const Technique& technique, const std::string& file)
      : technique_(technique), file_(file) {}

  /// Index of the effort that an input ends with.
  std::size_t last_effort(const Decisions& decisions) const {
    const std::size_t efforts = technique_.efforts.size();
    if (!decisions.configuration.empty()) return named(decisions.configuration);
    if (decisions.effort) {
      const auto effort = static_cast<std::size_t>(*decisions.effort);
      if (effort >= efforts) {
        fail(fmt::format("names effort {}, expected 0 to {}", effort, efforts - 1));
      }
      return effort;
    }
    return technique_.policy == Policy::single ? 0 : accepted(decisions.entropies);
  }

 private:
  [[noreturn]] void fail(const std::string& message) const {
    throw UserError({Mistake{file_, "", message}});
  }

  std::size_t named(const std::string& name) const {
    std::vector<std::string> names;
    for (const Effort& effort : technique_.efforts) {
      if (effort.name == name) return names.size();
      names.push_back(effort.name);
    }
    fail(fmt::format("names the effort '{}', expected one of {}{}", name, comma_list(names),
                     did_you_mean(name, names)));
  }

  std::size_t accepted(const std::vector<double>& entropies) const {
    const std::size_t gates = technique_.efforts.size() - 1;
    if (technique_.thresholds.size() != gates) {
      fail(
          fmt::format("does not say with which effort an input ends, expected that or "
                      "'thresholds' of the cascade '{}'",
                      technique_.name));
    }
    for (std::size_t i = 0; i < gates; ++i) {
      if (i >= entropies.size()) {
        fail(
            fmt::format("gives {} entropies of an input, expected one for each of {} gates or the "
                        "effort that it ends with",
                        entropies.size(), gates));
      }
      if (entropies[i] <= technique_.thresholds[i]) return i;
    }
    return gates;
  }

  const Technique& technique_;
  const std::string& file_;
};

/// What a batch does for all of its inputs.
void join(Decisions& all, const Decisions& one) {
  const std::size_t stages = std::max(all.kept_tokens.size(), one.kept_tokens.size());
  if (one.kept_tokens.size() != stages || all.kept_tokens.size() != stages) {
    all.kept_tokens.clear();  // one of them keeps all
  }
  for (std::size_t i = 0; i < all.kept_tokens.size(); ++i) {
    all.kept_tokens[i] = std::max(all.kept_tokens[i], one.kept_tokens[i]);
  }
  const auto both = [&](int block) {
    const auto& skipped = one.skipped_attentions;
    return std::find(skipped.begin(), skipped.end(), block) == skipped.end();
  };
  auto& skipped = all.skipped_attentions;
  skipped.erase(std::remove_if(skipped.begin(), skipped.end(), both), skipped.end());
}

/// Counts paths, in the order in which they are met first.
class Counts {
 public:
  void add(const Path& path, std::int64_t runs) {
    if (runs == 0) return;
    const auto [found, added] = index_.emplace(path, counts_.size());
    if (added) counts_.push_back({path, 0});
    counts_[found->second].runs += runs;
  }
  std::vector<PathCount> take() { return std::move(counts_); }

 private:
  std::map<Path, std::size_t> index_;
  std::vector<PathCount> counts_;
};

}  // namespace

std::vector<PathCount> scenario_paths(const Technique& technique, const Trace& trace,
                                      const std::string& trace_file) {
  const Policies policies(technique, trace_file);
  Counts counts;
  Path batch;
  std::size_t last = 0;
  const auto close = [&](std::int64_t runs) {
    const bool cascade = technique.policy == Policy::cascade;
    for (std::size_t i = cascade ? 0 : last; !technique.efforts.empty() && i <= last; ++i) {
      batch.efforts.push_back(i);
    }
    counts.add(batch, runs);
    batch = {};
    batch.images = 0;
    last = 0;
  };
  batch.images = 0;
  for (const TraceEntry& entry : trace.entries) {
    Path one;
    one.decisions.kept_tokens = entry.decisions.kept_tokens;
    one.decisions.skipped_attentions = entry.decisions.skipped_attentions;
    const std::size_t effort =
        technique.efforts.empty() ? 0 : policies.last_effort(entry.decisions);
    std::int64_t left = entry.inputs;
    while (left > 0) {
      const bool whole = batch.images == 0 && left >= technique.batch;
      if (batch.images == 0) batch.decisions = one.decisions;
      join(batch.decisions, one.decisions);
      last = std::max(last, effort);
      const auto runs = whole ? left / technique.batch : std::int64_t{1};
      const auto taken = whole ? runs * technique.batch
                               : std::min<std::int64_t>(left, technique.batch - batch.images);
      batch.images = whole ? technique.batch : batch.images + static_cast<int>(taken);
      left -= taken;
      if (batch.images == technique.batch) close(runs);
    }
  }
  if (batch.images > 0) close(1);
  return counts.take();
}

Workload path_workload(const Technique& technique, const Path& path, const Workload& model) {
  if (path.efforts.empty()) return apply_technique(technique, model, path.decisions);
  std::optional<Workload> all;
  for (const std::size_t index : path.efforts) {
    Workload run = apply_effort(technique, technique.efforts[index], model, path.decisions);
    const bool gated = technique.policy == Policy::cascade && index + 1 < technique.efforts.size();
    if (gated) run = with_entropy_gate(run);
    all = all ? in_sequence(*all, run, model.name()) : std::move(run);
  }
  return std::move(*all);
}

std::string path_name(const Technique& technique, const Path& path) {
  std::vector<std::string> parts;
  for (const std::size_t index : path.efforts) parts.push_back(technique.efforts[index].name);
  std::string name = fmt::format("{}", fmt::join(parts, " + "));
  const auto add = [&](const std::string& part) { name += (name.empty() ? "" : ", ") + part; };
  if (!path.decisions.kept_tokens.empty()) {
    add(fmt::format("{} patches", fmt::join(path.decisions.kept_tokens, "/")));
  }
  if (!path.decisions.skipped_attentions.empty()) {
    add(fmt::format("without attention {}", fmt::join(path.decisions.skipped_attentions, ", ")));
  }
  if (path.images > 1) add(fmt::format("{} images", path.images));
  return name.empty() ? "all" : name;
}

}  // namespace saccade
