// Programs of explicit tasks on a tiny machine, for tests of the simulation layer.
#pragma once
#include <cstdint>
#include <deque>
#include <string>
#include <utility>
#include <vector>

#include "mapping/task.hpp"
#include "sim/simulate.hpp"

namespace saccade::hand {

/// Units of the tiny machine.
constexpr UnitId kIn = 0;
constexpr UnitId kOut = 1;
constexpr UnitId kArray = 2;
constexpr UnitId kVector = 3;

/// 1 GHz, so that a nanosecond is a cycle. Two DMA channels, a 4x4 output-stationary array with
/// shadow registers and a vector unit. DRAM is a pipe of 64 bytes a cycle without latency, turns
/// are 256 bytes (4 cycles), and the bus between is too wide to be felt.
///
/// A fold of the array streams k cycles; its last result is there 4 + 4 - 2 + 4 = 10 cycles later.
inline Accelerator tiny_machine(const std::vector<std::uint64_t>& buffer_bytes = {1 << 20}) {
  Accelerator machine;
  machine.name = "tiny";
  machine.clock_hz = 1e9;
  for (std::size_t i = 0; i < buffer_bytes.size(); ++i) {
    Buffer buffer;
    buffer.name = "buffer" + std::to_string(i);
    buffer.bytes = static_cast<std::int64_t>(buffer_bytes[i]);
    machine.buffers.push_back(buffer);
  }
  EnginePool array;
  array.name = "array";
  array.kind =
      SystolicArray{4, 4, Dataflow::output_stationary, Readout::pipelined, true, FoldCharge::full};
  machine.engines = {array};
  VectorUnit vector;
  vector.name = "vector";
  machine.vector_units = {vector};
  machine.dma = {{"in", {"weight", "input"}}, {"out", {"output"}}};
  machine.interconnect.width_bits = 8 * 1024 * 1024;
  machine.dram.device.tck_ns = 1;
  machine.dram.device.burst_clocks = 1;
  machine.dram.device.access_bytes = 64;
  machine.dram.fidelity = DramFidelity::bandwidth;
  machine.dram.channels = 1;
  machine.dram.bandwidth_gbps = 64;
  machine.dram.quantum_bytes = 256;
  return machine;
}

/// A task that says what it needs one after the other.
struct Step : TileTask {
  Step& need(std::size_t of_op, Stage stage, std::uint32_t tiles) {
    needs.add({tile_counter(of_op, stage), tiles});
    return *this;
  }
  Step& acquire(RegionId id, std::uint32_t bytes, std::uint16_t uses = 1,
                std::uint16_t buffer = 0) {
    acquires.add({id, bytes, buffer, uses});
    return *this;
  }
  /// More bytes of a region that an earlier task acquired.
  Step& grow(RegionId id, std::uint32_t bytes, std::uint16_t buffer = 0) {
    return acquire(id, bytes, 0, buffer);
  }
  Step& release(RegionId id) {
    releases.add(id);
    return *this;
  }
};

/// Tasks in the order in which they are added. Each finishes one tile of its op and stage.
class HandProgram : public TaskSource {
 public:
  explicit HandProgram(std::size_t ops) : ops_(ops), emitted_(ops * kStages) {}

