#include "mapping/program.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <random>

#include "mapping/testing.hpp"

namespace saccade {
namespace {

using namespace mapping_testing;
using testing::IsEmpty;

void expect_sound(const Workload& workload, const Accelerator& accelerator, Objective objective,
                  const std::string& what) {
  SCOPED_TRACE(what);
  const Mapping mapping = mapped(workload, accelerator, objective);
  EXPECT_THAT(Drained(accelerator, {&mapping}).problems, IsEmpty());
}

const char* const kDesigns[] = {"edge_16x16", "systolic_32x32", "systolic_64x64"};

TEST(Program, DeiTTinyOnEveryDesign) {
  for (const char* name : kDesigns) {
    expect_sound(model("deit_tiny"), design(name), Objective::latency, name);
  }
}

TEST(Program, EveryDataflowAccessAndObjective) {
  const Workload deit = model("deit_tiny", {{"/depth", "1"}});
  for (const char* name : kDesigns) {
    for (const char* flow : {"output_stationary", "weight_stationary", "input_stationary"}) {
      for (const char* access : {"row", "any"}) {
        const Accelerator accelerator = design(name, dataflow(flow, access));
        for (const Objective objective : {Objective::latency, Objective::energy, Objective::edp}) {
          expect_sound(deit, accelerator, objective,
                       fmt::format("{} {} {} {}", name, flow, access, static_cast<int>(objective)));
        }
      }
    }
  }
}

TEST(Program, BatchesConvolutionsAndWidths) {
  const Patches small = {{"/depth", "1"}};
  const Patches batch = {{"/depth", "1"}, {"/images", "2"}};
  const Patches wide = {
      {"/depth", "1"}, {"/bits/activation", "16"}, {"/bits/weight", "16"}, {"/bits/score", "16"}};
  const Patches narrow = {{"/depth", "1"}, {"/bits/weight", "4"}, {"/bits/score", "4"}};
  const Patches operands = {{"/engines/0/operand_bits", "16"}};
  const Patches copies = {{"/engines/0/count", "3"}, {"/vector_units/0/count", "2"}};
  for (const char* name : kDesigns) {
    for (const char* net : {"deit_tiny", "lvvit_s"}) {
      const std::string what = fmt::format("{} {}", name, net);
      expect_sound(model(net, small), design(name), Objective::edp, what);
      expect_sound(model(net, batch), design(name), Objective::latency, what + " batch");
      const bool fits = what != "edge_16x16 lvvit_s";  // see Mapper.SaysWhatDoesNotFit
      if (fits) {
        expect_sound(model(net, wide), design(name, operands), Objective::latency,
                     what + " 16 bits");
      }
      expect_sound(model(net, narrow), design(name), Objective::latency, what + " 4 bits");
      expect_sound(model(net, batch), design(name, copies), Objective::latency, what + " copies");
    }
  }
}

/// Draws small networks and designs.
class Draw {
 public:
  explicit Draw(unsigned seed) : random_(seed) {}

  template <class T>
  T of(const std::vector<T>& values) {
    return values[random_() % values.size()];
  }
  std::string bytes(int least, int octaves) {
    const int span = 1 << (8 + random_() % static_cast<unsigned>(octaves));
    const int size = least + static_cast<int>(random_() % static_cast<unsigned>(span));
    return std::to_string(size / 64 * 64 + 64);
  }

  Accelerator design() {
    return mapping_testing::design(
        "edge_16x16",
        dataflow(of<std::string>({"output_stationary", "weight_stationary", "input_stationary"}),
                 of<std::string>({"row", "any"})) +
            Patches{{"/engines/0/rows", of<std::string>({"4", "8", "16"})},
                    {"/engines/0/columns", of<std::string>({"4", "8", "16"})},
                    {"/engines/0/count", of<std::string>({"1", "3"})},
                    {"/vector_units/0/count", of<std::string>({"1", "2"})},
                    {"/buffers/0/bytes", bytes(200, 8)},
                    {"/buffers/1/bytes", bytes(200, 7)},
                    {"/buffers/2/bytes", bytes(256, 7)}});
  }

