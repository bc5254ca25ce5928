// The distinct kinds of tile that a program is made of: what each costs and counts.
#pragma once
#include <array>
#include <unordered_map>
#include <vector>

#include "cost/network.hpp"
#include "cost/ports.hpp"
#include "hardware/accelerator.hpp"
#include "mapping/mapping.hpp"
#include "mapping/task.hpp"

namespace saccade {

/// The network that a task crosses, between shared buffers and those of an engine.
struct Crossing {
  int engine = -1;  ///< whose network; -1: none
  std::int64_t copies = 1;
  bool outward = false;  ///< from the PEs
};

/// Finds or makes the TileWork of a tile. Tiles of one op, stage and size share one.
class WorkTable {
 public:
  explicit WorkTable(const Accelerator& accelerator) : accelerator_(accelerator) {}

  const std::vector<TileWork>& works() const { return works_; }

  /// A tile of a product on an engine.
  struct ArrayWork {
    const EnginePool* engine;
    BufferId input_buffer, weight_buffer;
    int input_bits, weight_bits, sum_bits;
  };
  std::uint32_t array(std::uint32_t op, const ArrayWork& work, const EngineTile& tile,
                      bool accumulates);

  /// A tile on a vector unit; `crossing`: of its results.
  std::uint32_t vector(std::uint32_t op, const VectorTile& tile, const Crossing& crossing,
                       std::int64_t rows, std::int64_t columns);

  /// A transfer between DRAM and a buffer.
  struct Transfer {
    Stage stage;
    const Region& region;
    BufferId buffer;
    Operand operand;
    Crossing crossing;
  };
  std::uint32_t transfer(std::uint32_t op, const Transfer& transfer);

  /// A transfer from one buffer to another.
  struct Fill {
    Stage stage;
    BufferId from, to;
    Operand operand;
    std::int64_t bytes;  ///< every byte once
    std::int64_t pes;    ///< that take part
    Crossing crossing;
  };
  std::uint32_t fill(std::uint32_t op, const Fill& fill);

 private:
  using Key = std::array<std::int64_t, 8>;
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
  std::int64_t cross(TileWork& work, const Crossing& crossing, std::int64_t bytes) const;
  std::int64_t read_latency(const TileWork& work) const;
  void pass_network(TileWork& work, int engine, const NetworkUse& use) const;

  const Accelerator& accelerator_;
  std::vector<TileWork> works_;
  std::unordered_map<Key, std::uint32_t, Hash> index_;
};

}  // namespace saccade
