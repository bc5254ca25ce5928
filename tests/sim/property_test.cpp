// Random programs on buffers that are exactly as large as the program needs when its tasks run one
// after the other: with slack in the buffers even grants in order of arrival seldom deadlock, so
// that a test with slack tests nothing.
#include <gtest/gtest.h>

#include <algorithm>
#include <cstring>
#include <map>
#include <random>
#include <stdexcept>
#include <string>
#include <vector>

#include "sim/hand_program.hpp"

namespace saccade {
namespace {

using hand::HandProgram;
using hand::Step;

constexpr std::size_t kOps = 6;
constexpr std::size_t kBuffers = 3;
constexpr UnitId kFirstArray = 2;  // units: in, out, array_0, array_1, vector
constexpr UnitId kVectorUnit = 4;
constexpr std::uint64_t kBurst = 64;

/// Writes a program: tasks of random units and ops, whose needs and regions point backwards.
class Author {
 public:
  explicit Author(unsigned seed) : random_(seed) {}

  HandProgram write(int tasks) {
    for (int i = 0; i < tasks; ++i) add_task();
    return std::move(program_);
  }

 private:
  /// A region that tasks may still use. It is there when `ready` is met: whoever releases it must
  /// come after all that acquired it.
  struct Live {
    RegionId id;
    std::uint16_t buffer;
    Need ready;
    int uses;
    bool grown;
  };
  /// K chunks of a tile that is not finished: they stay on their array.
  struct Open {
    UnitId array;
    std::vector<Live> regions;
  };

  int pick(int low, int high) {
    return low + static_cast<int>(random_() % unsigned(high - low + 1));
  }
  std::uint32_t size(int low, int high) { return static_cast<std::uint32_t>(pick(low, high)); }
  bool chance(int percent) { return pick(1, 100) <= percent; }

  void add_task() {
    const std::uint32_t op = size(0, kOps - 1);
    const int kind = pick(0, 3);
    const bool chunk = kind == 2 && chance(40);
    Step& step = kind < 2 ? transfer(op, kind == 1) : kind == 2 ? product(op, chunk) : sweep(op);
    const std::size_t needed = random_() % 2;
    for (std::size_t i = 0; i < needed && !finished_.empty(); ++i) {
      const std::size_t back = random_() % std::min<std::size_t>(12, finished_.size());
      step.needs.add(finished_[finished_.size() - 1 - back]);
    }
    for (int i = 0; i < 2; ++i) {
      if (chance(70)) use_region(step);
    }
    std::vector<Live> taken = take_space(step);
    if (kind == 2) {
      std::vector<Live>& open = open_.at(op).regions;
      open.insert(open.end(), taken.begin(), taken.end());
      if (chunk) return;
      taken = std::move(open);
      open_.erase(op);
    }
    const Need finished = {step.counter, step.first + step.finishes};
    finished_.push_back(finished);
    for (Live& region : taken) {
      region.ready = finished;
      live_.push_back(region);
    }
  }

  Step& transfer(std::uint32_t op, bool write) {
    const std::uint32_t rows = size(1, 4);
    const std::uint32_t row_bytes = size(1, 2500);
    const Region region = {size(0, 1 << 20), rows, row_bytes, row_bytes + size(0, 3) * 50};
    const Stage stage = write ? Stage::store : Stage::load_input;
    return program_.move(write ? hand::kOut : hand::kIn,
                         program_.dma_work(op, stage, burst_bytes(region, kBurst)), region,
                         size(1, 2));
  }

  Step& product(std::uint32_t op, bool chunk) {
    const GemmTile tile = {pick(1, 9), pick(1, 9), pick(1, 60)};
    const auto unit = static_cast<UnitId>(kFirstArray + pick(0, 1));
    const Open& open = open_.try_emplace(op, Open{unit, {}}).first->second;
    return program_.add(open.array, program_.array_work(op, tile, pick(0, 40)), chunk ? 0 : 1);
  }

  Step& sweep(std::uint32_t op) {
    return program_.add(kVectorUnit, program_.vector_work(op, pick(0, 90), pick(0, 30)),
                        size(1, 3));
  }

  /// Waits for a region and lets it go, or, once, makes it grow.
  void use_region(Step& step) {
    if (live_.empty()) return;
    const std::size_t at = random_() % live_.size();
    Live& region = live_[at];
    // It has just grown by this very task.
    if (region.ready.counter == step.counter && region.ready.count > step.first) return;
    step.needs.add(region.ready);
    if (step.finishes > 0 && !region.grown && step.acquires.size() == 0 && chance(25)) {
      step.grow(region.id, size(10, 100), region.buffer);
      region.grown = true;
      region.ready = {step.counter, step.first + step.finishes};
      return;
    }
    for (const RegionId released : step.releases) {
      if (released == region.id) return;
    }
    step.release(region.id);
    if (--region.uses > 0) return;
    live_[at] = live_.back();
    live_.pop_back();
  }

