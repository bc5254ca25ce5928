// What the tests of the mapping layer share: patched designs, small workloads, drained programs.
#pragma once
#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "base/json.hpp"
#include "hardware/accelerator.hpp"
#include "mapping/mapping.hpp"
#include "mapping/program.hpp"
#include "workload/builder.hpp"
#include "workload/model.hpp"

namespace saccade::mapping_testing {

/// Pointers into a JSON file and what to write there.
using Patches = std::vector<std::pair<std::string, std::string>>;

inline Json patched(const std::string& path, const Patches& patches) {
  Json document = read_json(path);
  for (const auto& [pointer, text] : patches) patch_json(document, pointer, text, path);
  return document;
}

/// A shipped design, such as "edge_16x16".
inline Accelerator design(const std::string& name, const Patches& patches = {}) {
  const std::string path = SACCADE_SOURCE_DIR "/configs/hardware/" + name + ".json";
  return read_accelerator_json(patched(path, patches), path);
}

/// A shipped model, such as "deit_tiny".
inline Workload model(const std::string& name, const Patches& patches = {}) {
  const std::string path = SACCADE_SOURCE_DIR "/workloads/models/" + name + ".json";
  return read_workload_json(patched(path, patches), path);
}

/// The array of a design, output-stationary as it ships, with another dataflow; `access` of its
/// activation buffer.
inline Patches dataflow(const std::string& name, const std::string& access = "any") {
  Patches patches = {{"/buffers/0/access", access}};
  if (name == "weight_stationary") patches.emplace_back("/engines/0/variant", "ws_db_full");
  if (name == "input_stationary") patches.emplace_back("/engines/0/variant", "is_db_full");
  return patches;
}

inline Patches operator+(Patches a, const Patches& b) {
  a.insert(a.end(), b.begin(), b.end());
  return a;
}

/// Round prices: 100 pJ for a byte of DRAM, 1 pJ for one of any buffer.
inline MoveEnergy move_energy(const Accelerator& accelerator) {
  return {100.0, std::vector<double>(accelerator.buffers.size(), 1.0)};
}

inline Mapping mapped(const Workload& workload, const Accelerator& accelerator,
                      Objective objective = Objective::latency) {
  return map_workload(workload, accelerator, objective, move_energy(accelerator));
}

inline std::size_t op_index(const Workload& workload, const std::string& name) {
  for (std::size_t i = 0; i < workload.ops().size(); ++i) {
    if (workload.ops()[i].name == name) return i;
  }
  throw std::out_of_range("no op " + name);
}

inline TensorId tensor_id(const Workload& workload, const std::string& name) {
  for (std::size_t i = 0; i < workload.tensors().size(); ++i) {
    if (workload.tensors()[i].name == name) return static_cast<TensorId>(i);
  }
  throw std::out_of_range("no tensor " + name);
}

inline bool has_op(const Workload& workload, const std::string& name) {
  return std::any_of(workload.ops().begin(), workload.ops().end(),
                     [&](const Op& op) { return op.name == name; });
}

/// x (m x k) times a parameter: one product, network input to network output.
inline Workload one_linear(std::int64_t m, std::int64_t n, std::int64_t k, Bias bias = Bias::vector,
                           BitWidths bits = {}) {
  WorkloadBuilder builder("linear", 1, bits);
  const TensorId x = builder.input("x", m, k);
  builder.mark_output(builder.linear("fc", Role::ffn, x, n, bias));
  return std::move(builder).build();
}

/// A convolution of a square image by a square kernel.
inline Workload one_conv(Conv2d conv, int images = 1, BitWidths bits = {}) {
  WorkloadBuilder builder("conv", images, bits);
  const TensorId x = builder.input("x", images * conv.in_height * conv.in_width, conv.in_channels);
  builder.mark_output(builder.conv2d("conv", Role::stem, x, conv, Bias::vector));
  return std::move(builder).build();
}

/// A program run one task after the other without any simulation, with all that is wrong with it.
/// Its book-keeping shares nothing with SpaceLedger and TileGrid.
class Drained {
 public:
  Drained(const Accelerator& accelerator, const std::vector<const Mapping*>& stream)
      : accelerator_(accelerator), stream_(stream) {
    Program program(accelerator, stream);
    TileTask task;
    while (program.next(task)) {
      tasks.push_back(task);
      run(task);
    }
    works = program.works();
    for (const auto& [id, region] : regions_) {
      if (region.uses > 0) problem(fmt::format("region {} is never freed", id));
    }
    for (const std::int64_t bytes : used_) {
      if (bytes != 0) problem(fmt::format("{} bytes are in use at the end", bytes));
    }
    check_ops();
    check_transfers();
  }

