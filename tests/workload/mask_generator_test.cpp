#include "workload/mask_generator.hpp"

#include <gmock/gmock.h>

#include <cmath>
#include <functional>

#include "base/error.hpp"
#include "base/file.hpp"
#include "cli/run_binary.hpp"
#include "workload/mask_file.hpp"

namespace saccade {
namespace {

using testing::HasSubstr;

Mask generated(const std::string& generator) {
  const std::string text = R"({"parts": [{"generate": )" + generator + "}]}";
  return read_mask_json(parse_json(text, "m.json"), "m.json");
}

std::string mistake(const std::string& generator) {
  try {
    generated(generator);
  } catch (const UserError& error) {
    return error.what();
  }
  return "";
}

/// Whether exactly those entries are kept of which `rule` says so.
void expect_kept(const AttentionMap& map,
                 const std::function<bool(std::int64_t, std::int64_t)>& rule) {
  for (std::int64_t query = 0; query < map.queries(); ++query) {
    for (std::int64_t key = 0; key < map.keys(); ++key) {
      EXPECT_EQ(map.kept(query, key), rule(query, key)) << query << ' ' << key;
    }
  }
}

TEST(MaskGenerator, UniformKeepsItsShare) {
  const Mask mask = generated(R"({"kind": "uniform", "blocks": 2, "heads": 3, "queries": 49,
                                  "keys": 196, "density": 0.1, "seed": 7})");
  ASSERT_EQ(mask.blocks.size(), 2u);
  std::int64_t kept = 0;
  for (const HeadMaps& heads : mask.blocks) {
    ASSERT_EQ(heads.size(), 3u);
    for (const AttentionMap& map : heads) {
      EXPECT_EQ(map.queries(), 49);
      EXPECT_EQ(map.keys(), 196);
      kept += map.kept();
    }
  }
  const double entries = 6.0 * 49 * 196;
  EXPECT_NEAR(static_cast<double>(kept), 0.1 * entries, 4 * std::sqrt(entries * 0.1 * 0.9));
}

TEST(MaskGenerator, ExactlyUniformKeepsItsCount) {
  const Mask mask = generated(R"({"kind": "uniform", "blocks": 3, "heads": 2, "queries": 10,
                                  "keys": 21, "density": 0.05, "exact": true})");
  for (const HeadMaps& heads : mask.blocks) {
    for (const AttentionMap& map : heads) EXPECT_EQ(map.kept(), 11);  // of 10.5
  }
  const auto whole = generated(R"({"kind": "uniform", "blocks": 1, "heads": 1, "queries": 4,
                                   "keys": 5, "density": 1, "exact": true})");
  EXPECT_EQ(whole.blocks[0][0].kept(), 20);
}

TEST(MaskGenerator, SameSeedSameMaskAndHeadsDiffer) {
  const std::string begin = R"({"kind": "uniform", "blocks": 2, "heads": 2, "queries": 30,
                                "keys": 30, "density": 0.5, "seed": )";
  const auto first = generated(begin + "1}").blocks;
  EXPECT_EQ(first, generated(begin + "1}").blocks);
  EXPECT_NE(first, generated(begin + "2}").blocks);
  EXPECT_FALSE(first[0][0] == first[0][1]);
  EXPECT_FALSE(first[0][0] == first[1][0]);
  EXPECT_FALSE(first[0][1] == first[1][0]);
}

TEST(MaskGenerator, BlocksAndHeadsDoNotDependOnHowManyThereAre) {
  const std::string rest = R"("queries": 9, "keys": 9, "density": 0.5})";
  const auto few = generated(R"({"kind": "uniform", "blocks": 1, "heads": 1, )" + rest);
  const auto many = generated(R"({"kind": "uniform", "blocks": 3, "heads": 4, )" + rest);
  EXPECT_TRUE(few.blocks[0][0] == many.blocks[0][0]);
}

TEST(MaskGenerator, BandAndGlobals) {
  const auto mask = generated(R"({"kind": "band", "blocks": 1, "heads": 2, "queries": 12,
                                  "keys": 12, "radius": 2, "globals": 1})");
  ASSERT_EQ(mask.blocks[0].size(), 2u);
  for (const AttentionMap& map : mask.blocks[0]) {
    expect_kept(map, [](std::int64_t query, std::int64_t key) {
      return std::abs(query - key) <= 2 || query == 0 || key == 0;
    });
  }
}

TEST(MaskGenerator, BandOfARectangleFollowsItsDiagonal) {
  const auto mask = generated(R"({"kind": "band", "blocks": 1, "heads": 1, "queries": 3,
                                  "keys": 12, "radius": 1})");
  expect_kept(mask.blocks[0][0], [](std::int64_t query, std::int64_t key) {
    return key >= 4 * query - 1 && key <= 4 * query + 1;
  });
}

