// Points of two stores that are the same design, found by what they are named after.
#pragma once
#include <string>
#include <vector>

#include "result/store.hpp"

namespace saccade {

/// A store that was read, and where from.
struct StoreRows {
  std::string path;
  StoreHeader header;
  std::vector<PointRow> rows;
};

struct RowPair {
  const PointRow* a;
  const PointRow* b;
};

struct StoreMatch {
  std::vector<std::string> axes;                ///< that both have
  std::vector<std::string> axes_a, axes_b;      ///< that only one has
  std::vector<RowPair> pairs;                   ///< in the order of A
  std::vector<const PointRow*> only_a, only_b;  ///< in their order
  std::vector<std::size_t> figures;  ///< places in figures() of those that points of both have
  std::vector<std::string> figures_a, figures_b;  ///< that points of only one have
};

/// Matches points by hardware, workload, technique and the values of the axes that both stores
/// have; hashes differ as soon as a file does. Throws UserError if points of a store differ in
/// nothing of that. Both stores must outlive the result.
StoreMatch match_stores(const StoreRows& a, const StoreRows& b);

}  // namespace saccade
