#include "result/store_schema.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "base/error.hpp"
#include "base/text.hpp"
#include "result/shard.hpp"

namespace saccade {
namespace {

constexpr int kApplicationId = 0x53616363;  ///< "Sacc", by which file(1) can tell stores
constexpr int kLayout = 1;                  ///< of the tables; another one is read by other code

const std::vector<std::string> kBeforeAxes = {"point", "hash", "hardware", "workload", "technique"};
const std::vector<std::string> kAfterAxes = {"status", "message"};

const char* const kTables = R"(
CREATE TABLE axis_json (  -- values of axes that a column cannot tell from others: true, false, [..], {..}
  point INTEGER NOT NULL, axis TEXT NOT NULL, value TEXT NOT NULL, PRIMARY KEY (point, axis)) WITHOUT ROWID;
CREATE TABLE details (  -- result: JSON as 'saccade run --json' writes it, compressed by zlib
  point INTEGER PRIMARY KEY, result BLOB NOT NULL);
CREATE TABLE run_log (  -- how rows came about; points that ran again have several entries
  id INTEGER PRIMARY KEY, point INTEGER NOT NULL, hash TEXT NOT NULL, status TEXT NOT NULL, seconds REAL,
  peak_mib REAL, host TEXT, command TEXT, shard TEXT, finished_at TEXT, version TEXT);
CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE files (path TEXT PRIMARY KEY, text TEXT NOT NULL) WITHOUT ROWID;
)";

std::string lower(std::string text) {
  for (char& c : text) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');  // SQLite folds no others
  }
  return text;
}

std::string points_table(const StoreHeader& header) {
  std::string sql =
      "CREATE TABLE points (point INTEGER PRIMARY KEY, hash TEXT NOT NULL UNIQUE, "
      "hardware TEXT NOT NULL, workload TEXT NOT NULL, technique TEXT NOT NULL";
  for (const AxisColumn& axis : header.axes) sql += ", " + quoted(axis.name);  // of any type
  sql += ", status TEXT NOT NULL, message TEXT NOT NULL";
  for (const ResultFigure& figure : figures()) sql += ", " + quoted(figure.name) + " REAL";
  return sql + ")";
}

std::string axes_text(const std::vector<AxisColumn>& axes) {
  Json json = Json::array();
  for (const AxisColumn& axis : axes) {
    json.push_back({{"name", axis.name}, {"in", axis.in}, {"pointers", axis.pointers}});
  }
  return json.dump();
}

std::vector<AxisColumn> axes_of(const std::string& text) {
  std::vector<AxisColumn> axes;
  for (const Json& axis : Json::parse(text)) {
    axes.push_back({axis.at("name").get<std::string>(), axis.at("in").get<std::string>(),
                    axis.at("pointers").get<std::vector<std::string>>()});
  }
  return axes;
}

std::map<std::string, std::string> texts(const Database& database, const std::string& sql) {
  std::map<std::string, std::string> map;
  for (Statement rows(database, sql); rows.step();) map[rows.text(0)] = rows.text(1);
  return map;
}

/// What a header of meta and files says; throws std::exception if it says nothing of use.
StoreHeader header_of(const Database& database) {
  const auto meta = texts(database, "SELECT key, value FROM meta");
  StoreHeader header;
  header.version = meta.at("version");
  header.name = meta.at("name");
  header.digest = meta.at("digest");
  header.sweep = meta.at("sweep");
  header.axes = axes_of(meta.at("axes"));
  header.points = std::stoull(meta.at("points"));
  header.shard = {std::stoi(meta.at("shard")), std::stoi(meta.at("shards"))};
  header.files = texts(database, "SELECT path, text FROM files");
  return header;
}

/// The files whose texts are not those of the store, as a part of a message.
std::string changed_files(const StoreHeader& stored, const StoreHeader& expected) {
  std::vector<std::string> changed;
  if (stored.sweep != expected.sweep) changed.emplace_back("the sweep file");
  for (const auto& [path, text] : expected.files) {
    const auto found = stored.files.find(path);
    if (found == stored.files.end() || found->second != text) changed.push_back(path);
  }
  for (const auto& [path, text] : stored.files) {
    if (expected.files.count(path) == 0) changed.push_back(path);
  }
  return changed.empty() ? "" : "; these differ: " + comma_list(changed);
}

}  // namespace

std::vector<std::string> store_columns() {
  std::vector<std::string> columns = kBeforeAxes;
  columns.insert(columns.end(), kAfterAxes.begin(), kAfterAxes.end());
  for (const ResultFigure& figure : figures()) columns.emplace_back(figure.name);
  return columns;
}

std::vector<std::string> point_columns(const std::vector<AxisColumn>& axes) {
  std::vector<std::string> columns = kBeforeAxes;
  for (const AxisColumn& axis : axes) columns.push_back(axis.name);
  columns.insert(columns.end(), kAfterAxes.begin(), kAfterAxes.end());
  for (const ResultFigure& figure : figures()) columns.emplace_back(figure.name);
  return columns;
}

