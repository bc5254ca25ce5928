#include "report/csv.hpp"

#include <fmt/format.h>

#include "base/csv.hpp"

namespace saccade {

std::string ops_csv(const PointResult& result) {
  std::string out =
      csv_line({"name", "kind", "role", "block", "macs", "cycles", "exclusive_cycles",
                "start_cycle", "end_cycle", "tasks", "dram_bytes", "energy_j", "bound"});
  const auto text = [](auto value) { return fmt::format("{}", value); };
  for (const OpResult& op : result.ops) {
    out += csv_line({op.name, op.kind, op.role, text(op.block), text(op.macs), text(op.cycles),
                     text(op.exclusive_cycles), text(op.start_cycle), text(op.end_cycle),
                     text(op.tasks), text(op.dram_bytes), text(op.energy_j), op.bound});
  }
  return out;
}

}  // namespace saccade
