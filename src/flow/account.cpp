#include "flow/account.hpp"

#include <algorithm>
#include <map>
#include <numeric>

#include "base/percentile.hpp"
#include "cost/dram_energy.hpp"
#include "flow/design.hpp"
#include "flow/explain.hpp"
#include "flow/stream.hpp"
#include "mapping/program.hpp"

namespace saccade {
namespace {

/// What the accounted inferences did.
struct Span {
  std::vector<OpActivity> ops;
  Counters counts;
  Cycle cycles = 0;
  Cycle begin = 0;  ///< of its first cycle in the run
  std::vector<Cycle> busy;
  std::vector<Cycle> latencies;  ///< by inference
};

Span accounted(const Accounting& from) {
  const std::size_t ops = from.mapping.workload.ops().size();
  if (!from.steady) {
    const SimResult& run = from.first;
    const std::size_t inferences = run.ops.size() / ops;
    return {summed(run.ops, inferences),   run.counts, run.cycles, 0, run.busy_cycles,
            latencies(run.ops, inferences)};
  }
  Span span;
  span.counts = from.both.counts - from.first.counts;
  span.begin = from.both.accounted_from;
  span.cycles = from.both.cycles - span.begin;
  span.latencies = {span.cycles};
  span.ops.assign(from.both.ops.begin() + static_cast<std::ptrdiff_t>(ops), from.both.ops.end());
  for (std::size_t i = 0; i < from.both.busy_cycles.size(); ++i) {
    span.busy.push_back(from.both.busy_cycles[i] - from.first.busy_cycles[i]);
  }
  return span;
}

std::uint64_t moved_bytes(const DramCounts& counts) {
  return counts.read_bytes + counts.write_bytes;
}

/// Shares an op's exclusive cycles out by kind of work and edge, without zeros.
void add_work(OpResult& op, const OpActivity& activity) {
  for (std::size_t kind = 0; kind < kWorkKinds; ++kind) {
    for (std::size_t edge = 0; edge < kEdges; ++edge) {
      const Cycle cycles = activity.exclusive[kind][edge];
      if (cycles == 0) continue;
      op.cycles_by_work[work_kind_names[kind]] += cycles;
      op.cycles_by_work_and_edge[work_kind_names[kind]][edge_names[edge]] = cycles;
    }
  }
}

/// The kind of work that most of the op's exclusive cycles went to; "hidden" if it never was
/// critical.
std::string bound_of(const std::map<std::string, Cycle>& cycles_by_work) {
  std::string bound = "hidden";
  Cycle most = 0;
  for (const char* kind : work_kind_names) {  // of equal kinds the first in this order
    const auto found = cycles_by_work.find(kind);
    if (found == cycles_by_work.end() || found->second <= most) continue;
    most = found->second;
    bound = kind;
  }
  return bound;
}

class Accountant {
 public:
  Accountant(PointResult& result, const Accounting& from)
      : result_(result),
        from_(from),
        span_(accounted(from)),
        model_(from.accelerator, from.technology) {}

  void run() {
    time();
    energy();
    totals();
    ops();
    attention();
    breakdown_of_time();
    if (from_.timeline) timeline();
    if (from_.explain == Topic::timing) {
      result_.explanation = explain_timing(result_, span_.ops, from_.accelerator);
    }
    notes();
  }

 private:
  double seconds(double cycles) const { return cycles / from_.accelerator.clock_hz; }

  double images() const { return static_cast<double>(result_.images); }

  void time() {
    const std::vector<Cycle>& each = span_.latencies;
    result_.cycles = span_.cycles;
    result_.run_s = seconds(static_cast<double>(span_.cycles));
    const auto sum = static_cast<double>(std::accumulate(each.begin(), each.end(), Cycle{0}));
    result_.latency_s = seconds(sum / static_cast<double>(each.size()));
    result_.latency_p50_s = seconds(static_cast<double>(percentile(each, 50)));
    result_.latency_p95_s = seconds(static_cast<double>(percentile(each, 95)));
    result_.latency_worst_s = seconds(static_cast<double>(percentile(each, 100)));
    for (const Cycle cycles : each) {
      result_.latencies_s.push_back(seconds(static_cast<double>(cycles)));
    }
    result_.throughput_images_per_s = images() / result_.run_s;
    result_.seconds_per_image = result_.run_s / images();
    result_.seconds_per_batch = result_.run_s / result_.stream;
  }

  void energy() {
    const Accelerator& accelerator = from_.accelerator;
    const EnergyBreakdown energy = model_.energy(span_.counts, result_.run_s);
    for (const CostItem& item : energy.items) {
      add_share(result_.energy_breakdown_j, item.component, item.part, item.value());
    }
    const Band joules = energy.total_band_j();
    result_.energy_j = joules.value;
    result_.energy_low_j = joules.low;
    result_.energy_high_j = joules.high;
    result_.energy_on_chip_j = energy.on_chip_j();
    result_.energy_dram_j = energy.dram_j();
    result_.energy_per_image_j = result_.energy_j / images();
    result_.energy_per_batch_j = result_.energy_j / result_.stream;
    result_.power_w = result_.energy_j / result_.run_s;
    result_.power_on_chip_w = result_.energy_on_chip_j / result_.run_s;
    // Each image waits for its batch and takes its share of the energy.
    result_.edp_js = result_.energy_per_image_j * result_.latency_s;
    if (from_.explain == Topic::energy) result_.explanation = explain_energy(energy, accelerator);
  }

