// saccade merge, as a user runs it.
#include "result/merge.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/file.hpp"
#include "result/shard.hpp"
#include "result/sqlite.hpp"
#include "result/store_example.hpp"

namespace saccade {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::Not;

/// Rows of a sweep of 12 points with all kinds of values.
PointRow sweep_row(std::uint64_t point) {
  PointRow row = store_row(point);
  if (point % 5 == 1) row.axes[1] = Json::array({point, true});
  if (point % 6 == 2) {
    row.status = Status::infeasible;
    row.message = "needs more\nspace";
    row.figures.assign(figures().size(), std::nullopt);
  }
  return row;
}

/// Writes the points of a shard, which are those that leave its index as remainder.
std::string write_shard(const std::string& path, const StoreHeader& header,
                        std::uint64_t points = 12) {
  Store store = Store::create(path, header);
  const auto count = static_cast<std::uint64_t>(header.shard.count);
  for (std::uint64_t i = points; i-- > 0;) {  // in another order than the sweep's
    if (i % count + 1 != static_cast<std::uint64_t>(header.shard.index)) continue;
    store.add(sweep_row(i), run_entry(), i % 4 == 0 ? "details " + std::to_string(i) : "");
  }
  return path;
}

/// Paths of all shards of so many, written.
std::vector<std::string> write_shards(const TestFolder& folder, int count) {
  std::vector<std::string> paths;
  for (int i = 1; i <= count; ++i) {
    const Shard shard{i, count};
    paths.push_back(write_shard(shard_path(folder.path("r.db"), shard), store_header(shard)));
  }
  return paths;
}

BinaryRun run_merge(std::vector<std::string> arguments) {
  arguments.insert(arguments.begin(), "merge");
  return run_saccade(arguments);
}

/// Files of a folder, so that a test sees what was left behind.
std::size_t count_files(const TestFolder& folder) {
  std::size_t count = 0;
  for (const auto& entry : std::filesystem::directory_iterator(folder.path(""))) {
    count += entry.exists() ? 1 : 0;
  }
  return count;
}

TEST(MergeCommand, ShardsMakeTheStoreOfAnUndividedRun) {
  const TestFolder folder;
  const auto paths = write_shards(folder, 3);
  std::vector<std::string> before;
  for (const std::string& path : paths) before.push_back(read_text(path));
  const BinaryRun outcome =
      run_merge({paths[2], paths[0], paths[1], "--out", folder.path("all.db")});
  ASSERT_EQ(outcome.code, 0) << outcome.err;
  EXPECT_EQ(outcome.out,
            folder.path("all.db") + ": 12 of 12 points of 3 stores (10 ok, 2 infeasible)\n");
  write_shard(folder.path("one.db"), store_header());
  const Store all = Store::read(folder.path("all.db"));
  const Store one = Store::read(folder.path("one.db"));
  EXPECT_EQ(row_texts(all), row_texts(one));
  EXPECT_EQ(all.header().shard, one.header().shard);
  EXPECT_EQ(all.header().files, one.header().files);
  for (std::uint64_t i = 0; i < 12; ++i) EXPECT_EQ(all.details(i), one.details(i));
  for (std::size_t i = 0; i < paths.size(); ++i) EXPECT_EQ(read_text(paths[i]), before[i]);
}

/// All that SQLite says of the table, which no code of ours reads.
std::vector<std::string> dump_points(const std::string& path) {
  const Database database(path, Database::Access::read);
  Statement rows(database, "SELECT *, typeof(vector_width) FROM points ORDER BY point");
  std::vector<std::string> lines;
  while (rows.step()) {
    std::string line;
    for (int i = 0; i < rows.columns(); ++i) line += rows.text(i) + '|';
    lines.push_back(line);
  }
  return lines;
}

TEST(MergeCommand, TheTableIsTheSameToo) {
  const TestFolder folder;
  const auto paths = write_shards(folder, 2);
  ASSERT_EQ(run_merge({paths[0], paths[1], "--out", folder.path("all.db")}).code, 0);
  write_shard(folder.path("one.db"), store_header());
  const auto lines = dump_points(folder.path("one.db"));
  EXPECT_EQ(lines.size(), 12);
  EXPECT_EQ(dump_points(folder.path("all.db")), lines);
}

TEST(MergeCommand, NothingIsOverwritten) {
  const TestFolder folder;
  const auto paths = write_shards(folder, 2);
  folder.write("all.db", "mine");
  const BinaryRun outcome = run_merge({paths[0], paths[1], "--out", folder.path("all.db")});
  EXPECT_EQ(outcome.code, 1);
  EXPECT_THAT(outcome.err, HasSubstr("all.db: is there already"));
  EXPECT_EQ(read_text(folder.path("all.db")), "mine");
  EXPECT_EQ(count_files(folder), 3);
}

TEST(MergeCommand, AllMistakesAreAnsweredAtOnceAndNothingIsLeft) {
  const TestFolder folder;
  const auto paths = write_shards(folder, 3);
  StoreHeader header = store_header({2, 4});
  const std::string other_count = write_shard(folder.path("r.shard-2-of-4.db"), header);
  header = store_header({3, 3});
  header.version = "0.0.9";
  header.digest = "feed";
  header.points = 99;
  header.axes[1].name = "other";
  const std::string other_sweep = write_shard(folder.path("r.shard-1-of-3.old.db"), header);
  const std::size_t files = count_files(folder);
  const BinaryRun outcome = run_merge(
      {paths[0], other_count, other_sweep, folder.path("no.db"), "--out", folder.path("all.db")});
  EXPECT_EQ(outcome.code, 1);
  EXPECT_THAT(outcome.err, HasSubstr("r.shard-2-of-4.db: is shard 2 of 4, expected a shard of 3 "
                                     "as in " +
                                     paths[0]));
  EXPECT_THAT(outcome.err, HasSubstr("was written by version 0.0.9 of saccade, expected 0.1.0"));
  EXPECT_THAT(outcome.err, HasSubstr("holds sweep 'example', digest feed, expected 'example', "
                                     "digest 0123456789abcdef"));
  EXPECT_THAT(outcome.err, HasSubstr("is of a sweep of 99 points, expected 12"));
  EXPECT_THAT(outcome.err, HasSubstr("has the axes vector_width, other, expected vector_width, "
                                     "odd\"name"));
  EXPECT_THAT(outcome.err, HasSubstr("no.db: no such store"));
  EXPECT_EQ(count_files(folder), files);
}

TEST(MergeCommand, AShardTwiceOrMissingIsNamed) {
  const TestFolder folder;
  const auto paths = write_shards(folder, 4);
  const BinaryRun outcome =
      run_merge({paths[0], paths[2], paths[2], "--out", folder.path("all.db")});
  EXPECT_EQ(outcome.code, 1);
  EXPECT_THAT(outcome.err,
              HasSubstr(paths[2] + ": is shard 3 of 4, expected another one: that is " + paths[2]));
  EXPECT_THAT(outcome.err, HasSubstr("no store is shard 2, 4 of 4, expected all shards"));
  EXPECT_THAT(outcome.err, Not(HasSubstr("lack")));
}

TEST(MergeCommand, AShardUnderTheNameOfAnotherIsNamed) {
  const TestFolder folder;
  const auto paths = write_shards(folder, 2);
  std::filesystem::rename(paths[1], folder.path("r.shard-1-of-3.db"));
  const BinaryRun outcome =
      run_merge({paths[0], folder.path("r.shard-1-of-3.db"), "--out", folder.path("all.db")});
  EXPECT_EQ(outcome.code, 1);
  EXPECT_THAT(outcome.err, HasSubstr("r.shard-1-of-3.db: holds shard 2 of 2, expected shard 1 of "
                                     "3 as its name says"));
  std::filesystem::rename(folder.path("r.shard-1-of-3.db"), folder.path("b.db"));
  EXPECT_EQ(run_merge({paths[0], folder.path("b.db"), "--out", folder.path("all.db")}).code, 0);
}

TEST(MergeCommand, MissingPointsNeedPartial) {
  const TestFolder folder;
  const std::string first = write_shard(folder.path("a.db"), store_header({1, 2}));
  const std::string second = write_shard(folder.path("b.db"), store_header({2, 2}), 7);
  const std::string out = folder.path("all.db");
  BinaryRun outcome = run_merge({first, second, "--out", out});
  EXPECT_EQ(outcome.code, 1);
  EXPECT_THAT(outcome.err, HasSubstr("the stores lack 3 of 12 points"));
  EXPECT_EQ(count_files(folder), 2);
  outcome = run_merge({first, second, "--out", out, "--partial"});
  EXPECT_EQ(outcome.code, 0) << outcome.err;
  EXPECT_THAT(outcome.out, HasSubstr("9 of 12 points"));
  EXPECT_EQ(Store::resume(out, store_header()).size(), 9);  // a sweep can go on with it
  outcome = run_merge({first, "--out", folder.path("part.db"), "--partial"});
  EXPECT_EQ(outcome.code, 0) << outcome.err;
  EXPECT_THAT(outcome.out, HasSubstr("6 of 12 points of 1 store ("));
}

TEST(MergeCommand, APointInTwoShardsIsNamed) {
  const TestFolder folder;
  const std::string first = write_shard(folder.path("a.db"), store_header({1, 2}));
  const std::string second = write_shard(folder.path("b.db"), store_header({2, 2}));
  { Store::resume(second, store_header({2, 2})).add(sweep_row(4), run_entry(), ""); }
  const BinaryRun outcome = run_merge({first, second, "--out", folder.path("all.db")});
  EXPECT_EQ(outcome.code, 1);
  EXPECT_THAT(outcome.err, HasSubstr("b.db: holds a point that another store holds, too"));
  EXPECT_EQ(count_files(folder), 2);
}

TEST(MergeCommand, WhatIsNoStoreOrNoPlaceIsNamed) {
  const TestFolder folder;
  const auto paths = write_shards(folder, 2);
  const std::string text = folder.write("text.db", std::string(5000, 'x'));
  BinaryRun outcome = run_merge({paths[0], text, folder.path(""), "--out", folder.path("all.db")});
  EXPECT_EQ(outcome.code, 1);
  EXPECT_THAT(outcome.err, AllOf(HasSubstr("text.db: is no SQLite database"),
                                 HasSubstr("is a directory, expected a store")));
  outcome = run_merge({paths[0], paths[1], "--out", folder.path("no/all.db")});
  EXPECT_EQ(outcome.code, 1);
  EXPECT_THAT(outcome.err, HasSubstr("No such file or directory"));
  EXPECT_EQ(run_merge({paths[0]}).code, 1);
  EXPECT_EQ(run_merge({"--out", folder.path("all.db")}).code, 1);
}

}  // namespace
}  // namespace saccade
