#include "cost/ports.hpp"

#include <algorithm>
#include <cmath>

namespace saccade {

namespace {

/// Cycles for which a tile needs all of a buffer's ports.
double cycles_of(const Buffer& buffer, const BufferCounts& moved, std::int64_t active_pes) {
  std::uint64_t bytes = 0;
  for (const std::uint64_t part : moved.read_bytes) bytes += part;
  for (const std::uint64_t part : moved.write_bytes) bytes += part;
  if (bytes == 0) return 0;
  const auto instances = static_cast<double>(std::min<std::int64_t>(buffer.instances, active_pes));
  return static_cast<double>(bytes) / (buffer.bytes_per_cycle() * instances);
}

}  // namespace

std::vector<PortUse> port_uses(const std::vector<Buffer>& buffers, const BufferTable& moved,
                               std::int64_t active_pes) {
  std::vector<PortUse> uses;
  for (std::size_t i = 0; i < buffers.size(); ++i) {
    const double cycles = cycles_of(buffers[i], moved[i], active_pes);
    if (cycles > 0) uses.push_back({static_cast<std::uint16_t>(i), cycles});
  }
  return uses;
}

std::int64_t port_cycles(const std::vector<Buffer>& buffers, const BufferTable& moved,
                         std::int64_t active_pes) {
  double cycles = 0;
  for (std::size_t i = 0; i < buffers.size(); ++i) {
    cycles = std::max(cycles, cycles_of(buffers[i], moved[i], active_pes));
  }
  return static_cast<std::int64_t>(std::ceil(cycles));
}

void add_moved(BufferTable& table, const VectorTile& tile) {
  const auto bytes = [](std::int64_t value) { return static_cast<std::uint64_t>(value); };
  const auto source_class = static_cast<std::size_t>(tile.source_class);
  BufferCounts& from = table[static_cast<std::size_t>(tile.source)];
  const std::size_t reads = tile.work->reads_once ? 1 : tile.work->sweeps.size();
  from.read_bytes[source_class] += reads * bytes(tile.source_bytes);
  from.write_bytes[source_class] += bytes(tile.work->rewrites * tile.source_bytes);
  BufferCounts& to = table[static_cast<std::size_t>(tile.unit->output)];
  to.read_bytes[static_cast<std::size_t>(Operand::input)] += bytes(tile.other_bytes);
  to.write_bytes[static_cast<std::size_t>(Operand::output)] += bytes(tile.destination_bytes);
}

std::int64_t vector_tile_cycles(const std::vector<Buffer>& buffers, const VectorTile& tile,
                                std::int64_t rows, std::int64_t columns) {
  BufferTable moved{};
  add_moved(moved, tile);
  return std::max(vector_cycles(*tile.unit, *tile.work, rows, columns),
                  port_cycles(buffers, moved));
}

}  // namespace saccade
