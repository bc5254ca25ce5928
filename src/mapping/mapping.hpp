// A workload on an accelerator: units, tiles, homes of tensors, ready to be expanded into tasks.
#pragma once
#include <stdexcept>
#include <string>
#include <vector>

#include "cost/vector.hpp"
#include "hardware/accelerator.hpp"
#include "mapping/groups.hpp"
#include "mapping/pins.hpp"
#include "mapping/product_estimate.hpp"

namespace saccade {

/// The workload cannot run on the design, whatever the tiles.
class Infeasible : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

/// Where a tensor lives between the op that writes it and those that read it.
enum class Home {
  dram,      ///< stored tile by tile, loaded again by every reader
  on_chip,   ///< whole in `buffer` from its first tile until its last reader is done
  streamed,  ///< tile by tile from one op of a group to the next, never whole anywhere
};

struct TensorHome {
  Home home = Home::dram;
  BufferId buffer = -1;       ///< where it lies or passes
  std::uint64_t address = 0;  ///< in DRAM, whether it is used or not
  /// Ops that write it, in program order, each a part of it. None: comes with the model or the
  /// input.
  std::vector<std::size_t> writers;
  std::vector<std::size_t> readers;
};

struct Mapping {
  Workload workload;  ///< with the layout changes that this accelerator needs
  std::vector<Group> groups;
  std::vector<OpSchedule> schedules;    ///< by op
  std::vector<TileGrid> grids;          ///< by op: how its output is finished
  std::vector<TensorHome> homes;        ///< by tensor
  std::vector<VectorWork> vector_work;  ///< by op: its own, or what follows a product
  /// By op: of products, as homes stand in the end. They point into the accelerator.
  std::vector<std::optional<ProductFacts>> facts;
};

/// Chooses everything that no pin fixes, so that `in_flight` of the workload share the buffers in
/// which tensors stay; throws Infeasible, naming op, buffer, bytes needed and
/// bytes there, where even one fold per tile does not fit, and where no unit can do an op.
Mapping map_workload(const Workload& workload, const Accelerator& accelerator, Objective objective,
                     const MoveEnergy& move_energy, const MappingPins& pins = {},
                     int in_flight = 1);

}  // namespace saccade
