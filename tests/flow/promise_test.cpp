// What the mapper promises that a product moves is what the simulation then counts, byte for byte.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <random>

#include "base/error.hpp"
#include "mapping/mapping_file.hpp"
#include "mapping/testing.hpp"
#include "sim/simulate.hpp"

namespace saccade {
namespace {

using namespace mapping_testing;

/// By op: useful bytes of DRAM by stage, and all that is counted.
struct Moved {
  struct OfOp {
    std::array<std::uint64_t, kStages> dram{};
    Counters counts;
  };
  std::vector<OfOp> ops;
};

/// Runs the tasks one after the other, without any machine.
Moved moved_by(Program& program) {
  Moved moved;
  moved.ops.resize(program.ops());
  std::vector<std::uint64_t> executed;
  TileTask task;
  while (program.next(task)) {
    executed.resize(program.works().size());
    ++executed[task.work];
    const auto stage = static_cast<std::size_t>(program.works()[task.work].stage);
    if (Drained::is_transfer(task)) moved.ops[task.op].dram[stage] += task.region.useful_bytes();
  }
  for (std::size_t work = 0; work < executed.size(); ++work) {
    moved.ops[program.works()[work].op].counts += program.works()[work].counts * executed[work];
  }
  return moved;
}

std::uint64_t at(const Moved::OfOp& op, Stage stage) {
  return op.dram[static_cast<std::size_t>(stage)];
}

/// What the last op that follows on the tiles of a product stores.
void expect_last_store(const Mapping& mapping, const Anchor& anchor, const Moved& moved) {
  const Op& last = mapping.workload.ops()[anchor.last()];
  const TensorId output = last.outputs[0].tensor;
  const bool stored = mapping.homes[static_cast<std::size_t>(output)].home == Home::dram;
  const auto bytes = static_cast<std::uint64_t>(mapping.workload.tensor(output).bytes());
  EXPECT_EQ(at(moved.ops[anchor.last()], Stage::store), stored ? bytes : 0) << last.name;
}

void expect_kept(const Mapping& mapping, const Anchor& anchor, const Accelerator& accelerator,
                 const Moved& moved, const SimResult& simulated) {
  const Op& op = mapping.workload.ops()[anchor.op];
  const ProductFacts& facts = *mapping.facts[anchor.op];
  const OpSchedule& schedule = mapping.schedules[anchor.op];
  const Promise promise = product_promise(facts, schedule, tile_figures(facts, schedule));
  const Moved::OfOp& tasks = moved.ops[anchor.op];
  const Counters& counts = simulated.ops[anchor.op].counts;

  EXPECT_EQ(promise.dram_input, at(tasks, Stage::load_input)) << op.name;
  EXPECT_EQ(promise.dram_weight, at(tasks, Stage::load_weight)) << op.name;
  EXPECT_EQ(promise.dram_output, at(tasks, Stage::store)) << op.name;
  EXPECT_EQ(counts.dram.useful_read_bytes, promise.dram_input + promise.dram_weight) << op.name;
  EXPECT_EQ(counts.dram.useful_write_bytes, promise.dram_output) << op.name;
  expect_last_store(mapping, anchor, moved);

  for (std::size_t buffer = 0; buffer < accelerator.buffers.size(); ++buffer) {
    SCOPED_TRACE(op.name + ", buffer " + accelerator.buffers[buffer].name);
    EXPECT_EQ(promise.buffers[buffer].read_bytes, counts.buffers[buffer].read_bytes);
    EXPECT_EQ(promise.buffers[buffer].write_bytes, counts.buffers[buffer].write_bytes);
  }
  const auto engine = static_cast<std::size_t>(schedule.engine);
  EXPECT_EQ(promise.network_link_bytes, counts.network_link_bytes[engine]) << op.name;
  EXPECT_EQ(promise.network_hop_bytes, counts.network_hop_bytes[engine]) << op.name;
}

/// The memory's fidelity decides about time alone: the simplest is the fastest to simulate.
Accelerator simple_memory(const std::string& name) {
  return design(name, {{"/dram/fidelity", "bandwidth"}});
}

void expect_promises_kept(const Mapping& mapping, const Accelerator& accelerator) {
  Program drained(accelerator, {&mapping});
  const Moved moved = moved_by(drained);
  Program program(accelerator, {&mapping});
  const SimResult simulated = simulate(accelerator, program);
  std::size_t products = 0;
  for (const Group& group : mapping.groups) {
    for (const Anchor& anchor : group.anchors) {
      for (const std::size_t op : anchor.chain()) {
        EXPECT_EQ(moved.ops[op].counts, simulated.ops[op].counts)
            << mapping.workload.ops()[op].name;
      }
      if (!mapping.facts[anchor.op]) continue;
      ++products;
      expect_kept(mapping, anchor, accelerator, moved, simulated);
    }
  }
  EXPECT_GT(products, 0u);
}

const auto kDesigns =
    testing::Values("systolic_64x64", "systolic_32x32", "vector_mac_16pe", "zcu102_vector_mac");

class PromiseOfModel : public testing::TestWithParam<std::tuple<const char*, const char*>> {};

TEST_P(PromiseOfModel, IsKeptByEveryProduct) {
  const auto [design, name] = GetParam();
  const Accelerator accelerator = simple_memory(design);
  expect_promises_kept(mapped(model(name), accelerator), accelerator);
}

INSTANTIATE_TEST_SUITE_P(Models, PromiseOfModel,
                         testing::Combine(kDesigns, testing::Values("deit_small", "lvvit_s")));

/// Convolutions as ResNets have them, and the depthwise ones of mobile networks.
struct ConvCase {
  const char* name;
  std::int64_t in, out, size, kernel, stride, groups;

