#include "mapping/product_estimate.hpp"

#include <algorithm>
#include <cmath>

#include "cost/network.hpp"
#include "mapping/way.hpp"

namespace saccade {
namespace {

double bytes_of(std::int64_t elements, int bits) {
  return static_cast<double>(elements) * bits / 8.0;
}

std::int64_t elements_of(const EngineTile& tile) {
  return tile.entries * tile.size.m * tile.size.n;
}

/// The bytes of the engine's own accesses and of the network between its PEs.
class PromiseMaker {
 public:
  PromiseMaker(const ProductFacts& facts, const OpSchedule& schedule, const TileFigures& figures,
               const Ways& ways)
      : facts_(facts), schedule_(schedule), figures_(figures), ways_(ways) {}

  Promise run() {
    way(Matrix::input, Operand::input, promise_.dram_input);
    way(Matrix::weight, Operand::weight, promise_.dram_weight);
    engine();
    results();
    return promise_;
  }

 private:
  std::uint64_t& read(BufferId buffer, Operand operand) {
    return promise_.buffers[static_cast<std::size_t>(buffer)]
        .read_bytes[static_cast<std::size_t>(operand)];
  }
  std::uint64_t& written(BufferId buffer, Operand operand) {
    return promise_.buffers[static_cast<std::size_t>(buffer)]
        .write_bytes[static_cast<std::size_t>(operand)];
  }

  void way(Matrix matrix, Operand operand, std::uint64_t& dram) {
    BufferId outer = -1;
    for (const WayLevel& level : ways_.of(matrix)) {
      const bool there = outer < 0 && facts_.on_chip(matrix);
      if (!there)
        enter(level, outer, operand,
              entering_bytes(facts_, schedule_, matrix, level, figures_.part_pixels), dram);
      outer = level.buffer;
    }
  }

  void enter(const WayLevel& level, BufferId outer, Operand operand, std::int64_t bytes,
             std::uint64_t& dram) {
    NetworkUse use{bytes, 0};
    if (level.per_pe || outer >= 0) use = network(bytes, level.copies);
    if (outer < 0) {
      dram += static_cast<std::uint64_t>(bytes);
    } else {
      read(outer, operand) += static_cast<std::uint64_t>(use.link_bytes);
    }
    written(level.buffer, operand) += static_cast<std::uint64_t>(bytes * level.copies);
  }

  NetworkUse network(std::int64_t bytes, std::int64_t copies) {
    const EnginePool& engine = *facts_.engine;
    const NetworkUse use = network_use(*engine.network, engine_pes(engine.kind), bytes, copies);
    add(use);
    return use;
  }

  void add(const NetworkUse& use) {
    promise_.network_link_bytes += static_cast<std::uint64_t>(use.link_bytes);
    promise_.network_hop_bytes += static_cast<std::uint64_t>(use.hop_bytes);
  }

  void engine() {
    const TileAccesses& sum = figures_.accesses;
    const auto bytes = [](std::int64_t elements, int bits) {
      return static_cast<std::uint64_t>(packed_bytes(elements, bits));
    };
    const int sum_bits = facts_.sum_bits();
    const BufferId sums = facts_.engine->storage.partial_sum;
    read(facts_.way(Matrix::input).back(), Operand::input) +=
        bytes(sum.input_reads, facts_.input_bits);
    read(facts_.way(Matrix::weight).back(), Operand::weight) +=
        bytes(sum.weight_reads, facts_.weight_bits);
    read(sums, Operand::partial_sum) += bytes(sum.partial_reads, sum_bits);
    written(sums, Operand::partial_sum) += bytes(sum.partial_writes, sum_bits);
    if (figures_.exchanged_bytes > 0) {
      add(exchange_use(*facts_.engine->network, figures_.exchanged_bytes));
    }
  }

