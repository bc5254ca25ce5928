// The distinct kinds of tile that a program is made of: what each costs and counts.
#pragma once
#include <array>
#include <unordered_map>
#include <vector>

#include "cost/vector.hpp"
#include "hardware/accelerator.hpp"
#include "mapping/mapping.hpp"
#include "mapping/task.hpp"

namespace saccade {

/// Finds or makes the TileWork of a tile. Tiles of one op, stage and size share one.
class WorkTable {
 public:
  explicit WorkTable(const Accelerator& accelerator) : accelerator_(accelerator) {}

  const std::vector<TileWork>& works() const { return works_; }

  /// A tile of a product on an engine.
  struct ArrayWork {
    const EnginePool* engine;
    BufferId weight_buffer;
    int input_bits, weight_bits, sum_bits;
  };
  std::uint32_t array(std::uint32_t op, const ArrayWork& work, const GemmTile& tile,
                      bool accumulates);

  /// A tile on a vector unit.
  struct VectorTile {
    const VectorUnit* unit;
    const VectorWork* work;
    BufferId source;                 ///< buffer of the elements
    Operand source_class;            ///< partial sums, or input
    std::int64_t source_bytes;       ///< of the elements, read once a sweep
    std::int64_t other_bytes;        ///< of further inputs and parameters, read once
    std::int64_t destination_bytes;  ///< written to the unit's output buffer
  };
  std::uint32_t vector(std::uint32_t op, const VectorTile& tile, std::int64_t rows,
                       std::int64_t columns);

  /// A transfer between DRAM and a buffer.
  std::uint32_t transfer(std::uint32_t op, Stage stage, const Region& region, BufferId buffer,
                         Operand operand);

 private:
  using Key = std::array<std::int64_t, 7>;
  struct Hash {
    std::size_t operator()(const Key& key) const {
      std::size_t hash = 0;
      for (const std::int64_t word : key) {
        hash = hash * 0x9E3779B97F4A7C15ull + static_cast<std::size_t>(word) + (hash >> 29);
      }
      return hash;
    }
  };
  template <class Make>
  std::uint32_t find_or_make(const Key& key, Make make);
  std::int64_t port_cycles(const Counters& counts) const;

  const Accelerator& accelerator_;
  std::vector<TileWork> works_;
  std::unordered_map<Key, std::uint32_t, Hash> index_;
};

}  // namespace saccade