  Workload transformer(int images) {
    const Json document = {{"family", "vit"},
                           {"name", "vit"},
                           {"image", of<int>({32, 40, 48})},
                           {"patch", 8},
                           {"width", of<int>({24, 32, 48})},
                           {"depth", 1},
                           {"heads", of<int>({1, 2, 4})},
                           {"mlp_ratio", of<int>({1, 2, 4})},
                           {"qkv_bias", true},
                           {"classes", of<int>({7, 10, 33})},
                           {"activation", "gelu"},
                           {"images", images},
                           {"bits", {{"weight", of<int>({4, 8})}, {"score", of<int>({4, 8})}}}};
    return read_workload_json(document, "drawn");
  }

  /// Every kind of op that transformers lack: grouped and padded convolutions, gather, decision,
  /// reduction.
  Workload others(int images) {
    WorkloadBuilder builder("others", images, {});
    Conv2d conv;
    conv.in_channels = 4;
    conv.out_channels = 8;
    conv.in_height = conv.in_width = of<std::int64_t>({9, 12, 16});
    conv.kernel_height = conv.kernel_width = 3;
    conv.stride = of<std::int64_t>({1, 2});
    conv.padding = of<std::int64_t>({0, 1});
    conv.groups = of<std::int64_t>({1, 2, 4});
    const TensorId image = builder.input("x", images * conv.in_height * conv.in_width, 4);
    TensorId x = builder.conv2d("conv", Role::stem, image, conv, Bias::batch_norm);
    x = builder.elementwise("relu", Role::stem, ElementFunction::relu, {x});
    Conv2d flat;  // with padding, whole output lines see none of the image
    flat.in_channels = flat.out_channels = 8;
    flat.in_height = conv.out_height();
    flat.in_width = conv.out_width();
    flat.padding = of<std::int64_t>({0, 1});
    flat.kernel_width = flat.padding == 0 ? 1 : 3;
    x = joined(builder, builder.conv2d("flat", Role::stem, x, flat, Bias::none), flat);
    const std::int64_t tokens = conv.out_height() * conv.out_width() / 2, rows = images * tokens;
    x = builder.gather("gather", Role::stem, x, rows);
    const TensorId position = builder.parameter("position", {tokens, 8}, 8);
    x = builder.add("add", Role::stem, Elementwise{ElementFunction::add, rows, 8},
                    {{x}, {position}}, rows, 8);
    x = builder.linear("fc", Role::ffn, builder.layernorm("ln", x), 16, Bias::vector);
    const TensorId gate = builder.add("decide", Role::decision, Decide{rows * 16}, {{x}}, 1, 1);
    const TensorId act = builder.add("act", Role::ffn, Elementwise{ElementFunction::gelu, rows, 16},
                                     {{x}, {gate}}, rows, 16);
    x = builder.add("sum", Role::ffn, Elementwise{ElementFunction::add, rows, 16},
                    {{x}, {act}, {gate}}, rows, 16);
    builder.mark_output(builder.add("maximum", Role::head,
                                    Reduce{ReduceFunction::maximum, images, tokens, 16}, {{x}},
                                    images, 16));
    return std::move(builder).build();
  }