  Conv2d conv() const {
    Conv2d conv;
    conv.in_channels = in;
    conv.out_channels = out;
    conv.in_height = conv.in_width = size;
    conv.kernel_height = conv.kernel_width = kernel;
    conv.stride = stride;
    conv.padding = kernel / 2;
    conv.groups = groups;
    return conv;
  }
};

void PrintTo(const ConvCase& conv, std::ostream* stream) { *stream << conv.name; }

constexpr ConvCase kConvs[] = {
    {"stem", 3, 64, 224, 7, 2, 1},         {"middle", 64, 64, 56, 3, 1, 1},
    {"wide", 64, 256, 56, 1, 1, 1},        {"shrinking", 128, 128, 56, 3, 2, 1},
    {"projection", 256, 512, 56, 1, 2, 1}, {"last", 512, 512, 7, 3, 1, 1},
    {"depthwise", 96, 96, 28, 3, 1, 96},   {"depthwise_shrinking", 96, 96, 28, 3, 2, 96},
    {"reduction", 64, 64, 128, 8, 8, 1},
};

class PromiseOfConv : public testing::TestWithParam<std::tuple<const char*, ConvCase>> {};

TEST_P(PromiseOfConv, IsKept) {
  const auto [design, conv] = GetParam();
  const Accelerator accelerator = simple_memory(design);
  for (const Objective objective : {Objective::latency, Objective::energy}) {
    expect_promises_kept(mapped(one_conv(conv.conv()), accelerator, objective), accelerator);
  }
}

TEST_P(PromiseOfConv, IsKeptForTwoImages) {
  const auto [design, conv] = GetParam();
  const Accelerator accelerator = simple_memory(design);
  expect_promises_kept(mapped(one_conv(conv.conv(), 2), accelerator), accelerator);
}

INSTANTIATE_TEST_SUITE_P(ResNet, PromiseOfConv,
                         testing::Combine(kDesigns, testing::ValuesIn(kConvs)));

/// Small products of every kind, of ragged sizes.
Workload heads() {
  WorkloadBuilder builder("heads", 2, {});
  View q{builder.input("q", 2 * 21, 3 * 20)}, k{builder.input("k", 2 * 37, 3 * 20)}, scores;
  q.image_rows = 21;
  k.image_rows = 37;
  q.head_columns = k.head_columns = 20;
  k.transposed = true;
  scores.image_rows = 3 * 21;
  scores.head_rows = 21;
  MatMul product;
  product.images = 2;
  product.heads = 3;
  product.m = 21;
  product.n = 37;
  product.k = 20;
  builder.mark_output(
      builder.add("qk", Role::core_attention, product, {q, k}, 2 * 3 * 21, 37, scores));
  return std::move(builder).build();
}

std::vector<Workload> small_products() {
  return {one_linear(53, 45, 70), heads(), one_conv(ConvCase{"", 6, 20, 13, 3, 1, 1}.conv()),
          one_conv(ConvCase{"", 5, 24, 22, 3, 2, 1}.conv(), 2),
          one_conv(ConvCase{"", 12, 12, 11, 3, 1, 12}.conv())};
}

/// Draws mappings of one product that may or may not fit.
class Draw {
 public:
  Draw(const Product& product, const EnginePool& engine, const std::vector<BufferId>& input,
       const std::vector<BufferId>& weight)
      : product_(product), engine_(engine), input_(input), weight_(weight) {}