  std::vector<TileTask> tasks;
  std::vector<TileWork> works;
  std::vector<std::string> problems;

  Stage stage(const TileTask& task) const { return works[task.work].stage; }
  std::int64_t peak(std::size_t buffer) const { return peak_[buffer]; }

  /// Useful bytes of loads or stores that touch the tensor.
  std::uint64_t moved_bytes(std::size_t workload, TensorId id, bool write) const {
    std::uint64_t sum = 0;
    for (const TileTask& task : tasks) {
      if (!is_transfer(task) || task.write != write) continue;
      const auto [which, op] = place_of(task.op);
      (void)op;
      if (which == workload && tensor_at(which, task.region.address) == id) {
        sum += task.region.useful_bytes();
      }
    }
    return sum;
  }
  std::uint64_t dram_bytes() const {
    std::uint64_t sum = 0;
    for (const TileTask& task : tasks) sum += is_transfer(task) ? task.region.useful_bytes() : 0;
    return sum;
  }
  static bool is_transfer(const TileTask& task) { return task.region.row_bytes > 0; }

  /// (workload of the stream, op in it) of an op of the program.
  std::pair<std::size_t, std::size_t> place_of(std::size_t op) const {
    std::size_t workload = 0;
    while (op >= stream_[workload]->workload.ops().size()) {
      op -= stream_[workload++]->workload.ops().size();
    }
    return {workload, op};
  }

 private:
  struct RegionState {
    std::int64_t bytes = 0;
    int buffer = -1;
    int uses = 0;
    TileCounter counter = 0;   ///< of the last task that filled it
    std::uint32_t filled = 0;  ///< tiles of that counter after it
  };

  void problem(const std::string& text) {
    if (problems.size() < 8) problems.push_back(text);
  }
  std::string where(const TileTask& task) const {
    const auto [workload, op] = place_of(task.op);
    return fmt::format("task {} of {}, {}", tasks.size() - 1,
                       stream_[workload]->workload.ops()[op].name,
                       stage_names[task.counter % kStages]);
  }

  void run(const TileTask& task) {
    if (emitted_[task.counter] != task.first) problem(where(task) + ": out of its counter's order");
    for (const Need& need : task.needs) {
      if (need.count == 0 || need.count > emitted_[need.counter]) {
        problem(where(task) + fmt::format(": needs {} of counter {}, {} are emitted", need.count,
                                          need.counter, emitted_[need.counter]));
      }
    }
    emitted_[task.counter] += task.finishes;
    for (const Acquire& acquire : task.acquires) take(task, acquire);
    for (const RegionId id : task.releases) let_go(task, id);
  }

  void take(const TileTask& task, const Acquire& acquire) {
    RegionState& region = regions_[acquire.region];
    const bool fresh = region.buffer < 0;
    if (acquire.region == 0) problem(where(task) + ": acquires region 0");
    if (fresh != (acquire.uses > 0)) problem(where(task) + ": region opened twice, or never");
    if (!fresh && (region.uses == 0 || region.buffer != acquire.buffer)) {
      problem(where(task) + ": adds to a region that is gone or elsewhere");
    }
    region.buffer = acquire.buffer;
    region.bytes += acquire.bytes;
    region.uses += acquire.uses;
    region.counter = task.counter;
    region.filled = task.first + task.finishes;
    std::int64_t& used = used_[acquire.buffer];
    used += acquire.bytes;
    peak_[acquire.buffer] = std::max(peak_[acquire.buffer], used);
    if (used > accelerator_.buffers[acquire.buffer].bytes) {
      problem(where(task) +
              fmt::format(": {} bytes in {}", used, accelerator_.buffers[acquire.buffer].name));
    }
  }

