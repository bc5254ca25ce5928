#include "workload/mask_generator.hpp"

#include <algorithm>
#include <boost/random/bernoulli_distribution.hpp>
#include <boost/random/mersenne_twister.hpp>
#include <boost/random/seed_seq.hpp>
#include <boost/random/uniform_int_distribution.hpp>
#include <cmath>
#include <numeric>

namespace saccade {
namespace {

using Random = boost::random::mt19937;

Random random_of(std::uint32_t seed, std::int64_t block, std::int64_t head) {
  boost::random::seed_seq sequence(
      {seed, static_cast<std::uint32_t>(block), static_cast<std::uint32_t>(head)});
  return Random(sequence);
}

bool flip(double probability, Random& random) {
  return boost::random::bernoulli_distribution<double>(probability)(random);
}

struct Entry {
  std::int64_t query;
  std::int64_t key;
};

/// All entries of some columns that are not kept yet, in random order.
std::vector<Entry> free_entries(const AttentionMap& map, const std::vector<std::int64_t>& columns,
                                Random& random) {
  std::vector<Entry> entries;
  for (std::int64_t query = 0; query < map.queries(); ++query) {
    for (const std::int64_t key : columns) {
      if (!map.kept(query, key)) entries.push_back({query, key});
    }
  }
  for (std::size_t i = entries.size(); i > 1; --i) {
    boost::random::uniform_int_distribution<std::size_t> place(0, i - 1);
    std::swap(entries[i - 1], entries[place(random)]);
  }
  return entries;
}

/// Keeps `count` more entries of these columns, those on the diagonal first, but no column gets
/// more than `most` entries.
void fill(AttentionMap& map, const std::vector<std::int64_t>& columns, std::int64_t count,
          std::int64_t most, Random& random) {
  std::vector<Entry> entries = free_entries(map, columns, random);
  std::stable_partition(entries.begin(), entries.end(), [&](const Entry& entry) {
    return entry.key == diagonal_key(map, entry.query);
  });
  std::vector<std::int64_t> kept(static_cast<std::size_t>(map.keys()), map.queries());
  for (const Entry& entry : entries) --kept[static_cast<std::size_t>(entry.key)];
  for (const Entry& entry : entries) {
    if (count == 0) break;
    std::int64_t& in_column = kept[static_cast<std::size_t>(entry.key)];
    if (in_column >= most) continue;
    map.set(entry.query, entry.key);
    ++in_column;
    --count;
  }
}

std::vector<std::int64_t> numbers_below(std::int64_t end) {
  std::vector<std::int64_t> numbers(static_cast<std::size_t>(end));
  std::iota(numbers.begin(), numbers.end(), 0);
  return numbers;
}

void keep_globals(AttentionMap& map, std::int64_t globals) {
  for (std::int64_t query = 0; query < map.queries(); ++query) {
    for (std::int64_t key = 0; key < map.keys(); ++key) {
      if (query < globals || key < globals) map.set(query, key);
    }
  }
}

void draw(AttentionMap& map, const UniformMask& mask, Random& random) {
  if (mask.exact) {
    const auto entries = static_cast<double>(map.queries() * map.keys());
    const auto count = static_cast<std::size_t>(std::llround(mask.density * entries));
    const auto order = free_entries(map, numbers_below(map.keys()), random);
    for (std::size_t i = 0; i < count; ++i) map.set(order[i].query, order[i].key);
    return;
  }
  for (std::int64_t query = 0; query < map.queries(); ++query) {
    for (std::int64_t key = 0; key < map.keys(); ++key) {
      map.set(query, key, flip(mask.density, random));
    }
  }
}

void draw(AttentionMap& map, const BandMask& mask, Random&) {
  for (std::int64_t query = 0; query < map.queries(); ++query) {
    const std::int64_t place = diagonal_key(map, query);
    const std::int64_t end = std::min(place + mask.radius + 1, map.keys());
    for (std::int64_t key = std::max<std::int64_t>(place - mask.radius, 0); key < end; ++key) {
      map.set(query, key);
    }
  }
  keep_globals(map, mask.globals);
}

void draw(AttentionMap& map, const GridMask& mask, Random&) {
  const auto near = [&](std::int64_t a, std::int64_t b) {
    return std::abs(a / mask.width - b / mask.width) <= mask.radius &&
           std::abs(a % mask.width - b % mask.width) <= mask.radius;
  };
  for (std::int64_t query = mask.globals; query < map.queries(); ++query) {
    for (std::int64_t key = mask.globals; key < map.keys(); ++key) {
      if (near(query - mask.globals, key - mask.globals)) map.set(query, key);
    }
  }
  keep_globals(map, mask.globals);
}

/// With these probabilities the share of kept entries is the same for every query, and two entries
/// of a key that are n queries apart have the correlation to the power of n.
void draw(AttentionMap& map, const CorrelatedMask& mask, Random& random) {
  for (std::int64_t query = 0; query < map.queries(); ++query) {
    for (std::int64_t key = 0; key < map.keys(); ++key) {
      double probability = mask.density;
      if (query > 0) {
        probability *= 1 - mask.correlation;
        if (map.kept(query - 1, key)) probability += mask.correlation;
      }
      map.set(query, key, flip(probability, random));
    }
  }
}

template <class Kind>
std::vector<HeadMaps> maps(const Kind& mask) {
  std::vector<HeadMaps> blocks(static_cast<std::size_t>(mask.blocks));
  for (std::int64_t block = 0; block < mask.blocks; ++block) {
    for (std::int64_t head = 0; head < mask.heads; ++head) {
      Random random = random_of(mask.seed, block, head);
      AttentionMap map(mask.queries, mask.keys);
      draw(map, mask, random);
      blocks[static_cast<std::size_t>(block)].push_back(std::move(map));
    }
  }
  return blocks;
}

AttentionMap polarised_map(const PolarisedMask& mask, const HeadCounts& counts) {
  Random random = random_of(mask.seed, counts.block, counts.head);
  AttentionMap map(mask.queries, mask.keys);
  for (std::int64_t query = 0; query < mask.whole_queries; ++query) {
    for (std::int64_t key = 0; key < mask.keys; ++key) map.set(query, key);
  }
  std::vector<std::int64_t> others = numbers_below(mask.keys);
  std::vector<std::int64_t> globals;
  for (std::int64_t i = 0; i < counts.globals; ++i) {
    boost::random::uniform_int_distribution<std::size_t> place(0, others.size() - 1);
    const auto chosen = others.begin() + static_cast<std::ptrdiff_t>(place(random));
    globals.push_back(*chosen);
    others.erase(chosen);
  }
  const std::int64_t least = mask.threshold + 1;
  for (const std::int64_t key : globals) {
    fill(map, {key}, least - mask.whole_queries, mask.queries, random);
  }
  const std::int64_t rest = counts.global_entries - counts.globals * least;
  fill(map, globals, rest, mask.queries, random);
  const std::int64_t whole = mask.whole_queries * static_cast<std::int64_t>(others.size());
  fill(map, others, counts.kept - counts.global_entries - whole, mask.threshold, random);
  return map;
}

std::vector<HeadMaps> maps(const PolarisedMask& mask) {
  std::vector<HeadMaps> blocks(static_cast<std::size_t>(mask.counts.back().block) + 1);
  for (const HeadCounts& counts : mask.counts) {
    blocks[static_cast<std::size_t>(counts.block)].push_back(polarised_map(mask, counts));
  }
  return blocks;
}

}  // namespace

std::vector<HeadMaps> generated_maps(const MaskGenerator& generator) {
  return std::visit([](const auto& mask) { return maps(mask); }, generator);
}

}  // namespace saccade
