// Chooses units, homes of tensors and tiles for a whole workload.
#pragma once
#include <map>
#include <optional>
#include <set>
#include <utility>
#include <vector>

#include "mapping/mapping.hpp"
#include "mapping/product_search.hpp"

namespace saccade {

/// What a group costs and how its ops run.
struct GroupChoice {
  std::vector<OpSchedule> schedules;  ///< one per anchor
  double cycles = 0;
  double energy_pj = 0;
};

/// What the choices of all attempts depend on, and what they found already: the same op on the same
/// hardware is searched once.
struct MapperContext {
  const Accelerator& accelerator;
  Objective objective;
  MachineRates rates;
  const MappingPins& pins;
  int in_flight;
  std::map<std::vector<std::int64_t>, Frontier> frontiers;

  MapperContext(const Accelerator& accelerator, Objective objective, const MoveEnergy& energy,
                const MappingPins& pins, int in_flight);
  const Frontier& frontier(const ProductFacts& facts, const Pins& op_pins, std::int64_t tile_m);
};

/// One attempt at a mapping, in which the attentions that begin with `apart` are not fused.
class Mapper {
 public:
  Mapper(const Workload& lowered, std::vector<int> engines, MapperContext& context,
         const std::set<std::size_t>& apart);

  /// Throws Infeasible.
  Mapping run();
  /// The ops that begin an attention which cannot run fused, or not as well as op by op; with
  /// nothing on chip between groups.
  std::set<std::size_t> better_apart(Mapper& op_by_op);

 private:
  /// What an op without a product moves between DRAM and its buffer for some of its columns, in
  /// bytes.
  struct RowTraffic {
    std::int64_t loaded_row = 0;                   ///< bytes of a row of all inputs
    std::int64_t whole = 0;                        ///< parameters that stay for all rows
    std::int64_t stored_rows = 0, stored_row = 0;  ///< output
    std::int64_t scattered_columns = 0;            ///< of an output that is stored by columns
    int scattered_bits = 0;
    /// `loaded`: rows of inputs in all, block by block.
    std::int64_t moved(std::int64_t block, std::int64_t loaded, std::int64_t burst) const;
  };
  /// Rows of inputs that blocks of `rows` load: of the largest one, and in all.
  struct BlockReads {
    std::int64_t most = 0, all = 0;
  };
  BlockReads block_reads(std::size_t op, std::int64_t rows) const;

  void assign_vector_units();
  /// Throws Infeasible if the tensors take more than the DRAM has.
  void assign_addresses();
  void mark_streamed();
  void plan_residency();
  void choose_all();

  BufferId written_buffer(std::size_t tensor) const;
  std::pair<std::size_t, std::size_t> lifetime(const TensorHome& home) const;
  bool may_stay(std::size_t tensor) const;
  void place(std::size_t tensor, Home home);
  std::optional<Estimate> estimate_around(std::size_t tensor);
  std::optional<Estimate> estimate_of(const std::vector<std::size_t>& ops);
  GroupChoice choose(std::size_t group) const;
  GroupChoice cached(std::size_t group);
  GroupChoice choose_product(const Group& group, const Anchor& anchor,
                             const Demand& free_bytes) const;
  GroupChoice choose_rows(const Anchor& anchor, const Demand& free_bytes) const;
  GroupChoice choose_attention(const Group& group, const Demand& free_bytes) const;
  struct AttentionMiddle;
  struct AttentionPairs;
  void pair_up(AttentionPairs& found, const Frontier& scores, const Frontier& values,
               const AttentionMiddle& middle, const Demand& free_bytes) const;
  Estimate attention_estimate(const Candidate& scores, const Candidate& values,
                              const AttentionMiddle& middle) const;
  std::int64_t blocks_ahead(const Candidate& scores, const Candidate& values,
                            const AttentionMiddle& middle, const Demand& free_bytes) const;
  AttentionMiddle attention_middle(const Group& group, const ProductFacts& scores,
                                   std::int64_t rows, int bits) const;
  std::vector<GroupChoice> row_choices(const Anchor& anchor, std::int64_t columns,
                                       const Demand& free_bytes, Demand* smallest) const;
  GroupChoice row_choice(std::size_t op, const GemmTile& block, bool twice,
                         std::int64_t moved) const;
  OpSchedule row_schedule(std::size_t op, std::int64_t rows, std::int64_t columns) const;
  RowTraffic row_traffic(std::size_t op, std::int64_t columns) const;
  TileGrid grid_of(const Group& group, const Anchor& anchor) const;

  ProductFacts facts(const Group& group, const Anchor& anchor) const;
  /// Cycles of the ops that take whole rows of this op's output next.
  double row_reader_cycles(std::size_t writer) const;
  std::vector<std::int64_t> cache_key(std::size_t group) const;
  Demand free_bytes(std::size_t group) const;
  bool on_chip(TensorId tensor) const;
  const Op& op(std::size_t index) const { return mapping_.workload.ops()[index]; }
  const Tensor& tensor(TensorId id) const { return mapping_.workload.tensor(id); }
  TensorHome& home(TensorId id) { return mapping_.homes[static_cast<std::size_t>(id)]; }
  const TensorHome& home(TensorId id) const { return mapping_.homes[static_cast<std::size_t>(id)]; }
  bool takes(const VectorUnit& unit, std::size_t op) const;
  VectorWork work_on(const VectorUnit& unit, std::size_t op) const;
  /// Throws Infeasible.
  int fastest_unit(std::size_t op) const;

  const Pins& pins(std::size_t index) const { return context_.pins.of(op(index).name); }

  MapperContext& context_;
  const Accelerator& accelerator_;
  Objective objective_;
  const MachineRates& rates_;
  Mapping mapping_;
  std::vector<int> engines_;
  std::vector<int> vector_units_;      ///< by op
  std::vector<std::size_t> group_of_;  ///< by op
  std::vector<Demand> resident_;       ///< by group: bytes of tensors that stay on chip
  std::map<std::vector<std::int64_t>, GroupChoice> cache_;
};

}  // namespace saccade