  /// Whoever lets a region go has used it, so it waited for the last that was put there.
  void let_go(const TileTask& task, RegionId id) {
    RegionState& region = regions_[id];
    if (region.uses == 0) {
      problem(where(task) + ": releases a region that is not held");
      return;
    }
    const bool waited = std::any_of(task.needs.begin(), task.needs.end(), [&](const Need& need) {
      return need.counter == region.counter && need.count >= region.filled;
    });
    const bool filled_itself = region.counter == task.counter;
    if (!waited && !filled_itself) problem(where(task) + ": lets go what it did not wait for");
    if (--region.uses > 0) return;
    used_[static_cast<std::size_t>(region.buffer)] -= region.bytes;
    region.bytes = 0;
  }

  /// MACs, post-processed elements and K chunks of every op.
  void check_ops() {
    struct Sums {
      std::uint64_t macs = 0;
      std::int64_t elements = 0;
      bool open = false;  ///< a tile of which chunks are missing
    };
    std::map<std::size_t, Sums> sums;
    for (const TileTask& task : tasks) {
      const TileWork& work = works[task.work];
      Sums& sum = sums[task.op];
      if (work.op != task.op) problem("a task has the work of another op");
      sum.macs += total_macs(work.counts);
      if (work.stage == Stage::post) sum.elements += work.tile.m * work.tile.n;
      if (work.stage != Stage::compute) continue;
      if (work.accumulates != sum.open) problem(name(task.op) + ": chunks out of order");
      if (task.finishes > 1) problem(name(task.op) + ": a chunk finishes several tiles");
      sum.open = task.finishes == 0;
    }
    for (const auto& [index, sum] : sums) {
      const auto [workload, place] = place_of(index);
      const Op& op = stream_[workload]->workload.ops()[place];
      const bool product = as_product(op).has_value();
      const bool direct = stream_[workload]->schedules[place].vector_unit < 0;
      if (sum.open) problem(op.name + ": the last tile lacks chunks");
      if (sum.macs != static_cast<std::uint64_t>(macs(op.body))) {
        problem(fmt::format("{}: {} MACs instead of {}", op.name, sum.macs, macs(op.body)));
      }
      const bool follows = std::holds_alternative<Elementwise>(op.body);
      if ((product || follows) && sum.elements != (direct ? 0 : output_elements(op.body))) {
        problem(fmt::format("{}: {} elements instead of {}", op.name, sum.elements,
                            output_elements(op.body)));
      }
    }
    std::size_t ops = 0;
    for (const Mapping* mapping : stream_) ops += mapping->workload.ops().size();
    if (sums.size() != ops) problem(fmt::format("{} of {} ops have tasks", sums.size(), ops));
  }

  std::string name(std::size_t op) const {
    const auto [workload, place] = place_of(op);
    return stream_[workload]->workload.ops()[place].name;
  }

  TensorId tensor_at(std::size_t workload, std::uint64_t address) const {
    const auto& homes = stream_[workload]->homes;
    std::size_t id = homes.size() - 1;
    while (homes[id].address > address) --id;
    return static_cast<TensorId>(id);
  }

  static std::int64_t stored_bytes(const Tensor& tensor) {
    if (tensor.order != DataOrder::column_major) return tensor.bytes();
    return tensor.columns() * ceil_div(tensor.rows() * tensor.bits, 8);
  }

  template <class Visit>
  static void each_byte(const Region& region, std::uint64_t base, Visit visit) {
    for (std::uint64_t row = 0; row < region.rows; ++row) {
      const std::uint64_t begin = region.address - base + row * region.pitch;
      for (std::uint64_t i = 0; i < region.row_bytes; ++i) visit(begin + i);
    }
  }

  /// Every byte of a tensor in DRAM is stored once, and loaded only by those who wait for that.
  void check_transfers() {
    std::map<std::pair<std::size_t, TensorId>, std::vector<std::uint32_t>> stored;
    for (const TileTask& task : tasks) {
      if (!is_transfer(task) || !task.write) continue;
      const std::size_t which = place_of(task.op).first;
      const TensorId id = tensor_at(which, task.region.address);
      const Tensor& tensor = stream_[which]->workload.tensor(id);
      auto& bytes = stored[{which, id}];
      bytes.resize(static_cast<std::size_t>(stored_bytes(tensor)), 0);
      bool good = true;
      each_byte(task.region, stream_[which]->homes[static_cast<std::size_t>(id)].address,
                [&](std::uint64_t at) {
                  good = good && at < bytes.size() && (bytes[at] == 0 || tensor.bits % 8 != 0);
                  if (at < bytes.size()) bytes[at] = task.first + 1;
                });
      if (!good) problem(name(task.op) + ": stores beyond its tensor, or twice");
    }
    for (const auto& [key, bytes] : stored) {
      if (std::count(bytes.begin(), bytes.end(), 0u) == 0) continue;
      problem(stream_[key.first]->workload.tensor(key.second).name + ": stored in part");
    }
    for (const TileTask& task : tasks) {
      if (!is_transfer(task) || task.write) continue;
      const std::size_t which = place_of(task.op).first;
      const TensorId id = tensor_at(which, task.region.address);
      check_load(task, which, id, stored[{which, id}]);
    }
    check_whole();
  }

