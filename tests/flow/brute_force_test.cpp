// The mapper's free choice against every mapping of small products, all of them simulated.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <iostream>
#include <set>

#include "mapping/mapping_file.hpp"
#include "mapping/testing.hpp"
#include "sim/simulate.hpp"

namespace saccade {
namespace {

using namespace mapping_testing;

/// An array of 8 x 8 with buffers of a few KiB and a memory without banks.
Accelerator small_design(const Patches& patches) {
  const Patches small = {{"/engines/0/rows", "8"},           {"/engines/0/columns", "8"},
                         {"/buffers/0/bytes", "3072"},       {"/buffers/0/width_bits", "64"},
                         {"/buffers/1/bytes", "2048"},       {"/buffers/1/width_bits", "64"},
                         {"/buffers/2/bytes", "2048"},       {"/buffers/2/width_bits", "256"},
                         {"/dram/fidelity", "\"bandwidth\""}};
  return design("edge_16x16", small + patches);
}

/// A product by heads, which lie side by side in both operands.
Workload heads_of(std::int64_t heads, std::int64_t m, std::int64_t n, std::int64_t k) {
  WorkloadBuilder builder("heads", 1, {});
  View a{builder.input("a", m, heads * k)}, b{builder.input("b", n, heads * k)}, out;
  a.head_columns = b.head_columns = k;
  b.transposed = true;
  out.head_rows = m;
  MatMul product;
  product.heads = heads;
  product.m = m;
  product.n = n;
  product.k = k;
  builder.mark_output(builder.add("fc", Role::core_attention, product, {a, b}, heads * m, n, out));
  return std::move(builder).build();
}

Workload conv_of(std::int64_t size, std::int64_t in, std::int64_t out, std::int64_t kernel,
                 std::int64_t stride) {
  Conv2d conv;
  conv.in_channels = in;
  conv.out_channels = out;
  conv.in_height = conv.in_width = size;
  conv.kernel_height = conv.kernel_width = kernel;
  conv.stride = stride;
  conv.padding = kernel / 2;
  return one_conv(conv);
}

struct SmallOp {
  const char* name;
  Workload workload;
  Patches patches = {};  ///< of the design
};

void PrintTo(const SmallOp& op, std::ostream* stream) { *stream << op.name; }

/// Sizes in multiples of `fold` that cut `full` into different numbers of tiles; of those that make
/// as many the smallest, which leaves most room.
std::vector<std::int64_t> sizes(std::int64_t full, std::int64_t fold) {
  std::vector<std::int64_t> result;
  std::int64_t tiles = -1;
  for (std::int64_t size = fold; size < full; size += fold) {
    if (ceil_div(full, size) == tiles) continue;
    tiles = ceil_div(full, size);
    result.push_back(size);
  }
  result.push_back(full);
  return result;
}

/// Rows of tiles of a convolution: parts of a line of output pixels, or whole lines.
std::vector<std::int64_t> row_sizes(const Product& product, std::int64_t fold) {
  if (!product.conv) return sizes(product.m, fold);
  const std::int64_t line = product.conv->out_width();
  std::vector<std::int64_t> result = sizes(line, fold);
  for (const std::int64_t lines : sizes(product.conv->out_height(), 1)) {
    if (lines > 1) result.push_back(lines * line);
  }
  return result;
}

/// Lists every nest of [blocks of b] [other dimension] [b] [k] and what its buffers may hold.
class Everything {
 public:
  explicit Everything(const Product& product) : product_(product) {}

  std::vector<Pins> list() {
    for (const std::int64_t m : row_sizes(product_, 8)) {
      for (const std::int64_t n : sizes(product_.n, 8)) {
        for (const std::int64_t k : sizes(product_.k, 8)) nests({m, n, k});
      }
    }
    return std::move(all_);
  }

 private:
  void nests(const GemmTile& tile) {
    for (const Dim blocked : {Dim::m, Dim::n}) {
      const std::int64_t full = blocked == Dim::m ? product_.m : product_.n;
      const std::int64_t step = extent(tile, blocked);
      std::int64_t before = 0;
      for (std::int64_t block = step; block < full; block += step) {
        if (whole_lines(blocked, block) && ceil_div(full, block) != before) {
          before = ceil_div(full, block);
          nest(tile, blocked, block);
        }
      }
      nest(tile, blocked, full);
    }
  }

  bool whole_lines(Dim dim, std::int64_t block) const {
    const std::int64_t line = product_.conv && dim == Dim::m ? product_.conv->out_width() : 1;
    return block <= line || block % line == 0;
  }

  void nest(const GemmTile& tile, Dim blocked, std::int64_t block) {
    Nest nest;
    nest.size = {product_.m, product_.n, product_.k};
    const auto add = [&](Dim dim, std::int64_t size) {
      if (size < extent(nest.block(nest.loops.size()), dim)) nest.loops.push_back({dim, size});
    };
    const Dim other = blocked == Dim::m ? Dim::n : Dim::m;
    add(blocked, block);
    add(other, extent(tile, other));
    add(blocked, extent(tile, blocked));
    add(Dim::k, tile.k);
    std::string text;
    for (const Loop& loop : nest.loops) {
      text += fmt::format("{} {} ", static_cast<int>(loop.dim), loop.tile);
    }
    if (seen_.insert(text).second) holds(nest);
  }

