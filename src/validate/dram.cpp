#include "validate/dram.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <filesystem>

#include "base/error.hpp"
#include "base/text.hpp"
#include "sim/replay.hpp"
#include "validate/dram_table.hpp"

namespace saccade {
namespace {

const char* const drain_note = "follows from when a controller drains its writes";

bool has(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

/// Whether a stream reads and writes.
bool mixed(const TransferLists& transfers) {
  bool read = false;
  bool write = false;
  for (const auto& list : transfers) {
    for (const TimedTransfer& transfer : list) (transfer.write ? write : read) = true;
  }
  return read && write;
}

double cycle_tolerance(const DramReference& reference) {
  if (reference.tolerance) return *reference.tolerance;
  if (!mixed(reference.transfers)) return 0.05;
  return has(reference.stream, "_fine") ? 0.15 : 0.10;
}

/// Gathers the comparisons of one row.
class RowComparison {
 public:
  RowComparison(std::string table, const DramReference& reference)
      : table_(std::move(table)), reference_(reference) {}

  std::vector<Comparison> run() {
    const DramReference& r = reference_;
    const Replay replayed = replay(r.system, r.clock_hz, r.transfers);
    const auto cycles = static_cast<double>(last_done(replayed.transfers));
    add("cycles", r.cycles, cycles, cycle_tolerance(r), r.unheld);
    const std::string uncounted = r.unheld.empty() && mixed(r.transfers) ? drain_note : r.unheld;
    if (r.activates) {
      const auto activates = static_cast<double>(replayed.counts.activates);
      add("activates", *r.activates, activates, 0.05, uncounted);
    }
    if (r.energy) {
      compare_energy(dram_energy(r.system, replayed.counts, cycles / r.clock_hz), r.unheld);
    }
    for (std::size_t i = 0; i < r.latencies.size(); ++i) {
      const TimedTransfer& transfer = replayed.transfers[0][i];
      add("latency, clocks", r.latencies[i], static_cast<double>(transfer.done - transfer.issued),
          0, "", 2);
      comparisons_.back().item += fmt::format(", access {}", i + 1);
    }
    return std::move(comparisons_);
  }

 private:
  void compare_energy(const DramEnergy& actual, const std::string& unheld) {
    const DramEnergy& expected = *reference_.energy;
    add("energy, pJ", expected.total_pj(), actual.total_pj(), 0.10, unheld);
    const auto part = [&](const char* name, double DramEnergy::*member) {
      add(fmt::format("{} energy, pJ", name), expected.*member, actual.*member, 0,
          "a part of the energy");
    };
    part("activate", &DramEnergy::activate_pj);
    part("read", &DramEnergy::read_pj);
    part("write", &DramEnergy::write_pj);
    part("refresh", &DramEnergy::refresh_pj);
    part("background", &DramEnergy::background_pj);
  }

  /// `unheld` says why the figure is reported only, if it is.
  void add(const std::string& quantity, double expected, double actual, double tolerance,
           const std::string& unheld, double slack = 0) {
    Comparison comparison;
    comparison.reference = table_;
    comparison.item = reference_.item;
    comparison.quantity = quantity;
    comparison.expected = expected;
    comparison.actual = actual;
    if (unheld.empty()) comparison.tolerance = tolerance;
    comparison.slack = slack;
    comparison.note = unheld;
    comparisons_.push_back(std::move(comparison));
  }

  std::string table_;
  const DramReference& reference_;
  std::vector<Comparison> comparisons_;
};

void check_channels(const DramTrace& trace, const std::string& path,
                    const Accelerator& accelerator) {
  std::vector<std::string> names;
  for (const DmaChannel& dma : accelerator.dma) names.push_back(dma.name);
  Mistakes mistakes;
  for (const std::string& name : trace.initiators) {
    if (std::find(names.begin(), names.end(), name) != names.end()) continue;
    mistakes.add(path, "",
                 fmt::format("has transfers of '{}', expected DMA channels of {}: {}", name,
                             accelerator.name, comma_list(names)));
  }
  mistakes.check();
}

}  // namespace

std::vector<Comparison> validate_dram(const std::string& csv_path) {
  const std::string table = std::filesystem::path(csv_path).stem().string();
  std::vector<Comparison> comparisons;
  for (const DramReference& reference : read_dram_references(csv_path)) {
    for (Comparison& comparison : RowComparison(table, reference).run()) {
      comparisons.push_back(std::move(comparison));
    }
  }
  return comparisons;
}

std::vector<Comparison> validate_dram_trace(const std::string& trace_path,
                                            const Accelerator& accelerator) {
  const DramTrace trace = read_dram_trace(trace_path);
  check_channels(trace, trace_path, accelerator);
  const Replay replayed =
      replay(accelerator.dram, accelerator.clock_hz, trace.transfers, &accelerator.interconnect);
  const auto compared = [&](const char* quantity, Cycle expected, Cycle actual) {
    Comparison comparison;
    comparison.reference = std::filesystem::path(trace_path).stem().string();
    comparison.item = accelerator.name;
    comparison.quantity = quantity;
    comparison.expected = static_cast<double>(expected);
    comparison.actual = static_cast<double>(actual);
    comparison.tolerance = 0.01;
    return comparison;
  };
  return {compared("busy cycles", busy_cycles(trace.transfers), busy_cycles(replayed.transfers)),
          compared("last done cycle", last_done(trace.transfers), last_done(replayed.transfers))};
}

}  // namespace saccade
