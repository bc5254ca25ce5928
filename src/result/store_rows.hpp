// Rows of a store to and from the columns of its tables.
#pragma once
#include <functional>
#include <string>

#include "result/sqlite.hpp"
#include "result/store.hpp"

namespace saccade {

/// The statements that add a row, prepared once.
class RowWriter {
 public:
  RowWriter(const Database& database, const StoreHeader& header);

  void add(const PointRow& row, const RunEntry& entry, const std::string& details);

 private:
  void add_log(const PointRow& row, const RunEntry& entry);

  const StoreHeader* header_;
  Statement points_, axis_json_, details_, run_log_;
};

/// Gives every row of the database to `use`, in the order of the sweep.
void read_rows(const Database& database, const StoreHeader& header,
               const std::function<void(const PointRow&)>& use);

/// Copies all tables of rows from one database to another of the same axes.
void copy_rows(const Database& from, const Database& to, const StoreHeader& header);

}  // namespace saccade
