#include "mapping/way.hpp"

#include <algorithm>

#include "cost/vector_mac.hpp"

namespace saccade {
namespace {

/// The innermost loop is the one over k; bands of pixels do not depend on it.
std::size_t before_k(const Nest& nest) {
  std::size_t loops = nest.loops.size();
  while (loops > 0 && nest.loops[loops - 1].dim == Dim::k) --loops;
  return loops;
}

GemmTile tile_of(const Granule& granule) { return {granule.m.size(), granule.n, granule.k}; }

std::int64_t weight_bytes(const ProductFacts& facts, std::int64_t n, std::int64_t k, bool bias) {
  // A stored activation has rows of k (a transposed view) or of n; whole bytes per row.
  const std::int64_t matrix = facts.weight_is_parameter ? packed_bytes(k * n, facts.weight_bits)
                              : facts.product.weight.transposed
                                  ? n * packed_bytes(k, facts.weight_bits)
                                  : k * packed_bytes(n, facts.weight_bits);
  return matrix + (bias && facts.product.bias ? n * facts.product.bias_rows *
                                                    packed_bytes(1, facts.product.accumulator_bits)
                                              : 0);
}

std::int64_t pixel_bytes(const ProductFacts& facts, const WayLevel& level, std::int64_t k,
                         std::int64_t entries) {
  const Conv2d& conv = *facts.product.conv;
  const std::int64_t channels = level.bands ? conv.in_channels / conv.groups
                                            : ceil_div(k, conv.kernel_height * conv.kernel_width);
  return packed_bytes(channels * entries, facts.input_bits);
}

GranuleBytes conv_granule(const ProductFacts& facts, const OpSchedule& schedule,
                          const WayLevel& level, const Granule& granule) {
  const Conv2d& conv = *facts.product.conv;
  std::int64_t entries = granule.entries;
  const GemmTile share = instance_tile(facts, schedule, tile_of(granule), &entries);
  const std::int64_t pixel = pixel_bytes(facts, level, granule.k, granule.entries);
  const std::int64_t band = conv_band(conv, granule.m).pixels() * pixel;
  const std::int64_t useful =
      level.bands ? band : conv_part_pixels(conv, granule.m, share.m) * pixel;
  if (!level.per_pe) return {useful, useful};
  return {useful,
          conv_block_pixels(conv, share.m, share.m) * pixel_bytes(facts, level, share.k, entries)};
}

}  // namespace

GemmTile instance_tile(const ProductFacts& facts, const OpSchedule& schedule, const GemmTile& size,
                       std::int64_t* entries) {
  const auto* engine = std::get_if<VectorMac>(&facts.engine->kind);
  if (engine == nullptr) return size;
  const EngineTile tile = engine_tile(facts, schedule, size, *entries);
  const PeShare share = pe_share(*engine, tile);
  *entries = std::min(*entries, share.entries * tile.pack);
  return {share.m, std::min(size.n, share.n_vectors * engine->lanes),
          ceil_div(size.k, share.active.k)};
}

std::vector<WayLevel> way_of(const ProductFacts& facts, const OpSchedule& schedule, Matrix matrix) {
  const std::vector<BufferId>& buffers = facts.way(matrix);
  const std::vector<Hold>& holds = matrix == Matrix::input ? schedule.input : schedule.weight;
  std::vector<WayLevel> way;
  way.reserve(buffers.size());
  for (std::size_t i = 0; i < buffers.size(); ++i) {
    WayLevel level;
    level.buffer = buffers[i];
    level.per_pe = facts.buffer(buffers[i]).instances > 1;
    level.bands = i == 0 && matrix == Matrix::input && facts.product.conv.has_value();
    const std::size_t inside =
        level.bands ? std::min(holds[i].inside, before_k(schedule.nest)) : holds[i].inside;
    level.place = schedule.keep_nothing ? inside : effective_place(schedule.nest, matrix, inside);
    level.blocks = level.bands && schedule.nest.block(level.place).m > schedule.tile().m;
    level.copies = level.per_pe ? copies(schedule.split, matrix) : 1;
    way.push_back(level);
  }
  return way;
}

GranuleBytes granule_bytes(const ProductFacts& facts, const OpSchedule& schedule, Matrix matrix,
                           const WayLevel& level, const Granule& granule) {
  if (matrix == Matrix::input && facts.product.conv) {
    return conv_granule(facts, schedule, level, granule);
  }
  const auto bytes = [&](const GemmTile& size, std::int64_t entries) {
    return entries * (matrix == Matrix::input
                          ? size.m * packed_bytes(size.k, facts.input_bits)
                          : weight_bytes(facts, size.n, size.k, granule.first_k));
  };
  GranuleBytes result;
  result.useful = bytes({granule.m.size(), granule.n, granule.k}, granule.entries);
  std::int64_t entries = granule.entries;
  result.instance = result.useful;
  if (level.per_pe) {
    const GemmTile share = instance_tile(facts, schedule, tile_of(granule), &entries);
    result.instance = bytes(share, entries);
  }
  return result;
}

namespace {

/// Most bytes of a tile's granule in one instance. Tiles are all of one size but for the last of a
/// matrix or of a line of pixels, whose parts may lie across lines where those of others do not.
std::int64_t largest_instance(const ProductFacts& facts, const OpSchedule& schedule, Matrix matrix,
                              const WayLevel& level, Granule granule) {
  std::int64_t most = granule_bytes(facts, schedule, matrix, level, granule).instance;
  if (matrix == Matrix::weight || !facts.product.conv || !level.per_pe) return most;
  const std::int64_t tile = schedule.tile().m;
  for (const std::int64_t whole : {facts.product.conv->out_width(), facts.product.m}) {
    if (whole % tile == 0) continue;
    granule.m = {0, whole % tile};
    most = std::max(most, granule_bytes(facts, schedule, matrix, level, granule).instance);
  }
  return most;
}

}  // namespace

std::int64_t held_bytes(const ProductFacts& facts, const OpSchedule& schedule, Matrix matrix,
                        const WayLevel& level) {
  const GemmTile tile = schedule.tile();
  const GemmTile block = schedule.nest.block(level.place);
  const RowTiles rows = facts.rows(tile.m);
  const std::int64_t m_tiles = RowTiles{block.m, tile.m, rows.line}.count();
  const std::int64_t k_tiles = ceil_div(block.k, tile.k);
  const std::int64_t n_tiles = ceil_div(block.n, tile.n);
  const std::int64_t entries = std::min(schedule.at_once, facts.product.heads);
  // The first tile is among the largest, but for bands, which the edge of an image clips.
  const Granule granule = {{0, std::min(tile.m, facts.product.m)}, tile.n, tile.k, true, entries};
  std::int64_t one = largest_instance(facts, schedule, matrix, level, granule);
  if (matrix == Matrix::input && facts.product.conv && !level.per_pe) {
    const std::int64_t pixel = pixel_bytes(facts, level, tile.k, entries);
    one = conv_block_pixels(*facts.product.conv, tile.m, tile.m) * pixel;
    if (level.blocks) return conv_block_pixels(*facts.product.conv, tile.m, block.m) * pixel;
  }
  const std::int64_t granules = level.bands               ? m_tiles
                                : matrix == Matrix::input ? m_tiles * k_tiles
                                                          : n_tiles * k_tiles;
  const bool stays = matrix == Matrix::weight && facts.weight_shared() && level.place == 0;
  const bool changes =
      level.place > 0 || (granules == 1 && !stays && facts.product.entries() > entries);
  const std::int64_t there = granules + (schedule.double_buffered && changes ? 1 : 0);
  if (level.bands) return there * one;
  // Granules come chunk by chunk: so many in a row have all chunks of k so often, the first with
  // its bias and the last perhaps short.
  const std::int64_t chunks = ceil_div(facts.product.k, tile.k);
  const auto chunk_bytes = [&](std::int64_t k) {
    const Granule part = {granule.m, tile.n, k, false, entries};
    return largest_instance(facts, schedule, matrix, level, part);
  };
  const std::int64_t all_chunks = chunks == 1
                                      ? one
                                      : one + (chunks - 2) * chunk_bytes(tile.k) +
                                            chunk_bytes(facts.product.k - (chunks - 1) * tile.k);
  return there / chunks * all_chunks + there % chunks * one;
}

Ways ways_of(const ProductFacts& facts, const OpSchedule& schedule) {
  return {way_of(facts, schedule, Matrix::input), way_of(facts, schedule, Matrix::weight)};
}

std::int64_t part_pixels(const ProductFacts& facts, const OpSchedule& schedule) {
  if (!facts.product.conv || facts.way(Matrix::input).size() == 1) return 0;
  const Conv2d& conv = *facts.product.conv;
  const GemmTile tile = schedule.tile();
  std::int64_t pixels = 0;
  const RowTiles rows = facts.rows(tile.m);
  for (std::int64_t i = 0; i < rows.count(); ++i) {
    std::int64_t entries = schedule.at_once;
    const Granule granule = {rows.range(i), tile.n, tile.k, true, schedule.at_once};
    pixels += conv_part_pixels(conv, granule.m,
                               instance_tile(facts, schedule, tile_of(granule), &entries).m);
  }
  return pixels;
}

std::int64_t entering_bytes(const ProductFacts& facts, const OpSchedule& schedule, Matrix matrix,
                            const WayLevel& level, std::int64_t pixels) {
  const Nest& nest = schedule.nest;
  const Product& product = facts.product;
  if (matrix == Matrix::weight) {
    // In tiles: those of a convolution never span two lines, so that rows alone do not count them.
    const Nest walk = tile_nest(schedule, facts.rows(schedule.tile().m));
    const std::int64_t passes = walk.blocks(Dim::m, level.place);
    const std::int64_t entries = facts.weight_shared() && level.place == 0 ? 1 : product.entries();
    return entries * passes * weight_bytes(facts, product.n, product.k, true);
  }
  const std::int64_t passes = nest.blocks(Dim::n, level.place);
  if (!product.conv) {
    return product.entries() * passes * product.m * packed_bytes(product.k, facts.input_bits);
  }
  const Conv2d& conv = *product.conv;
  const std::int64_t channels = packed_bytes(conv.in_channels, facts.input_bits);
  const GemmTile tile = schedule.tile();
  if (level.bands) {
    const std::int64_t block = level.blocks ? nest.block(level.place).m : tile.m;
    return product.images * passes * conv_pixels(conv, tile.m, block) * channels;
  }
  return product.images * passes * pixels * channels;
}

}  // namespace saccade
