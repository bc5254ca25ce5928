// Holds models against the lists of layers and the totals in tests/reference/layers.
#pragma once
#include <map>
#include <set>
#include <string>
#include <vector>

#include "workload/workload.hpp"

namespace saccade {

/// Where a list and the ops of a model differ in more than names of ops beyond the list.
struct LayerRules {
  std::set<std::string> number_repeated;       ///< rows of one name: ops name1, name2, ...
  std::map<std::string, std::string> renamed;  ///< row to op
  /// Part of a name behind its last dot, of a row and of the op of the same block whose parameters
  /// the list counts with that row: {"qkv", "abias"}.
  std::map<std::string, std::string> parameters_with;
  std::set<std::string> unordered;         ///< parts of names of rows that the list has elsewhere
  std::set<std::string> counted_by_input;  ///< rows that count elements of the op's input
};

/// Every row has an op of its name, in the same order, with equal MACs or elements, parameters and
/// part of the network. Prints and returns the ops beyond the list, counted by the part of their
/// names behind the last dot.
std::map<std::string, int> expect_layers(const Workload& workload, const std::string& list,
                                         const LayerRules& rules = {});

/// MACs, with and without the products of attention, and parameters equal those of the row `model`
/// of model_totals.csv to its last digit; the published ones, where there are any, within
/// `published` of it (they also count norms, or are rounded).
void expect_totals(const Workload& workload, const std::string& model, double published = 0.006);

}  // namespace saccade
