// A small made-up result, whose figures are chosen so that sums and shares can be seen by eye.
#pragma once
#include "mapping/task.hpp"
#include "result/point_result.hpp"

namespace saccade::example {

/// Three ops in 1,000 cycles at 1 GHz on two units; names with characters that formats must quote.
inline PointResult result() {
  PointResult r;
  r.hardware = "tiny";
  r.workload = "two \"quoted\", with comma";
  r.images = 2;
  r.batch = 2;
  r.clock_hz = 1e9;
  r.cycles = 1000;
  r.run_s = 1e-6;
  r.latency_s = r.latency_p50_s = r.latency_p95_s = r.latency_worst_s = 1e-6;
  r.throughput_images_per_s = 2e6;
  r.seconds_per_image = 0.5e-6;
  r.seconds_per_batch = 1e-6;
  r.energy_j = 5e-6;
  r.energy_low_j = 4e-6;
  r.energy_high_j = 7e-6;
  r.energy_on_chip_j = 4e-6;
  r.energy_dram_j = 1e-6;
  r.energy_per_image_j = 2.5e-6;
  r.energy_per_batch_j = 5e-6;
  r.power_w = 5;
  r.power_on_chip_w = 4;
  r.edp_js = 2.5e-12;
  r.area_mm2 = 2.5;
  r.area_low_mm2 = 2;
  r.area_high_mm2 = 4;
  r.macs = 750000;
  r.macs_dense = 1000000;
  r.dram_bytes = 4096;
  r.dram_bytes_useful = 3072;
  r.utilization = 0.125;
  r.spatial_utilization = 0.5;
  r.energy_breakdown_j = {{"array", "int8 MAC", 3e-6},
                          {"array", "leakage", 1e-6},
                          {"dram", "read", 0.75e-6},
                          {"dram", "write", 0.25e-6}};
  r.area_breakdown_mm2 = {{"array", "", 2}, {"buffer", "", 0.5}};
  r.core_attention = {0.25e-6, 0.5e-6, 5e-14};
  r.ops = {
      {"b0.fc", "matmul", "ffn", 0, 700000, 800, 700, 0, 800, 3, 4000, 3.5e-6, "dram", {}, {}},
      {"b0.qk",
       "matmul",
       "core_attention",
       0,
       50000,
       300,
       100,
       600,
       900,
       2,
       0,
       5e-7,
       "ideal",
       {},
       {}},
      {"add, \"x\"", "add", "norm", -1, 0, 200, 200, 800, 1000, 1, 96, 1e-6, "nonlinear", {}, {}}};
  r.ops[0].cycles_by_work = {{"dram", 600}, {"ideal", 100}};
  r.ops[0].cycles_by_work_and_edge = {{"dram", {{"dependency", 500}, {"unit", 100}}},
                                      {"ideal", {{"dependency", 100}}}};
  r.ops[1].cycles_by_work_and_edge = {{"ideal", {{"end", 100}}}};
  r.ops[2].cycles_by_work_and_edge = {{"nonlinear", {{"dependency", 200}}}};
  r.ops[1].cycles_by_work = {{"ideal", 100}};
  r.ops[2].cycles_by_work = {{"nonlinear", 200}};
  r.cycles_by_work = {{"dram", 600}, {"ideal", 200}, {"quantisation", 0}, {"nonlinear", 200}};
  r.cycles_by_edge = {{"dependency", 900}, {"end", 100}};
  r.unit_utilization = {{"dma", 0.8}, {"array", 0.25}};
  r.notes = {"made up"};
  r.unit_names = {"dma", "array"};
  // The second task of unit 0 starts before the first is complete: a pipeline.
  constexpr auto compute = static_cast<std::uint8_t>(Stage::compute);
  r.timeline = {{0, 0, 0, 500, 1},
                {1, 0, 500, 800, compute},
                {0, 1, 400, 900, 0},
                {1, 1, 800, 1000, compute}};
  return r;
}

}  // namespace saccade::example
