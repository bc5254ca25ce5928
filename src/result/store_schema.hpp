// The tables of a store, and what it says of itself.
#pragma once
#include <string>
#include <vector>

#include "result/sqlite.hpp"
#include "result/store.hpp"

namespace saccade {

/// Columns of `points`, by place: those before the axes, the axes, those after them, the figures.
std::vector<std::string> point_columns(const std::vector<AxisColumn>& axes);

/// Throws UserError, with all mistakes, if axes cannot be columns; `path` names the store.
void check_axes(const std::string& path, const std::vector<AxisColumn>& axes);

/// Makes the tables and writes the header, all of it or nothing.
void make_schema(const Database& database, const StoreHeader& header);

/// Whether nothing was written to it yet: a store whose making was cut short.
bool is_empty(const Database& database);

/// Throws UserError if the database is no store, or of a layout that is not known.
StoreHeader read_header(const Database& database);

/// Throws UserError, with all that differs, unless the store can go on with what is expected.
void check_same(const std::string& path, const StoreHeader& stored, const StoreHeader& expected);

/// A SELECT of columns of a table; figures that the table lacks are NULL.
std::string select_sql(const Database& database, const std::string& table,
                       const std::vector<std::string>& columns);
/// An INSERT of columns, with a parameter for each.
std::string insert_sql(const std::string& table, const std::vector<std::string>& columns);

/// Columns of the tables beside `points`.
const std::vector<std::string>& axis_json_columns();
const std::vector<std::string>& details_columns();
const std::vector<std::string>& run_log_columns();

}  // namespace saccade
