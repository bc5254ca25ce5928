#include "mapping/product_nests.hpp"

#include <algorithm>

#include "cost/vector_mac.hpp"
#include "mapping/tile_sizes.hpp"
#include "mapping/way.hpp"

namespace saccade {
namespace {

std::vector<std::int64_t> divisors(std::int64_t number) {
  std::vector<std::int64_t> found;
  for (std::int64_t d = 1; d <= number; ++d) {
    if (number % d == 0) found.push_back(d);
  }
  return found;
}

/// Whether `heads` entries lie side by side in all three matrices, so that one transfer takes them.
bool side_by_side(const Product& product, const GemmTile& tile, std::int64_t heads) {
  const auto together = [&](const View& view, std::int64_t rows, std::int64_t columns) {
    const TensorPart part = tensor_part(view, 0, 0, {0, rows}, {0, columns});
    return with_heads(view, part, heads).has_value();
  };
  if (heads == 1) return true;
  if (product.conv) return tile.n == product.n && tile.k == product.k;
  return together(product.input, tile.m, tile.k) && together(product.weight, tile.k, tile.n) &&
         together(product.output, tile.m, tile.n);
}

class TileLister {
 public:
  TileLister(const ProductFacts& facts, const Pins& pins)
      : facts_(facts),
        pins_(pins),
        engine_(std::get_if<VectorMac>(&facts.engine->kind)),
        capacity_(capacities(*facts.buffers)) {}

  std::vector<TileChoice> run(std::int64_t tile_m) {
    const Product& product = facts_.product;
    std::vector<std::int64_t> rows = tile_rows(facts_);
    if (const auto pinned = pinned_size(product, pins_, Dim::m)) rows = {*pinned};
    if (tile_m > 0) rows = {tile_m};
    std::vector<std::int64_t> columns = tile_columns(facts_);
    if (const auto pinned = pinned_size(product, pins_, Dim::n)) columns = {*pinned};
    for (const std::int64_t m : rows) {
      for (const std::int64_t n : columns) add(m, n);
    }
    return std::move(choices_);
  }

 private:
  void add(std::int64_t m, std::int64_t n) {
    std::vector<std::int64_t> chunks = tile_chunks(facts_);
    if (const auto pinned = pinned_size(facts_.product, pins_, Dim::k)) chunks = {*pinned};
    for (TileChoice choice : splits({m, n, facts_.product.k})) {
      int fitting = 0;
      for (const std::int64_t k : chunks) {
        choice.tile.k = k;
        // PEs along k hold sums of their own: they must see all of k in one tile.
        if (choice.split.k > 1 && k < facts_.product.k) break;
        if (choice.at_once > 1 && !side_by_side(facts_.product, choice.tile, choice.at_once)) break;
        if (!fits(choice)) continue;
        choices_.push_back(choice);
        // Where buffers serve the engine alone, smaller chunks win nothing but double buffering.
        if (engine_ != nullptr && ++fitting == 2) break;
      }
    }
  }

  bool fits(const TileChoice& choice) const;

  std::vector<TileChoice> splits(const GemmTile& tile) const {
    TileChoice choice{tile, {}, pins_.at_once.value_or(1), true};
    if (engine_ == nullptr) return {choice};
    choice.fold_taps = pins_.fold_taps.value_or(engine_->fold_taps) && engine_->fold_taps;
    std::vector<TileChoice> result;
    const auto add_split = [&](const Split& split, std::int64_t at_once) {
      choice.split = split;
      choice.at_once = pins_.at_once.value_or(at_once);
      result.push_back(choice);
    };
    if (pins_.split) {
      add_split(*pins_.split, choice.at_once);
      return result;
    }
    const Conv2d* conv = facts_.product.conv ? &*facts_.product.conv : nullptr;
    const std::int64_t pack =
        conv != nullptr && conv->groups > 1
            ? packed_groups(*engine_, conv->in_channels / conv->groups, facts_.product.n)
            : 1;
    const std::int64_t pes = engine_->pes;
    for (const std::int64_t e : divisors(facts_.rows_outer ? 1 : pes)) {
      if (e > 1 && ceil_div(facts_.product.heads, pack) < e) break;
      for (const std::int64_t sm : divisors(pes / e)) {
        if (sm > tile.m) break;
        for (const std::int64_t sn : divisors(pes / e / sm)) {
          if (sn > ceil_div(tile.n, engine_->lanes)) break;
          const std::int64_t sk = k_split(pes / (e * sm * sn));
          add_split({e, sm, sn, 1}, std::min(facts_.product.heads, e * pack));
          if (sk > 1) add_split({e, sm, sn, sk}, std::min(facts_.product.heads, e * pack));
        }
      }
    }
    return result;
  }

  /// The rest of the PEs along k, as far as there are vectors for them.
  std::int64_t k_split(std::int64_t rest) const {
    if (!facts_.engine->network) return 1;  // sums could not be sent from PE to PE
    const std::int64_t vectors = ceil_div(facts_.product.k, engine_->vector_width);
    return facts_.product.conv ? 1 : std::min(rest, vectors);
  }

