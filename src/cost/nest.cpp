#include "cost/nest.hpp"

#include <algorithm>

#include "base/math.hpp"

namespace saccade {
namespace {

/// Blocks of the loops of one dimension from `loop` on, up to `end`, within `size`.
std::int64_t count_blocks(const Nest& nest, Dim dim, std::size_t loop, std::size_t end,
                          std::int64_t size) {
  while (loop < end && (nest.loops[loop].dim != dim || nest.loops[loop].tile >= size)) ++loop;
  if (loop == end) return 1;
  const std::int64_t tile = nest.loops[loop].tile;
  const std::int64_t full = size / tile * count_blocks(nest, dim, loop + 1, end, tile);
  return size % tile == 0 ? full : full + count_blocks(nest, dim, loop + 1, end, size % tile);
}

}  // namespace

std::int64_t extent(const GemmTile& tile, Dim dim) {
  return dim == Dim::m ? tile.m : dim == Dim::n ? tile.n : tile.k;
}

std::int64_t& extent(GemmTile& tile, Dim dim) {
  return dim == Dim::m ? tile.m : dim == Dim::n ? tile.n : tile.k;
}

Dim reuse_dim(Matrix matrix) {
  return matrix == Matrix::input ? Dim::n : matrix == Matrix::weight ? Dim::m : Dim::k;
}

std::int64_t elements(const GemmTile& size, Matrix matrix) {
  return size.m * size.n * size.k / extent(size, reuse_dim(matrix));
}

GemmTile Nest::block(std::size_t inside) const {
  GemmTile block = size;
  for (std::size_t i = 0; i < inside; ++i) {
    std::int64_t& full = extent(block, loops[i].dim);
    full = std::min(full, loops[i].tile);
  }
  return block;
}

std::int64_t Nest::blocks(Dim dim, std::size_t inside) const {
  return count_blocks(*this, dim, 0, inside, extent(size, dim));
}

std::size_t effective_place(const Nest& nest, Matrix matrix, std::size_t inside) {
  while (inside > 0) {
    const Loop& loop = nest.loops[inside - 1];
    const bool touches = loop.dim != reuse_dim(matrix);
    if (touches && loop.tile < extent(nest.block(inside - 1), loop.dim)) break;
    --inside;
  }
  return inside;
}

std::int64_t visits(const Nest& nest, Matrix matrix, std::size_t inside) {
  return nest.blocks(reuse_dim(matrix), effective_place(nest, matrix, inside));
}

std::int64_t copies(const Split& split, Matrix matrix) {
  return matrix == Matrix::input ? split.n : matrix == Matrix::weight ? split.m : split.k;
}

std::vector<Passage> passages(const Nest& nest, Matrix matrix,
                              const std::vector<std::size_t>& inside, std::int64_t entries,
                              std::int64_t copies, bool multicast) {
  std::vector<Passage> result;
  const std::int64_t once = entries * elements(nest.size, matrix);
  for (std::size_t level = 0; level < inside.size(); ++level) {
    const std::int64_t moved = once * visits(nest, matrix, inside[level]);
    const std::int64_t received = level + 1 == inside.size() ? copies * moved : moved;
    // DRAM is read once; what a network cannot multicast leaves an on-chip buffer copy by copy.
    result.push_back({level == 0 || multicast ? moved : received, received});
  }
  return result;
}

}  // namespace saccade
