#include "report/csv.hpp"

#include <fmt/format.h>

#include "base/csv.hpp"
#include "sim/simulate.hpp"

namespace saccade {

std::string ops_csv(const PointResult& result) {
  std::vector<std::string> columns = {
      "name",        "kind",      "role",  "block",      "macs",     "cycles", "exclusive_cycles",
      "start_cycle", "end_cycle", "tasks", "dram_bytes", "energy_j", "bound"};
  for (const char* work : work_kind_names) columns.push_back(fmt::format("{}_cycles", work));
  for (const char* edge : edge_names) columns.push_back(fmt::format("held_by_{}_cycles", edge));
  std::string out = csv_line(columns);
  const auto text = [](auto value) { return fmt::format("{}", value); };
  for (const OpResult& op : result.ops) {
    std::vector<std::string> cells = {op.name,
                                      op.kind,
                                      op.role,
                                      text(op.block),
                                      text(op.macs),
                                      text(op.cycles),
                                      text(op.exclusive_cycles),
                                      text(op.start_cycle),
                                      text(op.end_cycle),
                                      text(op.tasks),
                                      text(op.dram_bytes),
                                      text(op.energy_j),
                                      op.bound};
    std::map<std::string, std::uint64_t> by_edge;
    for (const auto& [work, edges] : op.cycles_by_work_and_edge) {
      for (const auto& [edge, cycles] : edges) by_edge[edge] += cycles;
    }
    const auto add = [&](const std::map<std::string, std::uint64_t>& cycles, const char* name) {
      const auto found = cycles.find(name);
      cells.push_back(text(found == cycles.end() ? 0 : found->second));
    };
    for (const char* work : work_kind_names) add(op.cycles_by_work, work);
    for (const char* edge : edge_names) add(by_edge, edge);
    out += csv_line(cells);
  }
  return out;
}

}  // namespace saccade