  std::vector<Live> take_space(Step& step) {
    std::vector<Live> taken;
    while (step.acquires.size() < 2 && chance(40)) {
      const int uses = pick(1, 3);
      const auto buffer = static_cast<std::uint16_t>(pick(0, kBuffers - 1));
      step.acquire(regions_, size(10, 300), static_cast<std::uint16_t>(uses), buffer);
      taken.push_back({regions_++, buffer, {}, uses, false});
    }
    return taken;
  }

  std::mt19937 random_;
  HandProgram program_{kOps};
  std::vector<Need> finished_;
  std::vector<Live> live_;
  std::map<std::uint32_t, Open> open_;  ///< by op
  RegionId regions_ = 0;
};

struct RegionUse {
  std::uint64_t bytes = 0;
  int uses = 0;
  std::uint16_t buffer = 0;
  Cycle end = 0;  ///< of its latest use so far

  void add(const Acquire& acquire) {
    bytes += acquire.bytes;
    uses += acquire.uses;
    buffer = acquire.buffer;
  }
};

/// Bytes of each buffer in use at most when one task runs after the other.
std::vector<std::uint64_t> tightest(const HandProgram& program) {
  std::map<RegionId, RegionUse> regions;
  std::vector<std::uint64_t> used(kBuffers, 0);
  std::vector<std::uint64_t> peak(kBuffers, 0);
  for (const Step& step : program.steps()) {
    for (const Acquire& acquire : step.acquires) {
      regions[acquire.region].add(acquire);
      used[acquire.buffer] += acquire.bytes;
      peak[acquire.buffer] = std::max(peak[acquire.buffer], used[acquire.buffer]);
    }
    for (const RegionId id : step.releases) {
      RegionUse& region = regions[id];
      if (--region.uses == 0) used[region.buffer] -= region.bytes;
    }
  }
  return peak;
}

/// Two arrays, and a bus that can be felt. Banked: 0.709 memory clocks are a cycle, so that the
/// edges of the two clocks do not meet.
Accelerator machine_for(const std::vector<std::uint64_t>& buffers, bool banked) {
  Accelerator machine = hand::tiny_machine(buffers);
  machine.engines[0].count = 2;
  machine.interconnect.width_bits = 1024;
  if (banked) {
    static const DramDevice ddr4 =
        read_dram_device(SACCADE_SOURCE_DIR "/configs/technology/dram/ddr4_2400.json");
    machine.dram.device = ddr4;
    machine.dram.fidelity = DramFidelity::banked;
    machine.dram.bandwidth_gbps.reset();
    machine.clock_hz = 1.7e9;
  }
  return machine;
}

Counters counts_of(const HandProgram& program) {
  Counters sum;
  for (const Step& step : program.steps()) sum += program.works()[step.work].counts;
  return sum;
}

/// What must not depend on the timing: everything but the memory's commands.
Counters work_of(const SimResult& result) {
  Counters sum;
  std::uint64_t tasks = 0;
  for (const OpActivity& op : result.ops) {
    sum += op.counts;
    tasks += op.tasks;
  }
  EXPECT_EQ(tasks, result.records.size());
  return sum;
}

void expect_sums(const SimResult& result, const HandProgram& program) {
  EXPECT_EQ(result.records.size(), program.steps().size());
  EXPECT_TRUE(work_of(result) == counts_of(program));
  Cycle exclusive = 0;
  for (const OpActivity& op : result.ops) exclusive += op.exclusive_cycles();
  EXPECT_EQ(exclusive, result.cycles);
  for (const Cycle busy : result.busy_cycles) EXPECT_LE(busy, result.cycles);
}

/// Every need was met when its task started: all tasks of the counter up to it had completed.
void expect_needs_met(const SimResult& result, const HandProgram& program) {
  std::map<TileCounter, std::vector<std::pair<std::uint32_t, Cycle>>> ends;  // first tile, end
  for (std::size_t i = 0; i < program.steps().size(); ++i) {
    const Step& step = program.steps()[i];
    for (const Need& need : step.needs) {
      for (const auto& [first, end] : ends[need.counter]) {
        if (first >= need.count) continue;
        EXPECT_LE(end, result.records[i].start) << "task " << i;
      }
    }
    if (step.finishes > 0) ends[step.counter].emplace_back(step.first, result.records[i].end);
  }
}

/// From the start of who acquired it to the end of who released it last, a region takes its bytes;
/// all of them together never take more than there is.
void expect_space_kept(const SimResult& result, const HandProgram& program,
                       const std::vector<std::uint64_t>& capacities) {
  // By time; what is released at a cycle is free in that cycle.
  std::vector<std::map<std::pair<Cycle, bool>, std::int64_t>> changes(capacities.size());
  std::map<RegionId, RegionUse> regions;
  for (std::size_t i = 0; i < program.steps().size(); ++i) {
    const Step& step = program.steps()[i];
    for (const Acquire& acquire : step.acquires) {
      regions[acquire.region].add(acquire);
      changes[acquire.buffer][{result.records[i].start, true}] += acquire.bytes;
    }
    for (const RegionId id : step.releases) {
      RegionUse& region = regions[id];
      region.end = std::max(region.end, result.records[i].end);
      if (--region.uses > 0) continue;
      changes[region.buffer][{region.end, false}] -= static_cast<std::int64_t>(region.bytes);
    }
  }
  for (std::size_t i = 0; i < capacities.size(); ++i) {
    std::int64_t used = 0;
    for (const auto& [when, change] : changes[i]) {
      used += change;
      EXPECT_LE(used, static_cast<std::int64_t>(capacities[i])) << "at cycle " << when.first;
    }
  }
}

void expect_sound(const SimResult& result, const HandProgram& program,
                  const std::vector<std::uint64_t>& capacities) {
  expect_sums(result, program);
  expect_needs_met(result, program);
  expect_space_kept(result, program, capacities);
}

bool same_records(const SimResult& a, const SimResult& b) {
  return a.records.size() == b.records.size() &&
         std::memcmp(a.records.data(), b.records.data(), a.records.size() * sizeof(TaskRecord)) ==
             0;
}

TEST(SimulateProperty, RandomProgramsRunOnExactlySufficientBuffers) {
  for (unsigned seed = 1; seed <= 1000; ++seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    HandProgram program = Author(seed).write(60);
    const std::vector<std::uint64_t> buffers = tightest(program);
    const Accelerator machine = machine_for(buffers, seed % 2 == 0);
    SimOptions options;
    options.queue_depth = 1 + static_cast<int>(seed % 5);
    const SimResult steady = hand::run(program, machine, options);
    expect_sound(steady, program, buffers);
    options.queue_depth = 1 + static_cast<int>(seed / 5 % 5);
    options.stall_seed = seed;
    const SimResult stalled = hand::run(program, machine, options);
    expect_sound(stalled, program, buffers);
    EXPECT_EQ(stalled.counts.dram.useful_read_bytes, steady.counts.dram.useful_read_bytes);
    EXPECT_EQ(stalled.counts.dram.useful_write_bytes, steady.counts.dram.useful_write_bytes);
    EXPECT_TRUE(same_records(stalled, hand::run(program, machine, options)));
    ASSERT_FALSE(HasFailure());
  }
}

TEST(SimulateProperty, TheBuffersAreTight) {
  // One byte less in one buffer: the task at its peak finds no space unless a later one, that has
  // its space already, lets some go. Were the buffers wider than needed, nothing would deadlock.
  int deadlocks = 0;
  for (unsigned seed = 1; seed <= 100; ++seed) {
    HandProgram program = Author(seed).write(60);
    std::vector<std::uint64_t> buffers = tightest(program);
    --buffers[seed % kBuffers];
    try {
      hand::run(program, machine_for(buffers, false));
    } catch (const std::logic_error&) {
      ++deadlocks;
    }
  }
  EXPECT_GT(deadlocks, 50);
}

TEST(SimulateProperty, ThePropertiesAreTestedOnProgramsThatHaveThem) {
  int chunks = 0;
  int growths = 0;
  int shared = 0;
  int waits_for_space = 0;
  for (unsigned seed = 1; seed <= 50; ++seed) {
    HandProgram program = Author(seed).write(60);
    for (const Step& step : program.steps()) {
      chunks += step.finishes == 0;
      for (const Acquire& acquire : step.acquires) {
        growths += acquire.uses == 0;
        shared += acquire.uses > 1;
      }
    }
    const SimResult result = hand::run(program, machine_for(tightest(program), false));
    for (const TaskRecord& record : result.records) waits_for_space += record.edge == Edge::space;
  }
  EXPECT_GT(chunks, 200);
  EXPECT_GT(growths, 50);
  EXPECT_GT(shared, 200);
  EXPECT_GT(waits_for_space, 100);
}

}  // namespace
}  // namespace saccade