  void check_load(const TileTask& task, std::size_t which, TensorId id,
                  const std::vector<std::uint32_t>& stored) {
    const Mapping& mapping = *stream_[which];
    const TensorHome& home = mapping.homes[static_cast<std::size_t>(id)];
    // Of a buffer with an instance per PE space is counted in the fullest one.
    const std::uint64_t space = task.acquires.size() == 1 ? task.acquires[0].bytes : 0;
    const Buffer& buffer = accelerator_.buffers[task.acquires[0].buffer];
    if (buffer.instances > 1 ? space > task.region.useful_bytes()
                             : space != task.region.useful_bytes()) {
      problem(name(task.op) + ": loads other bytes than it has space for");
    }
    if (home.writers.empty()) return;
    std::uint32_t last = 0;
    bool there = true;
    each_byte(task.region, home.address, [&](std::uint64_t at) {
      there = there && at < stored.size() && stored[at] > 0;
      if (there) last = std::max(last, stored[at]);
    });
    if (!there) problem(name(task.op) + ": loads what nobody stores");
    const std::size_t first_op = task.op - place_of(task.op).second;
    const TileCounter counter = tile_counter(first_op + home.writers.front(), Stage::store);
    const bool waited = std::any_of(task.needs.begin(), task.needs.end(), [&](const Need& need) {
      return need.counter == counter && need.count >= last;
    });
    if (!waited)
      problem(fmt::format("{}: load {} of {} too early: before {} stores", name(task.op),
                          task.first, mapping.workload.tensor(id).name, last));
  }

  /// Parameters are loaded at least once, biases with the weights they belong to; outputs are
  /// stored exactly once.
  void check_whole() {
    for (std::size_t which = 0; which < stream_.size(); ++which) {
      const Mapping& mapping = *stream_[which];
      std::map<TensorId, std::uint64_t> expected;
      for (const Op& op : mapping.workload.ops()) {
        const bool product = as_product(op).has_value();
        for (std::size_t i = product ? 1 : 0; i < op.inputs.size(); ++i) {
          const Tensor& tensor = mapping.workload.tensor(op.inputs[i].tensor);
          if (tensor.kind != TensorKind::parameter) continue;
          const auto bytes = static_cast<std::uint64_t>(tensor.elements() * tensor.bits / 8);
          expected[op.inputs[product ? 1 : i].tensor] += bytes;
        }
      }
      for (const auto& [id, bytes] : expected) {
        const std::uint64_t moved = moved_bytes(which, id, false);
        if (moved >= bytes) continue;
        problem(fmt::format("{}: {} bytes of {} are loaded", mapping.workload.tensor(id).name,
                            moved, bytes));
      }
      for (std::size_t id = 0; id < mapping.homes.size(); ++id) {
        const Tensor& tensor = mapping.workload.tensors()[id];
        if (tensor.kind != TensorKind::network_output) continue;
        const std::uint64_t moved = moved_bytes(which, static_cast<TensorId>(id), true);
        if (moved == static_cast<std::uint64_t>(tensor.bytes())) continue;
        problem(fmt::format("{}: {} bytes of {} are stored", tensor.name, moved, tensor.bytes()));
      }
    }
  }

  const Accelerator& accelerator_;
  std::vector<const Mapping*> stream_;
  std::map<TileCounter, std::uint32_t> emitted_;
  std::map<RegionId, RegionState> regions_;
  std::array<std::int64_t, kMaxBuffers> used_{}, peak_{};
};

}  // namespace saccade::mapping_testing
