#include "report/text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <utility>
#include <vector>

#include "base/text.hpp"
#include "report/table.hpp"

namespace saccade {
namespace {

using Cycles = std::pair<std::string, std::uint64_t>;
using Explanations = std::map<std::string, std::string>;

const Explanations work_explanations = {
    {"ideal", "every processing element at work"},
    {"quantisation", "arrays only partly filled: the op's sizes are no multiples of theirs"},
    {"fill_drain", "arrays filling and draining"},
    {"dram", "transfers between DRAM and buffers"},
    {"interconnect", "transfers to the PEs; waiting for buffer ports or an interconnect"},
    {"nonlinear", "softmax, normalisation, activations, requantisation"},
    {"decision", "outcomes that later ops wait for"}};

const Explanations edge_explanations = {
    {"end", "the last task of the run"},
    {"dependency", "the next task needed this result"},
    {"buffer_space", "the next task waited for buffer space"},
    {"unit", "the next task waited for the same unit"},
    {"queue", "the next task waited for a place in a unit's queue"}};

/// Of the sentences about what bounds a run: their subject, and what would lift it.
struct Bound {
  const char* subject;
  const char* lever;
};
const std::map<std::string, Bound> bounds = {
    {"ideal", {"Useful computation", "More or faster processing elements"}},
    {"quantisation",
     {"Computation on partly filled arrays",
      "An array whose sides divide the ops' sizes, or more but smaller arrays,"}},
    {"fill_drain",
     {"Filling and draining of the arrays",
      "Folds that overlap (a pipelined or back-to-back variant, double-buffered weights) or "
      "smaller arrays"}},
    {"dram",
     {"DRAM transfers", "More DRAM bandwidth, or larger buffers to move less and load earlier,"}},
    {"interconnect",
     {"Waiting for ports and interconnects", "Wider or more ports and banks, or a wider network,"}},
    {"nonlinear", {"Vector work", "More vector lanes or units"}},
    {"decision", {"Waiting for decisions", "A faster unit for the decisions"}}};

std::string lookup(const Explanations& texts, const std::string& name, const std::string& other) {
  const auto found = texts.find(name);
  return found == texts.end() ? other : found->second;
}

std::string percent(double part, double whole) {
  return whole == 0 ? "-" : fmt::format("{:.1f} %", 100 * part / whole);
}

std::string percent(std::uint64_t part, std::uint64_t whole) {
  return percent(static_cast<double>(part), static_cast<double>(whole));
}

std::string thousands(std::uint64_t value) { return with_thousands(static_cast<long long>(value)); }

std::string bytes(std::uint64_t value) { return with_bytes(static_cast<double>(value)); }

/// Largest first, names in order among equals; without zeros.
std::vector<Cycles> sorted(const std::map<std::string, std::uint64_t>& cycles) {
  std::vector<Cycles> list(cycles.begin(), cycles.end());
  list.erase(std::remove_if(list.begin(), list.end(), [](const auto& c) { return c.second == 0; }),
             list.end());
  std::stable_sort(list.begin(), list.end(),
                   [](const auto& a, const auto& b) { return a.second > b.second; });
  return list;
}

std::string mode_text(const PointResult& result) {
  const std::string mode =
      result.mode == "steady"  ? "steady state (second of two in a row)"
      : result.mode == "first" ? "first inference (nothing on chip yet)"
      : result.mode == "stream"
          ? fmt::format("stream of {}, {} in flight", result.stream, result.window)
      : result.scenario ? fmt::format("{} inputs of trace '{}', policy {}", result.scenario->inputs,
                                      result.scenario->trace, result.scenario->policy)
                        : result.mode;
  return result.batch == 1 ? mode : fmt::format("{}, {} images at once", mode, result.batch);
}

Table what_ran(const PointResult& result) {
  Table table({{"", Align::left}, {"", Align::left}});
  table.row({"hardware", result.hardware});
  table.row({"workload", result.workload});
  table.row({"technique", result.technique.empty() ? "none" : result.technique});
  table.row({"mode", mode_text(result)});
  if (result.status != Status::ok) {
    table.row({"status", status_name(result.status)});
    table.row({"", result.message});
  }
  return table;
}

/// Of one inference its latency; of a stream how long it took, and how long its inferences did.
void add_times(Table& table, const PointResult& r) {
  const std::string cycles =
      fmt::format("{} cycles at {}", thousands(r.cycles), with_prefix(r.clock_hz, "Hz"));
  if (r.stream == 1 && !r.scenario) {
    table.row({"latency", with_prefix(r.latency_s, "s"),
               fmt::format("{}, {:.4g} images/s", cycles, r.throughput_images_per_s)});
    return;
  }
  table.row({"run", with_prefix(r.run_s, "s"), fmt::format("{}, {} images", cycles, r.images)});
  table.row({"throughput", fmt::format("{:.4g} images/s", r.throughput_images_per_s),
             fmt::format("{} an image", with_prefix(r.seconds_per_image, "s"))});
  table.row({"latency", with_prefix(r.latency_s, "s"),
             fmt::format("mean of the inferences; p50 {}, p95 {}, worst {}",
                         with_prefix(r.latency_p50_s, "s"), with_prefix(r.latency_p95_s, "s"),
                         with_prefix(r.latency_worst_s, "s"))});
}

std::vector<std::string> area_row(const PointResult& r) {
  if (r.fpga) return {"area", "-", "of an FPGA: see its resources"};
  return {
      "area",
      fmt::format("{:.3g} mm^2 ({:.3g} to {:.3g})", r.area_mm2, r.area_low_mm2, r.area_high_mm2),
      "on chip"};
}

Table figures(const PointResult& r) {
  Table table({{"", Align::left}, {"", Align::left}, {"", Align::left}});
  const CoreAttention& core = r.core_attention;
  const bool one_image = r.images == 1;
  add_times(table, r);
  const Band joules = {r.energy_j, r.energy_low_j, r.energy_high_j};
  std::string energy = fmt::format("on chip {}, DRAM {}", with_prefix(r.energy_on_chip_j, "J"),
                                   with_prefix(r.energy_dram_j, "J"));
  if (!one_image) energy += fmt::format("; {} an image", with_prefix(r.energy_per_image_j, "J"));
  table.row({"energy", with_band(joules, "J"), energy});
  table.row({"power", with_prefix(r.power_w, "W"),
             fmt::format("on chip {}", with_prefix(r.power_on_chip_w, "W"))});
  table.row({"EDP", with_prefix(r.edp_js, "J*s"),
             one_image ? "energy times latency" : "energy of an image times mean latency"});
  table.row(area_row(r));
  table.row({"MACs", with_prefix(static_cast<double>(r.macs), "MAC"),
             fmt::format("performed, {} of the dense model", percent(r.macs, r.macs_dense))});
  table.row({"utilisation", percent(r.utilization, 1.0),
             fmt::format("of the MACs that the arrays could do; {} of those while they work",
                         percent(r.spatial_utilization, 1.0))});
  table.row({"DRAM", bytes(r.dram_bytes),
             fmt::format("moved, {} of them useful", percent(r.dram_bytes_useful, r.dram_bytes))});
  table.row({"core attention", with_prefix(core.latency_s, "s"),
             fmt::format("{} of the {}; {} ({} of the energy), EDP {}",
                         percent(core.latency_s, r.seconds_per_batch),
                         r.stream == 1 ? "latency" : "run", with_prefix(core.energy_j, "J"),
                         percent(core.energy_j, r.energy_j), with_prefix(core.edp_js, "J*s"))});
  return table;
}

/// How the inputs of a trace were run.
std::string scenario_text(const ScenarioResult& scenario) {
  Table statistics({{"an input", Align::left}, {"mean"}, {"p50"}, {"p95"}, {"p99"}, {"worst"}});
  const auto line = [&](const char* name, const Distribution& of, const char* unit) {
    statistics.row({name, with_prefix(of.mean, unit), with_prefix(of.p50, unit),
                    with_prefix(of.p95, unit), with_prefix(of.p99, unit),
                    with_prefix(of.worst, unit)});
  };
  line("latency", scenario.latency_s, "s");
  line("energy", scenario.energy_j, "J");
  Table paths({{"path", Align::left}, {"inputs"}, {"share"}, {"latency"}, {"energy"}, {"MACs"}});
  constexpr std::size_t most = 10;
  for (std::size_t i = 0; i < std::min(most, scenario.paths.size()); ++i) {
    const PathResult& path = scenario.paths[i];
    const auto inputs = static_cast<std::uint64_t>(path.runs * path.images);
    paths.row({path.name, thousands(inputs),
               percent(inputs, static_cast<std::uint64_t>(scenario.inputs)),
               with_prefix(path.latency_s, "s"), with_prefix(path.energy_per_image_j, "J"),
               with_prefix(static_cast<double>(path.macs), "MAC")});
  }
  std::string text = statistics.text(2) + '\n' + paths.text(2);
  if (scenario.paths.size() > most) {
    text += fmt::format("  and {} more paths\n", scenario.paths.size() - most);
  }
  return text;
}

std::string cycles_table(const std::map<std::string, std::uint64_t>& cycles, std::uint64_t total,
                         const std::string& title, const Explanations& explanations) {
  Table table({{title, Align::left}, {"cycles"}, {"share"}, {"", Align::left}});
  for (const auto& [name, count] : sorted(cycles)) {
    table.row({name, thousands(count), percent(count, total), lookup(explanations, name, "")});
  }
  return table.text(2);
}

struct RoleSum {
  std::string role;
  std::uint64_t ops = 0, macs = 0, cycles = 0, dram_bytes = 0;
  double energy_j = 0;
};

std::string roles_table(const PointResult& result) {
  std::vector<RoleSum> sums;
  for (const OpResult& op : result.ops) {
    auto sum = std::find_if(sums.begin(), sums.end(),
                            [&](const RoleSum& known) { return known.role == op.role; });
    if (sum == sums.end()) sum = sums.insert(sums.end(), RoleSum{op.role});
    ++sum->ops;
    sum->macs += op.macs;
    sum->cycles += op.exclusive_cycles;
    sum->dram_bytes += op.dram_bytes;
    sum->energy_j += op.energy_j;
  }
  Table table({{"ops by role", Align::left},
               {"ops"},
               {"MACs"},
               {"cycles"},
               {"share"},
               {"DRAM"},
               {"energy"}});
  for (const RoleSum& sum : sums) {
    table.row({sum.role, thousands(sum.ops), thousands(sum.macs), thousands(sum.cycles),
               percent(sum.cycles, result.cycles), bytes(sum.dram_bytes),
               with_prefix(sum.energy_j, "J")});
  }
  return table.text(2);
}

/// Parts, largest first, down to a hundredth of their sum.
std::string parts_text(std::vector<Share> shares, double sum) {
  std::stable_sort(shares.begin(), shares.end(),
                   [](const Share& a, const Share& b) { return a.value > b.value; });
  std::vector<std::string> parts;
  for (const Share& share : shares) {
    if (share.value < 0.01 * sum) break;
    parts.push_back(fmt::format("{} {}", share.part, with_prefix(share.value, "J")));
  }
  const std::size_t left_out = shares.size() - parts.size();
  if (left_out > 0) parts.push_back(fmt::format("{} below 1 %", left_out));
  return comma_list(parts);
}

std::string energy_table(const PointResult& result) {
  std::vector<std::pair<std::string, std::vector<Share>>> components;
  for (const Share& share : result.energy_breakdown_j) {
    auto known = std::find_if(components.begin(), components.end(),
                              [&](const auto& c) { return c.first == share.component; });
    if (known == components.end()) {
      known = components.insert(components.end(), {share.component, {}});
    }
    known->second.push_back(share);
  }
  Table table({{"energy", Align::left}, {"total"}, {"share"}, {"parts", Align::left}});
  for (const auto& [component, shares] : components) {
    double sum = 0;
    for (const Share& share : shares) sum += share.value;
    table.row(
        {component, with_prefix(sum, "J"), percent(sum, result.energy_j), parts_text(shares, sum)});
  }
  return table.text(2);
}

std::string area_table(const PointResult& result) {
  Table table({{"area", Align::left}, {"mm^2"}, {"share"}});
  for (const Share& share : result.area_breakdown_mm2) {
    table.row({share.component, fmt::format("{:.4f}", share.value),
               percent(share.value, result.area_mm2)});
  }
  return table.text(2);
}

/// Whole resources; half a DSP is one that is half used.
std::vector<std::string> resources_row(const std::string& title, const Resources& resources) {
  std::vector<std::string> row = {title};
  for (const double count : resources) {
    row.push_back(thousands(static_cast<std::uint64_t>(std::ceil(count))));
  }
  return row;
}

std::string resources_table(const FpgaUse& use) {
  std::vector<Column> columns = {{"FPGA resources", Align::left}};
  for (const char* title : kResourceTitles) columns.push_back({title});
  Table table(columns);
  for (const ComponentResources& c : use.components) {
    table.row(resources_row(c.component, c.resources));
  }
  table.row(resources_row("all", use.total));
  table.row(resources_row(use.device, use.capacity));
  std::vector<std::string> shares = {"share"};
  for (std::size_t i = 0; i < kResources; ++i) {
    shares.push_back(percent(use.total[i], use.capacity[i]));
  }
  table.row(shares);
  return table.text(2);
}

std::string units_table(const PointResult& result) {
  Table table({{"unit", Align::left}, {"busy"}});
  for (const auto& [name, share] : result.unit_utilization) table.row({name, percent(share, 1.0)});
  return table.text(2);
}

}  // namespace

std::string bottleneck_text(const PointResult& result) {
  const std::vector<Cycles> works = sorted(result.cycles_by_work);
  if (works.empty()) return "Nothing was simulated.";
  const auto& [work, cycles] = works.front();
  std::map<std::string, std::uint64_t> by_role;
  for (const OpResult& op : result.ops) {
    if (op.bound == work) by_role[op.role] += op.exclusive_cycles;
  }
  const std::vector<Cycles> roles = sorted(by_role);
  const std::string where =
      roles.empty() ? ""
                    : fmt::format(", most of all in {} ops (critical for {} of the run)",
                                  roles[0].first, percent(roles[0].second, result.cycles));
  const auto bound = bounds.find(work);
  if (bound == bounds.end()) {
    return fmt::format("{} took {} of the cycles{}.", work, percent(cycles, result.cycles), where);
  }
  std::string out =
      fmt::format("{} took {} of the cycles{}. {} would lift that", bound->second.subject,
                  percent(cycles, result.cycles), where, bound->second.lever);
  if (cycles < result.cycles) {
    out += fmt::format(
        ", to {:.2f} times the speed at most",
        static_cast<double>(result.cycles) / static_cast<double>(result.cycles - cycles));
  }
  return out + '.';
}

std::string summary_text(const PointResult& result) {
  std::string out = what_ran(result).text();
  if (result.status != Status::ok) return out;
  out += '\n' + figures(result).text();
  if (result.scenario) out += '\n' + scenario_text(*result.scenario);
  out += "\nWhere the time went: every cycle belongs to the one task that held up the run\n";
  out += cycles_table(result.cycles_by_work, result.cycles, "work", work_explanations);
  out += '\n' + cycles_table(result.cycles_by_edge, result.cycles, "held up", edge_explanations);
  out += '\n' + roles_table(result);
  out += '\n' + units_table(result);
  out += '\n' + bottleneck_text(result) + '\n';
  out += "\nWhere energy and area went\n" + energy_table(result) + '\n';
  out += result.fpga ? resources_table(*result.fpga) : area_table(result);
  if (!result.notes.empty()) out += "\nNotes\n";
  for (const std::string& note : result.notes) out += "  * " + note + '\n';
  return out;
}

std::string layers_text(const PointResult& result) {
  Table table({{"op", Align::left},
               {"kind", Align::left},
               {"role", Align::left},
               {"MACs"},
               {"cycles"},
               {"exclusive"},
               {"start"},
               {"end"},
               {"DRAM"},
               {"energy"},
               {"bound", Align::left}});
  OpResult sum;
  for (const OpResult& op : result.ops) {
    table.row({op.name, op.kind, op.role, thousands(op.macs), thousands(op.cycles),
               thousands(op.exclusive_cycles), thousands(op.start_cycle), thousands(op.end_cycle),
               bytes(op.dram_bytes), with_prefix(op.energy_j, "J"), op.bound});
    sum.macs += op.macs;
    sum.exclusive_cycles += op.exclusive_cycles;
    sum.dram_bytes += op.dram_bytes;
    sum.energy_j += op.energy_j;
  }
  table.row({"all ops", "", "", thousands(sum.macs), "", thousands(sum.exclusive_cycles), "", "",
             bytes(sum.dram_bytes), with_prefix(sum.energy_j, "J"), ""});
  return "Ops overlap: their cycles sum to more than the run, their exclusive cycles to exactly "
         "the run. "
         "An op that never held up the run is 'hidden'.\n" +
         table.text();
}

}  // namespace saccade
