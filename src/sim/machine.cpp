#include "sim/machine.hpp"

#include <fmt/format.h>

#include <stdexcept>

namespace saccade {
namespace {

std::vector<std::uint64_t> capacities(const Accelerator& accelerator) {
  std::vector<std::uint64_t> bytes;
  for (const Buffer& buffer : accelerator.buffers) {
    bytes.push_back(static_cast<std::uint64_t>(buffer.bytes));
  }
  return bytes;
}

}  // namespace

Machine::Machine(const sc_core::sc_module_name& name, const Accelerator& accelerator,
                 TaskSource& program, const SimOptions& options)
    : sc_module(name),
      core_(program.ops(), capacities(accelerator)),
      shared_{core_,
              program,
              std::mt19937(options.stall_seed),
              options.stall_seed != 0,
              0,
              {},
              {},
              {},
              {},
              {},
              {},
              {}},
      fabric_("interconnect", accelerator.interconnect, accelerator.dma.size()) {
  shared_.progress = options.progress;
  shared_.ports.resize(accelerator.buffers.size());
  if (options.dram_trace) shared_.dram_transfers.resize(accelerator.dma.size());
  for (const EnginePool& engine : accelerator.engines) {
    const bool bus = engine.network && engine.network->kind == InterconnectKind::bus;
    shared_.networks.push_back({bus, {}});
  }
  const int depth = options.queue_depth > 0 ? options.queue_depth : accelerator.queue_depth;
  for (const UnitInfo& info : unit_table(accelerator)) add_unit(info, accelerator, depth);
  add_memory(accelerator, options);
  shared_.wake_ready = [this] {
    for (const Core::Slot slot : core_.newly_ready()) units_[core_.task(slot).unit]->wake(slot);
    core_.newly_ready().clear();
  };
  sequencer_ = std::make_unique<Sequencer>("sequencer", shared_, program, units_);
}

void Machine::add_memory(const Accelerator& accelerator, const SimOptions& options) {
  if (options.foreign_memory) {
    const auto burst = static_cast<std::uint64_t>(accelerator.dram.device.access_bytes);
    foreign_ = std::make_unique<ForeignPort>("foreign_port", options.foreign_memory(), burst);
    fabric_.memory.bind(foreign_->socket);
  } else {
    dram_ = std::make_unique<Dram>("dram", accelerator.dram, accelerator.clock_hz);
    fabric_.memory.bind(dram_->socket);
  }
}

void Machine::add_unit(const UnitInfo& info, const Accelerator& accelerator, int queue_depth) {
  const auto name = sc_core::sc_module_name(info.name.c_str());
  const auto index = static_cast<std::size_t>(info.index);
  switch (info.kind) {
    case UnitKind::dma: {
      auto dma = std::make_unique<Dma>(name, shared_, queue_depth, accelerator);
      dma->socket.bind(fabric_.targets);
      owned_.push_back(std::move(dma));
      break;
    }
    case UnitKind::network:
      owned_.push_back(std::make_unique<Filler>(name, shared_, queue_depth));
      break;
    case UnitKind::array:
      owned_.push_back(
          std::make_unique<PeArray>(name, shared_, queue_depth, accelerator.engines[index].kind));
      break;
    case UnitKind::vector:
      owned_.push_back(std::make_unique<VectorLanes>(name, shared_, queue_depth));
      break;
  }
  units_.push_back(owned_.back().get());
}

DramCounts Machine::finish_memory() { return foreign_ ? foreign_->counts() : dram_->finish(); }

std::uint64_t Machine::kernel_waits() const {
  return shared_.waits + (dram_ ? dram_->waits() : 0) + fabric_.waits();
}

bool Machine::finished() const {
  return sequencer_->finished() && core_.completed() == core_.records().size();
}

void Machine::check_finished() const {
  if (finished()) return;
  std::string report =
      fmt::format("deadlock: {} of {} tasks completed", core_.completed(), core_.records().size());
  for (const Unit* unit : units_)
    report += fmt::format("\n  {}: {}", unit->basename(), unit->state());
  throw std::logic_error(report);
}

}  // namespace saccade
