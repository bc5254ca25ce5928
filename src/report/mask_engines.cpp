#include "report/mask_engines.hpp"

#include <fmt/format.h>

#include <cmath>

#include "base/text.hpp"
#include "report/table.hpp"

namespace saccade {
namespace {

constexpr int kProducts = 2;  ///< QK^T and AV, with the same entries

/// Of both products; `even`: as if any line took any part of the work.
struct LineCycles {
  std::int64_t entries = 0, columns = 0;
  double even = 0;
};

std::string percent(double share) { return fmt::format("{:.1f} %", 100 * share); }

}  // namespace

std::string lines_text(const std::vector<ChosenHeads>& blocks, std::int64_t threshold,
                       const LineArray& array, std::int64_t depth) {
  Table table({{"block"},
               {"denser lines"},
               {"sparser lines"},
               {"denser rounds"},
               {"sparser rounds"},
               {"cycles"},
               {"a key a line"},
               {"even"}});
  LineCycles all;
  for (const ChosenHeads& block : blocks) {
    const LineWork work = line_work(block.maps, threshold);
    const LineShare share = share_lines(array, work.denser, work.sparser);
    const std::int64_t queries = block.maps.front().queries();
    const LineRounds entries = line_rounds(work, share, queries, LineBalance::entries);
    const LineRounds columns = line_rounds(work, share, queries, LineBalance::columns);
    const LineCycles cycles = {kProducts * line_cycles(array, entries, depth),
                               kProducts * line_cycles(array, columns, depth),
                               kProducts *
                                   static_cast<double>((work.denser + work.sparser) * depth) /
                                   static_cast<double>(array.lines * array.multipliers)};
    table.row({fmt::to_string(block.block), fmt::to_string(share.denser),
               fmt::to_string(share.sparser), fmt::to_string(entries.denser),
               fmt::to_string(entries.sparser), with_thousands(cycles.entries),
               with_thousands(cycles.columns), with_thousands(std::llround(cycles.even))});
    all.entries += cycles.entries;
    all.columns += cycles.columns;
    all.even += cycles.even;
  }
  return fmt::format(
      "{} lines of {} multipliers, heads of {}: cycles of QK^T and AV of all heads, the sparser\n"
      "engine's entries on any line, or each key on a line of its own\n{}"
      "  {} cycles, {} with a key a line; {} if all lines worked all the time\n",
      array.lines, array.multipliers, depth, table.text(2), with_thousands(all.entries),
      with_thousands(all.columns), with_thousands(std::llround(all.even)));
}

std::string packing_text(const std::vector<ChosenHeads>& blocks, const ScoreArray& array) {
  Table table({{"block"}, {"head"}, {"kept"}, {"blocks"}, {"filled"}, {"filled by segments"}});
  Packing all, segments;
  const auto add = [](Packing& sum, const Packing& part) {
    sum.kept += part.kept;
    sum.slots += part.slots;
    sum.blocks += part.blocks;
  };
  for (const ChosenHeads& block : blocks) {
    for (std::size_t i = 0; i < block.maps.size(); ++i) {
      const Packing by_columns = pack_by_columns(block.maps[i], array);
      const Packing by_segments = pack_by_segments(block.maps[i], array, array.rows);
      table.row({fmt::to_string(block.block), fmt::to_string(block.heads[i]),
                 with_thousands(by_columns.kept), with_thousands(by_columns.blocks),
                 percent(by_columns.utilisation()), percent(by_segments.utilisation())});
      add(all, by_columns);
      add(segments, by_segments);
    }
  }
  return fmt::format(
      "{} rows of {} PEs that keep scores: blocks closed where a row overflows, as the published\n"
      "hardware packs, and how full they are; beside it what the published software counts\n{}"
      "  {} blocks, {} filled; {} by segments\n",
      array.rows, array.pes, table.text(2), with_thousands(all.blocks), percent(all.utilisation()),
      percent(segments.utilisation()));
}

}  // namespace saccade