 private:
  /// Pools and resizes the 8 channels of `x`, puts them beside those of a convolution and a
  /// function of x, in padded windows, adds a table, and goes back to as many rows and 8 channels.
  TensorId joined(WorkloadBuilder& builder, TensorId x, const Conv2d& before) {
    const std::int64_t rows = builder.tensor(x).rows();
    const std::int64_t height = before.out_height(), width = before.out_width();
    const auto pool = of<ResampleFunction>({ResampleFunction::maximum, ResampleFunction::mean});
    const std::int64_t size = of<std::int64_t>({1, 2, 4});
    const std::int64_t taps = of<std::int64_t>({2, 3});
    const TensorId pooled = builder.resample("pool", Role::stem, x,
                                             {pool, 1, 8, height, width, size, size, taps, taps});
    const TensorId all = builder.assembled("all", rows, 24);
    builder.add_into(
        "up", Role::stem,
        Resample{ResampleFunction::bilinear, builder.images(), 8, size, size, height, width, 2, 2},
        {{pooled}}, View{all, 0, 8});
    builder.add_into("same", Role::stem, Elementwise{ElementFunction::relu, rows, 8}, {{x}},
                     View{all});
    Conv2d point;
    point.images = builder.images();
    point.in_channels = point.out_channels = 8;
    point.in_height = height;
    point.in_width = width;
    const TensorId weight = builder.parameter("point.weight", {8, 8}, 8);
    builder.add_into("point", Role::stem, point, {{x}, {weight}}, View{all, 0, 16});
    const std::int64_t padded = builder.images() * (rows / builder.images() + 5);
    TensorId y = builder.gather("windows", Role::layout, all, padded);
    const TensorId table = builder.parameter("table", {3, 24}, 8);
    y = builder.add("biased", Role::stem, Elementwise{ElementFunction::add, padded, 24},
                    {{y}, {table}}, padded, 24);
    y = builder.gather("whole", Role::layout, y, rows);
    return builder.linear("narrow", Role::stem, y, 8, Bias::none);
  }