  /// Places with the same traffic are one.
  static std::vector<std::size_t> places(const Nest& nest, Matrix matrix) {
    std::set<std::size_t> found;
    for (std::size_t i = 0; i <= nest.loops.size(); ++i) {
      found.insert(effective_place(nest, matrix, i));
    }
    return {found.begin(), found.end()};
  }

  void holds(const Nest& nest) {
    for (const std::size_t input : places(nest, Matrix::input)) {
      for (const std::size_t weight : places(nest, Matrix::weight)) {
        for (const bool twice : {false, true}) {
          Pins pins;
          pins.loops = nest.loops;
          pins.input = {{0, input}};
          pins.weight = {{product_.heads > 1 ? 0 : 1, weight}};
          pins.double_buffered = twice;
          if (nest.loops.empty()) {  // nothing of the nest to fix: the tile is the product
            pins.input = pins.weight = {};
            pins.tile_m = product_.m;
            pins.tile_n = product_.n;
            pins.tile_k = product_.k;
          }
          all_.push_back(std::move(pins));
        }
      }
    }
  }

  const Product product_;
  std::vector<Pins> all_;
  std::set<std::string> seen_;
};

struct Outcome {
  Cycle cycles = 0;
  Mapping mapping;
};

/// Simulates the op as the pins say; nothing if it does not fit.
std::optional<Outcome> run(const SmallOp& op, const Accelerator& accelerator, const Pins& pins) {
  MappingPins fixed;
  fixed.ops["*"] = pins;
  try {
    const Mapping mapping =
        map_workload(op.workload, accelerator, Objective::latency, move_energy(accelerator), fixed);
    Program program(accelerator, {&mapping});
    const SimResult result = simulate(accelerator, program);
    const ProductFacts& facts = *mapping.facts[0];
    const Promise promise =
        product_promise(facts, mapping.schedules[0], tile_figures(facts, mapping.schedules[0]));
    const DramCounts& dram = result.ops[0].counts.dram;
    EXPECT_EQ(dram.useful_read_bytes, promise.dram_input + promise.dram_weight)
        << mapping_text(mapping, accelerator, Objective::latency);
    EXPECT_EQ(dram.useful_write_bytes, promise.dram_output);
    return Outcome{result.cycles, mapping};
  } catch (const Infeasible&) {
    return std::nullopt;
  }
}

class BruteForce : public testing::TestWithParam<SmallOp> {};

TEST_P(BruteForce, FindsNothingMuchBetter) {
  const SmallOp& op = GetParam();
  const Accelerator accelerator = small_design(op.patches);
  std::optional<Outcome> best;
  std::size_t simulated = 0;
  const Product product = *as_product(op.workload, op.workload.ops()[0]);
  for (const Pins& pins : Everything(product).list()) {
    const std::optional<Outcome> tried = run(op, accelerator, pins);
    if (!tried) continue;
    ++simulated;
    if (!best || tried->cycles < best->cycles) best = tried;
  }
  const std::optional<Outcome> chosen = run(op, accelerator, Pins{});
  ASSERT_TRUE(best && chosen);
  const auto text = [&](const Outcome& outcome) {
    return mapping_text(outcome.mapping, accelerator, Objective::latency);
  };
  std::cout << fmt::format("{}: {} mappings, the best takes {} cycles, the mapper's {}\n", op.name,
                           simulated, best->cycles, chosen->cycles);
  EXPECT_LE(static_cast<double>(chosen->cycles), 1.03 * static_cast<double>(best->cycles))
      << "chosen: " << text(*chosen) << "best: " << text(*best);
}

std::vector<SmallOp> small_ops() {
  std::vector<SmallOp> ops;
  ops.push_back({"square", one_linear(32, 32, 32)});
  ops.push_back({"ragged", one_linear(37, 45, 51)});
  ops.push_back({"tall", one_linear(100, 20, 40)});
  ops.push_back({"wide", one_linear(20, 100, 40)});
  ops.push_back({"deep", one_linear(24, 24, 384)});
  ops.push_back({"deep and ragged", one_linear(19, 30, 250)});
  ops.push_back({"short", one_linear(5, 60, 90)});
  ops.push_back({"narrow", one_linear(60, 5, 90)});
  ops.push_back({"slow memory", one_linear(40, 48, 64), {{"/dram/bandwidth_gbps", "0.4"}}});
  ops.push_back({"heads", heads_of(3, 26, 26, 24)});
  ops.push_back({"convolution", conv_of(10, 6, 12, 3, 1)});
  ops.push_back({"convolution of stride 2", conv_of(14, 5, 18, 3, 2)});
  return ops;
}

INSTANTIATE_TEST_SUITE_P(SmallOps, BruteForce, testing::ValuesIn(small_ops()));

}  // namespace
}  // namespace saccade
