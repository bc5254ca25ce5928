#include "report/mask_report.hpp"

#include <fmt/format.h>

#include "base/csv.hpp"
#include "base/text.hpp"
#include "report/table.hpp"
#include "workload/mask_statistics.hpp"

namespace saccade {
namespace {

std::string range_text(const EntryRange& range) {
  return fmt::format("{} to {}", range.least, range.most);
}

std::string heads_text(const std::vector<ChosenHeads>& blocks, std::int64_t threshold) {
  Table table({{"block"},
               {"head"},
               {"queries"},
               {"keys"},
               {"kept"},
               {"density"},
               {"globals"},
               {"denser"},
               {"sparser"},
               {"per query"},
               {"per key"},
               {"empty queries"},
               {"empty keys"},
               {"diagonal"}});
  for (const ChosenHeads& block : blocks) {
    for (std::size_t i = 0; i < block.maps.size(); ++i) {
      const HeadStatistics head = head_statistics(block.maps[i], threshold);
      table.row({fmt::to_string(block.block), fmt::to_string(block.heads[i]),
                 fmt::to_string(head.queries), fmt::to_string(head.keys), fmt::to_string(head.kept),
                 fmt::format("{:.2f} %", 100 * head.density()),
                 fmt::to_string(head.split.globals.size()), fmt::to_string(head.split.denser),
                 fmt::to_string(head.split.sparser), range_text(head.sparser_by_query),
                 range_text(head.sparser_by_key), fmt::to_string(head.sparser_by_query.empty),
                 fmt::to_string(head.sparser_by_key.empty), fmt::to_string(head.diagonal_kept)});
    }
  }
  return table.text(2);
}

std::string loads_text(const std::vector<ChosenHeads>& blocks, std::int64_t queries_per_tile) {
  Table table({{"block"}, {"tiles"}, {"mean"}, {"most"}, {"rows"}, {"mean"}, {"most"}});
  for (const ChosenHeads& block : blocks) {
    const RowLoad tiles = row_load(block.maps, queries_per_tile);
    const RowLoad rows = row_load(block.maps, 1);
    table.row({fmt::to_string(block.block), fmt::to_string(tiles.tiles),
               fmt::format("{:.1f}", tiles.mean()), fmt::to_string(tiles.most),
               fmt::to_string(rows.tiles), fmt::format("{:.1f}", rows.mean()),
               fmt::to_string(rows.most)});
  }
  return table.text(2);
}

std::string totals_text(const std::vector<ChosenHeads>& blocks) {
  std::int64_t heads = 0;
  std::int64_t kept = 0;
  std::int64_t entries = 0;
  for (const ChosenHeads& block : blocks) {
    for (const AttentionMap& map : block.maps) {
      ++heads;
      kept += map.kept();
      entries += map.queries() * map.keys();
    }
  }
  return fmt::format("{} block{}, {} head{}, {} of {} entries kept: {:.2f} %", blocks.size(),
                     blocks.size() == 1 ? "" : "s", heads, heads == 1 ? "" : "s",
                     with_thousands(kept), with_thousands(entries),
                     100 * static_cast<double>(kept) / static_cast<double>(entries));
}

}  // namespace

std::string mask_text(const std::string& name, const std::vector<ChosenHeads>& blocks,
                      const MaskSplitOptions& options) {
  return fmt::format(
      "{}: {}\n\n"
      "Heads: the denser part are entries in global columns, which have more than {} entries; per\n"
      "query and per key is what the others have, the sparser part\n{}\n"
      "Load: entries kept in {} queries of a head (tiles) and in one (rows)\n{}",
      name, totals_text(blocks), options.threshold, heads_text(blocks, options.threshold),
      options.queries_per_tile, loads_text(blocks, options.queries_per_tile));
}

std::string mask_csv(const std::vector<ChosenHeads>& blocks, const MaskSplitOptions& options) {
  std::string csv = csv_line({"block", "head", "queries", "keys", "kept", "density", "globals",
                              "denser", "sparser", "least_per_query", "most_per_query",
                              "least_per_key", "most_per_key", "empty_queries", "empty_keys",
                              "diagonal_kept", "row_tiles", "most_per_row_tile", "most_per_row"});
  for (const ChosenHeads& block : blocks) {
    for (std::size_t i = 0; i < block.maps.size(); ++i) {
      const AttentionMap& map = block.maps[i];
      const HeadStatistics head = head_statistics(map, options.threshold);
      const RowLoad tiles = row_load({map}, options.queries_per_tile);
      csv += fmt::format("{},{},{},{},{},{},{},{},{},{},{},{},{},{},{},{},{},{},{}\n", block.block,
                         block.heads[i], head.queries, head.keys, head.kept, head.density(),
                         head.split.globals.size(), head.split.denser, head.split.sparser,
                         head.sparser_by_query.least, head.sparser_by_query.most,
                         head.sparser_by_key.least, head.sparser_by_key.most,
                         head.sparser_by_query.empty, head.sparser_by_key.empty, head.diagonal_kept,
                         tiles.tiles, tiles.most, row_load({map}, 1).most);
    }
  }
  return csv;
}

}  // namespace saccade