  Pins pins() {
    Pins pins;
    Nest nest{{product_.m, product_.n, product_.k}, {}};
    const bool rows_outside = flip();
    const Dim outer = rows_outside ? Dim::m : Dim::n, inner = rows_outside ? Dim::n : Dim::m;
    const std::int64_t step = tile(outer);
    if (flip()) add(nest, outer, 2 * step);
    add(nest, inner, tile(inner));
    add(nest, outer, step);
    add(nest, Dim::k, tile(Dim::k));
    pins.loops = nest.loops;
    pins.double_buffered = flip();
    pins.keep_nothing = between(1, 8) == 1;
    pins.input = holds(input_, nest.loops.size());
    pins.weight = holds(weight_, nest.loops.size());
    if (const auto* pes = std::get_if<VectorMac>(&engine_.kind)) split(pins, nest, pes->pes);
    return pins;
  }

 private:
  std::int64_t between(std::int64_t least, std::int64_t most) {
    return std::uniform_int_distribution<std::int64_t>(least, most)(random_);
  }
  bool flip() { return between(0, 1) == 1; }

  /// Any size; of pixels part of a line or whole ones; some channels of k, mostly not of all taps.
  std::int64_t tile(Dim dim) {
    const std::int64_t full = extent({product_.m, product_.n, product_.k}, dim);
    if (!product_.conv || dim == Dim::n) return between(1, full);
    const Conv2d& conv = *product_.conv;
    if (dim == Dim::k) return full / between(1, conv.in_channels / conv.groups);
    const std::int64_t line = conv.out_width();
    return flip() && conv.groups == 1 ? between(1, line) : line * between(1, conv.out_height());
  }

  static void add(Nest& nest, Dim dim, std::int64_t step) {
    if (step < extent(nest.block(nest.loops.size()), dim)) nest.loops.push_back({dim, step});
  }

  std::vector<Hold> holds(const std::vector<BufferId>& way, std::size_t loops) {
    std::vector<Hold> holds;
    std::size_t inside = 0;
    for (const BufferId buffer : way) {
      const auto most = static_cast<std::int64_t>(loops);
      inside = static_cast<std::size_t>(between(static_cast<std::int64_t>(inside), most));
      holds.push_back({buffer, inside});
    }
    return holds;
  }

  void split(Pins& pins, const Nest& nest, std::int64_t pes) {
    Split split;
    split.m = between(1, 4);
    split.n = between(1, pes / split.m);
    const bool all_of_k = nest.tile().k == product_.k && !product_.conv;
    if (all_of_k) split.k = between(1, pes / (split.m * split.n));
    pins.split = split;
    pins.fold_taps = flip();
  }

  const Product product_;
  const EnginePool& engine_;
  const std::vector<BufferId>& input_;
  const std::vector<BufferId>& weight_;
  std::mt19937 random_{7};
};

class PromiseOfPins : public testing::TestWithParam<const char*> {};

TEST_P(PromiseOfPins, IsKeptHoweverTheyAreDrawn) {
  const Accelerator accelerator = simple_memory(GetParam());
  const EnginePool& engine = accelerator.engines[0];
  for (const Workload& workload : small_products()) {
    const Mapping free = mapped(workload, accelerator);
    const std::size_t last = free.workload.ops().size() - 1;  // layout changes come before it
    const ProductFacts& facts = *free.facts[last];
    Draw draw(facts.product, engine, facts.way(Matrix::input), facts.way(Matrix::weight));
    int fitting = 0;
    for (int i = 0; i < 200; ++i) {
      MappingPins pins;
      pins.ops[free.workload.ops()[last].name] = draw.pins();
      try {
        const Mapping mapping =
            map_workload(workload, accelerator, Objective::latency, move_energy(accelerator), pins);
        SCOPED_TRACE(mapping_text(mapping, accelerator, Objective::latency));
        expect_promises_kept(mapping, accelerator);
        ++fitting;
      } catch (const Infeasible&) {
      } catch (const UserError&) {  // steps that do not nest
      }
      if (HasFailure()) return;
    }
    EXPECT_GT(fitting, 20) << workload.name();
  }
}

INSTANTIATE_TEST_SUITE_P(Drawn, PromiseOfPins, kDesigns);

}  // namespace
}  // namespace saccade
