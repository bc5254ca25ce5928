// Tile tasks: the program that the mapper writes and the simulation runs.
#pragma once
#include <algorithm>
#include <array>
#include <cstdint>
#include <limits>
#include <string>
#include <vector>

#include "cost/counters.hpp"
#include "cost/engine.hpp"
#include "cost/ports.hpp"
#include "cost/region.hpp"
#include "mapping/units.hpp"

namespace saccade {

/// What a task does for its op. Finished tiles are counted per op and stage.
enum class Stage : std::uint8_t {
  load_input,
  load_weight,
  fill_input,  ///< from one buffer of the operand's way to the next
  fill_weight,
  compute,
  post,
  store
};
constexpr std::uint32_t kStages = 7;
extern const std::array<const char*, kStages> stage_names;

/// A count of finished tiles of one op and stage.
using TileCounter = std::uint32_t;
constexpr TileCounter tile_counter(std::size_t op, Stage stage) {
  return static_cast<TileCounter>(op * kStages + static_cast<std::size_t>(stage));
}

/// At least `count` tiles, the first ones of the counter's own emission order without a gap, must
/// be finished.
struct Need {
  TileCounter counter = 0;
  std::uint32_t count = 0;
};

using RegionId = std::uint32_t;

/// Space in a buffer. The first acquire of a region says after how many releases all of its space
/// is free; a later acquire of the same region (uses 0) adds bytes to it.
struct Acquire {
  RegionId region = 0;
  std::uint32_t bytes = 0;
  std::uint16_t buffer = 0;
  std::uint32_t uses = 1;
};

/// A short list inside a task.
template <class T, std::size_t N>
struct Few {
  std::array<T, N> items{};
  std::uint8_t count = 0;
  void add(const T& item) { items.at(count++) = item; }
  const T* begin() const { return items.data(); }
  const T* end() const { return items.data() + count; }
  std::size_t size() const { return count; }
  const T& operator[](std::size_t i) const { return items[i]; }
};

/// What tasks of one op with tiles of one size have in common.
struct TileWork {
  std::uint32_t op = 0;
  Stage stage = Stage::compute;
  GemmTile tile{};             ///< rows, columns and k that it covers, over all entries
  EngineTile engine_tile;      ///< array: the products
  bool accumulates = false;    ///< array: adds to sums that lie in the accumulator buffer
  std::int64_t cycles = 0;     ///< vector unit: from the first element to the last
  bool decides = false;        ///< vector unit: its outcome says what later ops do
  std::int64_t latency = 0;    ///< from the last element's turn until its result is there
  std::vector<PortUse> ports;  ///< of the buffers that it reads and writes
  int network = -1;            ///< engine whose network it crosses, -1: none
  bool outward = false;        ///< from the PEs
  std::int64_t network_cycles = 0;
  Counters counts;  ///< on chip; DRAM counts for itself
};

using Needs = Few<Need, 5>;

/// Adds a need; of one counter only the highest count is kept.
inline void add_need(Needs& needs, const Need& need) {
  for (std::size_t i = 0; i < needs.size(); ++i) {
    if (needs.items[i].counter != need.counter) continue;
    needs.items[i].count = std::max(needs.items[i].count, need.count);
    return;
  }
  if (need.count > 0) needs.add(need);
}

constexpr std::uint32_t kNoCounter = std::numeric_limits<std::uint32_t>::max();

/// One tile's work for one unit.
struct TileTask {
  UnitId unit = 0;
  bool write = false;      ///< DMA: to DRAM
  std::uint32_t work = 0;  ///< index into TaskSource::works()
  std::uint32_t op = 0;
  TileCounter counter = kNoCounter;  ///< that it advances when it completes
  std::uint32_t first = 0;           ///< tiles of that counter emitted before it
  std::uint32_t finishes = 0;        ///< tiles that it finishes: none for a K chunk but the last
  Needs needs;
  Few<Acquire, 2> acquires;
  Few<RegionId, 4> releases;
  Region region;  ///< DMA: what it moves
};

/// Yields the program in its one total order.
class TaskSource {
 public:
  virtual ~TaskSource() = default;
  /// The next task, or false at the end.
  virtual bool next(TileTask& task) = 0;
  /// Grows while the program is yielded; entries never change.
  virtual const std::vector<TileWork>& works() const = 0;
  virtual std::size_t ops() const = 0;
  /// Share of the program that was yielded, from 0 to 1, as far as it is known.
  virtual double progress() const { return 0; }
  /// For messages: the name of an op.
  virtual std::string op_name(std::size_t op) const = 0;
};

}  // namespace saccade