  const ProductFacts& facts_;
  const Pins& pins_;
  const VectorMac* engine_;
  const Demand capacity_;
  std::vector<TileChoice> choices_;
};

/// Loops of the form [blocks of b] [other dimension] [b] [k], without those of one step.
Nest make_nest(const Product& product, const GemmTile& tile, Dim blocked, std::int64_t block) {
  const Dim other = blocked == Dim::m ? Dim::n : Dim::m;
  Nest nest;
  nest.size = {product.m, product.n, product.k};
  const auto add = [&](Dim dim, std::int64_t size) {
    if (size < extent(nest.block(nest.loops.size()), dim)) nest.loops.push_back({dim, size});
  };
  add(blocked, block);
  add(other, extent(tile, other));
  add(blocked, extent(tile, blocked));
  add(Dim::k, tile.k);
  return nest;
}

Nest pinned_nest(const Product& product, const Pins& pins) {
  return {{product.m, product.n, product.k}, pins.loops};
}

std::vector<std::int64_t> blocks_of(const ProductFacts& facts, const GemmTile& tile, Dim dim) {
  const std::int64_t full = dim == Dim::m ? facts.product.m : facts.product.n;
  const std::int64_t step = extent(tile, dim);
  if (dim == Dim::n || !facts.product.conv) return doubling(step, full);
  const std::int64_t line = facts.product.conv->out_width();
  std::vector<std::int64_t> blocks = {step};
  if (step < full) {
    const std::int64_t lines = step < line ? line : 2 * step;
    for (const std::int64_t block : doubling(lines, full)) {
      if (block > step) blocks.push_back(block);
    }
  }
  return blocks;
}

std::vector<Nest> nests_of(const ProductFacts& facts, const GemmTile& tile) {
  const Product& product = facts.product;
  if (facts.rows_outer) return {make_nest(product, tile, Dim::m, tile.m)};
  std::vector<Nest> nests;
  if (tile.m >= product.m || tile.n >= product.n) {
    nests.push_back(make_nest(product, tile, Dim::m, tile.m));
    return nests;
  }
  for (const std::int64_t block : blocks_of(facts, tile, Dim::m)) {
    nests.push_back(make_nest(product, tile, Dim::m, block));
  }
  for (const std::int64_t block : blocks_of(facts, tile, Dim::n)) {
    if (block > tile.n && block < product.n) {
      nests.push_back(make_nest(product, tile, Dim::n, block));
    }
  }
  return nests;
}

/// Whether a buffer serves this operand and nothing else.
bool serves_alone(const ProductFacts& facts, Matrix matrix, BufferId buffer) {
  const Matrix other = matrix == Matrix::input ? Matrix::weight : Matrix::input;
  const auto& others = facts.way(other);
  return std::count(others.begin(), others.end(), buffer) == 0 &&
         facts.engine->storage.partial_sum != buffer &&
         (facts.vector_unit == nullptr || facts.vector_unit->output != buffer);
}

/// Lists what the buffers of both ways hold, for one nest.
class HoldLister {
 public:
  HoldLister(const ProductFacts& facts, const Pins& pins, OpSchedule& schedule,
             const std::function<void(OpSchedule)>& each)
      : facts_(facts), pins_(pins), schedule_(schedule), each_(each) {
    slots(Matrix::input, schedule.input, pins.input);
    slots(Matrix::weight, schedule.weight, pins.weight);
  }

  void run() { choose(0); }

 private:
  struct Slot {
    Matrix matrix;
    std::size_t level;
  };

  void slots(Matrix matrix, std::vector<Hold>& holds, const std::vector<Hold>& pinned) {
    holds.clear();
    const auto& way = facts_.way(matrix);
    for (std::size_t i = 0; i < way.size(); ++i) {
      holds.push_back({way[i], schedule_.nest.loops.size()});
      if (i < pinned.size()) {
        holds.back().inside = std::min(pinned[i].inside, schedule_.nest.loops.size());
      } else if (!pins_.keep_nothing && !(i == 0 && facts_.on_chip(matrix))) {
        open_.push_back({matrix, i});
      }
    }
  }

  std::vector<Hold>& holds(Matrix matrix) {
    return matrix == Matrix::input ? schedule_.input : schedule_.weight;
  }

  std::int64_t held(const Slot& slot) {
    return held_bytes(facts_, schedule_, slot.matrix,
                      way_of(facts_, schedule_, slot.matrix)[slot.level]);
  }

