// Stores: a sweep's points in SQLite, written as they come, read by reports.
#pragma once
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/json.hpp"
#include "result/figures.hpp"

namespace saccade {

/// An axis of a sweep as a column of its store.
struct AxisColumn {
  std::string name;
  std::string in;                     ///< hardware, workload, technique or mapping
  std::vector<std::string> pointers;  ///< JSON pointers that it sets, all to the same value
};

/// One of `count` parts of a sweep, which hold every point once.
struct Shard {
  int index = 1;  ///< from 1
  int count = 1;
  bool operator==(const Shard& other) const { return index == other.index && count == other.count; }
};

/// What a store is of: its provenance.
struct StoreHeader {
  std::string version;  ///< of the program whose figures these are
  std::string name;     ///< of the sweep
  std::string digest;   ///< of everything that decides the points and their figures
  std::string sweep;    ///< the sweep file, as JSON text
  std::map<std::string, std::string> files;  ///< text of each file that the sweep rests on, by path
  std::vector<AxisColumn> axes;
  std::uint64_t points = 0;  ///< of the whole sweep
  Shard shard;
};

/// A row of the table `points`: nothing in it depends on when, where or in which order it ran.
struct PointRow {
  std::uint64_t point = 0;                    ///< its place in the sweep, from 0
  std::string hash;                           ///< of its inputs: files with patches, and options
  std::string hardware, workload, technique;  ///< by their names; technique "none" without one
  std::vector<Json> axes;  ///< value of each axis; null where the axis does not apply
  Status status = Status::ok;
  std::string message;   ///< why, unless ok
  FigureValues figures;  ///< by figures()
};

/// A row of the table `run_log`: how a row of `points` came about.
struct RunEntry {
  double seconds = 0;
  double peak_mib = 0;  ///< resident memory of the process that ran the point
  std::string host;
  std::string command;
  std::string finished_at;  ///< UTC, ISO 8601
};

/// Names that no axis may have, in whatever case: they are columns of every store.
std::vector<std::string> store_columns();

/// A store in use. One process writes it, and any number may read it meanwhile. A forked child must
/// not touch the store of its parent and must leave by _exit().
class Store {
 public:
  /// Makes a store. Throws UserError if there is a file at `path`, or none can be made, or an axis
  /// cannot be a column.
  static Store create(const std::string& path, const StoreHeader& header);
  /// Opens one to go on with it, also one whose making was cut short. Throws UserError if it is no
  /// store, or that of another sweep, shard or version of the program, or another process writes
  /// it; it is left as it was.
  static Store resume(const std::string& path, const StoreHeader& header);
  /// Opens one to read it, of any version of the program: figures that it lacks are nothing, those
  /// that this version does not know are passed over. Throws UserError if it is no store.
  static Store read(const std::string& path);

  Store(Store&&) noexcept;
  Store& operator=(Store&&) noexcept;
  ~Store();

  const std::string& path() const;
  const StoreHeader& header() const;

  /// Adds a row of a new point and hash, and `details` (JSON text, compressed in the store; "" =
  /// none). Commits what was added if half a second passed since the last commit. Throws UserError
  /// if it cannot be written; all that was committed stays.
  void add(const PointRow& row, const RunEntry& entry, const std::string& details);
  void commit();
  /// Commits if something was added half a second ago or more; call it while waiting.
  void commit_if_due();
  /// Drops the rows of a status, so that their points run again; returns how many there were.
  std::uint64_t drop(Status status);

  std::uint64_t size() const;
  /// Hashes of all rows.
  std::vector<std::string> hashes() const;
  std::map<Status, std::uint64_t> count_by_status() const;
  /// All rows in the order of the sweep.
  std::vector<PointRow> rows() const;
  /// The same one by one; `use` must not change the store.
  void for_each(const std::function<void(const PointRow&)>& use) const;
  /// Details of a point; "" if it has none.
  std::string details(std::uint64_t point) const;
  /// Copies rows, details and log of another store of the same axes. Throws UserError if they share
  /// a point.
  void add_all(const Store& other);

 private:
  struct Impl;
  explicit Store(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace saccade
