// The points of a sweep: every combination of its files and axes, made one at a time.
#pragma once
#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "explore/sweep.hpp"
#include "explore/sweep_techniques.hpp"
#include "result/store.hpp"

namespace saccade {

/// Points that a sweep may have.
constexpr std::uint64_t kMostPoints = 10'000'000;

struct SweepPoint {
  std::uint64_t index = 0;  ///< in the order of the sweep, from 0
  PointInputs inputs;
  std::vector<Json> axes;  ///< by Sweep::axes(); null where the axis does not apply
  std::string hardware, workload, technique;  ///< names, as TechniqueInputs has them
  std::string trace_digest;                   ///< of what its trace decides; "" without one
};

/// Hardware changes slowest, then workload, technique and the axes in the order of the file, the
/// last fastest. An axis in the technique does not apply to points without one, which are there
/// once.
class SweepPoints {
 public:
  /// Reads a sweep file and all that it names. Throws UserError with all mistakes: in the files as
  /// they stand, of two files with one name, axes that point nowhere, values that no place takes,
  /// constraints that no point can meet, traces that do not fit.
  explicit SweepPoints(const std::string& sweep_file);
  /// The same of a document that was read from `file`.
  SweepPoints(const Json& document, const std::string& file);

  const Sweep& sweep() const { return sweep_; }
  std::uint64_t size() const { return size_; }
  SweepPoint at(std::uint64_t index) const;

  /// Digest of a point's inputs: its documents with what the axes set, the files that they rest on,
  /// what its trace decides, and options.
  std::string hash(const SweepPoint& point) const;
  /// Hashes of all points. Throws UserError if two points have the same inputs.
  std::vector<std::string> hashes() const;

  /// Why constraints on axes alone exclude a point; "" if they do not.
  std::string excluded(const SweepPoint& point) const;
  /// The same for constraints whose names all have a value among axes and `figures`, a list by
  /// figures().
  std::string excluded(const std::vector<Json>& axes, const FigureValues& figures) const;

  std::vector<AxisColumn> columns() const;

 private:
  struct Combination {
    std::size_t hardware, workload, technique;
    std::uint64_t first;               ///< index of its first point
    std::vector<std::uint64_t> sizes;  ///< of each group; 1 if no axis of it applies
  };

  SweepPoints(const Json& document, const std::string& file, Mistakes mistakes);
  void read_documents(Mistakes& mistakes);
  void combine();
  void check_constraints() const;
  bool applies(const Axis& axis, const Combination& combination) const;
  SweepPoint unpatched(const Combination& combination) const;
  void set(SweepPoint& point, const Axis& axis, const Json& value) const;
  const std::string& file_digest(const std::string& path) const;

  Sweep sweep_;
  std::vector<Document> hardware_, workloads_;
  std::vector<std::string> hardware_names_, workload_names_;
  std::vector<TechniqueInputs> techniques_;
  std::optional<Document> mapping_;
  std::vector<Combination> combinations_;
  std::uint64_t size_ = 0;
  mutable std::map<std::string, std::string> file_digests_;
};

}  // namespace saccade
