#include "result/store.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <limits>

#include "base/file.hpp"
#include "result/sqlite.hpp"
#include "result/store_example.hpp"

namespace saccade {
namespace {

using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;

TEST(Store, GivesBackItsHeader) {
  const TestFolder folder;
  const StoreHeader written = store_header({2, 4});
  Store::create(folder.path("a.db"), written);
  const Store store = Store::read(folder.path("a.db"));
  const StoreHeader& header = store.header();
  EXPECT_EQ(header.version, written.version);
  EXPECT_EQ(header.name, written.name);
  EXPECT_EQ(header.digest, written.digest);
  EXPECT_EQ(header.sweep, written.sweep);
  EXPECT_EQ(header.files, written.files);
  EXPECT_EQ(header.points, 12);
  EXPECT_EQ(header.shard, written.shard);
  ASSERT_EQ(header.axes.size(), 2);
  EXPECT_EQ(header.axes[0].name, "vector_width");
  EXPECT_EQ(header.axes[0].in, "hardware");
  EXPECT_THAT(header.axes[0].pointers, ElementsAre("/engines/0/vector_width", "/engines/1/x"));
  EXPECT_EQ(header.axes[1].name, "odd\"name");
  EXPECT_EQ(store.path(), folder.path("a.db"));
}

TEST(Store, GivesBackEveryKindOfValue) {
  const TestFolder folder;
  const std::vector<Json> values = {16,
                                    -3,
                                    0.5,
                                    2.0,
                                    1e300,
                                    5e-324,
                                    0.1 + 0.2,
                                    "16",
                                    "0.5",
                                    "",
                                    "text with 'quotes', \xc3\xa4 and\nlines",
                                    std::string("nul\0in it", 9),
                                    nullptr,
                                    true,
                                    false,
                                    1,
                                    Json::array({1, "a", nullptr}),
                                    Json::parse(R"({"b": [true], "a": 1.5})"),
                                    R"({"b":[true],"a":1.5})",
                                    std::numeric_limits<std::int64_t>::min(),
                                    std::numeric_limits<std::int64_t>::max(),
                                    std::numeric_limits<std::uint64_t>::max()};
  std::vector<std::string> expected;
  {
    Store store = Store::create(folder.path("a.db"), store_header());
    for (std::size_t i = 0; i < values.size(); ++i) {
      PointRow row = store_row(i);
      row.axes[i % 2] = values[i];
      expected.push_back(row_text(row));
      store.add(row, run_entry(), "");
    }
  }
  const Store store = Store::read(folder.path("a.db"));
  EXPECT_EQ(row_texts(store), expected);
  for (const PointRow& row : store.rows()) {
    const Json& value = row.axes[row.point % 2];
    EXPECT_EQ(value.type_name(), std::string(values[row.point].type_name())) << row.point;
    EXPECT_EQ(value.is_number_float(), values[row.point].is_number_float()) << row.point;
  }
}

TEST(Store, GivesBackEveryStatusAndTheDigitsOfFigures) {
  const TestFolder folder;
  Store store = Store::create(folder.path("a.db"), store_header());
  for (std::size_t i = 0; i < statuses().size(); ++i) {
    PointRow row = store_row(i);
    row.status = statuses()[i];
    row.message = "because\nof " + std::to_string(i);
    row.figures[0] = std::numeric_limits<double>::denorm_min();
    row.figures[1] = std::nextafter(1.0, 2.0);
    row.figures[2] = std::numeric_limits<double>::max();
    row.figures[4] = 0.0;
    store.add(row, run_entry(), "");
    const PointRow back = store.rows().at(i);
    EXPECT_EQ(row_text(back), row_text(row));
    EXPECT_EQ(back.status, row.status);
    EXPECT_EQ(back.figures, row.figures);  // also: NaN and nothing stay apart from numbers
  }
  EXPECT_EQ(store.size(), 6);
  for (const auto& [status, count] : store.count_by_status()) EXPECT_EQ(count, 1);
}

TEST(Store, GivesRowsAndHashesInTheOrderOfTheSweep) {
  const TestFolder folder;
  Store store = Store::create(folder.path("a.db"), store_header());
  for (const std::uint64_t point : {7, 0, 11, 3}) store.add(store_row(point), run_entry(), "");
  EXPECT_THAT(store.hashes(), ElementsAre("hash0", "hash3", "hash7", "hash11"));
  std::vector<std::uint64_t> points;
  store.for_each([&](const PointRow& row) { points.push_back(row.point); });
  EXPECT_THAT(points, ElementsAre(0, 3, 7, 11));
}

TEST(Store, KeepsDetails) {
  const TestFolder folder;
  const std::string details = "{\"ops\": [" + std::string(100000, '7') + "]}\n";
  {
    Store store = Store::create(folder.path("a.db"), store_header());
    store.add(store_row(0), run_entry(), details);
    store.add(store_row(1), run_entry(), "");
  }
  const Store store = Store::read(folder.path("a.db"));
  EXPECT_EQ(store.details(0), details);
  EXPECT_EQ(store.details(1), "");
  EXPECT_EQ(store.details(99), "");
  const Database database(folder.path("a.db"), Database::Access::read);
  EXPECT_LT(database.number("SELECT length(result) FROM details"), 1000);
}

TEST(Store, LogsHowRowsCameAbout) {
  const TestFolder folder;
  {
    Store store = Store::create(folder.path("a.db"), store_header({2, 4}));
    store.add(store_row(5), run_entry(), "");
  }
  const Database database(folder.path("a.db"), Database::Access::read);
  Statement log(database, "SELECT * FROM run_log");
  ASSERT_TRUE(log.step());
  EXPECT_EQ(log.integer(1), 5);
  EXPECT_EQ(log.text(2), "hash5");
  EXPECT_EQ(log.text(3), "ok");
  EXPECT_EQ(log.real(4), 1.5);
  EXPECT_EQ(log.real(5), 20.25);
  EXPECT_EQ(log.text(6), "node1");
  EXPECT_EQ(log.text(7), "saccade sweep x.json");
  EXPECT_EQ(log.text(8), "2/4");
  EXPECT_EQ(log.text(9), "2025-01-02T03:04:05Z");
  EXPECT_EQ(log.text(10), "0.1.0");
  EXPECT_FALSE(log.step());
}

TEST(Store, GoesOnWhereItStopped) {
  const TestFolder folder;
  { Store::create(folder.path("a.db"), store_header()).add(store_row(0), run_entry(), "x"); }
  {
    Store store = Store::resume(folder.path("a.db"), store_header());
    EXPECT_THAT(store.hashes(), ElementsAre("hash0"));
    store.add(store_row(1), run_entry(), "");
  }
  EXPECT_EQ(Store::read(folder.path("a.db")).size(), 2);
}

TEST(Store, DropsRowsOfAStatusWithTheirDetails) {
  const TestFolder folder;
  Store store = Store::create(folder.path("a.db"), store_header());
  for (std::uint64_t point = 0; point < 6; ++point) {
    PointRow row = store_row(point);
    row.axes[1] = true;
    row.status = point % 3 == 0 ? Status::timeout : Status::ok;
    store.add(row, run_entry(), "details");
  }
  EXPECT_EQ(store.drop(Status::memory), 0);
  EXPECT_EQ(store.drop(Status::timeout), 2);
  EXPECT_THAT(store.hashes(), ElementsAre("hash1", "hash2", "hash4", "hash5"));
  EXPECT_EQ(store.details(0), "");
  EXPECT_EQ(store.details(1), "details");
  PointRow again = store_row(0);  // its axis is null now, and nothing of the old row is left
  store.add(again, run_entry(), "new");
  EXPECT_EQ(row_text(store.rows().front()), row_text(again));
}

TEST(Store, OverwritesNothing) {
  const TestFolder folder;
  const std::string path = folder.write("a.db", "text");
  EXPECT_THAT(mistake_of([&] { Store::create(path, store_header()); }),
              AllOf(HasSubstr(path), HasSubstr("is there already")));
  EXPECT_EQ(read_text(path), "text");
  EXPECT_THAT(mistake_of([&] { Store::create(folder.path("no/a.db"), store_header()); }),
              HasSubstr("cannot be written: No such file or directory"));
}

TEST(Store, RefusesAxesThatCannotBeColumns) {
  const TestFolder folder;
  StoreHeader header = store_header();
  header.axes = {{"Latency_S", "hardware", {"/a"}},
                 {"width", "hardware", {"/b"}},
                 {"WIDTH", "hardware", {"/c"}},
                 {"a b", "hardware", {"/d"}},
                 {"", "hardware", {"/e"}}};
  const std::string mistake = mistake_of([&] { Store::create(folder.path("a.db"), header); });
  EXPECT_THAT(mistake, HasSubstr("axis 'Latency_S' has the name of a column of every store"));
  EXPECT_THAT(mistake, HasSubstr("axis 'WIDTH' has the name of another axis"));
  EXPECT_THAT(mistake, HasSubstr("axis 'a b' is to be a column, expected a name without blanks"));
  EXPECT_THAT(mistake, HasSubstr("axis '' is to be"));
  EXPECT_FALSE(std::filesystem::exists(folder.path("a.db")));
}

TEST(Store, ARowOrHashTwiceIsABug) {
  const TestFolder folder;
  Store store = Store::create(folder.path("a.db"), store_header());
  store.add(store_row(0), run_entry(), "");
  store.commit();
  EXPECT_THROW(store.add(store_row(0), run_entry(), ""), std::logic_error);
  PointRow row = store_row(1);
  row.hash = "hash0";
  EXPECT_THROW(store.add(row, run_entry(), ""), std::logic_error);
  store.add(store_row(1), run_entry(), "");  // and the store is as before
  EXPECT_THAT(store.hashes(), ElementsAre("hash0", "hash1"));
}

TEST(Store, OneThatWasOpenedToReadIsNotWritten) {
  const TestFolder folder;
  { const Store made = Store::create(folder.path("a.db"), store_header()); }
  Store store = Store::read(folder.path("a.db"));
  EXPECT_THROW(store.add(store_row(0), run_entry(), ""), std::logic_error);
  EXPECT_THROW(store.drop(Status::ok), std::logic_error);
}

TEST(Store, CopiesAnother) {
  const TestFolder folder;
  Store first = Store::create(folder.path("a.db"), store_header({1, 2}));
  Store all = Store::create(folder.path("all.db"), store_header());
  PointRow row = store_row(3);
  row.axes[1] = Json::array({true});
  first.add(row, run_entry(), "details");
  all.add(store_row(1), run_entry(), "");
  all.add_all(first);
  EXPECT_THAT(row_texts(all), ElementsAre(row_text(store_row(1)), row_text(row)));
  EXPECT_EQ(all.details(3), "details");
  all.commit();
  const Database database(folder.path("all.db"), Database::Access::read);
  EXPECT_EQ(database.number("SELECT count(*) FROM run_log WHERE shard = '1/2' AND point = 3"), 1);
}

}  // namespace
}  // namespace saccade
