#include "mapping/tile_figures.hpp"

#include <algorithm>
#include <array>

#include "mapping/way.hpp"

namespace saccade {
namespace {

/// A dimension cut into tiles: (size, how many of it).
struct SizeClass {
  std::int64_t size, count;
};
struct SizeClasses {
  std::array<SizeClass, 2> items{};
  std::size_t used = 0;
  void add(std::int64_t size, std::int64_t count) {
    if (count > 0 && size > 0) items[used++] = {size, count};
  }
  const SizeClass* begin() const { return items.data(); }
  const SizeClass* end() const { return items.data() + used; }
};

SizeClasses classes_of(std::int64_t full, std::int64_t tile) {
  SizeClasses classes;
  classes.add(tile, full / tile);
  classes.add(full % tile, 1);
  return classes;
}

SizeClasses row_classes(const Product& product, std::int64_t tile_m) {
  const std::int64_t line = product.conv ? product.conv->out_width() : 0;
  if (line == 0 || tile_m >= line) return classes_of(product.m, tile_m);
  SizeClasses classes = classes_of(line, tile_m);
  for (SizeClass& item : classes.items) item.count *= product.m / line;
  return classes;
}

SizeClasses entry_classes(const Product& product, std::int64_t at_once) {
  SizeClasses classes = classes_of(product.heads, at_once);
  for (SizeClass& item : classes.items) item.count *= product.images;
  return classes;
}

/// Calls `each` with every kind of tile, how many there are, and whether it adds to earlier sums.
template <class Each>
void for_tiles(const ProductFacts& facts, const OpSchedule& schedule, Each each) {
  const GemmTile tile = schedule.tile();
  const Product& product = facts.product;
  for (const SizeClass& e : entry_classes(product, schedule.at_once)) {
    for (const SizeClass& m : row_classes(product, tile.m)) {
      for (const SizeClass& n : classes_of(product.n, tile.n)) {
        std::int64_t earlier = 0;
        for (const SizeClass& k : classes_of(product.k, tile.k)) {
          const EngineTile made = engine_tile(facts, schedule, {m.size, n.size, k.size}, e.size);
          const std::int64_t columns = e.count * m.count * n.count;
          if (earlier == 0) each(made, columns, false);
          if (k.count > (earlier == 0 ? 1 : 0)) {
            each(made, columns * (k.count - (earlier == 0 ? 1 : 0)), true);
          }
          earlier += k.count;
        }
      }
    }
  }
}

/// Cycles of a tile after others like it, or those of the buffers' ports if they are more.
std::int64_t engine_cycles(const ProductFacts& facts, const EngineTile& tile,
                           const TileAccesses& moved) {
  const EngineKind& kind = facts.engine->kind;
  ArrayState before;
  engine_timing(kind, tile, {}, 0, 0, &before);
  const ArrayTiming timing = engine_timing(kind, tile, before, 0, before.stream, nullptr);
  BufferTable table{};
  const auto add = [&](BufferId buffer, std::int64_t elements, int bits) {
    table[static_cast<std::size_t>(buffer)].read_bytes[0] +=
        static_cast<std::uint64_t>(packed_bytes(elements, bits));
  };
  add(facts.way(Matrix::input).back(), moved.input_reads, facts.input_bits);
  add(facts.way(Matrix::weight).back(), moved.weight_reads, facts.weight_bits);
  add(facts.engine->storage.partial_sum, moved.partial_reads + moved.partial_writes,
      facts.sum_bits());
  return std::max(timing.occupies, port_cycles(*facts.buffers, table, active_pes(kind, tile)));
}

/// Cycles of post-processing and followers for a tile, shared by the copies of their units.
double vector_work(const ProductFacts& facts, const EngineTile& tile) {
  if (facts.vector_unit == nullptr) return 0;
  const std::int64_t rows = tile.entries * tile.size.m;
  const std::int64_t columns = tile.size.n;
  const VectorTile post = {facts.vector_unit,
                           &facts.post,
                           facts.engine->storage.partial_sum,
                           Operand::partial_sum,
                           rows * packed_bytes(columns, facts.sum_bits()),
                           0,
                           packed_bytes(rows * columns, facts.output_bits)};
  double cycles = static_cast<double>(vector_tile_cycles(*facts.buffers, post, rows, columns)) /
                  facts.vector_unit->count;
  for (const FollowerFacts& follower : facts.followers) {
    cycles += follower.cycles_per_element * static_cast<double>(rows * columns);
  }
  return cycles;
}

}  // namespace

TileFigures tile_figures(const ProductFacts& facts, const OpSchedule& schedule) {
  TileFigures figures;
  for_tiles(facts, schedule, [&](const EngineTile& tile, std::int64_t count, bool later) {
    const TileAccesses moved = engine_accesses(facts.engine->kind, tile, later);
    figures.accesses.input_reads += moved.input_reads * count;
    figures.accesses.weight_reads += moved.weight_reads * count;
    figures.accesses.partial_reads += moved.partial_reads * count;
    figures.accesses.partial_writes += moved.partial_writes * count;
    figures.exchanged_bytes +=
        packed_bytes(engine_exchanged(facts.engine->kind, tile), facts.sum_bits()) * count;
    figures.tiles += count;
    figures.compute_cycles += static_cast<double>(engine_cycles(facts, tile, moved) * count);
    if (!later) figures.vector_cycles += vector_work(facts, tile) * static_cast<double>(count);
  });
  figures.compute_cycles /= facts.engine->count;
  figures.part_pixels = part_pixels(facts, schedule);
  return figures;
}

}  // namespace saccade
