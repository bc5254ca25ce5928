#include "result/result_json.hpp"

#include <gtest/gtest.h>

#include <set>

#include "report/example_result.hpp"

namespace saccade {
namespace {

std::set<std::string> keys(const Json& json) {
  std::set<std::string> names;
  for (const auto& item : json.items()) names.insert(item.key());
  return names;
}

TEST(ResultJson, HasExactlyTheseKeys) {
  const Json json = result_json(example::result());
  EXPECT_EQ(keys(json), (std::set<std::string>{"accuracy",
                                               "scenario",
                                               "latencies_s",
                                               "peak_macs_per_s",
                                               "dram_peak_bytes_per_s",
                                               "run_s",
                                               "latency_s",
                                               "latency_p50_s",
                                               "latency_p95_s",
                                               "latency_worst_s",
                                               "throughput_images_per_s",
                                               "seconds_per_image",
                                               "seconds_per_batch",
                                               "energy_per_image_j",
                                               "energy_per_batch_j",
                                               "batch",
                                               "stream",
                                               "window",
                                               "cycles",
                                               "energy_j",
                                               "energy_low_j",
                                               "energy_high_j",
                                               "energy_on_chip_j",
                                               "energy_dram_j",
                                               "power_w",
                                               "power_on_chip_w",
                                               "edp_js",
                                               "area_mm2",
                                               "area_low_mm2",
                                               "area_high_mm2",
                                               "macs",
                                               "macs_dense",
                                               "dram_bytes",
                                               "dram_bytes_useful",
                                               "utilization",
                                               "spatial_utilization",
                                               "energy_breakdown_j",
                                               "area_breakdown_mm2",
                                               "fpga_resources",
                                               "core_attention",
                                               "ops",
                                               "hardware",
                                               "workload",
                                               "technique",
                                               "mode",
                                               "images",
                                               "status",
                                               "message",
                                               "clock_hz",
                                               "cycles_by_work",
                                               "cycles_by_edge",
                                               "unit_utilization",
                                               "notes",
                                               "version"}));
  EXPECT_EQ(keys(json["core_attention"]),
            (std::set<std::string>{"latency_s", "energy_j", "edp_js"}));
  ASSERT_EQ(json["ops"].size(), 3U);
  EXPECT_EQ(
      keys(json["ops"][0]),
      (std::set<std::string>{"name", "kind", "role", "block", "macs", "cycles", "exclusive_cycles",
                             "start_cycle", "end_cycle", "tasks", "dram_bytes", "energy_j", "bound",
                             "cycles_by_work", "cycles_by_work_and_edge"}));
}

TEST(ResultJson, CarriesTheFigures) {
  const Json json = result_json(example::result());
  EXPECT_EQ(json["cycles"], 1000);
  EXPECT_EQ(json["edp_js"], 2.5e-12);
  EXPECT_EQ(json["images"], 2);
  EXPECT_EQ(json["status"], "ok");
  EXPECT_EQ(json["energy_breakdown_j"]["dram"]["write"], 0.25e-6);
  EXPECT_EQ(json["area_breakdown_mm2"]["buffer"], 0.5);
  EXPECT_EQ(json["core_attention"]["latency_s"], 0.25e-6);
  EXPECT_EQ(json["ops"][2]["block"], -1);
  EXPECT_EQ(json["ops"][1]["role"], "core_attention");
  EXPECT_EQ(json["cycles_by_work"]["dram"], 600);
  EXPECT_EQ(json["ops"][0]["cycles_by_work"], (Json{{"dram", 600}, {"ideal", 100}}));
  EXPECT_EQ(json["ops"][0]["cycles_by_work_and_edge"]["dram"],
            (Json{{"dependency", 500}, {"unit", 100}}));
  EXPECT_EQ(json["unit_utilization"]["array"], 0.25);
}

TEST(ResultJson, TellsWhatOneImageTookFromWhatAllDid) {
  PointResult result = example::result();
  result.images = std::int64_t{1} << 33;  // more than an int holds
  result.stream = 4;
  result.window = 3;
  result.latency_p50_s = 0.5e-6;
  result.latency_p95_s = 2e-6;
  result.latency_worst_s = 3e-6;
  const Json json = result_json(result);
  EXPECT_EQ(json["images"], 8589934592);
  EXPECT_EQ(json["batch"], 2);
  EXPECT_EQ(json["stream"], 4);
  EXPECT_EQ(json["window"], 3);
  EXPECT_EQ(json["run_s"], 1e-6);
  EXPECT_EQ(json["latency_s"], 1e-6);
  EXPECT_EQ(json["latency_p50_s"], 0.5e-6);
  EXPECT_EQ(json["latency_p95_s"], 2e-6);
  EXPECT_EQ(json["latency_worst_s"], 3e-6);
  EXPECT_EQ(json["throughput_images_per_s"], 2e6);
  EXPECT_EQ(json["seconds_per_image"], 0.5e-6);
  EXPECT_EQ(json["seconds_per_batch"], 1e-6);
  EXPECT_EQ(json["energy_per_image_j"], 2.5e-6);
  EXPECT_EQ(json["energy_per_batch_j"], 5e-6);
}

TEST(ResultJson, AddsUpSharesOfOneName) {
  PointResult result = example::result();
  result.energy_breakdown_j.push_back({"dram", "write", 0.5e-6});
  result.area_breakdown_mm2.push_back({"buffer", "tags", 0.25});
  const Json json = result_json(result);
  EXPECT_EQ(json["energy_breakdown_j"]["dram"]["write"], 0.75e-6);
  EXPECT_EQ(json["area_breakdown_mm2"]["buffer"], 0.75);
}

TEST(ResultJson, TextReadsBackWithEveryDigit) {
  PointResult result = example::result();
  result.latency_s = 0.1 + 0.2;  // 0.30000000000000004
  result.macs = 18446744073709551615U;
  const std::string text = json_text(result);
  const Json json = parse_json(text, "result");
  EXPECT_EQ(json, result_json(result));
  EXPECT_EQ(json["latency_s"].get<double>(), 0.1 + 0.2);
  EXPECT_EQ(json["macs"].get<std::uint64_t>(), 18446744073709551615U);
  EXPECT_EQ(text, json_text(result));
}

TEST(ResultJson, HasOneOpALine) {
  const std::string text = json_text(example::result());
  EXPECT_NE(text.find("\n{\"name\":\"b0.qk\",\"kind\":\"matmul\""), std::string::npos) << text;
  EXPECT_EQ(text.substr(text.size() - 2), "}\n");
}

TEST(ResultJson, HasNoFiguresUnlessOk) {
  PointResult result;
  result.hardware = "tiny";
  result.status = Status::infeasible;
  result.message = "op 'x' needs 9 bytes of buffer 'b', which has 8";
  const Json json = parse_json(json_text(result), "result");
  EXPECT_EQ(keys(json), keys(result_json(example::result())));
  EXPECT_EQ(json["status"], "infeasible");
  EXPECT_EQ(json["message"], result.message);
  for (const char* key : {"latency_s", "latency_p95_s", "run_s", "energy_per_image_j", "cycles",
                          "energy_j", "area_mm2", "utilization"}) {
    EXPECT_TRUE(json[key].is_null()) << key;
  }
  EXPECT_TRUE(json["core_attention"]["edp_js"].is_null());
  EXPECT_TRUE(json["ops"].empty());
}

}  // namespace
}  // namespace saccade
