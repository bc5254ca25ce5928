// A small sweep as its store gives it, for the tests of reports.
#pragma once
#include <string>
#include <vector>

#include "result/store.hpp"

namespace saccade {

inline StoreHeader example_header() {
  StoreHeader header;
  header.version = "0.1.0";
  header.name = "example";
  header.digest = "d";
  header.sweep = R"({"hardware": ["h.json"], "workloads": ["w.json"]})";
  header.axes = {{"vector_width", "hardware", {"/engines/0/vector_width"}},
                 {"buffer_bytes", "hardware", {"/buffers/0/bytes"}}};
  header.points = 0;
  return header;
}

/// A row whose figures are given by name; all others are nothing.
inline PointRow example_row(std::uint64_t point, const std::string& technique,
                            std::vector<Json> axes,
                            const std::vector<std::pair<std::string, double>>& figure_values) {
  PointRow row;
  row.point = point;
  row.hash = "hash" + std::to_string(point);
  row.hardware = "machine";
  row.workload = "model";
  row.technique = technique;
  row.axes = std::move(axes);
  row.figures.resize(figures().size());
  for (const auto& [name, value] : figure_values) row.figures[figure_index(name).value()] = value;
  return row;
}

}  // namespace saccade
