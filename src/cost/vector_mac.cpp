#include "cost/vector_mac.hpp"

#include <algorithm>

#include "base/math.hpp"

namespace saccade {

std::int64_t k_vectors(const VectorMac& engine, std::int64_t k, std::int64_t taps) {
  return taps * ceil_div(ceil_div(k, taps), engine.vector_width);
}

std::int64_t packed_groups(const VectorMac& engine, std::int64_t channels, std::int64_t n) {
  return std::max<std::int64_t>(1, std::min(engine.lanes / n, engine.vector_width / channels));
}

PeShare pe_share(const VectorMac& engine, const EngineTile& tile) {
  PeShare share;
  // The largest part, and how many parts of that size there are.
  const auto part = [](std::int64_t whole, std::int64_t pes, std::int64_t* active) {
    const std::int64_t largest = ceil_div(whole, pes);
    *active = ceil_div(whole, largest);
    return largest;
  };
  const std::int64_t vectors_n = ceil_div(tile.size.n, engine.lanes);
  share.entries =
      part(ceil_div(tile.entries, tile.pack), tile.split.entries, &share.active.entries);
  share.m = part(tile.size.m, tile.split.m, &share.active.m);
  share.n_vectors = part(vectors_n, tile.split.n, &share.active.n);
  share.k_vectors = part(tile.k_vectors, tile.split.k, &share.active.k);
  return share;
}

namespace {

/// Multiplier cycles of a tile in whole granules, which heads share where their results lie side by
/// side.
std::int64_t granule_slots(const VectorMac& engine, const EngineTile& tile) {
  const std::int64_t entries = ceil_div(tile.entries, tile.pack);
  const std::int64_t columns =
      tile.side_by_side ? round_up(entries * tile.size.n, engine.granule_columns)
                        : entries * round_up(tile.size.n, engine.granule_columns);
  return round_up(tile.size.m, engine.granule_rows) * columns * tile.k_vectors *
         engine.vector_width;
}

}  // namespace

ArrayTiming vector_mac_timing(const VectorMac& engine, const EngineTile& tile) {
  const PeShare share = pe_share(engine, tile);
  const std::int64_t multipliers = std::int64_t{engine.pes} * engine.lanes * engine.vector_width;
  ArrayTiming timing;
  timing.occupies = engine.charges_granules()
                        ? ceil_div(granule_slots(engine, tile), multipliers)
                        : share.entries * share.m * share.n_vectors * share.k_vectors;
  // PEs along k add up their sums pair by pair, a vector of them a cycle.
  std::int64_t rounds = 0;
  while ((std::int64_t{1} << rounds) < share.active.k) ++rounds;
  const std::int64_t tail =
      engine.pipeline_cycles + rounds * share.entries * share.m * share.n_vectors;
  timing.completes = timing.occupies + tail;
  timing.ideal = ceil_div(tile.entries * tile.size.m * tile.size.n * tile.size.k, multipliers);
  timing.quantisation = timing.occupies - timing.ideal;
  timing.fill_drain = tail;
  return timing;
}

TileAccesses vector_mac_accesses(const VectorMac& engine, const EngineTile& tile, bool accumulate) {
  const PeShare share = pe_share(engine, tile);
  const GemmTile& size = tile.size;
  const std::int64_t results = tile.entries * size.m * size.n;
  const std::int64_t weights = tile.entries * size.k * size.n;
  TileAccesses moved;
  moved.input_reads = tile.entries * size.m * size.k * ceil_div(size.n, engine.lanes);
  // PEs along k add what they have to one another's sums: one reads and sends, one reads, adds and
  // writes.
  const std::int64_t earlier = (accumulate ? results : 0) + 2 * results * (share.active.k - 1);
  if (engine.stationary == PeStationary::weights) {
    // Held for all rows of the PE; each vector of k but a PE's first finds sums in the buffer.
    moved.weight_reads = weights * share.active.m;
    moved.partial_writes = results * tile.k_vectors + results * (share.active.k - 1);
    moved.partial_reads = results * (tile.k_vectors - share.active.k) + earlier;
  } else {
    moved.weight_reads = weights * size.m;
    moved.partial_writes = results * share.active.k + results * (share.active.k - 1);
    moved.partial_reads = earlier;
  }
  return moved;
}

std::int64_t vector_mac_exchanged(const VectorMac& engine, const EngineTile& tile) {
  return tile.entries * tile.size.m * tile.size.n * (pe_share(engine, tile).active.k - 1);
}

std::int64_t vector_mac_slots(const VectorMac& engine, const EngineTile& tile) {
  if (engine.charges_granules()) return granule_slots(engine, tile);
  return ceil_div(tile.entries, tile.pack) * tile.size.m * ceil_div(tile.size.n, engine.lanes) *
         tile.k_vectors * engine.lanes * engine.vector_width;
}

}  // namespace saccade
