#include "sim/simulate.hpp"

#include <algorithm>
#include <cmath>
#include <stdexcept>

#include "sim/attribution.hpp"
#include "sim/machine.hpp"

namespace saccade {
namespace {

/// Steps of a cycle in the kernel's picoseconds, if a foreign memory is to share the kernel's time.
std::uint64_t steps_per_cycle(const Accelerator& accelerator, const SimOptions& options) {
  if (!options.foreign_memory) return 1;
  return std::max<std::uint64_t>(
      1, static_cast<std::uint64_t>(std::llround(1e12 / accelerator.clock_hz)));
}

/// Runs to the end. A foreign memory may have a clock, which never ends; it is looked at now and
/// then whether the program has.
void run(const Machine& machine, const SimOptions& options) {
  if (!options.foreign_memory) return sc_core::sc_start();
  constexpr Cycle slice = 10'000;
  do {
    sc_core::sc_start(kernel_cycles(slice));
  } while (!machine.finished() && sc_core::sc_pending_activity() &&
           sc_core::sc_get_status() != sc_core::SC_STOPPED);
}

/// Adds what the executed tasks did, and the spans of the ops.
void account(SimResult& result, Machine& machine, const std::vector<TileWork>& works,
             const std::vector<std::uint64_t>& executed, std::size_t accounted_from_op) {
  for (std::size_t i = 0; i < executed.size(); ++i) {
    OpActivity& op = result.ops[works[i].op];
    const Counters counts = works[i].counts * executed[i];
    op.counts += counts;
    op.tasks += executed[i];
    result.counts += counts;
  }
  for (OpActivity& op : result.ops) op.start = op.tasks > 0 ? ~Cycle{0} : 0;
  for (const TaskRecord& record : result.records) {
    OpActivity& op = result.ops[works[record.work].op];
    op.start = std::min(op.start, record.start);
    op.end = std::max(op.end, record.end);
    if (works[record.work].op < accounted_from_op) {
      result.accounted_from = std::max(result.accounted_from, record.end);
    }
    result.cycles = std::max(result.cycles, record.end);
  }
  for (const Unit* unit : machine.units()) result.busy_cycles.push_back(unit->busy_cycles());
  const DramCounts moved_by_ops = result.counts.dram;
  result.counts.dram = machine.finish_memory();
  if (moved_by_ops.read_bytes != result.counts.dram.read_bytes ||
      moved_by_ops.write_bytes != result.counts.dram.write_bytes) {
    throw std::logic_error("the memory moved other bytes than the program promised");
  }
}

std::vector<ArrayShare> array_shares(const Accelerator& accelerator,
                                     const std::vector<UnitInfo>& units, const SimResult& result,
                                     const std::vector<TileWork>& works) {
  std::vector<ArrayShare> shares(works.size());
  std::vector<bool> known(works.size(), false);
  for (const TaskRecord& record : result.records) {
    const UnitInfo& unit = units[record.unit];
    if (unit.kind != UnitKind::array || known[record.work]) continue;
    known[record.work] = true;
    const EnginePool& engine = accelerator.engines[static_cast<std::size_t>(unit.index)];
    const ArrayTiming timing =
        engine_timing(engine.kind, works[record.work].engine_tile, {}, 0, 0, nullptr);
    shares[record.work] = {static_cast<Cycle>(timing.ideal),
                           static_cast<Cycle>(timing.quantisation)};
  }
  return shares;
}

}  // namespace

const std::array<const char*, kWorkKinds> work_kind_names = {
    "ideal", "quantisation", "fill_drain", "dram", "interconnect", "nonlinear", "decision"};
const std::array<const char*, kEdges> edge_names = {"end", "dependency", "buffer_space", "unit",
                                                    "queue"};

SimResult simulate(const Accelerator& accelerator, TaskSource& program, const SimOptions& options) {
  SimResult result;
  result.ops.resize(program.ops());
  const std::vector<UnitInfo> units = unit_table(accelerator);
  Kernel kernel(steps_per_cycle(accelerator, options));
  Machine machine("machine", accelerator, program, options);
  run(machine, options);
  if (machine.shared().error) std::rethrow_exception(machine.shared().error);
  machine.check_finished();
  result.records = machine.core().records();
  account(result, machine, program.works(), machine.shared().executed, options.accounted_from_op);
  result.dram_transfers = std::move(machine.shared().dram_transfers);
  result.kernel_waits = machine.kernel_waits();
  attribute(result, program.works(), array_shares(accelerator, units, result, program.works()));
  return result;
}

}  // namespace saccade
