#include "sim/attribution.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <stdexcept>

namespace saccade {
namespace {

/// What a task does with the cycles in which it neither multiplies nor is blocked.
WorkKind kind_of(const TileWork& work) {
  switch (work.stage) {
    case Stage::load_input:
    case Stage::load_weight:
    case Stage::store:
      return WorkKind::dram;
    case Stage::fill_input:
    case Stage::fill_weight:
      return WorkKind::interconnect;
    case Stage::compute:
      return WorkKind::fill_drain;
    case Stage::post:
      break;
  }
  return work.decides ? WorkKind::decision : WorkKind::nonlinear;
}

/// Shares the first `cycles` of one task out to its kinds of work.
void share_out(OpActivity& op, const TileWork& work, const ArrayShare& share,
               const TaskRecord& record, Edge edge, Cycle cycles) {
  const auto column = static_cast<std::size_t>(edge);
  const auto give = [&](WorkKind kind, Cycle amount) {
    const Cycle part = std::min(cycles, amount);
    op.exclusive[static_cast<std::size_t>(kind)][column] += part;
    cycles -= part;
  };
  if (work.stage == Stage::compute) {
    give(WorkKind::ideal, share.ideal);
    give(WorkKind::quantisation, share.quantisation);
  }
  give(WorkKind::interconnect, record.blocked);
  give(kind_of(work), cycles);
}

}  // namespace

Cycle OpActivity::exclusive_cycles() const {
  Cycle sum = 0;
  for (const auto& kind : exclusive) {
    for (const Cycle cycles : kind) sum += cycles;
  }
  return sum;
}

void attribute(SimResult& result, const std::vector<TileWork>& works,
               const std::vector<ArrayShare>& shares) {
  const auto& records = result.records;
  if (records.empty()) return;
  const auto last = std::max_element(records.begin(), records.end(),
                                     [](const auto& a, const auto& b) { return a.end < b.end; });
  TaskIndex index = static_cast<TaskIndex>(last - records.begin());
  Cycle until = last->end;
  Edge held_by = Edge::start;  // the last task holds up nobody: the end of the run
  while (index != kNoTask && until > result.accounted_from) {
    const TaskRecord& record = records[index];
    if (record.start > until || until > record.end) {
      throw std::logic_error(fmt::format("task {} ({} to {}) cannot have released at cycle {}",
                                         index, record.start, record.end, until));
    }
    const TileWork& work = works[record.work];
    const Cycle since = std::max(record.start, result.accounted_from);
    share_out(result.ops[work.op], work, shares[record.work], record, held_by, until - since);
    until = record.start;
    held_by = record.edge;
    index = record.by;
  }
  if (until > result.accounted_from)
    throw std::logic_error("the walk back ends before the start of the run");
}

}  // namespace saccade