  std::uint32_t array_work(std::uint32_t op, GemmTile tile, std::int64_t port_cycles = 0) {
    TileWork work;
    work.op = op;
    work.stage = Stage::compute;
    work.tile = tile;
    work.engine_tile.size = tile;
    if (port_cycles > 0) work.ports = {{0, static_cast<double>(port_cycles)}};
    work.counts.macs[0][mac_width_index(8)] = static_cast<std::uint64_t>(tile.m * tile.n * tile.k);
    return keep(work);
  }
  std::uint32_t vector_work(std::uint32_t op, std::int64_t cycles, std::int64_t latency = 0,
                            std::int64_t port_cycles = 0) {
    TileWork work;
    work.op = op;
    work.stage = Stage::post;
    work.cycles = cycles;
    work.latency = latency;
    if (port_cycles > 0) work.ports = {{0, static_cast<double>(port_cycles)}};
    work.counts.vector[0][0] = static_cast<std::uint64_t>(cycles);
    return keep(work);
  }
  /// `moved_bytes`: whole bursts.
  std::uint32_t dma_work(std::uint32_t op, Stage stage, std::uint64_t moved_bytes) {
    TileWork work;
    work.op = op;
    work.stage = stage;
    DramCounts& dram = work.counts.dram;
    (stage == Stage::store ? dram.write_bytes : dram.read_bytes) = moved_bytes;
    work.counts.interconnect_bytes = moved_bytes;
    return keep(work);
  }

  Step& add(UnitId unit, std::uint32_t work, std::uint32_t finishes = 1) {
    const TileWork& does = works_[work];
    Step& step = steps_.emplace_back();
    step.unit = unit;
    step.work = work;
    step.op = does.op;
    step.write = does.stage == Stage::store;
    step.counter = tile_counter(does.op, does.stage);
    step.first = emitted_[step.counter];
    step.finishes = finishes;
    emitted_[step.counter] += finishes;
    return step;
  }
  Step& move(UnitId unit, std::uint32_t work, const Region& region, std::uint32_t finishes = 1) {
    Step& step = add(unit, work, finishes);
    step.region = region;
    return step;
  }

  /// Whole bursts from address 0 on.
  Step& load(std::uint32_t op, std::uint32_t bytes) {
    return move(kIn, dma_work(op, Stage::load_input, bytes), {0, 1, bytes, 0});
  }
  Step& store(std::uint32_t op, std::uint32_t bytes) {
    return move(kOut, dma_work(op, Stage::store, bytes), {0, 1, bytes, 0});
  }
  Step& compute(std::uint32_t op, GemmTile tile, std::int64_t port_cycles = 0) {
    return add(kArray, array_work(op, tile, port_cycles));
  }
  Step& post(std::uint32_t op, std::int64_t cycles, std::int64_t latency = 0,
             std::int64_t port_cycles = 0) {
    return add(kVector, vector_work(op, cycles, latency, port_cycles));
  }

  /// Ports that the work added last needs.
  void ports_of_last(std::vector<PortUse> ports) { works_.back().ports = std::move(ports); }
  /// The work added last is a decision.
  void decides() { works_.back().decides = true; }

  const std::deque<Step>& steps() const { return steps_; }
  std::uint32_t emitted(TileCounter counter) const { return emitted_[counter]; }
  void rewind() { position_ = 0; }

  bool next(TileTask& task) override {
    if (position_ == steps_.size()) return false;
    task = steps_[position_++];
    return true;
  }
  const std::vector<TileWork>& works() const override { return works_; }
  std::size_t ops() const override { return ops_; }
  std::string op_name(std::size_t op) const override { return "op" + std::to_string(op); }

 private:
  std::uint32_t keep(const TileWork& work) {
    works_.push_back(work);
    return static_cast<std::uint32_t>(works_.size() - 1);
  }

  std::size_t ops_;
  std::vector<std::uint32_t> emitted_;  ///< tiles so far, by counter
  std::vector<TileWork> works_;
  std::deque<Step> steps_;  ///< a deque, so that steps stay where they are while more are added
  std::size_t position_ = 0;
};

/// Runs the program from its beginning.
inline SimResult run(HandProgram& program, const Accelerator& machine,
                     const SimOptions& options = {}) {
  program.rewind();
  return simulate(machine, program, options);
}

/// When a task started and when its results were there.
inline std::pair<Cycle, Cycle> span(const SimResult& result, std::size_t task) {
  return {result.records.at(task).start, result.records.at(task).end};
}
using Span = std::pair<Cycle, Cycle>;

}  // namespace saccade::hand
