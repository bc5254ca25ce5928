#include "sim/core.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <stdexcept>

namespace saccade {
namespace {

/// Keeps the later of two stamps; of equal times the edge that stands first in `Edge`.
void keep_later(Stamp& last, const Stamp& candidate) {
  if (candidate.time > last.time || (candidate.time == last.time && candidate.edge < last.edge)) {
    last = candidate;
  }
}

}  // namespace

Core::Core(std::size_t ops, std::vector<std::uint64_t> capacities) : counters_(ops * kStages) {
  for (const std::uint64_t capacity : capacities) buffers_.push_back({capacity, 0, {}});
}

void Core::satisfy(Slot slot, Cycle now, TaskIndex by, Edge edge) {
  InFlight& in_flight = slots_[slot];
  keep_later(in_flight.last, {now, by, edge});
  if (--in_flight.missing == 0) {
    in_flight.ready_since = now;
    newly_ready_.push_back(slot);
  }
}

void Core::pump(Buffer& buffer, Cycle now, TaskIndex by, Edge edge) {
  while (!buffer.queue.empty()) {
    const auto [slot, which] = buffer.queue.front();
    const Acquire& acquire = slots_[slot].task.acquires[which];
    if (buffer.used + acquire.bytes > buffer.capacity) return;
    buffer.used += acquire.bytes;
    if (acquire.region >= regions_.size()) regions_.resize(acquire.region + 1);
    Region& region = regions_[acquire.region];
    region.bytes += acquire.bytes;
    region.buffer = acquire.buffer;
    region.uses += acquire.uses;
    buffer.queue.pop_front();
    satisfy(slot, now, by, edge);
  }
}

Core::Slot Core::emit(const TileTask& task, Cycle now, TaskIndex by) {
  Slot slot;
  if (free_slots_.empty()) {
    slot = static_cast<Slot>(slots_.size());
    slots_.emplace_back();
  } else {
    slot = free_slots_.back();
    free_slots_.pop_back();
  }
  InFlight& in_flight = slots_[slot];
  in_flight.task = task;
  in_flight.index = static_cast<TaskIndex>(records_.size());
  // One more than is missing, so that nothing becomes ready before all of it is filed.
  in_flight.missing = static_cast<std::uint8_t>(task.acquires.size() + 1);
  in_flight.last = {now, by, by == kNoTask ? Edge::start : Edge::queue};
  const Stage stage = static_cast<Stage>(task.counter % kStages);
  records_.push_back({0, 0, task.work, kNoTask, task.op, task.unit, Edge::start, stage});
  for (const Need& need : task.needs) {
    Counter& counter = counters_[need.counter];
    if (counter.prefix >= need.count) continue;
    ++in_flight.missing;
    counter.waiting.emplace_back(need.count, slot);
  }
  for (std::uint32_t i = 0; i < task.acquires.size(); ++i) {
    buffers_[task.acquires[i].buffer].queue.emplace_back(slot, i);
  }
  for (const Acquire& acquire : task.acquires) {
    pump(buffers_[acquire.buffer], now, by, in_flight.last.edge);
  }
  satisfy(slot, now, by, slots_[slot].last.edge);
  return slot;
}

void Core::start(Slot slot, Cycle now, const Stamp& unit_free) {
  InFlight& in_flight = slots_[slot];
  if (unit_free.edge != Edge::start) keep_later(in_flight.last, unit_free);
  const Stamp& last = in_flight.last;
  if (last.time != now) {
    throw std::logic_error(fmt::format("task {} starts at cycle {}, but was last released at {}",
                                       in_flight.index, now, last.time));
  }
  TaskRecord& record = records_[in_flight.index];
  record.start = now;
  record.by = last.by;
  record.edge = last.edge;
}

void Core::advance(Counter& counter, const InFlight& done, Cycle now) {
  const TileTask& task = done.task;
  if (task.first == counter.prefix) {
    counter.prefix += task.finishes;
  } else {
    counter.early.emplace_back(task.first, task.finishes);
  }
  for (bool found = !counter.early.empty(); found;) {
    found = false;
    for (auto& item : counter.early) {
      if (item.first != counter.prefix) continue;
      counter.prefix += item.second;
      item = counter.early.back();
      counter.early.pop_back();
      found = !counter.early.empty();
      break;
    }
  }
  for (std::size_t i = 0; i < counter.waiting.size();) {
    if (counter.waiting[i].first <= counter.prefix) {
      const Slot waiting = counter.waiting[i].second;
      counter.waiting[i] = counter.waiting.back();
      counter.waiting.pop_back();
      satisfy(waiting, now, done.index, Edge::need);
    } else {
      ++i;
    }
  }
}

void Core::release(RegionId id, Cycle now, TaskIndex by) {
  Region& region = regions_.at(id);
  if (region.uses == 0) throw std::logic_error(fmt::format("region {} is released twice", id));
  if (--region.uses > 0) return;
  Buffer& buffer = buffers_[region.buffer];
  buffer.used -= region.bytes;
  region.bytes = 0;
  pump(buffer, now, by, Edge::space);
}

void Core::complete(Slot slot, Cycle now) {
  // Others are released below, and none of that adds a slot, so the reference stays valid.
  const InFlight& done = slots_[slot];
  records_[done.index].end = now;
  ++completed_;
  if (done.task.counter != kNoCounter && done.task.finishes > 0) {
    advance(counters_[done.task.counter], done, now);
  }
  for (const RegionId region : done.task.releases) release(region, now, done.index);
  free_slots_.push_back(slot);
}

std::string Core::missing(Slot slot) const {
  std::string text;
  for (const Need& need : slots_[slot].task.needs) {
    const std::uint32_t there = counters_[need.counter].prefix;
    if (there >= need.count) continue;
    text += fmt::format(" {} of {} tiles of op {} {};", there, need.count, need.counter / kStages,
                        stage_names[need.counter % kStages]);
  }
  for (std::size_t i = 0; i < buffers_.size(); ++i) {
    for (const auto& [waiting, which] : buffers_[i].queue) {
      if (waiting != slot) continue;
      text += fmt::format(" {} bytes of buffer {} ({} of {} used);",
                          slots_[slot].task.acquires[which].bytes, i, buffers_[i].used,
                          buffers_[i].capacity);
    }
  }
  return text.empty() ? " nothing" : text;
}

}  // namespace saccade