TEST(MaskGenerator, GridHasWindowsOfTheImage) {
  // A class token and 3 x 4 patches: the corner sees 4 patches, an inner patch 9.
  const auto mask = generated(R"({"kind": "grid", "blocks": 1, "heads": 1, "queries": 13,
                                  "keys": 13, "width": 4, "radius": 1, "globals": 1})");
  const AttentionMap& map = mask.blocks[0][0];
  EXPECT_EQ(map.kept_by_query(),
            (std::vector<std::int64_t>{13, 5, 7, 7, 5, 7, 10, 10, 7, 5, 7, 7, 5}));
  EXPECT_TRUE(map.kept(1, 6));   // (0, 0) and (1, 1)
  EXPECT_FALSE(map.kept(4, 5));  // the end of a line and the begin of the next
  EXPECT_FALSE(map.kept(1, 9));  // two lines apart
}

TEST(MaskGenerator, CorrelationIsThatOfNeighbours) {
  const auto mask = generated(R"({"kind": "correlated", "blocks": 1, "heads": 1, "queries": 1000,
                                  "keys": 1000, "density": 0.2, "correlation": 0.6})");
  const AttentionMap& map = mask.blocks[0][0];
  // Neighbours correlate with 0.6, so the variance of the mean is (1 + 0.6) / (1 - 0.6) = 4 times
  // that of independent entries.
  const double entries = 1e6;
  const double density = static_cast<double>(map.kept()) / entries;
  EXPECT_NEAR(density, 0.2, 5 * std::sqrt(4 * 0.2 * 0.8 / entries));
  double both = 0;
  double before = 0;
  for (std::int64_t query = 1; query < 1000; ++query) {
    before += static_cast<double>(map.row(query - 1).count());
    both += static_cast<double>((map.row(query) & map.row(query - 1)).count());
  }
  const double expected = 0.6 + 0.4 * 0.2;  // kept again, if kept before
  EXPECT_NEAR(both / before, expected, 5 * std::sqrt(expected * (1 - expected) / before));
}

TEST(MaskGenerator, FullCorrelationRepeatsTheFirstQuery) {
  const auto mask = generated(R"({"kind": "correlated", "blocks": 1, "heads": 1, "queries": 5,
                                  "keys": 40, "density": 0.5, "correlation": 1})");
  const AttentionMap& map = mask.blocks[0][0];
  for (std::int64_t query = 1; query < 5; ++query) EXPECT_EQ(map.row(query), map.row(0));
  EXPECT_GT(map.row(0).count(), 0u);
  EXPECT_LT(map.row(0).count(), 40u);
}

/// Split by the threshold, and the diagonal, of a polarised map of one head.
struct Polarised {
  MaskSplit split;
  std::int64_t kept;
  std::int64_t diagonal;
};

Polarised polarised(const std::string& shape, const std::string& counts) {
  const auto mask =
      generated(R"({"kind": "polarised", )" + shape +
                R"(, "threshold": 4, "counts": [{"block": 0, "head": 0, )" + counts + "}]}");
  const AttentionMap& map = mask.blocks[0][0];
  std::int64_t diagonal = 0;
  for (std::int64_t query = 0; query < map.queries(); ++query) {
    if (map.kept(query, diagonal_key(map, query))) ++diagonal;
  }
  return {split_mask(map, 4), map.kept(), diagonal};
}

TEST(MaskGenerator, PolarisedHasItsCounts) {
  const auto some = polarised(R"("queries": 10, "keys": 10)",
                              R"("kept": 40, "globals": 3, "global_entries": 20)");
  EXPECT_EQ(some.kept, 40);
  EXPECT_EQ(some.split.globals.size(), 3u);
  EXPECT_EQ(some.split.denser, 20);
  EXPECT_EQ(some.diagonal, 10);
}

