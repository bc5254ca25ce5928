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

/// Cycles in which the slowest of the buffers can move its share.
std::int64_t WorkTable::port_cycles(const Counters& counts) const {
  std::int64_t cycles = 0;
  for (std::size_t i = 0; i < accelerator_.buffers.size(); ++i) {
    std::uint64_t bytes = 0;
    for (const std::uint64_t part : counts.buffers[i].read_bytes) bytes += part;
    for (const std::uint64_t part : counts.buffers[i].write_bytes) bytes += part;
    cycles = std::max(cycles, ceil_div(static_cast<std::int64_t>(bytes),
                                       accelerator_.buffers[i].bytes_per_cycle()));
  }
  return cycles;
}

std::uint32_t WorkTable::array(std::uint32_t op, const ArrayWork& work, const GemmTile& tile,
                               bool accumulates) {
  const Key key = {op,         static_cast<std::int64_t>(Stage::compute), tile.m, tile.n, tile.k,
                   accumulates};
  return find_or_make(key, [&] {
    TileWork made;
    made.op = op;
    made.stage = Stage::compute;
    made.tile = tile;
    made.accumulates = accumulates;
    const auto& array = std::get<SystolicArray>(work.engine->kind);
    const TileAccesses moved = tile_accesses(array, tile, accumulates);
    const auto buffer = [&](BufferId id) -> BufferCounts& {
      return made.counts.buffers[static_cast<std::size_t>(id)];
    };
    constexpr auto input = static_cast<std::size_t>(Operand::input);
    constexpr auto weight = static_cast<std::size_t>(Operand::weight);
    constexpr auto sum = static_cast<std::size_t>(Operand::partial_sum);
    const EngineStorage& storage = work.engine->storage;
    buffer(storage.input).read_bytes[input] += bytes_of(moved.input_reads, work.input_bits);
    buffer(work.weight_buffer).read_bytes[weight] += bytes_of(moved.weight_reads, work.weight_bits);
    buffer(storage.partial_sum).read_bytes[sum] += bytes_of(moved.partial_reads, work.sum_bits);
    buffer(storage.partial_sum).write_bytes[sum] += bytes_of(moved.partial_writes, work.sum_bits);
    const std::size_t engine = index_in(accelerator_.engines, work.engine);
    made.counts.macs[engine][mac_width_index(std::max(work.input_bits, work.weight_bits))] =
        static_cast<std::uint64_t>(tile.m * tile.n * tile.k);
    made.port_cycles = port_cycles(made.counts);
    return made;
  });
}

std::uint32_t WorkTable::vector(std::uint32_t op, const VectorTile& tile, std::int64_t rows,
                                std::int64_t columns) {
  const Key key = {op,
                   static_cast<std::int64_t>(Stage::post),
                   rows,
                   columns,
                   tile.source_bytes,
                   tile.other_bytes,
                   tile.destination_bytes};
  return find_or_make(key, [&] {
    TileWork made;
    made.op = op;
    made.stage = Stage::post;
    made.tile = {rows, columns, 1};
    made.cycles = vector_cycles(*tile.unit, *tile.work, rows, columns);
    made.latency = vector_latency(*tile.unit, *tile.work);
    const std::size_t unit = index_in(accelerator_.vector_units, tile.unit);
    made.counts.vector[unit] = vector_operations(*tile.work, rows, columns);
    const auto source = static_cast<std::uint64_t>(tile.source_bytes);
    const auto sweeps = static_cast<std::uint64_t>(tile.work->sweeps.size());
    const auto rewrites = static_cast<std::uint64_t>(tile.work->rewrites);
    auto& from = made.counts.buffers[static_cast<std::size_t>(tile.source)];
    from.read_bytes[static_cast<std::size_t>(tile.source_class)] += sweeps * source;
    from.write_bytes[static_cast<std::size_t>(tile.source_class)] += rewrites * source;
    auto& to = made.counts.buffers[static_cast<std::size_t>(tile.unit->output)];
    to.read_bytes[static_cast<std::size_t>(Operand::input)] +=
        static_cast<std::uint64_t>(tile.other_bytes);
    to.write_bytes[static_cast<std::size_t>(Operand::output)] +=
        static_cast<std::uint64_t>(tile.destination_bytes);
    made.port_cycles = port_cycles(made.counts);
    return made;
  });
}

std::uint32_t WorkTable::transfer(std::uint32_t op, Stage stage, const Region& region,
                                  BufferId buffer, Operand operand) {
  const std::uint64_t useful = region.useful_bytes();
  const std::uint64_t moved =
      burst_bytes(region, static_cast<std::uint64_t>(accelerator_.dram.device.access_bytes));
  const Key key = {op,
                   static_cast<std::int64_t>(stage),
                   static_cast<std::int64_t>(useful),
                   static_cast<std::int64_t>(moved),
                   buffer,
                   static_cast<std::int64_t>(operand)};
  return find_or_make(key, [&] {
    TileWork made;
    made.op = op;
    made.stage = stage;
    auto& counts = made.counts.buffers[static_cast<std::size_t>(buffer)];
    const auto column = static_cast<std::size_t>(operand);
    if (stage == Stage::store) {
      counts.read_bytes[column] = useful;
      made.counts.dram.write_bytes = moved;
      made.counts.dram.useful_write_bytes = useful;
    } else {
      counts.write_bytes[column] = useful;
      made.counts.dram.read_bytes = moved;
      made.counts.dram.useful_read_bytes = useful;
    }
    made.counts.interconnect_bytes = useful;
    return made;
  });
}

}  // namespace saccade
