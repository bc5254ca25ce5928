// How the generators of masks stand in files.
#include <algorithm>

#include "base/csv.hpp"
#include "base/file.hpp"
#include "workload/mask_generator.hpp"

namespace saccade {
namespace {

constexpr std::int64_t kMostBlocks = 256;
constexpr std::int64_t kMostHeads = 256;
constexpr std::int64_t kMostTokens = 16384;  ///< of SegFormer's first stage, 512 x 512 pixels
constexpr std::int64_t kMostKept = kMostTokens * kMostTokens;
constexpr std::int64_t kMostMapEntries = 1 << 24;  ///< of one head, which are shuffled
constexpr std::int64_t kMostEntries = 1 << 28;     ///< as many as a .npy file may have
constexpr std::uint32_t kLastSeed = 0xffffffff;

void check_size(std::int64_t maps, std::int64_t queries, std::int64_t keys, const Cursor& cursor) {
  const auto expect = [&](const char* what, std::int64_t count, std::int64_t most) {
    if (count > most) cursor.fail(fmt::format("has {} {}, expected at most {}", count, what, most));
  };
  expect("queries in all", maps * queries, kMostMaskQueries);
  expect("entries in a head", queries * keys, kMostMapEntries);
  expect("entries in all", maps * queries * keys, kMostEntries);
}

const Record<MaskShape>& shape_record() {
  using S = MaskShape;
  static const auto record =
      Record<S>("a mask's shape")
          .field("blocks", &S::blocks, integer<std::int64_t>(1, kMostBlocks), "attentions")
          .field("heads", &S::heads, integer<std::int64_t>(1, kMostHeads), "of each block")
          .field("queries", &S::queries, integer<std::int64_t>(1, kMostTokens), "of each head")
          .field("keys", &S::keys, integer<std::int64_t>(1, kMostTokens), "of each head")
          .field("seed", &S::seed, integer<std::uint32_t>(0, kLastSeed),
                 "of the random numbers, where there are any", std::uint32_t{1})
          .rule([](const S& shape, const Cursor& cursor) {
            check_size(shape.blocks * shape.heads, shape.queries, shape.keys, cursor);
          });
  return record;
}

Record<UniformMask> uniform_record() {
  using U = UniformMask;
  return Record<U>("entries kept at random")
      .include(shape_record())
      .field("density", &U::density, number(0, 1), "probability that an entry is kept")
      .field("exact", &U::exact, boolean(), "keep exactly this share of the entries", false);
}

Record<BandMask> band_record() {
  using B = BandMask;
  return Record<B>("entries beside the diagonal")
      .include(shape_record())
      .field("radius", &B::radius, integer<std::int64_t>(0, kMostTokens),
             "keys on each side of a query's place")
      .field("globals", &B::globals, integer<std::int64_t>(0, kMostTokens),
             "first queries and keys that are kept whole", std::int64_t{0});
}

Record<GridMask> grid_record() {
  using G = GridMask;
  return Record<G>("windows of an image")
      .include(shape_record())
      .field("width", &G::width, integer<std::int64_t>(1, kMostTokens), "patches of a line")
      .field("radius", &G::radius, integer<std::int64_t>(0, kMostTokens),
             "patches on each side, in both directions")
      .field("globals", &G::globals, integer<std::int64_t>(0, kMostTokens),
             "tokens before the patches that are kept whole", std::int64_t{0})
      .rule([](const G& grid, const Cursor& cursor) {
        if (grid.queries == grid.keys) return;
        cursor.fail(fmt::format("has {} queries and {} keys, expected as many on one image",
                                grid.queries, grid.keys));
      });
}

Record<CorrelatedMask> correlated_record() {
  using C = CorrelatedMask;
  return Record<C>("entries kept at random, like those of the query before")
      .include(shape_record())
      .field("density", &C::density, number(0, 1), "probability that an entry is kept")
      .field("correlation", &C::correlation, number(0, 1),
             "of the entries of two queries in a row for one key");
}

const Record<HeadCounts>& counts_record() {
  using H = HeadCounts;
  static const auto record =
      Record<H>("what is kept in a head")
          .field("block", &H::block, integer<std::int64_t>(0, kMostBlocks - 1), "from 0")
          .field("head", &H::head, integer<std::int64_t>(0, kMostHeads - 1), "from 0")
          .field("kept", &H::kept, integer<std::int64_t>(0, kMostKept), "entries")
          .field("globals", &H::globals, integer<std::int64_t>(0, kMostTokens), "global columns")
          .field("global_entries", &H::global_entries, integer<std::int64_t>(0, kMostKept),
                 "entries in global columns");
  return record;
}

std::vector<HeadCounts> read_counts(const std::string& path, Mistakes& mistakes) {
  const CsvTable table =
      parse_csv(read_text(path), path, {"block", "head", "kept", "globals", "global_entries"});
  std::vector<HeadCounts> counts;
  for (const CsvRow& row : table.rows) {
    const auto value = [&](const char* column, std::int64_t most) {
      return table.integer(row, column, 0, most, mistakes).value_or(0);
    };
    counts.push_back({value("block", kMostBlocks - 1), value("head", kMostHeads - 1),
                      value("kept", kMostKept), value("globals", kMostTokens),
                      value("global_entries", kMostKept)});
  }
  return counts;
}

/// A list of counts, or the name of a CSV file of them.
Type<std::vector<HeadCounts>> counts_type() {
  const auto inner = list(object(counts_record()), 1, kMostBlocks * kMostHeads);
  const std::string expected = "a CSV file beside this one, or " + inner.expected;
  const auto read = [=](const Cursor& cursor) -> std::optional<std::vector<HeadCounts>> {
    if (!cursor.value().is_string()) return inner.read(cursor);
    std::vector<HeadCounts> counts;
    const std::size_t before = cursor.mistakes().size();
    cursor.mistakes().collect([&] {
      const std::string file = cursor.value().get<std::string>();
      counts = read_counts(resolve(file, cursor.file()), cursor.mistakes());
    });
    if (cursor.mistakes().size() != before) return std::nullopt;
    return counts;
  };
  return {read, {{"oneOf", {{{"type", "string"}}, inner.schema}}}, expected};
}

/// What of the counts no map of this shape can have; "" if one can.
std::string impossible(const HeadCounts& head, const PolarisedMask& mask) {
  const std::int64_t least = head.globals * (mask.threshold + 1);
  const std::int64_t most = head.globals * mask.queries;
  const std::int64_t others = mask.keys - head.globals;
  const std::int64_t room = others * std::min(mask.threshold, mask.queries);
  if (head.globals > mask.keys) {
    return fmt::format("{} global columns, expected at most the {} keys", head.globals, mask.keys);
  }
  if (head.global_entries < least || head.global_entries > most) {
    return fmt::format("{} entries in {} global columns, expected {} to {}", head.global_entries,
                       head.globals, least, most);
  }
  const std::int64_t fewest = head.global_entries + others * mask.whole_queries;
  if (head.kept < fewest || head.kept - head.global_entries > room) {
    return fmt::format(
        "{} kept entries, expected {} to {}: those in global columns, and {} to {} in each of {} "
        "others",
        head.kept, fewest, head.global_entries + room, mask.whole_queries, mask.threshold, others);
  }
  return "";
}

/// Blocks and heads follow one another without gaps, and maps can have the counts.
void check_counts(const PolarisedMask& mask, const Cursor& cursor) {
  std::int64_t block = 0;
  std::int64_t head = 0;
  for (const HeadCounts& counts : mask.counts) {
    const bool same = counts.block == block && counts.head == head;
    const bool next = head > 0 && counts.block == block + 1 && counts.head == 0;
    if (!same && !next) {
      cursor.fail(
          fmt::format("has block {}, head {}, expected head {} of block {} or the first of "
                      "the next block",
                      counts.block, counts.head, head, block));
      return;
    }
    block = counts.block;
    head = counts.head + 1;
    const std::string reason = impossible(counts, mask);
    if (!reason.empty())
      cursor.fail(fmt::format("block {}, head {} has {}", block, head - 1, reason));
  }
  if (mask.counts.empty()) cursor.fail("has no rows, expected one per block and head");
}

Record<PolarisedMask> polarised_record() {
  using P = PolarisedMask;
  return Record<P>("global columns of many entries, and few entries elsewhere")
      .field("queries", &P::queries, integer<std::int64_t>(1, kMostTokens), "of each head")
      .field("keys", &P::keys, integer<std::int64_t>(1, kMostTokens), "of each head")
      .field("seed", &P::seed, integer<std::uint32_t>(0, kLastSeed), "of the random numbers",
             std::uint32_t{1})
      .field("threshold", &P::threshold, integer<std::int64_t>(0, kMostTokens),
             "entries that every global column has more of and no other", std::int64_t{50})
      .field("whole_queries", &P::whole_queries, integer<std::int64_t>(0, kMostTokens),
             "queries, the first ones, that keep all keys", std::int64_t{0})
      .field("counts", &P::counts, counts_type(),
             "block, head, kept, globals and global_entries of each, in this order")
      .rule([](const P& mask, const Cursor& cursor) {
        check_size(static_cast<std::int64_t>(mask.counts.size()), mask.queries, mask.keys, cursor);
        if (mask.whole_queries > std::min(mask.threshold, mask.queries)) {
          cursor.at("whole_queries")
              .fail(fmt::format("is {}, expected at most the threshold of {} and the {} queries",
                                mask.whole_queries, mask.threshold, mask.queries));
          return;
        }
        check_counts(mask, cursor.at("counts"));
      });
}

}  // namespace

Type<MaskGenerator> mask_generator_type() {
  static const auto type = Tagged<MaskGenerator>("kind")
                               .add("uniform", uniform_record())
                               .add("band", band_record())
                               .add("grid", grid_record())
                               .add("correlated", correlated_record())
                               .add("polarised", polarised_record())
                               .type();
  return type;
}

}  // namespace saccade