  /// Sums to the vector unit, results to where activations live; or sums straight to DRAM.
  void results() {
    const Product& product = facts_.product;
    const std::int64_t outputs = product.entries() * product.m * product.n;
    const std::int64_t sums = packed_bytes(outputs, facts_.sum_bits());
    const std::int64_t bytes = packed_bytes(outputs, facts_.output_bits);
    const BufferId accumulators = facts_.engine->storage.partial_sum;
    const bool far = facts_.buffer(accumulators).instances > 1;
    const bool to_dram = !facts_.output_on_chip && !facts_.output_streamed;
    if (far) network(bytes, 1);
    if (facts_.vector_unit == nullptr) {
      read(accumulators, Operand::partial_sum) += static_cast<std::uint64_t>(bytes);
      promise_.dram_output = static_cast<std::uint64_t>(bytes);
      return;
    }
    const auto sweeps = static_cast<std::int64_t>(facts_.post.sweeps.size());
    read(accumulators, Operand::partial_sum) += static_cast<std::uint64_t>(sweeps * sums);
    const BufferId home = facts_.vector_unit->output;
    written(home, Operand::output) += static_cast<std::uint64_t>(bytes);
    if (!to_dram || !facts_.followers.empty()) return;
    read(home, Operand::output) += static_cast<std::uint64_t>(bytes);
    promise_.dram_output = static_cast<std::uint64_t>(bytes);
  }

  const ProductFacts& facts_;
  const OpSchedule& schedule_;
  const TileFigures& figures_;
  const Ways& ways_;
  Promise promise_;
};

/// Space of sums and of results on their way to where they live.
Demand result_demand(const ProductFacts& facts, const OpSchedule& schedule) {
  Demand demand{};
  const auto add = [&](BufferId buffer, std::int64_t bytes) {
    demand[static_cast<std::size_t>(buffer)] += bytes;
  };
  const GemmTile tile = schedule.tile();
  const std::int64_t m = std::min(tile.m, facts.product.m);
  const std::int64_t n = std::min(tile.n, facts.product.n);
  const std::int64_t copies = schedule.double_buffered ? 2 : 1;
  const BufferId sums = facts.engine->storage.partial_sum;
  std::int64_t entries = schedule.at_once;
  GemmTile share = {m, n, tile.k};
  if (facts.buffer(sums).instances > 1) share = instance_tile(facts, schedule, share, &entries);
  add(sums, copies * entries * share.m * packed_bytes(share.n, facts.sum_bits()));
  if (facts.vector_unit == nullptr) return demand;
  std::int64_t passing = 0;  // tiles between the accumulators and their home
  int bits = facts.output_bits;
  for (const FollowerFacts& follower : facts.followers) {
    passing += m * packed_bytes(n, bits);
    for (const int input : follower.dram_input_bits) passing += m * packed_bytes(n, input);
    bits = follower.bits;
  }
  if (facts.output_streamed) {
    passing += m * ceil_div(facts.product.n, n) * packed_bytes(n, bits);  // a whole row block
  } else if (!facts.output_on_chip) {
    passing += m * packed_bytes(n, bits);
  }
  add(facts.vector_unit->output, copies * schedule.at_once * passing);
  return demand;
}

class Estimator {
 public:
  Estimator(const ProductFacts& facts, const MachineRates& rates, const TileFigures& figures,
            OpSchedule& schedule)
      : facts_(facts),
        rates_(rates),
        figures_(figures),
        schedule_(schedule),
        tile_(schedule.tile()),
        ways_(ways_of(facts, schedule)),
        promise_(product_promise(facts, schedule, figures, ways_)) {}

  Candidate run() {
    Candidate result;
    result.demand = product_demand(facts_, schedule_, ways_);
    result.compute_cycles = figures_.compute_cycles;
    result.vector_cycles = figures_.vector_cycles;
    result.tiles = figures_.tiles;
    const double dram = dram_bytes();
    result.dram_cycles = dram / rates_.dram_bytes_per_cycle;
    if (facts_.engine->network) {
      result.network_cycles = static_cast<double>(promise_.network_link_bytes) / network_width();
    }
    result.ramp_cycles = ramp() + held_up_rows(result);
    const double work = std::max({result.compute_cycles, result.vector_cycles, result.dram_cycles,
                                  result.network_cycles, behind_loads(Matrix::input),
                                  behind_loads(Matrix::weight)});
    const InTurn in_turn = without_room(result);
    result.in_turn_cycles = in_turn.transfers;
    schedule_.cycles = result.ramp_cycles + work + in_turn.transfers + in_turn.vector;
    schedule_.dram_bytes = dram;
    schedule_.energy_pj = dram * rates_.energy.dram_pj_per_byte + chip_energy() +
                          schedule_.cycles * rates_.energy.static_pj_per_cycle;
    return result;
  }

 private:
  double network_width() const { return facts_.engine->network->width_bits / 8.0; }

  double entering(Matrix matrix, const WayLevel& level) const {
    return static_cast<double>(
        entering_bytes(facts_, schedule_, matrix, level, figures_.part_pixels));
  }