// 2 whole queries of 10 keys; of 40 entries 20 lie in 3 columns, 14 of the others in those queries.
TEST(MaskGenerator, PolarisedWithWholeQueries) {
  const std::string text = R"({"kind": "polarised", "queries": 10, "keys": 10, "threshold": 4,
      "whole_queries": 2,
      "counts": [{"block": 0, "head": 0, "globals": 3, "global_entries": 20, "kept": )";
  const Mask mask = generated(text + "40}]}");
  const AttentionMap& map = mask.blocks[0][0];
  EXPECT_EQ(map.kept(), 40);
  EXPECT_EQ(split_mask(map, 4).globals.size(), 3u);
  EXPECT_EQ(split_mask(map, 4).denser, 20);
  for (std::int64_t query = 0; query < 10; ++query) {
    EXPECT_EQ(map.row(query).all(), query < 2) << query;
  }
  EXPECT_THROW(generated(text + "33}]}"), UserError) << "34 at least";
  EXPECT_NO_THROW(generated(text + "34}]}"));
}

TEST(MaskGenerator, PolarisedToTheEdge) {
  const std::string square = R"("queries": 10, "keys": 10)";
  const auto least = polarised(square, R"("kept": 10, "globals": 2, "global_entries": 10)");
  EXPECT_EQ(least.split.globals.size(), 2u);
  EXPECT_EQ(least.kept, 10);
  EXPECT_EQ(least.diagonal, 2);  // no room elsewhere
  const auto most = polarised(square, R"("kept": 52, "globals": 2, "global_entries": 20)");
  EXPECT_EQ(most.split.globals.size(), 2u);
  EXPECT_EQ(most.split.sparser, 32);  // 4 in each of 8 columns
  const auto none = polarised(square, R"("kept": 0, "globals": 0, "global_entries": 0)");
  EXPECT_EQ(none.kept, 0);
  const auto all = polarised(square, R"("kept": 100, "globals": 10, "global_entries": 100)");
  EXPECT_EQ(all.kept, 100);
  const auto few = polarised(square, R"("kept": 7, "globals": 0, "global_entries": 0)");
  EXPECT_EQ(few.kept, 7);
  EXPECT_EQ(few.diagonal, 7);
}

TEST(MaskGenerator, PolarisedRectangle) {
  const auto wide =
      polarised(R"("queries": 6, "keys": 24)", R"("kept": 80, "globals": 2, "global_entries": 11)");
  EXPECT_EQ(wide.split.globals.size(), 2u);
  EXPECT_EQ(wide.split.denser, 11);
  EXPECT_EQ(wide.kept, 80);
  EXPECT_EQ(wide.diagonal, 6);
}

TEST(MaskGenerator, PolarisedCountsOfATable) {
  const TestFolder folder;
  folder.write("counts.csv",
               "block,head,kept,globals,global_entries\n0,0,12,1,8\n0,1,5,0,0\n1,0,3,0,0\n");
  const auto mask = read_mask(folder.write("m.json", R"({"parts": [{"generate":
      {"kind": "polarised", "queries": 9, "keys": 9, "threshold": 5, "counts": "counts.csv"}}]})"));
  ASSERT_EQ(mask.blocks.size(), 2u);
  ASSERT_EQ(mask.blocks[0].size(), 2u);
  ASSERT_EQ(mask.blocks[1].size(), 1u);
  EXPECT_EQ(split_mask(mask.blocks[0][0], 5).denser, 8);
  EXPECT_EQ(mask.blocks[0][1].kept(), 5);
  EXPECT_EQ(mask.blocks[1][0].kept(), 3);
}

TEST(MaskGenerator, ShippedMaskHasTheShippedCounts) {
  const std::string folder = SACCADE_SOURCE_DIR "/workloads/masks/";
  const Mask mask = read_mask(folder + "deit_tiny_95.json");
  ASSERT_EQ(mask.blocks.size(), 12u);
  std::string counts = "block,head,kept,globals,global_entries\n";
  for (std::size_t block = 0; block < mask.blocks.size(); ++block) {
    for (std::size_t head = 0; head < mask.blocks[block].size(); ++head) {
      const AttentionMap& map = mask.blocks[block][head];
      EXPECT_EQ(map.queries(), 197);
      EXPECT_EQ(map.keys(), 197);
      const MaskSplit split = split_mask(map, 50);
      counts += fmt::format("{},{},{},{},{}\n", block, head, map.kept(), split.globals.size(),
                            split.denser);
    }
  }
  EXPECT_EQ(counts, read_text(folder + "deit_tiny_95_counts.csv"));
}

