#include "sim/unit.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace saccade {

Cycle Shared::through_ports(const TileWork& work, Cycle now, Cycle duration, Claim claim) {
  Cycle end = now + duration;
  for (const PortUse& use : work.ports) {
    end = std::max(end, ports[use.buffer].pass(now, now, duration, use.cycles, claim));
  }
  return end;
}

Cycle Shared::across_network(const TileWork& work, Cycle now, Cycle start, Cycle duration) {
  if (work.network < 0) return start;
  NetworkLinks& network = networks[static_cast<std::size_t>(work.network)];
  return network.way(work.outward)
      .pass(now, start, duration, static_cast<double>(work.network_cycles));
}

Unit::Unit(const sc_core::sc_module_name& name, Shared& shared, int queue_depth)
    : sc_module(name), queue(queue_depth), shared_(shared) {
  SC_THREAD(run);
  SC_METHOD(retire);
  sensitive << retire_;
  dont_initialize();
}

void Unit::wake(Core::Slot slot) {
  if (slot == head_) wake_.notify();
}

void Unit::run() {
  shared_.guard([this] { serve(); });
}

void Unit::serve() {
  Core& core = shared_.core;
  for (;;) {
    if (queue.num_available() == 0) ++shared_.waits;
    head_ = queue.read();
    while (!core.ready(head_)) {
      ++shared_.waits;
      wait(wake_);
    }
    working_ = head_;
    head_ = kNone;
    const Cycle start = kernel_now();
    core.start(working_, start, freed_);
    const TaskIndex index = core.index(working_);
    Timing timing = work(core.task(working_), working_);
    if (shared_.stalling && shared_.stalls() % 4 == 0) {
      const Cycle stall = shared_.stalls() % 200;
      timing.occupies += stall;
      timing.completes += stall;
    }
    const Cycle done = kernel_now() + timing.completes;
    core.blocked(working_, timing.blocked);
    if (timing.occupies > 0) {
      ++shared_.waits;
      wait(kernel_cycles(timing.occupies));
    }
    const Cycle now = kernel_now();
    busy_ += now - start;
    freed_ = {now, index, Edge::unit};
    const Core::Slot finished = working_;
    working_ = kNone;
    if (done > now || !late_.empty()) {
      // Results leave in order: a short tile does not overtake the one ahead of it.
      const Cycle leaves = late_.empty() ? done : std::max(done, late_.back().first);
      late_.emplace_back(leaves, finished);
      if (late_.size() == 1) retire_.notify(kernel_cycles(leaves - now));
    } else {
      complete(finished);
    }
  }
}

void Unit::retire() {
  const Cycle now = kernel_now();
  shared_.guard([this, now] {
    while (!late_.empty() && late_.front().first <= now) {
      const Core::Slot slot = late_.front().second;
      late_.pop_front();
      complete(slot);
    }
  });
  if (!late_.empty()) retire_.notify(kernel_cycles(late_.front().first - now));
}

void Unit::complete(Core::Slot slot) {
  ++shared_.executed[shared_.core.task(slot).work];
  shared_.core.complete(slot, kernel_now());
  shared_.wake_ready();
}

std::string Unit::state() const {
  const auto describe = [this](Core::Slot slot) {
    const TileTask& task = shared_.core.task(slot);
    const TileWork& work = shared_.program.works()[task.work];
    return fmt::format("task {} ({}, {})", shared_.core.index(slot),
                       shared_.program.op_name(task.op),
                       stage_names[static_cast<std::size_t>(work.stage)]);
  };
  if (working_ != kNone) return "works on " + describe(working_);
  if (head_ == kNone) return "idle";
  return fmt::format("{} waits for{} {} more queued", describe(head_), shared_.core.missing(head_),
                     queue.num_available());
}

}  // namespace saccade
