// Expands the groups of one mapped workload into tile tasks, in program order.
#pragma once
#include <deque>
#include <vector>

#include "mapping/nest_walk.hpp"
#include "mapping/row_op.hpp"
#include "mapping/way.hpp"
#include "mapping/work_table.hpp"

namespace saccade {

/// What the expanders of all workloads of a program share.
struct ProgramState {
  WorkTable works;
  RegionId next_region = 1;            ///< 0 is none
  std::vector<std::uint32_t> emitted;  ///< tiles by counter
};

class Expander {
 public:
  /// Ops of this workload are numbered from `first_op` in the program. Its network inputs wait for
  /// `gate` (count 0: for nothing).
  Expander(const Mapping& mapping, const Accelerator& accelerator, ProgramState& state,
           std::size_t first_op, Need gate);

  /// Appends the tasks of a group; groups must be expanded in order.
  void expand(std::size_t group, std::vector<TileTask>& tasks);

  /// The last store emitted so far. All stores pass through one DMA channel, which completes them
  /// in program order, so that it vouches for those of every output.
  const Need& last_store() const { return last_store_; }

 private:
  /// A granule of an operand in a buffer.
  struct Kept {
    std::int64_t epoch = 0;  ///< of the block that it belongs to; an old one: it is gone
    RegionId region = 0;     ///< 0: it has no bytes
    Need ready;
  };
  /// A buffer on an operand's way, as its blocks come and go.
  struct Held {
    WayLevel level;
    bool shared = false;           ///< the block stays from one entry to the next
    std::int64_t epoch = 0;        ///< of the block that is there
    std::int64_t group = -1;       ///< of entries that it belongs to
    std::int64_t walk_epoch = -1;  ///< of the loops around it
    std::vector<Kept> kept;        ///< by granule
    RegionId lines_region = 0;     ///< bands that share lines: the region that grows with them
    std::int64_t lines = 0;        ///< of the image, loaded so far
  };
  struct Way {
    Matrix matrix;
    View view;
    Stage load, fill;
    bool on_chip = false;
    std::vector<Held> levels;  ///< outermost first
  };
  /// Part of a tensor that a tile wants, and where it lies in DRAM.
  struct Part {
    TensorId tensor;
    Range rows, columns;
    Region region;
  };
  struct ProductState {
    Anchor anchor;
    const ProductFacts* facts;
    const OpSchedule* schedule;
    const TileGrid* grid;
    WorkTable::ArrayWork work;
    NestWalk walk;
    Way input, weight;
    std::int64_t chunks = 1;
    std::int64_t done = 0;  ///< output tiles emitted
    const Product& product() const { return facts->product; }
    const EngineStorage& storage() const { return facts->engine->storage; }
  };
  /// One output tile: where it is, and what its tasks hand on to each other.
  struct Tile {
    std::int64_t group;  ///< of entries that run at once
    std::int64_t image, head, entries;
    std::int64_t mi, ni;
    Range m, n;
    RegionId region = 0;  ///< that the last task left the tile in
    Need ready;           ///< when it is there
  };

  /// One block of rows on a vector unit, as its inputs are gathered.
  struct RowBlock {
    RowSpan rows;
    RowSpan columns;     ///< of the op
    bool first = false;  ///< of the op
    bool last = false;
    Needs needs;
    Few<RegionId, 4> releases;
    std::int64_t source_bytes = 0;  ///< of the first input
    std::int64_t other_bytes = 0;   ///< of the others and parameters
    std::int64_t size() const { return rows.end - rows.begin; }
  };

  void expand_product(const Anchor& anchor);
  void expand_rows(const Anchor& anchor);
  void expand_attention(const Group& group);