  void totals() {
    result_.macs = total_macs(span_.counts);
    result_.dram_bytes = moved_bytes(span_.counts.dram);
    result_.dram_bytes_useful =
        span_.counts.dram.useful_read_bytes + span_.counts.dram.useful_write_bytes;
    const double peak_per_cycle = result_.peak_macs_per_s / result_.clock_hz;
    result_.utilization =
        static_cast<double>(result_.macs) / (peak_per_cycle * static_cast<double>(span_.cycles));
    std::uint64_t slots = 0;
    for (const std::uint64_t engine : span_.counts.mac_slots) slots += engine;
    if (slots > 0) {
      result_.spatial_utilization = static_cast<double>(result_.macs) / static_cast<double>(slots);
    }
    const auto units = unit_table(from_.accelerator);
    for (std::size_t i = 0; i < units.size(); ++i) {
      result_.unit_utilization[units[i].name] =
          static_cast<double>(span_.busy[i]) / static_cast<double>(span_.cycles);
    }
  }

  void ops() {
    const auto& ops = from_.mapping.workload.ops();
    double dynamic = 0;
    for (std::size_t i = 0; i < ops.size(); ++i) {
      const OpActivity& activity = span_.ops[i];
      OpResult op;
      op.name = ops[i].name;
      op.kind = kind_name(ops[i].body);
      op.role = role_name(ops[i].role);
      op.block = ops[i].block;
      op.macs = total_macs(activity.counts);
      op.start_cycle = activity.start - std::min(activity.start, span_.begin);
      op.end_cycle = activity.end - std::min(activity.end, span_.begin);
      op.cycles = op.end_cycle - op.start_cycle;
      op.exclusive_cycles = activity.exclusive_cycles();
      op.tasks = activity.tasks;
      op.dram_bytes = moved_bytes(activity.counts.dram);
      add_work(op, activity);
      op.bound = bound_of(op.cycles_by_work);
      op.energy_j = model_.energy(activity.counts, 0).total_j();
      dynamic += op.energy_j;
      result_.ops.push_back(std::move(op));
    }
    // What no op spends by itself: leakage, refresh, background, and row activations.
    // Exclusive cycles of all ops are the cycles of the run.
    const double rest = result_.energy_j - dynamic;
    for (std::size_t i = 0; i < ops.size(); ++i) {
      result_.ops[i].energy_j += rest * static_cast<double>(result_.ops[i].exclusive_cycles) /
                                 static_cast<double>(std::max<Cycle>(1, result_.cycles));
    }
  }

  void attention() {
    CoreAttention& core = result_.core_attention;
    double cycles = 0;
    for (const OpResult& op : result_.ops) {
      if (op.role != "core_attention") continue;
      cycles += static_cast<double>(op.exclusive_cycles);
      core.energy_j += op.energy_j;
    }
    core.latency_s = seconds(cycles) / result_.stream;
    core.edp_js = core.latency_s * core.energy_j / images();
  }

  void breakdown_of_time() {
    for (const OpResult& op : result_.ops) {
      for (const auto& [work, edges] : op.cycles_by_work_and_edge) {
        for (const auto& [edge, cycles] : edges) {
          result_.cycles_by_work[work] += cycles;
          result_.cycles_by_edge[edge] += cycles;
        }
      }
    }
  }

  void timeline() {
    for (const UnitInfo& unit : unit_table(from_.accelerator)) {
      result_.unit_names.push_back(unit.name);
    }
    const std::size_t ops = from_.mapping.workload.ops().size();
    const std::vector<TaskRecord>& records =
        from_.steady ? from_.both.records : from_.first.records;
    for (const TaskRecord& record : records) {
      if (record.end <= span_.begin) continue;
      const Cycle start = std::max(record.start, span_.begin);
      result_.timeline.push_back({record.unit, static_cast<std::uint32_t>(record.op % ops),
                                  start - span_.begin, record.end - span_.begin,
                                  static_cast<std::uint8_t>(record.stage)});
    }
  }

  void notes() {
    const DramSystem& dram = from_.accelerator.dram;
    if (!has_command_energy(dram)) {
      result_.notes.push_back("DRAM energy is flat per bit moved");
    }
    for (const OpResult& op : result_.ops) {
      if (op.role != "layout") continue;
      result_.notes.push_back(
          "row-addressed buffers need layout changes, which stand among the ops");
      break;
    }
  }

  PointResult& result_;
  const Accounting& from_;
  Span span_;
  EnergyModel model_;
};

}  // namespace

SimResult run_stream(const Accelerator& accelerator, const Mapping& mapping, int inferences,
                     int window, const SimOptions& options) {
  Program program(accelerator,
                  std::vector<const Mapping*>(static_cast<std::size_t>(inferences), &mapping),
                  static_cast<std::size_t>(window));
  return simulate(accelerator, program, options);
}

void account(PointResult& result, const Accounting& from) { Accountant(result, from).run(); }

}  // namespace saccade