  /// Calls `each` with every buffer of a way that the op fills, and the bytes a cycle that come in.
  template <class Each>
  void for_entered(Matrix matrix, Each each) const {
    bool from_dram = true;
    for (const WayLevel& level : ways_.of(matrix)) {
      const bool there = from_dram && facts_.on_chip(matrix);
      if (!there) each(level, from_dram ? rates_.dram_bytes_per_cycle : network_width());
      from_dram = false;
    }
  }

  /// What runs in turn with the engine where nothing is double-buffered: loads whose next granule,
  /// post-processing whose next tile finds no room besides.
  struct InTurn {
    double transfers = 0;
    double vector = 0;
  };
  InTurn without_room(const Candidate& result) const {
    InTurn in_turn;
    if (schedule_.double_buffered) return in_turn;
    Demand left{};
    for (std::size_t i = 0; i < facts_.buffers->size(); ++i) {
      // What tensors between ops leave free is not known here: count on nothing.
      if (!facts_.may_be_taken[i]) left[i] = (*facts_.buffers)[i].bytes - result.demand[i];
    }
    const auto finds_room = [&](BufferId buffer, std::int64_t bytes) {
      std::int64_t& free_bytes = left[static_cast<std::size_t>(buffer)];
      if (free_bytes < bytes) return false;
      free_bytes -= bytes;
      return true;
    };
    const BufferId sums = facts_.engine->storage.partial_sum;
    const Demand tiles = result_demand(facts_, schedule_);
    if (!finds_room(sums, tiles[static_cast<std::size_t>(sums)])) {
      in_turn.vector = result.vector_cycles;
    }
    const Granule tile = {
        {0, std::min(tile_.m, facts_.product.m)}, tile_.n, tile_.k, true, schedule_.at_once};
    for (const Matrix matrix : {Matrix::weight, Matrix::input}) {
      for_entered(matrix, [&](const WayLevel& level, double rate) {
        const GranuleBytes one = granule_bytes(facts_, schedule_, matrix, level, tile);
        if (finds_room(level.buffer, one.instance)) return;
        in_turn.transfers += entering(matrix, level) / rate;
      });
    }
    return in_turn;
  }

  /// Cycles of the engine and of those loads of an operand that cannot run beside it. A buffer that
  /// keeps a block for several passes takes its granules in during the first pass, and those of the
  /// next block as the last pass lets the old ones go; in between there is room for one more at
  /// most.
  double behind_loads(Matrix matrix) const {
    double longest = 0;
    const Nest& nest = schedule_.nest;
    const std::size_t all = nest.loops.size();
    for_entered(matrix, [&](const WayLevel& level, double rate) {
      const auto steps = [&](Dim dim) {
        return static_cast<double>(nest.blocks(dim, all)) /
               static_cast<double>(nest.blocks(dim, level.place));
      };
      const double passes = steps(reuse_dim(matrix));
      const double granules = steps(Dim::m) * steps(Dim::n) * steps(Dim::k) / passes;
      const double blocks = static_cast<double>(figures_.tiles) / (passes * granules);
      const bool alone = blocks < 1.5;
      if (passes <= 1 || granules <= 1) return;
      const double room = schedule_.double_buffered ? 1 / granules : 0;
      const double beside = std::min(1.0, (alone ? 1 : 2) / passes + room);
      longest = std::max(longest,
                         entering(matrix, level) / rate + (1 - beside) * figures_.compute_cycles);
    });
    return longest;
  }

  /// Whole bursts for rows of so many bytes that do not follow each other.
  double in_bursts(double bytes, double row_bytes, double full_row_bytes) const {
    if (row_bytes >= full_row_bytes || bytes == 0) return bytes;
    const auto burst = static_cast<double>(rates_.burst_bytes);
    return bytes / row_bytes * std::ceil(row_bytes / burst) * burst;
  }

  double dram_bytes() const {
    const Product& product = facts_.product;
    auto sum = static_cast<double>(promise_.dram_weight);
    const auto input = static_cast<double>(promise_.dram_input);
    sum += product.conv ? input
                        : in_bursts(input, bytes_of(tile_.k, facts_.input_bits),
                                    bytes_of(product.k, facts_.input_bits));
    // Results, and the further inputs of the ops that follow on each tile.
    const std::int64_t outputs = product.entries() * product.m * product.n;
    int bits = facts_.output_bits;
    for (const FollowerFacts& follower : facts_.followers) {
      for (const int input_bits : follower.dram_input_bits) sum += bytes_of(outputs, input_bits);
      bits = follower.bits;
    }
    if (facts_.output_on_chip || facts_.output_streamed) return sum;
    return sum +
           in_bursts(bytes_of(outputs, bits), bytes_of(tile_.n, bits), bytes_of(product.n, bits));
  }