TEST(MaskGenerator, ImpossibleCountsSayWhich) {
  const auto reason = [](const std::string& counts) {
    return mistake(R"({"kind": "polarised", "queries": 10, "keys": 10, "threshold": 4,
                       "counts": [)" +
                   counts + "]}");
  };
  const std::string good =
      R"({"block": 0, "head": 0, "kept": 5, "globals": 1, "global_entries": 5})";
  EXPECT_EQ(reason(good), "");
  EXPECT_THAT(reason(good + R"(, {"block": 0, "head": 1, "kept": 9, "globals": 2,
                                 "global_entries": 9})"),
              HasSubstr("/parts/0/generate/counts: block 0, head 1 has 9 entries in 2 global "
                        "columns, expected 10 to 20"));
  EXPECT_THAT(reason(R"({"block": 0, "head": 0, "kept": 30, "globals": 2, "global_entries": 21})"),
              HasSubstr("21 entries in 2 global columns, expected 10 to 20"));
  EXPECT_THAT(reason(R"({"block": 0, "head": 0, "kept": 4, "globals": 1, "global_entries": 5})"),
              HasSubstr("4 kept entries, expected 5 to 41"));
  EXPECT_THAT(reason(R"({"block": 0, "head": 0, "kept": 42, "globals": 1, "global_entries": 5})"),
              HasSubstr("42 kept entries, expected 5 to 41"));
  EXPECT_THAT(reason(R"({"block": 0, "head": 0, "kept": 99, "globals": 11, "global_entries": 99})"),
              HasSubstr("11 global columns, expected at most the 10 keys"));
  EXPECT_THAT(reason(good + ", " + good),
              HasSubstr("has block 0, head 0, expected head 1 of block 0"));
  EXPECT_THAT(reason(R"({"block": 1, "head": 0, "kept": 0, "globals": 0, "global_entries": 0})"),
              HasSubstr("has block 1, head 0, expected head 0 of block 0"));
}

TEST(MaskGenerator, MistakesInFiles) {
  const TestFolder folder;
  const auto with_csv = [&](const std::string& csv) {
    folder.write("counts.csv", "block,head,kept,globals,global_entries\n" + csv);
    return mistake(R"({"kind": "polarised", "queries": 9, "keys": 9, "counts": ")" +
                   folder.path("counts.csv") + "\"}");
  };
  EXPECT_THAT(with_csv("0,0,-1,0,0\n0,1,x,0,0\n"),
              testing::AllOf(HasSubstr("line 2: column 'kept' is '-1'"),
                             HasSubstr("line 3: column 'kept' is 'x'")));
  EXPECT_THAT(with_csv(""), HasSubstr("has no rows"));
  EXPECT_THAT(mistake(R"({"kind": "polarised", "queries": 9, "keys": 9, "counts": "lost.csv"})"),
              HasSubstr("lost.csv: no such file"));
  EXPECT_THAT(mistake(R"({"kind": "unifrom"})"), HasSubstr("did you mean 'uniform'?"));
  EXPECT_THAT(mistake(R"({"kind": "uniform", "blocks": 1, "heads": 1, "queries": 2, "keys": 2,
                          "density": 1.5})"),
              HasSubstr("/density: is 1.5, expected a number from 0 to 1"));
  EXPECT_THAT(mistake(R"({"kind": "grid", "blocks": 1, "heads": 1, "queries": 4, "keys": 9,
                          "width": 3, "radius": 1})"),
              HasSubstr("has 4 queries and 9 keys"));
  EXPECT_THAT(mistake(R"({"kind": "band", "blocks": 256, "heads": 256, "queries": 16384,
                          "keys": 16384, "radius": 1})"),
              testing::AllOf(HasSubstr("has 1073741824 queries in all, expected at most 4194304"),
                             HasSubstr("has 268435456 entries in a head, expected at most"),
                             HasSubstr("has 17592186044416 entries in all, expected at most")));
}

TEST(MaskGenerator, PolarisedWithManyGlobalColumns) {
  const auto mask = generated(R"({"kind": "polarised", "queries": 1024, "keys": 1024,
      "threshold": 50, "counts": [{"block": 0, "head": 0, "kept": 320000, "globals": 300,
                                   "global_entries": 307200}]})");
  const MaskSplit split = split_mask(mask.blocks[0][0], 50);
  EXPECT_EQ(split.globals.size(), 300u);
  EXPECT_EQ(split.denser, 307200);  // all of these columns
  EXPECT_EQ(split.sparser, 12800);
}

TEST(MaskGenerator, PartsHaveOneSource) {
  const auto part = [](const std::string& text) {
    try {
      read_mask_json(parse_json(R"({"parts": [)" + text + "]}", "m.json"), "m.json");
    } catch (const UserError& error) {
      return std::string(error.what());
    }
    return std::string();
  };
  const std::string band = R"("generate": {"kind": "band", "blocks": 1, "heads": 1, "queries": 2,
                              "keys": 2, "radius": 0})";
  EXPECT_EQ(part("{" + band + "}"), "");
  EXPECT_THAT(part("{}"), HasSubstr("/parts/0: has none of 'npy' and 'generate', expected one"));
  EXPECT_THAT(part(R"({"npy": "a.npy", )" + band + "}"), HasSubstr("has both of"));
  EXPECT_THAT(part(R"({"true_is": "kept", )" + band + "}"),
              HasSubstr("/parts/0/true_is: is said of no array"));
}

}  // namespace
}  // namespace saccade
