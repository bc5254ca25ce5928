#include "flow/scenario.hpp"

#include <algorithm>

namespace saccade {
namespace {

/// What adds up over runs.
constexpr std::uint64_t PointResult::*kCounts[] = {
    &PointResult::cycles, &PointResult::macs, &PointResult::macs_dense, &PointResult::dram_bytes,
    &PointResult::dram_bytes_useful};
constexpr double PointResult::*kAmounts[] = {
    &PointResult::run_s,         &PointResult::energy_j,         &PointResult::energy_low_j,
    &PointResult::energy_high_j, &PointResult::energy_on_chip_j, &PointResult::energy_dram_j};

/// Sums of a result over the runs of paths.
class Sums {
 public:
  explicit Sums(const PathRun& first) : sum_(first.result) { clear(); }

  void add(const PathRun& path) {
    const PointResult& one = path.result;
    const auto runs = static_cast<std::uint64_t>(path.runs);
    const auto times = static_cast<double>(path.runs);
    slots_ += one.spatial_utilization > 0
                  ? times * static_cast<double>(one.macs) / one.spatial_utilization
                  : 0;
    for (const auto& [unit, share] : one.unit_utilization) {
      busy_[unit] += times * share * static_cast<double>(one.cycles);
    }
    sum_.stream += static_cast<int>(path.runs);
    sum_.images += path.runs * one.images;
    for (const auto member : kCounts) sum_.*member += runs * one.*member;
    for (const auto member : kAmounts) sum_.*member += times * one.*member;
    for (const Share& share : one.energy_breakdown_j) {
      add_share(sum_.energy_breakdown_j, share.component, share.part, times * share.value);
    }
    sum_.core_attention.latency_s += times * one.core_attention.latency_s;
    sum_.core_attention.energy_j += times * one.core_attention.energy_j;
    sum_.latencies_s.insert(sum_.latencies_s.end(), static_cast<std::size_t>(path.runs),
                            one.latency_s);
    for (const OpResult& op : one.ops) add(op, runs);
  }

  PointResult finish() && {
    const auto images = static_cast<double>(sum_.images);
    const double peak_per_cycle = sum_.peak_macs_per_s / sum_.clock_hz;
    const auto cycles = static_cast<double>(sum_.cycles);
    sum_.utilization = static_cast<double>(sum_.macs) / (peak_per_cycle * cycles);
    if (slots_ > 0) sum_.spatial_utilization = static_cast<double>(sum_.macs) / slots_;
    for (const auto& [unit, busy] : busy_) sum_.unit_utilization[unit] = busy / cycles;
    sum_.throughput_images_per_s = images / sum_.run_s;
    sum_.seconds_per_image = sum_.run_s / images;
    sum_.seconds_per_batch = sum_.run_s / sum_.stream;
    sum_.energy_per_image_j = sum_.energy_j / images;
    sum_.energy_per_batch_j = sum_.energy_j / sum_.stream;
    sum_.power_w = sum_.energy_j / sum_.run_s;
    sum_.power_on_chip_w = sum_.energy_on_chip_j / sum_.run_s;
    CoreAttention& core = sum_.core_attention;
    core.latency_s /= sum_.stream;
    core.edp_js = core.latency_s * core.energy_j / images;
    for (OpResult& op : sum_.ops) finish(op);
    return std::move(sum_);
  }

 private:
  /// Keeps what the design tells.
  void clear() {
    for (const auto member : kCounts) sum_.*member = 0;
    for (const auto member : kAmounts) sum_.*member = 0;
    sum_.images = 0;
    sum_.stream = 0;
    sum_.core_attention = {};
    for (auto* map : {&sum_.cycles_by_work, &sum_.cycles_by_edge}) map->clear();
    sum_.energy_breakdown_j.clear();
    sum_.latencies_s.clear();
    sum_.ops.clear();
  }

  void add(const OpResult& op, std::uint64_t runs) {
    const auto [found, added] = places_.emplace(op.name, sum_.ops.size());
    if (added) {
      OpResult none;
      none.name = op.name;
      none.kind = op.kind;
      none.role = op.role;
      none.block = op.block;
      sum_.ops.push_back(none);
    }
    OpResult& into = sum_.ops[found->second];
    for (const auto member : {&OpResult::macs, &OpResult::cycles, &OpResult::exclusive_cycles,
                              &OpResult::tasks, &OpResult::dram_bytes}) {
      into.*member += runs * op.*member;
    }
    into.energy_j += static_cast<double>(runs) * op.energy_j;
    for (const auto& [work, edges] : op.cycles_by_work_and_edge) {
      for (const auto& [edge, cycles] : edges) {
        into.cycles_by_work_and_edge[work][edge] += runs * cycles;
        into.cycles_by_work[work] += runs * cycles;
        sum_.cycles_by_work[work] += runs * cycles;
        sum_.cycles_by_edge[edge] += runs * cycles;
      }
    }
  }

  static void finish(OpResult& op) {
    const auto most =
        std::max_element(op.cycles_by_work.begin(), op.cycles_by_work.end(),
                         [](const auto& a, const auto& b) { return a.second < b.second; });
    if (most != op.cycles_by_work.end()) op.bound = most->first;
  }

  PointResult sum_;
  double slots_ = 0;
  std::map<std::string, double> busy_;
  std::map<std::string, std::size_t> places_;  ///< of ops
};

}  // namespace

Distribution distribution(std::vector<WeightedValue> values) {
  std::sort(values.begin(), values.end(),
            [](const WeightedValue& a, const WeightedValue& b) { return a.value < b.value; });
  std::int64_t all = 0;
  double sum = 0;
  for (const WeightedValue& item : values) {
    all += item.weight;
    sum += item.value * static_cast<double>(item.weight);
  }
  const auto percentile = [&](std::int64_t percent) {
    const std::int64_t rank = (all * percent + 99) / 100;
    std::int64_t passed = 0;
    for (const WeightedValue& item : values) {
      passed += item.weight;
      if (passed >= rank) return item.value;
    }
    return values.back().value;
  };
  return {sum / static_cast<double>(all), percentile(50), percentile(95), percentile(99),
          values.back().value};
}

PointResult combined(const std::vector<PathRun>& paths) {
  Sums sums(paths.front());
  ScenarioResult scenario;
  std::vector<WeightedValue> latencies, energies;
  for (const PathRun& path : paths) {
    sums.add(path);
    const PointResult& one = path.result;
    const std::int64_t inputs = path.runs * one.images;
    latencies.push_back({one.latency_s, inputs});
    energies.push_back({one.energy_per_image_j, inputs});
    scenario.inputs += inputs;
    scenario.paths.push_back(
        {path.name, path.runs, one.images, one.latency_s, one.energy_per_image_j, one.macs});
  }
  PointResult result = std::move(sums).finish();
  scenario.latency_s = distribution(latencies);
  scenario.energy_j = distribution(energies);
  result.mode = "scenario";
  result.latency_s = scenario.latency_s.mean;
  result.latency_p50_s = scenario.latency_s.p50;
  result.latency_p95_s = scenario.latency_s.p95;
  result.latency_worst_s = scenario.latency_s.worst;
  result.edp_js = scenario.energy_j.mean * scenario.latency_s.mean;
  result.scenario = std::move(scenario);
  return result;
}

}  // namespace saccade
