// Published masks, which do not ship, counted here and by somebody else's script.
#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>

#include "base/csv.hpp"
#include "base/file.hpp"
#include "workload/mask_file.hpp"
#include "workload/mask_statistics.hpp"

namespace saccade {
namespace {

/// $SACCADE_REFERENCE, or the folder shared/reference beside the source tree.
std::string masks_folder() {
  const char* folder = std::getenv("SACCADE_REFERENCE");
  const std::string reference =
      folder != nullptr ? folder : SACCADE_SOURCE_DIR "/../shared/reference";
  return reference + "/masks/";
}

#define SKIP_WITHOUT(file)                                                                      \
  if (!std::filesystem::exists(file)) {                                                         \
    GTEST_SKIP() << file << " is not there (SACCADE_REFERENCE names the folder of references)"; \
  }

TEST(PublishedMask, OfDeitTinyHasTheCountsOfItsSummary) {
  const std::string folder = masks_folder();
  SKIP_WITHOUT(folder + "deit_tiny_0.95.npy");
  const Mask mask = read_mask(folder + "deit_tiny_0.95.npy");
  const std::string path = folder + "deit_tiny_0.95_summary.csv";
  const CsvTable table =
      parse_csv(read_text(path), path,
                {"layer", "head", "nnz", "sparsity", "global_tokens", "nnz_denser", "nnz_sparser",
                 "denser_slots", "denser_fill", "sparser_density", "max_col_sparser",
                 "max_row_sparser", "empty_cols_sparser", "empty_rows_sparser", "diag_kept",
                 "dense_ratio", "dense_lines_of_64"});
  ASSERT_EQ(mask.blocks.size(), 12u);
  ASSERT_EQ(table.rows.size(), 36u);
  for (const CsvRow& row : table.rows) {
    const auto value = [&](const char* column) { return std::stoll(table.cell(row, column)); };
    const auto block = static_cast<std::size_t>(value("layer"));
    const auto& map = mask.blocks[block].at(static_cast<std::size_t>(value("head")));
    const HeadStatistics head = head_statistics(map, 50);
    SCOPED_TRACE(row.line);
    EXPECT_EQ(head.kept, value("nnz"));
    EXPECT_EQ(static_cast<long long>(head.split.globals.size()), value("global_tokens"));
    EXPECT_EQ(head.split.denser, value("nnz_denser"));
    EXPECT_EQ(head.split.sparser, value("nnz_sparser"));
    EXPECT_EQ(head.sparser_by_key.most, value("max_col_sparser"));
    EXPECT_EQ(head.sparser_by_query.most, value("max_row_sparser"));
    EXPECT_EQ(head.sparser_by_key.empty, value("empty_cols_sparser"));
    EXPECT_EQ(head.sparser_by_query.empty, value("empty_rows_sparser"));
    EXPECT_EQ(head.diagonal_kept, value("diag_kept"));
  }
}

TEST(PublishedMask, OfDeitTinyIsWhatTheShippedCountsWereTakenFrom) {
  const std::string file = masks_folder() + "deit_tiny_0.95.npy";
  SKIP_WITHOUT(file);
  const Mask published = read_mask(file);
  const Mask drawn = read_mask(SACCADE_SOURCE_DIR "/workloads/masks/deit_tiny_95.json");
  ASSERT_EQ(published.blocks.size(), drawn.blocks.size());
  for (std::size_t block = 0; block < published.blocks.size(); ++block) {
    for (std::size_t head = 0; head < 3; ++head) {
      const MaskSplit a = split_mask(published.blocks[block].at(head), 50);
      const MaskSplit b = split_mask(drawn.blocks[block].at(head), 50);
      EXPECT_EQ(a.globals.size(), b.globals.size()) << block << ' ' << head;
      EXPECT_EQ(a.denser, b.denser) << block << ' ' << head;
      EXPECT_EQ(a.sparser, b.sparser) << block << ' ' << head;
    }
  }
}

TEST(PublishedMask, OfLevitHasPartsOfSeveralShapes) {
  const std::string folder = masks_folder() + "levit_128/0.9/";
  SKIP_WITHOUT(folder + "mask_dpt0.npy");
  std::string parts;
  for (const char* name : {"dpt0", "subsample0", "dpt1", "subsample1", "dpt2"}) {
    parts += (parts.empty() ? "" : ", ") + ("{\"npy\": \"mask_" + std::string(name) + ".npy\"}");
  }
  const std::string file = folder + "levit.json";  // is not written
  const Mask mask = read_mask_json(parse_json("{\"parts\": [" + parts + "]}", file), file);
  // LeViT-128: 4 blocks each of 14 x 14, 7 x 7 and 4 x 4 patches, and what shrinks these between.
  ASSERT_EQ(mask.blocks.size(), 14u);
  const auto shape = [&](std::size_t block) {
    const AttentionMap& map = mask.blocks[block][0];
    return std::pair(map.queries(), map.keys());
  };
  EXPECT_EQ(shape(0), std::pair(std::int64_t{196}, std::int64_t{196}));
  EXPECT_EQ(shape(4), std::pair(std::int64_t{49}, std::int64_t{196}));
  EXPECT_EQ(shape(5), std::pair(std::int64_t{49}, std::int64_t{49}));
  EXPECT_EQ(shape(9), std::pair(std::int64_t{16}, std::int64_t{49}));
  EXPECT_EQ(shape(13), std::pair(std::int64_t{16}, std::int64_t{16}));
}

}  // namespace
}  // namespace saccade
