#include "mapping/program.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <stdexcept>

namespace saccade {
namespace {

/// A load is not moved over more tasks than this: it would be granted space long before its turn,
/// which the tasks between could use to overlap.
constexpr std::size_t kHoistLimit = 64;

bool is_load(const TileTask& task) {
  return task.region.rows > 0 && task.region.row_bytes > 0 && !task.write;
}

/// Whether `load` must stay behind `other`.
bool must_follow(const TileTask& load, const TileTask& other) {
  if (load.unit == other.unit) return true;
  for (const Need& need : load.needs) {
    if (other.counter == need.counter && other.first < need.count) return true;
  }
  return false;
}

}  // namespace

SpaceLedger::SpaceLedger(const Accelerator& accelerator) {
  for (const Buffer& buffer : accelerator.buffers) {
    capacity_.push_back(static_cast<std::uint64_t>(buffer.bytes));
  }
}

SpaceLedger::Used SpaceLedger::run(const TileTask& task) {
  for (const Acquire& acquire : task.acquires) {
    if (acquire.region >= regions_.size()) regions_.resize(acquire.region + 1);
    Held& held = regions_[acquire.region];
    held.bytes += acquire.bytes;
    held.buffer = acquire.buffer;
    held.uses += acquire.uses;
    used_[acquire.buffer] += acquire.bytes;
  }
  const Used while_running = used_;
  for (const RegionId id : task.releases) {
    if (id >= regions_.size() || regions_[id].uses == 0) {
      throw std::logic_error(fmt::format("region {} is released more often than it is held", id));
    }
    Held& held = regions_[id];
    if (--held.uses > 0) continue;
    used_[held.buffer] -= held.bytes;
    held.bytes = 0;
  }
  return while_running;
}

Program::Program(const Accelerator& accelerator, std::vector<const Mapping*> stream,
                 std::size_t window)
    : accelerator_(accelerator),
      stream_(std::move(stream)),
      window_(window),
      state_{WorkTable(accelerator), 1, {}},
      ledger_(accelerator) {
  if (window == 0) throw std::logic_error("a stream without any workload in flight");
  for (const Mapping* mapping : stream_) {
    ops_ += mapping->workload.ops().size();
    groups_ += mapping->groups.size();
  }
}

std::string Program::op_name(std::size_t op) const {
  for (const Mapping* mapping : stream_) {
    const auto& ops = mapping->workload.ops();
    if (op < ops.size()) return ops[op].name;
    op -= ops.size();
  }
  return "?";
}

bool Program::next(TileTask& task) {
  while (ready_.empty()) {
    if (finished_) return false;
    expand_next();
  }
  task = ready_.front();
  ready_.pop_front();
  return true;
}

/// Expands one more group behind the open one, moves its loads forward, and closes the open one.
void Program::expand_next() {
  expanded_.clear();
  if (!flights_.empty() || begun_ < stream_.size()) {
    expand_group();
  } else {
    finished_ = true;
  }
  const std::size_t first = open_.size();
  for (const TileTask& task : expanded_) {
    open_.push_back({task, ledger_.run(task), expanded_groups_});
  }
  hoist_loads(open_, first);
  // All that stands up to the last task of the group before is final now.
  std::size_t final_tasks = open_.size();
  if (!finished_) {
    while (final_tasks > 0 && open_[final_tasks - 1].group == expanded_groups_) --final_tasks;
  }
  for (std::size_t i = 0; i < final_tasks; ++i) {
    check(open_[i]);
    ready_.push_back(open_[i].task);
  }
  open_.erase(open_.begin(), open_.begin() + static_cast<std::ptrdiff_t>(final_tasks));
}

bool Program::may_begin() const {
  if (begun_ == stream_.size() || flights_.size() == window_) return false;
  if (flights_.empty()) return true;
  const Flight& newest = flights_.back();
  return newest.group * window_ >= newest.mapping->groups.size();
}

void Program::begin_workload() {
  const Mapping* mapping = stream_[begun_++];
  flights_.push_back(
      {mapping, 0, std::make_unique<Expander>(*mapping, accelerator_, state_, first_op_, gate_)});
  first_op_ += mapping->workload.ops().size();
}

void Program::expand_group() {
  if (may_begin()) begin_workload();
  turn_ %= flights_.size();
  Flight& flight = flights_[turn_];
  flight.expander->expand(flight.group, expanded_);
  ++expanded_groups_;
  if (++flight.group < flight.mapping->groups.size()) {
    ++turn_;
    return;
  }
  gate_ = flight.expander->last_store();
  flights_.erase(flights_.begin() + static_cast<std::ptrdiff_t>(turn_));
}

/// Where load `i`, moved up to `place`, may stand: not behind more loads of its unit in a row than
/// the unit's queue takes, for the sequencer would stand still with what comes after them.
std::size_t Program::behind_crowd(const std::vector<Placed>& tasks, std::size_t place,
                                  std::size_t i) const {
  const auto depth = static_cast<std::size_t>(accelerator_.queue_depth);
  for (;;) {
    std::size_t crowd = 0;
    for (std::size_t j = place; j > 0 && is_load(tasks[j - 1].task) && crowd < depth; --j) {
      crowd += tasks[j - 1].task.unit == tasks[i].task.unit ? 1 : 0;
    }
    if (crowd < depth) return place;
    while (place < i && is_load(tasks[place].task)) ++place;
    if (place < i) ++place;
    if (place == i) return i;
  }
}

/// Moves each load from `first` on forward, over tasks in whose time its space is free, in the
/// order of the loads.
void Program::hoist_loads(std::vector<Placed>& tasks, std::size_t first) {
  for (std::size_t i = first; i < tasks.size(); ++i) {
    if (!is_load(tasks[i].task) || tasks[i].task.acquires.size() == 0) continue;
    const Acquire acquire = tasks[i].task.acquires[0];
    const std::uint64_t capacity = ledger_.capacity(acquire.buffer);
    std::size_t place = i;
    while (place > 0 && i - place < kHoistLimit) {
      const Placed& before = tasks[place - 1];
      if (must_follow(tasks[i].task, before.task)) break;
      if (before.used[acquire.buffer] + acquire.bytes > capacity) break;
      --place;
    }
    place = behind_crowd(tasks, place, i);
    if (place == i) continue;
    for (std::size_t j = place; j < i; ++j) tasks[j].used[acquire.buffer] += acquire.bytes;
    // While it runs in its new place only what stood before that place is held besides.
    SpaceLedger::Used used = tasks[place].used;
    for (const Acquire& later : tasks[place].task.acquires) used[later.buffer] -= later.bytes;
    std::rotate(tasks.begin() + static_cast<std::ptrdiff_t>(place),
                tasks.begin() + static_cast<std::ptrdiff_t>(i),
                tasks.begin() + static_cast<std::ptrdiff_t>(i) + 1);
    tasks[place].used = used;
  }
}

void Program::check(const Placed& placed) const {
  for (std::size_t i = 0; i < accelerator_.buffers.size(); ++i) {
    if (placed.used[i] <= ledger_.capacity(i)) continue;
    throw std::logic_error(fmt::format("{} ({}): the program holds {} bytes in buffer {} of {}",
                                       op_name(placed.task.op),
                                       stage_names[placed.task.counter % kStages], placed.used[i],
                                       accelerator_.buffers[i].name, ledger_.capacity(i)));
  }
}

}  // namespace saccade
