// Files that are no stores, stores of others, and stores that are damaged.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <random>

#include "base/file.hpp"
#include "result/sqlite.hpp"
#include "result/store_example.hpp"

namespace saccade {
namespace {

using testing::AllOf;
using testing::HasSubstr;

/// A store with some rows and details.
std::string written(const std::string& path, std::uint64_t rows = 40) {
  Store store = Store::create(path, store_header());
  for (std::uint64_t i = 0; i < rows; ++i) {
    PointRow row = store_row(i);
    if (i % 3 == 0) row.axes[1] = Json::array({i, true});
    store.add(row, run_entry(), "details " + std::string(i * 50, 'x'));
  }
  return path;
}

std::string resume_mistake(const std::string& path, const StoreHeader& header = store_header()) {
  return mistake_of([&] { Store::resume(path, header); });
}

std::string read_mistake(const std::string& path) {
  return mistake_of([&] { Store::read(path).rows(); });
}

TEST(StoreDamage, WhatIsNoStoreIsNamed) {
  const TestFolder folder;
  const std::string fifo = folder.path("fifo");
  ASSERT_EQ(::mkfifo(fifo.c_str(), 0600), 0);
  for (const std::size_t size : {1, 2, 511, 512, 5000}) {
    const std::string text = folder.write("text.db", std::string(size, 'x'));
    for (const std::string& mistake : {resume_mistake(text), read_mistake(text)}) {
      EXPECT_THAT(mistake, HasSubstr("text.db: is no SQLite database, expected a store that "
                                     "'saccade sweep' wrote"));
    }
    EXPECT_EQ(read_text(text), std::string(size, 'x'));
  }
  EXPECT_THAT(read_mistake(folder.path("none.db")), HasSubstr("none.db: no such store"));
  EXPECT_THAT(resume_mistake(folder.path("none.db")), HasSubstr("none.db: no such store"));
  EXPECT_THAT(read_mistake(folder.path("")), HasSubstr("is a directory, expected a store"));
  EXPECT_THAT(resume_mistake(folder.path("")), HasSubstr("is a directory, expected a store"));
  EXPECT_THAT(read_mistake(fifo), HasSubstr("is no regular file"));
}

TEST(StoreDamage, DatabasesOfOthersAreNamed) {
  const TestFolder folder;
  const std::string path = folder.write("a.db", "");
  Database(path, Database::Access::write).run("CREATE TABLE points (a)");
  EXPECT_THAT(read_mistake(path), HasSubstr("is a database of another program"));
  EXPECT_THAT(resume_mistake(path), HasSubstr("is a database of another program"));
}

TEST(StoreDamage, AnotherLayoutIsNamed) {
  const TestFolder folder;
  const std::string path = written(folder.path("a.db"));
  Database(path, Database::Access::write).run("PRAGMA user_version = 7");
  EXPECT_THAT(read_mistake(path), HasSubstr("has layout 7 of stores, expected layout 1"));
  EXPECT_THAT(resume_mistake(path), HasSubstr("has layout 7 of stores, expected layout 1"));
}

TEST(StoreDamage, AllThatIsOtherThanExpectedIsSaidAtOnce) {
  const TestFolder folder;
  const std::string path = written(folder.path("a.db"));
  StoreHeader header = store_header({2, 3});
  header.version = "0.2.0";
  header.name = "wider";
  header.digest = "fedcba";
  header.sweep = "{}";
  header.files = {{"configs/a.json", "changed"}, {"configs/new.json", ""}};
  const std::string mistake = resume_mistake(path, header);
  EXPECT_THAT(mistake, HasSubstr("was written by version 0.1.0 of saccade, expected 0.2.0"));
  EXPECT_THAT(mistake, HasSubstr("holds another sweep ('example', digest 0123456789abcdef), "
                                 "expected 'wider', digest fedcba"));
  EXPECT_THAT(mistake, HasSubstr("these differ: the sweep file, configs/a.json, configs/new.json, "
                                 "odd 'name'.json"));
  EXPECT_THAT(mistake, HasSubstr("is the whole sweep, expected shard 2 of 3"));
  EXPECT_EQ(Store::read(path).size(), 40);
  EXPECT_EQ(resume_mistake(path), "");
}

TEST(StoreDamage, FiguresOfOtherVersionsAreReadByName) {
  const TestFolder folder;
  const std::string path = written(folder.path("a.db"), 3);
  {
    const Database database(path, Database::Access::write);
    database.run("ALTER TABLE points DROP COLUMN latency_s");
    database.run("ALTER TABLE points ADD COLUMN figure_of_tomorrow REAL");
    database.run("UPDATE points SET figure_of_tomorrow = 7");
    database.run("UPDATE meta SET value = '9.0.0' WHERE key = 'version'");
  }
  const Store store = Store::read(path);
  EXPECT_EQ(store.header().version, "9.0.0");
  const PointRow row = store.rows().at(1);
  PointRow expected = store_row(1);
  EXPECT_TRUE(expected.figures[figure_index("latency_s").value()].has_value());
  expected.figures[figure_index("latency_s").value()] = std::nullopt;
  EXPECT_EQ(row_text(row), row_text(expected));
}

TEST(StoreDamage, WhatSomebodyChangedIsNamed) {
  const TestFolder folder;
  const auto mistake_after = [&](const std::string& change) {
    const std::string path = written(folder.path("a.db"), 3);
    Database(path, Database::Access::write).run(change);
    std::string mistake = read_mistake(path);
    std::filesystem::remove(path);
    return mistake;
  };
  EXPECT_THAT(mistake_after("ALTER TABLE points DROP COLUMN message"),
              AllOf(HasSubstr("is not as a store should be"), HasSubstr("message")));
  EXPECT_THAT(mistake_after("ALTER TABLE points DROP COLUMN vector_width"),
              HasSubstr("vector_width"));
  EXPECT_THAT(mistake_after("DROP TABLE axis_json"), HasSubstr("axis_json"));
  EXPECT_THAT(mistake_after("DROP TABLE points"), HasSubstr("is not as a store should be"));
  EXPECT_THAT(mistake_after("DROP TABLE meta"), HasSubstr("meta"));
  EXPECT_THAT(mistake_after("DELETE FROM meta WHERE key = 'axes'"),
              HasSubstr("has no provenance that can be read"));
  EXPECT_THAT(mistake_after("UPDATE meta SET value = '[{}]' WHERE key = 'axes'"),
              HasSubstr("has no provenance that can be read"));
  EXPECT_THAT(mistake_after("UPDATE meta SET value = 'many' WHERE key = 'points'"),
              HasSubstr("has no provenance that can be read"));
  EXPECT_THAT(mistake_after("UPDATE points SET status = 'fine' WHERE point = 1"),
              HasSubstr("has a row for point 1 that cannot be read (status 'fine' is unknown)"));
  EXPECT_THAT(mistake_after("UPDATE axis_json SET value = '[1,' WHERE point = 0"),
              HasSubstr("has a row for point 0 that cannot be read"));
}

TEST(StoreDamage, DamagedDetailsAreNamed) {
  const TestFolder folder;
  const std::string path = written(folder.path("a.db"), 3);
  Database(path, Database::Access::write).run("UPDATE details SET result = x'00' WHERE point = 2");
  const Store store = Store::read(path);
  EXPECT_EQ(store.details(1).substr(0, 7), "details");
  EXPECT_THAT(mistake_of([&] { store.details(2); }),
              HasSubstr("the details of point 2 are damaged"));
}

/// Uses all of a file as a store; what is wrong with it must come as a UserError, and nothing else.
void use(const std::string& path) {
  try {
    const Store store = Store::read(path);
    for (const PointRow& row : store.rows()) store.details(row.point);
    store.hashes();
    store.count_by_status();
    store.size();
  } catch (const UserError& error) {
    EXPECT_THAT(error.what(), HasSubstr(path));
  }
}

TEST(StoreDamage, TruncatedStoresAreNoCrash) {
  const TestFolder folder;
  const std::string bytes = read_text(written(folder.path("a.db")));
  for (const std::size_t size : {std::size_t{50}, std::size_t{100}, std::size_t{4096},
                                 bytes.size() / 2, bytes.size() - 4096}) {
    const std::string path = folder.write("cut.db", bytes.substr(0, size));
    EXPECT_NE(read_mistake(path), "") << size;
    EXPECT_NE(resume_mistake(path), "") << size;
    use(path);
  }
  use(folder.write("cut.db", bytes.substr(0, bytes.size() - 1)));  // within the last page
}

TEST(StoreDamage, WrongBytesAreNoCrash) {
  const TestFolder folder;
  const std::string bytes = read_text(written(folder.path("a.db")));
  std::mt19937 random(3);
  for (int i = 0; i < 400; ++i) {
    std::string damaged = bytes;
    const std::size_t count = 1 + random() % 30;
    // The first page, which names all tables, is hit more often than the others.
    const std::size_t end = i % 2 == 0 ? 4096 : damaged.size();
    for (std::size_t k = 0; k < count; ++k) damaged[random() % end] = static_cast<char>(random());
    use(folder.write("damaged.db", damaged));
    for (const char* part : {"damaged.db-wal", "damaged.db-shm", "damaged.db-journal"}) {
      std::filesystem::remove(folder.path(part));
    }
  }
}

}  // namespace
}  // namespace saccade
