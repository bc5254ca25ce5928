#include "result/store_rows.hpp"

#include <fmt/format.h>

#include <limits>
#include <stdexcept>

#include "base/compress.hpp"
#include "base/error.hpp"
#include "result/store_schema.hpp"

namespace saccade {
namespace {

constexpr auto kMaxInteger = static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max());

/// Whether a column cannot give the value back, which then stands in axis_json, too.
bool needs_json(const Json& value) {
  return value.is_boolean() || value.is_structured() ||
         (value.is_number_unsigned() && value.get<std::uint64_t>() > kMaxInteger);
}

void bind_value(Statement& statement, const Json& value) {
  if (value.is_null()) {
    statement.bind_null();
  } else if (value.is_boolean()) {
    statement.bind(std::int64_t{value.get<bool>()});
  } else if (needs_json(value)) {
    statement.bind(value.dump());
  } else if (value.is_number_integer()) {
    statement.bind(value.get<std::int64_t>());
  } else if (value.is_number()) {
    statement.bind(value.get<double>());
  } else {
    statement.bind(value.get<std::string>());
  }
}

Json value_of(const Statement& row, int column) {
  if (row.is_null(column)) return nullptr;
  if (row.is_integer(column)) return row.integer(column);
  if (row.is_real(column)) return row.real(column);
  return row.text(column);
}

/// While it lives, all statements see the database as it was at the first of them.
class Snapshot {
 public:
  explicit Snapshot(const Database& database) : database_(&database) {
    database.run("SAVEPOINT snapshot");
  }
  Snapshot(const Snapshot&) = delete;
  Snapshot& operator=(const Snapshot&) = delete;
  ~Snapshot() {
    try {
      database_->run("RELEASE snapshot");
    } catch (const std::exception&) {  // of an error that ended it already
    }
  }

 private:
  const Database* database_;
};

/// Walks through axis_json beside the rows of `points`.
class AxisJson {
 public:
  AxisJson(const Database& database, const StoreHeader& header)
      : header_(&header),
        rows_(database, select_sql(database, "axis_json", axis_json_columns()) + " ORDER BY point"),
        more_(rows_.step()) {}

  /// Puts the values of the row in the place of what its columns gave.
  void apply(PointRow& row) {
    while (more_ && static_cast<std::uint64_t>(rows_.integer(0)) <= row.point) {
      if (static_cast<std::uint64_t>(rows_.integer(0)) == row.point) set(row);
      more_ = rows_.step();
    }
  }

 private:
  void set(PointRow& row) const {
    for (std::size_t i = 0; i < header_->axes.size(); ++i) {
      if (header_->axes[i].name == rows_.text(1)) row.axes[i] = Json::parse(rows_.text(2));
    }
  }

  const StoreHeader* header_;
  Statement rows_;
  bool more_;
};

/// A row of a SELECT of point_columns().
PointRow row_at(const Statement& at, const StoreHeader& header) {
  PointRow row;
  row.point = static_cast<std::uint64_t>(at.integer(0));
  row.hash = at.text(1);
  row.hardware = at.text(2);
  row.workload = at.text(3);
  row.technique = at.text(4);
  int column = 5;
  for (std::size_t i = 0; i < header.axes.size(); ++i) row.axes.push_back(value_of(at, column++));
  const std::string status = at.text(column++);
  const auto known = status_of(status);
  if (!known) throw std::runtime_error(fmt::format("status '{}' is unknown", status));
  row.status = *known;
  row.message = at.text(column++);
  for (std::size_t i = 0; i < figures().size(); ++i, ++column) {
    row.figures.push_back(at.is_null(column) ? std::nullopt
                                             : std::optional<double>(at.real(column)));
  }
  return row;
}

void copy_table(const Database& from, const Database& to, const std::string& table,
                const std::vector<std::string>& columns) {
  Statement insert(to, insert_sql(table, columns));
  for (Statement rows(from, select_sql(from, table, columns)); rows.step();) {
    for (int i = 0; i < rows.columns(); ++i) insert.bind_column(rows, i);
    insert.run();
  }
}

}  // namespace

RowWriter::RowWriter(const Database& database, const StoreHeader& header)
    : header_(&header),
      points_(database, insert_sql("points", point_columns(header.axes))),
      axis_json_(database, insert_sql("axis_json", axis_json_columns())),
      details_(database, insert_sql("details", details_columns())),
      run_log_(database, insert_sql("run_log", run_log_columns())) {}

void RowWriter::add(const PointRow& row, const RunEntry& entry, const std::string& details) {
  if (row.axes.size() != header_->axes.size() || row.figures.size() != figures().size()) {
    throw std::logic_error("a row of other columns than its store");
  }
  const auto point = static_cast<std::int64_t>(row.point);
  for (Statement* statement : {&points_, &axis_json_, &details_, &run_log_}) statement->reset();
  points_.bind(point).bind(row.hash).bind(row.hardware).bind(row.workload).bind(row.technique);
  for (const Json& value : row.axes) bind_value(points_, value);
  points_.bind(status_name(row.status)).bind(row.message);
  for (const auto& figure : row.figures) figure ? points_.bind(*figure) : points_.bind_null();
  points_.run();
  for (std::size_t i = 0; i < row.axes.size(); ++i) {
    if (!needs_json(row.axes[i])) continue;
    axis_json_.bind(point).bind(header_->axes[i].name).bind(row.axes[i].dump()).run();
  }
  if (!details.empty()) details_.bind(point).bind_blob(compressed(details)).run();
  add_log(row, entry);
}

void RowWriter::add_log(const PointRow& row, const RunEntry& entry) {
  run_log_.bind(static_cast<std::int64_t>(row.point)).bind(row.hash).bind(status_name(row.status));
  run_log_.bind(entry.seconds).bind(entry.peak_mib).bind(entry.host).bind(entry.command);
  run_log_.bind(fmt::format("{}/{}", header_->shard.index, header_->shard.count));
  run_log_.bind(entry.finished_at).bind(header_->version).run();
}

void read_rows(const Database& database, const StoreHeader& header,
               const std::function<void(const PointRow&)>& use) {
  const Snapshot snapshot(database);
  AxisJson axis_json(database, header);
  Statement rows(database,
                 select_sql(database, "points", point_columns(header.axes)) + " ORDER BY point");
  const auto row = [&] {
    try {
      PointRow result = row_at(rows, header);
      axis_json.apply(result);
      return result;
    } catch (const std::exception& error) {  // of a status or JSON that somebody else wrote
      throw UserError({{database.path(), "",
                        fmt::format("has a row for point {} that cannot be read ({})",
                                    rows.integer(0), error.what())}});
    }
  };
  while (rows.step()) use(row());
}

void copy_rows(const Database& from, const Database& to, const StoreHeader& header) {
  const Snapshot snapshot(from);
  copy_table(from, to, "points", point_columns(header.axes));
  copy_table(from, to, "axis_json", axis_json_columns());
  copy_table(from, to, "details", details_columns());
  copy_table(from, to, "run_log", run_log_columns());
}

}  // namespace saccade