  /// Cycles of the op that takes whole rows next which cannot run beside this product. Rows are
  /// complete one block after the other, or all with the last tiles where columns are the outer
  /// loop.
  double held_up_rows(const Candidate& result) const {
    const double blocks = static_cast<double>(facts_.rows(tile_.m).count());
    const double block = facts_.row_reader_cycles / blocks;
    if (schedule_.rows_outer()) return block;
    const double columns = static_cast<double>(ceil_div(facts_.product.n, tile_.n));
    const double per_tile =
        result.compute_cycles / (blocks * columns * static_cast<double>(facts_.product.entries()));
    return std::max(block, facts_.row_reader_cycles - (blocks - 1) * per_tile);
  }

  /// The first tile's loads and fills, and what follows the last one.
  double ramp() const {
    const Granule first = {
        {0, std::min(tile_.m, facts_.product.m)}, tile_.n, tile_.k, true, schedule_.at_once};
    double cycles = 0;
    for (const Matrix matrix : {Matrix::input, Matrix::weight}) {
      bool from_dram = !facts_.on_chip(matrix);
      bool first_level = true;
      for (const WayLevel& level : ways_.of(matrix)) {
        const auto bytes =
            static_cast<double>(granule_bytes(facts_, schedule_, matrix, level, first).useful);
        if (from_dram) {
          cycles += bytes / rates_.dram_bytes_per_cycle;
        } else if (!first_level) {
          cycles += bytes / network_width();
        }
        from_dram = first_level = false;
      }
    }
    const EngineTile tile = engine_tile(facts_, schedule_, tile_, schedule_.at_once);
    const ArrayTiming timing = engine_timing(facts_.engine->kind, tile, {}, 0, 0, nullptr);
    cycles += static_cast<double>(timing.completes - timing.occupies);
    if (facts_.vector_unit != nullptr) {
      cycles += static_cast<double>(
          vector_cycles(*facts_.vector_unit, facts_.post, tile.entries * tile_.m, tile_.n));
    }
    if (!facts_.output_on_chip) {
      cycles += bytes_of(elements_of(tile), facts_.output_bits) / rates_.dram_bytes_per_cycle;
    }
    return cycles;
  }

  double chip_energy() const {
    double pj = 0;
    for (std::size_t i = 0; i < facts_.buffers->size(); ++i) {
      std::uint64_t bytes = 0;
      for (const std::uint64_t part : promise_.buffers[i].read_bytes) bytes += part;
      for (const std::uint64_t part : promise_.buffers[i].write_bytes) bytes += part;
      pj += static_cast<double>(bytes) * rates_.energy.buffer_pj_per_byte[i];
    }
    if (facts_.engine->network) {
      pj += 8 * facts_.engine->network->pj_per_bit_hop *
            static_cast<double>(promise_.network_hop_bytes);
    }
    return pj;
  }

  const ProductFacts& facts_;
  const MachineRates& rates_;
  const TileFigures& figures_;
  OpSchedule& schedule_;
  const GemmTile tile_;
  const Ways ways_;
  const Promise promise_;
};

}  // namespace

Demand product_demand(const ProductFacts& facts, const OpSchedule& schedule, const Ways& ways) {
  Demand demand = result_demand(facts, schedule);
  for (const Matrix matrix : {Matrix::input, Matrix::weight}) {
    bool there = facts.on_chip(matrix);
    for (const WayLevel& level : ways.of(matrix)) {
      if (!there) {
        demand[static_cast<std::size_t>(level.buffer)] +=
            held_bytes(facts, schedule, matrix, level);
      }
      there = false;
    }
  }
  return demand;
}

Promise product_promise(const ProductFacts& facts, const OpSchedule& schedule,
                        const TileFigures& figures, const Ways& ways) {
  return PromiseMaker(facts, schedule, figures, ways).run();
}

Candidate estimate_product(const ProductFacts& facts, const MachineRates& rates,
                           const TileFigures& figures, OpSchedule schedule) {
  Candidate result = Estimator(facts, rates, figures, schedule).run();
  result.schedule = std::move(schedule);
  return result;
}

}  // namespace saccade