void check_axes(const std::string& path, const std::vector<AxisColumn>& axes) {
  Mistakes mistakes;
  std::map<std::string, std::string> taken;
  for (const std::string& column : store_columns())
    taken[lower(column)] = "a column of every store";
  for (const AxisColumn& axis : axes) {
    const auto blank = [](char c) { return static_cast<unsigned char>(c) <= ' ' || c == 0x7f; };
    if (axis.name.empty() || std::any_of(axis.name.begin(), axis.name.end(), blank)) {
      mistakes.add(
          path, "",
          fmt::format("axis '{}' is to be a column, expected a name without blanks", axis.name));
    }
    const auto [place, is_new] = taken.emplace(lower(axis.name), "another axis");
    if (!is_new) {
      mistakes.add(path, "",
                   fmt::format("axis '{}' has the name of {}, expected one of its own (upper and "
                               "lower case are the same)",
                               axis.name, place->second));
    }
  }
  mistakes.check();
}

void make_schema(const Database& database, const StoreHeader& header) {
  database.run("BEGIN IMMEDIATE");
  database.run(
      fmt::format("PRAGMA application_id = {}; PRAGMA user_version = {}", kApplicationId, kLayout));
  database.run(points_table(header));
  database.run(kTables);
  const std::vector<std::pair<std::string, std::string>> meta = {
      {"version", header.version},
      {"name", header.name},
      {"digest", header.digest},
      {"sweep", header.sweep},
      {"axes", axes_text(header.axes)},
      {"points", std::to_string(header.points)},
      {"shard", std::to_string(header.shard.index)},
      {"shards", std::to_string(header.shard.count)}};
  Statement add_meta(database, insert_sql("meta", {"key", "value"}));
  for (const auto& [key, value] : meta) add_meta.bind(key).bind(value).run();
  Statement add_file(database, insert_sql("files", {"path", "text"}));
  for (const auto& [path, text] : header.files) add_file.bind(path).bind(text).run();
  database.run("COMMIT");
}

bool is_empty(const Database& database) {
  return database.number("PRAGMA application_id") == 0 &&
         database.number("SELECT count(*) FROM sqlite_master") == 0;
}

StoreHeader read_header(const Database& database) {
  const auto fail = [&](const std::string& message) {
    throw UserError({{database.path(), "", message}});
  };
  if (is_empty(database)) {
    fail("is an empty store: its sweep was stopped before it began; run that again");
  }
  if (database.number("PRAGMA application_id") != kApplicationId) {
    fail("is a database of another program, expected a store that 'saccade sweep' wrote");
  }
  const auto layout = database.number("PRAGMA user_version");
  if (layout != kLayout) {
    fail(
        fmt::format("has layout {} of stores, expected layout {}: take the version of saccade "
                    "that wrote it",
                    layout, kLayout));
  }
  try {
    return header_of(database);
  } catch (const UserError&) {
    throw;
  } catch (const std::exception& error) {  // of maps, numbers and JSON
    fail(fmt::format("has no provenance that can be read ({})", error.what()));
  }
  return {};
}

void check_same(const std::string& path, const StoreHeader& stored, const StoreHeader& expected) {
  Mistakes mistakes;
  if (stored.version != expected.version) {
    mistakes.add(path, "",
                 fmt::format("was written by version {} of saccade, expected {}: take another file",
                             stored.version, expected.version));
  }
  if (stored.digest != expected.digest) {
    mistakes.add(path, "",
                 fmt::format("holds another sweep ('{}', digest {}), expected '{}', digest {}{}: "
                             "take another file",
                             stored.name, stored.digest, expected.name, expected.digest,
                             changed_files(stored, expected)));
  }
  if (!(stored.shard == expected.shard)) {
    mistakes.add(
        path, "",
        fmt::format("is {}, expected {}", shard_text(stored.shard), shard_text(expected.shard)));
  }
  mistakes.check();
}

std::string select_sql(const Database& database, const std::string& table,
                       const std::vector<std::string>& columns) {
  std::vector<std::string> there;
  for (Statement rows(database, fmt::format("SELECT name FROM pragma_table_info('{}')", table));
       rows.step();) {
    there.push_back(rows.text(0));
  }
  std::vector<std::string> picked;
  for (const std::string& column : columns) {
    const bool has = std::find(there.begin(), there.end(), column) != there.end();
    picked.push_back(has || !figure_index(column) ? quoted(column) : "NULL");
  }
  return fmt::format("SELECT {} FROM {}", comma_list(picked), table);
}

std::string insert_sql(const std::string& table, const std::vector<std::string>& columns) {
  std::vector<std::string> names;
  for (const std::string& column : columns) names.push_back(quoted(column));
  return fmt::format("INSERT INTO {} ({}) VALUES ({})", table, comma_list(names),
                     comma_list(std::vector<std::string>(columns.size(), "?")));
}

const std::vector<std::string>& axis_json_columns() {
  static const std::vector<std::string> columns = {"point", "axis", "value"};
  return columns;
}

const std::vector<std::string>& details_columns() {
  static const std::vector<std::string> columns = {"point", "result"};
  return columns;
}

const std::vector<std::string>& run_log_columns() {
  static const std::vector<std::string> columns = {"point",       "hash",   "status",  "seconds",
                                                   "peak_mib",    "host",   "command", "shard",
                                                   "finished_at", "version"};
  return columns;
}

}  // namespace saccade
