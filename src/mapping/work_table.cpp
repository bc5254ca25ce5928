#include "mapping/work_table.hpp"

#include <algorithm>

namespace saccade {
namespace {

std::uint64_t bytes_of(std::int64_t elements, int bits) {
  return static_cast<std::uint64_t>(ceil_div(elements * bits, 8));
}

template <class Component>
std::size_t index_in(const std::vector<Component>& components, const Component* component) {
  return static_cast<std::size_t>(component - components.data());
}

}  // namespace

template <class Make>
std::uint32_t WorkTable::find_or_make(const Key& key, Make make) {
  const auto [found, added] = index_.emplace(key, static_cast<std::uint32_t>(works_.size()));
  if (added) works_.push_back(make());
  return found->second;
}

/// Lets the work cross a network with so many bytes, each counted once; returns the bytes that pass
/// its shared link.
std::int64_t WorkTable::cross(TileWork& work, const Crossing& crossing, std::int64_t bytes) const {
  if (crossing.engine < 0) return bytes;
  const EnginePool& engine = accelerator_.engines[static_cast<std::size_t>(crossing.engine)];
  const NetworkUse use =
      network_use(*engine.network, engine_pes(engine.kind), bytes, crossing.copies);
  work.outward = crossing.outward;
  pass_network(work, crossing.engine, use);
  return use.link_bytes;
}

void WorkTable::pass_network(TileWork& work, int engine, const NetworkUse& use) const {
  const auto index = static_cast<std::size_t>(engine);
  work.network = engine;
  work.network_cycles = network_cycles(*accelerator_.engines[index].network, use.link_bytes);
  work.counts.network_link_bytes[index] += static_cast<std::uint64_t>(use.link_bytes);
  work.counts.network_hop_bytes[index] += static_cast<std::uint64_t>(use.hop_bytes);
}

/// Cycles beyond the first until the slowest of the buffers that a work reads answers.
std::int64_t WorkTable::read_latency(const TileWork& work) const {
  int latency = 0;
  for (const PortUse& use : work.ports) {
    latency = std::max(latency, accelerator_.buffers[use.buffer].latency_cycles);
  }
  return latency;
}

std::uint32_t WorkTable::array(std::uint32_t op, const ArrayWork& work, const EngineTile& tile,
                               bool accumulates) {
  const GemmTile& size = tile.size;
  const Key key = {
      op,          static_cast<std::int64_t>(Stage::compute), size.m, size.n, size.k, accumulates,
      tile.entries};
  return find_or_make(key, [&] {
    TileWork made;
    made.op = op;
    made.stage = Stage::compute;
    made.tile = {tile.entries * size.m, size.n, size.k};
    made.engine_tile = tile;
    made.accumulates = accumulates;
    const EngineKind& kind = work.engine->kind;
    const TileAccesses moved = engine_accesses(kind, tile, accumulates);
    const auto buffer = [&](BufferId id) -> BufferCounts& {
      return made.counts.buffers[static_cast<std::size_t>(id)];
    };
    constexpr auto input = static_cast<std::size_t>(Operand::input);
    constexpr auto weight = static_cast<std::size_t>(Operand::weight);
    constexpr auto sum = static_cast<std::size_t>(Operand::partial_sum);
    const BufferId sums = work.engine->storage.partial_sum;
    buffer(work.input_buffer).read_bytes[input] += bytes_of(moved.input_reads, work.input_bits);
    buffer(work.weight_buffer).read_bytes[weight] += bytes_of(moved.weight_reads, work.weight_bits);
    buffer(sums).read_bytes[sum] += bytes_of(moved.partial_reads, work.sum_bits);
    buffer(sums).write_bytes[sum] += bytes_of(moved.partial_writes, work.sum_bits);
    const std::size_t engine = index_in(accelerator_.engines, work.engine);
    made.counts.macs[engine][mac_width_index(std::max(work.input_bits, work.weight_bits))] =
        static_cast<std::uint64_t>(tile.entries * size.m * size.n * size.k);
    if (const std::int64_t exchanged = engine_exchanged(kind, tile); exchanged > 0) {
      pass_network(made, static_cast<int>(engine),
                   exchange_use(*work.engine->network, packed_bytes(exchanged, work.sum_bits)));
    }
    made.counts.mac_slots[engine] = static_cast<std::uint64_t>(engine_slots(kind, tile));
    made.ports = port_uses(accelerator_.buffers, made.counts.buffers, active_pes(kind, tile));
    made.latency = read_latency(made);
    return made;
  });
}

std::uint32_t WorkTable::vector(std::uint32_t op, const VectorTile& tile, const Crossing& crossing,
                                std::int64_t rows, std::int64_t columns) {
  const Key key = {op,
                   static_cast<std::int64_t>(Stage::post),
                   rows,
                   columns,
                   tile.source_bytes,
                   tile.other_bytes,
                   tile.destination_bytes,
                   tile.handovers};
  return find_or_make(key, [&] {
    TileWork made;
    made.op = op;
    made.stage = Stage::post;
    made.tile = {rows, columns, 1};
    made.cycles = vector_cycles(*tile.unit, *tile.work, rows, columns) +
                  std::int64_t{tile.handovers} * tile.unit->handover_cycles;
    made.decides = tile.work->decides;
    const std::size_t unit = index_in(accelerator_.vector_units, tile.unit);
    made.counts.vector[unit] = vector_operations(*tile.work, rows, columns);
    add_moved(made.counts.buffers, tile);
    made.ports = port_uses(accelerator_.buffers, made.counts.buffers);
    made.latency = vector_latency(*tile.unit, *tile.work) + read_latency(made);
    cross(made, crossing, tile.destination_bytes);
    return made;
  });
}

std::uint32_t WorkTable::transfer(std::uint32_t op, const Transfer& transfer) {
  const std::uint64_t useful = transfer.region.useful_bytes();
  const std::uint64_t moved = burst_bytes(
      transfer.region, static_cast<std::uint64_t>(accelerator_.dram.device.access_bytes));
  const Key key = {op,
                   static_cast<std::int64_t>(transfer.stage),
                   static_cast<std::int64_t>(useful),
                   static_cast<std::int64_t>(moved),
                   transfer.buffer,
                   static_cast<std::int64_t>(transfer.operand)};
  return find_or_make(key, [&] {
    TileWork made;
    made.op = op;
    made.stage = transfer.stage;
    auto& counts = made.counts.buffers[static_cast<std::size_t>(transfer.buffer)];
    const auto column = static_cast<std::size_t>(transfer.operand);
    if (transfer.stage == Stage::store) {
      counts.read_bytes[column] = useful;
      made.counts.dram.write_bytes = moved;
      made.counts.dram.useful_write_bytes = useful;
    } else {
      counts.write_bytes[column] = useful * static_cast<std::uint64_t>(transfer.crossing.copies);
      made.counts.dram.read_bytes = moved;
      made.counts.dram.useful_read_bytes = useful;
    }
    made.counts.interconnect_bytes = useful;
    made.ports = port_uses(accelerator_.buffers, made.counts.buffers);
    cross(made, transfer.crossing, static_cast<std::int64_t>(useful));
    return made;
  });
}

std::uint32_t WorkTable::fill(std::uint32_t op, const Fill& fill) {
  const Key key = {op, static_cast<std::int64_t>(fill.stage), fill.from, fill.to, fill.bytes};
  return find_or_make(key, [&] {
    TileWork made;
    made.op = op;
    made.stage = fill.stage;
    const auto column = static_cast<std::size_t>(fill.operand);
    const std::int64_t sent = cross(made, fill.crossing, fill.bytes);
    made.counts.buffers[static_cast<std::size_t>(fill.from)].read_bytes[column] =
        static_cast<std::uint64_t>(sent);
    made.counts.buffers[static_cast<std::size_t>(fill.to)].write_bytes[column] =
        static_cast<std::uint64_t>(fill.bytes * fill.crossing.copies);
    made.ports = port_uses(accelerator_.buffers, made.counts.buffers, fill.pes);
    made.latency = read_latency(made);
    return made;
  });
}

}  // namespace saccade