  std::mt19937 random_;
};

TEST(Program, RandomNetworksOnRandomDesigns) {
  int feasible = 0;
  for (unsigned seed = 0; seed < 200; ++seed) {
    Draw draw(seed);
    const Accelerator accelerator = draw.design();
    const int images = draw.of<int>({1, 2, 3});
    const Workload workload =
        draw.of<int>({0, 1}) == 0 ? draw.transformer(images) : draw.others(images);
    const Objective objective =
        draw.of<Objective>({Objective::latency, Objective::energy, Objective::edp});
    try {
      expect_sound(workload, accelerator, objective, fmt::format("seed {}", seed));
      ++feasible;
    } catch (const Infeasible&) {
    }
  }
  EXPECT_GT(feasible, 60);
}

std::size_t count_stage(const Drained& program, std::size_t op, Stage stage) {
  return static_cast<std::size_t>(std::count_if(
      program.tasks.begin(), program.tasks.end(),
      [&](const TileTask& task) { return task.op == op && program.stage(task) == stage; }));
}

TEST(Program, OnlyTheLastChunkFinishesATile) {
  const Accelerator edge = design("edge_16x16");
  const Mapping mapping = mapped(model("deit_small", {{"/depth", "1"}}), edge);
  const Drained program(edge, {&mapping});
  const std::size_t fc2 = op_index(mapping.workload, "b0.fc2");
  const GemmTile& tile = mapping.schedules[fc2].tile();
  const auto tiles = static_cast<std::size_t>(ceil_div(197, tile.m) * ceil_div(384, tile.n));
  const auto chunks = static_cast<std::size_t>(ceil_div(1536, tile.k));
  ASSERT_GT(chunks, 1u);
  EXPECT_EQ(count_stage(program, fc2, Stage::compute), tiles * chunks);
  EXPECT_EQ(count_stage(program, fc2, Stage::post), tiles);
  std::size_t finished = 0;
  for (const TileTask& task : program.tasks) {
    if (task.op == fc2 && program.stage(task) == Stage::compute) finished += task.finishes;
  }
  EXPECT_EQ(finished, tiles);
  EXPECT_THAT(program.problems, IsEmpty());
}

TEST(Program, LoadsOfTheNextGroupGoAheadAsFarAsThereIsRoom) {
  WorkloadBuilder builder("two layers", 1, {});
  const TensorId x = builder.input("x", 64, 64);
  const TensorId hidden = builder.linear("fc1", Role::ffn, x, 64, Bias::vector);
  builder.mark_output(builder.linear("fc2", Role::ffn, hidden, 64, Bias::vector));
  const Workload workload = std::move(builder).build();
  const auto early = [&](const std::string& weight_bytes) {
    const Accelerator edge = design("edge_16x16", {{"/buffers/1/bytes", weight_bytes}});
    const Mapping mapping = mapped(workload, edge);
    const Drained program(edge, {&mapping});
    EXPECT_THAT(program.problems, IsEmpty());
    std::size_t first_load = program.tasks.size(), last_compute = 0;
    for (std::size_t i = 0; i < program.tasks.size(); ++i) {
      const TileTask& task = program.tasks[i];
      const Stage stage = program.stage(task);
      if (task.op == 1 && stage == Stage::load_weight) first_load = std::min(first_load, i);
      if (task.op == 0 && stage == Stage::compute) last_compute = i;
    }
    return first_load < last_compute;
  };
  EXPECT_TRUE(early("16384"));
  EXPECT_FALSE(early("320"));  // one tile of 16 x 16 weights and 16 biases fills it
}

TEST(Program, ASecondWorkloadWaitsForTheFirst) {
  for (const char* name : {"edge_16x16", "systolic_64x64"}) {
    const Accelerator accelerator = design(name);
    const Mapping mapping = mapped(model("deit_tiny", {{"/depth", "1"}}), accelerator);
    const Drained program(accelerator, {&mapping, &mapping});
    EXPECT_THAT(program.problems, IsEmpty());
    const std::size_t ops = mapping.workload.ops().size();
    const auto stores = static_cast<std::uint32_t>(count_stage(program, ops - 1, Stage::store));
    ASSERT_GT(stores, 0u);
    std::size_t loads = 0, prefetched = 0, last_store = 0;
    for (std::size_t i = 0; i < program.tasks.size(); ++i) {
      const TileTask& task = program.tasks[i];
      if (task.op < ops && program.stage(task) == Stage::store) last_store = i;
    }
    for (std::size_t i = 0; i < program.tasks.size(); ++i) {
      const TileTask& task = program.tasks[i];
      prefetched += task.op >= ops && i < last_store;
      if (task.op != ops || program.stage(task) != Stage::load_input) continue;
      ++loads;
      ASSERT_EQ(task.needs.size(), 1u);
      EXPECT_EQ(task.needs[0].counter, tile_counter(ops - 1, Stage::store));
      EXPECT_EQ(task.needs[0].count, stores);
    }
    EXPECT_GT(loads, 0u);
    EXPECT_GT(prefetched, 0u) << "weights need not wait";
  }
}

TEST(Program, InputsWaitForTheWorkloadWhosePlaceTheyTake) {
  const Accelerator edge = design("edge_16x16");
  for (std::size_t window = 1; window <= 3; ++window) {
    const Mapping mapping =
        map_workload(model("deit_tiny", {{"/depth", "1"}}), edge, Objective::latency,
                     move_energy(edge), {}, static_cast<int>(window));
    const std::size_t ops = mapping.workload.ops().size();
    const auto stores =
        static_cast<std::uint32_t>(count_stage(Drained(edge, {&mapping}), ops - 1, Stage::store));
    Program program(edge, std::vector<const Mapping*>(4, &mapping), window);
    std::vector<std::size_t> loads(4);
    for (TileTask task; program.next(task);) {
      const std::size_t which = task.op / ops;
      if (task.counter != tile_counter(which * ops, Stage::load_input)) continue;
      ++loads[which];
      ASSERT_EQ(task.needs.size(), which < window ? 0u : 1u) << which << " of window " << window;
      if (which < window) continue;
      const std::size_t last_op = (which - window + 1) * ops - 1;
      EXPECT_EQ(task.needs[0].counter, tile_counter(last_op, Stage::store));
      EXPECT_EQ(task.needs[0].count, stores);
    }
    EXPECT_THAT(loads, testing::Each(loads[0]));
    EXPECT_GT(loads[0], 0u);
  }
  const Mapping mapping = mapped(model("deit_tiny", {{"/depth", "1"}}), edge);
  EXPECT_THROW(Program(edge, {&mapping}, 0), std::logic_error);
}

/// Workloads in flight take turns: each has expanded about as much as the others.
TEST(Program, WorkloadsInFlightTakeTurns) {
  const Accelerator machine = design("systolic_32x32");
  const Mapping mapping =
      map_workload(model("deit_tiny"), machine, Objective::latency, move_energy(machine), {}, 2);
  const std::size_t ops = mapping.workload.ops().size();
  Program program(machine, std::vector<const Mapping*>(3, &mapping), 2);
  std::size_t turns = 0, before = 0;
  for (TileTask task; program.next(task);) {
    const std::size_t which = task.op / ops;
    turns += which != before ? 1 : 0;
    before = which;
  }
  EXPECT_GT(turns, mapping.groups.size());
}

/// Stores of several outputs pass one channel in order, so that one need covers them all.
TEST(Program, AGateIsTheLastStoreInProgramOrder) {
  WorkloadBuilder builder("two heads", 1, {});
  const TensorId x = builder.input("x", 64, 64);
  const TensorId hidden = builder.linear("fc", Role::ffn, x, 64, Bias::vector);
  builder.mark_output(builder.linear("head", Role::head, hidden, 16, Bias::vector));
  builder.mark_output(builder.linear("aux_head", Role::head, hidden, 48, Bias::vector));
  const Workload workload = std::move(builder).build();
  for (const char* name : kDesigns) {
    const Accelerator accelerator = design(name);
    const Mapping mapping = mapped(workload, accelerator);
    const Drained program(accelerator, {&mapping, &mapping});
    EXPECT_THAT(program.problems, IsEmpty());
    const std::size_t ops = mapping.workload.ops().size();
    Need last;
    std::size_t loads = 0;
    for (const TileTask& task : program.tasks) {
      const Stage stage = program.stage(task);
      if (task.op < ops && stage == Stage::store) last = {task.counter, task.first + 1};
      if (task.op != ops || stage != Stage::load_input) continue;
      ++loads;
      ASSERT_EQ(task.needs.size(), 1u);
      EXPECT_EQ(task.needs[0].counter, last.counter);
      EXPECT_EQ(task.needs[0].count, last.count);
    }
    EXPECT_GT(loads, 0u);
  }
}

TEST(Program, NamesOpsOfAllWorkloads) {
  const Accelerator edge = design("edge_16x16");
  const Mapping a = mapped(one_linear(16, 16, 16), edge);
  const Mapping b = mapped(model("deit_tiny", {{"/depth", "1"}}), edge);
  const Program program(edge, {&a, &b});
  EXPECT_EQ(program.ops(), 1 + b.workload.ops().size());
  EXPECT_EQ(program.op_name(0), "fc");
  EXPECT_EQ(program.op_name(1), "patch_embed");
  EXPECT_EQ(program.op_name(99), "?");
}

TEST(SpaceLedger, ARegionIsHeldUntilItsLastUse) {
  const Accelerator edge = design("edge_16x16");
  SpaceLedger ledger(edge);
  EXPECT_EQ(ledger.capacity(1), 16384u);
  TileTask fill, grow, use;
  fill.acquires.add({5, 100, 1, 2});
  grow.acquires.add({5, 50, 1, 0});
  use.releases.add(5);
  EXPECT_EQ(ledger.run(fill)[1], 100u);
  EXPECT_EQ(ledger.run(grow)[1], 150u);
  EXPECT_EQ(ledger.run(use)[1], 150u);
  EXPECT_EQ(ledger.run(use)[1], 150u);  // while it runs; then it is free
  EXPECT_EQ(ledger.run(TileTask())[1], 0u);
  EXPECT_THROW(ledger.run(use), std::logic_error);
}

TEST(Needs, OneEntryPerCounter) {
  Needs needs;
  add_need(needs, {7, 3});
  add_need(needs, {7, 2});
  add_need(needs, {9, 0});
  add_need(needs, {8, 1});
  add_need(needs, {7, 5});
  ASSERT_EQ(needs.size(), 2u);
  EXPECT_EQ(needs[0].count, 5u);
  EXPECT_EQ(needs[1].counter, 8u);
}

}  // namespace
}  // namespace saccade
