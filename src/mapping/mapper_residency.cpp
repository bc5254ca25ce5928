// Where tensors live: addresses in DRAM, and what of them stays on chip between ops.
#include <fmt/format.h>

#include <algorithm>
#include <limits>

#include "base/error.hpp"
#include "mapping/mapper.hpp"

namespace saccade {
namespace {

constexpr std::uint64_t kAlignment = 4096;  ///< of tensors in DRAM: a page, and whole bursts

/// Bytes that a tensor takes on chip, tile by tile: a tile of odd bits ends on a whole byte.
std::int64_t resident_bytes(const Tensor& tensor) {
  return tensor.bytes() + (tensor.bits % 8 == 0 ? 0 : tensor.rows());
}

}  // namespace

void Mapper::assign_addresses() {
  const auto readers = readers_of(mapping_.workload);
  const auto writers = writers_of(mapping_.workload);
  std::uint64_t address = 0;
  for (std::size_t i = 0; i < mapping_.homes.size(); ++i) {
    TensorHome& home = mapping_.homes[i];
    home.readers = readers[i];
    home.writers = writers[i];
    home.address = address;
    // The bias of a product lies with its weights: leave room behind them for two rows of the
    // widest accumulators.
    const Tensor& tensor = mapping_.workload.tensors()[i];
    const auto bytes = static_cast<std::uint64_t>(tensor.bytes() + tensor.columns() * 2 * 16);
    address += (bytes + kAlignment - 1) / kAlignment * kAlignment;
  }
  const auto capacity = static_cast<std::uint64_t>(accelerator_.dram.capacity_bytes());
  if (address <= capacity) return;
  throw Infeasible(fmt::format("{}: its tensors take {} bytes of DRAM, {} there",
                               mapping_.workload.name(), address, capacity));
}

void Mapper::mark_streamed() {
  for (const Group& group : mapping_.groups) {
    for (std::size_t a = 0; a < group.anchors.size(); ++a) {
      std::vector<std::size_t> chain = group.anchors[a].chain();
      if (a + 1 == group.anchors.size()) chain.pop_back();
      for (const std::size_t writer : chain) {
        TensorHome& streamed = home(op(writer).outputs[0].tensor);
        streamed.home = Home::streamed;
        const auto unit = static_cast<std::size_t>(vector_units_[writer]);
        streamed.buffer = accelerator_.vector_units[unit].output;
      }
    }
  }
}

bool Mapper::on_chip(TensorId id) const { return home(id).home != Home::dram; }

/// The buffer that all writers of a tensor write to, -1 if they have none in common.
BufferId Mapper::written_buffer(std::size_t id) const {
  BufferId buffer = -1;
  for (const std::size_t writer : mapping_.homes[id].writers) {
    if (vector_units_[writer] < 0) return -1;
    const auto unit = static_cast<std::size_t>(vector_units_[writer]);
    const BufferId written = accelerator_.vector_units[unit].output;
    if (buffer >= 0 && written != buffer) return -1;
    buffer = written;
  }
  return buffer;
}

/// A tensor may stay on chip if it is written to the very buffer that all its readers read.
bool Mapper::may_stay(std::size_t id) const {
  const Tensor& candidate = mapping_.workload.tensors()[id];
  const TensorHome& home = mapping_.homes[id];
  if (candidate.kind != TensorKind::activation || home.readers.empty() ||
      home.home == Home::streamed) {
    return false;
  }
  const BufferId buffer = written_buffer(id);
  if (buffer < 0) return false;
  for (const std::size_t reader : home.readers) {
    if (engines_[reader] < 0) {
      const auto reading = static_cast<std::size_t>(vector_units_[reader]);
      if (accelerator_.vector_units[reading].output != buffer) return false;
      continue;
    }
    const auto engine = static_cast<std::size_t>(engines_[reader]);
    const EngineStorage& storage = accelerator_.engines[engine].storage;
    const bool as_input = op(reader).inputs[0].tensor == static_cast<TensorId>(id);
    const bool as_weight = op(reader).inputs[1].tensor == static_cast<TensorId>(id);
    if (as_input && storage.input.front() != buffer) return false;
    if (as_weight && storage.dynamic_weight.front() != buffer) return false;
  }
  return true;
}

/// The groups from the first that writes to the last that reads.
std::pair<std::size_t, std::size_t> Mapper::lifetime(const TensorHome& home) const {
  const std::size_t first = group_of_[home.writers.front()];
  std::size_t last = first;
  for (const std::size_t reader : home.readers) last = std::max(last, group_of_[reader]);
  return {first, last};
}

void Mapper::place(std::size_t id, Home where) {
  TensorHome& home = mapping_.homes[id];
  const std::int64_t sign = where == Home::on_chip ? 1 : -1;
  home.home = where;
  home.buffer = written_buffer(id);
  const auto [first, last] = lifetime(home);
  for (std::size_t g = first; g <= last; ++g) {
    resident_[g][static_cast<std::size_t>(home.buffer)] +=
        sign * resident_bytes(mapping_.workload.tensors()[id]);
  }
}

/// Estimates summed over the groups in a tensor's lifetime, as homes stand; nothing if one of them
/// cannot run.
std::optional<Estimate> Mapper::estimate_around(std::size_t id) {
  const auto [first, last] = lifetime(mapping_.homes[id]);
  Estimate sum;
  try {
    for (std::size_t g = first; g <= last; ++g) {
      const GroupChoice choice = cached(g);
      sum.cycles += choice.cycles;
      sum.energy_pj += choice.energy_pj;
    }
  } catch (const Infeasible&) {
    return std::nullopt;
  }
  return sum;
}

/// Greedy in program order: a tensor stays on chip where that makes the groups of its lifetime
/// better together, although it takes buffer space from their tiles.
void Mapper::plan_residency() {
  for (std::size_t id = 0; id < mapping_.homes.size(); ++id) {
    const std::string& name = mapping_.workload.tensors()[id].name;
    const auto pin = context_.pins.on_chip.find(name);
    const bool pinned = pin != context_.pins.on_chip.end();
    if (!may_stay(id)) {
      if (pinned && pin->second) {
        throw UserError({{context_.pins.file, "/tensors/" + name,
                          "cannot stay on chip: expected an activation that is written to the "
                          "buffer which all its readers read, and not passed on tile by tile"}});
      }
      continue;
    }
    if (pinned) {
      if (pin->second) place(id, Home::on_chip);
      continue;
    }
    const auto without = estimate_around(id);
    place(id, Home::on_chip);
    const auto with = estimate_around(id);
    // With the same indifference as the choices that are compared.
    const bool stays = with && (!without || best_estimate(objective_, {*with, *without}) == 0);
    if (!stays) place(id, Home::dram);
  }
}

}  // namespace saccade
