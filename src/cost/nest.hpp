// Loop nests of a product, and how often each of its matrices passes each place in them.
//
// A nest cuts an m x k by k x n product into tiles, outermost loop first; what stands inside of all
// loops is one tile. A buffer that holds a matrix "inside" of the first i loops has the block that
// the loops from i on touch: 0 is the whole matrix, loops.size() one tile. It takes its block anew
// whenever a loop outside moves on, unless neither that loop nor one between it and the buffer
// touches the matrix: then what lies there is still right (stationary). This is the analysis of
// Timeloop (Parashar et al., ISPASS 2019, section VI-A), with every matrix at places of its own.
#pragma once
#include <array>
#include <cstddef>
#include <cstdint>
#include <vector>

namespace saccade {

/// A product of an m x k matrix (input) by a k x n matrix (weight); all sizes at least 1.
struct GemmTile {
  std::int64_t m, n, k;
};

enum class Dim : std::uint8_t { m, n, k };
enum class Matrix : std::uint8_t { input, weight, output };

std::int64_t extent(const GemmTile& tile, Dim dim);
std::int64_t& extent(GemmTile& tile, Dim dim);
/// The dimension that the matrix lacks, over which its elements are used again.
Dim reuse_dim(Matrix matrix);
std::int64_t elements(const GemmTile& size, Matrix matrix);

/// Steps through what the loops outside leave of `dim`, in blocks of `tile`; the last may be short.
struct Loop {
  Dim dim;
  std::int64_t tile;
};

struct Nest {
  GemmTile size{1, 1, 1};
  std::vector<Loop> loops;

  /// What stands inside of all loops.
  GemmTile tile() const { return block(loops.size()); }
  /// The largest block inside of the first `inside` loops.
  GemmTile block(std::size_t inside) const;
  /// Blocks that the first `inside` loops cut a dimension into.
  std::int64_t blocks(Dim dim, std::size_t inside) const;
};

/// The fewest loops outside a buffer with the same traffic as `inside` loops: those between do not
/// touch the matrix, or make one step only.
std::size_t effective_place(const Nest& nest, Matrix matrix, std::size_t inside);

/// How often each element enters a buffer that holds the matrix inside of so many loops. Of the
/// output: how often a partial sum leaves it; all but the first time it came back before.
std::int64_t visits(const Nest& nest, Matrix matrix, std::size_t inside);

/// How a tile is shared out over PEs: `entries` products side by side, each cut so many times.
struct Split {
  std::int64_t entries = 1, m = 1, n = 1, k = 1;
  std::int64_t pes() const { return entries * m * n * k; }
};

/// PEs that need the same element of a matrix.
std::int64_t copies(const Split& split, Matrix matrix);

/// Elements that pass between two levels on a matrix' way from DRAM to the engine.
struct Passage {
  std::int64_t reads = 0;   ///< of the outer level
  std::int64_t writes = 0;  ///< to the inner level, all copies counted
};

/// One passage per level of the way, outermost (out of DRAM) first. `inside`: where each buffer
/// stands in the nest. `entries`: products of this size, one after the other. The innermost buffer
/// is one per PE if `copies` > 1; with `multicast` one read serves all copies.
std::vector<Passage> passages(const Nest& nest, Matrix matrix,
                              const std::vector<std::size_t>& inside, std::int64_t entries,
                              std::int64_t copies, bool multicast);

}  // namespace saccade
