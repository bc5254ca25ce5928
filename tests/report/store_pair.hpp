// Two stores of nearly the same sweep, for the tests of what moved between them.
#pragma once
#include "report/store_match.hpp"
#include "report/sweep_example.hpp"

namespace saccade {

inline PointRow design(std::uint64_t point, std::vector<Json> axes, double latency_s,
                       double energy_j) {
  return example_row(point, "none", std::move(axes),
                     {{"latency_s", latency_s},
                      {"energy_per_image_j", energy_j},
                      {"edp_js", latency_s * energy_j},
                      {"area_mm2", 2}});
}

inline StoreRows store_a() {
  StoreRows store{"a.db", example_header(), {}};
  store.header.points = 5;
  store.header.files = {{"h.json", "old"}, {"w.json", "same"}, {"gone.json", ""}};
  store.rows = {design(0, {16, 1024}, 4e-3, 2e-3), design(1, {16, 2048}, 3e-3, 2e-3),
                design(2, {32, 1024}, 1e-3, 4e-3), design(3, {64, 1024}, 1e-3, 5e-3),
                design(4, {128, 1024}, 1e-3, 6e-3)};
  return store;
}

/// Rows in another order, with other hashes: 16/1024 takes twice as long, 16/2048 takes 2/3 of the
/// energy, 32/1024 is the same, 64/1024 fails, 128 is gone and 8 is new.
inline StoreRows store_b() {
  StoreRows store{"b.db", example_header(), {}};
  store.header.points = 5;
  store.header.version = "0.2.0";
  store.header.files = {{"h.json", "new"}, {"w.json", "same"}, {"added.json", ""}};
  store.rows = {design(0, {8, 1024}, 1e-3, 1e-3), design(1, {32, 1024}, 1e-3, 4e-3),
                design(2, {16, 2048}, 3e-3, 2e-3 * 2 / 3), design(3, {16, 1024}, 8e-3, 2e-3),
                example_row(4, "none", {64, 1024}, {})};
  store.rows[4].status = Status::infeasible;
  store.rows[4].message = "no tile fits";
  for (PointRow& row : store.rows) row.hash += "b";
  return store;
}

}  // namespace saccade