  ProductState product_state(const Anchor& anchor);
  Way way_state(const ProductState& state, Matrix matrix) const;
  void emit_tile(ProductState& state, std::int64_t group);
  void emit_row_block(ProductState& state, std::int64_t group);
  void finish_tile(ProductState& state, Tile tile);
  void emit_chunk(ProductState& state, Tile& tile, std::int64_t chunk);
  Need bring(ProductState& state, Way& way, std::size_t level, std::size_t reader, const Tile& tile,
             TileTask& user);
  Need from_chip(const ProductState& state, const Way& way, std::size_t reader, const Tile& tile,
                 TileTask& user);
  void turn(const ProductState& state, Held& held, const Tile& tile) const;
  Kept fetch(ProductState& state, Way& way, std::size_t level, const Tile& tile);
  Kept fill(ProductState& state, Way& way, std::size_t level, const Tile& tile);
  bool last_use(const ProductState& state, const Way& way, const Held& held, std::size_t reader,
                const Tile& tile) const;
  Granule granule(const ProductState& state, const Tile& tile) const;
  TensorPart operand_part(const ProductState& state, const Way& way, const Tile& tile) const;
  Crossing crossing_from(const ProductState& state) const;
  TensorPart output_part(const ProductState& state, const Tile& tile) const;
  Region weight_region(const ProductState& state, const Tile& tile, const TensorPart& part);
  Region band_region(const ProductState& state, const Tile& tile, Held& held, Range* rows);
  void emit_post(ProductState& state, Tile& tile, bool last);
  void emit_follower(ProductState& state, std::size_t follower, Tile& tile, bool last);
  void row_input(std::size_t op, std::size_t which, RowBlock& block);
  void emit_row_block(std::size_t op, RowBlock block);

  TileTask task(UnitId unit, std::size_t op, Stage stage, std::uint32_t work,
                std::uint32_t finishes);
  void emit(TileTask task);
  Need load(std::size_t op, Stage stage, const Part& part, const Acquire& acquire,
            const Crossing& crossing = {});
  /// `crossing`: of the network, if the buffer lies behind one.
  void store(std::size_t op, TensorId tensor, Range rows, Range columns, BufferId buffer,
             Operand operand, RegionId region, const Need& ready, const Crossing& crossing = {});
  Need written(TensorId tensor, Range rows, Range columns) const;
  void await_decisions(std::size_t op, Needs& needs) const;
  Region dram_region(TensorId tensor, Range rows, Range columns) const;
  void acquire_output(TileTask& task, std::size_t op, std::int64_t bytes, bool new_row_block,
                      bool to_follower, RegionId* region);
  void let_go_inputs(TileTask& task, std::size_t op) const;
  UnitId vector_unit_id(std::size_t op, std::int64_t turn) const;

  RegionId new_region() { return state_.next_region++; }
  /// Results of the writers of one tensor count together, as they stand in the program.
  TileCounter counter(std::size_t op, Stage stage) const {
    const bool result = stage == Stage::post || stage == Stage::store;
    return tile_counter(first_op_ + (result ? counted_as_[op] : op), stage);
  }
  const Op& op(std::size_t index) const { return mapping_.workload.ops()[index]; }
  const Tensor& tensor(TensorId id) const { return mapping_.workload.tensor(id); }
  const TensorHome& home(TensorId id) const { return mapping_.homes[static_cast<std::size_t>(id)]; }

  const Mapping& mapping_;
  const Accelerator& accelerator_;
  const std::vector<UnitInfo> units_;
  ProgramState& state_;
  std::size_t first_op_;
  Need gate_;
  Need last_store_;
  std::vector<TileTask>* tasks_ = nullptr;
  std::vector<std::size_t> counted_as_;         ///< by op: the first writer of its output
  std::vector<RegionId> resident_;              ///< by tensor: its region, if it is on chip
  std::vector<bool> resident_begun_;            ///< by tensor: its region is acquired
  std::vector<std::deque<RegionId>> streamed_;  ///< by tensor: row blocks on their way
  std::array<UnitId, 3> dma_{};                 ///< for weight, input, output
  RegionId reduced_ = 0;                        ///< output tile of the row block under way
  Need barrier_;                                ///< that the ops under way wait for
};

}  // namespace saccade
