// Expands the groups of one mapped workload into tile tasks, in program order.
#pragma once
#include <deque>
#include <vector>

#include "mapping/row_op.hpp"
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

  /// All stores of the network's outputs, for the gate of the next workload.
  Need last_store() const;

 private:
  /// An operand of a product as its tiles come and go.
  struct OperandState {
    bool on_chip = false;
    BufferId buffer = -1;
    Keep keep = Keep::tile;
    std::vector<RegionId> regions;  ///< by tile of what is kept
    std::vector<Need> loaded;       ///< by tile of what is kept; count 0: not loaded yet
    std::int64_t kept_for = -1;     ///< block or entry that they belong to
    std::int64_t lines = 0;         ///< of a whole image: loaded so far

    bool turn_to(std::int64_t block, std::int64_t slots);
  };
  /// Part of a tensor that a tile wants, and where it lies in DRAM.
  struct Part {
    TensorId tensor;
    Range rows, columns;
    Region region;
  };
  struct ProductState {
    Anchor anchor;
    Product product;
    const OpSchedule* schedule;
    const TileGrid* grid;
    const EnginePool* engine;
    WorkTable::ArrayWork work;
    OperandState input, weight;
    std::int64_t chunks = 1;
    std::int64_t done = 0;  ///< output tiles emitted
  };
  /// One output tile: where it is, and what its tasks hand on to each other.
  struct Tile {
    std::int64_t image, head, mi, ni;
    Range m, n;
    RegionId region = 0;  ///< that the last task left the tile in
    Need ready;           ///< when it is there
  };

  /// One block of rows on a vector unit, as its inputs are gathered.
  struct RowBlock {
    RowSpan rows;
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
  void emit_tile(ProductState& state, Tile tile);
  void emit_chunks(ProductState& state, Tile& tile);
  Need input_chunk(ProductState& state, const Tile& tile, std::int64_t chunk, TileTask& task);
  Need weight_chunk(ProductState& state, const Tile& tile, std::int64_t chunk, TileTask& task);
  Need keep(const ProductState& state, OperandState& operand, Stage stage, std::size_t slot,
            std::int64_t uses, const Part& part, TileTask& task);
  Need operand_on_chip(const ProductState& state, const Tile& tile, std::int64_t chunk,
                       const Part& part, TileTask& task);
  Region weight_region(const ProductState& state, const Tile& tile, Range k,
                       const TensorPart& part);
  Region band_region(const ProductState& state, const Tile& tile, bool whole, Range* rows);
  void emit_post(ProductState& state, Tile& tile, bool last);
  void emit_follower(ProductState& state, std::size_t follower, Tile& tile, bool last);
  void row_input(std::size_t op, std::size_t which, RowBlock& block);
  void emit_row_block(std::size_t op, RowBlock block);

  TileTask task(UnitId unit, std::size_t op, Stage stage, std::uint32_t work,
                std::uint32_t finishes);
  void emit(const TileTask& task) { tasks_->push_back(task); }
  Need load(std::size_t op, Stage stage, TensorId tensor, Range rows, Range columns,
            const Region& region, const Acquire& acquire);
  void store(std::size_t op, TensorId tensor, Range rows, Range columns, BufferId buffer,
             Operand operand, RegionId region, const Need& ready);
  Need written(TensorId tensor, Range rows, Range columns) const;
  Region dram_region(TensorId tensor, Range rows, Range columns) const;
  void acquire_output(TileTask& task, std::size_t op, std::int64_t bytes, bool new_row_block,
                      bool to_follower, RegionId* region);
  void let_go_inputs(TileTask& task, std::size_t op) const;
  UnitId vector_unit_id(std::size_t op, std::int64_t turn) const;

  RegionId new_region() { return state_.next_region++; }
  TileCounter counter(std::size_t op, Stage stage) const {
    return tile_counter(first_op_ + op, stage);
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
  std::vector<TileTask>* tasks_ = nullptr;
  std::vector<RegionId> resident_;              ///< by tensor: its region, if it is on chip
  std::vector<bool> resident_begun_;            ///< by tensor: its region is acquired
  std::vector<std::deque<RegionId>> streamed_;  ///< by tensor: row blocks on their way
  std::array<UnitId, 3> dma_{};                 ///< for weight, input, output
  RegionId reduced_ = 0;                        ///< output tile of the row block under way
};

}  // namespace saccade