  void choose(std::size_t index) {
    if (index == open_.size()) {
      each_(schedule_);
      return;
    }
    const Slot slot = open_[index];
    Hold& hold = holds(slot.matrix)[slot.level];
    const std::int64_t capacity = facts_.buffer(hold.buffer).bytes;
    const bool alone = serves_alone(facts_, slot.matrix, hold.buffer);
    // No outer buffer need hold less than an inner one.
    const std::size_t most = slot.level == 0 ? 0 : holds(slot.matrix)[slot.level - 1].inside;
    std::vector<std::size_t> places;  // distinct and fitting, from all to one tile
    std::size_t before = schedule_.nest.loops.size() + 1;
    for (std::size_t inside = most; inside <= schedule_.nest.loops.size(); ++inside) {
      hold.inside = inside;
      const std::size_t place = way_of(facts_, schedule_, slot.matrix)[slot.level].place;
      if (place == before) continue;
      before = place;
      if (held(slot) <= capacity) places.push_back(inside);
    }
    // Between all that fits and one tile at a time, other loop orders do better.
    if (alone && places.size() > 2) places = {places.front(), places.back()};
    for (const std::size_t place : places) {
      hold.inside = place;
      choose(index + 1);
    }
    hold.inside = schedule_.nest.loops.size();
  }

  const ProductFacts& facts_;
  const Pins& pins_;
  OpSchedule& schedule_;
  const std::function<void(OpSchedule)>& each_;
  std::vector<Slot> open_;
};

OpSchedule started(const ProductFacts& facts, const TileChoice& choice, Nest nest) {
  OpSchedule schedule;
  schedule.nest = std::move(nest);
  schedule.split = choice.split;
  schedule.at_once = choice.at_once;
  schedule.fold_taps = choice.fold_taps;
  for (const BufferId buffer : facts.way(Matrix::input)) {
    schedule.input.push_back({buffer, schedule.nest.loops.size()});
  }
  for (const BufferId buffer : facts.way(Matrix::weight)) {
    schedule.weight.push_back({buffer, schedule.nest.loops.size()});
  }
  return schedule;
}

/// All PEs along rows, as far as there are rows: each then needs least of everything.
Split thinnest_split(const EngineKind& kind, std::int64_t rows) {
  const auto* engine = std::get_if<VectorMac>(&kind);
  Split split;
  if (engine != nullptr) split.m = std::min<std::int64_t>(engine->pes, rows);
  return split;
}

bool TileLister::fits(const TileChoice& choice) const {
  return excess(product_demand(facts_, bare_schedule(facts_, pins_, choice)), capacity_) == 0;
}

}  // namespace

Demand capacities(const std::vector<Buffer>& buffers) {
  Demand bytes{};
  for (std::size_t i = 0; i < buffers.size(); ++i) bytes[i] = buffers[i].bytes;
  return bytes;
}

std::vector<TileChoice> tile_choices(const ProductFacts& facts, const Pins& pins,
                                     std::int64_t tile_m) {
  return TileLister(facts, pins).run(tile_m);
}

void for_schedules(const ProductFacts& facts, const Pins& pins, const TileChoice& choice,
                   const std::function<void(OpSchedule)>& each) {
  std::vector<Nest> nests = {pinned_nest(facts.product, pins)};
  if (pins.loops.empty()) nests = nests_of(facts, choice.tile);
  for (const Nest& nest : nests) {
    for (const bool twice : {false, true}) {
      if (pins.double_buffered && *pins.double_buffered != twice) continue;
      OpSchedule schedule = started(facts, choice, nest);
      schedule.double_buffered = twice;
      schedule.keep_nothing = pins.keep_nothing;
      HoldLister(facts, pins, schedule, each).run();
    }
  }
}

OpSchedule bare_schedule(const ProductFacts& facts, const Pins& pins, const TileChoice& choice) {
  const Product& product = facts.product;
  OpSchedule schedule =
      started(facts, choice,
              pins.loops.empty() ? make_nest(product, choice.tile, Dim::m, choice.tile.m)
                                 : pinned_nest(product, pins));
  const auto hold = [&](std::vector<Hold>& holds, const std::vector<Hold>& pinned) {
    for (std::size_t i = 0; i < pinned.size(); ++i) {
      holds[i].inside = std::min(pinned[i].inside, schedule.nest.loops.size());
    }
  };
  hold(schedule.input, pins.input);
  hold(schedule.weight, pins.weight);
  schedule.double_buffered = pins.double_buffered.value_or(false);
  schedule.keep_nothing = pins.keep_nothing;
  return schedule;
}

OpSchedule smallest_schedule(const ProductFacts& facts, const Pins& pins, std::int64_t tile_m) {
  const Product& product = facts.product;
  const auto pinned = [&](Dim dim, std::int64_t smallest) {
    return pinned_size(product, pins, dim).value_or(smallest);
  };
  const GemmTile tile = {tile_m > 0 ? tile_m : pinned(Dim::m, tile_rows(facts).front()),
                         pinned(Dim::n, tile_columns(facts).front()),
                         pinned(Dim::k, tile_chunks(facts).back())};
  const Split split = pins.split.value_or(thinnest_split(facts.engine->kind, tile.m));
  return bare_schedule(facts, pins,
                       {tile, split, pins.at_once.value_or(1), pins.fold_taps.value_or(true)});
}

}  // namespace saccade
